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
    /** So many partners of a query are compared side by side rather than one after the other. */
    private static final int MANY = 16;

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
        /** [pixel][place in the order] */
        private final int[][] columns;
        /** Of one query and each place in the order. */
        private final int[] pairs;

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
            columns = new int[TILE * TILE][n];
            pairs = new int[n];
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
         * sum of minima is the other's sum. By falling maximum these are all queries from some place on, so only those
         * before it are compared pixel by pixel: few where masks say no firmly, nearly all where they do so weakly.
         */
        private void tile(int bandQueries, int rows, int width, int x0, int x1) {
            int n = 0;
            for (int k = 0; k < bandQueries; k++) {
                if (copy(band[k], rows, width, x0, x1, k)) {
                    order[n++] = (long) -max[k] << 16 | k;
                }
            }
            Arrays.sort(order, 0, n);
            boolean turned = false;
            for (int i = 0; i < n; i++) {
                int a = inOrder(i);
                int row = inBand[a] * source.queries();
                sums[row + inBand[a]] += sum[a];
                int end = i + 1;
                while (end < n && max[inOrder(end)] > min[a]) {
                    end++;
                }
                if (end - i > MANY) {
                    turned = turned || turn(n);
                    sumsOfMinima(a, i + 1, end);
                } else {
                    for (int j = i + 1; j < end; j++) {
                        pairs[j] = sumOfMinima(tile[a], tile[inOrder(j)]);
                    }
                }
                for (int j = i + 1; j < end; j++) {
                    sums[row + inBand[inOrder(j)]] += pairs[j];
                }
                for (int j = end; j < n; j++) {
                    int b = inOrder(j);
                    sums[row + inBand[b]] += sum[b];
                }
            }
        }

        private int inOrder(int i) {
            return (int) order[i] & 0xffff;
        }

        private boolean turn(int n) {
            for (int i = 0; i < n; i++) {
                int[] from = tile[inOrder(i)];
                for (int p = 0; p < from.length; p++) {
                    columns[p][i] = from[p];
                }
            }
            return true;
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
            Arrays.fill(to, at, to.length, 0);
            min[k] = least;
            max[k] = most;
            sum[k] = total;
            return most > 0;
        }

        private static int sumOfMinima(int[] a, int[] b) {
            int s = 0;
            for (int p = 0; p < a.length; p++) {
                s += Math.min(a[p], b[p]);
            }
            return s;
        }

        /**
         * The same with many partners, by Σ min(a, b) = (Σ a + Σ b − Σ |a − b|) / 2: a loop over partners of differences
         * and absolute values becomes vector instructions, one over pixels of minima does not.
         */
        private void sumsOfMinima(int a, int from, int to) {
            Arrays.fill(pairs, from, to, 0);
            int[] mine = tile[a];
            for (int p = 0; p < mine.length; p += 2) {
                addDifferences(mine[p], columns[p], mine[p + 1], columns[p + 1], pairs, from, to);
            }
            for (int j = from; j < to; j++) {
                pairs[j] = (sum[a] + sum[inOrder(j)] - pairs[j]) >>> 1;
            }
        }

        private static void addDifferences(int a0, int[] b0, int a1, int[] b1, int[] out, int from, int to) {
            for (int j = from; j < to; j++) {
                out[j] += Math.abs(a0 - b0[j]) + Math.abs(a1 - b1[j]);
            }
        }
    }
}
