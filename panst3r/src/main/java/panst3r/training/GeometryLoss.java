package panst3r.training;

import ai.djl.ndarray.NDArray;
import panst3r.nn.Differentiable;

/**
 * Confidence-weighted regression of pointmaps (MUSt3R, training.md "Geometry"). For every valid pixel the distance between
 * predicted and true point, times the predicted confidence, minus α times its logarithm.
 *
 * @param alpha α
 * @param space where points are compared
 * @param sky loss of a sky pixel without a true point, 0 to leave sky out
 */
public record GeometryLoss(double alpha, Space space, double sky) {
    /** Where points are compared. */
    public enum Space {
        /** As they are. */
        LINEAR,
        /** p/‖p‖·log(1+‖p‖), after the division by the scale. */
        LOG,
        /** That for global points, local ones as they are ("before" in the fixtures). */
        LOG_GLOBAL
    }

    /**
     * One batch of scenes of V views; all points in the frame that their name says.
     *
     * @param predictedGlobal [B, V, H, W, 3] after activation
     * @param predictedLocal likewise
     * @param confidence [B, V, H, W] after activation
     * @param trueGlobal [B, V, H, W, 3] in the frame of view 0's camera
     * @param trueLocal likewise, each in its own camera
     * @param valid [B, V, H, W] 1 where there is a true point
     * @param metric [B] 1 where predictions are divided by the true scale instead of their own
     * @param isSky [B, V, H, W] or null
     */
    public record Batch(
            NDArray predictedGlobal,
            NDArray predictedLocal,
            NDArray confidence,
            NDArray trueGlobal,
            NDArray trueLocal,
            NDArray valid,
            NDArray metric,
            NDArray isSky) {}

    /** Both terms; {@code regression} is the mean distance, for the log. */
    public record Terms(NDArray global, NDArray local, NDArray globalRegression, NDArray localRegression) {
        NDArray total() {
            return global.add(local);
        }
    }

    Terms terms(Batch b) {
        NDArray valid = b.valid;
        NDArray predictedGlobal = b.predictedGlobal;
        NDArray predictedLocal = b.predictedLocal;
        NDArray trueGlobal = b.trueGlobal;
        NDArray trueLocal = b.trueLocal;
        NDArray trueScale = scale(trueGlobal, valid);
        NDArray ownScale = scale(predictedGlobal, valid);
        NDArray metric = b.metric.reshape(-1, 1, 1, 1, 1);
        NDArray predictedScale =
                trueScale.mul(metric).add(ownScale.mul(metric.neg().add(1)));
        predictedGlobal = predictedGlobal.div(predictedScale);
        predictedLocal = predictedLocal.div(predictedScale);
        trueGlobal = trueGlobal.div(trueScale);
        trueLocal = trueLocal.div(trueScale);
        if (space != Space.LINEAR) {
            predictedGlobal = toLog(predictedGlobal);
            trueGlobal = toLog(trueGlobal);
        }
        if (space == Space.LOG) {
            predictedLocal = toLog(predictedLocal);
            trueLocal = toLog(trueLocal);
        }
        NDArray[] global = weigh(predictedGlobal, trueGlobal, b);
        NDArray[] local = weigh(predictedLocal, trueLocal, b);
        return new Terms(global[0], local[0], global[1], local[1]);
    }

    /** {loss, mean distance}. */
    private NDArray[] weigh(NDArray predicted, NDArray truth, Batch b) {
        NDArray valid = b.valid;
        NDArray distance = norm(predicted.sub(truth), 0).mul(valid);
        if (sky > 0 && b.isSky != null) {
            NDArray onlySky = b.isSky.mul(valid.neg().add(1));
            distance = distance.add(onlySky.mul((float) sky));
            valid = valid.add(onlySky);
        }
        NDArray count = Differentiable.atLeast(valid.sum(), 1);
        NDArray loss = distance.mul(b.confidence)
                .sub(Differentiable.mul(b.confidence.log(), alpha))
                .mul(valid);
        return new NDArray[] {loss.sum().div(count), distance.sum().div(count)};
    }

    /** Mean distance to the origin over the valid pixels of all views, [B, 1, 1, 1, 1]. */
    private static NDArray scale(NDArray points, NDArray valid) {
        int[] axes = {1, 2, 3};
        NDArray sum = norm(points, 0).mul(valid).sum(axes, true);
        return Differentiable.atLeast(sum.div(Differentiable.atLeast(valid.sum(axes, true), 1)), 1e-8)
                .expandDims(4);
    }

    private static NDArray toLog(NDArray points) {
        NDArray norm = norm(points, 1e-8).expandDims(4);
        return points.div(norm).mul(norm.add(1).log());
    }

    /** ‖p‖ over the last axis, at least {@code least}; its gradient at 0 is 0 instead of NaN. */
    private static NDArray norm(NDArray points, double least) {
        NDArray square = points.square().sum(new int[] {-1});
        return Differentiable.atLeast(square, Math.max(least * least, 1e-30)).sqrt();
    }
}
