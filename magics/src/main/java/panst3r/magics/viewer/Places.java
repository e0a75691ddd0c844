package panst3r.magics.viewer;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import panst3r.merge.Segment;
import panst3r.picture.PointSample;
import panst3r.scene.SceneSegment;

/** Where the names of segments stand: in the middle of a part of the points that are shown, which takes no time. */
final class Places {
    private static final int ENOUGH = 60_000;

    private final Map<Integer, float[][]> values = new HashMap<>(); // by segment: x, y, z
    private final Map<Integer, Integer> counts = new HashMap<>();
    private final int step;
    private final double threshold;
    private int seen;

    /** @param points that will be added; @param threshold confidence of those that count */
    Places(int points, double threshold) {
        this.step = 1 + points / ENOUGH;
        this.threshold = threshold;
    }

    void add(int segment, PointSample of, int i) {
        if (seen++ % step == 0 && segment > 0 && of.confidence()[i] >= threshold) {
            int n = counts.merge(segment, 1, Integer::sum) - 1;
            float[][] xyz = values.computeIfAbsent(segment, s -> new float[3][16]);
            for (int k = 0; k < 3; k++) {
                xyz[k] = n < xyz[k].length ? xyz[k] : Arrays.copyOf(xyz[k], 2 * n);
                xyz[k][n] = of.xyz()[3 * i + k];
            }
        }
    }

    SceneSegment segment(Segment s, String className) {
        float[] unknown = {Float.NaN, Float.NaN, Float.NaN};
        float[] median = unknown.clone();
        int n = counts.getOrDefault(s.id(), 0);
        for (int k = 0; k < 3 && n > 0; k++) {
            float[] sorted = Arrays.copyOf(values.get(s.id())[k], n);
            Arrays.sort(sorted);
            median[k] = sorted[n / 2];
        }
        return new SceneSegment(
                s.id(),
                s.query(),
                s.label(),
                className,
                s.classScore(),
                s.maskConfidence(),
                s.area(),
                n,
                List.of(),
                unknown,
                unknown,
                unknown,
                median);
    }
}
