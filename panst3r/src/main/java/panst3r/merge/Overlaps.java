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
    private final long[] sums;

    private Overlaps(int queries, double pixels, long[] sums) {
        this.queries = queries;
        this.pixels = pixels;
        this.sums = sums;
    }

    /** Σ min(M_i, M_j) divided by H·W·V with the padded H and W. */
    double share(int i, int j) {
        return sums[Math.min(i, j) * queries + Math.max(i, j)] / (UNIT * pixels);
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
        private int[][] band;

        private final int[] inBand;
        private final int[] inTile;
        /** [pixel of the tile, query of the tile] */
        private final int[] tile;

        private final int[] sumsOfTile;

        Worker(MaskSource source, float[] weights) {
            this.source = source;
            this.weights = weights;
            int n = source.queries();
            reader = new BandReader(source, Probabilities.above(source, CUTOFF));
            sums = new long[n * n];
            band = new int[n][];
            inBand = new int[n];
            inTile = new int[n];
            tile = new int[TILE * TILE * n];
            sumsOfTile = new int[n];
        }

        void band(int view, int y0, int y1) {
            int width = source.width(view);
            int size = (y1 - y0) * width;
            int n = 0;
            for (int q = 0; q < source.queries(); q++) {
                if (!reader.read(view, q, y0, y1)) {
                    continue;
                }
                if (band[n] == null || band[n].length < size) {
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

        private void tile(int bandQueries, int rows, int width, int x0, int x1) {
            int n = 0;
            for (int k = 0; k < bandQueries; k++) {
                if (anything(band[k], rows, width, x0, x1)) {
                    inTile[n++] = k;
                }
            }
            int pixels = rows * (x1 - x0);
            for (int k = 0; k < n; k++) {
                int[] from = band[inTile[k]];
                int at = k;
                for (int y = 0; y < rows; y++) {
                    for (int x = x0; x < x1; x++, at += n) {
                        tile[at] = from[y * width + x];
                    }
                }
            }
            int padded = pixels;
            while ((padded & 3) != 0) {
                Arrays.fill(tile, padded * n, ++padded * n, 0);
            }
            for (int i = 0; i < n; i++) {
                Arrays.fill(sumsOfTile, i, n, 0);
                for (int p = 0; p < padded; p += 4) {
                    addMinima(tile, p * n, n, i, sumsOfTile);
                }
                int row = inBand[inTile[i]] * source.queries();
                for (int j = i; j < n; j++) {
                    sums[row + inBand[inTile[j]]] += sumsOfTile[j];
                }
            }
        }

        /** For four pixels, min of query i and every later one; plain enough for the compiler to use vectors. */
        private static void addMinima(int[] tile, int at, int n, int i, int[] out) {
            int b = at + n;
            int c = b + n;
            int d = c + n;
            int ma = tile[at + i];
            int mb = tile[b + i];
            int mc = tile[c + i];
            int md = tile[d + i];
            if ((ma | mb | mc | md) == 0) {
                return;
            }
            for (int j = i; j < n; j++) {
                out[j] += Math.min(ma, tile[at + j])
                        + Math.min(mb, tile[b + j])
                        + Math.min(mc, tile[c + j])
                        + Math.min(md, tile[d + j]);
            }
        }

        private static boolean anything(int[] values, int rows, int width, int x0, int x1) {
            for (int y = 0; y < rows; y++) {
                for (int i = y * width + x0; i < y * width + x1; i++) {
                    if (values[i] != 0) {
                        return true;
                    }
                }
            }
            return false;
        }
    }
}
