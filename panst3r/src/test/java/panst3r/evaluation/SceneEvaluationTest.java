package panst3r.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import panst3r.Progress;
import panst3r.metrics.GroundTruth;
import panst3r.metrics.PoseAccuracy;
import panst3r.metrics.TrueScene;
import panst3r.rooms.RoomCategory;
import panst3r.rooms.RoomInstance;
import panst3r.rooms.RoomOptions;
import panst3r.rooms.RoomSample;
import panst3r.rooms.RoomView;
import panst3r.rooms.Rooms;
import panst3r.scene.Scene;

class SceneEvaluationTest {
    private static final RoomOptions SMALL = RoomOptions.defaults().withViews(3).withSize(96, 64);
    private static final RoomSample ROOM = Rooms.sample(Rooms.FIRST_HELD_OUT_SEED, SMALL);

    private static SceneEvaluation evaluate(RoomSample truth, Scene scene) {
        return SceneEvaluation.of(GroundTruth.of(truth, scene), scene, Progress.SILENT);
    }

    @Test
    void theTruthIsPerfect() {
        SceneEvaluation e = evaluate(ROOM, TrueScene.of(ROOM));
        assertThat(e.panoptic().orElseThrow().all().pq()).isEqualTo(1);
        assertThat(e.panoptic().orElseThrow().things().pq()).isEqualTo(1);
        assertThat(e.semantic().orElseThrow().miou()).isEqualTo(1);
        assertThat(e.semantic().orElseThrow().pixelAccuracy()).isEqualTo(1);
        assertThat(e.viewDepthError()).isLessThan(1e-6);
        assertThat(e.depth().absoluteRelative()).isLessThan(1e-6);
        PoseAccuracy poses = e.poses().orElseThrow();
        assertThat(Arrays.stream(poses.rotationDegrees()).max().orElseThrow()).isLessThan(0.05);
        assertThat(Arrays.stream(poses.translationDegrees()).max().orElseThrow())
                .isLessThan(0.05);
        assertThat(poses.auc30()).isEqualTo(1);
        assertThat(e.points().orElseThrow().accuracyMean()).isLessThan(1e-4);
        assertThat(e.points().orElseThrow().completenessMean()).isLessThan(1e-4);
        assertThat(e.points().orElseThrow().normalConsistency()).isGreaterThan(0.999);
        assertThat(e.instances().orElseThrow().ap()).isEqualTo(1);
        assertThat(e.instances().orElseThrow().ap25()).isEqualTo(1);
        assertThat(e.viewDepthInliers()).isEqualTo(1);
        assertThat(e.views()).allSatisfy(v -> {
            assertThat(v.panoptic().orElseThrow().all().pq()).isEqualTo(1);
            assertThat(v.focalError()).isLessThan(1e-3);
        });
    }

    @Test
    void withoutMotionTheErrorOfAPoseIsTheMotionItself() {
        Baselines.Mean mean = new Baselines.Mean(2.5, 0.8, 1);
        SceneEvaluation e = evaluate(ROOM, Baselines.noMotion(ROOM, mean));
        double[] a = ROOM.views().get(0).camera().cameraToWorld();
        double[] b = ROOM.views().get(1).camera().cameraToWorld();
        double trace = 0;
        for (int r = 0; r < 3; r++) {
            for (int c = 0; c < 3; c++) {
                trace += a[4 * r + c] * b[4 * r + c];
            }
        }
        double angle = Math.toDegrees(Math.acos((trace - 1) / 2));
        assertThat(e.poses().orElseThrow().rotationDegrees()[0]).isCloseTo(angle, within(0.05));
        assertThat(e.poses().orElseThrow().auc30()).isEqualTo(0);
        int wall = 0;
        int pixels = 0;
        for (int v = 0; v < 3; v++) {
            for (int c : ROOM.classIds(v)) {
                wall += c == 1 ? 1 : 0;
                pixels++;
            }
        }
        assertThat(e.semantic().orElseThrow().pixelAccuracy()).isCloseTo(wall / (double) pixels, within(1e-9));
        double worst = 0; // one depth for all: the error of each view is that of its own median
        for (ViewEvaluation v : e.views()) {
            worst = Math.max(worst, v.depth().absoluteRelative());
        }
        assertThat(worst).isBetween(0.05, 2.0);
        assertThat(e.depth().scale()).isBetween(0.3, 3.0);
    }

    @Test
    void pixelsThatTheWorkingSizeLeavesOutDoNotCount() {
        // The scene's views show a crop of the photos.
        RoomSample large = Rooms.sample(Rooms.FIRST_HELD_OUT_SEED, SMALL.withSize(192, 128));
        Scene cropped = Cropped.of(TrueScene.of(large), 8, 4);
        SceneEvaluation e = evaluate(large, cropped);
        assertThat(e.panoptic().orElseThrow().all().pq()).isEqualTo(1);
        assertThat(e.semantic().orElseThrow().pixelAccuracy()).isEqualTo(1);
        assertThat(e.viewDepthError()).isLessThan(1e-6);
        assertThat(e.views().get(0).depth().pixels()).isEqualTo((192 - 16) * (128 - 8));
    }

    @Test
    void viewsWithoutTruthAreLeftOut() {
        RoomSample two = new RoomSample("two", "", ROOM.views().subList(1, 3), ROOM.classes(), ROOM.instances());
        SceneEvaluation e = evaluate(two, TrueScene.of(ROOM));
        assertThat(e.views()).extracting(ViewEvaluation::index).containsExactly(1, 2);
        assertThat(e.panoptic().orElseThrow().all().pq()).isEqualTo(1);
        assertThat(e.poses().orElseThrow().rotationDegrees()).hasSize(1);
        assertThat(e.poses().orElseThrow().auc30()).isEqualTo(1);
    }

    @Test
    void aSceneThatIsNotMergedHasGeometryAlone() {
        SceneEvaluation e = evaluate(ROOM, Scene.of(TrueScene.of(ROOM).prediction()));
        assertThat(e.panoptic()).isEmpty();
        assertThat(e.semantic()).isEmpty();
        assertThat(e.viewDepthError()).isLessThan(1e-6);
    }

    @Test
    void rareClassesCountIfThatIsAsked() {
        RoomView first = ROOM.views().get(0);
        int[] ids = first.ids().clone();
        int door = 1 + ROOM.instances().get(ROOM.instances().size() - 1).id();
        Arrays.fill(ids, 0, 5, door); // five pixels of a door
        RoomSample room = new RoomSample(
                "door",
                "",
                List.of(new RoomView(first.name(), first.camera(), first.rgb(), first.depth(), ids)),
                ROOM.classes(),
                Stream.concat(
                                ROOM.instances().stream(),
                                Stream.of(
                                        new RoomInstance(door, Rooms.CLASSES.indexOf(new RoomCategory("door", true)))))
                        .toList());
        Scene scene = TrueScene.of(room);
        SceneEvaluation without = evaluate(room, scene);
        SceneEvaluation with = SceneEvaluation.of(GroundTruth.of(room, scene), scene, false, Progress.SILENT);
        var rare = without.panoptic().orElseThrow().rare();
        assertThat(rare).isNotEmpty();
        assertThat(with.panoptic().orElseThrow().rare()).isEmpty();
        assertThat(with.panoptic().orElseThrow().perClass())
                .hasSize(without.panoptic().orElseThrow().perClass().size() + rare.size());
        assertThat(with.rareLeftOut()).isFalse();
    }

    /** A view's arrays take 6 MB: a thousand of them do not fit into the heap. */
    @Test
    void aThousandViewsAreMeasuredInTheMemoryOfOne() throws Exception {
        Process java = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx160m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        StreamingBench.class.getName(),
                        "1000",
                        "512",
                        "384")
                .redirectErrorStream(true)
                .start();
        String out = new String(java.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(java.waitFor()).as(out).isZero();
        System.out.print(out);
        Matcher heaps = Pattern.compile("heap (\\d+) MB").matcher(out);
        assertThat(heaps.find()).isTrue();
        int early = Integer.parseInt(heaps.group(1));
        assertThat(heaps.find()).isTrue();
        // what grows is the sample of points, to its limit
        assertThat(Integer.parseInt(heaps.group(1)) - early).as(out).isLessThan(64);
        assertThat(out).contains("views 1000");
    }

    @Test
    void theTableNamesEveryColumnOnce() {
        RoomsBench.Row row = new RoomsBench.Row("model", evaluate(ROOM, TrueScene.of(ROOM)), 0.9, 0.8, 1.5);
        String[] lines = RoomsBench.table(List.of(row, row)).split(System.lineSeparator());
        assertThat(lines).hasSize(2);
        assertThat(lines[1]).startsWith("model").contains(" 100.0 ").endsWith("1.50");
        assertThat(RoomsBench.csv(row, 3).split(","))
                .hasSameSizeAs(RoomsBench.csvHeader().split(","));
    }
}
