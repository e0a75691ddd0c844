package panst3r.splat;

/**
 * One Gaussian as one camera sees it, and the derivative of that (novel-views.md, "Projection", "Colour", "Gradients"). In
 * double; scratch of one thread.
 */
final class Footprint {
    static final int TILE = 16;
    static final int VISIBLE = 0;
    static final int NEAR = 1;
    static final int DEGENERATE = 2;
    static final int OUTSIDE = 3;

    /** Values that blending uses, in the order of a screen gradient: colour, depth, opacity, centre, conic. */
    static final int SCREEN = 10;

    /** Gradient of a Gaussian: mean 3, log-scales 3, quaternion 4, opacity logit, colour before the cut-off 3. */
    static final int GRADIENT = 14;

    private static final double NEAREST = 0.2;
    private static final double LOW_PASS = 0.3;

    private final Pinhole camera;
    private final double[] origin;
    private final double[] r; // world to camera
    private final double minX;
    private final double maxX;
    private final double minY;
    private final double maxY;
    final int columns;
    final int rows;

    int culled;
    double x;
    double y;
    double z;
    double u;
    double v;
    /** Covariance in pixels after the low-pass: xx, xy, yy. */
    double a;

    double b;
    double c;
    /** Its inverse: xx, xy, yy. */
    double k0;

    double k1;
    double k2;
    int radius;
    int tileX0;
    int tileY0;
    int tileX1;
    int tileY1;
    double opacity;
    final double[] colour = new double[3];

    private final double[] unit = new double[4]; // normalised quaternion
    private double length; // of the quaternion
    private final double[] q = new double[9];
    private final double[] scale = new double[3];
    private final double[] m = new double[9]; // Q·diag(scale)
    private final double[] t = new double[6]; // J·R
    private final double[] j = new double[6];
    private double tanX; // x/z within the clamp
    private double tanY;
    private final double[] direction = new double[3];
    private double distance;
    private final double[] basis = new double[16];
    private final double[] weight = new double[16];
    private final double[] slope = new double[3];

    Footprint(Pinhole camera) {
        this.camera = camera;
        origin = camera.centre();
        r = camera.rotation();
        double tx = camera.width() / (2 * camera.fx());
        double ty = camera.height() / (2 * camera.fy());
        minX = -(camera.cx() / camera.fx() + 0.3 * tx);
        maxX = (camera.width() - camera.cx()) / camera.fx() + 0.3 * tx;
        minY = -(camera.cy() / camera.fy() + 0.3 * ty);
        maxY = (camera.height() - camera.cy()) / camera.fy() + 0.3 * ty;
        columns = (camera.width() + TILE - 1) / TILE;
        rows = (camera.height() + TILE - 1) / TILE;
    }

    /** Place, shape and tiles. @return whether it is visible */
    boolean project(Gaussians g, int i) {
        double px = g.means()[3 * i];
        double py = g.means()[3 * i + 1];
        double pz = g.means()[3 * i + 2];
        double[] tr = camera.translation();
        x = r[0] * px + r[1] * py + r[2] * pz + tr[0];
        y = r[3] * px + r[4] * py + r[5] * pz + tr[1];
        z = r[6] * px + r[7] * py + r[8] * pz + tr[2];
        radius = 0;
        if (!(z > NEAREST)) {
            culled = NEAR;
            return false;
        }
        axes(g, i);
        double fx = camera.fx();
        double fy = camera.fy();
        tanX = Math.max(minX, Math.min(maxX, x / z));
        tanY = Math.max(minY, Math.min(maxY, y / z));
        j[0] = fx / z;
        j[2] = -fx * tanX / z;
        j[4] = fy / z;
        j[5] = -fy * tanY / z;
        for (int k = 0; k < 3; k++) {
            t[k] = j[0] * r[k] + j[2] * r[6 + k];
            t[3 + k] = j[4] * r[3 + k] + j[5] * r[6 + k];
        }
        a = LOW_PASS;
        b = 0;
        c = LOW_PASS;
        for (int k = 0; k < 3; k++) {
            double v0 = t[0] * m[k] + t[1] * m[3 + k] + t[2] * m[6 + k];
            double v1 = t[3] * m[k] + t[4] * m[3 + k] + t[5] * m[6 + k];
            a += v0 * v0;
            b += v0 * v1;
            c += v1 * v1;
        }
        double det = a * c - b * b;
        if (!(det > 0) || det == Double.POSITIVE_INFINITY) {
            culled = DEGENERATE;
            return false;
        }
        k0 = c / det;
        k1 = -b / det;
        k2 = a / det;
        u = fx * x / z + camera.cx();
        v = fy * y / z + camera.cy();
        double mid = (a + c) / 2;
        double reach = Math.ceil(3 * Math.sqrt(mid + Math.sqrt(Math.max(0.1, mid * mid - det))));
        // a vertical or horizontal line of 1e9 pixels is as good as any
        radius = (int) Math.min(reach, 1e9);
        tileX0 = tile(u - 0.5 - reach, columns);
        tileX1 = tile(u - 0.5 + reach + TILE - 1, columns);
        tileY0 = tile(v - 0.5 - reach, rows);
        tileY1 = tile(v - 0.5 + reach + TILE - 1, rows);
        if (tileX0 >= tileX1 || tileY0 >= tileY1) {
            culled = OUTSIDE;
            radius = 0;
            return false;
        }
        culled = VISIBLE;
        return true;
    }

    private static int tile(double at, int most) {
        return (int) Math.max(0, Math.min(most, Math.floor(at / TILE)));
    }

    /** Colour and opacity, of the spherical harmonics up to a degree; after {@link #project}. */
    void shade(Gaussians g, int i, int degree) {
        opacity = g.opacity(i);
        view(g, i, degree);
        int at = i * 3 * Gaussians.coefficients(g.degree());
        int count = Gaussians.coefficients(degree);
        for (int ch = 0; ch < 3; ch++) {
            double sum = 0.5;
            for (int k = 0; k < count; k++) {
                sum += basis[k] * g.sh()[at + 3 * k + ch];
            }
            colour[ch] = Math.max(0, sum);
        }
    }

    /** The basis at the direction towards a Gaussian, [16]; valid until the next call. */
    double[] view(Gaussians g, int i, int degree) {
        double dx = g.means()[3 * i] - origin[0];
        double dy = g.means()[3 * i + 1] - origin[1];
        double dz = g.means()[3 * i + 2] - origin[2];
        distance = Math.sqrt(dx * dx + dy * dy + dz * dz);
        double s = distance == 0 ? 0 : 1 / distance;
        direction[0] = dx * s;
        direction[1] = dy * s;
        direction[2] = dz * s;
        SphericalHarmonics.basis(degree, direction[0], direction[1], direction[2], basis);
        return basis;
    }

    /** Writes Σ = M·Mᵀ in the world's frame, [3, 3]; after {@link #axes}. */
    void covariance(double[] out) {
        for (int row = 0; row < 3; row++) {
            for (int col = 0; col < 3; col++) {
                out[3 * row + col] =
                        m[3 * row] * m[3 * col] + m[3 * row + 1] * m[3 * col + 1] + m[3 * row + 2] * m[3 * col + 2];
            }
        }
    }

    /** Axes of a Gaussian: the normalised quaternion, Q, the scales, M = Q·diag(scales). */
    void axes(Gaussians g, int i) {
        double w = g.quaternions()[4 * i];
        double qx = g.quaternions()[4 * i + 1];
        double qy = g.quaternions()[4 * i + 2];
        double qz = g.quaternions()[4 * i + 3];
        length = Math.sqrt(w * w + qx * qx + qy * qy + qz * qz);
        double s = 1 / Math.max(length, 1e-12);
        unit[0] = w *= s;
        unit[1] = qx *= s;
        unit[2] = qy *= s;
        unit[3] = qz *= s;
        q[0] = 1 - 2 * (qy * qy + qz * qz);
        q[1] = 2 * (qx * qy - w * qz);
        q[2] = 2 * (qx * qz + w * qy);
        q[3] = 2 * (qx * qy + w * qz);
        q[4] = 1 - 2 * (qx * qx + qz * qz);
        q[5] = 2 * (qy * qz - w * qx);
        q[6] = 2 * (qx * qz - w * qy);
        q[7] = 2 * (qy * qz + w * qx);
        q[8] = 1 - 2 * (qx * qx + qy * qy);
        for (int k = 0; k < 3; k++) {
            scale[k] = Math.exp(g.logScales()[3 * i + k]);
            m[k] = q[k] * scale[k];
            m[3 + k] = q[3 + k] * scale[k];
            m[6 + k] = q[6 + k] * scale[k];
        }
    }

    /** Writes Q·(scales ⊙ e), a vector of the Gaussian's own axes in the world's; after {@link #axes}. */
    void outwards(double e0, double e1, double e2, double[] out) {
        for (int row = 0; row < 3; row++) {
            out[row] = m[3 * row] * e0 + m[3 * row + 1] * e1 + m[3 * row + 2] * e2;
        }
    }

    /**
     * Derivative of {@link #project} and {@link #shade} of the same Gaussian, called after them.
     *
     * @param screen [{@value SCREEN}] derivative with respect to colour, depth, opacity, centre and conic
     * @param out [{@value GRADIENT}] written
     * @param twist [6] added to: with respect to the camera's (v, ω)
     */
    void backward(Gaussians g, int i, int degree, double[] screen, double[] out, double[] twist) {
        // conic → covariance: H = −K G K
        double g0 = screen[7];
        double g1 = screen[8] / 2;
        double g2 = screen[9];
        double p0 = k0 * g0 + k1 * g1;
        double p1 = k0 * g1 + k1 * g2;
        double p2 = k1 * g0 + k2 * g1;
        double p3 = k1 * g1 + k2 * g2;
        double h0 = -(p0 * k0 + p1 * k1);
        double h1 = -(p0 * k1 + p1 * k2);
        double h2 = -(p2 * k1 + p3 * k2);

        // covariance = V·Vᵀ + low-pass with V = T·M
        double dt0 = 0;
        double dt1 = 0;
        double dt2 = 0;
        double dt3 = 0;
        double dt4 = 0;
        double dt5 = 0;
        double[] dq = new double[9];
        for (int k = 0; k < 3; k++) {
            double v0 = t[0] * m[k] + t[1] * m[3 + k] + t[2] * m[6 + k];
            double v1 = t[3] * m[k] + t[4] * m[3 + k] + t[5] * m[6 + k];
            double d0 = 2 * (h0 * v0 + h1 * v1);
            double d1 = 2 * (h1 * v0 + h2 * v1);
            dt0 += d0 * m[k];
            dt1 += d0 * m[3 + k];
            dt2 += d0 * m[6 + k];
            dt3 += d1 * m[k];
            dt4 += d1 * m[3 + k];
            dt5 += d1 * m[6 + k];
            double ds = 0;
            for (int row = 0; row < 3; row++) {
                double dm = t[row] * d0 + t[3 + row] * d1;
                ds += dm * q[3 * row + k];
                dq[3 * row + k] = dm * scale[k];
            }
            out[3 + k] = ds * scale[k];
        }
        quaternion(dq, out);

        // T = J·R
        double dj0 = dt0 * r[0] + dt1 * r[1] + dt2 * r[2];
        double dj2 = dt0 * r[6] + dt1 * r[7] + dt2 * r[8];
        double dj4 = dt3 * r[3] + dt4 * r[4] + dt5 * r[5];
        double dj5 = dt3 * r[6] + dt4 * r[7] + dt5 * r[8];
        double dj1 = dt0 * r[3] + dt1 * r[4] + dt2 * r[5]; // J01 and J10 are 0, but turn with the camera
        double dj3 = dt3 * r[0] + dt4 * r[1] + dt5 * r[2];
        double fx = camera.fx();
        double fy = camera.fy();
        double du = screen[5];
        double dv = screen[6];
        double dx = du * fx / z;
        double dy = dv * fy / z;
        double dz = screen[3] - (du * fx * x + dv * fy * y) / (z * z);
        dz += (-fx * dj0 + fx * tanX * dj2 - fy * dj4 + fy * tanY * dj5) / (z * z);
        if (tanX == x / z) {
            dx -= fx / z * dj2 / z;
            dz += fx / z * dj2 * tanX / z;
        }
        if (tanY == y / z) {
            dy -= fy / z * dj5 / z;
            dz += fy / z * dj5 * tanY / z;
        }

        // N = Jᵀ·dJ turns with the camera, and so does the point
        twist[0] += dx;
        twist[1] += dy;
        twist[2] += dz;
        twist[3] += y * dz - z * dy + j[2] * dj1 + j[5] * dj4 - j[4] * dj5;
        twist[4] += z * dx - x * dz + j[0] * dj2 - j[2] * dj0 - j[5] * dj3;
        twist[5] += x * dy - y * dx + j[4] * dj3 - j[0] * dj1;

        out[10] = screen[4] * opacity * (1 - opacity);

        // colour, cut off at 0, and the direction towards the mean
        int at = i * 3 * Gaussians.coefficients(g.degree());
        int count = Gaussians.coefficients(degree);
        for (int ch = 0; ch < 3; ch++) {
            out[11 + ch] = colour[ch] > 0 ? screen[ch] : 0;
        }
        double gx = 0;
        double gy = 0;
        double gz = 0;
        if (degree > 0 && distance > 0) {
            for (int k = 0; k < count; k++) {
                weight[k] = out[11] * g.sh()[at + 3 * k]
                        + out[12] * g.sh()[at + 3 * k + 1]
                        + out[13] * g.sh()[at + 3 * k + 2];
            }
            SphericalHarmonics.gradient(degree, direction[0], direction[1], direction[2], weight, slope);
            double along = slope[0] * direction[0] + slope[1] * direction[1] + slope[2] * direction[2];
            gx = (slope[0] - along * direction[0]) / distance;
            gy = (slope[1] - along * direction[1]) / distance;
            gz = (slope[2] - along * direction[2]) / distance;
            for (int k = 0; k < 3; k++) { // the centre moves by −Rᵀv
                twist[k] += r[3 * k] * gx + r[3 * k + 1] * gy + r[3 * k + 2] * gz;
            }
        }
        out[0] = r[0] * dx + r[3] * dy + r[6] * dz + gx;
        out[1] = r[1] * dx + r[4] * dy + r[7] * dz + gy;
        out[2] = r[2] * dx + r[5] * dy + r[8] * dz + gz;
    }

    /** Derivative of Q by the quaternion as stored, through its normalisation. */
    private void quaternion(double[] d, double[] out) {
        double w = unit[0];
        double qx = unit[1];
        double qy = unit[2];
        double qz = unit[3];
        double dw = 2 * (-qz * d[1] + qy * d[2] + qz * d[3] - qx * d[5] - qy * d[6] + qx * d[7]);
        double dx = 2
                * (qy * d[1] + qz * d[2] + qy * d[3] - 2 * qx * d[4] - w * d[5] + qz * d[6] + w * d[7] - 2 * qx * d[8]);
        double dy = 2
                * (-2 * qy * d[0]
                        + qx * d[1]
                        + w * d[2]
                        + qx * d[3]
                        + qz * d[5]
                        - w * d[6]
                        + qz * d[7]
                        - 2 * qy * d[8]);
        double dz = 2
                * (-2 * qz * d[0]
                        - w * d[1]
                        + qx * d[2]
                        + w * d[3]
                        - 2 * qz * d[4]
                        + qy * d[5]
                        + qx * d[6]
                        + qy * d[7]);
        double along = length > 1e-12 ? w * dw + qx * dx + qy * dy + qz * dz : 0;
        double s = 1 / Math.max(length, 1e-12);
        out[6] = (dw - along * w) * s;
        out[7] = (dx - along * qx) * s;
        out[8] = (dy - along * qy) * s;
        out[9] = (dz - along * qz) * s;
    }
}
