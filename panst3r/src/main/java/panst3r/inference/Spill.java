package panst3r.inference;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import panst3r.PanSt3RException;

/**
 * Where large results of one run lie: on the heap, or in a file that is mapped into memory and vanishes with the last
 * buffer that looks at it.
 */
final class Spill implements AutoCloseable {
    private final Path directory;
    private final boolean onDisk;
    private Path file;
    private FileChannel channel;

    /** @param directory null for the system's temporary folder */
    Spill(Path directory, boolean onDisk) {
        this.directory = directory;
        this.onDisk = onDisk;
    }

    /** A copy of the array's float32 values, row-major, that outlives it. */
    FloatBuffer store(NDArray array) {
        ByteBuffer bytes = array.toByteBuffer(true).order(ByteOrder.nativeOrder());
        if (!onDisk) {
            return FloatBuffer.allocate(bytes.remaining() / Float.BYTES)
                    .put(bytes.asFloatBuffer())
                    .flip()
                    .asReadOnlyBuffer();
        }
        return write(bytes).asFloatBuffer();
    }

    /** The array itself, or a copy of it that lies in the file; the given one is then freed. */
    NDArray keep(NDArray array) {
        if (!onDisk) {
            return array;
        }
        NDManager manager = array.getManager();
        Shape shape = array.getShape();
        ByteBuffer mapped = write(array.toByteBuffer(true));
        array.close();
        return manager.create(mapped, shape, DataType.FLOAT32);
    }

    private ByteBuffer write(ByteBuffer bytes) {
        try {
            open();
            long start = channel.size();
            int size = bytes.remaining();
            while (bytes.hasRemaining()) {
                channel.write(bytes, start + size - bytes.remaining());
            }
            // written first and mapped then: a full disk is an exception here, not a crash at the first access
            return channel.map(FileChannel.MapMode.READ_ONLY, start, size).order(ByteOrder.nativeOrder());
        } catch (IOException e) {
            throw new PanSt3RException(
                    "The results do not fit into " + folder() + " (" + e.getMessage()
                            + "); name another folder as the spill directory.",
                    e);
        }
    }

    private void open() throws IOException {
        if (channel == null) {
            file = directory == null
                    ? Files.createTempFile("panst3r-", ".spill")
                    : Files.createTempFile(directory, "panst3r-", ".spill");
            channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
        }
    }

    private Path folder() {
        return directory == null ? Path.of(System.getProperty("java.io.tmpdir")) : directory;
    }

    /** No more writing; what was handed out stays readable. */
    @Override
    public void close() {
        if (channel != null) {
            try {
                channel.close();
                Files.deleteIfExists(file); // the mappings keep its content
            } catch (IOException e) {
                file.toFile().deleteOnExit(); // a system that does not delete mapped files
            }
        }
    }
}
