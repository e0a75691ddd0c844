package panst3r.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * How long a checkpoint takes to open and to read through its tensors, beside reading the same file once.
 *
 * <pre>
 * mvn -pl panst3r test-compile exec:java -Dexec.classpathScope=test \
 *     -Dexec.mainClass=panst3r.checkpoint.LoadBench -Dexec.args="open|read /tmp/v2.pth"
 * </pre>
 *
 * <p>One of the two in a run, each with the file's cache dropped before (Linux:
 * {@code dd of=/tmp/v2.pth oflag=nocache conv=notrunc count=0}), or both with a warm one.
 */
public final class LoadBench {
    private LoadBench() {}

    public static void main(String[] args) throws IOException {
        Path file = Path.of(args[1]);
        long start = System.nanoTime();
        if (args[0].equals("open")) {
            open(file, start);
        } else {
            read(file, start);
        }
    }

    private static void open(Path file, long start) {
        try (Checkpoint checkpoint = Checkpoint.open(file)) {
            System.out.printf(
                    "opened, %d tensors checked: %.3f s%n",
                    checkpoint.weights().names().size(), seconds(start));
            double sum = 0;
            ByteBuffer copy = ByteBuffer.allocateDirect(256 << 20);
            for (String name : checkpoint.weights().names()) {
                ByteBuffer data = checkpoint.weights().get(name).data();
                copy.clear();
                copy.put(data).flip();
                sum += copy.hasRemaining() ? copy.get(0) : 0;
            }
            System.out.printf("every tensor copied once: %.3f s (%s)%n", seconds(start), sum);
        }
    }

    private static void read(Path file, long start) throws IOException {
        try (FileChannel channel = FileChannel.open(file)) {
            ByteBuffer buffer = ByteBuffer.allocateDirect(8 << 20);
            while (channel.read(buffer.clear()) >= 0) {
                // the reading is all there is to it
            }
            System.out.printf("read once: %.3f s%n", seconds(start));
        }
    }

    private static double seconds(long start) {
        return (System.nanoTime() - start) / 1e9;
    }
}
