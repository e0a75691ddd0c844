package panst3r.checkpoint;

import java.util.Optional;

/**
 * {@code PanopticDecoder(…)}: input mixer, upscaler, mask transformer.
 *
 * @param inputMixer absent in v1
 * @param fpnDim channels of the stride-16 map; an input projection exists where it differs from {@code hiddenDim}
 */
public record PanopticConfig(
        Optional<MixerConfig> inputMixer,
        UpscalerConfig upscaler,
        int fpnDim,
        int hiddenDim,
        int maskDim,
        int ffDim,
        int numQueries,
        int numHeads,
        int numLayers,
        TextEncoder textEncoder,
        LabelMode labelMode,
        boolean twoStage) {

    /** Which text tower made the class embeddings ({@code text_encoder}). */
    public enum TextEncoder {
        SIGLIP(768),
        SIGLIP2(768),
        CLIP(512);

        private final int width;

        TextEncoder(int width) {
            this.width = width;
        }

        /** Width of a class embedding. */
        public int width() {
            return width;
        }
    }
}
