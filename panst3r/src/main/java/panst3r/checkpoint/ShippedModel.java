package panst3r.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import panst3r.PanSt3RException;
import panst3r.UserCache;
import panst3r.WholeFile;

/**
 * The small model “mini” that comes in an artifact of its own (panst3r-mini). Checkpoints are mapped into memory, so it is
 * copied out of its jar once: into a folder of the user's cache that is named by its checksum.
 */
public final class ShippedModel {
    private static final String FILE = "mini.safetensors";

    private static final String MINI = "/panst3r/mini/" + FILE;

    private ShippedModel() {}

    /** Whether the artifact is on the class path, with the model in it. */
    public static boolean present() {
        return ShippedModel.class.getResource(MINI) != null;
    }

    /**
     * The model's file.
     *
     * @throws PanSt3RException if it is not part of this installation or cannot be copied
     */
    public static Path file() {
        byte[] bytes;
        try (InputStream in = ShippedModel.class.getResourceAsStream(MINI)) {
            if (in == null) {
                throw new PanSt3RException("The small model “mini” is not part of this installation: add the artifact"
                        + " io.github.panst3r:panst3r-mini, or name a downloaded checkpoint.");
            }
            bytes = in.readAllBytes();
        } catch (IOException e) {
            throw new PanSt3RException(
                    "The small model “mini” cannot be read from its jar: " + e.getMessage() + ".", e);
        }
        Path name = Path.of(checksum(bytes).substring(0, 16), FILE);
        Optional<Path> cached = UserCache.folder().flatMap(folder -> copy(bytes, folder.resolve(name)));
        return cached.orElseGet(() -> temporary(bytes));
    }

    /** A whole copy at this place; empty if it cannot be made there. */
    static Optional<Path> copy(byte[] bytes, Path file) {
        try {
            if (Files.isRegularFile(file)
                    && Files.size(file) == bytes.length
                    && checksum(Files.readAllBytes(file)).equals(checksum(bytes))) {
                return Optional.of(file);
            }
            WholeFile.write(file, bytes);
            return Optional.of(file);
        } catch (IOException | SecurityException e) {
            return Optional.empty();
        }
    }

    private static Path temporary(byte[] bytes) {
        try {
            Path folder = Files.createTempDirectory("panst3r");
            Path file = Files.write(folder.resolve(FILE), bytes);
            folder.toFile().deleteOnExit(); // the last is deleted first
            file.toFile().deleteOnExit();
            return file;
        } catch (IOException e) {
            throw new PanSt3RException(
                    "The small model “mini” (" + bytes.length + " bytes) could not be unpacked: " + e.getMessage()
                            + ".",
                    e);
        }
    }

    static String checksum(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java has it
        }
    }
}
