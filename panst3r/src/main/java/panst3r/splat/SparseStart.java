package panst3r.splat;

import java.util.Arrays;
import panst3r.metrics.KdTree;

/**
 * The published start from a few points without a size of their own: as large as their three neighbours are far, and faint
 * (Kerbl et al. 2023, section 5.1; novel-views.md, "Fitting").
 */
public final class SparseStart {
    private static final double OPACITY = 0.1;
    private static final double LEAST_SQUARE = 1e-7;
    private static final int NEIGHBOURS = 3;

    private SparseStart() {}

    /**
     * @param points [N, 3]
     * @param rgb [N, 3], 0 … 1
     * @param degree of the spherical harmonics
     */
    public static Gaussians of(float[] points, float[] rgb, int degree) {
        int n = points.length / 3;
        Gaussians out = Gaussians.zeros(n, degree);
        double[] places = new double[points.length];
        for (int i = 0; i < places.length; i++) {
            places[i] = points[i];
        }
        System.arraycopy(points, 0, out.means(), 0, points.length);
        float[] sizes = logScales(places);
        int k = 3 * Gaussians.coefficients(degree);
        for (int i = 0; i < n; i++) {
            Arrays.fill(out.logScales(), 3 * i, 3 * i + 3, sizes[i]);
            out.quaternions()[4 * i] = 1;
            out.opacityLogits()[i] = (float) Gaussians.logit(OPACITY);
            for (int c = 0; c < 3; c++) {
                out.sh()[i * k + c] = SphericalHarmonics.coefficient(rgb[3 * i + c]);
            }
        }
        return out;
    }

    /** ln √(mean of the squared distances to the nearest three), [N]. */
    private static float[] logScales(double[] points) {
        float[] out = new float[points.length / 3];
        if (out.length == 0) {
            return out;
        }
        KdTree tree = new KdTree(points);
        for (int i = 0; i < out.length; i++) {
            double[] squares = tree.nearestSquared(points[3 * i], points[3 * i + 1], points[3 * i + 2], NEIGHBOURS + 1);
            double mean = Arrays.stream(squares)
                    .skip(1) // itself
                    .filter(Double::isFinite)
                    .average()
                    .orElse(0);
            out[i] = (float) (Math.log(Math.max(mean, LEAST_SQUARE)) / 2);
        }
        return out;
    }
}
