package panst3r.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.smurn.jply.Element;
import org.smurn.jply.ElementReader;
import org.smurn.jply.PlyReaderFile;
import panst3r.Progress;
import panst3r.scene.PointCloud;
import panst3r.scene.PointQuery;
import panst3r.scene.Scene;

/** PLY files read back with jPLY. */
class PlyTest {
    @TempDir
    Path folder;

    private List<Element> read(Path file) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            PlyReaderFile ply = new PlyReaderFile(in);
            ElementReader reader = ply.nextElementReader();
            assertThat(reader.getElementType().getName()).isEqualTo("vertex");
            List<Element> out = new ArrayList<>();
            for (Element e = reader.readElement(); e != null; e = reader.readElement()) {
                out.add(e);
            }
            assertThat(out).hasSize(reader.getCount());
            reader.close();
            assertThat(ply.nextElementReader()).isNull();
            return out;
        }
    }

    private static void assertSame(List<Element> elements, PointCloud cloud) {
        assertThat(elements).hasSize(cloud.size());
        String[] colours = {"red", "green", "blue"};
        String[] axes = {"x", "y", "z"};
        for (int i = 0; i < cloud.size(); i++) {
            Element e = elements.get(i);
            for (int k = 0; k < 3; k++) {
                assertThat(e.getDouble(axes[k])).isCloseTo(cloud.xyz()[3 * i + k], within(1e-6));
                assertThat(e.getInt(colours[k])).isEqualTo(cloud.rgb()[3 * i + k] & 255);
            }
            assertThat(e.getDouble("confidence")).isCloseTo(cloud.confidence()[i], within(1e-5));
            assertThat(e.getInt("view")).isEqualTo(cloud.view()[i]);
            assertThat(e.getInt("segment")).isEqualTo(cloud.segment()[i]);
            assertThat(e.getInt("class")).isEqualTo(cloud.label()[i]);
        }
    }

    @Test
    void everyPointComesBack() throws IOException {
        Scene scene = TruthScene.SCENE;
        Path file = folder.resolve("room.ply");
        ExportOptions options = ExportOptions.defaults().withPoints(PointQuery.all());
        ExportFormat.PLY.export(scene, file, options, Progress.SILENT);
        assertSame(read(file), scene.points(PointQuery.all()));
        assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
                .contains("comment class 0 \"" + scene.classNames().get(0) + "\"\n");
    }

    @Test
    void byDefaultThePointsThatAViewerShows() throws IOException {
        Scene scene = TruthScene.SCENE;
        Path file = folder.resolve("room.ply");
        ExportFormat.PLY.export(scene, file, ExportOptions.defaults(), Progress.SILENT);
        assertSame(read(file), scene.points(PointQuery.displayed()));
    }

    @Test
    void aSample() throws IOException {
        Scene scene = TruthScene.SCENE;
        Path file = folder.resolve("room.ply");
        PointQuery query = PointQuery.displayed().segments(1, 2).sample(100, 7);
        ExportFormat.PLY.export(scene, file, ExportOptions.defaults().withPoints(query), Progress.SILENT);
        assertSame(read(file), scene.points(query));
    }

    @Test
    void sameSceneSameBytes() throws IOException {
        for (String name : List.of("a.ply", "b.ply")) {
            ExportFormat.PLY.export(TruthScene.SCENE, folder.resolve(name), ExportOptions.defaults(), Progress.SILENT);
        }
        assertThat(folder.resolve("a.ply")).hasSameBinaryContentAs(folder.resolve("b.ply"));
    }
}
