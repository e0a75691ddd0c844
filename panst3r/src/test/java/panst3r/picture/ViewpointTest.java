package panst3r.picture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import panst3r.Progress;
import panst3r.metrics.TrueScene;
import panst3r.rooms.RoomOptions;
import panst3r.rooms.RoomSample;
import panst3r.rooms.Rooms;
import panst3r.scene.Scene;

class ViewpointTest {
    @ParameterizedTest
    @ValueSource(longs = {1000, 1001, 1002, 1003})
    void aRoomIsFirstSeenFromWhereMuchOfItShowsLarge(long seed) {
        RoomOptions options = RoomOptions.defaults().withViews(6).withSize(96, 64);
        RoomSample room = Rooms.sample(seed, options);
        Scene scene = TrueScene.of(room);
        List<PointSample> samples = PointSample.of(scene, 100_000, 0, Progress.SILENT);
        Viewpoint first = Viewpoint.of(scene, samples, 2);
        Viewpoint.Shown shown = first.shown(samples, 2);
        assertThat(shown.points()).isGreaterThan(0.5);
        assertThat(shown.picture()).isGreaterThan(0.5);
        // From well outside most of what is in front is the back of a wall.
        Extent extent = Extent.of(samples, 2);
        double[] outside = Vectors.plus(extent.centre(), new double[] {0, 0, -1}, 3 * extent.radius());
        Viewpoint distant = new Viewpoint(outside, extent.centre(), first.up(), first.fovY());
        assertThat(shown.worth()).isGreaterThan(distant.shown(samples, 2).worth());
        assertThat(shown.picture()).isGreaterThan(distant.shown(samples, 2).picture());
    }
}
