package panst3r.magics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import panst3r.checkpoint.HalfPrecision;
import panst3r.magics.compare.SceneComparison;
import panst3r.scene.Scene;
import tech.tablesaw.api.Table;

/** The main job from the first line to the plot, with the network of a tiny checkpoint. */
class RealRunTest {
    private static final Path TINY = TestFiles.fixtures().resolve("tiny-v2");

    private final RecordingBridge bridge = new RecordingBridge();
    private final Session session = PanSt3RMagics.start(bridge);

    @TempDir
    Path folder;

    private Object value(String line) throws Exception {
        return bridge.value("panst3r", Words.of(line).toArray(String[]::new));
    }

    @Test
    void threeLinesAndAPlot() throws Exception {
        Model model = (Model) value("model " + TINY + "/model.pth --classes " + TINY + "/classes.safetensors");
        assertThat(model.random()).isTrue();
        assertThat((String) bridge.rendered(model).get("text/html")).contains("<b>Random weights:</b>");
        assertThat(model.classes().orElseThrow().names()).startsWith("class 0", "class 1");
        String names = "wall,floor,chair,table,\"coffee lamp\",book,plant,window,sofa";
        model = (Model)
                value("model " + TINY + "/model.pth --classes " + TINY + "/classes.safetensors --names " + names);
        assertThat(model.classes().orElseThrow().names())
                .startsWith("wall")
                .contains("coffee lamp")
                .endsWith("sofa");
        value("open " + TINY + "/scene-b --as room");

        bridge.outputs.clear();
        Scene scene = (Scene) value("run --keyframes 3 --size 224");
        assertThat(scene.views()).isEqualTo(4);
        assertThat(scene.prediction().views()).filteredOn(v -> v.keyframe()).hasSize(3);
        assertThat(scene.panoptic()).isPresent();
        assertThat(bridge.outputs).hasSize(1);
        assertThat((String) bridge.outputs.get(0).bundle().get("text/plain"))
                .contains("4 photos, ", "(standard-v2) in ", "Memory: about ");

        Table cameras = (Table) value("cameras");
        assertThat(cameras.rowCount()).isEqualTo(4);
        assertThat(((Table) value("points --all")).rowCount()).isEqualTo(4 * 224 * 224);
        Map<String, Object> plot = bridge.rendered(value("plot"));
        assertThat((String) plot.get("text/html")).contains("Random weights", "<iframe", "sandbox=");
        assertThat(plot.get("text/html").toString().length()
                        + plot.get("image/png").toString().length())
                .isLessThan(5_000_000);
        assertThat((String) plot.get("text/plain")).contains(Model.RANDOM);

        String table = ((Table) value("segments")).write().toString("csv");
        Scene again = (Scene) value("run --keyframes 3 --size 224 --batch 2");
        assertThat(again.panoptic().orElseThrow().ids().get(0))
                .isEqualTo(scene.panoptic().orElseThrow().ids().get(0));
        assertThat(((Table) value("segments")).write().toString("csv")).isEqualTo(table);
    }

    @Test
    void aModelMayHaveMergeOptionsOfItsOwn() throws Exception {
        Path own = folder.resolve("own.safetensors");
        HalfPrecision.convert(TINY.resolve("model.pth"), own, Optional.of("standard-v2:mask-threshold=0.4"));
        String ownWay = "standard-v2 mask-threshold=0.4";
        assertThat(value("model " + own + " --classes " + TINY + "/classes.safetensors"))
                .asString()
                .contains("merged by " + ownWay);
        value("open " + TINY + "/scene-b --as room");
        assertThat(strategyOf(value("run --size 224"))).isEqualTo(ownWay);
        // what the user types wins, and a strategy by its name is the published one
        assertThat(strategyOf(value("merge --mask-threshold 0.3"))).isEqualTo("standard-v2 mask-threshold=0.3");
        assertThat(strategyOf(value("merge --iterations 1"))).isEqualTo("standard-v2 mask-threshold=0.4 iterations=1");
        assertThat(strategyOf(value("merge --strategy standard-v2"))).isEqualTo("standard-v2");
        assertThat(strategyOf(value("merge"))).isEqualTo(ownWay);
        assertThat(((SceneComparison) value("compare --flat"))
                        .table()
                        .stringColumn("strategy")
                        .asList())
                .containsExactly(ownWay, "standard-v2", "standard-v1", "qubo");

        HalfPrecision.convert(TINY.resolve("model.pth"), own, Optional.of("qubo:mask-threshold=0.4"));
        assertThat(catchThrowable(() -> value("model " + own)))
                .hasMessageContaining("own.safetensors cannot be merged as it says: qubo has no option");
        assertThat(strategyOf(value("run --size 224"))).isEqualTo(ownWay);
    }

    private static String strategyOf(Object scene) {
        return ((Scene) scene).panoptic().orElseThrow().strategy();
    }

    @Test
    void oneCorruptPhotoAmongGoodOnesIsLeftOutAndTheRestRuns() throws Exception {
        value("model " + TINY + "/model.pth --classes " + TINY + "/classes.safetensors");
        for (int v = 0; v < 3; v++) {
            Files.copy(TINY.resolve("scene-b/view" + v + ".png"), folder.resolve("view" + v + ".png"));
        }
        byte[] whole = Files.readAllBytes(folder.resolve("view1.png"));
        Files.write(folder.resolve("view1.png"), java.util.Arrays.copyOf(whole, whole.length / 2));
        value("open " + folder + " --as cut");
        bridge.outputs.clear();
        Scene scene = (Scene) value("run --size 224");
        assertThat(scene.views()).isEqualTo(2);
        assertThat((String) bridge.outputs.get(0).bundle().get("text/plain"))
                .contains("2 photos", "Warning: view1.png was left out");
    }

    @Test
    void aSecondRunEncodesOnlyWhatIsNew() throws Exception {
        value("model " + TINY + "/model.pth --classes " + TINY + "/classes.safetensors");
        value("open " + TINY + "/scene-b --as room");
        assertThat(value("cache " + folder + " --limit 2").toString()).contains(folder.toString(), "2.00 GB");
        Scene first = (Scene) value("run --keyframes 2 --size 224");
        assertThat(value("cache").toString()).doesNotContain(": 0.0 MB");
        bridge.outputs.clear();
        Scene second = (Scene) value("run --keyframes 2 --size 224");
        assertThat((String) bridge.outputs.get(0).bundle().get("text/plain")).contains("0 of 4 photos encoded anew");
        for (int v = 0; v < 4; v++) {
            assertThat(second.labelMap(v)).isEqualTo(first.labelMap(v));
        }
        assertThat(value("cache --clear").toString()).startsWith("Deleted ").contains(": 0.0 MB");
        assertThat(value("cache --off").toString()).contains("not kept");
        value("run --keyframes 2 --size 224");
        try (Stream<Path> left = Files.walk(folder)) {
            assertThat(left.filter(Files::isRegularFile)).isEmpty();
        }
        assertThat(catchThrowable(() -> value("cache --limit 0"))).hasMessageContaining("more than 0");
        assertThat(catchThrowable(() -> value("cache --off --limit 3"))).hasMessageContaining("--off keeps nothing");
    }

    @Test
    void aSequenceShowsWhatThereIsAndAnInterruptLeavesIt() throws Exception {
        value("model " + TINY + "/model.pth --classes " + TINY + "/classes.safetensors");
        value("open " + TINY + "/scene-b --as room");
        Scene whole = (Scene) value("run --size 224");
        bridge.outputs.clear();
        Scene scene = (Scene) value("run --sequence --size 224");
        assertThat(scene.labelMap(3)).isEqualTo(whole.labelMap(3));
        assertThat(bridge.shown.stream().map(b -> b.get("text/plain").toString()))
                .anyMatch(line -> line.startsWith("2 of 4 photos so far"));

        bridge.interruptAfter("2 of 4 photos so far");
        assertThat(catchThrowable(() -> value("run --sequence --size 224")))
                .hasMessageContaining("the scene of the first 2 photos is kept as “room-part”");
        assertThat(bridge.shown.get(bridge.shown.size() - 1).get("text/plain").toString())
                .contains("Of this run the scene of the first 2 photos is kept as");
        assertThat(((Table) value("cameras room-part")).rowCount()).isEqualTo(2);
        assertThat(((Table) value("cameras room")).rowCount()).isEqualTo(4);
        assertThat(catchThrowable(() -> value("run --sequence --retrieval --keyframes 2")))
                .hasMessageContaining("leave one of the two out");
    }

    @Test
    void withoutClassesThereIsGeometry() throws Exception {
        Model model = (Model) value("model " + TINY + "/model.pth");
        assertThat(model.toString()).contains("no classes given", "--classes FILE");
        value("open " + TINY + "/scene-a --as room");
        Scene scene = (Scene) value("run --size 224");
        assertThat(scene.panoptic()).isEmpty();
        assertThat(((Table) value("cameras")).rowCount()).isEqualTo(2);
        assertThat(((Table) value("points")).rowCount()).isEqualTo(10_000);
        assertThat(catchThrowable(() -> value("segments"))).hasMessageContaining("geometry only");
    }

    @Test
    void aGeometryCheckpointGivesGeometry() throws Exception {
        Path file = TestFiles.fixtures().resolve("must3r-only/model.pth");
        assertThat(value("model " + file).toString()).contains("geometry only");
        value("open " + TINY + "/scene-a --as room");
        assertThat(((Scene) value("run --size 224")).views()).isEqualTo(2);
        assertThat(bridge.rendered(value("plot"))).containsKey("text/html");
    }

    @Test
    void anInterruptedRunLeavesEarlierScenesAndTheNextRunWorks() throws Exception {
        value("model " + TINY + "/model.pth --classes " + TINY + "/classes.safetensors");
        value("open " + TINY + "/scene-b --as room");
        Scene before = (Scene) value("run --size 224");
        bridge.outputs.clear();
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread cell = new Thread(() -> thrown.set(catchThrowable(() -> value("run --size 512"))));
        cell.start();
        while (cell.isAlive() && !shows("Memory: ")) {
            Thread.sleep(5);
        }
        cell.interrupt();
        long start = System.nanoTime();
        cell.join();
        assertThat(thrown.get()).isInstanceOf(PanSt3RError.class).hasMessageContaining("was interrupted");
        assertThat((System.nanoTime() - start) / 1e9)
                .as("seconds until it stopped")
                .isLessThan(10);
        assertThat(session.workspace().scene("room")).isSameAs(before);
        Scene after = (Scene) value("run --size 224");
        assertThat(after.panoptic().orElseThrow().ids().get(0))
                .isEqualTo(before.panoptic().orElseThrow().ids().get(0));
    }

    private boolean shows(String word) {
        synchronized (bridge.outputs) {
            return bridge.outputs.stream()
                    .anyMatch(o -> o.bundle().get("text/plain").toString().contains(word));
        }
    }

    @Test
    void optionsOutOfRange() throws Exception {
        value("model " + TINY + "/model.pth --classes " + TINY + "/classes.safetensors");
        value("open " + TINY + "/scene-a --as room");
        for (String line : List.of("run --keyframes 1", "run --keyframes -3", "run --size 100", "run --batch 0")) {
            PanSt3RError error = catchThrowableOfType(PanSt3RError.class, () -> value(line));
            assertThat(error).as(line).isNotNull();
            assertThat(error.getMessage()).endsWith(".").doesNotContain("Unexpected");
        }
        assertThat(session.workspace().scenes()).isEmpty();
    }
}
