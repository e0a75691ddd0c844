package panst3r.merge;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import panst3r.PanSt3RException;
import panst3r.Progress;
import panst3r.merge.qubo.Solution;

/**
 * Several ways of merging one prediction, side by side. Pixels are compared by the query that their segment stands for,
 * so that other numbering is no difference.
 *
 * @param entries one per strategy, in the order asked for
 */
public record Comparison(List<Entry> entries) {
    public Comparison {
        entries = List.copyOf(entries);
    }

    /**
     * What one strategy made of the prediction.
     *
     * @param strategy name and changed options
     * @param panoptic the result
     * @param covered pixels with a segment, all views
     * @param pixels all pixels of all views
     * @param meanConfidence of the covered pixels; NaN if there is none
     * @param differing pixels whose query is another than with the first strategy
     * @param seconds time it took, what it shares with strategies before it not counted again
     */
    public record Entry(
            String strategy,
            Panoptic panoptic,
            long covered,
            long pixels,
            double meanConfidence,
            long differing,
            double seconds) {
        /**
         * @param first what the pixels are compared with
         * @param seconds that it took
         * @throws PanSt3RException if they are not of the same views
         */
        public static Entry of(Panoptic p, Panoptic first, double seconds) {
            long covered = 0;
            long pixels = 0;
            long differing = 0;
            double confidence = 0;
            int[] mine = queries(p);
            int[] theirs = queries(first);
            for (int v = 0; v < p.ids().size(); v++) {
                int[] a = p.ids().get(v);
                int[] b = other(first, v, a.length);
                for (int i = 0; i < a.length; i++) {
                    pixels++;
                    if (a[i] != 0) {
                        covered++;
                        confidence += p.confidence().get(v)[i];
                    }
                    differing += mine[a[i]] != theirs[b[i]] ? 1 : 0;
                }
            }
            return new Entry(p.strategy(), p, covered, pixels, confidence / covered, differing, seconds);
        }

        public int segments() {
            return panoptic.segments().size();
        }

        /** Energy of the chosen queries; NaN if the strategy minimises none. */
        public double energy() {
            Solution s = panoptic.solution();
            return s == null ? Double.NaN : s.energy();
        }

        /** How much better another choice could be at most, 0 if proven optimal; NaN if the strategy minimises nothing. */
        public double gap() {
            Solution s = panoptic.solution();
            return s == null ? Double.NaN : s.proven() ? 0 : s.gap();
        }
    }

    /**
     * A segment of one result and one of another that share pixels.
     *
     * @param first segment of the first result
     * @param second segment of the second
     * @param shared pixels that belong to both
     * @param iou shared pixels / pixels of either
     */
    public record Match(Segment first, Segment second, long shared, double iou) {}

    /**
     * Merges with every strategy.
     *
     * @throws PanSt3RException if there is no strategy, or a merge cannot be made
     */
    public static Comparison of(
            ClassLogits classes, MaskSource masks, List<? extends MergeStrategy> strategies, Progress progress) {
        if (strategies.isEmpty()) {
            throw new PanSt3RException("There is no strategy to compare; name some of " + Merge.names() + ".");
        }
        PreparedMasks prepared = Merge.prepare(masks);
        List<Entry> out = new ArrayList<>();
        for (MergeStrategy s : strategies) {
            progress.step("compare", out.size(), strategies.size());
            long start = System.nanoTime();
            Panoptic p = s.merge(classes, prepared, progress);
            double seconds = (System.nanoTime() - start) / 1e9;
            out.add(Entry.of(p, out.isEmpty() ? p : out.get(0).panoptic(), seconds));
        }
        return new Comparison(out);
    }

    /** Results that were made before, of the same views. */
    public static Comparison of(List<Panoptic> results) {
        return new Comparison(results.stream()
                .map(p -> Entry.of(p, results.get(0), Double.NaN))
                .toList());
    }

    /** Query of each segment id; −1 for void. */
    private static int[] queries(Panoptic p) {
        int[] out = new int[p.segments().stream().mapToInt(Segment::id).max().orElse(0) + 1];
        out[0] = -1;
        p.segments().forEach(s -> out[s.id()] = s.query());
        return out;
    }

    private static int[] other(Panoptic p, int view, int pixels) {
        if (view >= p.ids().size() || p.ids().get(view).length != pixels) {
            throw new PanSt3RException(
                    "Only results of the same views can be compared; view " + view + " differs in size.");
        }
        return p.ids().get(view);
    }

    /**
     * Per view and pixel [H·W], how many of the strategies say another query than the first: 0 where all agree with it.
     */
    public List<int[]> disagreement() {
        Panoptic first = entries.get(0).panoptic();
        int[] firstQueries = queries(first);
        List<int[]> out = new ArrayList<>();
        for (int v = 0; v < first.ids().size(); v++) {
            int[] base = first.ids().get(v);
            int[] map = new int[base.length];
            for (Entry e : entries) {
                int[] queries = queries(e.panoptic());
                int[] ids = e.panoptic().ids().get(v);
                for (int i = 0; i < map.length; i++) {
                    map[i] += queries[ids[i]] != firstQueries[base[i]] ? 1 : 0;
                }
            }
            out.add(map);
        }
        return out;
    }

    /** All pairs of segments of two results that share a pixel, the best IoU of each first segment first. */
    public List<Match> matches(int first, int second) {
        return matches(entries.get(first).panoptic(), entries.get(second).panoptic());
    }

    /** All pairs of segments of two results of the same views that share a pixel; by first segment, the best IoU first. */
    public static List<Match> matches(Panoptic first, Panoptic second) {
        Map<Long, Long> shared = new HashMap<>();
        for (int v = 0; v < first.ids().size(); v++) {
            int[] a = first.ids().get(v);
            int[] b = other(second, v, a.length);
            for (int i = 0; i < a.length; ) {
                // Neighbours mostly belong to the same pair: count runs.
                int from = i;
                while (i < a.length && a[i] == a[from] && b[i] == b[from]) {
                    i++;
                }
                if (a[from] != 0 && b[from] != 0) {
                    shared.merge((long) a[from] << 32 | b[from], (long) (i - from), Long::sum);
                }
            }
        }
        Map<Integer, Segment> firstById = byId(first);
        Map<Integer, Segment> secondById = byId(second);
        List<Match> out = new ArrayList<>();
        shared.forEach((pair, n) -> {
            Segment a = firstById.get((int) (pair >> 32));
            Segment b = secondById.get(pair.intValue());
            out.add(new Match(a, b, n, n / (double) (a.area() + b.area() - n)));
        });
        out.sort((x, y) -> x.first().id() != y.first().id()
                ? Integer.compare(x.first().id(), y.first().id())
                : x.iou() != y.iou()
                        ? Double.compare(y.iou(), x.iou())
                        : Integer.compare(x.second().id(), y.second().id()));
        return out;
    }

    private static Map<Integer, Segment> byId(Panoptic p) {
        Map<Integer, Segment> out = new HashMap<>();
        p.segments().forEach(s -> out.put(s.id(), s));
        return out;
    }
}
