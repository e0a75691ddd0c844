package panst3r.nn;

import ai.djl.ndarray.NDArray;

/** Two linear layers with an activation between them. */
public record Mlp(Linear fc1, Activation activation, Linear fc2) {
    /** Parameters {@code fc1} and {@code fc2}, GELU between them. */
    public static Mlp of(Parameters p) {
        return new Mlp(Linear.of(p.at("fc1")), Activation.GELU, Linear.of(p.at("fc2")));
    }

    public NDArray forward(NDArray x) {
        return fc2.forward(fc1.forward(x, activation));
    }

    /** residual + forward(x). */
    public NDArray addTo(NDArray residual, NDArray x) {
        return fc2.addTo(residual, fc1.forward(x, activation));
    }
}
