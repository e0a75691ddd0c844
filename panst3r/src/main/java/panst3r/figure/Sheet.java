package panst3r.figure;

import java.awt.Shape;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;

/** A figure while it is laid out: marks are put on it, from the top. Lengths in points. */
final class Sheet {
    /** Above the first line, so that no letter touches the edge. */
    static final double TOP = 2;

    /** Between pictures that belong together. */
    static final double GAP = 4;

    /** Between panels. */
    static final double SPACE = 12;

    private static final double SWATCH = 6;
    private static final double HAIRLINE = 0.5;

    final double width;
    final FigureOptions options;
    private final List<Mark> marks = new ArrayList<>();

    /** A colour and what it stands for. */
    record Key(int rgb, String text) {}

    Sheet(FigureOptions options) {
        this.options = options;
        this.width = options.widthMm * Figure.POINTS_PER_MM;
    }

    /** How many pixels make this length in print. */
    int pixels(double points) {
        return Math.max(1, (int) Math.round(points / 72 * options.dpi));
    }

    // ---- text ----

    void text(double x, double baseline, String text, Style style) {
        text(x, baseline, text, style, style.rgb);
    }

    void text(double x, double baseline, String text, Style style, int rgb) {
        String shown = style.font.printable(text);
        if (!shown.isBlank()) {
            marks.add(new Mark.Words(shown, style.font, style.size, rgb, x, baseline, false));
        }
    }

    void centred(double x, double baseline, String text, Style style) {
        text(x - style.width(style.font.printable(text)) / 2, baseline, text, style);
    }

    void right(double x, double baseline, String text, Style style) {
        text(x - style.width(style.font.printable(text)), baseline, text, style);
    }

    /** Turned a quarter to the left, its middle at {@code y}. */
    void upward(double baseline, double y, String text, Style style) {
        String shown = style.font.printable(text);
        marks.add(new Mark.Words(shown, style.font, style.size, style.rgb, baseline, y + style.width(shown) / 2, true));
    }

    /** The text, or as much of it as fits, with an ellipsis. */
    static String fit(String text, double room, Style style) {
        String shown = style.font.printable(text).strip();
        if (style.width(shown) <= room) {
            return shown;
        }
        int[] all = shown.codePoints().toArray();
        int n = Math.min(all.length - 1, 400); // no line holds more
        while (n > 0 && style.width(new String(all, 0, n).stripTrailing() + "…") > room) {
            n--;
        }
        return new String(all, 0, n).stripTrailing() + "…";
    }

    /** At most {@code most} lines; the last ends in an ellipsis if there is more. Words longer than a line are cut. */
    static List<String> wrap(String text, double room, Style style, int most) {
        List<String> lines = new ArrayList<>();
        String line = "";
        String[] words = style.font.printable(text).strip().split(" +");
        for (int i = 0; i < words.length; i++) {
            String longer = line.isEmpty() ? words[i] : line + " " + words[i];
            if (!line.isEmpty() && style.width(longer) > room) {
                if (lines.size() == most - 1) {
                    String rest = String.join(" ", List.of(words).subList(i, words.length));
                    lines.add(fit(line + " " + rest, room, style));
                    return lines;
                }
                lines.add(fit(line, room, style));
                line = words[i];
            } else {
                line = longer;
            }
        }
        lines.add(fit(line, room, style));
        return lines;
    }

    /** Lines below each other, the top of the first at {@code top}; returns where they end. */
    double lines(double x, double top, List<String> lines, Style style) {
        double y = top;
        for (String line : lines) {
            text(x, y + style.cap(), line, style);
            y += style.pitch();
        }
        return y;
    }

    /** The letter and the title of a panel of this width; returns where its content may begin. */
    double panel(double x, double top, double room, char letter, String title) {
        text(x, top + Style.LETTER.cap(), String.valueOf(letter), Style.LETTER);
        text(x + 11, top + Style.LETTER.cap(), fit(title, room - 11, Style.HEADING), Style.HEADING);
        return top + Style.LETTER.cap() + 5;
    }

    // ---- shapes ----

    void fill(Shape shape, int rgb) {
        marks.add(new Mark.Path(shape, rgb, Mark.NONE, 0, 0));
    }

    void outline(Shape shape, int rgb, double lineWidth) {
        marks.add(new Mark.Path(shape, Mark.NONE, rgb, lineWidth, 0));
    }

    void shape(Shape shape, int fill, int stroke, double lineWidth) {
        marks.add(new Mark.Path(shape, fill, stroke, lineWidth, 0));
    }

    void line(double x0, double y0, double x1, double y1, int rgb, double lineWidth) {
        outline(new Line2D.Double(x0, y0, x1, y1), rgb, lineWidth);
    }

    void dashed(Shape shape, int rgb, double lineWidth, double dash) {
        marks.add(new Mark.Path(shape, Mark.NONE, rgb, lineWidth, dash));
    }

    void box(double x, double y, double w, double h, int rgb) {
        fill(new Rectangle2D.Double(x, y, w, h), rgb);
    }

    /** The frame around a picture. */
    void frame(double x, double y, double w, double h) {
        outline(new Rectangle2D.Double(x, y, w, h), Style.FAINT, HAIRLINE);
    }

    void picture(BufferedImage image, boolean photo, double x, double y, double w, double h, String description) {
        // more pixels than are printed would only make files larger
        marks.add(new Mark.Picture(image, photo, x, y, w, h, description).atMost(options.dpi));
    }

    /** A square of a colour, for a legend, beside a line of text with this baseline. */
    void swatch(double x, double baseline, int rgb) {
        shape(new Rectangle2D.Double(x, baseline - SWATCH + 0.5, SWATCH, SWATCH), rgb, Style.GREY, 0.3);
    }

    /** A number in a ring of a colour. */
    void badge(double x, double y, String text, int rgb) {
        double r = 4.6;
        shape(new Ellipse2D.Double(x - r, y - r, 2 * r, 2 * r), 0xffffff, rgb, 1.2);
        centred(x, y + Style.SMALL.cap() / 2, text, Style.SMALL);
    }

    /**
     * A legend in lines, from left to right; what does not fit into {@code most} lines is counted at its end.
     *
     * @param things what is counted, such as "segments"
     * @return where it ends
     */
    double legend(double x, double top, double room, List<Key> keys, int most, String things) {
        double step = SWATCH + 3;
        double baseline = top + Style.BODY.cap();
        double at = x;
        int line = 1;
        for (int i = 0; i < keys.size(); i++) {
            String text = fit(keys.get(i).text(), room / 3, Style.BODY);
            double w = step + Style.BODY.width(text);
            String rest = "and " + (keys.size() - i) + " more " + things;
            // the last line keeps room for the words about what is left out
            boolean last = line == most && i < keys.size() - 1;
            double need = w + (last ? 8 + Style.BODY.width(rest) : 0);
            if (at > x && at + need > x + room) {
                if (line == most) {
                    text(at, baseline, rest, Style.BODY, Style.GREY);
                    return baseline + Style.BODY.pitch() - Style.BODY.cap();
                }
                line++;
                at = x;
                baseline += Style.BODY.pitch() + 1.5;
            }
            swatch(at, baseline, keys.get(i).rgb());
            text(at + step, baseline, text, Style.BODY);
            at += w + 9;
        }
        return baseline + Style.BODY.pitch() - Style.BODY.cap();
    }

    // ---- the end ----

    /**
     * Puts the caption below and closes the figure.
     *
     * @param bottom where the content ends
     */
    Drawing finish(double bottom, String what, String caption) {
        String title = Style.STRONG.font.printable(options.title.isBlank() ? what : options.title + ": " + what);
        double end = options.caption ? caption(bottom + SPACE, title + ".", caption) : bottom;
        return new Drawing(width, end + TOP, title, caption, marks);
    }

    private double caption(double top, String title, String text) {
        double baseline = top + Style.BODY.cap();
        double x = 0;
        double blank = Style.BODY.width(" ");
        List<Mark.Words> words = new ArrayList<>();
        for (Style style : List.of(Style.STRONG, Style.BODY)) {
            String[] parts = style.font
                    .printable(style == Style.STRONG ? title : text)
                    .strip()
                    .split(" +");
            for (String part : parts) {
                String word = fit(part, width, style);
                if (x > 0 && x + style.width(word) > width) {
                    x = 0;
                    baseline += 1.1 * Style.BODY.pitch();
                }
                words.add(new Mark.Words(word, style.font, style.size, style.rgb, x, baseline, false));
                x += style.width(word) + blank;
            }
        }
        joined(words);
        return baseline + 0.3 * Style.BODY.size;
    }

    /** Words of one line and font as one piece of text, so that it can be selected and searched for. */
    private void joined(List<Mark.Words> words) {
        Mark.Words line = null;
        for (Mark.Words w : words) {
            if (line != null && line.y() == w.y() && line.font() == w.font()) {
                line = new Mark.Words(
                        line.text() + " " + w.text(), w.font(), w.size(), w.rgb(), line.x(), w.y(), false);
            } else {
                if (line != null) {
                    marks.add(line);
                }
                line = w;
            }
        }
        if (line != null) {
            marks.add(line);
        }
    }
}
