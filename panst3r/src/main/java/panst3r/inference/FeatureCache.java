package panst3r.inference;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import panst3r.PanSt3RException;
import panst3r.UserCache;

/**
 * What the network makes of each photo alone (tokens of the encoder and of DINOv2, and what retrieval makes of the
 * former), kept on disk, so that a run with other keyframes or more photos, or one that goes on after an interruption,
 * computes only what is new. The same bytes come back, or nothing does.
 *
 * <p>A file each, {@code <directory>/<weights>/<pixels>.features}, both by their SHA-256: a header (what it is of), values
 * of four bytes, a checksum of all before. Whatever is not exactly that is as good as absent. Files are written under another name
 * and moved, never changed, so any number of processes may share a directory. Beyond the {@link #limit} those go that were
 * not used for longest.
 *
 * <pre>{@code
 * new Inference(model).cache(FeatureCache.ofUser().orElseThrow()).run(views, progress);
 * }</pre>
 */
public final class FeatureCache {
    /** Room for some 1,500 photos with the published models, 100,000 with the small one. */
    public static final long LIMIT = 10_000_000_000L;

    /** Raised when the same weights begin to give other tokens, or the file another form. */
    private static final int VERSION = 1;

    private static final long MAGIC = 0x50335246_45415431L; // "P3RFEAT1"
    private static final String ENDING = ".features";
    private static final int HEADER = 64; // the values behind it stay aligned as the native library wants them
    private static final int CHECKSUM = 32;

    /** What is left on the disk for others. */
    private static final long SPARE = 1L << 30;

    /** After a day nobody is writing any more. */
    private static final Duration STALE = Duration.ofDays(1);

    private final Path directory;
    private final long limit;
    private long estimate = -1; // bytes in the directory; negative: not counted yet

    private FeatureCache(Path directory, long limit) {
        this.directory = directory;
        this.limit = limit;
    }

    /** In this directory, which need not be there yet; only the cache's own files in it are ever touched. */
    public static FeatureCache at(Path directory) {
        return new FeatureCache(directory, LIMIT);
    }

    /** Among the user's caches; empty if the user has no home. */
    public static Optional<FeatureCache> ofUser() {
        return UserCache.folder().map(folder -> at(folder.resolve("features")));
    }

    /** The same cache, of at most so many bytes; {@link #LIMIT} unless set. */
    public FeatureCache limit(long bytes) {
        return new FeatureCache(directory, bytes);
    }

    /** At most so many bytes are kept. */
    public long limit() {
        return limit;
    }

    public Path directory() {
        return directory;
    }

    /** Size of all files. */
    public long bytes() {
        return files().stream().mapToLong(Kept::bytes).sum();
    }

    /**
     * Deletes all files.
     *
     * @return how many bytes that freed
     */
    public long clear() {
        List<Kept> files = files();
        files.forEach(FeatureCache::delete);
        return files.stream().mapToLong(Kept::bytes).sum();
    }

    /** Names the features of some weights and pixels. */
    record Key(byte[] weights, byte[] pixels) {}

    /**
     * The values, mapped, as the processor has them; null if they are not there, whatever the reason.
     *
     * @param floats how many
     */
    ByteBuffer find(Key key, int floats) {
        ByteBuffer found = find(key);
        return found == null || found.remaining() != 4 * floats ? null : found;
    }

    /** As the longer one, however many there are. */
    ByteBuffer find(Key key) {
        Path file = file(key);
        try (FileChannel channel = FileChannel.open(file)) {
            long size = channel.size();
            int floats = Math.toIntExact((size - HEADER - CHECKSUM) / 4);
            if (floats < 0 || size != HEADER + 4L * floats + CHECKSUM) {
                return null;
            }
            ByteBuffer all = channel.map(FileChannel.MapMode.READ_ONLY, 0, size);
            ByteBuffer body = all.slice(0, HEADER + 4 * floats);
            if (!body.slice(0, HEADER).equals(header(key, floats))
                    || !all.slice(body.limit(), CHECKSUM).equals(ByteBuffer.wrap(checksum(body)))) {
                return null;
            }
            Files.setLastModifiedTime(file, FileTime.from(Instant.now())); // used: goes last
            return body.slice(HEADER, 4 * floats).order(ByteOrder.nativeOrder());
        } catch (IOException | RuntimeException e) {
            return null; // an interrupt too: it stays set, and is heard by the computation that follows
        }
    }

    /**
     * @param values of four bytes each, as the processor has them
     * @throws PanSt3RException if they cannot be kept; a sentence for the user, who loses nothing but time
     */
    void put(Key key, ByteBuffer values) {
        ByteBuffer data = values.slice();
        ByteBuffer header = header(key, data.remaining() / 4);
        MessageDigest digest = UserCache.digest();
        digest.update(header.duplicate());
        digest.update(data.duplicate());
        int size = HEADER + data.remaining() + CHECKSUM;
        Path file = file(key);
        try {
            Files.createDirectories(file.getParent());
            makeRoom(size);
            if (Files.getFileStore(directory).getUsableSpace() < SPARE + size) {
                throw new IOException("less than 1 GB is free");
            }
            UserCache.write(file, header, data, ByteBuffer.wrap(digest.digest()));
        } catch (ClosedByInterruptException e) {
            // heard by whatever is done next
        } catch (IOException | RuntimeException e) {
            throw new PanSt3RException(
                    "Features of photos cannot be kept in " + directory + " (" + e.getMessage()
                            + "); the next run will encode them again.",
                    e);
        }
    }

    private synchronized void makeRoom(long size) {
        if (estimate < 0 || estimate + size > limit) {
            List<Kept> files = new ArrayList<>(files());
            Instant stale = Instant.now().minus(STALE);
            files.stream()
                    .filter(f -> isPart(f.file()) && f.used().isBefore(stale))
                    .forEach(FeatureCache::delete);
            files.removeIf(f -> isPart(f.file()));
            files.sort(Comparator.comparing(Kept::used));
            estimate = files.stream().mapToLong(Kept::bytes).sum();
            // some more than needed, so that not every file counts them all again
            for (int i = 0; i < files.size() && estimate + size > limit - (i > 0 ? limit / 20 : 0); i++) {
                delete(files.get(i));
                estimate -= files.get(i).bytes();
            }
        }
        estimate += size;
    }

    private Path file(Key key) {
        return directory.resolve(UserCache.name(key.weights())).resolve(UserCache.name(key.pixels()) + ENDING);
    }

    private static ByteBuffer header(Key key, int floats) {
        MessageDigest both = UserCache.digest();
        both.update(key.weights());
        both.update(key.pixels());
        return ByteBuffer.allocate(HEADER)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(MAGIC)
                .putInt(VERSION)
                .putInt(floats)
                .put(both.digest())
                .rewind();
    }

    private static byte[] checksum(ByteBuffer body) {
        MessageDigest digest = UserCache.digest();
        digest.update(body.duplicate());
        return digest.digest();
    }

    private record Kept(Path file, long bytes, Instant used) {}

    /** The cache's own files, those of interrupted writes too. */
    private List<Kept> files() {
        List<Kept> out = new ArrayList<>();
        try (Stream<Path> found = Files.walk(directory, 2)) {
            for (Path file : (Iterable<Path>) found::iterator) {
                String name = file.getFileName().toString();
                if ((name.endsWith(ENDING) || isPart(file)) && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                    add(file, out);
                }
            }
        } catch (IOException | java.io.UncheckedIOException e) {
            // no directory, or one that another process is clearing: what was seen so far is what there is
        }
        return out;
    }

    private static void add(Path file, List<Kept> out) throws IOException {
        try {
            out.add(new Kept(
                    file, Files.size(file), Files.getLastModifiedTime(file).toInstant()));
        } catch (NoSuchFileException e) {
            // another process was faster
        }
    }

    private static boolean isPart(Path file) {
        String name = file.getFileName().toString();
        return name.startsWith(".") && name.endsWith(UserCache.PART);
    }

    private static void delete(Kept kept) {
        try {
            Files.deleteIfExists(kept.file());
        } catch (IOException e) {
            // it stays; a file too many harms nobody
        }
    }

    @Override
    public String toString() {
        return directory.toString();
    }
}
