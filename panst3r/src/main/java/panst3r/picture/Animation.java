package panst3r.picture;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Pictures that follow each other for ever, as the bytes of one file; the same pictures give the same bytes. */
public final class Animation {
    private static final int SIGNATURE = 8;

    private Animation() {}

    /**
     * An animated PNG (APNG, PNG third edition): true colours, shown by every browser; other programs show the first frame.
     *
     * @param frames all of one size, without transparency
     * @param milliseconds from frame to frame
     */
    public static byte[] png(List<BufferedImage> frames, int milliseconds) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            int sequence = 0;
            for (int f = 0; f < frames.size(); f++) {
                byte[] one = Images.png(frames.get(f));
                if (f == 0) {
                    out.write(one, 0, SIGNATURE);
                }
                boolean controlled = false;
                for (int at = SIGNATURE; at < one.length; ) {
                    ByteBuffer chunk = ByteBuffer.wrap(one, at, one.length - at);
                    int length = chunk.getInt();
                    String type = new String(one, at + 4, 4, StandardCharsets.US_ASCII);
                    byte[] data = Arrays.copyOfRange(one, at + 8, at + 8 + length);
                    at += 12 + length;
                    boolean pixels = type.equals("IDAT");
                    if (pixels && !controlled) {
                        if (f == 0) {
                            chunk(out, "acTL", ints(frames.size(), 0));
                        }
                        chunk(out, "fcTL", control(sequence++, frames.get(0), milliseconds));
                        controlled = true;
                    }
                    if (pixels && f > 0) {
                        ByteBuffer numbered = ByteBuffer.allocate(4 + length);
                        chunk(out, "fdAT", numbered.putInt(sequence++).put(data).array());
                    } else if (pixels || f == 0 && !type.equals("IEND")) {
                        chunk(out, type, data);
                    }
                }
            }
            chunk(out, "IEND", new byte[0]);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // into memory: cannot happen
        }
        return bytes.toByteArray();
    }

    private static byte[] control(int sequence, BufferedImage frame, int milliseconds) {
        return ByteBuffer.allocate(26)
                .putInt(sequence)
                .putInt(frame.getWidth())
                .putInt(frame.getHeight())
                .putInt(0)
                .putInt(0)
                .putShort((short) milliseconds)
                .putShort((short) 1000)
                .put((byte) 0)
                .put((byte) 0)
                .array();
    }

    private static byte[] ints(int a, int b) {
        return ByteBuffer.allocate(8).putInt(a).putInt(b).array();
    }

    private static void chunk(DataOutputStream out, String type, byte[] data) throws IOException {
        byte[] name = type.getBytes(StandardCharsets.US_ASCII);
        CRC32 crc = new CRC32();
        crc.update(name);
        crc.update(data);
        out.writeInt(data.length);
        out.write(name);
        out.write(data);
        out.writeInt((int) crc.getValue());
    }

    /** A GIF, with 256 colours a frame. As {@link #png} otherwise. */
    public static byte[] gif(List<BufferedImage> frames, int milliseconds) {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("gif").next();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
            writer.setOutput(out);
            writer.prepareWriteSequence(null);
            ImageWriteParam options = writer.getDefaultWriteParam();
            for (BufferedImage frame : frames) {
                IIOMetadata metadata = writer.getDefaultImageMetadata(new ImageTypeSpecifier(frame), options);
                writer.writeToSequence(new IIOImage(frame, null, timed(metadata, milliseconds)), options);
            }
            writer.endWriteSequence();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // into memory: cannot happen
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    /** With the time that the frame stays, and the mark that makes browsers begin again after the last. */
    private static IIOMetadata timed(IIOMetadata metadata, int milliseconds) throws IOException {
        String format = metadata.getNativeMetadataFormatName();
        IIOMetadataNode root = (IIOMetadataNode) metadata.getAsTree(format);
        IIOMetadataNode control = child(root, "GraphicControlExtension");
        control.setAttribute("disposalMethod", "none");
        control.setAttribute("userInputFlag", "FALSE");
        control.setAttribute("transparentColorFlag", "FALSE");
        control.setAttribute("delayTime", String.valueOf(Math.max(2, Math.round(milliseconds / 10f))));
        control.setAttribute("transparentColorIndex", "0");
        IIOMetadataNode loop = new IIOMetadataNode("ApplicationExtension");
        loop.setAttribute("applicationID", "NETSCAPE");
        loop.setAttribute("authenticationCode", "2.0");
        loop.setUserObject(new byte[] {1, 0, 0});
        child(root, "ApplicationExtensions").appendChild(loop);
        metadata.setFromTree(format, root);
        return metadata;
    }

    private static IIOMetadataNode child(IIOMetadataNode root, String name) {
        if (root.getElementsByTagName(name).getLength() > 0) {
            return (IIOMetadataNode) root.getElementsByTagName(name).item(0);
        }
        IIOMetadataNode out = new IIOMetadataNode(name);
        root.appendChild(out);
        return out;
    }
}
