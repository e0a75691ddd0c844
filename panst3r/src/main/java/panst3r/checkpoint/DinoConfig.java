package panst3r.checkpoint;

/**
 * {@code DinoV2Encoder(…)}, or the checkpoint's {@code dino_config}, in the words of the Hugging Face configuration.
 *
 * @param mlpDim width inside the MLPs: the hidden width of fc1, or m of a SwiGLU (weights_in gives 2m)
 * @param imageSize pixels; the position table has (imageSize/patchSize)² + 1 rows
 * @param outputStride pixels of the input image per output token
 */
public record DinoConfig(
        int hiddenSize,
        int numLayers,
        int numHeads,
        int mlpDim,
        int patchSize,
        int imageSize,
        boolean swiGlu,
        double layerNormEps,
        boolean qkvBias,
        int outputStride) {

    /** Side of the square grid of the position table. */
    public int positionGrid() {
        return imageSize / patchSize;
    }
}
