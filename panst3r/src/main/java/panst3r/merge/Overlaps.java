package panst3r.merge;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import panst3r.Progress;

/**
 * Σ min(M_i, M_j) over all pixels for every pair of queries; i = j gives Σ M_i.
 *
 * <p>Probabilities at or below {@link #CUTOFF} are left out, and the others are rounded to multiples of 2^-24 so that
 * sums of whole numbers can be formed, which do not depend on the order and so on the number of threads. Of each pixel's
 * min(M_i, M_j) at most the larger of the two errors is lost: the mean over all pixels is off by at most
 * {@link #errorBound}, 1.03e-6, one tenth of what the fixtures allow.
 */
final class Overlaps {
    static final float CUTOFF = 1e-6f;
    private static final float UNIT = 1 << 24;
    /** Rows and columns of a tile: few queries have something in a small one; 64 · 2^24 fits an int. */
    private static final int TILE = 8;

    private final int queries;
    private final double pixels;
    /** [Q, Q]; a pair's sum is spread over its two places. */
    private final long[] sums;

    private Overlaps(int queries, double pixels, long[] sums) {
        this.queries = queries;
        this.pixels = pixels;
        this.sums = sums;
    }

    /** Σ min(M_i, M_j) divided by H·W·V with the padded H and W. */
    double share(int i, int j) {
        long sum = sums[i * queries + j] + (i == j ? 0 : sums[j * queries + i]);
        return sum / (UNIT * pixels);
    }

    /** Largest possible difference of a share from that of the probabilities themselves. */
    static double errorBound() {
        return CUTOFF + 0.5 / UNIT;
    }

    static Overlaps of(MaskSource source, float[] weights, int threads, Progress progress) {
        int maxHeight = 0;
        int maxWidth = 0;
        List<int[]> bands = new ArrayList<>();
        for (int v = 0; v < source.views(); v++) {
            maxHeight = Math.max(maxHeight, source.height(v));
            maxWidth = Math.max(maxWidth, source.width(v));
            for (int y = 0; y < source.height(v); y += TILE) {
                bands.add(new int[] {v, y, Math.min(source.height(v), y + TILE)});
            }
        }
        int n = source.queries();
        long[] sums = new long[n * n];
        List<Worker> workers = new ArrayList<>();
        Parallel.run(bands.size(), threads, "overlaps", progress, () -> {
            Worker w = new Worker(source, weights);
            synchronized (workers) {
                workers.add(w);
            }
            return task -> w.band(bands.get(task)[0], bands.get(task)[1], bands.get(task)[2]);
        });
        for (Worker w : workers) {
            for (int i = 0; i < sums.length; i++) {
                sums[i] += w.sums[i];
            }
        }
        return new Overlaps(n, (double) maxHeight * maxWidth * source.views(), sums);
    }

    private static final class Worker {
        private final MaskSource source;
        private final float[] weights;
        private final BandReader reader;
        final long[] sums;
        /** [query with anything in the band][band rows, width] in units. */
        private final int[][] band;

        private final int[] inBand;
        /** [query of the tile][pixel], and of each the smallest, largest and sum. */
        private final int[][] tile;

        private final int[] min;
        private final int[] max;
        private final int[] sum;
        /** Queries of the tile by falling maximum: the maximum above, the query below. */
        private final long[] order;

        Worker(MaskSource source, float[] weights) {
            this.source = source;
            this.weights = weights;
            int n = source.queries();
            reader = new BandReader(source, Probabilities.above(source, CUTOFF));
            sums = new long[n * n];
            band = new int[n][0];
            inBand = new int[n];
            tile = new int[n][TILE * TILE];
            min = new int[n];
            max = new int[n];
            sum = new int[n];
            order = new long[n];
        }

        void band(int view, int y0, int y1) {
            int width = source.width(view);
            int size = (y1 - y0) * width;
            int n = 0;
            for (int q = 0; q < source.queries(); q++) {
                if (!reader.read(view, q, y0, y1)) {
                    continue;
                }
                if (band[n].length < size) {
                    band[n] = new int[size];
                }
                toUnits(band[n], y1 - y0, width, weights == null ? UNIT : UNIT * weights[q]);
                inBand[n++] = q;
            }
            for (int x = 0; x < width; x += TILE) {
                tile(n, y1 - y0, width, x, Math.min(width, x + TILE));
            }
        }

        private void toUnits(int[] out, int rows, int width, float unit) {
            for (int y = 0; y < rows; y++) {
                int from = reader.from[y];
                int to = reader.to[y];
                Arrays.fill(out, y * width, y * width + from, 0);
                for (int i = y * width + from; i < y * width + to; i++) {
                    out[i] = (int) (reader.values[i] * unit + 0.5f);
                }
                Arrays.fill(out, y * width + to, (y + 1) * width, 0);
            }
        }

        /**
         * All pairs of one tile. Most masks are on different levels in a tile: where one is nowhere below another, the
         * sum of minima is the other's sum. By falling maximum these are all queries from some place on, so only the
         * few before it are compared pixel by pixel.
         */
        private void tile(int bandQueries, int rows, int width, int x0, int x1) {
            int pixels = rows * (x1 - x0);
            int n = 0;
            for (int k = 0; k < bandQueries; k++) {
                if (copy(band[k], rows, width, x0, x1, k)) {
                    order[n++] = (long) -max[k] << 16 | k;
                }
            }
            Arrays.sort(order, 0, n);
            for (int i = 0; i < n; i++) {
                int a = (int) order[i] & 0xffff;
                int row = inBand[a] * source.queries();
                int least = min[a];
                sums[row + inBand[a]] += sum[a];
                int j = i + 1;
                for (; j < n && -(order[j] >> 16) > least; j++) {
                    int b = (int) order[j] & 0xffff;
                    sums[row + inBand[b]] += sumOfMinima(tile[a], tile[b], pixels);
                }
                for (; j < n; j++) {
                    int b = (int) order[j] & 0xffff;
                    sums[row + inBand[b]] += sum[b];
                }
            }
        }

        /** Copies one query's part of the tile; false if it is all zero. */
        private boolean copy(int[] from, int rows, int width, int x0, int x1, int k) {
            int[] to = tile[k];
            int least = Integer.MAX_VALUE;
            int most = 0;
            int total = 0;
            int at = 0;
            for (int y = 0; y < rows; y++) {
                for (int i = y * width + x0; i < y * width + x1; i++) {
                    int v = from[i];
                    to[at++] = v;
                    least = Math.min(least, v);
                    most = Math.max(most, v);
                    total += v;
                }
            }
            min[k] = least;
            max[k] = most;
            sum[k] = total;
            return most > 0;
        }

        private static int sumOfMinima(int[] a, int[] b, int pixels) {
            int s = 0;
            for (int p = 0; p < pixels; p++) {
                s += Math.min(a[p], b[p]);
            }
            return s;
        }
    }
}
