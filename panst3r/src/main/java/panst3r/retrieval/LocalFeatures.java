package panst3r.retrieval;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import panst3r.checkpoint.TensorData;
import panst3r.checkpoint.Weights;
import panst3r.nn.Activation;
import panst3r.nn.LayerNorm;
import panst3r.nn.Linear;
import panst3r.nn.Parameters;
import panst3r.nn.Scope;

/**
 * The features of an image that retrieval goes by: encoder tokens whitened, projected and whitened again; of all, those
 * that are longest between the last two steps (retrieval.md, step 1). Whitening is done in float64.
 */
final class LocalFeatures {
    /** Which tokens were chosen, longest first, and their features [n, d]. */
    record Chosen(int[] tokens, float[] features) {}

    private final Whitening before;
    private final List<Linear> projector;
    private final List<LayerNorm> norms;
    private final boolean residual;
    private final Whitening after;
    private final double count;

    /**
     * @param weights as {@link RetrievalFile} checked them
     * @param sizes number of linear layers
     * @param count n if positive; else minus the part of all tokens
     */
    LocalFeatures(Weights weights, int sizes, boolean residual, double count, NDManager manager) {
        this.residual = residual;
        this.count = count;
        before = Whitening.of(weights, "prewhiten", manager);
        after = Whitening.of(weights, "postwhiten", manager);
        Parameters p = Parameters.of(weights, manager).at("projector");
        projector = new ArrayList<>();
        norms = new ArrayList<>();
        for (int i = 0; i < sizes; i++) {
            if (i > 0) {
                norms.add(LayerNorm.of(p.at(String.valueOf(3 * i - 2)), LayerNorm.EPS_5));
            }
            projector.add(Linear.of(p.at(String.valueOf(3 * i))));
        }
    }

    /** @param tokens [N, D] */
    Chosen forward(NDArray tokens) {
        Chosen[] out = new Chosen[1];
        Scope.free(() -> {
            NDArray projected = project(whiten(tokens));
            float[] attention = attention(projected);
            int n = tokens(attention.length);
            int[] best = IntStream.range(0, attention.length)
                    .boxed()
                    .sorted(Comparator.comparingDouble(i -> -attention[i]))
                    .limit(n)
                    .mapToInt(i -> i)
                    .toArray();
            out[0] = new Chosen(best, features(projected, best));
        });
        return out[0];
    }

    /** [N, D] to [N, D], float32. */
    NDArray whiten(NDArray tokens) {
        return before == null ? tokens : before.apply(tokens);
    }

    /** [N, D] to [N, d]. */
    NDArray project(NDArray whitened) {
        NDArray x = whitened;
        for (int i = 0; i < projector.size(); i++) {
            if (i > 0) {
                x = norms.get(i - 1).forward(x).getNDArrayInternal().gelu();
            }
            x = projector.get(i).forward(x, Activation.NONE);
        }
        return residual ? x.add(whitened) : x;
    }

    /** Length of every feature, [N]. */
    float[] attention(NDArray projected) {
        return projected.square().sum(new int[] {1}).sqrt().toFloatArray();
    }

    /** Some of the projected features, whitened again. */
    float[] features(NDArray projected, int[] which) {
        if (which.length == 0) {
            return new float[0];
        }
        NDArray rows = projected.get(projected.getManager().create(which).toType(DataType.INT64, false));
        return (after == null ? rows : after.apply(rows)).toFloatArray();
    }

    /** How many of {@code all} tokens are kept. */
    private int tokens(int all) {
        return (int) Math.min(all, count < 0 ? Math.floor(-count * all) : count);
    }

    /** (x − m)·p in float64. */
    private record Whitening(NDArray m, NDArray p) {
        static Whitening of(Weights weights, String name, NDManager manager) {
            if (weights.find(name + ".m").isEmpty()) {
                return null;
            }
            return new Whitening(array(weights.get(name + ".m"), manager), array(weights.get(name + ".p"), manager));
        }

        private static NDArray array(TensorData tensor, NDManager manager) {
            NDArray array = manager.create(tensor.toDoubles(), new Shape(tensor.shape()));
            NDScope.unregister(array);
            return array;
        }

        NDArray apply(NDArray x) {
            return x.toType(DataType.FLOAT64, false).sub(m).matMul(p).toType(DataType.FLOAT32, false);
        }
    }
}
