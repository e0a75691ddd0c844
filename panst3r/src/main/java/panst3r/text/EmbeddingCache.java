package panst3r.text;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Embeddings of texts on disk, a small file each: {@code <directory>/<model>/<digest of the text>.f32}, little-endian.
 * What is missing or damaged is computed again; what cannot be written is not kept. Never a reason to fail.
 */
final class EmbeddingCache {
    private final Path directory;
    private final int width;

    /** @param model digest of the weights, see {@link #digest} */
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
        Path temporary = null;
        try {
            Files.createDirectories(directory);
            ByteBuffer bytes = ByteBuffer.allocate(4 * width).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asFloatBuffer().put(embedding);
            temporary = Files.createTempFile(directory, ".", ".part");
            Files.write(temporary, bytes.array());
            Files.move(temporary, file(text), StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException | RuntimeException e) {
            delete(temporary);
        }
    }

    private static void delete(Path temporary) {
        try {
            if (temporary != null) {
                Files.deleteIfExists(temporary);
            }
        } catch (IOException e) {
            // a stray file in a cache harms nobody
        }
    }

    private Path file(String text) {
        MessageDigest digest = digest();
        digest.update(text.getBytes(StandardCharsets.UTF_8));
        return directory.resolve(hex(digest) + ".f32");
    }

    static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java has it
        }
    }

    /** The first half: enough to tell texts apart, and short enough for any file system. */
    static String hex(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest(), 0, 16);
    }
}
