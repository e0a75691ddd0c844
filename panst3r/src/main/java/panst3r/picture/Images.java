package panst3r.picture;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Images as the bytes of a file; the same image gives the same bytes. */
public final class Images {
    private Images() {}

    public static byte[] png(BufferedImage image) {
        return encode(image, "png", Float.NaN);
    }

    /** @param quality 0…1; the image must be without transparency */
    public static byte[] jpeg(BufferedImage image, float quality) {
        return encode(image, "jpeg", quality);
    }

    /** Smaller, so that the longer side has at most {@code longest} pixels; the same image if it has already. */
    public static BufferedImage shrink(BufferedImage image, int longest) {
        BufferedImage out = image;
        double scale = (double) longest / Math.max(image.getWidth(), image.getHeight());
        if (scale >= 1) {
            return image;
        }
        int width = Math.max(1, (int) Math.round(image.getWidth() * scale));
        int height = Math.max(1, (int) Math.round(image.getHeight() * scale));
        // By halves first: bilinear interpolation looks at two pixels only.
        while (out.getWidth() > 2 * width) {
            out = scaled(out, out.getWidth() / 2, Math.max(height, out.getHeight() / 2));
        }
        return scaled(out, width, height);
    }

    /** With 32 levels a channel: hardly seen in a picture of points, and about half the size as PNG. */
    public static BufferedImage coarser(BufferedImage image) {
        BufferedImage out = new BufferedImage(image.getWidth(), image.getHeight(), BufferedImage.TYPE_INT_ARGB);
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                int argb = image.getRGB(x, y);
                int coarse = argb & 0xf8f8f8f8;
                out.setRGB(x, y, argb >>> 24 == 0 ? 0 : coarse | coarse >>> 5 & 0x07070707);
            }
        }
        return out;
    }

    private static BufferedImage scaled(BufferedImage image, int width, int height) {
        BufferedImage out = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D ink = out.createGraphics();
        ink.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
        ink.drawImage(image, 0, 0, width, height, null);
        ink.dispose();
        return out;
    }

    private static byte[] encode(BufferedImage image, String format, float quality) {
        ImageWriter writer = ImageIO.getImageWritersByFormatName(format).next();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
            ImageWriteParam options = writer.getDefaultWriteParam();
            if (!Float.isNaN(quality)) {
                options.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
                options.setCompressionQuality(quality);
            }
            writer.setOutput(out);
            writer.write(null, new IIOImage(image, null, null), options);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // into memory: cannot happen
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }
}
