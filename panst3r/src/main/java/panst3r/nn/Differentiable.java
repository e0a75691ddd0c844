package panst3r.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import java.util.List;

/**
 * Operations whose forms in DJL 0.36 break differentiation.
 *
 * <p>{@code mul(Number)}, {@code div(Number)} and {@code maximum(Number)} put the number in a direct buffer that only a
 * short-lived array refers to, while torch's graph keeps a tensor over that memory until the backward pass: after a
 * garbage collection in between, gradients are noise. Here the manager keeps it, so it must live until the backward pass is
 * done. {@code NDArrays.concat} copies a single array, and the copy has no gradient.
 */
public final class Differentiable {
    private Differentiable() {}

    /** x · factor. */
    public static NDArray mul(NDArray x, double factor) {
        return x.mul(x.getManager().create((float) factor));
    }

    /** x / divisor. */
    public static NDArray div(NDArray x, double divisor) {
        return mul(x, 1 / divisor);
    }

    /** max(x, least). */
    public static NDArray atLeast(NDArray x, double least) {
        return x.maximum(x.getManager().create((float) least));
    }

    /** min(x, most). */
    public static NDArray atMost(NDArray x, double most) {
        return x.minimum(x.getManager().create((float) most));
    }

    /** The arrays one after the other along an axis. */
    public static NDArray concat(List<NDArray> parts, int axis) {
        return parts.size() == 1 ? parts.get(0) : NDArrays.concat(new NDList(parts), axis);
    }
}
