package panst3r.magics.viewer;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import panst3r.Progress;
import panst3r.checkpoint.LabelMode;
import panst3r.checkpoint.PointmapActivation;
import panst3r.image.Photo;
import panst3r.image.View;
import panst3r.inference.Prediction;
import panst3r.inference.ViewPrediction;
import panst3r.magics.PanSt3RMagics;
import panst3r.magics.RecordingBridge;
import panst3r.merge.ClassLogits;
import panst3r.merge.Panoptic;
import panst3r.merge.Segment;
import panst3r.scene.Scene;

/** Two hundred hostile names as photos and classes of one scene, through every export. */
class HostileExportsTest {
    private static final int WIDTH = 8;
    private static final int HEIGHT = 6;
    private static final List<String> NAMES = names();

    private final RecordingBridge bridge = new RecordingBridge();

    @TempDir
    Path folder;

    /** Those of the viewer's tests, and some that mean something in the files of exports. */
    private static List<String> names() {
        List<String> out = new ArrayList<>(HostileNames.all());
        out.add("=HYPERLINK(\"https://evil.invalid/\",\"x\")");
        out.add("end_header\nelement vertex 0");
        out.add("nul.png");
        out.add("..");
        out.add("a\u202egpj.exe.png");
        return out;
    }

    /** Photo i has the name i and shows one thing, of class i. */
    private static Scene scene() {
        int n = WIDTH * HEIGHT;
        double[] unit = {1, 0, 0, 0, 1, 0, 0, 0, 1};
        List<ViewPrediction> views = new ArrayList<>();
        List<int[]> ids = new ArrayList<>();
        List<float[]> confidence = new ArrayList<>();
        List<Segment> segments = new ArrayList<>();
        for (int v = 0; v < NAMES.size(); v++) {
            float[] map = new float[7 * n];
            for (int i = 0; i < n; i++) {
                float x = (i % WIDTH - WIDTH / 2f) / 10 * 2;
                float y = (i / WIDTH - HEIGHT / 2f) / 10 * 2;
                float[] p = {x + 0.1f * v, y, 2, x, y, 2, 3};
                System.arraycopy(p, 0, map, 7 * i, 7);
            }
            View view = new View(new Photo(null, NAMES.get(v), WIDTH, HEIGHT), WIDTH, HEIGHT, new float[3 * n], unit, unit);
            views.add(new ViewPrediction(view, true, FloatBuffer.wrap(map), 1, 1, FloatBuffer.wrap(new float[1])));
            int[] id = new int[n];
            Arrays.fill(id, v + 1);
            ids.add(id);
            confidence.add(new float[n]);
            segments.add(new Segment(v + 1, v, v, 0.9, 0.8, n));
        }
        ClassLogits logits = new ClassLogits(1, NAMES.size(), new float[NAMES.size()], LabelMode.SIGMOID);
        Prediction prediction = new Prediction(views, PointmapActivation.LINEAR, NAMES, logits, new float[1], "no network");
        return Scene.of(prediction).with(new Panoptic("truth", ids, confidence, segments));
    }

    @BeforeEach
    void aNotebookWithThatScene() throws Exception {
        PanSt3RMagics.install(bridge);
        scene().save(folder.resolve("hostile.panst3r"), Progress.SILENT);
        value("load", folder.resolve("hostile.panst3r").toString());
    }

    private Object value(String... args) throws Exception {
        return bridge.value("panst3r", args);
    }

    private List<Path> files(Path of) throws IOException {
        try (Stream<Path> all = Files.walk(of)) {
            return all.filter(Files::isRegularFile).toList();
        }
    }

    @Test
    void noNameLeavesTheFolderOrItsPlaceInTheFile() throws Exception {
        assertThat(NAMES).hasSizeGreaterThanOrEqualTo(200);
        for (String format :
                List.of("colmap", "colmap-text", "nerfstudio", "coco", "depth", "masks", "csv", "parquet")) {
            value("export", folder.resolve("out/" + format).toString(), "--format", format);
        }
        value("export", folder.resolve("out/a.ply").toString());
        value("export", folder.resolve("out/a.glb").toString());
        assertThat(files(folder)).hasSize(files(folder.resolve("out")).size() + 1);
        for (Path file : files(folder.resolve("out"))) {
            for (Path part : folder.relativize(file)) {
                assertThat(part.toString()).matches("[\\p{L}\\p{M}\\p{N}_-][\\p{L}\\p{M}\\p{N}._-]{0,60}");
            }
        }
        for (String kind : List.of("coco/images", "coco/panoptic", "colmap/images", "nerfstudio/images", "masks/masks")) {
            assertThat(files(folder.resolve("out/" + kind))).as(kind).hasSize(NAMES.size());
        }
        List<JsonElement> entries = JsonParser.parseString(Files.readString(folder.resolve("out/masks/masks.json")))
                .getAsJsonArray()
                .asList();
        for (int i = 0; i < NAMES.size(); i++) {
            String written = new String(NAMES.get(i).getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
            assertThat(entries.get(i).getAsJsonObject().get("class").getAsString()).isEqualTo(written);
            assertThat(entries.get(i).getAsJsonObject().get("photo").getAsString()).isEqualTo(written);
        }
        List<String> header = new String(Files.readAllBytes(folder.resolve("out/a.ply")), StandardCharsets.ISO_8859_1)
                .lines()
                .takeWhile(line -> !line.equals("end_header"))
                .toList();
        assertThat(header).hasSize(2 + 2 + NAMES.size() + 1 + 10);
        assertThat(header.stream().filter(l -> l.startsWith("comment class"))).hasSize(NAMES.size());
        List<String> images = Files.readAllLines(folder.resolve("out/colmap-text/sparse/0/images.txt"));
        assertThat(images).hasSize(1 + 2 * NAMES.size());
    }
}
