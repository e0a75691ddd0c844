package panst3r.picture;

import java.util.Arrays;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import panst3r.scene.PointCloud;

/**
 * Which way surfaces face, told from the pointmap of a view: so that what is seen from behind can be left out, and a room
 * is a doll's house from outside. A direction has 12 bits, enough to tell front from back: octahedral, 6 bits an axis.
 */
public final class Facing {
    /** Cosine below which a surface counts as seen from behind; below 0 because directions are estimates. */
    public static final double BEHIND = -0.15;

    private static final int BITS = 6;
    private static final int STEPS = (1 << BITS) - 1;

    /** Pixels from which a surface's slope is taken, to either side: more than one, because pointmaps are rough. */
    private static final int REACH = 2;

    /** Neighbours that are so many times further away than on a wall across the view lie on another surface. */
    private static final double SLANT = 12;

    private Facing() {}

    /**
     * @param all points of one view, by row and column
     * @param focal of its camera, in pixels
     * @param eye where the camera is
     * @return [N] codes, towards the camera's side; the direction to the camera itself where there is no neighbour
     */
    static short[] of(PointCloud all, int width, int height, double focal, double[] eye) {
        double near = SLANT * REACH / focal;
        int[] at = new int[width * height];
        Arrays.fill(at, -1);
        for (int i = 0; i < all.size(); i++) {
            at[all.row()[i] * width + all.column()[i]] = i;
        }
        float[] rough = new float[3 * all.size()];
        each(all.size(), i -> rough(all, at, width, height, near, eye, i, rough));
        short[] out = new short[all.size()];
        each(all.size(), i -> out[i] = smooth(all, at, width, height, near, eye, i, rough));
        return out;
    }

    private static void each(int n, IntConsumer work) {
        IntStream.range(0, n).parallel().forEach(work);
    }

    /** Across the nearer neighbour in each direction: the further one may lie on another surface. */
    private static void rough(
            PointCloud all, int[] at, int width, int height, double near, double[] eye, int i, float[] out) {
        double[] p = point(all, i);
        double[] view = Vectors.plus(eye, p, -1);
        double most = near * Vectors.length(view);
        int row = all.row()[i];
        int column = all.column()[i];
        double[] across = nearer(all, at, width, height, p, row, column, 0, 1);
        double[] down = nearer(all, at, width, height, p, row, column, 1, 0);
        double[] normal = view;
        if (across != null && down != null && Vectors.length(across) < most && Vectors.length(down) < most) {
            double[] n = Vectors.cross(across, down);
            if (Vectors.length(n) > 0) {
                normal = Vectors.dot(n, view) < 0 ? new double[] {-n[0], -n[1], -n[2]} : n;
            }
        }
        double length = Vectors.length(normal);
        for (int k = 0; k < 3; k++) {
            out[3 * i + k] = length > 0 ? (float) (normal[k] / length) : 0;
        }
    }

    /** From the point to the nearer of its two neighbours in a direction, always along it; null if there is none. */
    private static double[] nearer(
            PointCloud all, int[] at, int width, int height, double[] p, int row, int column, int dy, int dx) {
        double[] best = null;
        for (int side = -1; side <= 1; side += 2) {
            int y = row + side * REACH * dy;
            int x = column + side * REACH * dx;
            int j = y < 0 || x < 0 || y >= height || x >= width ? -1 : at[y * width + x];
            if (j >= 0) {
                double[] d = Vectors.plus(point(all, j), p, -1);
                if (best == null || Vectors.length(d) < Vectors.length(best)) {
                    best = new double[] {side * d[0], side * d[1], side * d[2]};
                }
            }
        }
        return best;
    }

    /** The mean over the neighbours on the same surface. */
    private static short smooth(
            PointCloud all, int[] at, int width, int height, double near, double[] eye, int i, float[] rough) {
        double[] p = point(all, i);
        double most = near * Vectors.distance(p, eye);
        double[] sum = new double[3];
        for (int dy = -REACH; dy <= REACH; dy += REACH) {
            for (int dx = -REACH; dx <= REACH; dx += REACH) {
                int y = all.row()[i] + dy;
                int x = all.column()[i] + dx;
                int j = y < 0 || x < 0 || y >= height || x >= width ? -1 : at[y * width + x];
                if (j >= 0 && (j == i || Vectors.distance(point(all, j), p) < most)) {
                    for (int k = 0; k < 3; k++) {
                        sum[k] += rough[3 * j + k];
                    }
                }
            }
        }
        return code(Vectors.length(sum) > 0 ? sum : Vectors.plus(eye, p, -1));
    }

    private static double[] point(PointCloud all, int i) {
        float[] p = all.xyz();
        return new double[] {p[3 * i], p[3 * i + 1], p[3 * i + 2]};
    }

    /** The direction of a vector of any length. */
    public static short code(double[] d) {
        double sum = Math.abs(d[0]) + Math.abs(d[1]) + Math.abs(d[2]);
        if (!(sum > 0) || Double.isInfinite(sum)) {
            return 0;
        }
        double u = d[0] / sum;
        double v = d[1] / sum;
        if (d[2] < 0) {
            double folded = (1 - Math.abs(v)) * Math.signum(u == 0 ? 1 : u);
            v = (1 - Math.abs(u)) * Math.signum(v == 0 ? 1 : v);
            u = folded;
        }
        return (short) (Math.round((u + 1) / 2 * STEPS) << BITS | Math.round((v + 1) / 2 * STEPS));
    }

    /** [3], not of length 1. */
    static double[] direction(short code) {
        double u = 2.0 * (code >> BITS) / STEPS - 1;
        double v = 2.0 * (code & STEPS) / STEPS - 1;
        double w = 1 - Math.abs(u) - Math.abs(v);
        double over = Math.max(0, -w);
        return new double[] {u - Math.copySign(over, u), v - Math.copySign(over, v), w};
    }

    /** The first half of a code, 0…63; the viewer's data hold the halves. */
    public static byte first(short code) {
        return (byte) (code >> BITS);
    }

    /** The second half of a code, 0…63. */
    public static byte second(short code) {
        return (byte) (code & STEPS);
    }

    /**
     * Whether a surface is seen from behind.
     *
     * @param code of its direction
     * @param toEye from the surface to the eye, of any length
     */
    public static boolean behind(short code, double[] toEye) {
        double[] n = direction(code);
        return Vectors.dot(n, toEye) < BEHIND * Vectors.length(n) * Vectors.length(toEye);
    }
}
