package panst3r.merge;

import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How much the queries of a prediction have to say, before any merging: by the pixels at which a query's score ×
 * probability is the largest, on a coarse grid. It depends on the prediction alone, so that what is drawn by it, such as
 * colours, stays the same for every strategy and option.
 *
 * @param queries all of them, the most prominent first
 * @param classes those that are the best class of some query, in the order in which {@code queries} names them
 */
public record Prominence(List<Integer> queries, List<Integer> classes) {
    /** Rows, columns and views of the grid: enough to order what is seen at all, and little to read. */
    private static final int GRID = 16;

    public Prominence {
        queries = List.copyOf(queries);
        classes = List.copyOf(classes);
    }

    /** @throws panst3r.PanSt3RException if the class logits hold NaN */
    public static Prominence of(ClassLogits classes, MaskSource masks) {
        ClassScores scores = ClassScores.ofRealClasses(classes);
        int[] owned = new int[masks.queries()];
        for (int v = 0; v < masks.views(); v += step(masks.views())) {
            count(masks, v, scores.score(), owned);
        }
        List<Integer> queries = IntStream.range(0, owned.length)
                .boxed()
                .sorted(Comparator.<Integer>comparingInt(q -> -owned[q])
                        .thenComparing(q -> -scores.score()[q])
                        .thenComparing(q -> q))
                .toList();
        LinkedHashSet<Integer> labels = new LinkedHashSet<>();
        queries.forEach(q -> labels.add(scores.label()[q]));
        return new Prominence(queries, List.copyOf(labels));
    }

    private static void count(MaskSource masks, int view, float[] score, int[] owned) {
        int height = masks.maskHeight(view);
        int width = masks.maskWidth(view);
        var logits = masks.logits(view);
        for (int y = step(height) / 2; y < height; y += step(height)) {
            for (int x = step(width) / 2; x < width; x += step(width)) {
                int owner = -1;
                double most = 0;
                for (int q = 0; q < owned.length; q++) {
                    double weight = score[q] / (1 + Math.exp(-logits.get((q * height + y) * width + x)));
                    if (weight > most) {
                        most = weight;
                        owner = q;
                    }
                }
                if (owner >= 0) {
                    owned[owner]++;
                }
            }
        }
    }

    private static int step(int size) {
        return (size + GRID - 1) / GRID;
    }
}
