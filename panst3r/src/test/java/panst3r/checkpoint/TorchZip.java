package panst3r.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;

/** Writes zip files laid out as torch.save does: stored, data at multiples of 64, sizes after the data. For tests. */
final class TorchZip implements AutoCloseable {
    private static final int ALIGNMENT = 64;
    private static final int FLAGS = 0x0808; // sizes follow the data; UTF-8 names

    private final FileChannel out;
    private final String top;
    private final boolean zip64;
    private final List<byte[]> directory = new ArrayList<>();
    private final CRC32 crc = new CRC32();
    private byte[] name;
    private long header;
    private long start;

    /** @param zip64 whether to write every offset and size as a large file must */
    TorchZip(Path file, String top, boolean zip64) throws IOException {
        this.out = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
        this.top = top;
        this.zip64 = zip64;
    }

    void entry(String path, byte[] bytes) throws IOException {
        begin(path);
        write(ByteBuffer.wrap(bytes));
        end();
    }

    void entry(String path, String text) throws IOException {
        entry(path, text.getBytes(StandardCharsets.UTF_8));
    }

    void begin(String path) throws IOException {
        name = (top + "/" + path).getBytes(StandardCharsets.UTF_8);
        header = out.position();
        int padding = (int) (-(header + 30 + name.length + 4) & (ALIGNMENT - 1));
        ByteBuffer b = little(30 + name.length + 4 + padding);
        b.putInt(0x04034b50)
                .putShort((short) 0)
                .putShort((short) FLAGS)
                .putShort((short) 0)
                .putInt(0);
        b.putInt(0).putInt(0).putInt(0); // crc and sizes come later
        b.putShort((short) name.length).putShort((short) (4 + padding)).put(name);
        b.put((byte) 'F').put((byte) 'B').putShort((short) padding); // the extra field that PyTorch pads with
        while (b.hasRemaining()) {
            b.put((byte) 'Z');
        }
        raw(b.flip());
        start = out.position();
        crc.reset();
    }

    void write(ByteBuffer bytes) throws IOException {
        crc.update(bytes.duplicate());
        raw(bytes);
    }

    void end() throws IOException {
        long size = out.position() - start;
        ByteBuffer descriptor = little(zip64 ? 24 : 16);
        descriptor.putInt(0x08074b50).putInt((int) crc.getValue());
        if (zip64) {
            descriptor.putLong(size).putLong(size);
        } else {
            descriptor.putInt((int) size).putInt((int) size);
        }
        raw(descriptor.flip());
        ByteBuffer b = little(46 + name.length + (zip64 ? 28 : 0));
        b.putInt(0x02014b50).putShort((short) 0).putShort((short) 0).putShort((short) FLAGS);
        b.putShort((short) 0).putInt(0).putInt((int) crc.getValue());
        b.putInt(zip64 ? -1 : (int) size).putInt(zip64 ? -1 : (int) size);
        b.putShort((short) name.length).putShort((short) (zip64 ? 28 : 0)).putShort((short) 0);
        b.putShort((short) 0).putShort((short) 0).putInt(0);
        b.putInt(zip64 ? -1 : (int) header).put(name);
        if (zip64) {
            b.putShort((short) 1)
                    .putShort((short) 24)
                    .putLong(size)
                    .putLong(size)
                    .putLong(header);
        }
        directory.add(b.array());
    }

    @Override
    public void close() throws IOException {
        long from = out.position();
        for (byte[] entry : directory) {
            raw(ByteBuffer.wrap(entry));
        }
        long size = out.position() - from;
        if (zip64) {
            long end64 = out.position();
            ByteBuffer b = little(56 + 20);
            b.putInt(0x06064b50)
                    .putLong(44)
                    .putShort((short) 45)
                    .putShort((short) 45)
                    .putInt(0)
                    .putInt(0);
            b.putLong(directory.size()).putLong(directory.size()).putLong(size).putLong(from);
            b.putInt(0x07064b50).putInt(0).putLong(end64).putInt(1);
            raw(b.flip());
        }
        ByteBuffer b = little(22);
        b.putInt(0x06054b50).putInt(0);
        short count = zip64 ? -1 : (short) directory.size();
        b.putShort(count).putShort(count);
        b.putInt(zip64 ? -1 : (int) size).putInt(zip64 ? -1 : (int) from).putShort((short) 0);
        raw(b.flip());
        out.close();
    }

    private void raw(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            out.write(bytes);
        }
    }

    private static ByteBuffer little(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }
}
