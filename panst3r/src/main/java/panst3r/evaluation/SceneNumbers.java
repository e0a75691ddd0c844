package panst3r.evaluation;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import panst3r.metrics.AveragePrecision;
import panst3r.metrics.AveragePrecision.ClassPrecision;
import panst3r.metrics.PanopticQuality;
import panst3r.metrics.PanopticQuality.ClassQuality;
import panst3r.metrics.PanopticQuality.Quality;
import panst3r.metrics.PointAccuracy;
import panst3r.metrics.PoseAccuracy;
import panst3r.metrics.Semantic;

/** What a table has of a scene, by the name of the column: shares, relative errors, degrees, lengths; NaN if undefined. */
public final class SceneNumbers {
    /** In the order of the columns. */
    public static final Map<String, ToDoubleFunction<SceneEvaluation>> ALL = all();

    /** Likewise of a view. */
    public static final Map<String, ToDoubleFunction<ViewEvaluation>> VIEWS = views();

    /** What {@link #classes} knows of a class. */
    public static final List<String> CLASS_COLUMNS = List.of(
            "thing", "counted", "pq", "sq", "rq", "tp", "fp", "fn", "iou", "pixel_accuracy", "ap", "ap50", "ap25");

    private SceneNumbers() {}

    private static Map<String, ToDoubleFunction<SceneEvaluation>> all() {
        Map<String, ToDoubleFunction<SceneEvaluation>> out = new LinkedHashMap<>();
        out.put("pq", s -> value(s.panoptic(), p -> p.all().pq()));
        out.put("sq", s -> value(s.panoptic(), p -> p.all().sq()));
        out.put("rq", s -> value(s.panoptic(), p -> p.all().rq()));
        out.put("pq_things", s -> value(s.panoptic(), p -> p.things().pq()));
        out.put("pq_stuff", s -> value(s.panoptic(), p -> p.stuff().pq()));
        out.put("pq_per_image", s -> perImage(s).pq());
        out.put("sq_per_image", s -> perImage(s).sq());
        out.put("rq_per_image", s -> perImage(s).rq());
        out.put("miou", s -> value(s.semantic(), Semantic::miou));
        out.put("macc", s -> value(s.semantic(), Semantic::meanAccuracy));
        out.put("pixel_accuracy", s -> value(s.semantic(), Semantic::pixelAccuracy));
        out.put("ap", s -> value(s.instances(), AveragePrecision::ap));
        out.put("ap50", s -> value(s.instances(), AveragePrecision::ap50));
        out.put("ap25", s -> value(s.instances(), AveragePrecision::ap25));
        out.put("depth_error", SceneEvaluation::viewDepthError);
        out.put("depth_inliers", SceneEvaluation::viewDepthInliers);
        out.put("depth_error_one_scale", s -> s.depth().absoluteRelative());
        out.put("rotation_error", s -> median(s.poses().map(PoseAccuracy::rotationDegrees)));
        out.put("translation_error", s -> median(s.poses().map(PoseAccuracy::translationDegrees)));
        for (int degrees : new int[] {5, 15, 30}) {
            out.put("rra" + degrees, s -> value(s.poses(), p -> p.rotationAccuracy(degrees)));
            out.put("rta" + degrees, s -> value(s.poses(), p -> p.translationAccuracy(degrees)));
        }
        out.put("auc30", s -> value(s.poses(), PoseAccuracy::auc30));
        out.put("ate", s -> value(s.poses(), PoseAccuracy::trajectoryRmse));
        out.put("accuracy", s -> value(s.points(), PointAccuracy::accuracyMean));
        out.put("accuracy_median", s -> value(s.points(), PointAccuracy::accuracyMedian));
        out.put("completeness", s -> value(s.points(), PointAccuracy::completenessMean));
        out.put("completeness_median", s -> value(s.points(), PointAccuracy::completenessMedian));
        out.put("normals", s -> value(s.points(), PointAccuracy::normalConsistency));
        out.put(
                "focal_error",
                s -> median(Optional.of(s.views().stream()
                        .mapToDouble(ViewEvaluation::focalError)
                        .toArray())));
        return Collections.unmodifiableMap(out);
    }

    private static Map<String, ToDoubleFunction<ViewEvaluation>> views() {
        Map<String, ToDoubleFunction<ViewEvaluation>> out = new LinkedHashMap<>();
        out.put("pq", v -> value(v.panoptic(), p -> p.all().pq()));
        out.put("sq", v -> value(v.panoptic(), p -> p.all().sq()));
        out.put("rq", v -> value(v.panoptic(), p -> p.all().rq()));
        out.put("miou", v -> value(v.semantic(), Semantic::miou));
        out.put("pixel_accuracy", v -> value(v.semantic(), Semantic::pixelAccuracy));
        out.put("depth_error", v -> v.depth().absoluteRelative());
        out.put("depth_inliers", v -> v.depth().inlierRatio());
        out.put("focal_error", ViewEvaluation::focalError);
        return Collections.unmodifiableMap(out);
    }

    /**
     * Classes that occur in the truth or the prediction, by name: whether things and whether counted (1 or 0), quality,
     * matched (tp), wrong (fp) and missed (fn) segments, IoU and accuracy of the pixels, average precision. A class that is
     * not counted has no quality; none has any in a scene that is not merged.
     */
    public static Map<String, Map<String, Double>> classes(SceneEvaluation scene) {
        Map<String, Map<String, Double>> out = new LinkedHashMap<>();
        if (scene.panoptic().isEmpty()) {
            return out;
        }
        Semantic semantic = scene.semantic().orElseThrow();
        for (int c : semantic.classIou().keySet()) {
            if (c < 1 || c > scene.classes().size()) {
                continue;
            }
            Map<String, Double> row = new LinkedHashMap<>();
            row.put("thing", scene.split().things().contains(c) ? 1.0 : 0);
            ClassQuality quality = scene.panoptic().get().perClass().get(c);
            row.put("counted", quality == null ? 0.0 : 1);
            if (quality != null) {
                row.put("pq", quality.quality().pq());
                row.put("sq", quality.quality().sq());
                row.put("rq", quality.quality().rq());
                row.put("tp", (double) quality.truePositives());
                row.put("fp", (double) quality.falsePositives());
                row.put("fn", (double) quality.falseNegatives());
            }
            row.put("iou", semantic.classIou().get(c));
            row.put("pixel_accuracy", semantic.classAccuracy().getOrDefault(c, Double.NaN));
            ClassPrecision precision =
                    scene.instances().orElseThrow().perClass().get(c);
            if (precision != null) {
                row.put("ap", precision.ap());
                row.put("ap50", precision.ap50());
                row.put("ap25", precision.ap25());
            }
            out.put(scene.classes().get(c - 1), row);
        }
        return out;
    }

    private static Quality perImage(SceneEvaluation scene) {
        return PanopticQuality.meanOverImages(
                scene.views().stream().flatMap(v -> v.panoptic().stream()).toList());
    }

    private static <T> double value(Optional<T> of, ToDoubleFunction<T> value) {
        return of.isEmpty() ? Double.NaN : value.applyAsDouble(of.get());
    }

    private static double median(Optional<double[]> values) {
        double[] sorted = values.orElse(new double[0]).clone();
        Arrays.sort(sorted);
        int n = sorted.length;
        return n == 0 ? Double.NaN : (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
    }
}
