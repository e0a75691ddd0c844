package panst3r.magics.viewer;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import panst3r.Progress;
import panst3r.magics.PanSt3RMagics;
import panst3r.magics.RecordingBridge;

/** Two hundred hostile names as photos and classes of one scene, through every export. */
class HostileExportsTest {
    private static final List<String> NAMES = HostileNames.all();

    private final RecordingBridge bridge = new RecordingBridge();

    @TempDir
    Path folder;

    @BeforeEach
    void aNotebookWithThatScene() throws Exception {
        PanSt3RMagics.install(bridge);
        NamedScene.of(NAMES).save(folder.resolve("hostile.panst3r"), Progress.SILENT);
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
        for (String kind :
                List.of("coco/images", "coco/panoptic", "colmap/images", "nerfstudio/images", "masks/masks")) {
            assertThat(files(folder.resolve("out/" + kind))).as(kind).hasSize(NAMES.size());
        }
        List<JsonElement> entries = JsonParser.parseString(Files.readString(folder.resolve("out/masks/masks.json")))
                .getAsJsonArray()
                .asList();
        for (int i = 0; i < NAMES.size(); i++) {
            String written = new String(NAMES.get(i).getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
            assertThat(entries.get(i).getAsJsonObject().get("class").getAsString())
                    .isEqualTo(written);
            assertThat(entries.get(i).getAsJsonObject().get("photo").getAsString())
                    .isEqualTo(written);
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
