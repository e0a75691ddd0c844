package panst3r.inference;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import panst3r.PanSt3RException;
import panst3r.checkpoint.DecoderConfig;
import panst3r.checkpoint.DinoConfig;
import panst3r.checkpoint.EncoderConfig;
import panst3r.checkpoint.ModelConfig;
import panst3r.checkpoint.PanopticConfig;
import panst3r.checkpoint.UpscalerConfig;
import panst3r.image.View;
import panst3r.model.PanSt3R;

/**
 * What a run is expected to need at its peak, in bytes, besides what the Java heap already held.
 *
 * @param weights parameters, mapped from the checkpoint or copied
 * @param features tokens and mask features of the keyframes, kept until the masks are computed
 * @param memory keys and values of the decoder's memory
 * @param working intermediate arrays of the hungriest stage, and the program itself
 * @param results pointmaps and mask logits of all views, where they are kept in memory
 * @param spilled bytes that go to files in the spill directory instead
 */
public record MemoryEstimate(long weights, long features, long memory, long working, long results, long spilled) {
    /** The virtual machine and the native library themselves. */
    private static final long PROGRAM = 400L << 20;

    /** Mask logits and features beyond this go to disk even if they would fit: a notebook holds several scenes. */
    private static final long KEPT = 256L << 20;

    /** The memory of this machine or container. */
    static long machine() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getTotalMemorySize();
    }

    /** @param looks whether all views are encoded before the keyframes are chosen */
    static MemoryEstimate of(
            PanSt3R model, List<View> views, List<Integer> keyframes, boolean looks, int batch, long budget) {
        Sizes sizes = new Sizes(model.config(), views, keyframes, batch);
        long weights = 4 * model.parameters();
        long looked = looks ? sizes.encodings() : 0;
        long spillable = sizes.fine() + sizes.logits() + looked;
        long fixed = weights + sizes.tokens() + sizes.memory() + sizes.working() + sizes.pointmaps();
        boolean spill = spillable > KEPT || fixed + spillable > budget;
        return new MemoryEstimate(
                weights,
                sizes.tokens() + (spill ? 0 : sizes.fine() + looked),
                sizes.memory(),
                sizes.working(),
                sizes.pointmaps() + (spill ? 0 : sizes.logits()),
                spill ? spillable : 0);
    }

    /** Peak, without what goes to disk. */
    public long total() {
        return weights + features + memory + working + results;
    }

    /** @throws PanSt3RException if it is more than {@code budget} */
    void check(long budget, int views, int keyframes) {
        if (total() > budget) {
            throw new PanSt3RException(String.format(
                    "A run over %d views with %d keyframes needs %s, but there are %.1f GB:"
                            + " use fewer keyframes, fewer or smaller images, or a smaller batch.",
                    views, keyframes, this, budget / 1e9));
        }
    }

    /** One line for the user. */
    @Override
    public String toString() {
        return String.format(
                "about %.1f GB (weights %.1f, features %.1f, memory tokens %.1f, working space %.1f, results %.1f)%s",
                total() / 1e9,
                weights / 1e9,
                features / 1e9,
                memory / 1e9,
                working / 1e9,
                results / 1e9,
                spilled > 0 ? String.format(" and %.1f GB on disk", spilled / 1e9) : "");
    }

    /** Bytes of the arrays that a run holds, by the shapes of network.md. */
    private record Sizes(ModelConfig config, List<View> views, List<Integer> keyframes, int batch) {
        private long tokensOf(View view) {
            long patch = config.encoder().patchSize();
            return view.height() / patch * (view.width() / patch);
        }

        private long keyframeTokens() {
            return keyframes.stream().mapToLong(i -> tokensOf(views.get(i))).sum();
        }

        private long largest() {
            return views.stream().mapToLong(this::tokensOf).max().orElse(0);
        }

        /** Of encoder, decoder (before and after), DINO and mask transformer. */
        long tokens() {
            long width = config.encoder().embedDim() + 2L * config.decoder().embedDim();
            width += config.dino().map(DinoConfig::hiddenSize).orElse(0);
            width += config.panoptic().map(p -> p.hiddenDim() + p.maskDim()).orElse(0);
            return 4 * width * keyframeTokens();
        }

        /** Of all views. */
        long encodings() {
            return 4L
                    * config.encoder().embedDim()
                    * views.stream().mapToLong(this::tokensOf).sum();
        }

        long memory() {
            DecoderConfig d = config.decoder();
            return 4 * 2L * d.depth() * d.embedDim() * keyframeTokens();
        }

        long pointmaps() {
            return 4
                    * 7
                    * views.stream()
                            .mapToLong(v -> (long) v.width() * v.height())
                            .sum();
        }

        private long maskPixels(View view) {
            int stride = config.panoptic().map(p -> p.upscaler().outputStride()).orElse(1);
            return (long) (view.width() / stride) * (view.height() / stride);
        }

        long fine() {
            return config.panoptic().map(PanopticConfig::maskDim).orElse(0)
                    * 4L
                    * keyframes.stream()
                            .distinct()
                            .mapToLong(i -> maskPixels(views.get(i)))
                            .sum();
        }

        long logits() {
            return config.panoptic().map(PanopticConfig::numQueries).orElse(0)
                    * 4L
                    * views.stream().mapToLong(this::maskPixels).sum();
        }

        long working() {
            EncoderConfig e = config.encoder();
            long blocks = 4 * batch * largest() * (2L * e.hiddenDim() + 8L * e.embedDim());
            long upscaler = config.panoptic().map(p -> upscaler(p.upscaler())).orElse(0L);
            return PROGRAM + Math.max(blocks, upscaler);
        }

        private long upscaler(UpscalerConfig config) {
            long pixels = views.stream().mapToLong(this::maskPixels).max().orElse(0);
            if (config instanceof UpscalerConfig.LoftUp loftUp) {
                // Fourier features and their making; coordinates kept; in, out and rearranged copy of a convolution
                return 4 * pixels * (2L * loftUp.guidanceFeatures() + 5L * loftUp.dim());
            }
            UpscalerConfig.PixelShuffle shuffle = (UpscalerConfig.PixelShuffle) config;
            List<Integer> dims = shuffle.dims();
            long hidden = (long) shuffle.hiddenDimFactor() * dims.get(2);
            return 4 * pixels / 4 * (hidden + dims.get(2) + 12L * dims.get(3));
        }
    }
}
