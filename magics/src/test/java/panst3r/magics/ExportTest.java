package panst3r.magics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import panst3r.Progress;
import panst3r.export.ExportFormat;
import panst3r.export.ExportOptions;
import panst3r.merge.Merge;
import panst3r.scene.Scene;
import tech.tablesaw.api.Table;
import tech.tablesaw.io.csv.CsvReadOptions;

/** {@code %panst3r export} and {@code %panst3r cameras --from} as a notebook's lines. */
class ExportTest {
    private final RecordingBridge bridge = new RecordingBridge();
    private Session session;
    private Scene scene;

    @TempDir
    Path folder;

    @BeforeEach
    void aNotebookWithAScene() {
        session = PanSt3RMagics.start(bridge);
        scene = SmallScene.of(3, "small.pth", List.of(" chair, \"green\"\n=1+1 ", "coffee table", "wall"))
                .merged(Merge.standardV2(), Progress.SILENT);
        session.workspace().scene("room", scene, "standard-v2");
    }

    private Object value(String... args) throws Exception {
        return bridge.value("panst3r", args);
    }

    private String refusal(String... args) {
        PanSt3RError error = catchThrowableOfType(PanSt3RError.class, () -> value(args));
        assertThat(error).as(String.join(" ", args)).isNotNull();
        assertThat(error.getMessage()).doesNotContain("\n", "Unexpected").endsWith(".");
        return error.getMessage();
    }

    private String at(String name) {
        return folder.resolve(name).toString();
    }

    private List<String> files(String name) throws IOException {
        try (Stream<Path> all = Files.walk(folder.resolve(name))) {
            return all.filter(Files::isRegularFile)
                    .map(p -> folder.resolve(name).relativize(p).toString())
                    .sorted()
                    .toList();
        }
    }

    @Test
    void theNameTellsTheFormat() throws Exception {
        for (String name : List.of("a.ply", "B.GLB", "c.html", "cameras.csv", "segments.parquet", "points.csv")) {
            assertThat(value("export", at(name))).isEqualTo(folder.resolve(name));
            assertThat(folder.resolve(name)).isNotEmptyFile();
        }
        assertThat(refusal("export", at("a.obj"))).contains("--format", "colmap");
        assertThat(refusal("export", at("a"), "--format", "obj")).contains("no format “obj”", "ply");
        assertThat(refusal("export", at("things.csv"))).contains("no table “things”", "--table");
        assertThat(refusal("export", at("a.ply"))).contains("--overwrite");
        assertThat(refusal("export", at("x.ply"), "nowhere")).contains("no scene named “nowhere”");
        assertThat(refusal("export", at("x.ply"), "--segment", "77")).contains("no segment 77");
        value("export", at("a.ply"), "room", "--overwrite", "--points", "5", "--min-confidence", "0");
        assertThat(Files.readString(folder.resolve("a.ply"), java.nio.charset.StandardCharsets.ISO_8859_1))
                .contains("element vertex 5\n");
    }

    @ParameterizedTest
    @CsvSource({
        "colmap, sparse/0/points3D.bin",
        "colmap-text, sparse/0/points3D.txt",
        "nerfstudio, transforms.json",
        "coco, panoptic.json",
        "depth, depth/photo2.npy",
        "masks, masks/photo0/1.png",
        "csv, masks.csv",
        "parquet, points.parquet"
    })
    void folders(String format, String file) throws Exception {
        value("export", at("out"), "--format", format, "--pixels", "working");
        assertThat(files("out")).contains(file);
        assertThat(files(".")).as("nothing else").hasSameSizeAs(files("out"));
        assertThat(refusal("export", at("out"), "--format", format)).contains("--overwrite");
        value("export", at("out"), "--format", format, "--overwrite");
    }

    @Test
    void tablesComeBackFromCsv() throws Exception {
        value("export", at("t"), "--format", "csv");
        assertThat(files("t")).containsExactly("cameras.csv", "masks.csv", "points.csv", "segments.csv");
        for (String name : List.of("cameras", "segments", "masks")) {
            Table written = Table.read()
                    .usingOptions(CsvReadOptions.builder(
                                    folder.resolve("t/" + name + ".csv").toFile())
                            .ignoreZeroDecimal(false)
                            .build());
            Table table = (Table) value(name);
            assertThat(written.columnNames()).isEqualTo(table.columnNames());
            assertThat(written.rowCount()).isEqualTo(table.rowCount()).isPositive();
            for (String column : table.columnNames()) {
                for (int r = 0; r < table.rowCount(); r++) {
                    if (table.column(column) instanceof tech.tablesaw.api.NumericColumn<?> numbers) {
                        assertThat(((tech.tablesaw.api.NumericColumn<?>) written.column(column)).getDouble(r))
                                .isCloseTo(numbers.getDouble(r), within(1e-5));
                    }
                }
            }
        }
        assertThat(Files.readString(folder.resolve("t/segments.csv"))).contains("\" chair, \"\"green\"\"\n=1+1 \"");
    }

    @Test
    void whatHasNoSegmentsHasNoTablesOfThem() throws Exception {
        session.workspace().scene("bare", Scene.of(SmallScene.geometryOnly(2)), "standard-v2");
        value("export", at("t"), "--format", "csv");
        assertThat(files("t")).containsExactly("cameras.csv", "points.csv");
        assertThat(refusal("export", at("segments.csv"))).contains("geometry only");
        assertThat(refusal("export", at("m"), "--format", "masks")).contains("no segments");
        value("export", at("a.glb"));
        assertThat(files(".")).hasSize(3);
    }

    @Test
    void javaSaysTheSame() throws IOException {
        Notebook.export(at("a.ply"));
        Notebook.export(at("m"), "masks");
        Notebook.export(scene, folder.resolve("b.ply"), ExportFormat.PLY, ExportOptions.defaults());
        assertThat(folder.resolve("a.ply")).hasSameBinaryContentAs(folder.resolve("b.ply"));
        Notebook.export(at("c"), "colmap");
        assertThat(Notebook.place(at("c"), true, "m").placement()).isPresent();
    }

    @Test
    void aSceneAmongKnownCameras() throws Exception {
        value("export", at("known"), "--format", "colmap-text");
        // the same cameras in a world ten times as large
        Path images = folder.resolve("known/sparse/0/images.txt");
        StringBuilder text = new StringBuilder();
        for (String line : Files.readAllLines(images)) {
            String[] words = line.split(" ");
            if (words.length == 10 && !line.startsWith("#")) {
                for (int k = 5; k < 8; k++) {
                    words[k] = String.valueOf(10 * Double.parseDouble(words[k]));
                }
                text.append(String.join(" ", words)).append("\n\n");
            }
        }
        Files.writeString(images, text);
        Table before = (Table) value("segments");
        Table cameras = (Table) value("cameras", "--from", at("known"), "--unit", "dm");
        assertThat(cameras.name()).contains("Aligned to the known cameras of", "3 of 3 photos, scale 10");
        assertThat(cameras.stringColumn("pose").asList()).containsOnly("aligned");
        assertThat(cameras.doubleColumn("x").get(2)).isCloseTo(20 * SmallScene.STEP, within(1e-4));
        Table after = (Table) value("segments");
        assertThat(after.floatColumn("extent_x").get(0))
                .isCloseTo(10 * before.floatColumn("extent_x").get(0), within(1e-3f));
        assertThat((String) bridge.rendered(session.workspace().scene("room")).get("text/html"))
                .contains("Aligned to the known cameras", "&quot;unit&quot;:&quot;dm&quot;");

        cameras = (Table) value("cameras", "room", "--from", at("known"), "--replace", "--where", "pose = known");
        assertThat(cameras.rowCount()).isEqualTo(3);
        assertThat(cameras.name()).contains("in the place of predicted ones");
        value("merge", "--strategy", "standard-v1");
        assertThat(((Table) value("cameras")).stringColumn("pose").asList()).containsOnly("known");
        value("save", at("placed.panst3r"));
        value("load", at("placed.panst3r"), "--as", "again");
        assertThat(((Table) value("cameras", "again")).stringColumn("pose").asList())
                .containsOnly("known");

        cameras = (Table) value("cameras", "room", "--predicted");
        assertThat(cameras.stringColumn("pose").asList()).containsOnly("predicted");
        assertThat(cameras.name()).isEqualTo("cameras");
        assertThat(refusal("cameras", "--from", at("nowhere"))).contains("no cameras in");
        assertThat(refusal("cameras", "--from", at("known"), "--align", "--replace"))
                .contains("--align");
        assertThat(refusal("cameras", "--replace")).contains("--from");
    }
}
