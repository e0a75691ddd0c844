package panst3r.picture;

import java.util.ArrayList;
import java.util.List;

/**
 * Where most of a scene is: stray far points do not count.
 *
 * @param centre component-wise median of the points, [3]
 * @param radius 90 % of the points are no further from the centre
 */
public record Extent(double[] centre, double radius) {
    /**
     * Of the points of at least this confidence, or of all if these are fewer than a hundred; of at most some 60,000
     * of them, evenly chosen, which tells as much.
     */
    public static Extent of(List<PointSample> samples, double minConfidence) {
        int kept = samples.stream().mapToInt(s -> s.count(minConfidence)).sum();
        double least = kept < 100 ? 0 : minConfidence;
        int step = 1 + samples.stream().mapToInt(PointSample::size).sum() / 60_000;
        List<double[]> points = new ArrayList<>();
        for (PointSample s : samples) {
            for (int i = 0; i < s.size(); i += step) {
                if (s.confidence()[i] >= least) {
                    points.add(new double[] {s.xyz()[3 * i], s.xyz()[3 * i + 1], s.xyz()[3 * i + 2]});
                }
            }
        }
        int n = points.size();
        if (n == 0) {
            return new Extent(new double[] {0, 0, 1}, 1);
        }
        double[] centre = new double[3];
        for (int k = 0; k < 3; k++) {
            int axis = k;
            centre[k] = points.stream().mapToDouble(p -> p[axis]).sorted().toArray()[n / 2];
        }
        double[] away = points.stream()
                .mapToDouble(p -> Vectors.distance(centre, p))
                .sorted()
                .toArray();
        double radius = away[(int) (0.9 * (n - 1))];
        return new Extent(centre, radius > 0 ? radius : 1);
    }
}
