package panst3r.merge;

import java.nio.FloatBuffer;
import java.util.SplittableRandom;
import panst3r.checkpoint.LabelMode;

/**
 * Made-up predictions that look like real ones: each query answers for one ellipse that wanders from view to view, its
 * logits falling off outside; objects have several queries that disagree a little; some queries see nothing.
 */
final class SyntheticMasks {
    private final int queries;
    private final int objects;
    private final long seed;
    private final double floor;

    SyntheticMasks(int queries, int objects, long seed) {
        this(queries, objects, seed, Double.NEGATIVE_INFINITY);
    }

    /** @param floor about the logit far outside, −14 at the least: above it the masks say no only weakly */
    SyntheticMasks(int queries, int objects, long seed, double floor) {
        this.queries = queries;
        this.objects = objects;
        this.seed = seed;
        this.floor = floor;
    }

    ClassLogits classes(int count) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] values = new float[queries * count];
        for (int q = 0; q < queries; q++) {
            for (int c = 0; c < count; c++) {
                values[q * count + c] = (float) (-5 + 1.5 * random.nextDouble());
            }
            values[q * count + q % objects % count] = (float) (-3 + 6 * random.nextDouble());
        }
        return new ClassLogits(queries, count, values, LabelMode.SIGMOID);
    }

    /** Logits of one view, [Q, height, width]. */
    void fill(int view, int height, int width, FloatBuffer out) {
        float[] row = new float[width];
        for (int q = 0; q < queries; q++) {
            int object = q % objects;
            SplittableRandom o = new SplittableRandom(seed * 31 + object);
            SplittableRandom r = new SplittableRandom(seed * 17 + q);
            double peak = r.nextDouble(3, 10);
            double slope = r.nextDouble(4, 14);
            double x0 = o.nextDouble(-0.1, 1.1) + 0.03 * r.nextDouble(-1, 1) + o.nextDouble(-0.06, 0.06) * view;
            double y0 = o.nextDouble(-0.1, 1.1) + 0.03 * r.nextDouble(-1, 1);
            double rx = o.nextDouble(0.05, 0.35) * r.nextDouble(0.8, 1.2);
            double ry = o.nextDouble(0.05, 0.35) * r.nextDouble(0.8, 1.2);
            SplittableRandom noise = new SplittableRandom(seed + 1_000L * q + view);
            for (int y = 0; y < height; y++) {
                double dy = ((y + 0.5) / height - y0) / ry;
                for (int x = 0; x < width; x++) {
                    double dx = ((x + 0.5) / width - x0) / rx;
                    double d = Math.sqrt(dx * dx + dy * dy);
                    double logit = Math.max(floor, Math.min(peak, slope * (1 - d))) + noise.nextDouble() - 0.5;
                    row[x] = (float) Math.max(-14, logit);
                }
                out.put(row);
            }
        }
    }

    /** Views of one size, their masks half as large, on the heap. */
    MaskSource masks(int views, int height, int width) {
        int mh = Math.max(1, height / 2);
        int mw = Math.max(1, width / 2);
        java.util.List<int[]> sizes = new java.util.ArrayList<>();
        java.util.List<float[]> values = new java.util.ArrayList<>();
        for (int v = 0; v < views; v++) {
            float[] logits = new float[queries * mh * mw];
            fill(v, mh, mw, FloatBuffer.wrap(logits));
            sizes.add(new int[] {height, width, mh, mw});
            values.add(logits);
        }
        return new ArrayMasks(queries, sizes, values);
    }
}
