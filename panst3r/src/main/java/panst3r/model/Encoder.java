package panst3r.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.stream.IntStream;
import panst3r.Progress;
import panst3r.checkpoint.EncoderConfig;
import panst3r.nn.Block;
import panst3r.nn.Conv2d;
import panst3r.nn.LayerNorm;
import panst3r.nn.Parameters;
import panst3r.nn.Rope2d;
import panst3r.nn.Scope;

/**
 * The image encoder of MUSt3R: a vision transformer (ViT-L in the released models) with rotary positions; looks at one
 * image at a time.
 *
 * <p>Cabon et al., "MUSt3R: Multi-view Network for Stereo 3D Reconstruction", CVPR 2025; network.md, "Encoder".
 *
 * <pre>{@code NDArray tokens = new Encoder(config, parameters.at("must3r_encoder"), manager).forward(images, Tap.NONE); }</pre>
 */
public final class Encoder {
    private final EncoderConfig config;
    private final Conv2d patchEmbed;
    private final Block[] blocks;
    private final LayerNorm norm;
    private final Rope2d rope;

    public Encoder(EncoderConfig config, Parameters p, NDManager manager) {
        this.config = config;
        patchEmbed = Conv2d.of(p.at("patch_embed.proj"));
        blocks = IntStream.range(0, config.depth())
                .mapToObj(l -> Block.of(p.at("blocks_enc." + l), config.numHeads(), LayerNorm.EPS_6))
                .toArray(Block[]::new);
        norm = LayerNorm.of(p.at("norm_enc"), LayerNorm.EPS_6);
        rope = new Rope2d(config.rope().base(), config.rope().scale(), config.embedDim() / config.numHeads(), manager);
    }

    /**
     * @param images [B, 3, H, W] in [−1, 1]
     * @return [B, N, D], N = H·W / patch²
     */
    public NDArray forward(NDArray images, Tap tap) {
        Grid grid = grid(images);
        Rope2d.Table positions = rope.grid(grid.rows(), grid.columns());
        return Scope.run(() -> {
            NDArray x = patchEmbed.patches(images, config.patchSize());
            tap.see("patch_embed", x);
            if (tap.isOpen()) {
                tap.see(
                        "pos",
                        grid.positions(images.getManager(), images.getShape().get(0)));
            }
            for (int l = 0; l < blocks.length; l++) {
                Progress.stopIfInterrupted("Encoding");
                x = blocks[l].forward(x, positions);
                tap.see("encoder_block" + l, x);
            }
            x = norm.forward(x);
            tap.see("encoder", x);
            return x;
        });
    }

    Grid grid(NDArray images) {
        long[] shape = images.getShape().getShape();
        return Grid.of((int) shape[2], (int) shape[3], config.patchSize());
    }
}
