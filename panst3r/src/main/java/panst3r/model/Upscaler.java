package panst3r.model;

import ai.djl.ndarray.NDArray;

/** From the features of one image at stride 16 to features that are fine enough for masks. One image at a time. */
public sealed interface Upscaler permits PixelShuffleUpscaler, LoftUpUpscaler {
    /**
     * @param features [N, in]
     * @param image [3, H, W] in [−1, 1]
     */
    Maps forward(NDArray features, NDArray image, Grid grid);

    /**
     * Features of one image, as tokens: row by row, channels last.
     *
     * @param coarse [N, C], what the mask transformer's queries look at
     * @param fine [height·width, M], the mask features
     */
    record Maps(NDArray coarse, NDArray fine, int height, int width) {}
}
