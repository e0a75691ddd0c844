package panst3r.model;

import ai.djl.ndarray.NDArray;
import panst3r.Progress;
import panst3r.nn.Mlp;
import panst3r.nn.Parameters;
import panst3r.nn.Scope;

/**
 * The upscaler of v1: an MLP gives the channels of 2×2 finer pixels, three times over (pixel shuffle, Shi et al. 2016).
 *
 * <p>network.md, "PixelShuffle upscaler".
 *
 * <pre>{@code Maps maps = new PixelShuffleUpscaler(parameters.at("panoptic_decoder.upscaler")).forward(features, image, grid); }</pre>
 */
public final class PixelShuffleUpscaler implements Upscaler {
    private final Mlp to16;
    private final Mlp to8;
    private final Mlp to4;
    private final Mlp to2;

    public PixelShuffleUpscaler(Parameters p) {
        to16 = Mlp.of(p.at("proj_16"));
        to8 = Mlp.of(p.at("proj_8"));
        to4 = Mlp.of(p.at("proj_4"));
        to2 = Mlp.of(p.at("proj_2"));
    }

    @Override
    public Maps forward(NDArray features, NDArray image, Grid grid) {
        int h = grid.rows();
        int w = grid.columns();
        NDArray coarse = Scope.run(() -> to16.forward(features));
        Progress.stopIfInterrupted("Upscaling");
        NDArray fine = Scope.run(() -> {
            NDArray at8 = shuffle(to8.forward(features), h, w);
            Progress.stopIfInterrupted("Upscaling");
            NDArray at4 = shuffle(to4.forward(at8), 2 * h, 2 * w);
            Progress.stopIfInterrupted("Upscaling");
            return shuffle(to2.forward(at4), 4 * h, 4 * w);
        });
        return new Maps(coarse, fine, 8 * h, 8 * w);
    }

    /** [h·w, 4·C] to [2h·2w, C]: channel c·4 + dy·2 + dx is channel c of the pixel at (dy, dx) of a 2×2 patch. */
    static NDArray shuffle(NDArray x, int h, int w) {
        long channels = x.getShape().get(1) / 4;
        return x.reshape(h, w, channels, 2, 2).transpose(0, 3, 1, 4, 2).reshape(4L * h * w, channels);
    }
}
