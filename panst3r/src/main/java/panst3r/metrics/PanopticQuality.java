package panst3r.metrics;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import panst3r.metrics.LabelCounts.Segment;

/**
 * Panoptic quality as Panoptic Lifting and the papers after it report it (metrics.md): of a scene if the counts are of
 * all its views, of an image if they are of one.
 *
 * @param all mean over the counted classes
 * @param things mean over those of them that are things
 * @param stuff mean over those of them that are stuff
 * @param perClass the counted classes, ascending
 * @param rare classes left out because they are under 0.5 % of the predicted or of the true pixels; 0 is void
 */
public record PanopticQuality(
        Quality all, Quality things, Quality stuff, TreeMap<Integer, ClassQuality> perClass, TreeSet<Integer> rare) {
    /** A class under this share of the pixels of a side is not robust. */
    static final double RARE = 0.005;

    /** PQ = SQ · RQ for one class, a mean of each for several; NaN where there is no class to count. */
    public record Quality(double pq, double sq, double rq) {
        static final Quality UNDEFINED = new Quality(Double.NaN, Double.NaN, Double.NaN);

        static Quality mean(Collection<Quality> of) {
            return of.isEmpty()
                    ? UNDEFINED
                    : new Quality(
                            of.stream().mapToDouble(Quality::pq).average().orElseThrow(),
                            of.stream().mapToDouble(Quality::sq).average().orElseThrow(),
                            of.stream().mapToDouble(Quality::rq).average().orElseThrow());
        }
    }

    /** What was matched of one class. */
    public record ClassQuality(double iouSum, int truePositives, int falsePositives, int falseNegatives) {
        public Quality quality() {
            double half = truePositives + falsePositives / 2.0 + falseNegatives / 2.0;
            return new Quality(
                    half == 0 ? 0 : iouSum / half,
                    truePositives == 0 ? 0 : iouSum / truePositives,
                    half == 0 ? 0 : truePositives / half);
        }
    }

    /** @param leaveOutRare the reference's rule, on by default there: classes that are not robust do not count */
    public static PanopticQuality of(LabelCounts counts, boolean leaveOutRare) {
        return of(counts, leaveOutRare, true);
    }

    /**
     * Panoptic quality as Kirillov et al. (CVPR 2019) define it: every class counts, and a true pixel that was left void is
     * missed. By the papers' rule ({@link #of}) it is forgiven, so that a merge which leaves out what it is unsure of gains.
     */
    public static PanopticQuality strict(LabelCounts counts) {
        return of(counts, false, false);
    }

    private static PanopticQuality of(LabelCounts counts, boolean leaveOutRare, boolean forgiveVoid) {
        Map<Integer, long[]> classPixels = counts.classPixels();
        TreeSet<Integer> rare = leaveOutRare ? rare(classPixels, counts.pixels()) : new TreeSet<>();
        TreeSet<Integer> counted = counts.classes().all();
        counted.retainAll(classPixels.keySet());
        counted.removeAll(rare);

        Map<Segment, Long> predictedArea = new HashMap<>();
        Map<Segment, Long> trueArea = new HashMap<>();
        Map<Segment, Map<Segment, Long>> shared = new HashMap<>(); // predicted → true → pixels
        counts.forEach((pair, n) -> {
            Segment p = counted.contains(pair.predicted().label()) ? pair.predicted() : Segment.VOID;
            Segment t = counted.contains(pair.truth().label()) ? pair.truth() : Segment.VOID;
            predictedArea.merge(p, n, Long::sum);
            trueArea.merge(t, n, Long::sum);
            shared.computeIfAbsent(p, k -> new HashMap<>()).merge(t, n, Long::sum);
        });

        Map<Integer, double[]> tally = new HashMap<>(); // Σ IoU, TP, FP, FN
        counted.forEach(c -> tally.put(c, new double[4]));
        Map<Segment, Long> voidPrediction = forgiveVoid ? shared.getOrDefault(Segment.VOID, Map.of()) : Map.of();
        Set<Segment> matched = new HashSet<>();
        predictedArea.forEach((p, area) -> {
            if (p.isVoid()) {
                return;
            }
            Map<Segment, Long> overlaps = shared.get(p);
            long voidTruth = overlaps.getOrDefault(Segment.VOID, 0L);
            boolean hit = false;
            for (Map.Entry<Segment, Long> o : overlaps.entrySet()) {
                Segment t = o.getKey();
                long intersection = o.getValue();
                double union =
                        area - voidTruth + trueArea.get(t) - voidPrediction.getOrDefault(t, 0L) - (double) intersection;
                if (t.label() == p.label() && intersection / union > 0.5) { // over a half: at most one such pair
                    tally.get(p.label())[0] += intersection / union;
                    tally.get(p.label())[1]++;
                    matched.add(t);
                    hit = true;
                }
            }
            if (!hit && 2 * voidTruth <= area) {
                tally.get(p.label())[2]++;
            }
        });
        trueArea.forEach((t, area) -> {
            if (!t.isVoid() && !matched.contains(t) && 2 * voidPrediction.getOrDefault(t, 0L) <= area) {
                tally.get(t.label())[3]++;
            }
        });

        TreeMap<Integer, ClassQuality> perClass = new TreeMap<>();
        tally.forEach((c, x) -> perClass.put(c, new ClassQuality(x[0], (int) x[1], (int) x[2], (int) x[3])));
        return new PanopticQuality(
                mean(perClass, counted),
                mean(perClass, counts.classes().things()),
                mean(perClass, counts.classes().stuff()),
                perClass,
                rare);
    }

    /** Means of the qualities of several images; images without a counted class have none. */
    public static Quality meanOverImages(List<PanopticQuality> images) {
        return Quality.mean(images.stream()
                .map(PanopticQuality::all)
                .filter(q -> !Double.isNaN(q.pq()))
                .toList());
    }

    private static Quality mean(TreeMap<Integer, ClassQuality> perClass, Set<Integer> of) {
        return Quality.mean(perClass.entrySet().stream()
                .filter(e -> of.contains(e.getKey()))
                .map(e -> e.getValue().quality())
                .toList());
    }

    private static TreeSet<Integer> rare(Map<Integer, long[]> classPixels, long total) {
        TreeSet<Integer> out = new TreeSet<>();
        classPixels.forEach((c, n) -> {
            for (long side : n) {
                if (side > 0 && side < RARE * total) {
                    out.add(c);
                }
            }
        });
        return out;
    }
}
