package panst3r.scene;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import panst3r.PanSt3RException;

/** Any file is opened as a scene that can be used, or refused in a sentence. JAZZER_FUZZ=1 searches for one that is not. */
class SceneFuzzTest {
    private static final Path FILE = temporary();
    private static int runs;

    @FuzzTest(maxDuration = "30s")
    void anyFileIsReadOrRefused(byte[] data) throws IOException {
        Files.delete(FILE); // a new file: the old one may still be mapped
        Files.write(FILE, withHeaderChecksum(data));
        try {
            Scene scene = Scene.open(FILE);
            scene.prediction();
            scene.points(PointQuery.displayed().sample(10, 1));
            scene.segments();
            scene.masks();
        } catch (PanSt3RException refused) {
            // as it should be
        }
        if (++runs % 5000 == 0) {
            System.gc(); // every run maps the file; a system holds only so many mappings
        }
    }

    /** So that what lies behind the checksum is reached. */
    private static byte[] withHeaderChecksum(byte[] data) {
        byte[] out = data.clone();
        ByteBuffer all = ByteBuffer.wrap(out).order(ByteOrder.LITTLE_ENDIAN);
        long header = out.length < 12 ? -1 : all.getLong(0);
        if (header >= 0 && header <= out.length - 12) {
            byte[] checked = Arrays.copyOf(out, 8 + (int) header);
            all.putInt(out.length - 4, SceneFormat.checksum(ByteBuffer.wrap(checked)));
        }
        return out;
    }

    private static Path temporary() {
        try {
            Path file = Files.createTempFile("scene", ".fuzz");
            file.toFile().deleteOnExit();
            return file;
        } catch (IOException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
