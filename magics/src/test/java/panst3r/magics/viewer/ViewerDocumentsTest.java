package panst3r.magics.viewer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import panst3r.Progress;
import panst3r.scene.Scene;

/** Writes the documents that the browser tests open (src/main/viewer/test), and holds their sizes. */
class ViewerDocumentsTest {
    private static final Path OUT = Path.of("target", "viewer");

    /** A page like a notebook's, in a light theme. */
    private static final String PAGE =
            "<!DOCTYPE html><html><head><meta charset=\"utf-8\"></head>" + "<body data-jp-theme-light=\"true\">";

    @Test
    void roomFitsIntoFiveMegabytesAndSaysWhatItShows() throws IOException {
        Scene scene = TestRoom.scene(8, 512, 384);
        ViewerOptions options =
                ViewerOptions.of("Living room").withNotes(List.of("A made-up room of boxes, no network."));
        Viewer viewer = Viewer.of(scene, options, Progress.SILENT);
        write("room.html", viewer.document());
        write("cell.html", PAGE + viewer.html() + "</body></html>");
        Files.write(OUT.resolve("room.png"), viewer.png());
        long size = viewer.html().length() + (viewer.png().length + 2L) / 3 * 4;
        assertThat(size).isLessThan(ViewerOptions.DEFAULT_BYTES).isGreaterThan(4_000_000);
        assertThat(viewer.summary()).matches("3D view: [0-9,]+ of 1,572,864 points, 8 photos, 18 segments");
    }

    @Test
    void hostileNamesForTheBrowser() throws IOException {
        List<String> payloads = HostileNames.all();
        List<String> classes = TestRoom.classes();
        StringBuilder page = new StringBuilder(PAGE);
        int documents = 0;
        for (int at = 0; at < payloads.size(); at += classes.size()) {
            Map<String, String> names = new HashMap<>();
            for (int i = 0; i < classes.size(); i++) {
                names.put(classes.get(i), payloads.get((at + i) % payloads.size()));
            }
            String name = payloads.get(at).replace("%", "%%") + " %d";
            Scene scene = TestRoom.scene(2, 96, 64, names, name);
            ViewerOptions options = ViewerOptions.of(payloads.get(at))
                    .withNotes(payloads.subList(at, Math.min(at + 3, payloads.size())));
            page.append(Viewer.of(scene, options, Progress.SILENT).html());
            documents++;
        }
        write("hostile.html", page.append("</body></html>").toString());
        assertThat(documents * classes.size()).isGreaterThanOrEqualTo(200);
    }

    @Test
    void fiftyViewersOnOnePage() throws IOException {
        Scene scene = TestRoom.scene(2, 96, 64);
        String html = Viewer.of(scene, ViewerOptions.of("Living room").withLinked(true), Progress.SILENT)
                .html();
        write("fifty.html", PAGE + html.repeat(50) + "</body></html>");
    }

    @Test
    void smallScenesOfEveryKind() throws IOException {
        Scene room = TestRoom.scene(3, 256, 192);
        ViewerOptions options = ViewerOptions.of("Small room");
        write("small.html", Viewer.of(room, options, Progress.SILENT).document());
        Files.write(
                OUT.resolve("small.png"),
                Viewer.of(room, options, Progress.SILENT).png());
        List<float[]> differs = new ArrayList<>();
        for (int v = 0; v < room.views(); v++) {
            float[] map = new float[256 * 192];
            Arrays.fill(map, 0, map.length / 2, 1);
            differs.add(map);
        }
        write(
                "disagreement.html",
                Viewer.of(room, options.withDisagreement(differs), Progress.SILENT)
                        .document());
        Scene geometry = Scene.of(room.prediction());
        write("geometry.html", Viewer.of(geometry, options, Progress.SILENT).document());
        String pair = Viewer.of(room, options.withLinked(true), Progress.SILENT).html();
        write("pair.html", PAGE + pair + pair + "</body></html>");
        Viewer viewer = Viewer.of(TestRoom.scene(2, 96, 64), options, Progress.SILENT);
        String table = "<table data-panst3r=\"%s\"><tr><th>id</th></tr><tr data-segment=\"1\" tabindex=\"0\"><td>1</td>"
                + "</tr><tr data-segment=\"2\" tabindex=\"0\"><td>2</td></tr></table>";
        write(
                "wired.html",
                PAGE + table.formatted("abc:0") + viewer.html("abc:0:0") + viewer.html("abc:1:1")
                        + viewer.html("other:0:2") + table.formatted("other:0") + "</body></html>");
    }

    /** For {@code npm run bench}; too large to write in every run. */
    @Test
    @EnabledIfSystemProperty(named = "viewer.bench", matches = "true")
    void millionPointsForTheBench() throws IOException {
        Scene scene = TestRoom.scene(6, 512, 384);
        ViewerOptions options = ViewerOptions.of("A million").withLimits(100_000_000, 1_000_000);
        write("million.html", Viewer.of(scene, options, Progress.SILENT).document());
    }

    private static void write(String name, String text) throws IOException {
        Files.createDirectories(OUT);
        Files.writeString(OUT.resolve(name), text);
    }
}
