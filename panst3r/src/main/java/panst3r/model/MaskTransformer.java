package panst3r.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import panst3r.Progress;
import panst3r.checkpoint.PanopticConfig;
import panst3r.nn.Activation;
import panst3r.nn.Conv2d;
import panst3r.nn.Differentiable;
import panst3r.nn.LayerNorm;
import panst3r.nn.Linear;
import panst3r.nn.Masks;
import panst3r.nn.Parameters;
import panst3r.nn.Resize;
import panst3r.nn.Scope;
import panst3r.nn.StackedAttention;

/**
 * A fixed number of queries look at the tokens of all keyframes together and become objects: each gets a score for every
 * class and a mask in every view. A query looks only where its mask of the layer before was positive.
 *
 * <p>After Cheng et al., "Masked-attention Mask Transformer for Universal Image Segmentation" (Mask2Former), CVPR 2022;
 * PanSt3R (Zust et al., ICCV 2025); network.md, "Mask transformer".
 *
 * <p>The masks that steer attention come from a linear resize, so the mask features are resized once ({@link #keys}), not
 * the logits of every layer; full-size logits are computed once, at the end, one view at a time.
 *
 * <pre>{@code
 * NDArray queries = masks.queries(List.of(masks.keys(mapsA, gridA), masks.keys(mapsB, gridB)), null, Tap.NONE);
 * NDArray logits = MaskTransformer.maskLogits(masks.maskEmbedding(queries), mapsA.fine());
 * }</pre>
 */
public final class MaskTransformer {
    private final PanopticConfig config;
    private final NDManager manager;
    private final NDArray noClass;
    private final Conv2d inputProjection;
    private final NDArray levelEmbed;
    private final NDArray queryFeatures;
    private final NDArray queryPositions;
    private final Layer[] layers;
    private final LayerNorm norm;
    private final Linear lang;
    private final NDArray scale;
    private final Linear[] maskEmbed;
    private final Map<Grid, NDArray> codes = new HashMap<>();

    /**
     * @param p seen from {@code mask_transformer}
     * @param noClass token of "no object" [E], null in sigmoid mode
     */
    public MaskTransformer(PanopticConfig config, Parameters p, NDArray noClass, NDManager manager) {
        this.config = config;
        this.manager = manager;
        this.noClass = noClass;
        inputProjection = p.find("input_proj.0.weight") == null ? null : Conv2d.of(p.at("input_proj.0"));
        levelEmbed = p.get("level_embed.weight");
        queryFeatures = config.twoStage() ? null : p.get("query_feat.weight");
        queryPositions = config.twoStage() ? null : p.get("query_embed.weight");
        layers = IntStream.range(0, config.numLayers())
                .mapToObj(l -> Layer.of(p, l, config.numHeads()))
                .toArray(Layer[]::new);
        norm = LayerNorm.of(p.at("decoder_norm"), LayerNorm.EPS_5);
        lang = Linear.of(p.at("lang_embed"));
        scale = p.get("cls_logit_scale");
        maskEmbed = IntStream.range(0, 3)
                .mapToObj(i -> Linear.of(p.at("mask_embed.layers." + i)))
                .toArray(Linear[]::new);
    }

    /**
     * What queries look at in one keyframe.
     *
     * @param source [N, D]
     * @param fine mask features resized to the tokens, [N, M]
     */
    public record Keys(NDArray source, NDArray fine, Grid grid) {}

    /** From an upscaled keyframe. Small: the maps themselves are needed again only for {@link #maskLogits}. */
    public Keys keys(Upscaler.Maps maps, Grid grid) {
        NDArray source = Scope.run(() -> {
            NDArray x = maps.coarse();
            return (inputProjection == null ? x : inputProjection.pointwise().forward(x)).add(levelEmbed);
        });
        NDArray fine = Scope.run(() -> Resize.bilinear(
                        maps.fine().getManager(), maps.height(), maps.width(), grid.rows(), grid.columns())
                .tokens(maps.fine()));
        return new Keys(source, fine, grid);
    }

    /**
     * The rows that class logits compare with.
     *
     * @param embeddings [K, E], of any length
     * @return [K, E] of length 1; in softmax mode one row more, for no object
     */
    public NDArray classes(NDArray embeddings) {
        NDArray length = embeddings.square().sum(new int[] {1}, true).sqrt().maximum(1e-12f);
        NDArray rows = embeddings.div(length);
        return noClass == null ? rows : rows.concat(noClass.reshape(1, -1), 0);
    }

    /**
     * Lets the queries look at all keyframes.
     *
     * @param keyframes in the order in which they entered the memory
     * @param classes from {@link #classes}; needed only by a two-stage model, which chooses its queries by them, and by a tap
     * @return final queries [Q, D], before the decoder norm
     */
    public NDArray queries(List<Keys> keyframes, NDArray classes, Tap tap) {
        return Scope.run(() -> {
            NDArray source =
                    Differentiable.concat(keyframes.stream().map(Keys::source).toList(), 0);
            NDArray fine =
                    Differentiable.concat(keyframes.stream().map(Keys::fine).toList(), 0);
            NDArray code = Differentiable.concat(
                    keyframes.stream().map(k -> code(k.grid())).toList(), 0);
            tap.see("mask_transformer.source", source);
            tap.see("mask_transformer.position_code", code);
            NDArray q = queryFeatures;
            NDArray position = queryPositions;
            if (config.twoStage()) {
                NDArray chosen = best(classLogits(source, classes));
                q = source.get(chosen);
                position = code.get(chosen);
                tap.see("chosen_queries", q);
                tap.see("chosen_positions", position);
            }
            NDArray visible = heads(0, q, fine, classes, tap);
            for (int l = 0; l < layers.length; l++) {
                Progress.stopIfInterrupted("Finding objects");
                q = layers[l].forward(q, position, source, code, visible, tap.at("layer" + l + "."));
                if (l + 1 < layers.length || tap.isOpen()) {
                    visible = heads(l + 1, q, fine, classes, tap);
                }
            }
            return q.reshape(q.getShape()); // a new array even without layers; a duplicate would have no gradient
        });
    }

    /**
     * Scores queries against classes.
     *
     * @param queries [Q, D], before the decoder norm
     * @param classes from {@link #classes}
     * @return [Q, K] or [Q, K + 1]
     */
    public NDArray classLogits(NDArray queries, NDArray classes) {
        return Scope.run(() -> cosines(queries, classes).mul(scale.exp()));
    }

    /** How alike queries and classes are, from −1 to 1: what {@link #classLogits} scales. */
    public NDArray cosines(NDArray queries, NDArray classes) {
        return Scope.run(() -> {
            NDArray l = lang.forward(norm.forward(queries));
            NDArray length = l.square().sum(new int[] {1}, true).sqrt().add(1e-7f);
            return l.div(length).matMul(classes.transpose());
        });
    }

    /** What mask features are compared with: [Q, D], before the decoder norm, to [Q, M]. */
    public NDArray maskEmbedding(NDArray queries) {
        return Scope.run(() -> {
            NDArray x = norm.forward(queries);
            x = maskEmbed[0].forward(x, Activation.RELU);
            x = maskEmbed[1].forward(x, Activation.RELU);
            return maskEmbed[2].forward(x);
        });
    }

    /**
     * @param maskEmbedding [Q, M]
     * @param fine mask features of one view, [h·w, M]
     * @return [Q, h·w]
     */
    public static NDArray maskLogits(NDArray maskEmbedding, NDArray fine) {
        return maskEmbedding.matMul(fine.transpose());
    }

    /** Where each query may look next, boolean [Q, tokens of all keyframes]. */
    private NDArray heads(int n, NDArray q, NDArray fine, NDArray classes, Tap tap) {
        return Scope.run(() -> {
            NDArray embedding = maskEmbedding(q);
            NDArray hidden =
                    maskLogits(embedding, fine).getNDArrayInternal().sigmoid().lt(0.5f);
            if (tap.isOpen()) {
                NDArray normed = lang.forward(norm.forward(q));
                Tap heads = tap.at("heads" + n + ".");
                heads.see("lang", normed);
                heads.see("class_logits", classLogits(q, classes));
                heads.see("mask_embedding", embedding);
                heads.see("attention_mask", hidden);
            }
            return Masks.visible(hidden);
        });
    }

    /** The tokens with the highest score of any class, highest first, [Q]. */
    private NDArray best(NDArray classLogits) {
        return classLogits.max(new int[] {1}).argSort(0, false).get("0:{}", config.numQueries());
    }

    private NDArray code(Grid grid) {
        return codes.computeIfAbsent(
                grid,
                g -> Scope.keep(
                        manager,
                        () -> manager.create(
                                sineCode(g, config.hiddenDim()), new Shape(g.tokens(), config.hiddenDim()))));
    }

    /** Sines and cosines of row and column, normalised to 2π, [N, width] row-major (Carion et al. 2020). */
    static float[] sineCode(Grid grid, int width) {
        int m = width / 2;
        float[] code = new float[grid.tokens() * width];
        for (int t = 0; t < grid.tokens(); t++) {
            double y = (t / grid.columns() + 1) / (grid.rows() + 1e-6) * 2 * Math.PI;
            double x = (t % grid.columns() + 1) / (grid.columns() + 1e-6) * 2 * Math.PI;
            for (int j = 0; j < m; j++) {
                double d = Math.pow(10000, 2.0 * (j / 2) / m);
                code[t * width + j] = (float) (j % 2 == 0 ? Math.sin(y / d) : Math.cos(y / d));
                code[t * width + m + j] = (float) (j % 2 == 0 ? Math.sin(x / d) : Math.cos(x / d));
            }
        }
        return code;
    }

    /** Attention to the images, attention among the queries, MLP; each normalised after. */
    private record Layer(
            StackedAttention cross,
            LayerNorm crossNorm,
            StackedAttention self,
            LayerNorm selfNorm,
            Linear linear1,
            Linear linear2,
            LayerNorm ffnNorm) {

        static Layer of(Parameters p, int l, int heads) {
            Parameters cross = p.at("cross_attn_layers." + l);
            Parameters self = p.at("self_attn_layers." + l);
            Parameters ffn = p.at("ffn_layers." + l);
            return new Layer(
                    StackedAttention.of(cross.at("multihead_attn"), heads),
                    LayerNorm.of(cross.at("norm"), LayerNorm.EPS_5),
                    StackedAttention.of(self.at("self_attn"), heads),
                    LayerNorm.of(self.at("norm"), LayerNorm.EPS_5),
                    Linear.of(ffn.at("linear1")),
                    Linear.of(ffn.at("linear2")),
                    LayerNorm.of(ffn.at("norm"), LayerNorm.EPS_5));
        }

        NDArray forward(NDArray queries, NDArray position, NDArray source, NDArray code, NDArray visible, Tap tap) {
            return Scope.run(() -> {
                NDArray q = queries.expandDims(0);
                NDArray tokens = source.expandDims(0);
                NDArray seen = cross.forward(q.add(position), tokens.add(code), tokens, visible);
                q = crossNorm.forward(q.add(seen));
                tap.see("cross", q.get(0));
                NDArray told = q.add(position);
                q = selfNorm.forward(q.add(self.forward(told, told, q, null)));
                tap.see("self", q.get(0));
                q = ffnNorm.forward(linear2.addTo(q, linear1.forward(q, Activation.RELU)));
                q = q.squeeze(0);
                tap.see("ffn", q);
                return q;
            });
        }
    }
}
