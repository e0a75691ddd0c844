package panst3r.text;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.stream.IntStream;
import panst3r.Progress;
import panst3r.checkpoint.PanopticConfig.TextEncoder;
import panst3r.nn.LayerNorm;
import panst3r.nn.Linear;
import panst3r.nn.Mlp;
import panst3r.nn.MultiHeadAttention;
import panst3r.nn.Parameters;
import panst3r.nn.Scope;

/**
 * A transformer over the tokens of a text; one vector for the whole of it.
 *
 * <p>SigLIP (Zhai et al., "Sigmoid Loss for Language Image Pre-Training", ICCV 2023) and SigLIP 2: every token sees every
 * other, padding too, and the last position speaks for the text. CLIP (Radford et al. 2021): every token sees those before
 * it, and the end-of-text token speaks. network.md, "SigLIP text tower".
 *
 * <pre>{@code NDArray rows = new TextTower(config, parameters.at("text_model"), manager).forward(ids, mask); }</pre>
 */
final class TextTower {
    private final TextConfig config;
    private final NDManager manager;
    private final NDArray tokens;
    private final NDArray positions;
    private final Layer[] layers;
    private final LayerNorm finalNorm;
    private final Linear head;

    /** @param p seen from {@code text_model} */
    TextTower(TextConfig config, Parameters p, NDManager manager) {
        this.config = config;
        this.manager = manager;
        tokens = p.get("embeddings.token_embedding.weight");
        positions = p.get("embeddings.position_embedding.weight");
        layers = IntStream.range(0, config.layers())
                .mapToObj(l -> Layer.of(p.at("encoder.layers." + l), config))
                .toArray(Layer[]::new);
        finalNorm = LayerNorm.of(p.at("final_layer_norm"), config.eps());
        head = config.kind() == TextEncoder.CLIP ? null : Linear.of(p.at("head"));
    }

    /**
     * @param ids [B][N], padded to one length
     * @param mask [B][N], 1 for a token, 0 for padding; only CLIP looks at it
     * @return [B, width], not normalised
     */
    NDArray forward(int[][] ids, int[][] mask) {
        return Scope.run(() -> pool(hidden(embed(ids), mask), ids));
    }

    /** Tokens with their positions added, [B, N, D]. */
    NDArray embed(int[][] ids) {
        int n = ids[0].length;
        int[] flat =
                IntStream.range(0, ids.length * n).map(i -> ids[i / n][i % n]).toArray();
        NDArray rows = tokens.get(manager.create(flat).toType(DataType.INT64, false));
        return rows.reshape(ids.length, n, config.width()).add(positions.get(new NDIndex("0:{}", n)));
    }

    /** What the blocks and the last norm make of the tokens, [B, N, D]. */
    NDArray hidden(NDArray embedded, int[][] mask) {
        NDArray visible = config.kind() == TextEncoder.CLIP ? causal(mask) : null;
        NDArray x = embedded;
        for (Layer layer : layers) {
            Progress.stopIfInterrupted("Reading class names");
            x = layer.forward(x, visible);
        }
        return finalNorm.forward(x);
    }

    /** The vector that speaks for the text, [B, width]. */
    NDArray pool(NDArray hidden, int[][] ids) {
        if (head != null) {
            return head.forward(hidden.get(":, -1"));
        }
        int n = ids[0].length;
        int[] ends =
                IntStream.range(0, ids.length).map(b -> b * n + largest(ids[b])).toArray();
        NDArray rows = hidden.reshape(-1, config.width());
        return rows.get(manager.create(ends).toType(DataType.INT64, false));
    }

    /** Boolean [B, 1, N, N]: a token sees itself and what stands before it, but no padding. */
    private NDArray causal(int[][] mask) {
        int n = mask[0].length;
        boolean[] visible = new boolean[mask.length * n * n];
        for (int i = 0; i < visible.length; i++) {
            int from = i / n % n;
            int to = i % n;
            visible[i] = to <= from && mask[i / n / n][to] != 0;
        }
        return manager.create(visible, new Shape(mask.length, 1, n, n));
    }

    /** Where the largest id stands first: the end-of-text token has the largest of all. */
    private static int largest(int[] ids) {
        int best = 0;
        for (int i = 1; i < ids.length; i++) {
            best = ids[i] > ids[best] ? i : best;
        }
        return best;
    }

    /** x += attention(norm1(x)); x += mlp(norm2(x)). */
    private record Layer(LayerNorm norm1, MultiHeadAttention attention, LayerNorm norm2, Mlp mlp) {
        static Layer of(Parameters p, TextConfig config) {
            Parameters attention = p.at("self_attn");
            return new Layer(
                    LayerNorm.of(p.at("layer_norm1"), config.eps()),
                    new MultiHeadAttention(
                            Linear.of(attention.at("q_proj")),
                            Linear.of(attention.at("k_proj")),
                            Linear.of(attention.at("v_proj")),
                            Linear.of(attention.at("out_proj")),
                            config.heads()),
                    LayerNorm.of(p.at("layer_norm2"), config.eps()),
                    new Mlp(Linear.of(p.at("mlp.fc1")), config.activation(), Linear.of(p.at("mlp.fc2"))));
        }

        NDArray forward(NDArray x, NDArray visible) {
            return Scope.run(() -> {
                NDArray n = norm1.forward(x);
                NDArray y = x.add(attention.forward(n, n, n, visible));
                return mlp.addTo(y, norm2.forward(y));
            });
        }
    }
}
