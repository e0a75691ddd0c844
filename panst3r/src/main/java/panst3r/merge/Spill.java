package panst3r.merge;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicLong;
import panst3r.PanSt3RException;

/**
 * Where floats go that would crowd the heap: to arrays as long as there are few, then to a mapped temporary file, which
 * the system keeps in memory only while there is room.
 */
final class Spill {
    private static final int SEGMENT = 16 << 20;

    private final long heapLimit;
    private final AtomicLong onHeap = new AtomicLong();
    private FileChannel file;
    private FloatBuffer segment;
    private long mapped;

    /** @param heapLimit bytes to keep on the heap */
    Spill(long heapLimit) {
        this.heapLimit = heapLimit;
    }

    /** The same values, somewhere. Safe to call from several threads. */
    FloatBuffer store(float[] values) {
        if (onHeap.addAndGet(4L * values.length) <= heapLimit) {
            return FloatBuffer.wrap(values);
        }
        return allocate(values.length).put(0, values);
    }

    private synchronized FloatBuffer allocate(int length) {
        try {
            if (segment == null || segment.remaining() < length) {
                if (file == null) {
                    open();
                }
                long bytes = 4L * Math.max(SEGMENT, length);
                segment = file.map(FileChannel.MapMode.READ_WRITE, mapped, bytes)
                        .order(ByteOrder.nativeOrder())
                        .asFloatBuffer();
                mapped += bytes;
            }
        } catch (IOException e) {
            throw new PanSt3RException(
                    "The masks do not fit the memory and could not be put into a temporary file in "
                            + System.getProperty("java.io.tmpdir") + " (" + e.getMessage()
                            + "); free space there or give Java more memory with -Xmx.",
                    e);
        }
        FloatBuffer out = segment.slice(segment.position(), length);
        segment.position(segment.position() + length);
        return out;
    }

    private void open() throws IOException {
        Path path = Files.createTempFile("panst3r-masks", ".tmp");
        file = FileChannel.open(
                path, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE);
        try {
            Files.delete(path); // the mapping outlives the name, and so nothing is left behind whatever happens
        } catch (IOException e) {
            path.toFile().deleteOnExit(); // Windows keeps the name while the file is open
        }
    }
}
