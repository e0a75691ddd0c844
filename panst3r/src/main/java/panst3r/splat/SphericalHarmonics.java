package panst3r.splat;

/**
 * Real spherical harmonics to degree 3 with the signs and order of the published .ply files (novel-views.md, "Colour"), as
 * polynomials in a unit direction.
 */
final class SphericalHarmonics {
    static final double Y0 = 0.28209479177387814;
    private static final double C1 = 0.4886025119029199;
    private static final double C2 = 1.0925484305920792;
    private static final double C20 = 0.31539156525252005;
    private static final double C22 = 0.5462742152960396;
    private static final double C33 = 0.5900435899266435;
    private static final double C32 = 2.890611442640554;
    private static final double C31 = 0.4570457994644658;
    private static final double C30 = 0.3731763325901154;
    private static final double C3M = 1.445305721320277;

    private SphericalHarmonics() {}

    /** The first coefficient of a colour that is the same from all sides, 0 … 1. */
    static float coefficient(float colour) {
        return (float) ((colour - 0.5) / Y0);
    }

    /** Writes Y_0 … of a degree at a unit direction. */
    static void basis(int degree, double x, double y, double z, double[] out) {
        out[0] = Y0;
        if (degree < 1) {
            return;
        }
        out[1] = -C1 * y;
        out[2] = C1 * z;
        out[3] = -C1 * x;
        if (degree < 2) {
            return;
        }
        double xx = x * x;
        double yy = y * y;
        double zz = z * z;
        out[4] = C2 * x * y;
        out[5] = -C2 * y * z;
        out[6] = C20 * (2 * zz - xx - yy);
        out[7] = -C2 * x * z;
        out[8] = C22 * (xx - yy);
        if (degree < 3) {
            return;
        }
        out[9] = -C33 * y * (3 * xx - yy);
        out[10] = C32 * x * y * z;
        out[11] = -C31 * y * (4 * zz - xx - yy);
        out[12] = C30 * z * (2 * zz - 3 * xx - 3 * yy);
        out[13] = -C31 * x * (4 * zz - xx - yy);
        out[14] = C3M * z * (xx - yy);
        out[15] = -C33 * x * (xx - 3 * yy);
    }

    /** Writes Σ_k weight_k · ∂Y_k/∂(x, y, z). */
    static void gradient(int degree, double x, double y, double z, double[] weight, double[] out) {
        double gx = 0;
        double gy = 0;
        double gz = 0;
        double[] w = weight;
        if (degree >= 1) {
            gx -= C1 * w[3];
            gy -= C1 * w[1];
            gz += C1 * w[2];
        }
        if (degree >= 2) {
            gx += C2 * y * w[4] - 2 * C20 * x * w[6] - C2 * z * w[7] + 2 * C22 * x * w[8];
            gy += C2 * x * w[4] - C2 * z * w[5] - 2 * C20 * y * w[6] - 2 * C22 * y * w[8];
            gz += -C2 * y * w[5] + 4 * C20 * z * w[6] - C2 * x * w[7];
        }
        if (degree >= 3) {
            double xx = x * x;
            double yy = y * y;
            double zz = z * z;
            gx += -6 * C33 * x * y * w[9]
                    + C32 * y * z * w[10]
                    + 2 * C31 * x * y * w[11]
                    - 6 * C30 * x * z * w[12]
                    - C31 * (4 * zz - 3 * xx - yy) * w[13]
                    + 2 * C3M * x * z * w[14]
                    - 3 * C33 * (xx - yy) * w[15];
            gy += -3 * C33 * (xx - yy) * w[9]
                    + C32 * x * z * w[10]
                    - C31 * (4 * zz - xx - 3 * yy) * w[11]
                    - 6 * C30 * y * z * w[12]
                    + 2 * C31 * x * y * w[13]
                    - 2 * C3M * y * z * w[14]
                    + 6 * C33 * x * y * w[15];
            gz += C32 * x * y * w[10]
                    - 8 * C31 * y * z * w[11]
                    + C30 * (6 * zz - 3 * xx - 3 * yy) * w[12]
                    - 8 * C31 * x * z * w[13]
                    + C3M * (xx - yy) * w[14];
        }
        out[0] = gx;
        out[1] = gy;
        out[2] = gz;
    }
}
