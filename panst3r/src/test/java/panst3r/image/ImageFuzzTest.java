package panst3r.image;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import panst3r.PanSt3RException;
import panst3r.Progress;

/** Any file is a photo that becomes a view, or is left out with a sentence. JAZZER_FUZZ=1 searches for one that is not. */
class ImageFuzzTest {
    private static final Path FILE = temporary();

    @FuzzTest(maxDuration = "30s")
    void anyFileIsReadOrLeftOut(byte[] data) throws IOException {
        Files.write(FILE, data);
        try {
            ImageSet.open(FILE).load(224, Progress.SILENT);
        } catch (PanSt3RException leftOut) {
            // as it should be
        }
    }

    private static Path temporary() {
        try {
            Path file = Files.createTempFile("photo", ".fuzz");
            file.toFile().deleteOnExit();
            return file;
        } catch (IOException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
