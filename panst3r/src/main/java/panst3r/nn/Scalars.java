package panst3r.nn;

import ai.djl.ndarray.NDArray;

/**
 * Operations with a number that may be differentiated. DJL's own {@code mul(Number)}, {@code div(Number)} and
 * {@code maximum(Number)} put the number in a direct buffer that only a short-lived array refers to, while torch's graph keeps a tensor over that memory until
 * the backward pass: after a garbage collection in between, gradients are noise. Here the manager keeps it.
 */
public final class Scalars {
    private Scalars() {}

    /** x · factor; {@code x}'s manager must live until the backward pass is done. */
    public static NDArray mul(NDArray x, double factor) {
        return x.mul(x.getManager().create((float) factor));
    }

    /** x / divisor, likewise. */
    public static NDArray div(NDArray x, double divisor) {
        return mul(x, 1 / divisor);
    }

    /** max(x, least), likewise. */
    public static NDArray atLeast(NDArray x, double least) {
        return x.maximum(x.getManager().create((float) least));
    }
}
