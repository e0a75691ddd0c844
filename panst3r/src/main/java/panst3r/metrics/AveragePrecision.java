package panst3r.metrics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntToDoubleFunction;
import java.util.function.ToDoubleFunction;
import panst3r.metrics.LabelCounts.Segment;

/**
 * Average precision of the instances of a scene, all its views taken together, so that an instance must keep its id over
 * views. Predicted segments take, the surest first, the true one of their class with the largest IoU that is left, if it
 * reaches a threshold; precision is made to fall with recall, and the area below it is the average precision. Pixels of void
 * truth do not count. This is the rule of COCO, with the exact area instead of 101 samples of it; ScanNet's names are used.
 *
 * @param ap mean over the thresholds 0.50, 0.55, … 0.95
 * @param ap50 at 0.5
 * @param ap25 at 0.25
 * @param perClass things that occur in the truth, ascending; the means above are theirs, NaN if there is none
 */
public record AveragePrecision(double ap, double ap50, double ap25, TreeMap<Integer, ClassPrecision> perClass) {
    private static final double[] THRESHOLDS = {0.25, 0.50, 0.55, 0.60, 0.65, 0.70, 0.75, 0.80, 0.85, 0.90, 0.95};

    /**
     * Of one class.
     *
     * @param instances true ones
     */
    public record ClassPrecision(double ap, double ap50, double ap25, int instances) {}

    private record Found(Segment segment, double score, long area, Map<Segment, Long> overlaps) {}

    /** @param score how sure the prediction is of an instance, by its id */
    public static AveragePrecision of(LabelCounts counts, IntToDoubleFunction score) {
        Map<Segment, Long> predictedArea = new HashMap<>();
        Map<Segment, Long> trueArea = new HashMap<>();
        Map<Segment, Map<Segment, Long>> shared = new HashMap<>(); // predicted → true of the same class → pixels
        counts.forEach((pair, n) -> {
            predictedArea.merge(pair.predicted(), n, Long::sum);
            trueArea.merge(pair.truth(), n, Long::sum);
            if (pair.predicted().label() == pair.truth().label()) {
                shared.computeIfAbsent(pair.predicted(), p -> new HashMap<>()).put(pair.truth(), n);
            }
        });
        TreeMap<Integer, ClassPrecision> perClass = new TreeMap<>();
        for (int label : counts.classes().things()) {
            int instances = (int)
                    trueArea.keySet().stream().filter(t -> t.label() == label).count();
            if (instances > 0) {
                List<Found> found = predictedArea.keySet().stream()
                        .filter(p -> p.label() == label)
                        .map(p -> new Found(
                                p,
                                score.applyAsDouble(p.instance()),
                                predictedArea.get(p),
                                shared.getOrDefault(p, Map.of())))
                        .sorted(Comparator.comparingDouble((Found f) -> -f.score)
                                .thenComparingInt(f -> f.segment.instance()))
                        .toList();
                double[] at = Arrays.stream(THRESHOLDS)
                        .map(t -> area(found, trueArea, instances, t))
                        .toArray();
                double ap = Arrays.stream(at, 1, at.length).average().orElseThrow();
                perClass.put(label, new ClassPrecision(ap, at[1], at[0], instances));
            }
        }
        return new AveragePrecision(
                mean(perClass.values(), ClassPrecision::ap),
                mean(perClass.values(), ClassPrecision::ap50),
                mean(perClass.values(), ClassPrecision::ap25),
                perClass);
    }

    /** Below the curve of precision over recall. */
    private static double area(List<Found> found, Map<Segment, Long> trueArea, int instances, double threshold) {
        List<Segment> taken = new ArrayList<>();
        double[] precision = new double[found.size()];
        boolean[] hit = new boolean[found.size()];
        for (int i = 0; i < found.size(); i++) {
            Segment best = null;
            double most = 0;
            for (Map.Entry<Segment, Long> o : found.get(i).overlaps.entrySet()) {
                long union = found.get(i).area + trueArea.get(o.getKey()) - o.getValue();
                double iou = o.getValue() / (double) union;
                boolean better =
                        iou > most || iou == most && best != null && o.getKey().instance() < best.instance();
                if (iou >= threshold && better && !taken.contains(o.getKey())) {
                    best = o.getKey();
                    most = iou;
                }
            }
            if (best != null) {
                taken.add(best);
                hit[i] = true;
            }
            precision[i] = taken.size() / (i + 1.0);
        }
        double sum = 0;
        double envelope = 0;
        for (int i = found.size() - 1; i >= 0; i--) {
            envelope = Math.max(envelope, precision[i]);
            sum += hit[i] ? envelope : 0;
        }
        return sum / instances;
    }

    private static double mean(Collection<ClassPrecision> classes, ToDoubleFunction<ClassPrecision> value) {
        return classes.stream().mapToDouble(value).average().orElse(Double.NaN);
    }
}
