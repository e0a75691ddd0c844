package panst3r.nn;

import ai.djl.ndarray.NDArray;

/** A transformer block, normalised before: x += attention(norm1(x)); x += mlp(norm2(x)) (Dosovitskiy et al. 2021). */
public record Block(LayerNorm norm1, Attention attn, LayerNorm norm2, Mlp mlp) {
    /** Parameters {@code norm1}, {@code attn}, {@code norm2}, {@code mlp}. */
    public static Block of(Parameters p, int heads, float eps) {
        return new Block(
                LayerNorm.of(p.at("norm1"), eps),
                Attention.of(p.at("attn"), heads),
                LayerNorm.of(p.at("norm2"), eps),
                Mlp.of(p.at("mlp")));
    }

    /**
     * @param x [B, N, D]
     * @param rope positions of the tokens, or null
     */
    public NDArray forward(NDArray x, Rope2d.Table rope) {
        return Scope.run(() -> {
            NDArray y = attn.addTo(x, norm1.forward(x), rope);
            return mlp.addTo(y, norm2.forward(y));
        });
    }
}
