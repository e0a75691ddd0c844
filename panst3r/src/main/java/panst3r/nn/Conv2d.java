package panst3r.nn;

import ai.djl.ndarray.NDArray;

/**
 * Convolution of maps.
 *
 * @param weight [out, in, k, k]
 * @param bias [out]
 */
public record Conv2d(NDArray weight, NDArray bias) {
    public static Conv2d of(Parameters p) {
        return new Conv2d(p.get("weight"), p.get("bias"));
    }

    /** [B, in, h, w] to [B, out, h, w]: stride 1, zeros around the border. */
    public NDArray same(NDArray x) {
        return Kernels.conv2dSame(x, weight, bias);
    }

    /** One token for each k×k patch: [B, in, h, w] to [B, h·w / k², out], row by row. */
    public NDArray patches(NDArray x, int k) {
        return Kernels.conv2d(x, weight, bias, k, 0).flatten(2, 3).swapAxes(1, 2);
    }

    /** A 1×1 convolution seen as a linear layer on tokens. */
    public Linear pointwise() {
        return new Linear(weight.reshape(weight.getShape().get(0), -1), bias);
    }
}
