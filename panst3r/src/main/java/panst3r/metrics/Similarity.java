package panst3r.metrics;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;

/**
 * x ↦ s·R·x + t, the least-squares alignment of corresponding points (Umeyama 1991).
 *
 * @param rotation 3×3 row-major, determinant +1
 * @param translation 3
 */
public record Similarity(double scale, double[] rotation, double[] translation) {
    /**
     * The similarity that best maps {@code from} to {@code to}.
     *
     * @param from [N, 3] row-major
     * @param to [N, 3] row-major, point for point
     * @throws IllegalArgumentException if there is no point, or not the same number
     */
    public static Similarity align(double[] from, double[] to) {
        int n = from.length / 3;
        if (n == 0 || from.length != to.length) {
            throw new IllegalArgumentException(from.length + " and " + to.length + " coordinates");
        }
        double[] meanFrom = mean(from);
        double[] meanTo = mean(to);
        DMatrixRMaj covariance = new DMatrixRMaj(3, 3);
        double variance = 0;
        for (int i = 0; i < n; i++) {
            for (int a = 0; a < 3; a++) {
                double f = from[3 * i + a] - meanFrom[a];
                variance += f * f / n;
                for (int b = 0; b < 3; b++) {
                    covariance.data[3 * b + a] += (to[3 * i + b] - meanTo[b]) * f / n;
                }
            }
        }
        var svd = DecompositionFactory_DDRM.svd(3, 3, true, true, false);
        svd.decompose(covariance);
        DMatrixRMaj u = svd.getU(null, false);
        DMatrixRMaj vt = svd.getV(null, true);
        double[] singular = svd.getSingularValues();
        int least = 0; // the one that pays for a reflection
        for (int i = 1; i < 3; i++) {
            least = singular[i] < singular[least] ? i : least;
        }
        if (CommonOps_DDRM.det(u) * CommonOps_DDRM.det(vt) < 0) {
            singular[least] = -singular[least];
            for (int row = 0; row < 3; row++) {
                u.data[3 * row + least] = -u.data[3 * row + least];
            }
        }
        DMatrixRMaj r = new DMatrixRMaj(3, 3);
        CommonOps_DDRM.mult(u, vt, r);
        double scale = variance == 0 ? 1 : (singular[0] + singular[1] + singular[2]) / variance;
        double[] t = new double[3];
        for (int a = 0; a < 3; a++) {
            t[a] = meanTo[a];
            for (int b = 0; b < 3; b++) {
                t[a] -= scale * r.data[3 * a + b] * meanFrom[b];
            }
        }
        return new Similarity(scale, r.data, t);
    }

    /** @param points [N, 3] row-major; a new array comes back */
    public double[] apply(double[] points) {
        double[] out = new double[points.length];
        for (int i = 0; i < points.length; i += 3) {
            for (int a = 0; a < 3; a++) {
                out[i + a] = translation[a]
                        + scale
                                * (rotation[3 * a] * points[i]
                                        + rotation[3 * a + 1] * points[i + 1]
                                        + rotation[3 * a + 2] * points[i + 2]);
            }
        }
        return out;
    }

    private static double[] mean(double[] points) {
        double[] mean = new double[3];
        for (int i = 0; i < points.length; i++) {
            mean[i % 3] += points[i] * 3 / points.length;
        }
        return mean;
    }
}
