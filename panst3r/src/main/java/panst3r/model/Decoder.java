package panst3r.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import panst3r.Progress;
import panst3r.checkpoint.DecoderConfig;
import panst3r.model.CrossBlock.KeysValues;
import panst3r.nn.LayerNorm;
import panst3r.nn.Linear;
import panst3r.nn.Mlp;
import panst3r.nn.Parameters;
import panst3r.nn.Rope2d;
import panst3r.nn.Scope;

/**
 * The decoder of MUSt3R: brings every image into one frame by looking at a {@link Memory} of the tokens of all keyframes.
 * {@link #update} puts images into the memory, {@link #render} reads it.
 *
 * <p>Cabon et al., "MUSt3R: Multi-view Network for Stereo 3D Reconstruction", CVPR 2025; network.md, "Decoder".
 *
 * <pre>{@code
 * NDArray tokens = decoder.embed(encoded);
 * try (Memory memory = decoder.newMemory(capacity)) {
 *     decoder.update(memory, List.of(new Decoder.Image(a, grid), new Decoder.Image(b, grid)), Tap.NONE);
 *     Decoder.Rendering r = decoder.render(memory, tokens, grid);
 * }
 * }</pre>
 */
public final class Decoder {
    private final DecoderConfig config;
    private final NDManager manager;
    private final Linear embed;
    private final NDArray image2;
    private final DecoderBlock[] blocks;
    private final LayerNorm feedbackNorm;
    private final UnaryOperator<NDArray> feedback;
    private final LayerNorm norm;
    private final Linear head;
    private final Rope2d rope;

    public Decoder(DecoderConfig config, Parameters p, NDManager manager) {
        this.config = config;
        this.manager = manager;
        embed = Linear.of(p.at("feat_embed_enc_to_dec"));
        image2 = p.get("image2_embed");
        blocks = IntStream.range(0, config.depth())
                .mapToObj(l -> DecoderBlock.of(p.at("blocks_dec." + l), config.numHeads()))
                .toArray(DecoderBlock[]::new);
        feedback = switch (config.feedback()) {
            case NONE -> null;
            case SINGLE_MLP -> Mlp.of(p.at("feedback_layer"))::forward;
            case SINGLE_LINEAR -> Linear.of(p.at("feedback_layer"))::forward;
        };
        feedbackNorm = feedback == null ? null : LayerNorm.of(p.at("feedback_norm"), LayerNorm.EPS_5);
        norm = LayerNorm.of(p.at("norm_dec"), LayerNorm.EPS_6);
        head = Linear.of(p.at("head_dec.proj"));
        rope = new Rope2d(config.rope().base(), config.rope().scale(), config.embedDim() / config.numHeads(), manager);
    }

    /**
     * An image on its way into the memory.
     *
     * @param tokens [1, N, D] from {@link #embed}
     */
    public record Image(NDArray tokens, Grid grid) {}

    /**
     * What the decoder says of a batch of images.
     *
     * @param pointmaps [B, H, W, 7] before activation: xyz in the frame of the first image, xyz in the own frame, confidence
     * @param features [B, N, D] for the panoptic decoder
     */
    public record Rendering(NDArray pointmaps, NDArray features) {}

    /** @param capacity tokens of all images that will be put in */
    public Memory newMemory(int capacity) {
        return newMemory(1, capacity);
    }

    /**
     * For scenes side by side, as a training has them: {@link #update} then takes images [S, N, D], one of each scene.
     *
     * @param scenes S
     * @param capacity tokens of all images of one scene that will be put in
     */
    public Memory newMemory(int scenes, int capacity) {
        return new Memory(manager, blocks.length, config.embedDim(), scenes, capacity);
    }

    /** Tokens of the encoder [B, N, De] to the decoder's width, [B, N, D]. Needed once for an image. */
    public NDArray embed(NDArray encoded) {
        return embed.forward(encoded);
    }

    /**
     * Puts a group of images (one or two) into the memory. The first image that a memory ever gets is the reference: its
     * camera is the frame of the world.
     */
    public void update(Memory memory, List<Image> group, Tap tap) {
        int first = memory.images();
        firstPass(memory, group, IntStream.range(first, first + group.size()).toArray(), false, tap);
    }

    /**
     * Passes a group through again, against the whole memory as it stands, and puts its new tokens in place of the old; the
     * reference image keeps its tokens.
     *
     * @param labels numbers of the images in the memory, in order of arrival
     */
    public void refine(Memory memory, List<Image> group, int[] labels, Tap tap) {
        firstPass(memory, group, labels, true, tap);
    }

    /**
     * Looks at the memory, which stays as it is.
     *
     * @param tokens [B, N, D] from {@link #embed}, images of one size
     */
    public Rendering render(Memory memory, NDArray tokens, Grid grid) {
        NDArray features = features(memory, tokens, grid, Tap.NONE);
        return new Rendering(pointmap(features, grid), features);
    }

    /**
     * The first half of {@link #render}.
     *
     * @param tokens [B, N, D]; for a memory of S scenes the images of each scene one after the other
     * @param tap sees of every block {@code block<l>.query} [B, N, D] and {@code block<l>.key} [S, M, D] of the
     *     attention to the memory
     * @return [B, N, D]
     */
    public NDArray features(Memory memory, NDArray tokens, Grid grid, Tap tap) {
        Rope2d.Table positions = rope.grid(grid.rows(), grid.columns());
        return Scope.run(() -> {
            NDArray x = tokens.add(image2);
            for (int l = 0; l < blocks.length; l++) {
                Progress.stopIfInterrupted("Rendering");
                KeysValues seen = memory.at(l);
                Tap block = tap.at("block" + l + ".");
                block.see("key", seen.keys());
                x = blocks[l].forward(x, positions, seen, block);
            }
            return norm.forward(x);
        });
    }

    /**
     * The second half of {@link #render} at some pixels of every patch: what a loss needs costs no more than that.
     *
     * @param features [B, N, D]
     * @param pixels of a patch, row by row
     * @return [B, N, pixels, 7], otherwise as {@link Rendering#pointmaps}
     */
    public NDArray points(NDArray features, int[] pixels) {
        int area = config.patchSize() * config.patchSize();
        long[] rows = IntStream.range(0, 7 * pixels.length)
                .mapToLong(i -> (long) i / pixels.length * area + pixels[i % pixels.length])
                .toArray();
        NDArray chosen = manager.create(rows); // not freed here: a backward pass reads it again
        NDArray raw = new Linear(head.weight().get(chosen), head.bias().get(chosen)).forward(features);
        return raw.reshape(raw.getShape().get(0), raw.getShape().get(1), 7, pixels.length)
                .swapAxes(2, 3);
    }

    private void firstPass(Memory memory, List<Image> group, int[] labels, boolean refining, Tap tap) {
        Scope.free(() -> {
            int last = blocks.length - 1;
            List<NDArray> x = new ArrayList<>();
            for (int i = 0; i < group.size(); i++) {
                boolean reference = labels[i] == 0 && !refining;
                NDArray tokens = group.get(i).tokens();
                x.add(reference ? tokens : tokens.add(image2));
            }
            List<List<NDArray>> inputs = new ArrayList<>(); // t_l of every image, by block
            for (int l = 0; l <= last; l++) {
                inputs.add(List.copyOf(x));
                if (l == last && !tap.isOpen()) {
                    break; // what leaves the last block only gives the first-pass pointmaps
                }
                for (int i = 0; i < x.size(); i++) {
                    Progress.stopIfInterrupted("Filling the memory");
                    Grid grid = group.get(i).grid();
                    NDArray y = through(l, memory, inputs.get(l), i, rope.grid(grid.rows(), grid.columns()));
                    tap.see("block" + l + "." + i, y);
                    x.set(i, y);
                }
            }
            for (int i = 0; i < x.size() && tap.isOpen(); i++) {
                NDArray features = norm.forward(x.get(i));
                tap.see("feature." + i, features);
                tap.see("pointmap." + i, pointmap(features, group.get(i).grid()));
            }
            for (int i = 0; i < x.size(); i++) {
                if (!refining) {
                    memory.add(group.get(i).grid().tokens());
                } else if (labels[i] == 0) {
                    continue;
                }
                store(memory, labels[i], i, inputs, tap);
            }
            if (tap.isOpen()) {
                memory.show(tap);
            }
        });
    }

    /** Block {@code l} for image {@code i}, which sees the memory and the other images of its group. */
    private NDArray through(int l, Memory memory, List<NDArray> group, int i, Rope2d.Table positions) {
        return Scope.run(() -> {
            KeysValues seen = memory.images() > 0 ? memory.at(l) : null;
            for (int j = 0; j < group.size(); j++) {
                boolean alone = group.size() == 1 && memory.images() == 0;
                if (j != i || alone) {
                    KeysValues other = blocks[l].cross().project(group.get(j));
                    seen = seen == null ? other : seen.concat(other);
                }
            }
            return blocks[l].forward(group.get(i), positions, seen, Tap.NONE);
        });
    }

    /** Image {@code i} of the group into the memory; what the last block saw is fed back to the others. */
    private void store(Memory memory, int label, int i, List<List<NDArray>> inputs, Tap tap) {
        int last = blocks.length - 1;
        Scope.free(() -> {
            NDArray top = inputs.get(last).get(i);
            NDArray delta = feedback == null ? null : feedback.apply(feedbackNorm.forward(top));
            for (int l = 0; l <= last; l++) {
                NDArray tokens = inputs.get(l).get(i);
                NDArray told = delta == null || l == last ? tokens : tokens.add(delta);
                KeysValues projected = blocks[l].cross().project(told);
                memory.put(l, label, projected);
                if (tap.isOpen()) {
                    memory.record(
                            l,
                            label,
                            switch (config.memoryMode()) {
                                case RAW -> told;
                                case NORM_Y -> blocks[l].cross().normY().forward(told);
                                case KV -> projected.keys().concat(projected.values(), 2);
                            });
                }
            }
        });
    }

    /** [B, N, 7·p²] to [B, H, W, 7]: channels of a patch are laid out as for a pixel shuffle. */
    private NDArray pointmap(NDArray features, Grid grid) {
        return Scope.run(() -> shuffleHead(head.forward(features), grid, config.patchSize()));
    }

    static NDArray shuffleHead(NDArray patches, Grid grid, int p) {
        long batch = patches.getShape().get(0);
        long channels = patches.getShape().get(2) / ((long) p * p);
        return patches.reshape(batch, grid.rows(), grid.columns(), channels, p, p)
                .transpose(0, 1, 4, 2, 5, 3)
                .reshape(batch, (long) grid.rows() * p, (long) grid.columns() * p, channels);
    }
}
