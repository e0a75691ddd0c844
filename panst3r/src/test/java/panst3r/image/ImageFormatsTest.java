package panst3r.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Every kind of file gives the pixels that Pillow 13 gives (upright, as RGB, without colour management): it wrote the
 * files and, beside each, what it reads from it.
 */
class ImageFormatsTest {
    private static final Path FORMATS = Path.of("src/test/resources/panst3r/image/formats");
    private static final String EXPECTED = ".expected.png";

    @TestFactory
    Stream<DynamicTest> formats() throws IOException {
        return Files.list(FORMATS)
                .filter(f -> !f.toString().endsWith(EXPECTED))
                .sorted()
                .map(f -> DynamicTest.dynamicTest(f.getFileName().toString(), () -> assertDecodes(f)));
    }

    private static void assertDecodes(Path file) throws IOException {
        BufferedImage expected = ImageIO.read(Path.of(file + EXPECTED).toFile());
        ImageFile.Header header = ImageFile.probe(file);
        Pixels pixels = new Pixels(ImageFile.decode(file, header), header.orientation());
        assertThat(pixels.width()).isEqualTo(expected.getWidth());
        assertThat(pixels.height()).isEqualTo(expected.getHeight());
        int worst = 0;
        for (int y = 0; y < pixels.height(); y++) {
            float[] row = pixels.row(y, 0, pixels.width());
            for (int x = 0; x < pixels.width(); x++) {
                for (int c = 0; c < 3; c++) {
                    int e = expected.getRGB(x, y) >> 16 - 8 * c & 255;
                    worst = Math.max(worst, Math.abs(e - Math.round(row[c * pixels.width() + x])));
                }
            }
        }
        assertThat(worst)
                .as("worst difference in levels")
                .isLessThanOrEqualTo(allowed(file.getFileName().toString()));
    }

    /** Lossless files are exact; decoders of lossy ones round differently, and that of WebP repeats its coarse chroma. */
    private static int allowed(String name) {
        if (name.equals("lossy.webp")) {
            return 16;
        }
        return name.contains("jpg") || name.contains("jpeg") ? 3 : 0;
    }

    /** In a notebook the thread's class loader knows nothing of this library, and ImageIO may have looked before. */
    @Test
    void decodersAreFoundWhateverTheThreadsClassLoader() throws IOException {
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        try {
            Thread.currentThread().setContextClassLoader(null);
            assertDecodes(FORMATS.resolve("lossless.webp"));
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }
}
