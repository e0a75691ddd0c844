package panst3r.figure;

import java.awt.geom.Line2D;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import panst3r.PanSt3RException;
import panst3r.Progress;
import panst3r.evaluation.SceneEvaluation;
import panst3r.evaluation.ViewEvaluation;
import panst3r.metrics.PanopticQuality;
import panst3r.metrics.PoseAccuracy;
import panst3r.metrics.Semantic;

/** Bars of quality and geometry against ground truth, the quality of every class, and curves of an option. */
final class MetricsCharts implements Layout {
    private static final double AXIS = 20;
    private static final double TALL = 105;
    private static final double NARROW = 340;
    private static final int MOST = 4;
    /** Of the curves: colours are those of the results above. */
    private static final int[] GREYS = {Style.INK, 0x6e6e6e, 0xa3a3a3};

    private static final List<String> CURVES = List.of("PQ", "SQ", "RQ");

    private final String truth;
    private final List<Measured> runs;
    private final List<Curve> curves;

    /** @param truth name of the ground truth */
    MetricsCharts(String truth, List<Measured> runs, List<Curve> curves) {
        if (runs.isEmpty()) {
            throw new PanSt3RException(
                    "There is nothing measured to draw; measure a scene against ground truth first.");
        }
        if (runs.size() > MOST) {
            throw new PanSt3RException(
                    "At most " + MOST + " results can be told apart in one chart, not " + runs.size() + ".");
        }
        this.truth = truth;
        this.runs = List.copyOf(runs);
        this.curves = List.copyOf(curves);
    }

    @Override
    public Drawing draw(Sheet sheet, Progress progress) {
        boolean segmented =
                runs.stream().anyMatch(r -> r.evaluation().panoptic().isPresent());
        boolean narrow = sheet.width < NARROW; // one panel below the other
        double half = narrow ? sheet.width : (sheet.width - 1.5 * Sheet.SPACE) / 2;
        List<Panel> panels = new ArrayList<>();
        if (segmented) {
            panels.add(this::quality);
        }
        panels.add(this::geometry);
        if (segmented) {
            panels.add(this::classes);
        }
        curves.forEach(c -> panels.add((s, x, top, w, letter) -> sweep(s, x, top, w, letter, c)));

        double y = names(sheet) + 10;
        double bottom = y;
        for (int i = 0; i < panels.size(); i++) {
            boolean left = narrow || i % 2 == 0;
            if (left && i > 0) {
                y = bottom + Sheet.SPACE;
            }
            double x = left ? 0 : sheet.width - half;
            bottom = Math.max(bottom, panels.get(i).draw(sheet, x, y, half, (char) ('a' + i)));
        }
        return sheet.finish(bottom, "metrics", caption(segmented));
    }

    private interface Panel {
        /** Returns where it ends. */
        double draw(Sheet sheet, double x, double top, double width, char letter);
    }

    /** Which colour is which. */
    private double names(Sheet sheet) {
        double x = 0;
        double baseline = Sheet.TOP + Style.BODY.cap();
        for (int s = 0; s < runs.size(); s++) {
            String name = Sheet.fit(runs.get(s).name(), sheet.width / runs.size() - 18, Style.BODY);
            Chart.mark(sheet, x + 3, baseline - 2.4, s, Chart.colour(s));
            sheet.text(x + 9, baseline, name, Style.BODY);
            x += 9 + Style.BODY.width(name) + 12;
        }
        return baseline;
    }

    private double quality(Sheet sheet, double x, double top, double w, char letter) {
        double y = sheet.panel(x, top, w, letter, "Segmentation, %") + 8;
        double[][] values = runs.stream()
                .map(r -> {
                    if (r.evaluation().panoptic().isEmpty()) {
                        return nothing(5);
                    }
                    PanopticQuality.Quality q = r.evaluation().panoptic().get().all();
                    Semantic s = r.evaluation().semantic().orElseThrow();
                    return new double[] {q.pq(), q.sq(), q.rq(), s.miou(), s.pixelAccuracy()};
                })
                .toArray(double[][]::new);
        new Chart(sheet, x + AXIS, y, w - AXIS, TALL)
                .sharesUp()
                .bars(List.of("PQ", "SQ", "RQ", "mIoU", "pixel accuracy"), values, Chart::colour);
        return y + TALL + 4 + 2 * Style.BODY.pitch();
    }

    private double geometry(Sheet sheet, double x, double top, double w, char letter) {
        double y = sheet.panel(x, top, w, letter, "Cameras and depth, %") + 8;
        double[][] values = runs.stream().map(r -> shares(r.evaluation())).toArray(double[][]::new);
        // merging changes no geometry: what is the same for all is said once
        boolean same = Arrays.stream(values).allMatch(v -> Arrays.equals(v, values[0]));
        new Chart(sheet, x + AXIS, y, w - AXIS, TALL)
                .sharesUp()
                .bars(
                        List.of("pose AUC@30", "rotation < 5°", "translation < 5°", "depth < 3% off"),
                        same ? new double[][] {values[0]} : values,
                        same && runs.size() > 1 ? s -> Style.GREY : Chart::colour);
        double end = y + TALL + 4 + 2 * Style.BODY.pitch();
        for (Measured r : same ? runs.subList(0, 1) : runs) {
            String who = same ? "" : r.name() + ": ";
            List<String> lines = Sheet.wrap(who + errors(r.evaluation()), w - AXIS, Style.SMALL, 2);
            end = sheet.lines(x + AXIS, end + 1, lines, Style.SMALL);
        }
        return end;
    }

    private static double[] shares(SceneEvaluation e) {
        PoseAccuracy p = e.poses().orElse(null);
        return new double[] {
            p == null ? Double.NaN : p.auc30(),
            p == null ? Double.NaN : p.rotationAccuracy(5),
            p == null ? Double.NaN : p.translationAccuracy(5),
            e.depth().inlierRatio()
        };
    }

    private static String errors(SceneEvaluation e) {
        double focal = e.views().stream()
                .mapToDouble(ViewEvaluation::focalError)
                .average()
                .orElse(Double.NaN);
        String out = String.format(
                Locale.ROOT,
                "errors: depth %.1f %%, focal length %.1f %%",
                100 * e.depth().absoluteRelative(),
                100 * focal);
        // lengths are those of the truth, whatever the scene's unit
        return out
                + e.poses()
                        .map(p -> ", camera positions " + Shots.length(p.trajectoryRmse()) + " m (RMSE)")
                        .orElse("")
                + e.points()
                        .map(p -> ", points " + Shots.length(p.accuracyMean()) + " m")
                        .orElse("");
    }

    /** PQ of every class that counts with any of the results. */
    private double classes(Sheet sheet, double x, double top, double w, char letter) {
        double y = sheet.panel(x, top, w, letter, "PQ by class, %") + 2;
        TreeSet<Integer> ids = new TreeSet<>();
        runs.stream()
                .filter(r -> r.evaluation().panoptic().isPresent())
                .forEach(r ->
                        ids.addAll(r.evaluation().panoptic().get().perClass().keySet()));
        List<Integer> known = ids.stream()
                .filter(id -> id <= runs.get(0).evaluation().classes().size())
                .toList();
        double[][] values = runs.stream()
                .map(r ->
                        known.stream().mapToDouble(id -> pq(r.evaluation(), id)).toArray())
                .toArray(double[][]::new);
        List<String> labels = known.stream()
                .map(id -> runs.get(0).evaluation().classes().get(id - 1))
                .toList();
        double h = Math.max(30, 11.0 * known.size());
        double axis = 64;
        if (!known.isEmpty()) {
            new Chart(sheet, x + axis, y, w - axis - 7, h).sharesAcross().dots(labels, values);
        }
        return y + h + 4 + Style.SMALL.pitch();
    }

    private static double pq(SceneEvaluation e, int id) {
        return e.panoptic()
                .map(p -> p.perClass().get(id))
                .map(c -> c.quality().pq())
                .orElse(Double.NaN);
    }

    private static double[] nothing(int n) {
        double[] out = new double[n];
        Arrays.fill(out, Double.NaN);
        return out;
    }

    private double sweep(Sheet sheet, double x, double top, double width, char letter, Curve curve) {
        String title = curve.strategy() + ": quality against " + curve.option() + ", %";
        double y = sheet.panel(x, top, width, letter, title) + 8;
        double w = width - AXIS - 16; // names of the curves at the right
        double from = curve.values().get(0);
        double to = curve.values().get(curve.values().size() - 1);
        Chart chart = new Chart(sheet, x + AXIS, y, w, TALL).sharesUp();
        chart.numbersAcross(from, to);
        if (curve.initial() >= from && curve.initial() <= to) {
            double at = chart.across(curve.initial(), from, to);
            sheet.dashed(new Line2D.Double(at, y, at, y + TALL), Style.GREY, 0.6, 1.5);
            sheet.centred(at, y - 2, "default", Style.SMALL);
        }
        List<double[]> ends = new ArrayList<>();
        for (int s = 0; s < CURVES.size(); s++) {
            int which = s;
            double[] values = curve.qualities().stream()
                    .mapToDouble(q -> which == 0
                            ? q.all().pq()
                            : which == 1 ? q.all().sq() : q.all().rq())
                    .toArray();
            chart.curve(curve.values(), values, from, to, s, GREYS[s]);
            double last = Double.NaN;
            for (double v : values) {
                last = Double.isNaN(v) ? last : v;
            }
            ends.add(new double[] {chart.down(Double.isNaN(last) ? 0 : last), s});
        }
        // names beside the ends of their curves, pushed apart where these meet
        ends.sort((a, b) -> Double.compare(a[0], b[0]));
        double least = Double.NEGATIVE_INFINITY;
        for (double[] end : ends) {
            double at = Math.max(end[0], least + Style.BODY.pitch());
            least = at;
            int s = (int) end[1];
            sheet.text(x + AXIS + w + 5, at + Style.BODY.cap() / 2, CURVES.get(s), Style.BODY, GREYS[s]);
        }
        double labels = y + TALL + 4 + Style.SMALL.pitch();
        sheet.centred(x + AXIS + w / 2, labels + Style.BODY.cap() + 2, curve.option(), Style.BODY);
        return labels + Style.BODY.pitch() + 2;
    }

    private String caption(boolean segmented) {
        StringBuilder out = new StringBuilder("Measured against the ground truth of " + truth + ". ");
        if (segmented) {
            out.append(
                            "PQ, SQ and RQ: panoptic, segmentation and recognition quality over all photos together, means of")
                    .append(" the classes that are not rare; mIoU: mean intersection over union of the classes. ");
        }
        out.append("AUC@30: area under the share of pairs of cameras whose relative rotation and direction are within")
                .append(" 1 to 30 degrees; depth after scaling by the median.");
        if (!curves.isEmpty()) {
            out.append(" Curves: all other options at their defaults.");
        }
        return out.toString();
    }
}
