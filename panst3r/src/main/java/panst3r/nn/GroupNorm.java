package panst3r.nn;

import ai.djl.ndarray.NDArray;

/** Normalises groups of channels over the whole map, eps 1e-5 (Wu and He 2018). */
public record GroupNorm(NDArray weight, NDArray bias, int groups) {
    public static GroupNorm of(Parameters p, int groups) {
        return new GroupNorm(p.get("weight"), p.get("bias"), groups);
    }

    /** [B, C, h, w]. */
    public NDArray forward(NDArray x) {
        return Kernels.groupNorm(x, groups, weight, bias, Activation.NONE);
    }

    /** max(0, forward(x)). */
    public NDArray relu(NDArray x) {
        return Kernels.groupNorm(x, groups, weight, bias, Activation.RELU);
    }
}
