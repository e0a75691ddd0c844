package panst3r.picture;

import java.util.Arrays;
import java.util.List;

/**
 * Where most of a scene is: stray far points do not count.
 *
 * @param centre component-wise median of the points, [3]
 * @param radius 90 % of the points are no further from the centre
 */
public record Extent(double[] centre, double radius) {
    /** Of the points of at least this confidence; of all if these are fewer than a hundred. */
    public static Extent of(List<PointSample> samples, double minConfidence) {
        int kept = samples.stream().mapToInt(s -> s.count(minConfidence)).sum();
        double least = kept < 100 ? 0 : minConfidence;
        int n = kept < 100 ? samples.stream().mapToInt(PointSample::size).sum() : kept;
        if (n == 0) {
            return new Extent(new double[] {0, 0, 1}, 1);
        }
        float[][] axes = new float[3][n];
        int at = 0;
        for (PointSample s : samples) {
            for (int i = 0; i < s.size(); i++) {
                if (s.confidence()[i] >= least) {
                    for (int k = 0; k < 3; k++) {
                        axes[k][at] = s.xyz()[3 * i + k];
                    }
                    at++;
                }
            }
        }
        double[] centre = new double[3];
        for (int k = 0; k < 3; k++) {
            float[] sorted = axes[k].clone();
            Arrays.sort(sorted);
            centre[k] = sorted[n / 2];
        }
        double[] away = new double[n];
        for (int i = 0; i < n; i++) {
            away[i] = Vectors.distance(centre, new double[] {axes[0][i], axes[1][i], axes[2][i]});
        }
        Arrays.sort(away);
        double radius = away[(int) (0.9 * (n - 1))];
        return new Extent(centre, radius > 0 ? radius : 1);
    }
}
