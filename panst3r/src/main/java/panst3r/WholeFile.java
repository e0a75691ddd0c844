package panst3r;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/** Files that stand under their names only when complete: written beside their place and moved there. */
public final class WholeFile {
    /** A file without a lock is left alone for so long: its writer may be about to lock or to move it. */
    private static final long PATIENCE_MILLIS = 60_000;

    private WholeFile() {}

    /** What a file holds. */
    @FunctionalInterface
    public interface Content {
        void write(FileChannel out) throws IOException;
    }

    /**
     * Also removes what a killed process left of the same file.
     *
     * @throws IOException if it cannot be written; what was there before still is
     */
    public static void write(Path file, Content content) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        String prefix = "." + file.getFileName() + ".";
        Files.createDirectories(folder);
        removeLeftOver(folder, prefix);
        Path part = folder.resolve(prefix + UUID.randomUUID() + ".part");
        try {
            try (FileChannel out = FileChannel.open(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                lock(out); // until the channel is closed
                content.write(out);
                out.force(true);
            }
            Files.move(part, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            deleteQuietly(part);
        }
    }

    public static void write(Path file, byte[] content) throws IOException {
        write(file, out -> writeFully(out, ByteBuffer.wrap(content)));
    }

    public static void writeFully(FileChannel out, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            out.write(bytes);
        }
    }

    /** Parts that nobody holds and nobody touched lately; a lock ends with its process, however that ends. */
    private static void removeLeftOver(Path folder, String prefix) {
        try (DirectoryStream<Path> parts = Files.newDirectoryStream(folder, p -> isPart(p, prefix))) {
            for (Path part : parts) {
                long age = System.currentTimeMillis()
                        - Files.getLastModifiedTime(part).toMillis();
                if (age > PATIENCE_MILLIS && isFree(part)) {
                    Files.deleteIfExists(part);
                }
            }
        } catch (IOException | RuntimeException e) {
            // left for the next time: what is to be written matters more
        }
    }

    private static boolean isPart(Path file, String prefix) {
        String name = file.getFileName().toString();
        return name.startsWith(prefix)
                && name.substring(prefix.length()).matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\\.part");
    }

    private static boolean isFree(Path part) throws IOException {
        try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
            return lock(channel) != null;
        }
    }

    /** Null where another holds it, or where the file system has no locks. */
    private static FileLock lock(FileChannel channel) {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException | IOException e) {
            return null;
        }
    }

    private static void deleteQuietly(Path part) {
        try {
            Files.deleteIfExists(part);
        } catch (IOException e) {
            // the target is whole or was never touched
        }
    }
}
