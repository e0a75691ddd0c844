package panst3r.model;

import ai.djl.ndarray.NDArray;
import panst3r.nn.LayerNorm;
import panst3r.nn.Mlp;
import panst3r.nn.MultiHeadAttention;
import panst3r.nn.Parameters;

/**
 * Attention to a memory, then an MLP: x += cross(norm2(x), normY(memory)); x += mlp(norm3(x)).
 *
 * @param normY of memory tokens, before their keys and values
 */
record CrossBlock(LayerNorm norm2, LayerNorm normY, MultiHeadAttention cross, LayerNorm norm3, Mlp mlp) {
    static CrossBlock of(Parameters p, int heads, float eps) {
        return new CrossBlock(
                LayerNorm.of(p.at("norm2"), eps),
                LayerNorm.of(p.at("norm_y"), eps),
                MultiHeadAttention.cross(p.at("cross_attn"), heads),
                LayerNorm.of(p.at("norm3"), eps),
                Mlp.of(p.at("mlp")));
    }

    /**
     * @param x [S·G, N, D]
     * @param memory [S, M, D] each: G images, one after the other, look at the same
     */
    NDArray forward(NDArray x, KeysValues memory, Tap tap) {
        NDArray query = cross.query().forward(norm2.forward(x));
        tap.see("query", query);
        NDArray y = cross.addTo(x, query, memory.keys(), memory.values());
        return mlp.addTo(y, norm3.forward(y));
    }

    /** Keys and values of memory tokens [B, M, D]. */
    KeysValues project(NDArray tokens) {
        return projectNormed(normY.forward(tokens));
    }

    KeysValues projectNormed(NDArray tokens) {
        return new KeysValues(cross.key().forward(tokens), cross.value().forward(tokens));
    }

    /** What a cross-attention looks at, [B, M, D] each. */
    record KeysValues(NDArray keys, NDArray values) {
        KeysValues concat(KeysValues other) {
            return new KeysValues(keys.concat(other.keys, 1), values.concat(other.values, 1));
        }
    }
}
