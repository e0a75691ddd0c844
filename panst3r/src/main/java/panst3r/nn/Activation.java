package panst3r.nn;

import ai.djl.ndarray.NDArray;

/** What follows a linear layer. */
public enum Activation {
    NONE("none"),
    GELU("gelu"),
    RELU("relu");

    /** Name of the post-operation in oneDNN. */
    final String oneDnn;

    Activation(String oneDnn) {
        this.oneDnn = oneDnn;
    }

    NDArray apply(NDArray x) {
        return switch (this) {
            case NONE -> x;
            case GELU -> x.getNDArrayInternal().gelu();
            case RELU -> x.getNDArrayInternal().relu();
        };
    }
}
