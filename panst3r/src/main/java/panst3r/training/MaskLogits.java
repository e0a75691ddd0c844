package panst3r.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import panst3r.nn.Differentiable;

/**
 * Mask logits of one scene where a loss wants them: at points. They are ⟨mask embedding, mask features⟩ and sampling is
 * linear, so the features are sampled and the full-size logits are never made.
 */
public final class MaskLogits {
    private final NDArray embeddings;
    private final List<NDArray> features;
    private final int[] heights;
    private final int[] widths;

    /**
     * @param embeddings [Q, C]
     * @param features per view [h·w, C]
     * @param heights h of every view
     * @param widths w of every view
     */
    public MaskLogits(NDArray embeddings, List<NDArray> features, int[] heights, int[] widths) {
        this.embeddings = embeddings;
        this.features = List.copyOf(features);
        this.heights = heights.clone();
        this.widths = widths.clone();
    }

    /** Full-size logits per view [Q, h, w]: each query is its own feature. */
    static MaskLogits of(List<NDArray> logits) {
        Shape shape = logits.get(0).getShape();
        return new MaskLogits(
                logits.get(0).getManager().eye((int) shape.get(0)),
                logits.stream()
                        .map(x -> x.reshape(x.getShape().get(0), -1).transpose())
                        .toList(),
                logits.stream().mapToInt(x -> (int) x.getShape().get(1)).toArray(),
                logits.stream().mapToInt(x -> (int) x.getShape().get(2)).toArray());
    }

    int queries() {
        return (int) embeddings.getShape().get(0);
    }

    int views() {
        return features.size();
    }

    /**
     * Mask features at points of every view. Those of a scene are the same after every layer: sampled once, they serve all.
     *
     * @param points per view [P, 2]
     * @return [V·P, C]
     */
    NDArray features(float[][] points) {
        NDList parts = new NDList();
        for (int v = 0; v < features.size(); v++) {
            parts.add(PointSample.rows(features.get(v), heights[v], widths[v], points[v]));
        }
        return Differentiable.concat(parts, 0);
    }

    /**
     * All queries where features were sampled.
     *
     * @param sampled [N, C]
     * @return [Q, N]
     */
    NDArray of(NDArray sampled) {
        return embeddings.matMul(sampled.transpose());
    }

    /**
     * All queries at the same points of a view.
     *
     * @param points [P, 2]
     * @return [Q, P]
     */
    NDArray sample(int view, float[] points) {
        return of(PointSample.rows(features.get(view), heights[view], widths[view], points));
    }

    /**
     * Some queries, each at points of its own.
     *
     * @param queries [n]
     * @param views [n], the view in which each is sampled
     * @param points [n][P, 2]
     * @return [n, P]
     */
    NDArray sample(int[] queries, int[] views, float[][] points) {
        int count = points[0].length / 2;
        NDList parts = new NDList();
        int[] order = new int[queries.length]; // where the k-th of the view-by-view order belongs
        int at = 0;
        for (int v = 0; v < features.size(); v++) {
            int first = at;
            for (int i = 0; i < queries.length; i++) {
                if (views[i] == v) {
                    order[at++] = i;
                }
            }
            int n = at - first;
            if (n == 0) {
                continue;
            }
            float[] all = new float[n * count * 2];
            long[] chosen = new long[n];
            for (int k = 0; k < n; k++) {
                System.arraycopy(points[order[first + k]], 0, all, k * count * 2, count * 2);
                chosen[k] = queries[order[first + k]];
            }
            NDArray sampled = PointSample.rows(features.get(v), heights[v], widths[v], all)
                    .reshape(new Shape(n, count, -1));
            NDArray embedding =
                    embeddings.get(embeddings.getManager().create(chosen)).expandDims(2);
            parts.add(sampled.batchMatMul(embedding).squeeze(2));
        }
        long[] back = new long[order.length];
        for (int k = 0; k < order.length; k++) {
            back[order[k]] = k;
        }
        NDArray joined = Differentiable.concat(parts, 0);
        return Arrays.equals(back, sorted(back))
                ? joined
                : joined.get(joined.getManager().create(back));
    }

    private static long[] sorted(long[] values) {
        long[] copy = values.clone();
        Arrays.sort(copy);
        return copy;
    }
}
