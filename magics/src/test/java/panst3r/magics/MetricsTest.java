package panst3r.magics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import panst3r.merge.Panoptic;
import panst3r.merge.Segment;
import panst3r.metrics.TrueScene;
import panst3r.rooms.GroundTruthFolder;
import panst3r.rooms.RoomOptions;
import panst3r.rooms.RoomSample;
import panst3r.rooms.Rooms;
import panst3r.scene.Scene;
import tech.tablesaw.api.Table;

/** {@code %panst3r metrics}: its tables, and what it refuses. */
class MetricsTest {
    private static final RoomSample ROOM =
            Rooms.sample(1, RoomOptions.defaults().withViews(2).withSize(96, 64));

    private final RecordingBridge bridge = new RecordingBridge();
    private final Session session = PanSt3RMagics.start(bridge);

    @TempDir
    Path folder;

    @BeforeEach
    void truth() {
        GroundTruthFolder.write(folder.resolve("room"), ROOM);
        session.workspace().scene("room", TrueScene.of(ROOM), "standard-v2");
    }

    private Object value(String... words) throws Exception {
        return bridge.value("panst3r", words);
    }

    private SceneMetrics metrics(String... words) throws Exception {
        return (SceneMetrics) value(words);
    }

    @Test
    void theTruthIsPerfectInEveryTable() throws Exception {
        String dir = folder.resolve("room").toString();
        SceneMetrics metrics = metrics("metrics", "--truth", dir);
        Table scene = metrics.scene();
        assertThat(scene.rowCount()).isOne();
        for (String column :
                List.of("pq", "sq", "rq", "pq_things", "pq_stuff", "pq_per_image", "miou", "ap", "auc30")) {
            assertThat(scene.doubleColumn(column).get(0)).as(column).isEqualTo(1);
        }
        // The folder has depth in millimetres.
        for (String column : List.of("depth_error", "depth_error_one_scale", "ate", "accuracy", "focal_error")) {
            assertThat(scene.doubleColumn(column).get(0)).as(column).isCloseTo(0, within(1e-3));
        }
        Table classes = metrics.classes();
        assertThat(classes.stringColumn("class").asList()).contains("floor", "wall");
        for (int i = 0; i < classes.rowCount(); i++) {
            if (classes.booleanColumn("counted").get(i)) {
                assertThat(classes.doubleColumn("pq").get(i)).isEqualTo(1);
                assertThat(classes.intColumn("tp").get(i)).isPositive();
            }
            assertThat(classes.doubleColumn("iou").get(i)).isEqualTo(1);
            boolean thing = !List.of("floor", "wall", "ceiling")
                    .contains(classes.stringColumn("class").get(i));
            assertThat(classes.booleanColumn("thing").get(i)).isEqualTo(thing);
        }
        assertThat(metrics.views().stringColumn("file").asList()).containsExactly("000", "001");
        assertThat((String) bridge.rendered(metrics).get("text/html"))
                .contains("PQ 100.0", "AUC@30 1.00", "views of room-1");
        assertThat((String) bridge.rendered(metrics).get("text/plain")).contains("PQ 100.0", "depth_error");
        assertThat(Notebook.metrics(dir).scene().doubleColumn("pq").get(0)).isEqualTo(1);
        SceneMetrics all = metrics("metrics", "--truth", dir, "--count-rare");
        assertThat(all.classes().booleanColumn("counted").asList()).doesNotContain(false);
        assertThat((String) bridge.rendered(all).get("text/html")).contains("Rare classes are counted too");
    }

    @Test
    void aMissedAndAWrongSegmentAreCounted() throws Exception {
        Scene truth = TrueScene.of(ROOM);
        Panoptic p = truth.panoptic().orElseThrow();
        int chair = Rooms.CLASSES.stream().map(c -> c.name()).toList().indexOf("chair");
        // Every wall is said to be a chair.
        var segments = p.segments().stream()
                .map(s -> s.label() == 1 ? new Segment(s.id(), s.query(), chair, 1, 1, s.area()) : s)
                .toList();
        session.workspace()
                .scene("wrong", truth.with(new Panoptic("wrong", p.ids(), p.confidence(), segments)), "standard-v2");
        Table classes =
                metrics("metrics", "--truth", folder.resolve("room").toString()).classes();
        int row = classes.stringColumn("class").asList().indexOf("wall");
        assertThat(classes.intColumn("fn").get(row)).isOne();
        assertThat(classes.doubleColumn("iou").get(row)).isZero();
        row = classes.stringColumn("class").asList().indexOf("chair");
        assertThat(classes.intColumn("fp").get(row)).isOne();
    }

    @Test
    void aSceneThatIsNotMergedHasNoSegmentationToMeasure() throws Exception {
        Scene bare = Scene.of(TrueScene.of(ROOM).prediction());
        session.workspace().scene("bare", bare, "standard-v2");
        SceneMetrics metrics =
                metrics("metrics", "--truth", folder.resolve("room").toString());
        assertThat(metrics.scene().doubleColumn("pq").isMissing(0)).isTrue();
        assertThat(metrics.scene().doubleColumn("depth_error").get(0)).isLessThan(1e-3);
        assertThat(metrics.classes().isEmpty()).isTrue();
        assertThat((String) bridge.rendered(metrics).get("text/html")).doesNotContain("PQ 1");
    }

    @Test
    void photosWithoutTruthAreSaid() throws Exception {
        RoomSample half = new RoomSample(
                ROOM.name(), ROOM.description(), ROOM.views().subList(0, 1), ROOM.classes(), ROOM.instances());
        GroundTruthFolder.write(folder.resolve("half"), half);
        for (String command : List.of("metrics", "compare")) {
            if (command.equals("compare")) {
                value("exercise", folder.resolve("room").toString()); // something that can be merged
            }
            bridge.outputs.clear();
            value(command, "--truth", folder.resolve("half").toString());
            assertThat(bridge.outputs.get(0).bundle().get("text/plain").toString())
                    .contains("Only 1 of 2 photos are measured: the ground truth “room-1” has none of “001”.");
        }
        assertThat(metrics("metrics", "--truth", folder.resolve("half").toString())
                        .views()
                        .rowCount())
                .isOne();
    }

    @Test
    void whatIsRefused() {
        assertThatThrownBy(() -> value("metrics"))
                .isInstanceOf(PanSt3RError.class)
                .hasMessageContaining("--truth DIR");
        assertThatThrownBy(() -> value("metrics", "--truth", folder.toString()))
                .isInstanceOf(PanSt3RError.class)
                .hasMessageContaining("ground-truth.json");
        GroundTruthFolder.write(
                folder.resolve("large"),
                Rooms.sample(1, RoomOptions.defaults().withViews(2).withSize(128, 64)));
        assertThatThrownBy(() ->
                        value("metrics", "--truth", folder.resolve("large").toString()))
                .isInstanceOf(PanSt3RError.class)
                .hasMessageContaining("96×64")
                .hasMessageContaining("128×64");
        assertThatThrownBy(() -> value("metrics", "nothing"))
                .isInstanceOf(PanSt3RError.class)
                .hasMessageContaining("nothing");
    }
}
