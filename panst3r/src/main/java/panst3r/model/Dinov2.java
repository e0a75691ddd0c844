package panst3r.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import panst3r.Progress;
import panst3r.checkpoint.DinoConfig;
import panst3r.nn.Conv2d;
import panst3r.nn.LayerNorm;
import panst3r.nn.Linear;
import panst3r.nn.Mlp;
import panst3r.nn.MultiHeadAttention;
import panst3r.nn.Parameters;
import panst3r.nn.Resize;
import panst3r.nn.Scope;

/**
 * DINOv2, a vision transformer trained without labels (ViT-L in the released models): what an image shows, next to the
 * geometry that the encoder knows. Sees the image at 14/16 of its size, so that it has as many patches as the encoder.
 *
 * <p>Oquab et al., "DINOv2: Learning Robust Visual Features without Supervision", TMLR 2024; network.md, "DINOv2".
 *
 * <pre>{@code NDArray tokens = new Dinov2(config, parameters.at("dino_encoder.dinov2"), manager).forward(images, Tap.NONE); }</pre>
 */
public final class Dinov2 {
    private static final float[] MEAN = {0.485f, 0.456f, 0.406f};
    private static final float[] STD = {0.229f, 0.224f, 0.225f};

    private final DinoConfig config;
    private final NDManager manager;
    private final Conv2d patchEmbed;
    private final NDArray classToken;
    private final NDArray table;
    private final Layer[] layers;
    private final LayerNorm norm;
    private final Map<Grid, NDArray> positions = new HashMap<>();

    public Dinov2(DinoConfig config, Parameters p, NDManager manager) {
        this.config = config;
        this.manager = manager;
        Parameters embeddings = p.at("embeddings");
        patchEmbed = Conv2d.of(embeddings.at("patch_embeddings.projection"));
        classToken = embeddings.get("cls_token");
        table = embeddings.get("position_embeddings");
        layers = IntStream.range(0, config.numLayers())
                .mapToObj(l -> Layer.of(p.at("encoder.layer." + l), config))
                .toArray(Layer[]::new);
        norm = LayerNorm.of(p.at("layernorm"), (float) config.layerNormEps());
    }

    /**
     * @param images [B, 3, H, W] in [−1, 1]
     * @return [B, N, D], N = H·W / stride², without the class token
     */
    public NDArray forward(NDArray images, Tap tap) {
        Shape shape = images.getShape();
        Grid grid = Grid.of((int) shape.get(2), (int) shape.get(3), config.outputStride());
        if (Scope.gradients()) {
            positions.clear(); // the table may be training
        }
        NDArray position = positions.computeIfAbsent(
                grid, g -> Scope.keep(manager, () -> positions(table, config.positionGrid(), g)));
        return Scope.run(() -> {
            NDArray input = input(images, grid);
            tap.see("dino_input", input);
            NDArray patches = patchEmbed.patches(input, config.patchSize());
            NDArray x = classToken
                    .broadcast(new Shape(shape.get(0), 1, config.hiddenSize()))
                    .concat(patches, 1)
                    .add(position);
            tap.see("dino_embeddings", x);
            for (Layer layer : layers) {
                Progress.stopIfInterrupted("Looking with DINO");
                x = layer.forward(x);
            }
            x = norm.forward(x).get(":, 1:");
            tap.see("dino", x);
            return x;
        });
    }

    /** [−1, 1] to the normalisation that DINOv2 was trained with, at 14 pixels a patch. */
    private NDArray input(NDArray images, Grid grid) {
        NDManager m = images.getManager();
        NDArray mean = m.create(MEAN, new Shape(3, 1, 1));
        NDArray std = m.create(STD, new Shape(3, 1, 1));
        Resize resize = Resize.bilinear(
                m,
                (int) images.getShape().get(2),
                (int) images.getShape().get(3),
                grid.rows() * config.patchSize(),
                grid.columns() * config.patchSize());
        return resize.planes(images.mul(0.5f).add(0.5f).sub(mean).div(std));
    }

    /**
     * The position table for another grid.
     *
     * @param table [1, 1 + side², D], the class token's row first
     * @return [1, 1 + N, D]
     */
    static NDArray positions(NDArray table, int side, Grid grid) {
        NDArray patches = table.get(":, 1:").squeeze(0);
        NDArray resized = Resize.bicubic(table.getManager(), side, side, grid.rows(), grid.columns())
                .tokens(patches);
        return table.get(":, 0:1").concat(resized.expandDims(0), 1);
    }

    /** x += λ₁·attention(norm1(x)); x += λ₂·mlp(norm2(x)). */
    record Layer(
            LayerNorm norm1,
            MultiHeadAttention attention,
            NDArray scale1,
            LayerNorm norm2,
            UnaryOperator<NDArray> mlp,
            NDArray scale2) {

        static Layer of(Parameters p, DinoConfig config) {
            float eps = (float) config.layerNormEps();
            Parameters a = p.at("attention.attention");
            return new Layer(
                    LayerNorm.of(p.at("norm1"), eps),
                    new MultiHeadAttention(
                            Linear.of(a.at("query")),
                            Linear.of(a.at("key")),
                            Linear.of(a.at("value")),
                            Linear.of(p.at("attention.output.dense")),
                            config.numHeads()),
                    p.get("layer_scale1.lambda1"),
                    LayerNorm.of(p.at("norm2"), eps),
                    config.swiGlu() ? SwiGlu.of(p.at("mlp")) : Mlp.of(p.at("mlp"))::forward,
                    p.get("layer_scale2.lambda1"));
        }

        NDArray forward(NDArray x) {
            return Scope.run(() -> {
                NDArray normed = norm1.forward(x);
                NDArray y =
                        x.add(attention.forward(normed, normed, normed, null).mul(scale1));
                return y.add(mlp.apply(norm2.forward(y)).mul(scale2));
            });
        }
    }

    /** The gated MLP of the giant size: out(silu(u)·v), u and v the halves of in(x) (Shazeer 2020). */
    record SwiGlu(Linear in, Linear out) implements UnaryOperator<NDArray> {
        static SwiGlu of(Parameters p) {
            return new SwiGlu(Linear.of(p.at("weights_in")), Linear.of(p.at("weights_out")));
        }

        @Override
        public NDArray apply(NDArray x) {
            NDList halves = in.forward(x).split(2, 2);
            NDArray u = halves.get(0);
            return out.forward(u.mul(u.getNDArrayInternal().sigmoid()).mul(halves.get(1)));
        }
    }
}
