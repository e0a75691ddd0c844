package panst3r.checkpoint;

import java.util.List;

/** From tokens at stride 16 to mask features. */
public sealed interface UpscalerConfig {
    int inputDim();

    int patchSize();

    /** Channels of the stride-16 map, the keys of the mask transformer. */
    int tokenDim();

    /** Channels of the mask features. */
    int featureDim();

    /** Pixels of the image per pixel of the mask features. */
    int outputStride();

    /**
     * {@code PixelShuffleUpscaler(…)} of v1.
     *
     * @param dims channels at strides 16, 8, 4, 2
     */
    record PixelShuffle(int inputDim, int patchSize, int hiddenDimFactor, List<Integer> dims)
            implements UpscalerConfig {
        public PixelShuffle {
            dims = List.copyOf(dims);
        }

        @Override
        public int tokenDim() {
            return dims.get(0);
        }

        @Override
        public int featureDim() {
            return dims.get(3);
        }

        @Override
        public int outputStride() {
            return 2;
        }
    }

    /**
     * {@code LoftUpUpscaler(…)} of v2.
     *
     * @param dim channels of the mask features
     * @param colorFeats whether the featurizer of the guidance image sees its colours
     * @param frequencies of that featurizer
     */
    record LoftUp(
            int inputDim,
            int dim,
            int outputStride,
            int patchSize,
            boolean colorFeats,
            int frequencies,
            int numHeads,
            int numLayers)
            implements UpscalerConfig {
        @Override
        public int tokenDim() {
            return inputDim;
        }

        @Override
        public int featureDim() {
            return dim;
        }

        /** Channels that the guidance featurizer reads: row, column and perhaps three colours. */
        public int guidanceChannels() {
            return colorFeats ? 5 : 2;
        }

        /** Channels that it gives: a sine and a cosine for each frequency and channel, and the colours. */
        public int guidanceFeatures() {
            return 2 * frequencies * guidanceChannels() + (colorFeats ? 3 : 0);
        }
    }
}
