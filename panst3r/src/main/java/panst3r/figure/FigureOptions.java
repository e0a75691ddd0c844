package panst3r.figure;

import java.util.List;
import panst3r.PanSt3RException;
import panst3r.picture.Viewpoint;

/** What a user may choose for any figure. Copied before it is changed. */
final class FigureOptions {
    private static final double NARROWEST = 80;
    private static final double WIDEST = 500;
    private static final int COARSEST = 50;
    private static final int FINEST = 1200;

    /** Wider, a picture may not fit into memory. */
    private static final int MOST_PIXELS = 12_000;

    /** Of the whole figure. */
    double widthMm = 170;

    /** Of PNG files, and of what is drawn as pixels in the others. */
    int dpi = 300;

    /** The first words of the caption; empty for none. */
    String title = "";

    /** Of lengths, such as m; empty for the scene's own. */
    String unit = "";

    /** Whether the caption stands below the figure. */
    boolean caption = true;

    /** Indices of the photos shown; empty for an even choice. */
    List<Integer> views = List.of();

    /** Of 3D views; null for a good first one. */
    Viewpoint viewpoint;

    /** Of colours. */
    long seed;

    FigureOptions copy() {
        FigureOptions copy = new FigureOptions();
        copy.widthMm = widthMm;
        copy.dpi = dpi;
        copy.title = title;
        copy.unit = unit;
        copy.caption = caption;
        copy.views = views;
        copy.viewpoint = viewpoint;
        copy.seed = seed;
        return copy;
    }

    FigureOptions checked() {
        if (!(widthMm >= NARROWEST && widthMm <= WIDEST)) {
            throw new PanSt3RException("A figure is " + SvgPen.number(NARROWEST) + " to " + SvgPen.number(WIDEST)
                    + " mm wide, not " + SvgPen.number(widthMm) + " mm.");
        }
        if (dpi < COARSEST || dpi > FINEST) {
            throw new PanSt3RException(
                    "A figure has " + COARSEST + " to " + FINEST + " dots per inch, not " + dpi + ".");
        }
        if (widthMm / 25.4 * dpi > MOST_PIXELS) {
            throw new PanSt3RException("A figure of " + SvgPen.number(widthMm) + " mm at " + dpi + " dpi would be "
                    + Math.round(widthMm / 25.4 * dpi) + " pixels wide, more than " + MOST_PIXELS
                    + "; lower its width or its dpi.");
        }
        return this;
    }
}
