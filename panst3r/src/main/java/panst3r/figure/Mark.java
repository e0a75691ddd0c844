package panst3r.figure;

import java.awt.Shape;
import java.awt.image.BufferedImage;
import panst3r.picture.Images;

/** One thing in a drawing. Lengths are in points (1/72 inch) from the top left corner, y down; colours are 0xRRGGBB. */
sealed interface Mark {
    /** No colour: not filled, or without a line. */
    int NONE = -1;

    /** A pen is what a file format must be able to do. */
    interface Pen {
        void path(Path path);

        void words(Words words);

        void picture(Picture picture);
    }

    void draw(Pen pen);

    /**
     * A shape, filled, outlined or both.
     *
     * @param width of its line; its ends are flat, its corners mitred
     * @param dash length of dashes and of the gaps between them, 0 for a solid line
     */
    record Path(Shape shape, int fill, int stroke, double width, double dash) implements Mark {
        @Override
        public void draw(Pen pen) {
            pen.path(this);
        }
    }

    /**
     * One line of text.
     *
     * @param text only characters that the font has
     * @param x where it starts
     * @param y of its baseline
     * @param upward whether it is turned a quarter to the left, to be read from below
     */
    record Words(String text, Font font, double size, int rgb, double x, double y, boolean upward) implements Mark {
        @Override
        public void draw(Pen pen) {
            pen.words(this);
        }
    }

    /**
     * Pixels.
     *
     * @param photo whether JPEG may store it
     * @param description for those who do not see it
     */
    record Picture(
            BufferedImage image, boolean photo, double x, double y, double width, double height, String description)
            implements Mark {
        @Override
        public void draw(Pen pen) {
            pen.picture(this);
        }

        /** With no more pixels than this resolution shows. */
        Picture atMost(int dpi) {
            int longest = (int) Math.max(1, Math.ceil(Math.max(width, height) / 72 * dpi));
            return new Picture(Images.shrink(image, longest), photo, x, y, width, height, description);
        }
    }
}
