package panst3r.magics.viewer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import panst3r.Progress;
import panst3r.magics.PanSt3RError;
import panst3r.magics.PanSt3RMagics;
import panst3r.magics.RecordingBridge;
import panst3r.magics.display.Html;

/**
 * Writes what commands show of scenes with hostile names, and of scenes with plain ones, for the browser tests
 * (src/main/viewer/test), which compare the two: a page for each kind of output.
 */
class HostilePagesTest {
    private static final Path OUT = Path.of("target", "viewer");

    /** As many as a table shows without leaving rows out. */
    private static final int TOGETHER = 15;

    private final RecordingBridge bridge = new RecordingBridge();
    private final Map<String, StringBuilder> pages = new TreeMap<>();

    @TempDir
    Path folder;

    @BeforeEach
    void aNotebook() {
        PanSt3RMagics.install(bridge);
    }

    private Object value(String... args) throws Exception {
        return bridge.value("panst3r", args);
    }

    /** A name after an option, of a length that scenes may have; what looks like an option itself would be refused. */
    private static String word(String name) {
        return name.isBlank()
                ? "blank"
                : (name.startsWith("-") ? " " : "") + name.substring(0, Math.min(99, name.length()));
    }

    /** What a cell with this line shows, onto a page. */
    private void show(String page, String... line) throws Exception {
        for (var output : bridge.show("panst3r", line)) {
            append(page, (String) output.bundle().get("text/html"));
        }
    }

    private void append(String page, String html) {
        pages.computeIfAbsent(page, p -> new StringBuilder()).append(html);
    }

    @Test
    void hostileNames() throws Exception {
        List<String> names = HostileNames.all();
        assertThat(names).hasSizeGreaterThanOrEqualTo(200);
        everything(names);
        errors(names);
        write("hostile");
        Path page = OUT.resolve("exported.html");
        value("export", page.toString(), "--overwrite");
        assertThat(Files.readString(page)).startsWith("<!DOCTYPE html>");
    }

    @Test
    void plainNames() throws Exception {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < TOGETHER; i++) {
            names.add("name-" + i);
        }
        everything(names);
        errors(names);
        write("plain");
    }

    private void everything(List<String> names) throws Exception {
        for (int at = 0; at < names.size(); at += TOGETHER) {
            List<String> some = names.subList(at, Math.min(at + TOGETHER, names.size()));
            NamedScene.of(some).save(folder.resolve("scene.panst3r"), Progress.SILENT);
            value("load", folder.resolve("scene.panst3r").toString(), "--as=" + word(some.get(0)));
            for (String table : List.of("segments", "masks", "cameras", "points")) {
                show("tables", table);
            }
            show("tables", "info");
            show("compare", "compare", "--flat", "--strategies", "standard-v2,qubo");
            Files.deleteIfExists(folder.resolve("scene.panst3r"));
            for (String layout : List.of("objects", "cameras", "overview")) {
                figure(layout, some.get(some.size() - 1));
            }
        }
        NamedScene.of(names.subList(0, 1)).save(folder.resolve("one.panst3r"), Progress.SILENT);
        for (int i = 0; i < names.size(); i += 4) {
            String name = names.get(i);
            value("load", folder.resolve("one.panst3r").toString(), "--as=" + word(name));
            String line = "sweep --strategy standard-v2 --option mask-threshold --from 0.1 --to 0.9 --steps 2";
            show("sweep", line.split(" "));
        }
    }

    /** As the cell shows it, and its drawing as part of the page, where what it holds could run. */
    private void figure(String layout, String title) throws Exception {
        String html = (String) bridge.rendered(value("figure", layout, "--dpi", "50", "--title=" + word(title)))
                .get("text/html");
        String data = html.substring(html.indexOf("base64,") + 7, html.lastIndexOf('"'));
        append("figures", html + new String(Base64.getDecoder().decode(data), StandardCharsets.UTF_8));
    }

    /** Jupyter shows an error as text; here it is text, too. */
    private void errors(List<String> names) throws Exception {
        int said = 0;
        for (String name : names) {
            for (String[] line : new String[][] {
                {"plot", name},
                {name},
                {"points", "--view", name + "?"},
                {"points", "--class", name + "?"},
                {"export", "x", "--format", name},
                {"export", "x.ply", name + "?"},
                {"figure", name},
                {"load", name.replace('\0', '_') + "?"}
            }) {
                try {
                    value(line);
                } catch (PanSt3RError error) {
                    // one line: a name can neither add lines of its own nor hide what is said
                    assertThat(error.getMessage())
                            .as(String.join(" ", line))
                            .doesNotContain("\n", "\r", "\u001b", "\u202e", "Exception")
                            .doesNotStartWith("Unexpected");
                    append("errors", "<pre>" + Html.escape(error.getMessage()) + "</pre>");
                    said++;
                }
            }
        }
        assertThat(said).isGreaterThan(6 * names.size());
    }

    private void write(String prefix) throws IOException {
        Files.createDirectories(OUT);
        for (var page : pages.entrySet()) {
            String html = "<!DOCTYPE html><html><head><meta charset=\"utf-8\"></head><body>" + page.getValue()
                    + "</body></html>";
            // getBytes, since some names hold half a character
            Files.write(OUT.resolve(prefix + "-" + page.getKey() + ".html"), html.getBytes(StandardCharsets.UTF_8));
        }
    }
}
