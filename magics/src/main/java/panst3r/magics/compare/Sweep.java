package panst3r.magics.compare;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import panst3r.PanSt3RException;
import panst3r.Progress;
import panst3r.magics.display.Html;
import panst3r.magics.display.Swatches;
import panst3r.magics.display.TableHtml;
import panst3r.merge.Comparison;
import panst3r.merge.MergeStrategy;
import panst3r.merge.Panoptic;
import panst3r.metrics.GroundTruth;
import panst3r.scene.Scene;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/**
 * One strategy with one or two of its options running through values: a table, and a plot of any number against them.
 * Only numbers are kept, so that a sweep takes no more memory than two merges.
 */
public final class Sweep {
    private static final int HEAD = 30;

    private final String name;
    private final MergeStrategy strategy;
    private final List<SweepAxis> axes;
    private final List<Measures> rows; // the last axis runs fastest
    private final boolean truth;
    private final List<String> metrics;

    private Sweep(
            String name,
            MergeStrategy strategy,
            List<SweepAxis> axes,
            List<Measures> rows,
            boolean truth,
            List<String> metrics) {
        this.name = name;
        this.strategy = strategy;
        this.axes = axes;
        this.rows = rows;
        this.truth = truth;
        this.metrics = metrics;
    }

    /**
     * @param strategy with the options that stay; pixels that differ are those whose query is another than with it as it is
     * @param axes one or two
     * @param truth of the scene, or null
     * @param metrics to plot; empty for the usual ones
     * @throws PanSt3RException if a metric is unknown or needs what is not there, or a merge cannot be made
     */
    public static Sweep of(
            Scene scene,
            String name,
            MergeStrategy strategy,
            List<SweepAxis> axes,
            GroundTruth truth,
            List<String> metrics,
            Progress progress) {
        if (axes.isEmpty() || axes.size() > 2) {
            throw new PanSt3RException("A sweep is over one or two options, not " + axes.size() + ".");
        }
        check(metrics, truth);
        List<MergeStrategy> all = new ArrayList<>(List.of(strategy));
        for (SweepAxis axis : axes) {
            all = all.stream()
                    .flatMap(s -> axis.values().stream().map(v -> s.with(axis.option(), v)))
                    .toList();
        }
        Panoptic base = strategy.merge(scene.prediction().classLogits(), scene.preparedMasks(), progress);
        List<Measures> rows = new ArrayList<>();
        for (MergeStrategy s : all) {
            progress.step("sweep", rows.size(), all.size());
            long start = System.nanoTime();
            Panoptic p = s.merge(scene.prediction().classLogits(), scene.preparedMasks(), progress);
            rows.add(Measures.of(Comparison.Entry.of(p, base, (System.nanoTime() - start) / 1e9), truth));
        }
        return new Sweep(name, strategy, List.copyOf(axes), rows, truth != null, usual(metrics, rows, truth != null));
    }

    private static void check(List<String> metrics, GroundTruth truth) {
        for (String m : metrics) {
            Measures.Metric metric = Measures.metric(m);
            if (metric == null) {
                throw new PanSt3RException("There is no metric “" + m + "”; there is "
                        + String.join(
                                ", ",
                                Measures.METRICS.stream()
                                        .map(Measures.Metric::name)
                                        .toList())
                        + ".");
            }
            if (truth == null && Measures.measuresQuality(metric)) {
                throw new PanSt3RException(
                        "This scene has no ground truth to measure " + m + " against; say --truth FOLDER.");
            }
        }
    }

    private static List<String> usual(List<String> metrics, List<Measures> rows, boolean truth) {
        if (!metrics.isEmpty()) {
            return List.copyOf(metrics);
        }
        List<String> out = new ArrayList<>(truth ? List.of("pq") : List.of());
        out.addAll(List.of("segments", "covered"));
        if (!truth) {
            out.add(rows.stream().anyMatch(r -> !Double.isNaN(r.energy())) ? "energy" : "differing");
        }
        return out;
    }

    /** One row for each value, or for each pair of values of two options. */
    public Table table() {
        Table out = Table.create("sweep of " + strategy.describe() + " on " + name);
        for (int a = 0; a < axes.size(); a++) {
            List<String> column = new ArrayList<>();
            for (int i = 0; i < rows.size(); i++) {
                column.add(value(a, i));
            }
            String option = axes.get(a).option();
            if (numeric(axes.get(a))) {
                double[] numbers =
                        column.stream().mapToDouble(Double::parseDouble).toArray();
                out.addColumns(DoubleColumn.create(option, numbers));
            } else {
                out.addColumns(StringColumn.create(option, column));
            }
        }
        return out.addColumns(Measures.columns(rows, truth).toArray(Column[]::new));
    }

    private String value(int axis, int row) {
        int inner = axes.size() == 2 && axis == 0 ? axes.get(1).values().size() : 1;
        List<String> values = axes.get(axis).values();
        return values.get(row / inner % values.size());
    }

    private static boolean numeric(SweepAxis axis) {
        return axis.values().stream().allMatch(v -> v.matches("[-+0-9.eE]+"));
    }

    /**
     * The plot as SVG, complete in itself: a curve for one option, a field of numbers for two; metrics side by side.
     *
     * @param metrics columns of {@link #table}: {@code pq}, {@code segments} …; none for those that were asked for
     */
    public String svg(String... metrics) {
        List<String> wanted = metrics.length == 0 ? this.metrics : List.of(metrics);
        wanted.forEach(m -> {
            if (Measures.metric(m) == null) {
                throw new PanSt3RException("There is no metric “" + m + "”.");
            }
        });
        return new SweepChart(
                        axes, rows, wanted.stream().map(Measures::metric).toList(), strategy.describe() + " on " + name)
                .svg();
    }

    /**
     * Writes {@link #svg}; returns where to.
     *
     * @throws PanSt3RException if the file cannot be written
     */
    public Path save(Path file) {
        return Written.to(file, svg().getBytes(StandardCharsets.UTF_8));
    }

    /** For a cell, by MIME type. */
    public Map<String, Object> bundle() {
        Map<String, Object> out = new LinkedHashMap<>();
        // As an image: a notebook that is not trusted keeps it, and nothing in it can run.
        String chart = Base64.getEncoder().encodeToString(svg().getBytes(StandardCharsets.UTF_8));
        out.put(
                "text/html",
                Html.page("<img style=\"display:block;max-width:100%\" alt=\""
                        + Html.escape(String.join(", ", metrics) + " against "
                                + String.join(
                                        " and ",
                                        axes.stream().map(SweepAxis::option).toList()))
                        + "\" src=\"data:image/svg+xml;base64," + chart + "\">"
                        + TableHtml.html(table(), Swatches.of(null), HEAD, HEAD)));
        out.put("text/plain", toString());
        return out;
    }

    @Override
    public String toString() {
        return table().print(100);
    }
}
