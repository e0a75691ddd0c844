package panst3r.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import panst3r.PanSt3RException;

/**
 * All bytes of a weight file, mapped into memory, and the voice of every error about it.
 *
 * <p>A mapping holds less than 2 GB, so a large file is mapped in windows of 2 GB that begin every 1 GB: any slice up to
 * 1 GB lies within one of them.
 */
final class FileBytes {
    private static final long STEP = 1L << 30;
    private static final long WINDOW = Integer.MAX_VALUE & ~0xffffL;

    private final String name;
    private final long size;
    private final ByteBuffer[] windows;

    private FileBytes(String name, long size, ByteBuffer[] windows) {
        this.name = name;
        this.size = size;
        this.windows = windows;
    }

    /** Bytes that are already in memory, for tests. */
    static FileBytes of(String name, byte[] bytes) {
        return new FileBytes(name, bytes.length, new ByteBuffer[] {ByteBuffer.wrap(bytes)});
    }

    static FileBytes map(Path file) {
        if (Files.isDirectory(file)) {
            throw new PanSt3RException(file + " is a folder; give the checkpoint file inside it.");
        }
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw new PanSt3RException(file + " is a pipe or device, not a file that can be mapped into memory.");
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = channel.size();
            ByteBuffer[] windows = new ByteBuffer[Math.max(1, (int) ((size + STEP - 1) / STEP))];
            for (int i = 0; i < windows.length; i++) {
                long from = i * STEP;
                windows[i] = channel.map(FileChannel.MapMode.READ_ONLY, from, Math.min(WINDOW, size - from));
            }
            return new FileBytes(file.toString(), size, windows);
        } catch (NoSuchFileException e) {
            throw new PanSt3RException("There is no file " + file + "; check the path.", e);
        } catch (AccessDeniedException e) {
            throw new PanSt3RException(file + " may not be read by you; check its permissions.", e);
        } catch (IOException e) {
            throw new PanSt3RException(file + " cannot be read: " + e.getMessage() + ".", e);
        }
    }

    String name() {
        return name;
    }

    long size() {
        return size;
    }

    /** Bytes {@code offset} to {@code offset + length}, little-endian, read-only, without copying. */
    ByteBuffer slice(long offset, long length) {
        if (offset < 0 || length < 0 || length > size - offset) {
            throw fail(
                    "bytes " + offset + " to " + (offset + length) + " lie outside the file, which is cut or damaged");
        }
        int window = (int) Math.min(offset / STEP, windows.length - 1);
        long from = offset - window * STEP;
        if (from + length > windows[window].capacity()) {
            throw fail("a single tensor of " + length + " bytes is more than this reader takes");
        }
        return windows[window]
                .slice((int) from, (int) length)
                .asReadOnlyBuffer()
                .order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The one sentence that every refusal of this file begins with. */
    PanSt3RException fail(String why) {
        return new PanSt3RException(name + " cannot be used as a checkpoint: " + why + ".");
    }
}
