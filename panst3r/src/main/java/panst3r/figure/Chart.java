package panst3r.figure;

import java.awt.Shape;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.util.List;
import java.util.Locale;
import java.util.function.IntUnaryOperator;

/** Bars, dots and lines for shares from 0 to 1, with an axis in percent. */
final class Chart {
    /** Dark enough for lines on white, and apart for all kinds of colour vision; each goes with a shape of its own. */
    private static final int[] COLOURS = {0x2a71e5, 0xdf500c, 0x73599e, 0xd9af21, 0x7b3702, 0x67d5f5};

    private static final double HAIR = 0.4;
    private static final double LINE = 1.1;

    private final Sheet sheet;
    private final double x;
    private final double y;
    private final double w;
    private final double h;

    /** The area inside the axes. */
    Chart(Sheet sheet, double x, double y, double w, double h) {
        this.sheet = sheet;
        this.x = x;
        this.y = y;
        this.w = w;
        this.h = h;
    }

    static int colour(int series) {
        return COLOURS[series % COLOURS.length];
    }

    /** Percentages at the left, with lines across. */
    Chart sharesUp() {
        for (int percent = 0; percent <= 100; percent += 20) {
            double at = y + h * (1 - percent / 100.0);
            sheet.line(x, at, x + w, at, percent == 0 ? Style.INK : Style.FAINT, percent == 0 ? 0.6 : HAIR);
            sheet.right(x - 3, at + Style.SMALL.cap() / 2, String.valueOf(percent), Style.SMALL);
        }
        return this;
    }

    /** Round numbers at the left, with lines across. */
    Chart numbersUp(double from, double to) {
        double step = Ticks.step(to - from, 6);
        for (double v = Math.ceil(from / step - 1e-9) * step; v <= to + 1e-9 * step; v += step) {
            double share = (v - from) / (to - from);
            double at = down(share);
            sheet.line(x, at, x + w, at, share < 1e-9 ? Style.INK : Style.FAINT, share < 1e-9 ? 0.6 : HAIR);
            sheet.right(x - 3, at + Style.SMALL.cap() / 2, Ticks.label(v + 0.0, step), Style.SMALL);
        }
        return this;
    }

    /** Percentages below, with lines up. */
    Chart sharesAcross() {
        for (int percent = 0; percent <= 100; percent += 20) {
            double at = x + w * percent / 100.0;
            sheet.line(at, y, at, y + h, percent == 0 ? Style.INK : Style.FAINT, percent == 0 ? 0.6 : HAIR);
            sheet.centred(at, y + h + 3 + Style.SMALL.cap(), String.valueOf(percent), Style.SMALL);
        }
        return this;
    }

    /**
     * A group of bars for each label, a bar for each series.
     *
     * @param values [series][label], NaN for none
     * @param colours of the series
     */
    void bars(List<String> labels, double[][] values, IntUnaryOperator colours) {
        double group = w / labels.size();
        double bar = Math.min(18, 0.74 * group / values.length);
        for (int i = 0; i < labels.size(); i++) {
            double middle = x + (i + 0.5) * group;
            List<String> lines = Sheet.wrap(labels.get(i), group - 2, Style.BODY, 2);
            for (int l = 0; l < lines.size(); l++) {
                sheet.centred(middle, y + h + 4 + Style.BODY.cap() + l * Style.BODY.pitch(), lines.get(l), Style.BODY);
            }
            for (int s = 0; s < values.length; s++) {
                double value = values[s][i];
                double left = middle + (s - values.length / 2.0) * bar;
                if (Double.isNaN(value)) {
                    sheet.centred(left + bar / 2, y + h - 2, "–", Style.SMALL);
                    continue;
                }
                double top = y + h * (1 - value);
                sheet.box(left + 0.4, top, bar - 0.8, y + h - top, colours.applyAsInt(s));
                String text = String.format(Locale.ROOT, "%.1f", 100 * value);
                if (Style.SMALL.width(text) > bar + 1) {
                    text = String.format(Locale.ROOT, "%.0f", 100 * value);
                }
                if (Style.SMALL.width(text) <= bar + 1) {
                    sheet.centred(left + bar / 2, top - 2, text, Style.SMALL);
                }
            }
        }
    }

    /**
     * A row for each label, a mark for each series.
     *
     * @param values [series][label], NaN for none
     */
    void dots(List<String> labels, double[][] values) {
        double row = h / labels.size();
        for (int i = 0; i < labels.size(); i++) {
            double middle = y + (i + 0.5) * row;
            sheet.line(x, middle, x + w, middle, Style.FAINT, 0.25);
            String label = Sheet.fit(labels.get(i), 58, Style.BODY);
            sheet.right(x - 4, middle + Style.BODY.cap() / 2, label, Style.BODY);
            for (int s = 0; s < values.length; s++) {
                // apart a little, so that equal values are all seen
                double offset = (s - (values.length - 1) / 2.0) * Math.min(2.2, 0.7 * row / values.length);
                if (!Double.isNaN(values[s][i])) {
                    mark(sheet, x + w * values[s][i], middle + offset, s, colour(s));
                }
            }
        }
    }

    /** A curve through points, each marked; values are shares. */
    void curve(List<Double> at, double[] values, double from, double to, int series, int rgb) {
        Path2D path = new Path2D.Double();
        boolean open = false;
        for (int i = 0; i < values.length; i++) {
            if (Double.isNaN(values[i])) {
                open = false;
                continue;
            }
            double px = across(at.get(i), from, to);
            double py = y + h * (1 - values[i]);
            if (open) {
                path.lineTo(px, py);
            } else {
                path.moveTo(px, py);
            }
            open = true;
        }
        if (path.getCurrentPoint() != null) {
            sheet.outline(path, rgb, LINE);
        }
        for (int i = 0; i < values.length; i++) {
            if (!Double.isNaN(values[i])) {
                mark(sheet, across(at.get(i), from, to), y + h * (1 - values[i]), series, rgb);
            }
        }
    }

    /** Round numbers below. */
    void numbersAcross(double from, double to) {
        double step = Ticks.step(to - from, 6);
        for (double v = Math.ceil(from / step - 1e-9) * step; v <= to + 1e-9 * step; v += step) {
            double at = across(v, from, to);
            sheet.line(at, y + h, at, y + h + 2, Style.INK, HAIR);
            sheet.centred(at, y + h + 4 + Style.SMALL.cap(), Ticks.label(v + 0.0, step), Style.SMALL);
        }
    }

    double across(double value, double from, double to) {
        return x + (to > from ? (value - from) / (to - from) : 0.5) * w;
    }

    double down(double share) {
        return y + h * (1 - share);
    }

    /** The shape of a series: a colour alone is not enough for everyone. */
    static void mark(Sheet sheet, double px, double py, int series, int rgb) {
        double r = 2.1;
        Shape shape = switch (series % 4) {
            case 0 -> new Ellipse2D.Double(px - r, py - r, 2 * r, 2 * r);
            case 1 -> new Rectangle2D.Double(px - 0.9 * r, py - 0.9 * r, 1.8 * r, 1.8 * r);
            case 2 -> polygon(px, py - 1.2 * r, px + 1.1 * r, py + 0.8 * r, px - 1.1 * r, py + 0.8 * r);
            default -> polygon(px, py - 1.3 * r, px + 1.3 * r, py, px, py + 1.3 * r, px - 1.3 * r, py);
        };
        sheet.shape(shape, rgb, 0xffffff, 0.4);
    }

    private static Shape polygon(double... xy) {
        Path2D path = new Path2D.Double();
        path.moveTo(xy[0], xy[1]);
        for (int i = 2; i < xy.length; i += 2) {
            path.lineTo(xy[i], xy[i + 1]);
        }
        path.closePath();
        return path;
    }
}
