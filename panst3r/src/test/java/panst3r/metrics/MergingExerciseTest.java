package panst3r.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import panst3r.PanSt3RException;
import panst3r.Progress;
import panst3r.image.View;
import panst3r.merge.Merge;
import panst3r.merge.Panoptic;
import panst3r.merge.Segment;
import panst3r.rooms.GroundTruthFolder;
import panst3r.rooms.RoomSample;
import panst3r.rooms.RoomView;
import panst3r.scene.Scene;

/** The exercise, and quality measured in a scene's own pixels. */
class MergingExerciseTest {
    private static final RoomSample STUDY = twoViews(GroundTruthFolder.read(Path.of("../sample-scenes/study")));

    private static RoomSample twoViews(RoomSample all) {
        return new RoomSample(all.name(), all.description(), all.views().subList(0, 2), all.classes(), all.instances());
    }

    private static RoomSample withIds(RoomSample of, int id) {
        List<RoomView> views = new ArrayList<>();
        for (RoomView v : of.views()) {
            int[] ids = new int[v.ids().length];
            java.util.Arrays.fill(ids, id);
            views.add(new RoomView(v.name(), v.camera(), v.rgb(), v.depth(), ids));
        }
        return new RoomSample(of.name(), of.description(), views, of.classes(), of.instances());
    }

    private static double pq(Scene scene) {
        return GroundTruth.of(STUDY, scene)
                .quality(scene.panoptic().orElseThrow())
                .all()
                .pq();
    }

    @Test
    void theTruthItselfHasQualityOne() {
        Scene truth = TrueScene.of(STUDY);
        PanopticQuality q =
                GroundTruth.of(STUDY, truth).quality(truth.panoptic().orElseThrow());
        assertThat(q.all().pq()).isEqualTo(1);
        assertThat(q.all().sq()).isEqualTo(1);
        assertThat(q.all().rq()).isEqualTo(1);
    }

    @Test
    void aSegmentOfAnotherClassCountsAgainstIt() {
        Scene truth = TrueScene.of(STUDY);
        Panoptic p = truth.panoptic().orElseThrow();
        List<Segment> wrong = p.segments().stream()
                .map(s -> new Segment(s.id(), s.query(), s.label() == 6 ? 7 : s.label(), 1, 1, s.area()))
                .toList();
        Panoptic other = new Panoptic("wrong", p.ids(), p.confidence(), wrong);
        assertThat(GroundTruth.of(STUDY, truth).quality(other).all().pq()).isLessThan(1);
    }

    @Test
    void theEasyOneIsEasyAndTheHardOneIsNot() {
        Scene easy = MergingExercise.of(STUDY, 1, 0).merged(Merge.standardV2(), Progress.SILENT);
        Scene hard = MergingExercise.of(STUDY, 4, 0).merged(Merge.standardV2(), Progress.SILENT);
        assertThat(pq(easy)).isGreaterThan(0.9);
        assertThat(pq(hard)).isLessThan(pq(easy) - 0.03);
        assertThat(easy.model()).contains("exercise", "not a prediction");
    }

    @Test
    void theSeedDecides() {
        Scene a = MergingExercise.of(STUDY, 2, 5);
        Scene b = MergingExercise.of(STUDY, 2, 5);
        Scene c = MergingExercise.of(STUDY, 2, 6);
        assertThat(a.prediction().views().get(1).maskLogits())
                .isEqualTo(b.prediction().views().get(1).maskLogits())
                .isNotEqualTo(c.prediction().views().get(1).maskLogits());
        assertThat(a.prediction().classLogits().values())
                .isEqualTo(b.prediction().classLogits().values());
    }

    @Test
    void whatCannotBeMadeOrMeasuredIsOneSentence() {
        assertThatThrownBy(() -> MergingExercise.of(STUDY, 0, 0))
                .isInstanceOf(PanSt3RException.class)
                .hasMessageContaining("1 … 20");
        assertThatThrownBy(() -> MergingExercise.of(withIds(STUDY, 0), 1, 0))
                .isInstanceOf(PanSt3RException.class)
                .hasMessageContaining("is empty");
        Scene scene = TrueScene.of(STUDY);
        assertThatThrownBy(() -> GroundTruth.of(withIds(STUDY, 0), scene))
                .isInstanceOf(PanSt3RException.class)
                .hasMessage(
                        "The ground truth “study” is empty: no pixel of this scene's photos belongs to an instance, so"
                                + " nothing can be measured.");
        RoomSample dining = GroundTruthFolder.read(Path.of("../sample-scenes/parlour"));
        assertThatThrownBy(() -> GroundTruth.of(dining, scene))
                .isInstanceOf(PanSt3RException.class)
                .hasMessageContaining("pixels, but its ground truth in “parlour”");
    }

    @Test
    void croppedAndShrunkViewsAreMeasuredWhereTheyLook() {
        Scene truth = TrueScene.of(STUDY);
        View whole = truth.view(0);
        // the middle half of the photo at half its size
        int w = whole.width() / 4;
        int h = whole.height() / 4;
        double[] toPhoto = {2, 0, whole.width() / 4.0, 0, 2, whole.height() / 4.0, 0, 0, 1};
        double[] toView = {0.5, 0, -w / 2.0, 0, 0.5, -h / 2.0, 0, 0, 1};
        View cut = new View(whole.photo(), w, h, new float[3 * w * h], toView, toPhoto);
        var of = truth.prediction().views().get(0);
        var p = truth.prediction();
        Scene small = Scene.of(new panst3r.inference.Prediction(
                List.of(new panst3r.inference.ViewPrediction(
                        cut, true, java.nio.FloatBuffer.allocate(7 * w * h), 0, 0, of.maskLogits())),
                p.activation(),
                p.classNames(),
                null,
                null,
                "cut"));
        int[] ids = new int[w * h];
        int[] all = STUDY.views().get(0).ids();
        for (int y = 0; y < h; y++) {
            for (int x = 0; x < w; x++) {
                int row = (int) Math.floor(2 * (y + 0.5) + whole.height() / 4.0);
                ids[y * w + x] = all[row * whole.width() + (int) Math.floor(2 * (x + 0.5) + whole.width() / 4.0)];
            }
        }
        Panoptic expected = new Panoptic(
                "cut",
                List.of(ids),
                List.of(new float[w * h]),
                truth.panoptic().orElseThrow().segments());
        assertThat(GroundTruth.of(STUDY, small).quality(expected).all().pq()).isEqualTo(1);
    }
}
