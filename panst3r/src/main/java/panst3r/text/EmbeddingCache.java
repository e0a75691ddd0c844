package panst3r.text;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import panst3r.UserCache;

/**
 * Embeddings of texts on disk, a small file each: {@code <directory>/<model>/<digest of the text>.f32}, little-endian.
 * What is missing or damaged is computed again; what cannot be written is not kept. Never a reason to fail.
 */
final class EmbeddingCache {
    private final Path directory;
    private final int width;

    /** @param model digest of the weights */
    EmbeddingCache(Path directory, String model, int width) {
        this.directory = directory.resolve(model);
        this.width = width;
    }

    /** The embedding of a text, or null. */
    float[] find(String text) {
        try {
            Path file = file(text);
            if (!Files.isRegularFile(file) || Files.size(file) != 4L * width) {
                return null;
            }
            float[] out = new float[width];
            ByteBuffer.wrap(Files.readAllBytes(file))
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asFloatBuffer()
                    .get(out);
            for (float value : out) {
                if (!Float.isFinite(value)) {
                    return null;
                }
            }
            return out;
        } catch (IOException | RuntimeException e) {
            return null;
        }
    }

    void put(String text, float[] embedding) {
        try {
            ByteBuffer bytes = ByteBuffer.allocate(4 * width).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asFloatBuffer().put(embedding);
            UserCache.write(file(text), bytes);
        } catch (IOException | RuntimeException e) {
            // then it is computed again
        }
    }

    private Path file(String text) {
        byte[] digest = UserCache.digest().digest(text.getBytes(StandardCharsets.UTF_8));
        return directory.resolve(UserCache.name(digest) + ".f32");
    }
}
