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
        return of(predicted, truth, Integer.MAX_VALUE);
    }

    /** The same, where at most so many points of each cloud, evenly chosen, look for their nearest one in the other. */
    public static PointAccuracy of(double[] predicted, double[] truth, int queries) {
        double[] accuracy = distances(predicted, new KdTree(truth), queries);
        double[] completeness = distances(truth, new KdTree(predicted), queries);
        return new PointAccuracy(
                mean(accuracy),
                DepthAccuracy.median(accuracy, accuracy.length),
                mean(completeness),
                DepthAccuracy.median(completeness, completeness.length));
    }

    private static double[] distances(double[] from, KdTree to, int most) {
        int points = from.length / 3;
        int queries = Math.min(points, most);
        return IntStream.range(0, queries)
                .parallel()
                .map(q -> 3 * (int) ((long) q * points / queries))
                .mapToDouble(i -> Math.sqrt(to.nearestSquared(from[i], from[i + 1], from[i + 2])))
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
