package panst3r.nn;

import ai.djl.ndarray.NDArray;

/** Between tokens [B, N, D] and attention heads [B, heads, N, D / heads]. */
final class Heads {
    private Heads() {}

    static NDArray split(NDArray x, int heads) {
        return x.reshape(x.getShape().get(0), x.getShape().get(1), heads, -1).swapAxes(1, 2);
    }

    static NDArray join(NDArray x) {
        return x.swapAxes(1, 2).reshape(x.getShape().get(0), x.getShape().get(2), -1);
    }
}
