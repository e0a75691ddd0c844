package panst3r.figure;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Draws on pixels. Letters are filled outlines, so that no font of the machine has a say. */
final class PngPen implements Mark.Pen {
    private final double scale;
    private final BufferedImage image;
    private final Graphics2D ink;

    private PngPen(Drawing drawing, int dpi) {
        this.scale = dpi / 72.0;
        this.image = new BufferedImage(
                Math.max(1, (int) Math.round(drawing.width() * scale)),
                Math.max(1, (int) Math.round(drawing.height() * scale)),
                BufferedImage.TYPE_INT_RGB);
        this.ink = image.createGraphics();
        ink.setColor(Color.WHITE);
        ink.fillRect(0, 0, image.getWidth(), image.getHeight());
        ink.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        ink.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
        ink.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
    }

    static byte[] write(Drawing drawing, int dpi) {
        PngPen pen = new PngPen(drawing, dpi);
        drawing.draw(pen);
        pen.ink.dispose();
        return png(pen.image, dpi);
    }

    @Override
    public void path(Mark.Path path) {
        ink.setTransform(AffineTransform.getScaleInstance(scale, scale));
        if (path.fill() != Mark.NONE) {
            ink.setColor(new Color(path.fill()));
            ink.fill(path.shape());
        }
        if (path.stroke() != Mark.NONE) {
            ink.setColor(new Color(path.stroke()));
            float[] dash = path.dash() > 0 ? new float[] {(float) path.dash()} : null;
            ink.setStroke(
                    new BasicStroke((float) path.width(), BasicStroke.CAP_BUTT, BasicStroke.JOIN_MITER, 4, dash, 0));
            ink.draw(path.shape());
        }
    }

    @Override
    public void words(Mark.Words words) {
        AffineTransform at = AffineTransform.getScaleInstance(scale, scale);
        at.translate(words.x(), words.y());
        if (words.upward()) {
            at.quadrantRotate(-1);
        }
        ink.setTransform(at);
        ink.setColor(new Color(words.rgb()));
        ink.fill(words.font().outline(words.text(), words.size()));
    }

    @Override
    public void picture(Mark.Picture p) {
        ink.setTransform(new AffineTransform());
        int left = (int) Math.round(p.x() * scale);
        int top = (int) Math.round(p.y() * scale);
        int width = Math.max(1, (int) Math.round((p.x() + p.width()) * scale) - left);
        int height = Math.max(1, (int) Math.round((p.y() + p.height()) * scale) - top);
        ink.drawImage(p.image(), left, top, width, height, null);
    }

    /** With its resolution, so that a document takes it at the right size. */
    private static byte[] png(BufferedImage image, int dpi) {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
            String format = "javax_imageio_png_1.0";
            IIOMetadata metadata =
                    writer.getDefaultImageMetadata(ImageTypeSpecifier.createFromRenderedImage(image), null);
            String perMetre = Long.toString(Math.round(dpi / 0.0254));
            IIOMetadataNode physical = new IIOMetadataNode("pHYs");
            physical.setAttribute("pixelsPerUnitXAxis", perMetre);
            physical.setAttribute("pixelsPerUnitYAxis", perMetre);
            physical.setAttribute("unitSpecifier", "meter");
            IIOMetadataNode root = new IIOMetadataNode(format);
            root.appendChild(physical);
            metadata.mergeTree(format, root);
            writer.setOutput(out);
            writer.write(new IIOImage(image, null, metadata));
        } catch (IOException e) {
            throw new UncheckedIOException(e); // into memory: cannot happen
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }
}
