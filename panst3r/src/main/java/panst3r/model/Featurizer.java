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
    /** Number of frequencies, n. */
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
        int n = frequencies();
        NDArray f = m.linspace(-2, 10, n).exp().reshape(1, n, 1); // torch's own rounding: angles reach 2·10⁴
        NDArray angles = channels.expandDims(1).mul(f);
        NDArray bias = biases.reshape(2, n, -1).get(":, :, {}:{}", from, to);
        return angles.add(bias.get(0))
                .flatten(1, 2)
                .sin()
                .concat(angles.add(bias.get(1)).flatten(1, 2).cos(), 1);
    }

    /** Row and column of every pixel, each from −1 to 1, [h·w, 2]. */
    static NDArray coordinates(NDManager m, int h, int w) {
        NDArray y = m.linspace(-1, 1, h).reshape(h, 1, 1).broadcast(new Shape(h, w, 1));
        NDArray x = m.linspace(-1, 1, w).reshape(1, w, 1).broadcast(new Shape(h, w, 1));
        return y.concat(x, 2).reshape((long) h * w, 2);
    }
}
