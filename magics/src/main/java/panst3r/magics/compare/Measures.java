package panst3r.magics.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import panst3r.merge.Comparison;
import panst3r.metrics.GroundTruth;
import panst3r.metrics.PanopticQuality;
import panst3r.metrics.PanopticQuality.Quality;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.columns.Column;

/** The numbers of one merge: what {@link Comparison.Entry} tells, and how good it is where the truth is known. */
public record Measures(
        String strategy,
        int segments,
        long covered,
        long pixels,
        double confidence,
        long differing,
        double energy,
        double gap,
        double seconds,
        Quality quality) {
    /** One of them, as a user names it. */
    public record Metric(String name, String title, ToDoubleFunction<Measures> value) {}

    /** Every metric, in the order of the table's columns. */
    public static final List<Metric> METRICS = List.of(
            new Metric("segments", "segments kept", Measures::segments),
            new Metric("covered", "share of the pixels covered", m -> m.covered / (double) m.pixels),
            new Metric("confidence", "mean confidence of the covered pixels", Measures::confidence),
            new Metric("differing", "share of the pixels that differ", m -> m.differing / (double) m.pixels),
            new Metric("energy", "energy", Measures::energy),
            new Metric("gap", "gap to the bound of the energy", Measures::gap),
            new Metric("seconds", "seconds", Measures::seconds),
            new Metric("pq", "panoptic quality", m -> m.quality.pq()),
            new Metric("sq", "segmentation quality", m -> m.quality.sq()),
            new Metric("rq", "recognition quality", m -> m.quality.rq()));

    /** @param truth or null */
    public static Measures of(Comparison.Entry e, GroundTruth truth) {
        PanopticQuality quality = truth == null ? null : truth.quality(e.panoptic());
        return new Measures(
                e.strategy(),
                e.segments(),
                e.covered(),
                e.pixels(),
                e.meanConfidence(),
                e.differing(),
                e.energy(),
                e.gap(),
                e.seconds(),
                quality == null ? new Quality(Double.NaN, Double.NaN, Double.NaN) : quality.all());
    }

    /** Null if there is none of this name. */
    static Metric metric(String name) {
        return METRICS.stream().filter(m -> m.name.equals(name)).findFirst().orElse(null);
    }

    public static boolean measuresQuality(Metric metric) {
        return List.of("pq", "sq", "rq").contains(metric.name);
    }

    /** One column for each number, pixels both counted and as shares. */
    static List<Column<?>> columns(List<Measures> rows, boolean truth) {
        List<Column<?>> out = new ArrayList<>();
        for (Metric metric : METRICS) {
            if (truth || !measuresQuality(metric)) {
                double[] values = rows.stream().mapToDouble(metric.value).toArray();
                switch (metric.name) {
                    case "segments" ->
                        out.add(LongColumn.create(
                                "segments",
                                rows.stream().mapToLong(Measures::segments).toArray()));
                    case "covered", "differing" -> {
                        boolean covered = metric.name.equals("covered");
                        out.add(DoubleColumn.create(metric.name, values));
                        out.add(LongColumn.create(
                                metric.name + "_pixels",
                                rows.stream()
                                        .mapToLong(m -> covered ? m.covered : m.differing)
                                        .toArray()));
                    }
                    default -> out.add(DoubleColumn.create(metric.name, values));
                }
            }
        }
        return out;
    }
}
