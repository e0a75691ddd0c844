package panst3r.nn;

import ai.djl.ndarray.NDArray;

/** What follows a linear layer. */
public enum Activation {
    NONE("none"),
    GELU("gelu"),
    /** The tanh approximation of GELU (Hendrycks and Gimpel 2016). */
    GELU_TANH(null),
    /** x·σ(1.702x), CLIP's approximation of GELU. */
    QUICK_GELU(null),
    RELU("relu");

    /** Name of the post-operation in oneDNN; null where it cannot follow in the same pass. */
    final String oneDnn;

    Activation(String oneDnn) {
        this.oneDnn = oneDnn;
    }

    NDArray apply(NDArray x) {
        return switch (this) {
            case NONE -> x;
            case GELU -> x.getNDArrayInternal().gelu();
            case GELU_TANH -> Kernels.geluTanh(x);
            case QUICK_GELU -> x.mul(x.mul(1.702f).getNDArrayInternal().sigmoid());
            case RELU -> x.getNDArrayInternal().relu();
        };
    }
}
