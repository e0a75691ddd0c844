package panst3r.retrieval;

import java.util.List;
import java.util.stream.IntStream;
import panst3r.Progress;

/**
 * Aggregated selective match kernels with binary codes: an image is a set of visual words, and the words that two images
 * share count by how alike their codes are (Tolias, Avrithis and Jégou, "Image search with selective match kernels:
 * aggregation across single and multiple images", IJCV 2016; retrieval.md, step 2).
 *
 * <p>An inverted file lists for every word the images that have it, so that only pairs that share a word are looked at.
 */
final class Asmk {
    /** Queries that are scored together, between looks at whether the work is still wanted. */
    private static final int BLOCK = 32;

    private final int width;
    private final double threshold;
    private final double alpha;

    /**
     * @param width of the features
     * @param threshold words less alike than this do not count
     * @param alpha exponent that makes alike words count more
     */
    Asmk(int width, double threshold, double alpha) {
        this.width = width;
        this.threshold = threshold;
        this.alpha = alpha;
    }

    /**
     * @param queries words of every image, several of each feature
     * @param database words of the same images, one of each feature
     * @param vocabulary number of all words
     * @return [V, V] row-major, query and database image
     */
    double[] scores(List<Words> queries, List<Words> database, int vocabulary, Progress progress) {
        int v = database.size();
        Lists lists = Lists.of(database, vocabulary, Words.longs(width));
        double[] weights = weights();
        double[] scores = new double[queries.size() * v];
        for (int from = 0; from < queries.size(); from += BLOCK) {
            progress.step("compare", from, queries.size());
            IntStream.range(from, Math.min(from + BLOCK, queries.size()))
                    .parallel()
                    .forEach(q -> score(queries.get(q), database, lists, weights, scores, q * v));
        }
        progress.step("compare", queries.size(), queries.size());
        return scores;
    }

    private void score(Words query, List<Words> database, Lists lists, double[] weights, double[] scores, int row) {
        int longs = Words.longs(width);
        for (int w = 0; w < query.words().length; w++) {
            int word = query.words()[w];
            for (int e = lists.starts[word]; e < lists.starts[word + 1]; e++) {
                scores[row + lists.images[e]] +=
                        weights[Words.distance(query.codes(), w * longs, lists.codes, e * longs, longs)];
            }
        }
        for (int b = 0; b < database.size(); b++) {
            if (scores[row + b] != 0) {
                scores[row + b] /= Math.sqrt(database.get(b).words().length) * Math.sqrt(query.words().length);
            }
        }
    }

    /** What a shared word counts, by the number of bits that differ. */
    private double[] weights() {
        int bits = (width + 31) / 32 * 32;
        return IntStream.rangeClosed(0, width).mapToDouble(d -> weight(d, bits)).toArray();
    }

    private double weight(int differing, int bits) {
        double s = 1 - 2.0 * differing / bits;
        return s < threshold ? 0 : Math.pow(s, alpha);
    }

    /**
     * The words of all images, sorted by word.
     *
     * @param starts where the entries of each word begin; one more for the end
     * @param images of each entry
     * @param codes of each entry, copied together so that a word's lie side by side
     */
    private record Lists(int[] starts, int[] images, long[] codes) {
        static Lists of(List<Words> database, int vocabulary, int longs) {
            int[] starts = new int[vocabulary + 1];
            for (Words image : database) {
                for (int word : image.words()) {
                    starts[word + 1]++;
                }
            }
            for (int w = 0; w < vocabulary; w++) {
                starts[w + 1] += starts[w];
            }
            int[] next = starts.clone();
            int[] images = new int[starts[vocabulary]];
            long[] codes = new long[starts[vocabulary] * longs];
            for (int b = 0; b < database.size(); b++) {
                Words image = database.get(b);
                for (int w = 0; w < image.words().length; w++) {
                    int entry = next[image.words()[w]]++;
                    images[entry] = b;
                    System.arraycopy(image.codes(), w * longs, codes, entry * longs, longs);
                }
            }
            return new Lists(starts, images, codes);
        }
    }
}
