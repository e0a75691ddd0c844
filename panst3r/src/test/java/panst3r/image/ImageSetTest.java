package panst3r.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import panst3r.CancelledException;
import panst3r.PanSt3RException;
import panst3r.Progress;

/** From what a user types to views: order, names, and files that are not what they should be. */
class ImageSetTest {
    private static final int SIZE = 224;

    @TempDir
    Path folder;

    @Test
    void aFolderIsReadInNaturalOrder() throws IOException {
        for (String name :
                List.of("img10.png", "img2.png", "IMG1.png", "img02.png", "b.png", ".hidden.png", "notes.txt")) {
            image(folder.resolve(name), 40, 30);
        }
        Files.createDirectory(folder.resolve("folder.png"));
        ImageSet set = ImageSet.open(folder);
        assertThat(names(set)).containsExactly("b.png", "IMG1.png", "img02.png", "img2.png", "img10.png");
        assertThat(set.warnings()).isEmpty();
    }

    @Property
    void naturalOrderIsAnOrder(@ForAll String a, @ForAll String b, @ForAll String c) {
        assertThat(Integer.signum(Sources.natural(a, b))).isEqualTo(-Integer.signum(Sources.natural(b, a)));
        if (Sources.natural(a, b) <= 0 && Sources.natural(b, c) <= 0) {
            assertThat(Sources.natural(a, c)).isLessThanOrEqualTo(0);
        }
        assertThat(Sources.natural(a, b) == 0).isEqualTo(a.equals(b));
    }

    @Test
    void globsFilesAndALimit() throws IOException {
        Files.createDirectories(folder.resolve("deep/er"));
        image(folder.resolve("a1.png"), 40, 30);
        image(folder.resolve("a2.jpg"), 40, 30);
        image(folder.resolve("deep/er/a3.png"), 40, 30);
        image(folder.resolve("odd[1].png"), 40, 30);

        assertThat(names(ImageSet.open(folder + "/*.png"))).containsExactly("a1.png", "odd[1].png");
        assertThat(names(ImageSet.open(folder + "/**.png"))).containsExactly("a1.png", "a3.png", "odd[1].png");
        assertThat(names(ImageSet.open(folder + "/a{1,2}.*"))).containsExactly("a1.png", "a2.jpg");
        assertThat(names(ImageSet.open(folder.resolve("odd[1].png"), folder.resolve("a2.jpg"))))
                .as("files keep their user's order, and mean what they say")
                .containsExactly("odd[1].png", "a2.jpg");
        ImageSet limited = ImageSet.open(List.of(folder.toString()), 2);
        assertThat(names(limited)).containsExactly("a1.png", "a2.jpg");
        assertThat(limited.warnings()).containsExactly("Only the first 2 photos were taken; 1 more are there.");
    }

    @Test
    void equalNamesAreToldApart() throws IOException {
        Files.createDirectories(folder.resolve("left"));
        Files.createDirectories(folder.resolve("right"));
        image(folder.resolve("left/a.png"), 40, 30);
        image(folder.resolve("right/a.png"), 40, 30);
        ImageSet set = ImageSet.open(folder + "/left", folder + "/right", folder + "/left/a.png");
        assertThat(names(set)).containsExactly("left/a.png", "right/a.png");
        assertThat(set.warnings())
                .containsExactlyInAnyOrder(
                        "a.png was named twice and is taken once.",
                        "2 photos are called a.png; they are told apart by their folder.");
    }

    @Test
    void whatIsNotThereIsNamed() {
        assertRefused("There is no file or folder", folder + "/nowhere");
        assertRefused("No photo can be used: there is no JPEG", folder.toString());
        assertRefused("No photo can be used: there is no JPEG", folder + "/*.png");
        assertRefused("is neither a path nor a pattern", folder + "/\0");
        assertRefused("is neither a path nor a pattern", folder + "/[.png");
        assertThatThrownBy(() -> ImageSet.open(List.of(folder.toString()), 0))
                .hasMessageContaining("At least one photo");
    }

    @Test
    void headersAreJudgedBeforeAnythingIsDecoded() throws IOException {
        image(folder.resolve("one.png"), 1, 1);
        Files.write(folder.resolve("bomb.png"), pngHeader(50_000, 50_000));
        Files.write(folder.resolve("long.png"), pngHeader(30_000, 20));
        Files.write(folder.resolve("negative.png"), pngHeader(-5, 20));
        Files.write(folder.resolve("phone.jpg"), heic());
        Files.writeString(folder.resolve("page.jpg"), "<!DOCTYPE html><html><body>Not found</body></html>");
        Files.write(folder.resolve("empty.jpg"), new byte[0]);
        Files.writeString(folder.resolve("zip.jpg"), "PK\3\4 and so on, and so on", StandardCharsets.ISO_8859_1);
        image(folder.resolve("good.png"), 40, 30);

        long before = heap();
        ImageSet set = ImageSet.open(folder);
        assertThat(heap() - before).as("bytes").isLessThan(20 << 20);

        assertThat(names(set)).containsExactly("good.png");
        assertThat(set.warnings()).hasSize(8);
        assertThat(String.join("\n", set.warnings()))
                .contains("one.png was left out: it is 1×1 pixels, too small")
                .contains("bomb.png was left out: it is 50000×50000 pixels, more than")
                .contains("long.png was left out: it is 30000×20 pixels, more than")
                .contains("negative.png was left out")
                .contains("phone.jpg was left out: it is in HEIF format")
                .contains("page.jpg was left out: it is no image; JPEG, PNG, WebP and TIFF are read.")
                .contains("empty.jpg was left out")
                .contains("zip.jpg was left out");
        assertThat(set.warnings()).allSatisfy(w -> assertThat(w).endsWith(".").doesNotContain("\n", "Exception"));
    }

    @Test
    void nothingUsableIsSaidWithAReason() throws IOException {
        Files.write(folder.resolve("phone.heic"), heic());
        assertRefused("No photo can be used: phone.heic was left out: it is in HEIF format", folder.toString());
        image(folder.resolve("one.png"), 1, 1);
        assertRefused("(1 more like this.)", folder.toString());
    }

    @Test
    void oneDamagedPhotoDoesNotCostTheOthers() throws IOException {
        image(folder.resolve("1.jpg"), 100, 80);
        image(folder.resolve("2.jpg"), 100, 80);
        image(folder.resolve("3.png"), 100, 80);
        image(folder.resolve("4.png"), 100, 80);
        cutInHalf(folder.resolve("2.jpg"));
        cutInHalf(folder.resolve("3.png"));
        List<String> warnings = new ArrayList<>();
        ImageSet set = ImageSet.open(folder);
        assertThat(set.photos()).hasSize(4);
        List<View> views = set.load(SIZE, collecting(warnings));
        assertThat(views.stream().map(v -> v.photo().name())).containsExactly("1.jpg", "4.png");
        assertThat(warnings).hasSize(2);
        assertThat(warnings.get(0)).startsWith("2.jpg was left out: it is damaged");
        assertThat(warnings.get(1)).startsWith("3.png was left out: it is damaged");

        assertThatThrownBy(() ->
                        ImageSet.open(folder + "/2.jpg", folder + "/3.png").load(SIZE, Progress.SILENT))
                .isInstanceOf(PanSt3RException.class)
                .hasMessageContaining("No photo can be used: 2.jpg was left out: it is damaged");
    }

    @Test
    void aPhotoThatGoesAwayIsLeftOut() throws IOException {
        image(folder.resolve("1.png"), 40, 30);
        image(folder.resolve("2.png"), 40, 30);
        ImageSet set = ImageSet.open(folder);
        Files.delete(folder.resolve("1.png"));
        image(folder.resolve("3.png"), 40, 30);
        assertThat(set.load(SIZE, Progress.SILENT)).hasSize(1);
    }

    @Test
    void aHardCropIsMentioned() throws IOException {
        image(folder.resolve("wide.png"), 400, 40);
        List<String> warnings = new ArrayList<>();
        ImageSet.open(folder).load(512, collecting(warnings));
        assertThat(warnings)
                .containsExactly(
                        "Only the middle 32 % of wide.png are used: it is 400×40 and the model works at 512×160.");
    }

    @Test
    void anInterruptStopsLoading() throws IOException {
        image(folder.resolve("1.png"), 40, 30);
        ImageSet set = ImageSet.open(folder);
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> set.load(SIZE, Progress.SILENT)).isInstanceOf(CancelledException.class);
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void anUnknownModelSizeNamesTheKnownOnes() throws IOException {
        image(folder.resolve("1.png"), 40, 30);
        assertThatThrownBy(() -> ImageSet.open(folder).load(500, Progress.SILENT))
                .isInstanceOf(PanSt3RException.class)
                .hasMessageContaining("[224, 256, 336, 384, 448, 512, 768]");
    }

    @Test
    void loadingRepeatsItself() throws IOException {
        image(folder.resolve("1.png"), 333, 211);
        ImageSet set = ImageSet.open(folder);
        assertThat(set.load(512, Progress.SILENT).get(0).pixels())
                .isEqualTo(set.load(512, Progress.SILENT).get(0).pixels());
    }

    /** Mutated photos are read, or left out with a sentence; nothing else ever happens. */
    @Test
    void mutatedPhotosNeverBreakAnything() throws IOException {
        List<Path> seeds = new ArrayList<>();
        try (var files = Files.list(Path.of("src/test/resources/panst3r/image/formats"))) {
            files.filter(f -> !f.toString().endsWith(".expected.png")).sorted().forEach(seeds::add);
        }
        Random random = new Random(8);
        int tries = Integer.getInteger("panst3r.mutations", 400);
        for (int i = 0; i < tries; i++) {
            Path seed = seeds.get(i % seeds.size());
            byte[] bytes = Files.readAllBytes(seed);
            for (int n = 1 + random.nextInt(6); n > 0; n--) {
                bytes[random.nextInt(random.nextBoolean() ? Math.min(bytes.length, 200) : bytes.length)] =
                        (byte) random.nextInt(256);
            }
            if (random.nextInt(8) == 0) {
                bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
            }
            Path file = Files.write(folder.resolve("mutated"), bytes);
            try {
                View view = ImageSet.open(file).load(SIZE, Progress.SILENT).get(0);
                assertThat(view.pixels()).hasSize(3 * SIZE * SIZE);
            } catch (PanSt3RException leftOut) {
                assertThat(leftOut.getMessage()).startsWith("No photo can be used: mutated was left out: it ");
            } catch (RuntimeException | Error e) {
                throw new AssertionError("mutation " + i + " of " + seed + ": " + e, e);
            }
        }
    }

    @Property(tries = 200)
    void matricesAreInverseAndKeepTheViewInsideThePhoto(
            @ForAll @IntRange(min = 4, max = 9000) int width, @ForAll @IntRange(min = 4, max = 9000) int height) {
        for (int modelSize : new int[] {224, 384, 512, 768}) {
            Framing f = Framing.of(modelSize, width, height);
            assertThat(Math.min(f.cropWidth(), f.cropHeight())).isPositive();
            assertThat(f.x()).isGreaterThanOrEqualTo(0);
            assertThat(f.y()).isGreaterThanOrEqualTo(0);
            assertThat(f.x() + f.cropWidth()).isLessThanOrEqualTo(width);
            assertThat(f.y() + f.cropHeight()).isLessThanOrEqualTo(height);
            assertThat(f.cropWidth() == width || f.cropHeight() == height).isTrue();
            double[] a = f.photoToView();
            double[] b = f.viewToPhoto();
            assertThat(a[0] * b[0]).isCloseTo(1, within(1e-12));
            assertThat(a[0] * b[2] + a[2]).isCloseTo(0, within(1e-9));
            assertThat(a[4] * b[5] + a[5]).isCloseTo(0, within(1e-9));
        }
    }

    /** The plain twin: every target pixel as one weighted mean over the whole source. */
    @Property(tries = 40)
    void resizeIsTheWeightedMeanThatItsHeaderDescribes(
            @ForAll @IntRange(min = 1, max = 40) int w,
            @ForAll @IntRange(min = 1, max = 40) int h,
            @ForAll @IntRange(min = 1, max = 24) int toW,
            @ForAll @IntRange(min = 1, max = 24) int toH,
            @ForAll int seed) {
        Random random = new Random(seed);
        float[][] rows = new float[h][3 * w];
        for (float[] row : rows) {
            for (int i = 0; i < row.length; i++) {
                row[i] = 2 * random.nextFloat() - 1;
            }
        }
        float[] actual = Resize.bilinear(y -> rows[y], w, h, toW, toH);
        for (int c = 0; c < 3; c++) {
            for (int y = 0; y < toH; y++) {
                for (int x = 0; x < toW; x++) {
                    double sum = 0;
                    double total = 0;
                    for (int v = 0; v < h; v++) {
                        for (int u = 0; u < w; u++) {
                            double weight = tent(u, x, (double) w / toW) * tent(v, y, (double) h / toH);
                            sum += weight * rows[v][c * w + u];
                            total += weight;
                        }
                    }
                    assertThat((double) actual[(c * toH + y) * toW + x]).isCloseTo(sum / total, within(2e-6));
                }
            }
        }
    }

    private static double tent(int source, int target, double scale) {
        return Math.max(0, 1 - Math.abs(source + 0.5 - scale * (target + 0.5)) / Math.max(scale, 1));
    }

    private static void assertRefused(String sentence, String source) {
        assertThatThrownBy(() -> ImageSet.open(source))
                .isInstanceOf(PanSt3RException.class)
                .hasMessageContaining(sentence);
    }

    private static List<String> names(ImageSet set) {
        return set.photos().stream().map(Photo::name).toList();
    }

    private static Progress collecting(List<String> warnings) {
        return new Progress() {
            @Override
            public void update(String stage, int done, int total) {}

            @Override
            public void warn(String message) {
                warnings.add(message);
            }
        };
    }

    private static void image(Path file, int width, int height) throws IOException {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Random random = new Random(width);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                image.setRGB(x, y, random.nextInt(1 << 24));
            }
        }
        String name = file.toString();
        ImageIO.write(image, name.endsWith(".jpg") ? "jpeg" : "png", file.toFile());
    }

    private static void cutInHalf(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
    }

    private static byte[] heic() {
        return "\0\0\0\30ftypheic\0\0\0\0mif1heic".getBytes(StandardCharsets.ISO_8859_1);
    }

    /** The start of a PNG that claims these dimensions. */
    private static byte[] pngHeader(int width, int height) throws IOException {
        ByteArrayOutputStream header = new ByteArrayOutputStream();
        DataOutputStream data = new DataOutputStream(header);
        data.writeBytes("IHDR");
        data.writeInt(width);
        data.writeInt(height);
        data.write(new byte[] {8, 2, 0, 0, 0});
        CRC32 crc = new CRC32();
        crc.update(header.toByteArray());
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        DataOutputStream png = new DataOutputStream(out);
        png.write(new byte[] {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10});
        png.writeInt(13);
        png.write(header.toByteArray());
        png.writeInt((int) crc.getValue());
        png.writeInt(0);
        png.writeBytes("IDAT");
        png.writeInt(0x35af061e);
        return out.toByteArray();
    }

    private static long heap() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
