package panst3r.retrieval;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import panst3r.nn.Scope;

/**
 * Visual words: centroids in the space of local features.
 *
 * <p>The nearest are found by one matrix product, which rounds, and decided among those that come near by their exact
 * distances; so they are those that a plain search finds.
 */
final class Codebook {
    /** How far the matrix product may be off, as a part of the squared lengths involved. */
    private static final float ROUNDING = 1e-5f;

    private final int words;
    private final int width;
    private final float[] centroids;
    private final NDArray matrix;
    private final float[] squares;
    private final float largest;

    /** @param centroids [words, width] row-major */
    Codebook(float[] centroids, int words, int width, NDManager manager) {
        this.words = words;
        this.width = width;
        this.centroids = centroids;
        matrix = manager.create(centroids, new Shape(words, width));
        NDScope.unregister(matrix);
        squares = new float[words];
        for (int w = 0; w < words; w++) {
            squares[w] = square(centroids, w);
        }
        float most = 0;
        for (float s : squares) {
            most = Math.max(most, s);
        }
        largest = most;
    }

    int width() {
        return width;
    }

    float[] centroids() {
        return centroids;
    }

    /**
     * The nearest words of each feature, nearest first; of equally near ones the first.
     *
     * @param features [n, width]
     * @param k how many
     * @return [n, min(k, words)]
     */
    int[] nearest(float[] features, int k) {
        int n = features.length / width;
        int most = Math.min(k, words);
        int[] out = new int[n * most];
        if (n == 0) {
            return out;
        }
        float[][] products = new float[1][];
        Scope.free(() -> {
            NDArray f = matrix.getManager().create(features, new Shape(n, width));
            products[0] = f.matMul(matrix.transpose()).toFloatArray();
        });
        float[] near = new float[words];
        float[] lowest = new float[most];
        for (int i = 0; i < n; i++) {
            float own = square(features, i);
            Arrays.fill(lowest, Float.POSITIVE_INFINITY);
            for (int w = 0; w < words; w++) {
                float d = squares[w] - 2 * products[0][i * words + w];
                near[w] = d;
                if (d < lowest[most - 1]) {
                    insert(lowest, d);
                }
            }
            float limit = lowest[most - 1] + ROUNDING * (own + largest);
            System.arraycopy(exact(features, i, near, limit), 0, out, i * most, most);
        }
        return out;
    }

    /** Words that come within the limit, by their distances in double precision. */
    private int[] exact(float[] features, int i, float[] near, float limit) {
        int[] candidates =
                IntStream.range(0, words).filter(w -> near[w] <= limit).toArray();
        double[] distances = new double[candidates.length];
        for (int c = 0; c < candidates.length; c++) {
            for (int j = 0; j < width; j++) {
                double d = (double) features[i * width + j] - centroids[candidates[c] * width + j];
                distances[c] += d * d;
            }
        }
        return IntStream.range(0, candidates.length)
                .boxed()
                .sorted(Comparator.comparingDouble(c -> distances[c]))
                .mapToInt(c -> candidates[c])
                .toArray();
    }

    private static void insert(float[] sorted, float value) {
        int at = sorted.length - 1;
        while (at > 0 && sorted[at - 1] > value) {
            sorted[at] = sorted[at - 1];
            at--;
        }
        sorted[at] = value;
    }

    private float square(float[] of, int row) {
        double sum = 0;
        for (int j = row * width; j < (row + 1) * width; j++) {
            sum += (double) of[j] * of[j];
        }
        return (float) sum;
    }
}
