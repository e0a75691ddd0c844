package panst3r.checkpoint;

/**
 * {@code Dust3rEncoder(…)}, the encoder of single images (network.md).
 *
 * @param imageSize the size it was made for, the longer side: 224, 512 or 768; chooses the working sizes
 * @param patchSize pixels
 * @param embedDim width of a token
 * @param hiddenDim width inside the MLPs
 */
public record EncoderConfig(
        int imageSize, int patchSize, int embedDim, int depth, int numHeads, int hiddenDim, Rope rope) {}
