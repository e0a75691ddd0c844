package panst3r.checkpoint;

/**
 * {@code MUSt3R(…)}, the decoder with a memory across images (network.md).
 *
 * @param imageSize as {@link EncoderConfig#imageSize}
 * @param encoderDim width of the encoder's tokens
 * @param hiddenDim width inside the MLPs
 * @param outputDim of the head: 7 channels for every pixel of a patch
 */
public record DecoderConfig(
        int imageSize,
        int encoderDim,
        int patchSize,
        int embedDim,
        int outputDim,
        int depth,
        int numHeads,
        int hiddenDim,
        Rope rope,
        Feedback feedback,
        MemoryMode memoryMode,
        PointmapActivation activation) {

    /** What is added to the memory of the lower blocks, computed from the last ({@code feedback_type}). */
    public enum Feedback {
        NONE,
        SINGLE_MLP,
        SINGLE_LINEAR
    }

    /** What the memory stores; all three give the same outputs ({@code memory_mode}). */
    public enum MemoryMode {
        NORM_Y,
        KV,
        RAW
    }
}
