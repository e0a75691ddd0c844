package panst3r.splat;

import java.util.Arrays;

/**
 * A cloud of 3D Gaussians, as they are stored in a .ply and moved by a fit. The arrays are the values themselves, not copies.
 *
 * @param degree of the spherical harmonics, 0 … 3; K = (degree + 1)² coefficients a channel
 * @param means [N, 3] in the world's frame
 * @param logScales [N, 3] logarithms of the standard deviations along the Gaussian's own axes
 * @param quaternions [N, 4] = (w, x, y, z) of any length; all 0 stands for no rotation
 * @param opacityLogits [N]; opacity = 1 / (1 + e^−logit)
 * @param sh [N, K, 3]; colour = ½ + Σ Y_k(direction)·sh_k, cut off below 0
 */
public record Gaussians(
        int degree, float[] means, float[] logScales, float[] quaternions, float[] opacityLogits, float[] sh) {
    /** Highest degree of spherical harmonics. */
    public static final int MAX_DEGREE = 3;

    public Gaussians {
        long n = opacityLogits.length;
        if (degree < 0
                || degree > MAX_DEGREE
                || means.length != 3 * n
                || logScales.length != 3 * n
                || quaternions.length != 4 * n
                || sh.length != 3 * n * coefficients(degree)) {
            throw new IllegalArgumentException("arrays that do not fit " + n + " Gaussians of degree " + degree + ": "
                    + means.length + ", " + logScales.length + ", " + quaternions.length + ", " + sh.length);
        }
    }

    /** Room for {@code size} Gaussians, all values 0. */
    static Gaussians zeros(int size, int degree) {
        return new Gaussians(
                degree,
                new float[3 * size],
                new float[3 * size],
                new float[4 * size],
                new float[size],
                new float[Math.multiplyExact(size, 3 * coefficients(degree))]);
    }

    /** Coefficients a channel of a degree: 1, 4, 9 or 16. */
    public static int coefficients(int degree) {
        return (degree + 1) * (degree + 1);
    }

    /** Bytes that the values of one take. */
    static long bytes(int degree) {
        return 4 * (11 + 3L * coefficients(degree));
    }

    /** N. */
    public int size() {
        return opacityLogits.length;
    }

    /** Opacity of a Gaussian in its middle, 0 … 1. */
    public double opacity(int i) {
        return sigmoid(opacityLogits[i]);
    }

    /** Whether every value of a Gaussian is a finite number. */
    boolean isFinite(int i) {
        float sum = 0; // x − x is 0 for finite x and NaN else
        for (int k = 0; k < 3; k++) {
            sum += means[3 * i + k] - means[3 * i + k];
            sum += logScales[3 * i + k] - logScales[3 * i + k];
        }
        for (int k = 0; k < 4; k++) {
            sum += quaternions[4 * i + k] - quaternions[4 * i + k];
        }
        sum += opacityLogits[i] - opacityLogits[i];
        int width = 3 * coefficients(degree);
        for (int k = 0; k < width; k++) {
            sum += sh[i * width + k] - sh[i * width + k];
        }
        return sum == 0;
    }

    /** The Gaussians of these indices, in this order; an index may come several times. */
    public Gaussians select(int[] indices) {
        return new Gaussians(
                degree,
                rows(means, 3, indices),
                rows(logScales, 3, indices),
                rows(quaternions, 4, indices),
                rows(opacityLogits, 1, indices),
                rows(sh, 3 * coefficients(degree), indices));
    }

    /** A copy that later changes of this one do not touch. */
    public Gaussians copy() {
        return new Gaussians(
                degree, means.clone(), logScales.clone(), quaternions.clone(), opacityLogits.clone(), sh.clone());
    }

    /** The same colours with coefficients up to another degree: more are 0, fewer are cut off. */
    public Gaussians withDegree(int other) {
        if (other == degree) {
            return this;
        }
        int from = 3 * coefficients(degree);
        int to = 3 * coefficients(other);
        float[] out = new float[Math.multiplyExact(size(), to)];
        for (int i = 0; i < size(); i++) {
            System.arraycopy(sh, i * from, out, i * to, Math.min(from, to));
        }
        return new Gaussians(other, means, logScales, quaternions, opacityLogits, out);
    }

    static float[] rows(float[] values, int width, int[] indices) {
        float[] out = new float[Math.multiplyExact(width, indices.length)];
        for (int i = 0; i < indices.length; i++) {
            System.arraycopy(values, indices[i] * width, out, i * width, width);
        }
        return out;
    }

    static double sigmoid(double logit) {
        return 1 / (1 + Math.exp(-logit));
    }

    static double logit(double probability) {
        return Math.log(probability / (1 - probability));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Gaussians g
                && degree == g.degree
                && Arrays.equals(means, g.means)
                && Arrays.equals(logScales, g.logScales)
                && Arrays.equals(quaternions, g.quaternions)
                && Arrays.equals(opacityLogits, g.opacityLogits)
                && Arrays.equals(sh, g.sh);
    }

    @Override
    public int hashCode() {
        return 31 * size() + Arrays.hashCode(means);
    }

    @Override
    public String toString() {
        return size() + " Gaussians of degree " + degree;
    }
}
