package panst3r.splat;

import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
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

    /**
     * What depths a picture tells apart.
     *
     * @param near is the brightest
     * @param far is the darkest
     */
    public record Depths(double near, double far) {
        /** Of so many pixels the range is taken. */
        private static final int SAMPLE = 200_000;

        private static final double OUTLIERS = 0.01;

        /** So flat may be what is seen, as a share of how far it is: a wall is to look like one. */
        private static final double FLAT = 0.3;

        /** All that these frames show, but for one in a hundred at either end. */
        public static Depths of(List<NovelFrame> frames) {
            long pixels =
                    frames.stream().mapToLong(f -> f.colours.alpha().length).sum();
            int stride = (int) (1 + pixels / SAMPLE);
            double[] sorted = frames.stream()
                    .flatMapToDouble(f -> {
                        float[] depth = f.colours.expectedDepth();
                        return IntStream.iterate(0, i -> i < depth.length, i -> i + stride)
                                .filter(i -> f.colours.alpha()[i] >= LEAST_ALPHA)
                                .mapToDouble(i -> depth[i]);
                    })
                    .sorted()
                    .toArray();
            if (sorted.length == 0) {
                return new Depths(0, 1);
            }
            double far = sorted[(int) ((1 - OUTLIERS) * (sorted.length - 1))];
            return new Depths(Math.min(sorted[(int) (OUTLIERS * (sorted.length - 1))], (1 - FLAT) * far), far);
        }

        private int colour(double depth) {
            return Palette.ramp((far - depth) / (far - near));
        }
    }

    /** Depth, near is bright; grey where less than half of a pixel is covered. */
    public BufferedImage depthImage(Depths range) {
        BufferedImage out = new BufferedImage(colours.width(), colours.height(), BufferedImage.TYPE_INT_RGB);
        float[] depth = colours.expectedDepth();
        for (int i = 0; i < depth.length; i++) {
            int rgb = colours.alpha()[i] < LEAST_ALPHA ? Palette.VOID : range.colour(depth[i]);
            out.setRGB(i % out.getWidth(), i / out.getWidth(), rgb);
        }
        return out;
    }

    /** Colours, labels if there are any, and depth in one picture. */
    public BufferedImage sideBySide(Colouring colouring, double blend, Depths depths) {
        int panels = labels.isPresent() ? 3 : 2;
        int width = colours.width();
        BufferedImage out =
                new BufferedImage(panels * width + (panels - 1) * GAP, colours.height(), BufferedImage.TYPE_INT_RGB);
        Graphics2D ink = out.createGraphics();
        ink.drawImage(colours.image(), 0, 0, null);
        labelImage(colouring, blend).ifPresent(image -> ink.drawImage(image, width + GAP, 0, null));
        ink.drawImage(depthImage(depths), (panels - 1) * (width + GAP), 0, null);
        ink.dispose();
        return out;
    }
}
