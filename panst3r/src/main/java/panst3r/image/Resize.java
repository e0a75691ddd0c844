package panst3r.image;

import java.util.stream.IntStream;

/**
 * Bilinear resize with antialias: a triangle filter, as wide as one target pixel where the image shrinks, first along
 * rows, then along columns; pixel centres at halves. Rows run in parallel, each sum in one order, so the result does not
 * depend on the number of threads.
 */
final class Resize {
    /** What one target pixel is made of: {@code weights} of source pixels {@code first}, {@code first} + 1, … */
    private record Taps(int first, float[] weights) {}

    private Resize() {}

    /** The source: [3, width] of one row. */
    interface Rows {
        float[] row(int y);
    }

    /** @return [3, toHeight, toWidth] */
    static float[] bilinear(Rows source, int width, int height, int toWidth, int toHeight) {
        Taps[] across = taps(width, toWidth);
        Taps[] down = taps(height, toHeight);
        float[][] rows = new float[height][];
        IntStream.range(0, height).parallel().forEach(y -> {
            float[] from = source.row(y);
            float[] to = new float[3 * toWidth];
            for (int c = 0; c < 3; c++) {
                for (int x = 0; x < toWidth; x++) {
                    to[c * toWidth + x] = sum(across[x], from, c * width);
                }
            }
            rows[y] = to;
        });
        float[] out = new float[3 * toWidth * toHeight];
        IntStream.range(0, toHeight).parallel().forEach(y -> {
            Taps taps = down[y];
            for (int c = 0; c < 3; c++) {
                int at = (c * toHeight + y) * toWidth;
                for (int k = 0; k < taps.weights.length; k++) {
                    float w = taps.weights[k];
                    float[] row = rows[taps.first + k];
                    for (int x = 0; x < toWidth; x++) {
                        out[at + x] += w * row[c * toWidth + x];
                    }
                }
            }
        });
        return out;
    }

    private static float sum(Taps taps, float[] from, int offset) {
        float sum = 0;
        int at = offset + taps.first;
        for (float w : taps.weights) {
            sum += w * from[at++];
        }
        return sum;
    }

    private static Taps[] taps(int from, int to) {
        double scale = (double) from / to;
        double support = Math.max(scale, 1);
        Taps[] out = new Taps[to];
        for (int i = 0; i < to; i++) {
            double centre = scale * (i + 0.5);
            int first = Math.max((int) (centre - support + 0.5), 0);
            int end = Math.min((int) (centre + support + 0.5), from);
            double[] weights = new double[end - first];
            double total = 0;
            for (int j = 0; j < weights.length; j++) {
                weights[j] = Math.max(0, 1 - Math.abs((first + j + 0.5 - centre) / support));
                total += weights[j];
            }
            float[] normalised = new float[weights.length];
            for (int j = 0; j < weights.length; j++) {
                normalised[j] = (float) (weights[j] / total);
            }
            out[i] = new Taps(first, normalised);
        }
        return out;
    }
}
