package panst3r.checkpoint;

/**
 * {@code InputMixer(…)} of v2.
 *
 * @param mlpDim width inside the MLPs
 */
public record MixerConfig(int inDim, int hiddenDim, int numHeads, int numLayers, int mlpDim, Rope rope) {}
