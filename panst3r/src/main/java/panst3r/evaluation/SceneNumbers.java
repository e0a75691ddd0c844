package panst3r.evaluation;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import panst3r.metrics.AveragePrecision;
import panst3r.metrics.PanopticQuality;
import panst3r.metrics.PanopticQuality.Quality;
import panst3r.metrics.PointAccuracy;
import panst3r.metrics.PoseAccuracy;
import panst3r.metrics.Semantic;

/** What a table has of a scene, by the name of the column: shares, relative errors, degrees, lengths; NaN if undefined. */
public final class SceneNumbers {
    /** In the order of the columns. */
    public static final Map<String, ToDoubleFunction<SceneEvaluation>> ALL = all();

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
