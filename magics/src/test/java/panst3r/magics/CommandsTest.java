package panst3r.magics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import panst3r.Progress;
import panst3r.merge.Merge;
import panst3r.scene.Scene;
import tech.tablesaw.api.Table;

/** Every command as a notebook's line, on a scene that needs no network. */
class CommandsTest {
    private static final List<String> CLASSES = List.of("chair", "coffee table", "wall");

    private final RecordingBridge bridge = new RecordingBridge();
    private Session session;

    @TempDir
    Path folder;

    @BeforeEach
    void aNotebookWithAScene() {
        session = PanSt3RMagics.start(bridge);
        put("room", SmallScene.of(3, "small.pth", CLASSES).merged(Merge.standardV2(), Progress.SILENT));
    }

    private void put(String name, Scene scene) {
        session.workspace().scene(name, scene, "standard-v2");
    }

    private Object value(String line) throws Exception {
        return bridge.value("panst3r", Words.of(line).toArray(String[]::new));
    }

    private Table table(String line) throws Exception {
        return (Table) value(line);
    }

    private String plain(String line) throws Exception {
        List<RecordingBridge.Output> outputs =
                bridge.show("panst3r", Words.of(line).toArray(String[]::new));
        return (String) outputs.get(outputs.size() - 1).bundle().get("text/plain");
    }

    private String refusal(String line) {
        PanSt3RError error = catchThrowableOfType(PanSt3RError.class, () -> value(line));
        assertThat(error).as(line).isNotNull();
        assertThat(error.getMessage().trim()).doesNotContain("\n").matches("(?s).*[.?]");
        assertThat(error.getStackTrace()).isEmpty();
        return error.getMessage();
    }

    @Test
    void truthIsASceneUnderItsFoldersName() throws Exception {
        Scene scene = (Scene) value("truth ../sample-scenes/parlour --as parlour");
        assertThat(session.scene("parlour")).isSameAs(scene);
        assertThat(scene.model()).contains("ground truth");
        assertThat(plain("plot --by depth --points 500")).containsPattern("3D view: (49\\d|500) of 1,572,864");
        assertThat(refusal("plot --by mood")).contains("“mood”").contains("confidence");
        assertThat(refusal("plot --points 0")).contains("at least 1 point");
        assertThat(refusal("truth ../sample-scenes/none")).contains("none");
    }

    @Test
    void segments() throws Exception {
        Table t = table("segments");
        assertThat(t.columnNames())
                .containsExactly(
                        "id",
                        "query",
                        "class",
                        "score",
                        "confidence",
                        "points",
                        "pixels",
                        "views",
                        "centroid_x",
                        "centroid_y",
                        "centroid_z",
                        "extent_x",
                        "extent_y",
                        "extent_z");
        assertThat(t.rowCount()).isEqualTo(2);
        assertThat(t.stringColumn("class").asList()).containsExactly("chair", "coffee table");
        assertThat(t.intColumn("query").asList()).containsExactly(0, 1);
        assertThat(t.intColumn("views").asList()).containsExactly(3, 3);
        assertThat(t.doubleColumn("score").get(0)).isCloseTo(1 / (1 + Math.exp(-4)), within(1e-6));
        assertThat(table("segments room --where class = coffee table")
                        .intColumn("id")
                        .asList())
                .containsExactly(2);
    }

    @Test
    void masks() throws Exception {
        Table t = table("masks");
        assertThat(t.rowCount()).isEqualTo(6);
        // Bilinear resizing moves the edge between bands by no more than a pixel.
        assertThat(t.intColumn("left").get(0)).isZero();
        assertThat(t.intColumn("right").get(0)).isBetween(15, 17);
        assertThat(t.intColumn("top").get(0)).isZero();
        assertThat(t.intColumn("bottom").get(0)).isEqualTo(SmallScene.HEIGHT);
        assertThat(t.intColumn("pixels").get(0)).isBetween(15 * 24, 17 * 24);
        assertThat(table("masks --where view = 1 and class = chair")
                        .stringColumn("file")
                        .asList())
                .containsExactly("photo1.png");
    }

    @Test
    void cameras() throws Exception {
        Table t = table("cameras");
        assertThat(t.rowCount()).isEqualTo(3);
        for (int v = 0; v < 3; v++) {
            assertThat(t.doubleColumn("focal").get(v)).isCloseTo(SmallScene.FOCAL, within(1e-3));
            assertThat(t.doubleColumn("x").get(v)).isCloseTo(SmallScene.STEP * v, within(1e-5));
            assertThat(t.doubleColumn("y").get(v)).isCloseTo(0, within(1e-5));
            assertThat(t.doubleColumn("qw").get(v)).isCloseTo(1, within(1e-6));
            assertThat(t.intColumn("width").get(v)).isEqualTo(SmallScene.WIDTH);
        }
        assertThat(t.booleanColumn("keyframe").asList()).containsExactly(true, true, false);
    }

    @Test
    void points() throws Exception {
        Table t = table("points --all");
        assertThat(t.columnNames())
                .containsExactly(
                        "x", "y", "z", "r", "g", "b", "confidence", "view", "row", "column", "segment", "class");
        assertThat(t.rowCount()).isEqualTo(3 * 32 * 24);
        int row = 32 * 24 + 5 * 32 + 8;
        assertThat(t.shortColumn("view").get(row)).isEqualTo((short) 1);
        assertThat(t.shortColumn("row").get(row)).isEqualTo((short) 5);
        assertThat(t.shortColumn("column").get(row)).isEqualTo((short) 8);
        assertThat(t.floatColumn("confidence").get(row)).isCloseTo(10, within(1e-4f));
        float z = 2 + 0.5f * 5 / 24;
        assertThat(t.floatColumn("z").get(row)).isCloseTo(z, within(1e-5f));
        assertThat(t.floatColumn("x").get(row)).isCloseTo((float) (-8 / SmallScene.FOCAL * z + 0.1), within(1e-5f));
        assertThat(t.shortColumn("r").get(row)).isEqualTo((short) Math.round(255 * 8 / 31.0));
        assertThat(t.intColumn("segment").get(row)).isEqualTo(1);
        assertThat(t.stringColumn("class").get(row)).isEqualTo("chair");
        assertThat(t.stringColumn("class").get(31)).isEmpty();
    }

    @Test
    void aSampleOfPointsIsSeededAndSaysSo() throws Exception {
        Table a = table("points --sample 100");
        Table b = table("points --sample 100");
        Table c = table("points --sample 100 --seed 1");
        assertThat(a.rowCount()).isEqualTo(100);
        assertThat(a.name()).isEqualTo("points: a sample of 100, seed 0");
        assertThat(a.write().toString("csv")).isEqualTo(b.write().toString("csv"));
        assertThat(a.write().toString("csv")).isNotEqualTo(c.write().toString("csv"));
        Table chairs = table("points --sample 50 --where class = chair and confidence > 3");
        assertThat(chairs.rowCount()).isEqualTo(50);
        assertThat(chairs.stringColumn("class").unique().asList()).containsExactly("chair");
        assertThat(chairs.floatColumn("confidence").min()).isGreaterThan(3);
        assertThat(chairs.name()).contains("50 of ");
    }

    @Test
    void conditionsOnPointsAgreeWithConditionsOnTheTable() throws Exception {
        String where = "(class = chair or segment = 0) and confidence >= 5 and not row in (3, 4) and x > -0.2";
        Table direct = table("points --all --where " + where);
        Table after = panst3r.magics.tables.Tables.where(table("points --all"), where);
        assertThat(direct.rowCount()).isPositive().isEqualTo(after.rowCount());
        assertThat(direct.write().toString("csv")).isEqualTo(after.write().toString("csv"));
    }

    @Test
    void pointsOfSomeViews() throws Exception {
        assertThat(table("points --all --view 1").rowCount()).isEqualTo(32 * 24);
        assertThat(table("points --all --view photo2.png,0")
                        .shortColumn("view")
                        .unique()
                        .asList())
                .containsExactlyInAnyOrder((short) 0, (short) 2);
        assertThat(table("points --all --view 1 --where row = 0").rowCount()).isEqualTo(32);
        assertThat(refusal("points --view photo9.png")).contains("no photo “photo9.png”");
        assertThat(refusal("points --view 7")).contains("no view 7");
        assertThat(refusal("points --sample -1")).contains("sample of -1");
    }

    @Test
    void mergeReplacesTheSceneAndTakesTheOptionsOfItsStrategy() throws Exception {
        Scene before = session.workspace().scene("room");
        Scene after = (Scene) value("merge --strategy standard-v2 --class-threshold 0.97");
        assertThat(after.panoptic().orElseThrow().segments()).hasSize(1);
        assertThat(session.workspace().scene(null)).isSameAs(after);
        assertThat(before.panoptic().orElseThrow().segments()).hasSize(2);
        assertThat(((Scene) value("merge")).panoptic().orElseThrow().segments()).hasSize(2);
        for (String strategy : Merge.names()) {
            assertThat(((Scene) value("merge --strategy " + strategy))
                            .panoptic()
                            .orElseThrow()
                            .strategy())
                    .isEqualTo(strategy);
        }
    }

    @Test
    void aFailedMergeLeavesTheSceneAsItWas() throws Exception {
        Scene before = session.workspace().scene("room");
        assertThat(refusal("merge --strategy qbo")).contains("qbo", "qubo");
        assertThat(refusal("merge --class-threshold 7")).contains("class-threshold", "7");
        assertThat(refusal("merge --class-threshold many")).contains("many");
        assertThat(refusal("merge --strategy standard-v1 --lambda 1")).contains("standard-v1", "lambda");
        assertThat(refusal("merge nowhere")).contains("no scene named “nowhere”", "room");
        assertThat(session.workspace().scene("room")).isSameAs(before);
        assertThat(table("segments").rowCount()).isEqualTo(2);
    }

    @Test
    void geometryOnlySaysWhatIsMissing() throws Exception {
        put("bare", Scene.of(SmallScene.geometryOnly(2)));
        assertThat(table("cameras bare").rowCount()).isEqualTo(2);
        assertThat(table("points bare --all").rowCount()).isEqualTo(2 * 32 * 24);
        assertThat(refusal("segments bare")).contains("geometry only");
        assertThat(refusal("masks bare")).contains("geometry only");
        assertThat(refusal("merge bare")).contains("no masks");
        assertThat(plain("plot bare")).contains("geometry only");
    }

    @Test
    void scenesAndInfo() throws Exception {
        put("second", SmallScene.of(2, "other.pth", CLASSES));
        Table t = table("scenes");
        assertThat(t.stringColumn("name").asList()).containsExactly("room", "second");
        assertThat(t.intColumn("segments").get(0)).isEqualTo(2);
        assertThat(plain("info")).contains("model: none yet", "scenes: room, second", "kernel: memory");
    }

    @Test
    void randomWeightsAreSaidWithEverySceneAndPlot() throws Exception {
        put(
                "toy",
                SmallScene.of(2, "tiny.pth (" + Model.RANDOM + ")", CLASSES)
                        .merged(Merge.standardV2(), Progress.SILENT));
        assertThat(plain("plot toy")).contains("random weights: what you see is not a result");
        assertThat((String) bridge.rendered(session.workspace().scene("toy")).get("text/html"))
                .contains("<b>Random weights:</b> what you see is not a result");
        assertThat((String) bridge.rendered(session.workspace().scene("room")).get("text/html"))
                .doesNotContain("Random weights");
        for (String command : List.of("segments", "masks", "cameras", "points")) {
            assertThat(table(command + " toy").name()).endsWith("(random weights: not a result)");
        }
        assertThat(Notebook.segments(session.workspace().scene("toy")).first(1).name())
                .contains("random weights");
        assertThat(table("scenes").stringColumn("model").asList()).anyMatch(m -> m.contains("random weights"));
    }

    @Test
    void theSameSceneGivesTheSameBytes() throws Exception {
        for (String command : List.of("segments", "masks", "cameras", "points --sample 100", "plot")) {
            boolean same = rendered(command).equals(rendered(command));
            assertThat(same).as(command).isTrue(); // not isEqualTo: nobody wants to read a viewer's page in a log
        }
    }

    /** Without what tells one view on the page from another. */
    private Map<String, Object> rendered(String command) throws Exception {
        Map<String, Object> out = new LinkedHashMap<>(bridge.rendered(value(command)));
        out.replaceAll((type, content) -> content.toString().replaceAll("data-panst3r=\"[^\"]*\"", ""));
        return out;
    }

    @Test
    void helpForAllAndForEach() throws Exception {
        for (String command : List.of(
                "model",
                "open",
                "run",
                "merge",
                "points",
                "masks",
                "segments",
                "cameras",
                "plot",
                "info",
                "save",
                "load",
                "scenes",
                "last-error",
                "help")) {
            assertThat(plain("help")).contains("\n  " + command);
            if (!command.equals("help")) {
                assertThat(plain(command + " --help")).startsWith("Usage: %panst3r " + command);
                assertThat(plain("help " + command)).isEqualTo(plain(command + " --help"));
            }
        }
        assertThat(plain("merge --help")).contains("--strategy", "--mask-threshold", "--lambda");
        assertThat(plain("")).isEqualTo(plain("help")).isEqualTo(plain("--help"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            segmnts                   | segments
            plots                     | plot
            segments --wheer x        | --where
            points --sampel 3         | --sample
            merge --stratgy qubo      | --strategy
            """)
    void typosGetASuggestion(String line, String meant) {
        assertThat(refusal(line)).contains("did you mean", meant);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "points --sample many",
                "points --all --sample 3",
                "model",
                "open",
                "save",
                "load",
                "run --keyframes",
                "points room other",
                "run nowhere",
                "run",
                "plot --points x",
                "help nothing",
                "open x --max 0",
                "points --where clas = chair",
                "segments --where class <",
                "frobnicate",
                "--frobnicate"
            })
    void whatCannotBeUnderstoodIsOneSentence(String line) {
        refusal(line);
        assertThat(session.workspace().scenes()).containsOnlyKeys("room");
    }

    @Test
    void theWholeStoryOfTheLastErrorIsThere() throws Exception {
        refusal("merge --strategy qbo");
        assertThat(plain("last-error")).contains("PanSt3RException", "at panst3r.merge");
    }

    @Test
    void aCellOfCommandsGivesTheValueOfTheLast() throws Exception {
        Object value = bridge.cellValue("panst3r", List.of(), "# all at once\nmerge --strategy qubo\n\nsegments\n");
        assertThat(((Table) value).name()).isEqualTo("segments");
        assertThat(session.workspace().scene(null).panoptic().orElseThrow().strategy())
                .isEqualTo("qubo");
    }

    @Test
    void theSameAsJavaCalls() {
        assertThat(Notebook.segments().rowCount()).isEqualTo(2);
        assertThat(Notebook.points(7).rowCount()).isEqualTo(7);
        assertThat(Notebook.points("class = chair", 5)
                        .stringColumn("class")
                        .unique()
                        .asList())
                .containsExactly("chair");
        assertThat(Notebook.merge("qubo")).isSameAs(Notebook.scene());
        assertThatThrownBy(() -> Notebook.scene("nowhere")).isInstanceOf(PanSt3RError.class);
    }

    @Test
    void saveAndLoad() throws Exception {
        Path file = folder.resolve("room.p3r");
        assertThat(value("save " + file)).isEqualTo(file);
        assertThat(refusal("save " + file)).contains("--overwrite");
        value("save " + file + " room --overwrite");
        Scene loaded = (Scene) value("load " + file + " --as again");
        assertThat(table("segments again").write().toString("csv"))
                .isEqualTo(table("segments room").write().toString("csv"));
        assertThat(session.workspace().nameOf(loaded)).isEqualTo("again");
        Path text = Files.writeString(folder.resolve("notes.txt"), "no scene");
        refusal("load " + text);
        refusal("load " + folder.resolve("nothing.p3r"));
        assertThat(session.workspace().scenes()).containsOnlyKeys("room", "again");
        assertThat(session.workspace().nameOf(value("load " + file))).isEqualTo("room");
    }

    private static Offset<Double> within(double d) {
        return Offset.offset(d);
    }

    private static Offset<Float> within(float d) {
        return Offset.offset(d);
    }
}
