package panst3r.magics.viewer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import panst3r.Progress;
import panst3r.scene.Scene;

/** Writes the documents that the browser tests open (src/main/viewer/test), and holds their sizes. */
class ViewerDocumentsTest {
    private static final Path OUT = Path.of("target", "viewer");

    @Test
    void roomFitsIntoFiveMegabytesAndSaysWhatItShows() throws IOException {
        Scene scene = TestRoom.scene(8, 512, 384);
        ViewerOptions options =
                ViewerOptions.of("Living room").withNotes(List.of("A made-up room of boxes, no network."));
        Viewer viewer = Viewer.of(scene, options, Progress.SILENT);
        write("room.html", viewer.document());
        write("cell.html", "<!DOCTYPE html><html><body>" + viewer.html() + "</body></html>");
        Files.write(OUT.resolve("room.png"), viewer.png());
        long size = viewer.html().length() + (viewer.png().length + 2L) / 3 * 4;
        assertThat(size).isLessThan(ViewerOptions.DEFAULT_BYTES).isGreaterThan(4_000_000);
        assertThat(viewer.summary()).matches("3D view: [0-9,]+ of 1,572,864 points, 8 photos, 18 segments");
    }

    private static void write(String name, String text) throws IOException {
        Files.createDirectories(OUT);
        Files.writeString(OUT.resolve(name), text);
    }
}
