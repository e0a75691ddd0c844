package panst3r.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/**
 * Fourier features of where a pixel is and what colour it has: sines and cosines of every channel at frequencies from e⁻²
 * to e¹⁰ (network.md, "featurizer").
 *
 * @param biases [2, C, n], added under the sines and under the cosines; read as [2, n, C] as they are, not transposed: that
 *     is how the released models were trained
 */
record Featurizer(NDArray biases) {
    /** Their number, n. */
    int frequencies() {
        return (int) biases.getShape().get(2);
    }

    /**
     * The channels that {@code from}..{@code to} of each frequency's C give, sines and then cosines.
     *
     * @param channels [pixels, to − from], the channels in that range
     * @return [pixels, 2·n·(to − from)], frequency-major
     */
    NDArray waves(NDArray channels, int from, int to) {
        NDManager m = channels.getManager();
        float[] f = new float[frequencies()];
        for (int k = 0; k < f.length; k++) {
            f[k] = (float) Math.exp(f.length == 1 ? -2 : -2 + 12.0 * k / (f.length - 1));
        }
        NDArray angles = channels.expandDims(1).mul(m.create(f, new Shape(1, f.length, 1)));
        NDArray bias = biases.reshape(2, f.length, -1).get(":, :, {}:{}", from, to);
        return angles.add(bias.get(0))
                .flatten(1, 2)
                .sin()
                .concat(angles.add(bias.get(1)).flatten(1, 2).cos(), 1);
    }

    /** Row and column of every pixel, each from −1 to 1, [h·w, 2]. */
    static NDArray coordinates(NDManager m, int h, int w) {
        float[] yx = new float[2 * h * w];
        for (int y = 0; y < h; y++) {
            for (int x = 0; x < w; x++) {
                yx[2 * (y * w + x)] = linspace(y, h);
                yx[2 * (y * w + x) + 1] = linspace(x, w);
            }
        }
        return m.create(yx, new Shape((long) h * w, 2));
    }

    private static float linspace(int i, int n) {
        return n == 1 ? -1 : (float) (-1 + 2.0 * i / (n - 1));
    }
}
