package panst3r.retrieval;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * The visual words of one image, each with the sign of what its features differ from the word in (retrieval.md, step 2).
 *
 * @param words ascending, each once
 * @param codes [words, longs] row-major: one bit a dimension, the first in the highest bit, set where the sum is positive
 */
record Words(int[] words, long[] codes) {
    /**
     * @param features [n, width] of the image
     * @param nearest [n, k] words of each feature
     */
    static Words of(Codebook codebook, float[] features, int[] nearest, int k) {
        int d = codebook.width();
        int[] words = Arrays.stream(nearest).distinct().sorted().toArray();
        float[] sums = new float[words.length * d];
        for (int a = 0; a < nearest.length; a++) {
            int at = Arrays.binarySearch(words, nearest[a]) * d;
            int feature = a / k * d;
            int centroid = nearest[a] * d;
            for (int j = 0; j < d; j++) {
                sums[at + j] += features[feature + j] - codebook.centroids()[centroid + j];
            }
        }
        int longs = longs(d);
        long[] codes = new long[words.length * longs];
        IntStream.range(0, words.length).forEach(w -> {
            for (int j = 0; j < d; j++) {
                if (sums[w * d + j] > 0) {
                    codes[w * longs + j / 64] |= Long.MIN_VALUE >>> j % 64;
                }
            }
        });
        return new Words(words, codes);
    }

    /** Size of what {@link #write} writes. */
    int bytes() {
        return 4 + 4 * words.length + 8 * codes.length;
    }

    void write(ByteBuffer out) {
        out.putInt(words.length);
        IntStream.of(words).forEach(out::putInt);
        LongStream.of(codes).forEach(out::putLong);
    }

    /** @param width of the features */
    static Words read(ByteBuffer in, int width) {
        int[] words = new int[in.getInt()];
        Arrays.setAll(words, w -> in.getInt());
        long[] codes = new long[words.length * longs(width)];
        Arrays.setAll(codes, c -> in.getLong());
        return new Words(words, codes);
    }

    static int longs(int width) {
        return (width + 63) / 64;
    }

    /** Number of bits that differ between two codes. */
    static int distance(long[] a, int from, long[] b, int at, int longs) {
        int bits = 0;
        for (int j = 0; j < longs; j++) {
            bits += Long.bitCount(a[from + j] ^ b[at + j]);
        }
        return bits;
    }
}
