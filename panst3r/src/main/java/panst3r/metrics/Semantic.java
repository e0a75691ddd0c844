package panst3r.metrics;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Semantic quality from the confusion matrix of all views, void truth left out (metrics.md). A predicted void is class
 * 0 like any other.
 *
 * @param miou mean of the classes' IoU
 * @param classIou of every class that occurs, the rare ones too
 * @param pixelAccuracy share of the pixels with the right class
 * @param meanAccuracy mean over the classes of the truth of the share of their pixels that are right
 * @param classAccuracy of every class that occurs in the truth
 */
public record Semantic(
        double miou,
        TreeMap<Integer, Double> classIou,
        double pixelAccuracy,
        double meanAccuracy,
        TreeMap<Integer, Double> classAccuracy) {
    /** @param leaveOutRare whether classes with under 0.5 % of both the predicted and the true pixels stay out of the mean IoU */
    public static Semantic of(LabelCounts counts, boolean leaveOutRare) {
        Map<Integer, Long> right = new HashMap<>();
        counts.forEach((pair, n) -> {
            if (pair.predicted().label() == pair.truth().label()) {
                right.merge(pair.truth().label(), n, Long::sum);
            }
        });
        TreeMap<Integer, Double> iou = new TreeMap<>();
        TreeMap<Integer, Double> accuracy = new TreeMap<>();
        double sum = 0;
        int terms = 0;
        double least = leaveOutRare ? PanopticQuality.RARE * counts.pixels() : 0;
        for (Map.Entry<Integer, long[]> e : new TreeMap<>(counts.classPixels()).entrySet()) {
            long predicted = e.getValue()[0];
            long truth = e.getValue()[1];
            long same = right.getOrDefault(e.getKey(), 0L);
            double value = same / (double) (predicted + truth - same);
            iou.put(e.getKey(), value);
            if (predicted >= least || truth >= least) {
                sum += value;
                terms++;
            }
            if (truth > 0) {
                accuracy.put(e.getKey(), same / (double) truth);
            }
        }
        long correct = right.values().stream().mapToLong(Long::longValue).sum();
        return new Semantic(
                terms == 0 ? Double.NaN : sum / terms,
                iou,
                counts.pixels() == 0 ? Double.NaN : correct / (double) counts.pixels(),
                accuracy.values().stream()
                        .mapToDouble(Double::doubleValue)
                        .average()
                        .orElse(Double.NaN),
                accuracy);
    }
}
