package panst3r.figure;

import java.util.List;

/**
 * A figure as it is laid out, before any file format: what PNG, SVG and PDF share.
 *
 * @param width in points (1/72 inch)
 * @param height in points
 * @param title a few words
 * @param caption what is shown, in sentences made from the data
 * @param marks in the order in which they are drawn
 */
record Drawing(double width, double height, String title, String caption, List<Mark> marks) {
    Drawing {
        marks = List.copyOf(marks);
    }

    /** The same with pictures of at most this resolution. */
    Drawing atMost(int dpi) {
        List<Mark> lighter = marks.stream()
                .map(m -> m instanceof Mark.Picture p ? p.atMost(dpi) : m)
                .toList();
        return new Drawing(width, height, title, caption, lighter);
    }

    void draw(Mark.Pen pen) {
        marks.forEach(m -> m.draw(pen));
    }
}
