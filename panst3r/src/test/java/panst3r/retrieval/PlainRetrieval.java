package panst3r.retrieval;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** The formulas of retrieval.md, step 2, spelled out: what {@link Codebook} and {@link Asmk} are tested against. */
final class PlainRetrieval {
    private PlainRetrieval() {}

    /** See {@link Codebook#nearest}. */
    static int[] nearest(float[] centroids, int width, float[] features, int k) {
        int words = centroids.length / width;
        int n = features.length / width;
        return IntStream.range(0, n)
                .flatMap(i -> {
                    double[] distances = new double[words];
                    for (int w = 0; w < words; w++) {
                        for (int j = 0; j < width; j++) {
                            double d = (double) features[i * width + j] - centroids[w * width + j];
                            distances[w] += d * d;
                        }
                    }
                    return IntStream.range(0, words)
                            .boxed()
                            .sorted(Comparator.comparingDouble(w -> distances[w]))
                            .limit(k)
                            .mapToInt(w -> w);
                })
                .toArray();
    }

    /** See {@link Asmk#scores}: every pair of images, every word of both. */
    static double[] scores(List<Words> queries, List<Words> database, int width, double threshold, double alpha) {
        int v = database.size();
        int bits = (width + 31) / 32 * 32;
        double[] scores = new double[queries.size() * v];
        for (int q = 0; q < queries.size(); q++) {
            for (int b = 0; b < v; b++) {
                Words one = queries.get(q);
                Words other = database.get(b);
                double sum = 0;
                for (int w = 0; w < one.words().length; w++) {
                    int at = Arrays.binarySearch(other.words(), one.words()[w]);
                    if (at >= 0) {
                        int differing = 0;
                        for (int j = 0; j < width; j++) {
                            differing += bit(one, w, j, width) == bit(other, at, j, width) ? 0 : 1;
                        }
                        double s = 1 - 2.0 * differing / bits;
                        sum += s < threshold ? 0 : Math.pow(s, alpha);
                    }
                }
                scores[q * v + b] =
                        sum == 0 ? 0 : sum / Math.sqrt(other.words().length) / Math.sqrt(one.words().length);
            }
        }
        return scores;
    }

    private static boolean bit(Words words, int w, int j, int width) {
        return (words.codes()[w * Words.longs(width) + j / 64] << j % 64) < 0;
    }
}
