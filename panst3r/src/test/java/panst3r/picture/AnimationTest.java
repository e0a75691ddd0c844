package panst3r.picture;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Node;

/** Animations hold their frames, in order. */
class AnimationTest {
    private static List<BufferedImage> frames() {
        List<BufferedImage> out = new ArrayList<>();
        for (int f = 0; f < 3; f++) {
            BufferedImage image = new BufferedImage(20, 10, BufferedImage.TYPE_INT_RGB);
            for (int i = 0; i < 200; i++) {
                image.setRGB(i % 20, i / 20, (i % 20 * 12) << 16 | f * 100);
            }
            out.add(image);
        }
        return out;
    }

    @Test
    void aGifHoldsAllFrames() throws Exception {
        ImageReader reader = ImageIO.getImageReadersByFormatName("gif").next();
        try (ImageInputStream in =
                ImageIO.createImageInputStream(new ByteArrayInputStream(Animation.gif(frames(), 120)))) {
            reader.setInput(in);
            assertThat(reader.getNumImages(true)).isEqualTo(3);
            for (int f = 0; f < 3; f++) {
                assertThat(reader.read(f).getRGB(5, 5) & 0xff).isEqualTo(f * 100);
            }
            var root = reader.getImageMetadata(0).getAsTree("javax_imageio_gif_image_1.0");
            String text = describe(root);
            assertThat(text).contains("delayTime=12").contains("NETSCAPE");
        }
    }

    private static String describe(Node node) {
        StringBuilder out = new StringBuilder(node.getNodeName());
        for (int i = 0; i < node.getAttributes().getLength(); i++) {
            out.append(' ')
                    .append(node.getAttributes().item(i).getNodeName())
                    .append('=')
                    .append(node.getAttributes().item(i).getNodeValue());
        }
        for (var child = node.getFirstChild(); child != null; child = child.getNextSibling()) {
            out.append('\n').append(describe(child));
        }
        return out.toString();
    }

    /** Chunks are whole and numbered; the first frame is what programs without animation show. */
    @Test
    void aPngHoldsAllFrames() throws Exception {
        byte[] bytes = Animation.png(frames(), 120);
        assertThat(ImageIO.read(new ByteArrayInputStream(bytes)).getRGB(5, 5) & 0xff)
                .isZero();
        ByteBuffer in = ByteBuffer.wrap(bytes, 8, bytes.length - 8);
        int sequence = 0;
        List<String> types = new ArrayList<>();
        while (in.hasRemaining()) {
            int length = in.getInt();
            byte[] body = new byte[4 + length];
            in.get(body);
            CRC32 crc = new CRC32();
            crc.update(body);
            assertThat(in.getInt()).isEqualTo((int) crc.getValue());
            String type = new String(body, 0, 4, StandardCharsets.US_ASCII);
            types.add(type);
            if (type.equals("fcTL") || type.equals("fdAT")) {
                assertThat(ByteBuffer.wrap(body, 4, 4).getInt()).isEqualTo(sequence++);
            } else if (type.equals("acTL")) {
                assertThat(ByteBuffer.wrap(body, 4, 4).getInt()).isEqualTo(3);
            }
        }
        assertThat(types).first().isEqualTo("IHDR");
        assertThat(types).last().isEqualTo("IEND");
        assertThat(types.stream().filter("fcTL"::equals)).hasSize(3);
        assertThat(types.indexOf("acTL")).isLessThan(types.indexOf("IDAT"));
        assertThat(types.indexOf("fcTL")).isLessThan(types.indexOf("IDAT"));
    }
}
