package panst3r.figure;

import java.awt.geom.Ellipse2D;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import panst3r.PanSt3RException;
import panst3r.Progress;
import panst3r.picture.Palette;
import panst3r.splat.NovelViewQuality.Labels;
import panst3r.splat.NovelViewQuality.View;

/** How new views fall off with the distance and the angle to the nearest photo: a dot a picture, a curve through means. */
final class FallOff implements Layout {
    private static final double AXIS = 20;
    private static final double TALL = 88;
    private static final double NARROW = 340;
    private static final double DOT = 0.9;

    /** Of few pictures each is to be seen. */
    private static final double LARGE_DOT = 1.8;

    private static final int FEW = 24;
    private static final int MOST = 4;

    /** Means are of so many parts with equally many pictures, and of at least so many pictures. */
    private static final int PARTS = 6;

    private static final int LEAST = 3;

    private record Measure(String name, boolean share, ToDoubleFunction<View> value) {}

    private record Across(String name, ToDoubleFunction<View> value) {}

    private static final List<Measure> MEASURES = List.of(
            new Measure("PSNR, dB", false, View::psnr),
            new Measure("PQ, %", true, v -> v.labels().map(Labels::pq).orElse(Double.NaN)),
            new Measure("mIoU, %", true, v -> v.labels().map(Labels::miou).orElse(Double.NaN)),
            new Measure("seen by a photo, %", true, View::seen));

    private static final List<Across> ACROSS = List.of(
            new Across("m to the nearest photo", View::distance),
            new Across("° between their directions", View::angle));

    private final List<NovelSeries> series;

    FallOff(List<NovelSeries> series) {
        this.series = List.copyOf(series);
        if (series.isEmpty() || series.size() > MOST) {
            throw new PanSt3RException(
                    "From 1 to " + MOST + " results can be told apart in one chart, not " + series.size() + ".");
        }
    }

    @Override
    public Drawing draw(Sheet sheet, Progress progress) {
        int columns = sheet.width < NARROW ? 2 : MEASURES.size();
        double w = (sheet.width - (columns - 1) * Sheet.SPACE) / columns;
        double y = names(sheet) + 10;
        int panels = 0;
        for (Across across : ACROSS) {
            for (Measure measure : MEASURES) {
                int column = panels % columns;
                y += column == 0 && panels > 0 ? height() + Sheet.SPACE : 0;
                panel(sheet, column * (w + Sheet.SPACE), y, w, (char) ('a' + panels++), across, measure);
            }
        }
        return sheet.finish(y + height(), "new views", caption());
    }

    /** Which colour is which. */
    private double names(Sheet sheet) {
        double baseline = Sheet.TOP + Style.BODY.cap();
        double x = 0;
        for (int s = 0; s < series.size(); s++) {
            String name = Sheet.fit(series.get(s).name(), sheet.width / series.size() - 18, Style.BODY);
            Chart.mark(sheet, x + 3, baseline - 2.4, s, Chart.colour(s));
            sheet.text(x + 9, baseline, name, Style.BODY);
            x += 9 + Style.BODY.width(name) + 12;
        }
        return baseline;
    }

    private static double height() {
        return 24 + TALL + Style.SMALL.pitch() + Style.BODY.pitch();
    }

    private void panel(Sheet sheet, double x, double top, double width, char letter, Across across, Measure measure) {
        double y = sheet.panel(x, top, width, letter, measure.name) + 8;
        double[] ends = {0, 1};
        if (!measure.share) {
            double[] all = values(measure.value).filter(Double::isFinite).toArray();
            double step = 5;
            ends[0] = step * Math.floor(Arrays.stream(all).min().orElse(0) / step);
            ends[1] = Math.max(
                    ends[0] + step, step * Math.ceil(Arrays.stream(all).max().orElse(1) / step));
        }
        double to = values(across.value).max().orElse(1);
        Chart chart = new Chart(sheet, x + AXIS, y, width - AXIS - 3, TALL);
        if (measure.share) {
            chart.sharesUp();
        } else {
            chart.numbersUp(ends[0], ends[1]);
        }
        chart.numbersAcross(0, to);
        ToDoubleFunction<View> share = v -> (measure.value.applyAsDouble(v) - ends[0]) / (ends[1] - ends[0]);
        for (int s = 0; s < series.size(); s++) {
            double dot = series.get(s).views().size() > FEW ? DOT : LARGE_DOT;
            int pale = Palette.mix(Chart.colour(s), 0xffffff, 0.55);
            for (View v : series.get(s).views()) {
                double up = share.applyAsDouble(v);
                if (Double.isFinite(up)) {
                    double px = chart.across(across.value.applyAsDouble(v), 0, to);
                    sheet.fill(new Ellipse2D.Double(px - dot, chart.down(up) - dot, 2 * dot, 2 * dot), pale);
                }
            }
        }
        for (int s = 0; s < series.size(); s++) {
            means(chart, s, across.value, share, to);
        }
        double baseline = y + TALL + 4 + Style.SMALL.pitch() + Style.BODY.cap();
        sheet.centred(x + AXIS + (width - AXIS) / 2, baseline, across.name, Style.BODY);
    }

    /** Parts with equally many pictures, from the nearest to the farthest; each at the mean of both coordinates. */
    private void means(Chart chart, int which, ToDoubleFunction<View> across, ToDoubleFunction<View> share, double to) {
        List<View> views = series.get(which).views().stream()
                .filter(v -> Double.isFinite(share.applyAsDouble(v)))
                .sorted(Comparator.comparingDouble(across))
                .toList();
        int parts = Math.min(PARTS, views.size() / LEAST);
        List<Double> at = new ArrayList<>();
        double[] values = new double[parts];
        for (int p = 0; p < parts; p++) {
            List<View> part = views.subList(p * views.size() / parts, (p + 1) * views.size() / parts);
            at.add(part.stream().mapToDouble(across).average().orElseThrow());
            values[p] = part.stream().mapToDouble(share).average().orElseThrow();
        }
        chart.curve(at, values, 0, to, which, Chart.colour(which));
    }

    private DoubleStream values(ToDoubleFunction<View> value) {
        return series.stream().flatMap(s -> s.views().stream()).mapToDouble(value);
    }

    private String caption() {
        int pictures = series.stream().mapToInt(s -> s.views().size()).max().orElse(0);
        return "Pictures at " + Shots.count(pictures, "camera")
                + " that no photo fitted to was taken with, against what is"
                + " true there: PSNR of the colours, panoptic quality and mean intersection over union of the labels, each of"
                + " one picture, and the share of its pixels that Gaussians cover. A dot is a picture; marks are means of"
                + " equally many, from the nearest to the farthest. What no photo saw is grey in the colours, void in the"
                + " labels, which panoptic quality forgives.";
    }
}
