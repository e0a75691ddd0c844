package panst3r;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/** Where things are kept that can be made again, and how. */
public final class UserCache {
    /** Ending of files that are still written. */
    public static final String PART = ".part";

    /** System property: a folder to be used instead of the user's. */
    private static final String PROPERTY = "panst3r.cache";

    private UserCache() {}

    /** The project's folder among the user's caches, which need not be there yet; empty if the user has no home. */
    public static Optional<Path> folder() {
        String own = System.getProperty(PROPERTY);
        String xdg = System.getenv("XDG_CACHE_HOME");
        String home = System.getProperty("user.home");
        if (own != null) {
            return Optional.of(Path.of(own));
        } else if (xdg != null && !xdg.isBlank()) {
            return Optional.of(Path.of(xdg, "panst3r"));
        }
        return home == null || !Files.isDirectory(Path.of(home))
                ? Optional.empty()
                : Optional.of(Path.of(home, ".cache", "panst3r"));
    }

    /**
     * Puts a file there as a whole or not at all, however many processes do so at once: it is written under a name of its
     * own and moved.
     */
    public static void write(Path file, ByteBuffer... content) throws IOException {
        Files.createDirectories(file.getParent());
        Path temporary = Files.createTempFile(file.getParent(), ".", PART);
        try {
            try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                for (ByteBuffer part : content) {
                    while (part.hasRemaining()) {
                        channel.write(part);
                    }
                }
            }
            Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException | RuntimeException e) {
            try {
                Files.deleteIfExists(temporary);
            } catch (IOException left) {
                e.addSuppressed(left);
            }
            throw e;
        }
    }

    /** What names a thing by its content. */
    public static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java has it
        }
    }

    /** The first half of a digest: enough to tell things apart, and short enough for any file system. */
    public static String name(byte[] digest) {
        return HexFormat.of().formatHex(digest, 0, 16);
    }
}
