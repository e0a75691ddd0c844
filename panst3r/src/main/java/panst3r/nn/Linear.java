package panst3r.nn;

import ai.djl.ndarray.NDArray;

/**
 * y = x·Wᵀ + b.
 *
 * @param weight [out, in]
 * @param bias [out] or null
 */
public record Linear(NDArray weight, NDArray bias) {
    /** Parameters {@code weight} and, where there is one, {@code bias}. */
    public static Linear of(Parameters p) {
        return new Linear(p.get("weight"), p.find("bias"));
    }

    /** [.., in] to [.., out]. */
    public NDArray forward(NDArray x) {
        return forward(x, Activation.NONE);
    }

    public NDArray forward(NDArray x, Activation then) {
        return Kernels.linear(x, weight, bias, then);
    }

    /** residual + forward(x), in one pass over memory. */
    public NDArray addTo(NDArray residual, NDArray x) {
        return Kernels.linearAdd(x, weight, bias, residual);
    }
}
