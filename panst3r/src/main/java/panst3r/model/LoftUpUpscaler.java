package panst3r.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import java.util.stream.IntStream;
import panst3r.Progress;
import panst3r.checkpoint.UpscalerConfig;
import panst3r.model.CrossBlock.KeysValues;
import panst3r.nn.Conv2d;
import panst3r.nn.Differentiable;
import panst3r.nn.GroupNorm;
import panst3r.nn.LayerNorm;
import panst3r.nn.Linear;
import panst3r.nn.Parameters;
import panst3r.nn.Resize;
import panst3r.nn.Scope;

/**
 * The upscaler of v2: every pixel of the half-size image, known by its place and colour, looks at the tokens of the image
 * and takes what belongs to it.
 *
 * <p>Huang et al., "LoftUp: Learning a Coordinate-Based Feature Upsampler for Vision Foundation Models", ICCV 2025;
 * network.md, "LoftUp upscaler".
 *
 * <pre>{@code Maps maps = new LoftUpUpscaler(config, parameters.at("panoptic_decoder.upscaler"), manager).forward(features, image, grid); }</pre>
 */
public final class LoftUpUpscaler implements Upscaler {
    /** Pixels that go through the attention blocks together: what they make stays in the processor's cache. */
    private static final int PIXELS = 8192;

    private final UpscalerConfig.LoftUp config;
    private final NDManager manager;
    private final Conv2d patchEmbed;
    private final Featurizer tokenPosition;
    private final Linear tokenIn;
    private final LayerNorm tokenNorm;
    private final Featurizer guidance;
    private final GroupNorm norm0;
    private final Conv2d conv1;
    private final GroupNorm norm2;
    private final Conv2d conv4;
    private final GroupNorm norm5;
    private final CrossBlock[] blocks;
    private final LayerNorm norm;
    private Coordinates coordinates;

    public LoftUpUpscaler(UpscalerConfig.LoftUp config, Parameters p, NDManager manager) {
        this.config = config;
        this.manager = manager;
        patchEmbed = Conv2d.of(p.at("patch_embed"));
        tokenPosition = new Featurizer(p.get("lr_pe.biases"));
        tokenIn = Linear.of(p.at("lr_input_proj.0"));
        tokenNorm = LayerNorm.of(p.at("lr_input_proj.1"), LayerNorm.EPS_5);
        guidance = new Featurizer(p.get("fourier_feat.1.biases"));
        Parameters conv = p.at("first_conv");
        norm0 = GroupNorm.of(conv.at("0"), 1);
        conv1 = Conv2d.of(conv.at("1"));
        norm2 = GroupNorm.of(conv.at("2"), 8);
        conv4 = Conv2d.of(conv.at("4"));
        norm5 = GroupNorm.of(conv.at("5"), 8);
        blocks = IntStream.range(0, config.numLayers())
                .mapToObj(l -> CrossBlock.of(p.at("ca_transformer_blocks." + l), config.numHeads(), LayerNorm.EPS_5))
                .toArray(CrossBlock[]::new);
        norm = LayerNorm.of(p.at("ca_transformer_norm"), LayerNorm.EPS_5);
    }

    @Override
    public Maps forward(NDArray features, NDArray image, Grid grid) {
        int h = (int) image.getShape().get(1) / config.outputStride();
        int w = (int) image.getShape().get(2) / config.outputStride();
        NDArray coarse = patchEmbed.pointwise().forward(features);
        NDArray fine = Scope.run(() -> {
            NDArray tokens = tokens(features, grid);
            NDArray channels = config.colorFeats()
                    ? scaled(half(image, h, w)).reshape(3, -1).transpose()
                    : null;
            NDArray first =
                    Scope.run(() -> Scope.gradients() ? firstConvPlain(channels, h, w) : firstConv(channels, h, w));
            return look(pixels(first), tokens);
        });
        return new Maps(coarse, fine, h, w);
    }

    /** The low-resolution tokens that pixels look at, [1, N, D]. */
    private NDArray tokens(NDArray features, Grid grid) {
        NDArray yx = Featurizer.coordinates(features.getManager(), grid.rows(), grid.columns());
        NDArray position = tokenPosition.waves(yx, 0, 2);
        return tokenNorm.forward(tokenIn.forward(features.concat(position, 1))).expandDims(0);
    }

    private static NDArray half(NDArray image, int h, int w) {
        Shape from = image.getShape();
        return Resize.bilinear(image.getManager(), (int) from.get(1), (int) from.get(2), h, w)
                .planes(image);
    }

    /** Every channel of one image [3, h, w] to [−½, ½]. */
    static NDArray scaled(NDArray image) {
        NDArray planes = image.flatten(1, 2);
        NDArray min = planes.min(new int[] {1}, true).expandDims(2);
        NDArray range = planes.max(new int[] {1}, true).expandDims(2).sub(min);
        return image.sub(min).div(range.maximum(1e-4f)).sub(0.5f);
    }

    /** Group norm and first convolution as they are written; the twin of {@link #firstConv}. [1, D, h, w]. */
    NDArray firstConvPlain(NDArray colours, int h, int w) {
        forget(); // gradients change the weights that it was made with
        NDArray yx = Featurizer.coordinates(conv1.weight().getManager(), h, w);
        NDArray features = colours == null
                ? guidance.waves(yx, 0, 2)
                : NDArrays.concat(new NDList(guidance.waves(yx.concat(colours, 1), 0, 5), colours), 1);
        return conv1.same(norm0.forward(map(features, h, w)));
    }

    /**
     * The same with what the coordinates contribute computed once for each size. The norm (x − μ)/σ·γ + β is folded into
     * the convolution: γ/σ scales its weights, and a channel of ones carries β − μγ/σ, so that the border, where the
     * convolution sees zeros, comes out right.
     *
     * @param colours [h·w, 3] or null
     */
    NDArray firstConv(NDArray colours, int h, int w) {
        if (coordinates == null || coordinates.h != h || coordinates.w != w) {
            forget();
            coordinates = coordinates(h, w);
        }
        NDManager m = conv1.weight().getManager();
        NDArray features = m.ones(new Shape((long) h * w, 1));
        double sum = coordinates.sum;
        double squares = coordinates.squares;
        if (colours != null) {
            NDArray own = guidance.waves(colours, 2, 5).concat(colours, 1);
            sum += own.sum().getFloat();
            squares += own.square().sum().getFloat();
            features = own.concat(features, 1);
        }
        double count = (double) h * w * conv1.weight().getShape().get(1);
        double mean = sum / count;
        float inverse = (float) (1 / Math.sqrt(squares / count - mean * mean + 1e-5));

        NDArray gamma = norm0.weight().reshape(1, -1, 1, 1);
        NDArray beta = norm0.bias().reshape(1, -1, 1, 1);
        NDArray scaled = conv1.weight().mul(gamma).mul(inverse);
        NDArray offset = conv1.weight().mul(beta).sub(scaled.mul((float) mean)).sum(new int[] {1}, true);
        NDArray weight = colours == null ? offset : part(scaled, true).concat(offset, 1);
        NDArray out = new Conv2d(weight, conv1.bias()).same(map(features, h, w));
        return out.addi(coordinates.convolved.mul(inverse));
    }

    private void forget() {
        if (coordinates != null) {
            coordinates.convolved.close();
            coordinates = null;
        }
    }

    private Coordinates coordinates(int h, int w) {
        double[] sums = new double[2];
        NDArray convolved = Scope.keep(manager, () -> {
            NDArray yx = Featurizer.coordinates(manager, h, w);
            NDArray waves = guidance.waves(yx, 0, 2);
            sums[0] = waves.sum().getFloat();
            sums[1] = waves.square().sum().getFloat();
            NDArray weight = part(conv1.weight().mul(norm0.weight().reshape(1, -1, 1, 1)), false);
            NDArray none = manager.zeros(conv1.bias().getShape());
            return new Conv2d(weight, none).same(map(waves, h, w));
        });
        return new Coordinates(h, w, convolved, sums[0], sums[1]);
    }

    /** The input channels of the first convolution that belong to the colours, or to the coordinates. */
    private NDArray part(NDArray weight, boolean colour) {
        int n = guidance.frequencies();
        int c = config.guidanceChannels();
        Shape s = weight.getShape();
        NDArray waves = weight.get(new NDIndex(":, 0:{}", 2 * n * c))
                .reshape(s.get(0), 2L * n, c, s.get(2), s.get(3))
                .get(new NDIndex(":, :, {}:{}", colour ? 2 : 0, colour ? c : 2))
                .reshape(s.get(0), -1, s.get(2), s.get(3));
        return colour ? waves.concat(weight.get(new NDIndex(":, {}:", 2 * n * c)), 1) : waves;
    }

    /** The rest of the convolutional part: [1, D, h, w] to pixels [h·w, D]. */
    private NDArray pixels(NDArray first) {
        return Scope.run(() -> {
            Progress.stopIfInterrupted("Upscaling");
            NDArray x = conv4.same(norm2.relu(first));
            Progress.stopIfInterrupted("Upscaling");
            return norm5.relu(x).squeeze(0).transpose(1, 2, 0).reshape(-1, config.dim());
        });
    }

    /** Every pixel [h·w, D] looks at the tokens [1, N, D]. */
    private NDArray look(NDArray pixels, NDArray tokens) {
        KeysValues[] memories = IntStream.range(0, blocks.length)
                .mapToObj(l -> blocks[l].project(tokens))
                .toArray(KeysValues[]::new);
        NDList out = new NDList();
        long count = pixels.getShape().get(0);
        for (long from = 0; from < count; from += PIXELS) {
            Progress.stopIfInterrupted("Upscaling");
            NDIndex chunk = new NDIndex("{}:{}", from, Math.min(count, from + PIXELS));
            out.add(Scope.run(() -> {
                NDArray x = pixels.get(chunk).expandDims(0);
                for (int l = 0; l < blocks.length; l++) {
                    x = blocks[l].forward(x, memories[l], Tap.NONE);
                }
                return norm.forward(x).squeeze(0);
            }));
        }
        return Differentiable.concat(out, 0);
    }

    /** Pixels [h·w, C] as a map [1, C, h, w], channels last in memory. */
    private static NDArray map(NDArray pixels, int h, int w) {
        return pixels.reshape(h, w, -1).transpose(2, 0, 1).expandDims(0);
    }

    /** What the coordinates of all pixels of a size contribute to the first convolution, before the norm's scale. */
    private record Coordinates(int h, int w, NDArray convolved, double sum, double squares) {}
}
