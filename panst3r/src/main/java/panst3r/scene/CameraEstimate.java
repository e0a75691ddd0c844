package panst3r.scene;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.SingularOps_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;

/** Focal length and pose of a view from its pointmap (scene.md). Sums run in pixel order, so results are exact repeats. */
final class CameraEstimate {
    private static final int ROUNDS = 10;

    private CameraEstimate() {}

    /**
     * Reweighted least squares of pixel against local ray, principal point (W/2, H/2), square pixels.
     *
     * @return in working pixels; 0 where the fit is negative or there is no point in front or behind
     */
    static double focal(Pointmap map) {
        int n = map.pixels();
        float[] rx = new float[n];
        float[] ry = new float[n];
        float[] p = new float[3];
        for (int i = 0; i < n; i++) {
            map.local(i, p);
            rx[i] = zeroUnlessFinite(p[0] / p[2]);
            ry[i] = zeroUnlessFinite(p[1] / p[2]);
        }
        double focal = weightedFit(map, rx, ry, Double.NaN);
        for (int round = 0; round < ROUNDS; round++) {
            focal = weightedFit(map, rx, ry, focal);
        }
        return focal > 0 ? focal : 0;
    }

    /** Σ w r·px / Σ w r·r with w = 1 / the distance left by the focal length so far, or 1 if that is NaN. */
    private static double weightedFit(Pointmap map, float[] rx, float[] ry, double sofar) {
        double cx = map.width / 2.0;
        double cy = map.height / 2.0;
        double cross = 0;
        double square = 0;
        for (int v = 0, i = 0; v < map.height; v++) {
            double y = v - cy;
            for (int u = 0; u < map.width; u++, i++) {
                double x = u - cx;
                double w = 1;
                if (!Double.isNaN(sofar)) {
                    double dx = x - sofar * rx[i];
                    double dy = y - sofar * ry[i];
                    w = 1 / Math.max(Math.sqrt(dx * dx + dy * dy), 1e-8);
                }
                cross += w * (rx[i] * x + ry[i] * y);
                square += w * ((double) rx[i] * rx[i] + (double) ry[i] * ry[i]);
            }
        }
        return cross / square;
    }

    /**
     * The rigid motion that best maps local points to global points, weighted by confidence − 1.
     *
     * @return [4, 4] row-major camera-to-world; the identity if no pixel is finite
     */
    static double[] pose(Pointmap map) {
        float[] p = new float[3];
        float[] q = new float[3];
        int n = map.pixels();
        // Only ratios of weights matter; the largest is scaled to 1, so that none overflows.
        float top = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < n; i++) {
            float c = map.rawConfidence(i);
            if (c > top && c < Float.POSITIVE_INFINITY) {
                top = c;
            }
        }
        double total = 0;
        double[] from = new double[3];
        double[] to = new double[3];
        for (int i = 0; i < n; i++) {
            double w = weight(map, i, top, p, q);
            if (w > 0) {
                total += w;
                for (int k = 0; k < 3; k++) {
                    from[k] += w * p[k];
                    to[k] += w * q[k];
                }
            }
        }
        if (total == 0) {
            return new double[] {1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1};
        }
        for (int k = 0; k < 3; k++) {
            from[k] /= total;
            to[k] /= total;
        }
        double[] covariance = new double[9];
        for (int i = 0; i < n; i++) {
            double w = weight(map, i, top, p, q) / total;
            if (w > 0) {
                for (int r = 0; r < 3; r++) {
                    for (int c = 0; c < 3; c++) {
                        covariance[3 * r + c] += w * (q[r] - to[r]) * (p[c] - from[c]);
                    }
                }
            }
        }
        double[] rotation = nearestRotation(covariance);
        double[] pose = new double[16];
        for (int r = 0; r < 3; r++) {
            pose[4 * r + 3] = to[r];
            for (int c = 0; c < 3; c++) {
                pose[4 * r + c] = rotation[3 * r + c];
                pose[4 * r + 3] -= rotation[3 * r + c] * from[c];
            }
        }
        pose[15] = 1;
        return pose;
    }

    /** e^(c − top), 0 where anything is not finite; leaves the pixel's local and global point in p and q. */
    private static double weight(Pointmap map, int pixel, float top, float[] p, float[] q) {
        map.local(pixel, p);
        map.global(pixel, q);
        double w = Math.exp(map.rawConfidence(pixel) - top);
        return w <= 1 && Pointmap.finite(p) && Pointmap.finite(q) ? w : 0;
    }

    /** argmax over rotations of trace(Rᵀ M): U·diag(1, 1, det(U Vᵀ))·Vᵀ of the singular value decomposition of M. */
    static double[] nearestRotation(double[] m) {
        var svd = DecompositionFactory_DDRM.svd(3, 3, true, true, false);
        if (!svd.decompose(new DMatrixRMaj(3, 3, true, m.clone()))) {
            return new double[] {1, 0, 0, 0, 1, 0, 0, 0, 1};
        }
        DMatrixRMaj u = svd.getU(null, false);
        DMatrixRMaj v = svd.getV(null, false);
        SingularOps_DDRM.descendingOrder(u, false, svd.getW(null), v, false);
        if (CommonOps_DDRM.det(u) * CommonOps_DDRM.det(v) < 0) {
            for (int r = 0; r < 3; r++) {
                u.set(r, 2, -u.get(r, 2));
            }
        }
        DMatrixRMaj rotation = new DMatrixRMaj(3, 3);
        CommonOps_DDRM.multTransB(u, v, rotation);
        return rotation.getData();
    }

    private static float zeroUnlessFinite(float v) {
        return Float.isFinite(v) ? v : 0;
    }
}
