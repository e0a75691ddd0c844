package panst3r.metrics;

import java.util.Arrays;

/**
 * Depth of one view after median scaling (metrics.md).
 *
 * @param scale median of the true over median of the predicted depths
 * @param absoluteRelative mean of |d − d*| / d*
 * @param inlierRatio share of pixels with max(d/d*, d*&#47;d) &lt; 1.03
 * @param pixels how many were valid
 */
public record DepthAccuracy(double scale, double absoluteRelative, double inlierRatio, int pixels) {
    static final double INLIER = 1.03;

    /**
     * @param predicted depth along the optical axis, [H·W]
     * @param truth likewise; pixels count where it is positive and finite
     */
    public static DepthAccuracy of(double[] predicted, double[] truth) {
        double[] p = new double[truth.length];
        double[] t = new double[truth.length];
        int n = 0;
        for (int i = 0; i < truth.length; i++) {
            if (truth[i] > 0 && truth[i] < Double.POSITIVE_INFINITY && Double.isFinite(predicted[i])) {
                p[n] = predicted[i];
                t[n++] = truth[i];
            }
        }
        double scale = median(t, n) / median(p, n);
        double error = 0;
        int inliers = 0;
        for (int i = 0; i < n; i++) {
            double d = scale * p[i];
            error += Math.abs(d - t[i]) / t[i];
            if (d > 0 && Math.max(d / t[i], t[i] / d) < INLIER) {
                inliers++;
            }
        }
        return new DepthAccuracy(scale, error / n, inliers / (double) n, n);
    }

    static double median(double[] values, int n) {
        double[] sorted = Arrays.copyOf(values, n);
        Arrays.sort(sorted);
        return n == 0 ? Double.NaN : (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
    }
}
