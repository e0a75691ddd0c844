package panst3r.splat;

import java.util.Arrays;

/**
 * Derivatives of a loss of one picture by the Gaussians. Those of the spherical harmonics are not stored, being Y_k times
 * those of the colours: that keeps a fit within a kilobyte a Gaussian.
 */
final class Gradients {
    float[] means = {};
    float[] logScales = {};
    float[] quaternions = {};
    float[] opacityLogits = {};
    /** [N, 3] of the colour before it is cut off at 0. */
    float[] colours = {};
    /** [N] length of the centre's derivative in units of half the picture, as densification sums it. */
    float[] view = {};
    /** [6] of the camera's (v, ω). */
    final double[] twist = new double[6];

    void clear(int size) {
        if (opacityLogits.length != size) {
            means = new float[3 * size];
            logScales = new float[3 * size];
            quaternions = new float[4 * size];
            opacityLogits = new float[size];
            colours = new float[3 * size];
            view = new float[size];
        } else {
            for (float[] values : new float[][] {means, logScales, quaternions, opacityLogits, colours, view}) {
                Arrays.fill(values, 0);
            }
        }
        Arrays.fill(twist, 0);
    }

    /** Whether every derivative of a Gaussian is a finite number. */
    boolean isFinite(int i) {
        float sum = opacityLogits[i] - opacityLogits[i];
        for (int k = 0; k < 3; k++) {
            sum += means[3 * i + k] - means[3 * i + k];
            sum += logScales[3 * i + k] - logScales[3 * i + k];
            sum += colours[3 * i + k] - colours[3 * i + k];
        }
        for (int k = 0; k < 4; k++) {
            sum += quaternions[4 * i + k] - quaternions[4 * i + k];
        }
        return sum == 0;
    }

    /** Leaves a Gaussian as it is. */
    void clearOne(int i) {
        Arrays.fill(means, 3 * i, 3 * i + 3, 0);
        Arrays.fill(logScales, 3 * i, 3 * i + 3, 0);
        Arrays.fill(quaternions, 4 * i, 4 * i + 4, 0);
        Arrays.fill(colours, 3 * i, 3 * i + 3, 0);
        opacityLogits[i] = 0;
        view[i] = 0;
    }
}
