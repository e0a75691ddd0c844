package panst3r.magics.viewer;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import panst3r.Progress;
import panst3r.scene.PointCloud;
import panst3r.scene.PointQuery;
import panst3r.scene.Scene;

class ViewerTest {
    private final Scene scene = TestRoom.scene(2, 64, 48);

    @Test
    void positionsColoursAndSegmentsComeBackWithinTheirStep() throws IOException {
        ViewerOptions options = ViewerOptions.of("room");
        List<ViewData> parts = ViewData.of(scene, Integer.MAX_VALUE, options, 48, 32, Progress.SILENT);
        SceneData data = new SceneData(scene, parts, scene.segments(), 3, options);
        JsonObject head = JsonParser.parseString(data.head()).getAsJsonObject();
        byte[] raw = ColumnsTest.inflated(Base64.getDecoder().decode(data.columns()));
        PointCloud all = scene.points(PointQuery.all());
        int n = all.size();
        assertThat(data.shown()).isEqualTo(n);
        JsonArray min = head.getAsJsonObject("box").getAsJsonArray("min");
        JsonArray size = head.getAsJsonObject("box").getAsJsonArray("size");
        for (int k = 0; k < 3; k++) {
            char[] steps = ColumnsTest.shorts(raw, 2 * n * k, n, true);
            double step = size.get(k).getAsDouble() / 65535;
            for (int i = 0; i < n; i++) {
                double x = min.get(k).getAsDouble() + steps[i] * step;
                assertThat(Math.abs(x - all.xyz()[3 * i + k])).isLessThanOrEqualTo(0.51 * step);
            }
        }
        byte[] green = ColumnsTest.bytes(raw, 12 * n, n);
        byte[] red = ColumnsTest.bytes(raw, 13 * n, n);
        char[] segment = ColumnsTest.shorts(raw, 16 * n, n, true);
        char[] row = ColumnsTest.shorts(raw, 18 * n, n, true);
        for (int i = 0; i < n; i++) {
            assertThat(green[i]).isEqualTo(all.rgb()[3 * i + 1]);
            assertThat((byte) (red[i] + green[i])).isEqualTo(all.rgb()[3 * i]);
            assertThat((int) segment[i]).isEqualTo(all.segment()[i]);
            assertThat((int) row[i]).isEqualTo(all.row()[i]);
        }
    }

    @Test
    void sameSceneSameBytes() {
        ViewerOptions options = ViewerOptions.of("room");
        assertThat(Viewer.of(scene, options, Progress.SILENT).html())
                .isEqualTo(Viewer.of(TestRoom.scene(2, 64, 48), options, Progress.SILENT)
                        .html());
    }

    @Test
    void smallLimitIsKeptAndSaid() {
        Viewer viewer = Viewer.of(
                TestRoom.scene(3, 256, 192), ViewerOptions.of("room").withLimits(1_500_000, 0), Progress.SILENT);
        assertThat(viewer.html().length() + (viewer.png().length + 2) / 3 * 4).isLessThan(1_500_000);
        assertThat(viewer.summary()).matches("3D view: [0-9,]+ of 147,456 points, 3 photos, 18 segments");
    }

    @Test
    void bundleHoldsTheSamePictureTwiceAndALine() throws IOException {
        Map<String, Object> bundle =
                Viewer.of(scene, ViewerOptions.of("room"), Progress.SILENT).bundle();
        assertThat(bundle).containsOnlyKeys("text/html", "image/png", "text/plain");
        assertThat((String) bundle.get("text/html")).contains("base64," + bundle.get("image/png"));
        byte[] png = Base64.getDecoder().decode((String) bundle.get("image/png"));
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(png));
        long drawn = 0;
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                drawn += image.getRGB(x, y) >>> 24 > 0 ? 1 : 0;
            }
        }
        assertThat(drawn).isGreaterThan(image.getWidth() * image.getHeight() / 4);
    }

    /** Whatever names hold, the document has exactly the elements that it has without them. */
    @Test
    void namesStayText() throws IOException {
        String plain = skeleton(document("chair", "photo.jpg"));
        for (String payload : HostileNames.all()) {
            assertThat(skeleton(document(payload, payload))).as(payload).isEqualTo(plain);
        }
    }

    private static String document(String className, String title) {
        Scene scene = TestRoom.scene(1, 16, 16, Map.of("chair", className), "photo");
        return Viewer.of(scene, ViewerOptions.of(title).withNotes(List.of(title)), Progress.SILENT)
                .html();
    }

    /** Tags and their attributes' names, outside and inside the frame's document. */
    private static String skeleton(String html) {
        Matcher frame = Pattern.compile("srcdoc=\"([^\"]*)\"").matcher(html);
        assertThat(frame.find()).isTrue();
        String inner =
                frame.group(1).replace("&lt;", "<").replace("&quot;", "\"").replace("&amp;", "&");
        String script = inner.substring(inner.lastIndexOf("<script>") + 8, inner.lastIndexOf("</script>"));
        return tags(html.replace(frame.group(1), "")) + tags(inner.replace(script, ""));
    }

    private static String tags(String html) {
        StringBuilder out = new StringBuilder();
        Matcher tag = Pattern.compile("</?[a-zA-Z!][^>]*>").matcher(html);
        while (tag.find()) {
            out.append(tag.group().replaceAll("\"[^\"]*\"", "\"\"")).append('\n');
        }
        return out.toString();
    }
}
