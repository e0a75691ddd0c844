package panst3r.nn;

import ai.djl.ndarray.NDArray;

/** Normalises the last axis to mean 0 and variance 1, then scales by weight [D] and adds bias [D]. */
public record LayerNorm(NDArray weight, NDArray bias, float eps) {
    /** The small number under the root in the encoder, the decoder and DINOv2. */
    public static final float EPS_6 = 1e-6f;

    /** The same everywhere else. */
    public static final float EPS_5 = 1e-5f;

    public static LayerNorm of(Parameters p, float eps) {
        return new LayerNorm(p.get("weight"), p.get("bias"), eps);
    }

    public NDArray forward(NDArray x) {
        return x.getNDArrayInternal()
                .layerNorm(x, weight.getShape(), weight, bias, eps)
                .singletonOrThrow();
    }
}
