package panst3r.metrics;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Distance between two clouds (metrics.md), in the unit of the true one. Align the predicted cloud first
 * ({@link Similarity#align}).
 *
 * @param accuracyMean predicted → nearest true point
 * @param completenessMean true → nearest predicted point
 * @param normalConsistency mean |cos| of the angle between the normals of a point and of the nearest one in the other cloud,
 *     mean of both directions; NaN without normals
 */
public record PointAccuracy(
        double accuracyMean,
        double accuracyMedian,
        double completenessMean,
        double completenessMedian,
        double normalConsistency) {
    /** Points and the normals of their surfaces, both [N, 3] row-major; a normal that is not known is NaN. */
    public record Cloud(double[] points, double[] normals) {
        public Cloud {
            if (points.length != normals.length) {
                throw new IllegalArgumentException(
                        points.length + " coordinates and " + normals.length + " of normals");
            }
        }
    }

    private record Side(double mean, double median, double consistency) {}

    /**
     * @param predicted [N, 3] row-major
     * @param truth [M, 3] row-major
     */
    public static PointAccuracy of(double[] predicted, double[] truth) {
        return of(withoutNormals(predicted), withoutNormals(truth), Integer.MAX_VALUE);
    }

    /** The same with normals; at most so many points of each cloud, evenly chosen, look for their nearest in the other. */
    public static PointAccuracy of(Cloud predicted, Cloud truth, int queries) {
        Side accuracy = side(predicted, truth, queries);
        Side completeness = side(truth, predicted, queries);
        return new PointAccuracy(
                accuracy.mean,
                accuracy.median,
                completeness.mean,
                completeness.median,
                (accuracy.consistency + completeness.consistency) / 2);
    }

    private static Cloud withoutNormals(double[] points) {
        double[] none = new double[points.length];
        Arrays.fill(none, Double.NaN);
        return new Cloud(points, none);
    }

    private static Side side(Cloud from, Cloud to, int most) {
        KdTree tree = new KdTree(to.points);
        int points = from.points.length / 3;
        int queries = Math.min(points, most);
        double[] distances = new double[queries];
        double[] cosines = new double[queries];
        IntStream.range(0, queries).parallel().forEach(q -> {
            int i = 3 * (int) ((long) q * points / queries);
            int j = 3 * tree.nearest(from.points[i], from.points[i + 1], from.points[i + 2]);
            double square = 0;
            double cosine = 0;
            for (int a = 0; a < 3; a++) {
                double d = from.points[i + a] - to.points[j + a];
                square += d * d;
                cosine += from.normals[i + a] * to.normals[j + a];
            }
            distances[q] = Math.sqrt(square);
            cosines[q] = Math.abs(cosine);
        });
        return new Side(mean(distances), DepthAccuracy.median(distances, queries), mean(cosines));
    }

    /** Of those that are numbers, in order: the same for any number of threads. */
    private static double mean(double[] values) {
        double sum = 0;
        int n = 0;
        for (double v : values) {
            if (!Double.isNaN(v)) {
                sum += v;
                n++;
            }
        }
        return sum / n;
    }
}
