package panst3r.merge;

import java.util.ArrayList;
import java.util.List;
import panst3r.Progress;

/**
 * Which query owns each pixel: the one with the largest weighted probability, the first of equals. Streams over the
 * views in bands of rows; a band belongs to one thread, counts are whole numbers, so the result does not depend on the
 * threads.
 *
 * @param owner per view [H·W], the query, −1 for none
 * @param confidence per view [H·W], the owner's unweighted probability, 0 for none
 * @param area per query, pixels that it owns
 * @param confidenceSum per query, sum of their confidences
 */
record Owners(List<int[]> owner, List<float[]> confidence, long[] area, double[] confidenceSum) {
    /** Rows of a band: its arrays fit the second-level cache. */
    static final int BAND = 16;

    /** Confidences are summed in units of 2^-30: sums of whole numbers do not depend on their order. */
    private static final float UNIT = 1 << 30;

    /**
     * @param queries in ascending order
     * @param weight per query of the whole prediction; null for 1
     * @param least a pixel whose owner's probability is less has no owner
     */
    static Owners of(
            PreparedMasks masks,
            Probabilities probabilities,
            int[] queries,
            float[] weight,
            float least,
            Progress progress) {
        List<int[]> owner = new ArrayList<>();
        List<float[]> confidence = new ArrayList<>();
        List<int[]> bands = new ArrayList<>();
        for (int v = 0; v < masks.views(); v++) {
            owner.add(new int[masks.height(v) * masks.width(v)]);
            confidence.add(new float[masks.height(v) * masks.width(v)]);
            for (int y = 0; y < masks.height(v); y += BAND) {
                bands.add(new int[] {v, y, Math.min(masks.height(v), y + BAND)});
            }
        }
        List<Worker> workers = new ArrayList<>();
        Parallel.run(bands.size(), masks.threads(), "owners", progress, () -> {
            Worker w = new Worker(masks, probabilities, queries, weight, least);
            synchronized (workers) {
                workers.add(w);
            }
            return task -> {
                int[] b = bands.get(task);
                w.band(b[0], b[1], b[2], owner.get(b[0]), confidence.get(b[0]));
            };
        });
        long[] area = new long[masks.queries()];
        long[] sum = new long[masks.queries()];
        for (Worker w : workers) {
            for (int q = 0; q < area.length; q++) {
                area[q] += w.area[q];
                sum[q] += w.sum[q];
            }
        }
        double[] confidenceSum = new double[sum.length];
        for (int q = 0; q < sum.length; q++) {
            confidenceSum[q] = sum[q] / (double) UNIT;
        }
        return new Owners(owner, confidence, area, confidenceSum);
    }

    /** Mean confidence of the pixels that a query owns. */
    double meanConfidence(int query) {
        return confidenceSum[query] / area[query];
    }

    /** Turns owners into segment ids, in place; pixels of queries without a segment get {@code voidConfidence}, if any. */
    void toSegments(int[] segmentOfQuery, Float voidConfidence) {
        for (int v = 0; v < owner.size(); v++) {
            int[] ids = owner.get(v);
            float[] conf = confidence.get(v);
            for (int i = 0; i < ids.length; i++) {
                int id = ids[i] < 0 ? 0 : segmentOfQuery[ids[i]];
                ids[i] = id;
                if (id == 0 && voidConfidence != null) {
                    conf[i] = voidConfidence;
                }
            }
        }
    }

    private static final class Worker {
        private final PreparedMasks masks;
        private final BandReader reader;
        private final int[] queries;
        private final float[] weight;
        private final float least;
        final long[] area;
        final long[] sum;
        private float[] best = new float[0];

        Worker(PreparedMasks masks, Probabilities probabilities, int[] queries, float[] weight, float least) {
            this.masks = masks;
            this.reader = new BandReader(masks, probabilities);
            this.queries = queries;
            this.weight = weight;
            this.least = least;
            area = new long[masks.queries()];
            sum = new long[masks.queries()];
        }

        void band(int view, int y0, int y1, int[] owner, float[] confidence) {
            int width = masks.width(view);
            int begin = y0 * width;
            int size = (y1 - y0) * width;
            if (best.length < size) {
                best = new float[size];
            }
            java.util.Arrays.fill(best, 0, size, -1f);
            java.util.Arrays.fill(owner, begin, begin + size, -1);
            for (int q : queries) {
                if (!reader.read(view, q, y0, y1)) {
                    continue;
                }
                float w = weight == null ? 1f : weight[q];
                for (int y = 0; y < y1 - y0; y++) {
                    take(q, w, y * width + reader.from[y], y * width + reader.to[y], begin, owner, confidence);
                }
            }
            for (int i = begin; i < begin + size; i++) {
                int q = owner[i];
                if (q >= 0 && confidence[i] >= least) {
                    area[q]++;
                    sum[q] += (long) (confidence[i] * UNIT);
                } else {
                    owner[i] = -1;
                }
            }
        }

        private void take(int q, float w, int from, int to, int begin, int[] owner, float[] confidence) {
            float[] values = reader.values;
            float[] top = best;
            for (int i = from; i < to; i++) {
                float p = w * values[i];
                if (p > top[i]) {
                    top[i] = p;
                    owner[begin + i] = q;
                    confidence[begin + i] = values[i];
                }
            }
        }
    }
}
