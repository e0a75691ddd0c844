package panst3r.magics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import panst3r.Progress;
import panst3r.checkpoint.SafetensorsWriter;
import panst3r.checkpoint.TensorData;
import panst3r.image.ImageSet;
import panst3r.merge.Merge;
import panst3r.scene.Scene;
import tech.tablesaw.api.Table;

/** Whatever comes in: one sentence, and everything that was there is still there. */
class WrongInputTest {
    private final RecordingBridge bridge = new RecordingBridge();
    private Session session;
    private Scene before;

    @TempDir
    Path folder;

    @BeforeEach
    void aNotebookInUse() throws Exception {
        session = PanSt3RMagics.start(bridge);
        Files.createDirectory(folder.resolve("good"));
        image(folder.resolve("good/a.png"), 64, 48);
        image(folder.resolve("good/b.png"), 64, 48);
        value("open", folder.resolve("good").toString());
        before = SmallScene.of(2, "small.pth", List.of("chair", "table")).merged(Merge.standardV2(), Progress.SILENT);
        session.workspace().scene("good", before, "standard-v2");
    }

    @AfterEach
    void isStillInUse() throws Exception {
        assertThat(session.workspace().scene("good")).isSameAs(before);
        assertThat(session.workspace().photos()).containsKey("good");
        assertThat(((Table) value("segments", "good")).rowCount()).isEqualTo(2);
    }

    private Object value(String... args) throws Exception {
        return bridge.value("panst3r", args);
    }

    private String refusal(String... args) {
        PanSt3RError error = catchThrowableOfType(PanSt3RError.class, () -> value(args));
        assertThat(error).as(String.join(" ", args)).isNotNull();
        assertThat(error.getMessage())
                .doesNotContain("\n", "Exception", "Unexpected")
                .endsWith(".");
        assertThat(session.workspace().photosName(null)).isEqualTo("good");
        return error.getMessage();
    }

    private static Path image(Path file, int width, int height) throws IOException {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < width * height; i++) {
            image.setRGB(i % width, i / width, i * 2654435 & 0xffffff);
        }
        ImageIO.write(image, "png", file.toFile());
        return file;
    }

    /** A PNG that claims any size and holds no pixels. */
    private static Path claim(Path file, int width, int height) throws IOException {
        ByteArrayOutputStream header = new ByteArrayOutputStream();
        DataOutputStream data = new DataOutputStream(header);
        data.writeBytes("IHDR");
        data.writeInt(width);
        data.writeInt(height);
        data.write(new byte[] {8, 2, 0, 0, 0});
        CRC32 crc = new CRC32();
        crc.update(header.toByteArray());
        try (DataOutputStream out = new DataOutputStream(Files.newOutputStream(file))) {
            out.writeLong(0x89504e470d0a1a0aL);
            out.writeInt(13);
            out.write(header.toByteArray());
            out.writeInt((int) crc.getValue());
        }
        return file;
    }

    @Test
    void noImages() throws Exception {
        Path empty = Files.createDirectory(folder.resolve("empty"));
        assertThat(refusal("open", empty.toString())).contains("no JPEG, PNG, WebP or TIFF", "empty");
        Files.writeString(empty.resolve("notes.txt"), "no photo");
        assertThat(refusal("open", empty.toString())).contains("no JPEG, PNG, WebP or TIFF");
        assertThat(refusal("open", folder.resolve("nowhere").toString())).contains("nowhere");
        assertThat(refusal("open", folder + "/good/*.jpg")).contains("*.jpg");
        refusal("open", "a\0b");
    }

    @Test
    void imagesThatCannotBeUsed() throws Exception {
        Path text = Files.writeString(folder.resolve("text.jpg"), "<html>404</html>");
        assertThat(refusal("open", text.toString())).contains("text.jpg");
        assertThat(refusal(
                        "open", Files.createFile(folder.resolve("nothing.png")).toString()))
                .contains("nothing.png");
        assertThat(refusal("open", image(folder.resolve("dot.png"), 1, 1).toString()))
                .contains("dot.png");
        assertThat(refusal(
                        "open",
                        claim(folder.resolve("bomb.png"), 30_000, 30_000).toString()))
                .contains("bomb.png");
        assertThat(refusal("open", claim(folder.resolve("long.png"), 30_000, 1).toString()))
                .contains("long.png");
    }

    @Test
    void oneBadAmongGoodIsLeftOutWithAWarning() throws Exception {
        Path mixed = Files.createDirectory(folder.resolve("mixed"));
        image(mixed.resolve("a.png"), 64, 48);
        Files.writeString(mixed.resolve("b.png"), "not a picture");
        image(mixed.resolve("c.png"), 48, 64);
        ImageSet set = (ImageSet) value("open", mixed.toString());
        assertThat(set.photos()).extracting("name").containsExactly("a.png", "c.png");
        assertThat(set.warnings()).singleElement().asString().contains("b.png");
        assertThat((String) bridge.rendered(set).get("text/html")).contains("class=\"w\"", "b.png");
        assertThat((String) bridge.rendered(set).get("text/plain")).contains("mixed: 2 photos", "Warning: b.png");
    }

    @Test
    void duplicateNamesAreToldApart() throws Exception {
        for (String room : List.of("one", "two")) {
            image(Files.createDirectory(folder.resolve(room)).resolve("x.png"), 64, 48);
        }
        ImageSet set = (ImageSet) value("open", folder + "/one", folder + "/two", "--as", "both");
        assertThat(set.photos()).extracting("name").doesNotHaveDuplicates().hasSize(2);
        assertThat(set.warnings()).singleElement().asString().contains("x.png");
    }

    @Test
    void hostileFileNamesAreText() throws Exception {
        Path file = folder.resolve("<img src=x onerror=alert(1)>&\"'.png");
        image(file, 64, 48);
        ImageSet set = (ImageSet) value("open", file.toString(), "--as", "<script>alert(2)</script>");
        String html = (String) bridge.rendered(set).get("text/html");
        assertThat(html).contains("&lt;img src=x onerror=alert(1)&gt;&amp;&quot;&#39;.png", "&lt;script&gt;");
        assertThat(html).doesNotContain("<img", "<script");
    }

    @Test
    void checkpointsThatAreNone() throws Exception {
        Path text = Files.writeString(folder.resolve("text.pth"), "hello");
        Path html = Files.writeString(folder.resolve("page.pth"), "<!DOCTYPE html><html><body>404</body></html>");
        Path zip = folder.resolve("zip.pth");
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
            out.putNextEntry(new ZipEntry("readme.txt"));
            out.write("hello".getBytes(StandardCharsets.UTF_8));
        }
        Path empty = Files.createFile(folder.resolve("empty.pth"));
        for (Path file : List.of(text, html, zip, empty)) {
            assertThat(refusal("model", file.toString()))
                    .contains(file.getFileName().toString());
        }
        assertThat(refusal("model", folder.toString())).contains("folder");
        assertThat(refusal("model", folder + "/nowhere.pth")).contains("nowhere.pth");
        assertThat(refusal("model", "mini")).contains("mini");
        assertThat(session.workspace().hasModel()).isFalse();
        assertThat(refusal("run")).contains("No model is chosen yet");
    }

    static Stream<Path> badCheckpoints() throws IOException {
        return Files.list(TestFiles.fixtures().resolve("checkpoint-reader/bad"))
                .filter(f -> f.toString().endsWith(".pth"))
                .sorted();
    }

    @ParameterizedTest
    @MethodSource("badCheckpoints")
    void everyBadCheckpointIsOneSentence(Path file) {
        assertThat(refusal("model", file.toString()))
                .contains(file.getFileName().toString());
    }

    @Test
    void aClassListWithHtmlInItIsText() throws Exception {
        String evil = "<img src=x onerror=alert(1)>\"' onmouseover=alert(2) <script>alert(3)</script>";
        Scene scene = SmallScene.of(2, "small.pth", List.of(evil, "</script>", "a"))
                .merged(Merge.standardV2(), Progress.SILENT);
        session.workspace().scene("evil", scene, "standard-v2");
        for (String command : List.of("segments", "masks", "points", "plot", "cameras")) {
            String html = (String) bridge.rendered(value(command, "evil")).get("text/html");
            assertThat(html).as(command).doesNotContain("<img src=x", "<script>alert", "\"' onmouseover");
        }
        String segments = (String) bridge.rendered(value("segments", "evil")).get("text/html");
        assertThat(segments).contains("&lt;img src=x onerror=alert(1)&gt;");
        assertThat(((Table) value("segments", "evil", "--where", "class", "contains", "onerror")).rowCount())
                .isEqualTo(1);
    }

    @Test
    void classFilesThatAreNone() throws Exception {
        Path model = TestFiles.fixtures().resolve("tiny-v2/model.pth");
        Path text = Files.writeString(folder.resolve("c.safetensors"), "chair, table");
        refusal("model", model.toString(), "--classes", text.toString());
        refusal("model", model.toString(), "--classes", folder + "/nowhere.safetensors");

        float[] values = new float[2 * 768];
        Arrays.fill(values, 0.1f);
        assertThat(refusal("model", model.toString(), "--classes", classes(values, 2, "{}", "embeddings")))
                .contains("names");
        assertThat(refusal("model", model.toString(), "--classes", classes(values, 2, "[\"a\"]", "embeddings")))
                .contains("2 classes", "1 name");
        assertThat(refusal("model", model.toString(), "--classes", classes(values, 2, "[\"a\",\"a\"]", "embeddings")))
                .contains("“a”", "comes twice");
        assertThat(refusal("model", model.toString(), "--classes", classes(values, 4, "[]", "embeddings")))
                .contains("4 classes");
        assertThat(refusal(
                        "model", model.toString(), "--classes", classes(values, 4, "[\"a\",\"b\",\"c\",\"d\"]", "e")))
                .contains("width 384", "768");
        values[5] = Float.NaN;
        assertThat(refusal("model", model.toString(), "--classes", classes(values, 2, "[\"a\",\"b\"]", "e")))
                .contains("no finite numbers");
        assertThat(refusal("model", model.toString(), "--names", "a,b")).contains("--classes");
    }

    private String classes(float[] values, int rows, String names, String tensor) {
        Path file = folder.resolve("classes.safetensors");
        SafetensorsWriter.write(
                file, Map.of(tensor, TensorData.of(values, rows, values.length / rows)), Map.of("names", names));
        return file.toString();
    }
}
