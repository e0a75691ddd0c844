package panst3r.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import panst3r.PanSt3RException;
import panst3r.Progress;
import panst3r.merge.Merge;
import panst3r.rooms.RoomOptions;
import panst3r.rooms.RoomSample;
import panst3r.rooms.RoomView;
import panst3r.rooms.Rooms;
import panst3r.scene.Scene;

class EvaluationTest {
    private static final RoomSample ROOM = Rooms.sample(
            Rooms.FIRST_HELD_OUT_SEED, RoomOptions.defaults().withViews(3).withSize(192, 144));

    @Test
    void theTruthIsWithoutError() {
        Evaluation e = Evaluation.of(TrueScene.of(ROOM), ROOM, Progress.SILENT);
        assertThat(e.quality().all().pq()).isEqualTo(1);
        assertThat(e.semantic().miou()).isEqualTo(1);
        assertThat(e.poses().auc30()).isEqualTo(1);
        assertThat(e.depthError()).isLessThan(1e-4);
        assertThat(e.depthInliers()).isEqualTo(1);
        assertThat(e.focalError()).isLessThan(1e-3);
    }

    @Test
    void anObjectCalledByAnotherNameIsAMiss() {
        Scene truth = TrueScene.of(ROOM);
        var panoptic = truth.panoptic().orElseThrow();
        var first = panoptic.segments().get(0);
        int wrong = (first.label() + 1) % ROOM.classes().size();
        var segments = new java.util.ArrayList<>(panoptic.segments());
        segments.set(0, new panst3r.merge.Segment(first.id(), first.query(), wrong, 1, 1, first.area()));
        Scene renamed = truth.with(new panst3r.merge.Panoptic("x", panoptic.ids(), panoptic.confidence(), segments));
        PanopticQuality q = Evaluation.quality(renamed, ROOM, Progress.SILENT);
        assertThat(q.perClass().get(first.label() + 1).truePositives()).isZero();
        assertThat(q.perClass().get(first.label() + 1).falseNegatives()).isEqualTo(1);
        assertThat(q.all().pq()).isLessThan(1);
    }

    @Test
    void aSimulatedPredictionIsFairAndTheSameEveryTime() {
        Scene scene = Scene.of(SimulatedPrediction.of(ROOM, 7)).merged(Merge.standardV2(), Progress.SILENT);
        Evaluation e = Evaluation.of(scene, ROOM, Progress.SILENT);
        assertThat(e.quality().all().pq()).isBetween(0.3, 0.95);
        assertThat(e.poses().auc30()).isBetween(0.7, 0.999);
        assertThat(e.depthError()).isBetween(0.001, 0.03);
        Scene again = Scene.of(SimulatedPrediction.of(ROOM, 7)).merged(Merge.standardV2(), Progress.SILENT);
        assertThat(again.labelMap(2)).isEqualTo(scene.labelMap(2));
        assertThat(Scene.of(SimulatedPrediction.of(ROOM, 8))
                        .merged(Merge.standardV2(), Progress.SILENT)
                        .labelMap(2))
                .isNotEqualTo(scene.labelMap(2));
    }

    @Test
    void otherPhotosAreRefused() {
        RoomView v = ROOM.views().get(0);
        RoomSample other = new RoomSample(
                "other",
                "",
                List.of(new RoomView("elsewhere", v.camera(), v.rgb(), v.depth(), v.ids())),
                ROOM.classes(),
                ROOM.instances());
        Scene scene = TrueScene.of(ROOM);
        assertThatThrownBy(() -> Evaluation.of(scene, other, Progress.SILENT))
                .isInstanceOf(PanSt3RException.class)
                .hasMessage("The ground truth of other has no photo “" + v.name()
                        + "”; give that of the scene's own photos.");
    }
}
