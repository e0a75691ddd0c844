package panst3r.metrics;

import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * How many pixels each predicted segment shares with each true one: all that the panoptic and semantic metrics need,
 * gathered view by view. A segment is (class, instance); the instance of a stuff class is 0; class 0 is void. Pixels whose
 * true class is void are left out (metrics.md).
 */
public final class LabelCounts {
    private final ClassSplit classes;
    private final Map<Pair, long[]> counts = new HashMap<>();
    private long pixels;

    /** A predicted and a true segment. */
    record Pair(Segment predicted, Segment truth) {}

    /** (class, instance). */
    record Segment(int label, int instance) {
        static final Segment VOID = new Segment(0, 0);

        boolean isVoid() {
            return label == 0;
        }
    }

    public LabelCounts(ClassSplit classes) {
        this.classes = classes;
    }

    public ClassSplit classes() {
        return classes;
    }

    /** Pixels counted so far, those of void truth not among them. */
    public long pixels() {
        return pixels;
    }

    /**
     * Adds a view. All arrays [H·W], 0 = void.
     *
     * @throws IllegalArgumentException if their lengths differ
     */
    public void add(int[] predictedClass, int[] predictedInstance, int[] trueClass, int[] trueInstance) {
        int n = trueClass.length;
        if (predictedClass.length != n || predictedInstance.length != n || trueInstance.length != n) {
            throw new IllegalArgumentException("label maps of different sizes");
        }
        // Labels come in runs; one look-up a run is enough.
        for (int from = 0, to; from < n; from = to) {
            to = from + 1;
            while (to < n
                    && predictedClass[to] == predictedClass[from]
                    && predictedInstance[to] == predictedInstance[from]
                    && trueClass[to] == trueClass[from]
                    && trueInstance[to] == trueInstance[from]) {
                to++;
            }
            if (trueClass[from] != 0) {
                Pair pair = new Pair(
                        segment(predictedClass[from], predictedInstance[from]),
                        segment(trueClass[from], trueInstance[from]));
                counts.computeIfAbsent(pair, p -> new long[1])[0] += to - from;
                pixels += to - from;
            }
        }
    }

    /** Adds what was counted of other views, with the same classes. */
    public void add(LabelCounts other) {
        other.counts.forEach((pair, n) -> counts.computeIfAbsent(pair, p -> new long[1])[0] += n[0]);
        pixels += other.pixels;
    }

    private Segment segment(int label, int instance) {
        return label == 0 ? Segment.VOID : new Segment(label, classes.stuff().contains(label) ? 0 : instance);
    }

    void forEach(BiConsumer<Pair, Long> action) {
        counts.forEach((pair, n) -> action.accept(pair, n[0]));
    }

    /** Pixels of every class, [0] predicted and [1] true. */
    Map<Integer, long[]> classPixels() {
        Map<Integer, long[]> out = new HashMap<>();
        forEach((pair, n) -> {
            out.computeIfAbsent(pair.predicted.label, c -> new long[2])[0] += n;
            out.computeIfAbsent(pair.truth.label, c -> new long[2])[1] += n;
        });
        return out;
    }
}
