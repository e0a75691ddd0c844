package panst3r.metrics;

import java.util.stream.IntStream;

/**
 * Distance between two clouds (metrics.md), in the unit of the true one. Align the predicted cloud first
 * ({@link Similarity#align}).
 *
 * @param accuracyMean predicted → nearest true point
 * @param completenessMean true → nearest predicted point
 */
public record PointAccuracy(
        double accuracyMean, double accuracyMedian, double completenessMean, double completenessMedian) {
    /**
     * @param predicted [N, 3] row-major
     * @param truth [M, 3] row-major
     */
    public static PointAccuracy of(double[] predicted, double[] truth) {
        double[] accuracy = distances(predicted, new KdTree(truth));
        double[] completeness = distances(truth, new KdTree(predicted));
        return new PointAccuracy(
                mean(accuracy),
                DepthAccuracy.median(accuracy, accuracy.length),
                mean(completeness),
                DepthAccuracy.median(completeness, completeness.length));
    }

    private static double[] distances(double[] from, KdTree to) {
        return IntStream.range(0, from.length / 3)
                .parallel()
                .mapToDouble(i -> Math.sqrt(to.nearestSquared(from[3 * i], from[3 * i + 1], from[3 * i + 2])))
                .toArray();
    }

    private static double mean(double[] values) {
        double sum = 0; // in order: the same for any number of threads
        for (double v : values) {
            sum += v;
        }
        return sum / values.length;
    }
}
