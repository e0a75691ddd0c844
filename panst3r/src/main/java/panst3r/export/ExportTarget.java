package panst3r.export;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import panst3r.CancelledException;
import panst3r.PanSt3RException;

/**
 * The file or folder that an export goes to. Everything is first written under a temporary name beside it and moved when
 * the last byte is there, so that whatever goes wrong leaves what was there before, and nothing half.
 *
 * <p>A new or empty folder appears in one step. In one that holds files already, those of the same names are replaced one by
 * one, each in one step, and others stay.
 */
public final class ExportTarget implements Closeable {
    /** Writes to a target. */
    @FunctionalInterface
    public interface Content {
        void write(ExportTarget out) throws IOException;
    }

    private static final AtomicInteger COUNT = new AtomicInteger();

    private final Path place;
    private final boolean folder;
    private final Path stage;
    private final UnaryOperator<OutputStream> disk;
    private final Set<Path> files = new LinkedHashSet<>();
    private long written;

    private ExportTarget(Path place, boolean folder, Path stage, UnaryOperator<OutputStream> disk) {
        this.place = place;
        this.folder = folder;
        this.stage = stage;
        this.disk = disk;
    }

    /**
     * Writes one file; {@code content} calls {@link #create()} once.
     *
     * @param overwrite whether a file that is there is replaced
     * @throws PanSt3RException if it is there already, or cannot be written
     */
    public static void file(Path file, boolean overwrite, Content content) {
        if (Files.isDirectory(file)) {
            throw new PanSt3RException(file + " is a folder; give the name of a file.");
        }
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS) && !overwrite) {
            throw new PanSt3RException(file + " is there already; say --overwrite to replace it.");
        }
        write(file, false, UnaryOperator.identity(), content);
    }

    /**
     * Writes the files of a folder; {@code content} calls {@link #create(String)} for each.
     *
     * @param overwrite whether the folder may hold files already; those of the same names are replaced
     * @throws PanSt3RException if it holds files already, or cannot be written
     */
    public static void folder(Path folder, boolean overwrite, Content content) {
        if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS) && !Files.isDirectory(folder)) {
            throw new PanSt3RException(folder + " is a file; give the name of a folder.");
        }
        if (!overwrite && !isEmpty(folder)) {
            throw new PanSt3RException(
                    folder + " holds files already; say --overwrite to replace those of the same names.");
        }
        write(folder, true, UnaryOperator.identity(), content);
    }

    /** @param disk what every stream to the disk goes through: a test lets it fail */
    static void write(Path place, boolean folder, UnaryOperator<OutputStream> disk, Content content) {
        Path name = place.getFileName();
        if (name == null || name.toString().equals("..") || name.toString().equals(".")) {
            place = place.toAbsolutePath().normalize();
            name = place.getFileName();
        }
        if (name == null) {
            throw new PanSt3RException(place + " cannot be written to; choose another place.");
        }
        Path parent = place.toAbsolutePath().getParent();
        String temporary = "." + name + "." + ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet() + ".part";
        ExportTarget target = new ExportTarget(place, folder, parent.resolve(temporary), disk);
        try (target) {
            Files.createDirectories(parent);
            if (folder) {
                Files.createDirectory(target.stage);
            }
            content.write(target);
            target.commit();
        } catch (ClosedByInterruptException e) {
            Thread.interrupted();
            throw new CancelledException("Exporting");
        } catch (IOException e) {
            throw new PanSt3RException(
                    place + " could not be written" + target.sofar() + ": " + reason(e)
                            + "; nothing was changed there. Free some space or choose another place.",
                    e);
        }
    }

    /** The one file of a target that is a file. */
    public OutputStream create() throws IOException {
        return open(stage);
    }

    /**
     * A file of a target that is a folder.
     *
     * @param name relative, parts separated by slashes; folders are made
     * @throws IllegalArgumentException if it would leave the folder, or was created before
     */
    public OutputStream create(String name) throws IOException {
        Path relative = stage.getFileSystem().getPath(name);
        for (Path part : relative) {
            String text = part.toString();
            if (text.isEmpty() || text.equals(".") || text.equals("..") || text.contains("\\")) {
                throw new IllegalArgumentException("no name for a file in a folder: " + name);
            }
        }
        if (relative.isAbsolute() || !files.add(relative)) {
            throw new IllegalArgumentException("no name for another file in a folder: " + name);
        }
        Path file = stage.resolve(relative);
        Files.createDirectories(file.getParent());
        return open(file);
    }

    /**
     * Fails now, rather than after minutes, where there is too little space. Systems that do not tell are believed to
     * have enough.
     *
     * @param bytes that will be written, about
     */
    public void expect(long bytes) {
        long free = stage.getParent().toFile().getUsableSpace();
        if (free > 0 && bytes > free) {
            throw new PanSt3RException(place + " needs " + megabytes(bytes) + " but only " + megabytes(free)
                    + " are free there; choose another place.");
        }
    }

    private OutputStream open(Path file) throws IOException {
        OutputStream out = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        return new BufferedOutputStream(new Counted(disk.apply(out)), 1 << 16);
    }

    private void commit() throws IOException {
        if (!folder) {
            Files.move(stage, place, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            return;
        }
        if (isEmpty(place) && !Files.isSymbolicLink(place)) {
            Files.deleteIfExists(place); // not every system renames over an empty folder
            Files.move(stage, place, StandardCopyOption.ATOMIC_MOVE);
            return;
        }
        Path root = place.toRealPath();
        // Before the first move: all folders, so that only renames are left, which need no space.
        for (Path file : files) {
            Path parent = root.resolve(file).getParent();
            Files.createDirectories(parent);
            if (!parent.toRealPath().equals(parent)) {
                throw new IOException(parent + " is a link that leads elsewhere");
            }
            if (Files.isDirectory(root.resolve(file), LinkOption.NOFOLLOW_LINKS)) {
                throw new IOException(root.resolve(file) + " is a folder");
            }
        }
        for (Path file : files) {
            Files.move(
                    stage.resolve(file),
                    root.resolve(file),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** Removes what was not moved. */
    @Override
    public void close() {
        try (Stream<Path> left = Files.exists(stage) ? Files.walk(stage) : Stream.empty()) {
            for (Path file : left.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            // its name begins with a dot and harms nobody
        }
    }

    private String sofar() {
        return written == 0 ? "" : " after " + megabytes(written);
    }

    private static boolean isEmpty(Path folder) {
        try (Stream<Path> entries = Files.isDirectory(folder) ? Files.list(folder) : Stream.empty()) {
            return entries.findAny().isEmpty();
        } catch (IOException e) {
            throw new PanSt3RException(folder + " cannot be looked into: " + reason(e) + ".", e);
        }
    }

    /** In words: the system's own message is often only the name of the file. */
    private static String reason(IOException e) {
        if (e instanceof AccessDeniedException) {
            return "there is no permission to";
        }
        if (e instanceof FileAlreadyExistsException || e instanceof NotDirectoryException) {
            return "a part of the path is a file";
        }
        if (e instanceof FileSystemException system && system.getReason() != null) {
            return system.getReason();
        }
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }

    private static String megabytes(long bytes) {
        return (bytes + (1 << 20) - 1 >> 20) + " MB";
    }

    /** Counts what reaches the disk. */
    private final class Counted extends FilterOutputStream {
        Counted(OutputStream disk) {
            super(disk);
        }

        @Override
        public void write(int b) throws IOException {
            out.write(b);
            written++;
        }

        @Override
        public void write(byte[] bytes, int from, int count) throws IOException {
            out.write(bytes, from, count);
            written += count;
        }
    }
}
