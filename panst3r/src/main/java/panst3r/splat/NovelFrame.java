package panst3r.splat;

import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.Optional;
import panst3r.picture.Colouring;
import panst3r.picture.Palette;

/**
 * What a new camera sees: colours, labels and depth.
 *
 * @param labels empty if the scene has none
 * @param inside whether the camera stands behind all surfaces that the photos show there, see {@link SplatScene#isInside}
 */
public record NovelFrame(Pinhole camera, Rendering colours, Optional<LabelMap> labels, boolean inside) {
    private static final float LEAST_ALPHA = 0.5f;
    private static final int GAP = 2;

    /** Segment colours over the picture, as over photos; {@code blend} 1 hides the picture. */
    public Optional<BufferedImage> labelImage(Colouring colouring, double blend) {
        return labels.map(map -> {
            BufferedImage out = colours.image();
            for (int i = 0; i < map.labels().length; i++) {
                int x = i % map.width();
                int y = i / map.width();
                int rgb = out.getRGB(x, y) & 0xffffff;
                out.setRGB(x, y, Palette.mix(rgb, colouring.ofSegment(map.labels()[i]), blend));
            }
            return out;
        });
    }

    /** Depth on the scale of the scene, near is bright; black where less than half of a pixel is covered. */
    public BufferedImage depthImage(Colouring colouring) {
        BufferedImage out = new BufferedImage(colours.width(), colours.height(), BufferedImage.TYPE_INT_RGB);
        float[] depth = colours.expectedDepth();
        for (int i = 0; i < depth.length; i++) {
            int rgb = colours.alpha()[i] < LEAST_ALPHA ? 0 : colouring.ofDepth(depth[i]);
            out.setRGB(i % out.getWidth(), i / out.getWidth(), rgb);
        }
        return out;
    }

    /** Colours, labels if there are any, and depth in one picture. */
    public BufferedImage sideBySide(Colouring colouring, double blend) {
        int panels = labels.isPresent() ? 3 : 2;
        int width = colours.width();
        BufferedImage out =
                new BufferedImage(panels * width + (panels - 1) * GAP, colours.height(), BufferedImage.TYPE_INT_RGB);
        Graphics2D ink = out.createGraphics();
        ink.drawImage(colours.image(), 0, 0, null);
        labelImage(colouring, blend).ifPresent(image -> ink.drawImage(image, width + GAP, 0, null));
        ink.drawImage(depthImage(colouring), (panels - 1) * (width + GAP), 0, null);
        ink.dispose();
        return out;
    }
}
