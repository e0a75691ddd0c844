package panst3r.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

/**
 * {@link MultiHeadAttention} in torch's layout: the projections of queries, keys and values stacked.
 *
 * @param inWeight [3·D, D]
 * @param inBias [3·D]
 */
public record StackedAttention(NDArray inWeight, NDArray inBias, Linear out, int heads) {
    /** Parameters {@code in_proj_weight}, {@code in_proj_bias}, {@code out_proj}. */
    public static StackedAttention of(Parameters p, int heads) {
        return new StackedAttention(p.get("in_proj_weight"), p.get("in_proj_bias"), Linear.of(p.at("out_proj")), heads);
    }

    /** See {@link MultiHeadAttention#forward}. */
    public NDArray forward(NDArray queries, NDArray keys, NDArray values, NDArray visible) {
        NDList weights = inWeight.split(3, 0);
        NDList biases = inBias.split(3, 0);
        return new MultiHeadAttention(
                        new Linear(weights.get(0), biases.get(0)),
                        new Linear(weights.get(1), biases.get(1)),
                        new Linear(weights.get(2), biases.get(2)),
                        out,
                        heads)
                .forward(queries, keys, values, visible);
    }
}
