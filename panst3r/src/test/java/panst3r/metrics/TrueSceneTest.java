package panst3r.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import panst3r.rooms.RoomOptions;
import panst3r.rooms.RoomSample;
import panst3r.rooms.Rooms;
import panst3r.scene.Camera;
import panst3r.scene.Scene;
import panst3r.scene.SceneSegment;

class TrueSceneTest {
    private static final RoomSample ROOM = Rooms.sample(
            Rooms.FIRST_HELD_OUT_SEED, RoomOptions.defaults().withViews(3).withSize(96, 64));

    @Test
    void theSceneFindsTheCamerasThatTookThePhotos() {
        Scene scene = TrueScene.of(ROOM);
        List<Camera> cameras = scene.cameras();
        List<double[]> truth =
                ROOM.views().stream().map(v -> v.camera().cameraToWorld()).toList();
        PoseAccuracy accuracy =
                PoseAccuracy.of(cameras.stream().map(Camera::cameraToWorld).toList(), truth);
        assertThat(accuracy.auc30()).isEqualTo(1);
        assertThat(accuracy.trajectoryRmse()).isLessThan(1e-4);
        assertThat(accuracy.alignment().scale()).as("metres stay metres").isCloseTo(1, within(1e-4));
        for (int v = 0; v < 3; v++) {
            double fx = ROOM.views().get(v).camera().fx();
            assertThat(FocalAccuracy.relativeError(cameras.get(v).focal(), fx)).isLessThan(1e-3);
        }
    }

    @Test
    void itsSegmentsAreTheInstances() {
        Scene scene = TrueScene.of(ROOM);
        long[] areas = ROOM.areas();
        for (SceneSegment segment : scene.segments()) {
            assertThat(segment.pixels()).isEqualTo(areas[segment.id()]);
            assertThat(segment.className())
                    .isEqualTo(
                            ROOM.classes().get(ROOM.classOfId()[segment.id()]).name());
        }
        assertThat(scene.segments()).hasSize(ROOM.instances().size());
    }
}
