package panst3r.magics.compare;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import panst3r.magics.display.Html;
import panst3r.picture.Palette;

/** Draws a sweep: curves over one option, fields over two. Text and lines only; white, so that it reads on any theme. */
final class SweepChart {
    private static final int WIDTH = 330;
    private static final int HEIGHT = 250;
    private static final int LEFT = 58;
    private static final int RIGHT = 14;
    private static final int TOP = 46;
    private static final int BOTTOM = 42;
    private static final int LABELS = 6;

    private final List<SweepAxis> axes;
    private final List<Measures> rows;
    private final List<Measures.Metric> metrics;
    private final String title;
    private final StringBuilder out = new StringBuilder();

    SweepChart(List<SweepAxis> axes, List<Measures> rows, List<Measures.Metric> metrics, String title) {
        this.axes = axes;
        this.rows = rows;
        this.metrics = metrics;
        this.title = title;
    }

    String svg() {
        int width = WIDTH * metrics.size();
        out.append(String.format(
                Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\""
                        + " font-family=\"Helvetica,Arial,sans-serif\" font-size=\"11\" fill=\"#333\">"
                        + "<rect width=\"%d\" height=\"%d\" fill=\"#fff\"/>",
                width,
                HEIGHT,
                width,
                HEIGHT,
                width,
                HEIGHT));
        text(10, 15, "start", "font-weight=\"bold\"", title);
        for (int m = 0; m < metrics.size(); m++) {
            out.append(String.format(Locale.ROOT, "<g transform=\"translate(%d 0)\">", m * WIDTH));
            text(LEFT, TOP - 10, "start", "", metrics.get(m).title());
            if (axes.size() == 1) {
                curve(metrics.get(m).value());
            } else {
                field(metrics.get(m).value());
            }
            out.append("</g>");
        }
        return out.append("</svg>").toString();
    }

    private void curve(ToDoubleFunction<Measures> metric) {
        double[] values = rows.stream().mapToDouble(metric).toArray();
        double[] at = positions(axes.get(0).values());
        double[] ends = ends(values);
        frame();
        for (int i = 0; i <= 4; i++) {
            double v = ends[0] + (ends[1] - ends[0]) * i / 4;
            double y = y(v, ends);
            line(LEFT, y, WIDTH - RIGHT, y, "#ddd");
            text(LEFT - 6, y + 4, "end", "", number(v, ends[1] - ends[0]));
        }
        int every = (at.length + LABELS - 1) / LABELS;
        for (int i = 0; i < at.length; i += every) {
            text(
                    x(at[i]),
                    HEIGHT - BOTTOM + 15,
                    "middle",
                    "",
                    axes.get(0).values().get(i));
        }
        text(middle(), HEIGHT - 8, "middle", "", axes.get(0).option());
        StringBuilder path = new StringBuilder();
        boolean drawing = false;
        for (int i = 0; i < values.length; i++) {
            if (Double.isFinite(values[i])) {
                path.append(
                        String.format(Locale.ROOT, "%s%.1f %.1f", drawing ? "L" : "M", x(at[i]), y(values[i], ends)));
            }
            drawing = Double.isFinite(values[i]);
        }
        out.append("<path d=\"").append(path).append("\" fill=\"none\" stroke=\"#2a71e5\" stroke-width=\"2\"/>");
        for (int i = 0; i < values.length; i++) {
            if (Double.isFinite(values[i])) {
                out.append(String.format(
                        Locale.ROOT,
                        "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"#2a71e5\"><title>%s: %s</title></circle>",
                        x(at[i]),
                        y(values[i], ends),
                        Html.escape(axes.get(0).values().get(i)),
                        number(values[i], ends[1] - ends[0])));
            }
        }
    }

    /** The first option downwards, the second to the right. */
    private void field(ToDoubleFunction<Measures> metric) {
        double[] values = rows.stream().mapToDouble(metric).toArray();
        double[] ends = ends(values);
        int lines = axes.get(0).values().size();
        int columns = axes.get(1).values().size();
        double w = (WIDTH - LEFT - RIGHT) / (double) columns;
        double h = (HEIGHT - TOP - BOTTOM) / (double) lines;
        for (int i = 0; i < values.length; i++) {
            double x = LEFT + i % columns * w;
            double y = TOP + i / columns * h;
            double t = (values[i] - ends[0]) / (ends[1] - ends[0]);
            boolean known = Double.isFinite(values[i]);
            out.append(String.format(
                    Locale.ROOT,
                    "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"/>",
                    x,
                    y,
                    w,
                    h,
                    known ? Palette.hex(Palette.ramp(t)) : "#eee"));
            if (w > 30 && h > 11 && known) {
                text(
                        x + w / 2,
                        y + h / 2 + 4,
                        "middle",
                        t > 0.6 ? "fill=\"#000\"" : "fill=\"#fff\"",
                        number(values[i], ends[1] - ends[0]));
            }
        }
        for (int r = 0; r < lines; r += (lines + 9) / 10) {
            text(
                    LEFT - 5,
                    TOP + (r + 0.5) * h + 4,
                    "end",
                    "",
                    axes.get(0).values().get(r));
        }
        for (int c = 0; c < columns; c += (columns + LABELS - 1) / LABELS) {
            text(
                    LEFT + (c + 0.5) * w,
                    HEIGHT - BOTTOM + 14,
                    "middle",
                    "",
                    axes.get(1).values().get(c));
        }
        text(middle(), HEIGHT - 8, "middle", "", axes.get(1).option());
        double y = (TOP + HEIGHT - BOTTOM) / 2.0;
        text(
                12,
                y,
                "middle",
                String.format(Locale.ROOT, "transform=\"rotate(-90 12 %.1f)\"", y),
                axes.get(0).option());
    }

    /** Where the values of an axis lie, 0…1: as numbers, unless their steps are factors or they are words. */
    private static double[] positions(List<String> values) {
        double[] out = new double[values.size()];
        try {
            for (int i = 0; i < out.length; i++) {
                out[i] = Double.parseDouble(values.get(i));
            }
        } catch (NumberFormatException e) {
            return evenly(out);
        }
        int last = out.length - 1;
        boolean factors = last > 1 && out[0] > 0 && (out[last] - out[last - 1]) > 3 * (out[1] - out[0]);
        if (factors || last < 1) {
            return evenly(out);
        }
        double first = out[0];
        double range = out[last] - first;
        for (int i = 0; i < out.length; i++) {
            out[i] = (out[i] - first) / range;
        }
        return out;
    }

    private static double[] evenly(double[] out) {
        for (int i = 0; i < out.length; i++) {
            out[i] = out.length == 1 ? 0.5 : i / (out.length - 1.0);
        }
        return out;
    }

    /** The least and the largest, apart. */
    private static double[] ends(double[] values) {
        double min = Double.POSITIVE_INFINITY;
        double max = Double.NEGATIVE_INFINITY;
        for (double v : values) {
            if (Double.isFinite(v)) {
                min = Math.min(min, v);
                max = Math.max(max, v);
            }
        }
        if (min > max) {
            return new double[] {0, 1};
        }
        double apart = Math.max(max - min, 1e-9 * Math.max(1, Math.abs(max)));
        return max - min < apart ? new double[] {min - apart, min + apart} : new double[] {min, max};
    }

    private static String number(double v, double range) {
        int decimals = (int) Math.max(0, Math.min(6, Math.ceil(1.3 - Math.log10(range))));
        return Math.abs(v) >= 1e6
                ? String.format(Locale.ROOT, "%.3g", v)
                : String.format(Locale.ROOT, "%." + decimals + "f", v);
    }

    private static double x(double t) {
        return LEFT + t * (WIDTH - LEFT - RIGHT);
    }

    private static double y(double v, double[] ends) {
        return HEIGHT - BOTTOM - (v - ends[0]) / (ends[1] - ends[0]) * (HEIGHT - TOP - BOTTOM);
    }

    private static double middle() {
        return LEFT + (WIDTH - LEFT - RIGHT) / 2.0;
    }

    private void frame() {
        line(LEFT, TOP, LEFT, HEIGHT - BOTTOM, "#333");
        line(LEFT, HEIGHT - BOTTOM, WIDTH - RIGHT, HEIGHT - BOTTOM, "#333");
    }

    private void line(double x0, double y0, double x1, double y1, String colour) {
        out.append(String.format(
                Locale.ROOT,
                "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\"/>",
                x0,
                y0,
                x1,
                y1,
                colour));
    }

    private void text(double x, double y, String anchor, String more, String text) {
        out.append(String.format(Locale.ROOT, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" %s>", x, y, anchor, more))
                .append(Html.escape(text))
                .append("</text>");
    }
}
