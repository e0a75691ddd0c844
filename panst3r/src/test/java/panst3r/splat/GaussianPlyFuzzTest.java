package panst3r.splat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import panst3r.PanSt3RException;

/** Whatever the bytes, a .ply is read or refused in one sentence. */
class GaussianPlyFuzzTest {
    private static final Path FILE = temporary();

    @FuzzTest(maxDuration = "30s")
    void readsOrRefuses(byte[] data) throws IOException {
        Files.write(FILE, data);
        try {
            Gaussians g = GaussianPly.read(FILE);
            for (int i = 0; i < g.size(); i++) {
                if (!g.isFinite(i)) {
                    throw new IllegalStateException("a value that is not finite came through");
                }
            }
        } catch (PanSt3RException refused) {
            // as it should be
        }
    }

    private static Path temporary() {
        try {
            Path file = Files.createTempFile("gaussians", ".ply");
            file.toFile().deleteOnExit();
            return file;
        } catch (IOException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
