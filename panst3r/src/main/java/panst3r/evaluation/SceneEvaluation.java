package panst3r.evaluation;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import panst3r.Progress;
import panst3r.merge.Panoptic;
import panst3r.metrics.AveragePrecision;
import panst3r.metrics.ClassSplit;
import panst3r.metrics.DepthAccuracy;
import panst3r.metrics.GroundTruth;
import panst3r.metrics.GroundTruth.MeasuredView;
import panst3r.metrics.PanopticQuality;
import panst3r.metrics.PointAccuracy;
import panst3r.metrics.PoseAccuracy;
import panst3r.metrics.Semantic;
import panst3r.scene.Camera;
import panst3r.scene.PointCloud;
import panst3r.scene.PointQuery;
import panst3r.scene.Scene;

/**
 * How near a scene is to its ground truth (metrics.md), in the working pixels of those of its views that have some.
 *
 * @param name of the scene
 * @param classes names of the true classes: class id c of the metrics is the name at c − 1
 * @param split which of them are things
 * @param rareLeftOut whether classes that are rare in the scene, or in a view, are left out of its means
 * @param panoptic of all views as one image, so that ids must agree over views; empty if the scene is not merged
 * @param semantic of all views; empty likewise
 * @param instances of all views together; empty likewise
 * @param views one by one
 * @param depth of all views with one scale, on an even grid of at most {@value #MOST_POINTS} pixels
 * @param poses empty for a single view
 * @param points of the same grid after the similarity that best maps predicted to true points, pixel for pixel; distances
 *     from an even sample of {@value #QUERIES} points to all of the other cloud, in the unit of the truth; normals of the
 *     surface through the neighbours of a pixel; empty if nothing can be aligned
 */
public record SceneEvaluation(
        String name,
        List<String> classes,
        ClassSplit split,
        boolean rareLeftOut,
        Optional<PanopticQuality> panoptic,
        Optional<Semantic> semantic,
        Optional<AveragePrecision> instances,
        List<ViewEvaluation> views,
        DepthAccuracy depth,
        Optional<PoseAccuracy> poses,
        Optional<PointAccuracy> points) {
    static final int MOST_POINTS = 300_000;
    static final int QUERIES = 5_000;

    /** As the longer one, where rare classes are left out, as in the field's tables. */
    public static SceneEvaluation of(GroundTruth truth, Scene scene, Progress progress) {
        return of(truth, scene, true, progress);
    }

    /**
     * @param truth of this scene
     * @param leaveOutRare whether classes that are rare in the scene do not count
     */
    public static SceneEvaluation of(GroundTruth truth, Scene scene, boolean leaveOutRare, Progress progress) {
        truth.warnOfUnmeasured(progress);
        List<MeasuredView> measured = truth.views();
        List<Camera> cameras = scene.cameras();
        Panoptic panoptic = scene.panoptic().orElse(null);
        int[] classOfId = panoptic == null ? null : truth.classOfId(panoptic);
        long pixels = 0;
        for (int v = 0; v < scene.views(); v++) {
            pixels += (long) scene.view(v).width() * scene.view(v).height();
        }
        RunningEvaluation running =
                new RunningEvaluation(truth.name(), truth.classNames(), truth.split(), pixels, leaveOutRare);
        for (int i = 0; i < measured.size(); i++) {
            progress.step("measure", i, measured.size());
            MeasuredView view = measured.get(i);
            int v = view.index();
            int[] ids = panoptic == null ? null : panoptic.ids().get(v);
            running.add(
                    new RunningEvaluation.PredictedView(
                            v,
                            scene.view(v).photo().name(),
                            scene.view(v).width(),
                            scene.view(v).height(),
                            ids == null ? null : GroundTruth.labels(ids, classOfId),
                            ids,
                            scene.depth(v),
                            world(scene, v),
                            cameras.get(v).photoIntrinsics()[0],
                            cameras.get(v).cameraToWorld()),
                    view);
        }
        progress.step("measure", measured.size(), measured.size());
        Map<Integer, Double> scores = new HashMap<>();
        if (panoptic != null) {
            panoptic.segments().forEach(s -> scores.put(s.id(), s.classScore() * s.maskConfidence()));
        }
        return running.finish(id -> scores.getOrDefault(id, 0.0));
    }

    /** Mean over the views of the absolute relative error of their depth, each with its own scale. */
    public double viewDepthError() {
        return meanOverViews(v -> v.depth().absoluteRelative());
    }

    /** Mean over the views of the share of pixels whose depth is nearly right, each with its own scale. */
    public double viewDepthInliers() {
        return meanOverViews(v -> v.depth().inlierRatio());
    }

    private double meanOverViews(ToDoubleFunction<ViewEvaluation> value) {
        return views.stream().mapToDouble(value).average().orElse(Double.NaN);
    }

    /** [H·W, 3], NaN where there is no point. */
    private static float[] world(Scene scene, int view) {
        int width = scene.view(view).width();
        float[] out = new float[3 * width * scene.view(view).height()];
        Arrays.fill(out, Float.NaN);
        PointCloud cloud = scene.points(PointQuery.all().views(view));
        for (int i = 0; i < cloud.size(); i++) {
            System.arraycopy(cloud.xyz(), 3 * i, out, 3 * (cloud.row()[i] * width + cloud.column()[i]), 3);
        }
        return out;
    }
}
