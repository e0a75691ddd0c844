package panst3r.magics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import panst3r.Progress;
import panst3r.figure.Figure;
import panst3r.merge.Merge;
import panst3r.rooms.GroundTruthFolder;
import panst3r.rooms.RoomOptions;
import panst3r.rooms.RoomSample;
import panst3r.rooms.Rooms;
import panst3r.scene.Scene;

/** {@code %panst3r figure} as a notebook's line: files, what a cell shows, and one sentence for whatever is wrong. */
class FigureCommandTest {
    private static final List<String> CLASSES = List.of("chair", "<img src=x onerror=alert(1)>", "wall");

    private final RecordingBridge bridge = new RecordingBridge();
    private Session session;

    @TempDir
    Path folder;

    @BeforeEach
    void aNotebookWithAScene() {
        session = PanSt3RMagics.start(bridge);
        Scene scene = SmallScene.of(3, "small.pth", CLASSES).merged(Merge.standardV2(), Progress.SILENT);
        session.workspace().scene("room", scene, "standard-v2");
    }

    private Object value(String line) throws Exception {
        return bridge.value("panst3r", Words.of("figure " + line).toArray(String[]::new));
    }

    private String refusal(String line) {
        PanSt3RError error = catchThrowableOfType(PanSt3RError.class, () -> value(line));
        assertThat(error).as(line).isNotNull();
        assertThat(error.getMessage().trim()).doesNotContain("\n").matches("(?s).*[.?]");
        return error.getMessage();
    }

    @ParameterizedTest
    @CsvSource({"png,\u0089PNG", "svg,<svg", "pdf,%PDF"})
    void writesWhatTheEndingSays(String ending, String start) throws Exception {
        Path file = folder.resolve("plan." + ending);
        Object value = value("cameras --out " + file + " --dpi 60 --width 12cm");
        assertThat(value).isInstanceOf(Figure.class);
        assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
                .startsWith(start);
        assertThat(refusal("cameras --dpi 60 --out " + file))
                .isEqualTo(file + " is there already; say --overwrite to replace it.");
        value("cameras --dpi 60 --overwrite --out " + file);
        try (var left = Files.list(folder)) {
            assertThat(left).containsExactly(file);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"overview", "objects", "cameras", "comparison"})
    void aCellShowsSvg(String layout) throws Exception {
        var outputs = bridge.show("panst3r", "figure", layout, "--dpi", "60");
        Map<String, Object> bundle = outputs.get(outputs.size() - 1).bundle();
        String html = (String) bundle.get("text/html");
        assertThat(html).startsWith("<img ").doesNotContain("<img src=x").hasSizeLessThan(5_000_000);
        String data = html.substring(html.indexOf("base64,") + 7, html.lastIndexOf('"'));
        String svg = new String(Base64.getDecoder().decode(data), StandardCharsets.UTF_8);
        assertThat(svg).startsWith("<svg").contains("<text").doesNotContain("<img");
        assertThat(Base64.getDecoder().decode((String) bundle.get("image/png"))).isNotEmpty();
        assertThat((String) bundle.get("text/plain")).contains("Model: small.pth");
    }

    @Test
    void metricsAndAComparisonKnowTheTruth() throws Exception {
        RoomSample room = Rooms.sample(
                Rooms.FIRST_HELD_OUT_SEED, RoomOptions.defaults().withViews(3).withSize(96, 72));
        Path truth = folder.resolve("truth");
        GroundTruthFolder.write(truth, room);
        bridge.value("panst3r", "exercise", truth.toString(), "--copies", "2", "--as", "exercise");
        Figure metrics =
                (Figure) value("metrics --strategies standard-v2,standard-v1 --sweep mask-threshold:0.2:0.8 --dpi 60");
        assertThat(metrics.svg(Progress.SILENT))
                .contains("standard-v1", "mIoU", "quality against mask-threshold", "default");
        assertThat(((Figure) value("comparison --dpi 60")).svg(Progress.SILENT)).contains(">PQ ", "qubo");
        assertThat(((Figure) value("metrics --dpi 60 --truth " + truth)).caption(Progress.SILENT))
                .contains(room.name());
        assertThat(((Figure) value("metrics --dpi 60 --set mask-threshold=0.6")).svg(Progress.SILENT))
                .contains("standard-v2 mask-threshold=0.6");
        assertThat(((Figure) value("comparison --dpi 60 --set temperature=2")).svg(Progress.SILENT))
                .contains("temperature=2");
        assertThat(refusal("metrics --sweep solver"))
                .startsWith("standard-v2 has no option “solver”; there is class-threshold, mask-threshold, ");
        assertThat(refusal("metrics --sweep mask-threshold:a:b"))
                .isEqualTo("“mask-threshold:a:b” is no sweep; say it as OPTION:FROM:TO, such as"
                        + " mask-threshold:0.1:0.9.");
    }

    @Test
    void sentences() throws Exception {
        assertThat(refusal("overvie"))
                .isEqualTo("There is no layout “overvie”; there is overview, comparison, objects, cameras, metrics.");
        assertThat(refusal("overview --width wide")).isEqualTo("“wide” is no width; say it as 170mm, 17cm or 6.7in.");
        assertThat(refusal("overview --width 20mm")).isEqualTo("A figure is 80 to 500 mm wide, not 20 mm.");
        assertThat(refusal("overview --width 40in")).isEqualTo("A figure is 80 to 500 mm wide, not 1016 mm.");
        assertThat(refusal("overview --dpi 5")).isEqualTo("A figure has 50 to 1200 dots per inch, not 5.");
        assertThat(refusal("overview --dpi many")).contains("takes a whole number for --dpi, not “many”");
        assertThat(refusal("overview --out " + folder.resolve("a.gif")))
                .isEqualTo("A figure is a .png, .svg or .pdf file, which “a.gif” is not.");
        Path file = Files.writeString(folder.resolve("file"), "x");
        assertThat(refusal("overview --dpi 60 --out " + file.resolve("a.png")))
                .startsWith(file.resolve("a.png") + " could not be written: ");
        assertThat(refusal("overview kitchen")).isEqualTo("There is no scene named “kitchen”; there is room.");
        assertThat(refusal("overview --views 9")).isEqualTo("There is no view 9; this scene has views 0 to 2.");
        assertThat(refusal("overview --views sofa.jpg"))
                .isEqualTo("There is no photo “sofa.jpg” in this scene; %panst3r cameras lists them.");
        assertThat(refusal("overview --viewpoint 1,2")).contains("is no viewpoint");
        assertThat(refusal("metrics"))
                .isEqualTo("Metrics are measured against ground truth, and this scene has none; name its folder with"
                        + " --truth DIR.");
        assertThat(refusal("comparison --strategies standard-v2"))
                .isEqualTo("A comparison needs two strategies or more.");
        assertThat(refusal("comparison --strategies best,worst")).contains("There is no merging strategy “best”");

        session.workspace().scene("bare", Scene.of(SmallScene.geometryOnly(2)), "standard-v2");
        assertThat(refusal("objects bare"))
                .isEqualTo("This scene has no segments to make a catalogue of; merge it first.");
        assertThat(refusal("comparison bare")).contains("no masks");

        PanSt3RMagics.start(bridge);
        assertThat(refusal("overview"))
                .isEqualTo("There is no scene yet; make one with %panst3r run, or %panst3r load PATH.");
    }

    @Test
    void aSceneOfAnUnknownStrategyHasItsFigures() throws Exception {
        session.workspace().scene("loaded", session.scene("room"), "by hand");
        assertThat(value("objects loaded --dpi 60")).isInstanceOf(Figure.class);
        assertThat(refusal("comparison bare")).contains("There is no scene named “bare”");
    }

    @Test
    void javaCallsDoTheSame() throws Exception {
        Figure byCommand = (Figure) value("cameras");
        Figure byCall = Notebook.figure("cameras");
        assertThat(byCall.svg(Progress.SILENT)).isEqualTo(byCommand.svg(Progress.SILENT));
        assertThat(Figure.cameras(session.scene("room")).title("room").svg(Progress.SILENT))
                .isEqualTo(byCommand.svg(Progress.SILENT));
    }

    @Test
    void widthsAreLengths() {
        assertThat(FigureRequest.millimetres("170mm")).isEqualTo(170);
        assertThat(FigureRequest.millimetres(" 17 cm")).isEqualTo(170);
        assertThat(FigureRequest.millimetres("5in")).isEqualTo(127);
        assertThat(FigureRequest.millimetres("90")).isEqualTo(90);
    }
}
