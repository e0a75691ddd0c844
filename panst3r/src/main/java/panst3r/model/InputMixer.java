package panst3r.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.stream.IntStream;
import panst3r.Progress;
import panst3r.checkpoint.MixerConfig;
import panst3r.nn.Block;
import panst3r.nn.LayerNorm;
import panst3r.nn.Linear;
import panst3r.nn.Parameters;
import panst3r.nn.Rope2d;
import panst3r.nn.Scope;

/**
 * Brings what encoder, decoder and DINO say of an image together: a few transformer blocks inside the image (v2).
 *
 * <p>PanSt3R (Zust et al., ICCV 2025); network.md, "Input mixer".
 *
 * <pre>{@code NDArray mixed = new InputMixer(config, parameters.at("panoptic_decoder.input_mixer"), manager).forward(all, grid); }</pre>
 */
public final class InputMixer {
    private final Linear in;
    private final Block[] blocks;
    private final LayerNorm norm;
    private final Rope2d rope;

    public InputMixer(MixerConfig config, Parameters p, NDManager manager) {
        in = Linear.of(p.at("in_proj"));
        blocks = IntStream.range(0, config.numLayers())
                .mapToObj(l -> Block.of(p.at("mixer_blk." + l), config.numHeads(), LayerNorm.EPS_5))
                .toArray(Block[]::new);
        norm = LayerNorm.of(p.at("mixer_norm"), LayerNorm.EPS_5);
        rope = new Rope2d(config.rope().base(), config.rope().scale(), config.hiddenDim() / config.numHeads(), manager);
    }

    /** [B, N, in] to [B, N, hidden]. */
    public NDArray forward(NDArray features, Grid grid) {
        return Scope.run(() -> {
            NDArray x = in.forward(features);
            for (Block block : blocks) {
                Progress.stopIfInterrupted("Mixing features");
                x = block.forward(x, rope.grid(grid.rows(), grid.columns()));
            }
            return norm.forward(x);
        });
    }
}
