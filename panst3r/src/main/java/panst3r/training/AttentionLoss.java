package panst3r.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import panst3r.nn.Differentiable;

/**
 * Helps a small network to learn relative poses from scratch: {@link #HEADS} attention heads of the decoder are asked to
 * look at the token that shows the same place in an earlier keyframe, by a cross-entropy; those of the reference look at
 * themselves. So what these heads bring is always a place in the world's frame, and no token has to know whether to believe
 * it. Nothing of this remains in the model. The published system has no such loss; it starts from weights that were
 * pre-trained on pairs of views.
 */
final class AttentionLoss {
    /** Of every supervised block; the others find out by themselves what to look for. */
    static final int HEADS = 2;

    private AttentionLoss() {}

    /** The blocks whose attention is supervised: late ones, where the memory's tokens know where they are. */
    static List<Integer> blocks(int depth) {
        return depth < 2 ? List.of(0) : List.of(depth - 2, depth - 1);
    }

    /**
     * For every token of every view the token of an earlier keyframe whose point lies nearest; for those of the first view
     * themselves.
     *
     * @param patch pixels of a token's side
     * @return [V·N], an index into the K·N tokens of the keyframes, or −1 where no earlier keyframe shows the place: no
     *     token is nearer than the token's own width
     */
    static int[] partners(TrainingScene scene, int keyframes, int patch) {
        int rows = scene.height() / patch;
        int columns = scene.width() / patch;
        int tokens = rows * columns;
        int views = scene.views();
        float[] centre = new float[3 * views * tokens];
        float[] width = new float[views * tokens];
        for (int t = 0; t < width.length; t++) {
            int v = t / tokens;
            int y = t % tokens / columns * patch + patch / 2;
            int x = t % columns * patch + patch / 2;
            int pixel = (v * scene.height() + y) * scene.width() + x;
            if (scene.valid()[pixel] == 0) {
                width[t] = -1;
                continue;
            }
            System.arraycopy(scene.global(), 3 * pixel, centre, 3 * t, 3);
            // the local points of neighbouring pixels are one pixel's width apart in x
            width[t] = patch * scene.local()[3 * pixel + 2] / (float) scene.focals()[v];
        }
        int[] partner = new int[width.length];
        Arrays.fill(partner, -1);
        for (int t = 0; t < width.length; t++) {
            int view = t / tokens;
            if (view == 0) {
                partner[t] = t;
            }
            float nearest = width[t] < 0 ? 0 : width[t] * width[t];
            for (int other = 0; other < Math.min(view, keyframes) * tokens; other++) {
                if (width[other] < 0) {
                    continue;
                }
                float dx = centre[3 * t] - centre[3 * other];
                float dy = centre[3 * t + 1] - centre[3 * other + 1];
                float dz = centre[3 * t + 2] - centre[3 * other + 2];
                float d = dx * dx + dy * dy + dz * dz;
                if (d < nearest) {
                    nearest = d;
                    partner[t] = other;
                }
            }
        }
        return partner;
    }

    /**
     * Cross-entropy of the attention of one block, a mean over the tokens that have a partner.
     *
     * @param queries [S·V, N, D]
     * @param keys [S, M, D]
     * @param heads of the block
     * @param partners [S][V·N]
     * @param manager owns what must live until the backward pass
     */
    static NDArray of(NDArray queries, NDArray keys, int heads, int[][] partners, NDManager manager) {
        long scenes = keys.getShape().get(0);
        long width = keys.getShape().get(2) / heads;
        int used = Math.min(HEADS, heads);
        NDArray q = queries.reshape(scenes, -1, heads, width)
                .get(":, :, 0:{}", used)
                .swapAxes(1, 2);
        NDArray k =
                keys.reshape(scenes, -1, heads, width).get(":, :, 0:{}", used).swapAxes(1, 2);
        NDArray logits = Differentiable.mul(q.matMul(k.swapAxes(2, 3)), 1 / Math.sqrt(width)); // [S, used, V·N, M]
        int rows = partners[0].length;
        long[] index = new long[partners.length * used * rows];
        float[] counts = new float[index.length];
        int known = 0;
        for (int i = 0; i < index.length; i++) {
            int partner = partners[i / (used * rows)][i % rows];
            index[i] = Math.max(0, partner);
            counts[i] = partner < 0 ? 0 : 1;
            known += partner < 0 ? 0 : 1;
        }
        Shape shape = new Shape(scenes, used, rows, 1);
        NDArray chosen =
                logits.logSoftmax(-1).gather(manager.create(index, shape).toType(DataType.INT64, false), 3);
        NDArray sum = chosen.mul(manager.create(counts, shape)).sum();
        return Differentiable.mul(sum, -1.0 / Math.max(1, known));
    }
}
