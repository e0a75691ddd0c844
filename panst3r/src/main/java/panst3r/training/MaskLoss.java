package panst3r.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Activation;
import panst3r.nn.Differentiable;

/** The single terms of the segmentation loss and of its matching cost (training.md, "Segmentation"). */
final class MaskLoss {
    private static final float FOCAL_ALPHA = 0.25f;

    private MaskLoss() {}

    /**
     * Binary cross-entropy: mean over points, summed over masks, divided by {@code masks}.
     *
     * @param logits [n, P]
     * @param truth [n, P]
     */
    static NDArray bce(NDArray logits, NDArray truth, double masks) {
        return Differentiable.div(bce(logits, truth).mean(new int[] {1}).sum(), masks);
    }

    private static NDArray bce(NDArray logits, NDArray truth) {
        return Activation.softPlus(logits).sub(logits.mul(truth));
    }

    /** Dice per mask, summed, divided by {@code masks}; shapes as in {@link #bce}. */
    static NDArray dice(NDArray logits, NDArray truth, double masks) {
        NDArray p = Activation.sigmoid(logits);
        NDArray overlap = Differentiable.mul(p.mul(truth).sum(new int[] {1}), 2).add(1);
        NDArray sizes = p.sum(new int[] {1}).add(truth.sum(new int[] {1})).add(1);
        return Differentiable.div(overlap.div(sizes).neg().add(1).sum(), masks);
    }

    /**
     * Binary cross-entropy of every query with every instance, mean over the points.
     *
     * @param logits [Q, P]
     * @param truth [M, P]
     * @return [Q, M]
     */
    static NDArray bceMatrix(NDArray logits, NDArray truth) {
        NDArray independent = Activation.softPlus(logits).mean(new int[] {1}, true);
        return independent.sub(
                logits.matMul(truth.transpose()).div(logits.getShape().get(1)));
    }

    /** Dice of every query with every instance; shapes as in {@link #bceMatrix}. */
    static NDArray diceMatrix(NDArray logits, NDArray truth) {
        NDArray p = Activation.sigmoid(logits);
        NDArray overlap = p.matMul(truth.transpose()).mul(2).add(1);
        NDArray sizes = p.sum(new int[] {1}, true)
                .add(truth.sum(new int[] {1}).expandDims(0))
                .add(1);
        return overlap.div(sizes).neg().add(1);
    }

    /**
     * Sigmoid focal loss (α 0.25, γ 2), summed over queries and classes.
     *
     * @param logits [.., K]
     * @param truth [.., K], 0 or 1
     * @param inClassSet broadcast to these, 1 where a class counts
     */
    static NDArray focal(NDArray logits, NDArray truth, NDArray inClassSet) {
        NDArray p = Activation.sigmoid(logits);
        NDArray missed = p.add(truth).sub(Differentiable.mul(p.mul(truth), 2)); // 1 − p of the truth
        NDArray alpha = truth.mul(2 * FOCAL_ALPHA - 1).add(1 - FOCAL_ALPHA);
        return bce(logits, truth)
                .mul(missed.square())
                .mul(alpha)
                .mul(inClassSet)
                .sum();
    }

    /**
     * Cross-entropy of every query, weighted by its class, as a weighted mean.
     *
     * @param logits [N, K+1]; −∞ where a class does not count
     * @param labels [N]
     * @param weights [N], of each query's label
     */
    static NDArray crossEntropy(NDArray logits, NDArray labels, NDArray weights) {
        NDArray own = logits.logSoftmax(-1)
                .gather(labels.expandDims(1).toType(DataType.INT64, false), 1)
                .squeeze(1);
        return own.mul(weights).sum().neg().div(weights.sum());
    }
}
