package panst3r;

/** Rotations in 3D as matrices, [3, 3] row-major, and as quaternions (w, x, y, z). */
public final class Rotations {
    private Rotations() {}

    /** The unit quaternion of a rotation, w ≥ 0. */
    public static double[] quaternion(double[] r) {
        // The largest of the four is divided by, so that nothing is lost near a half turn.
        double[] squares = {
            1 + r[0] + r[4] + r[8], 1 + r[0] - r[4] - r[8], 1 - r[0] + r[4] - r[8], 1 - r[0] - r[4] + r[8]
        };
        int largest = 0;
        for (int i = 1; i < 4; i++) {
            largest = squares[i] > squares[largest] ? i : largest;
        }
        double wx = r[7] - r[5];
        double wy = r[2] - r[6];
        double wz = r[3] - r[1];
        double xy = r[1] + r[3];
        double xz = r[2] + r[6];
        double yz = r[5] + r[7];
        double[] q = switch (largest) {
            case 0 -> new double[] {squares[0], wx, wy, wz};
            case 1 -> new double[] {wx, squares[1], xy, xz};
            case 2 -> new double[] {wy, xy, squares[2], yz};
            default -> new double[] {wz, xz, yz, squares[3]};
        };
        double norm = Math.sqrt(q[0] * q[0] + q[1] * q[1] + q[2] * q[2] + q[3] * q[3]);
        double sign = q[0] < 0 ? -1 : 1;
        for (int i = 0; i < 4; i++) {
            q[i] *= sign / norm;
        }
        return q;
    }

    /** The rotation of a unit quaternion. */
    public static double[] matrix(double w, double x, double y, double z) {
        return new double[] {
            1 - 2 * (y * y + z * z),
            2 * (x * y - w * z),
            2 * (x * z + w * y),
            2 * (x * y + w * z),
            1 - 2 * (x * x + z * z),
            2 * (y * z - w * x),
            2 * (x * z - w * y),
            2 * (y * z + w * x),
            1 - 2 * (x * x + y * y)
        };
    }

    /** Whether a pose, [4, 4] row-major, is a rotation and a translation, each number to this much. */
    public static boolean isRigid(double[] m, double tolerance) {
        double off = Math.abs(m[12]) + Math.abs(m[13]) + Math.abs(m[14]) + Math.abs(m[15] - 1);
        for (int a = 0; a < 3; a++) {
            for (int b = 0; b < 3; b++) {
                double dot = m[a] * m[b] + m[4 + a] * m[4 + b] + m[8 + a] * m[8 + b];
                off = Math.max(off, Math.abs(dot - (a == b ? 1 : 0)));
            }
        }
        double determinant = m[0] * (m[5] * m[10] - m[6] * m[9])
                - m[1] * (m[4] * m[10] - m[6] * m[8])
                + m[2] * (m[4] * m[9] - m[5] * m[8]);
        return off < tolerance && determinant > 0 && Double.isFinite(m[3] + m[7] + m[11]);
    }
}
