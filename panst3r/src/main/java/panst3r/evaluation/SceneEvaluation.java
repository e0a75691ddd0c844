package panst3r.evaluation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import panst3r.Progress;
import panst3r.metrics.ClassSplit;
import panst3r.metrics.DepthAccuracy;
import panst3r.metrics.FocalAccuracy;
import panst3r.metrics.GroundTruth;
import panst3r.metrics.GroundTruth.MeasuredView;
import panst3r.metrics.LabelCounts;
import panst3r.metrics.PanopticQuality;
import panst3r.metrics.PointAccuracy;
import panst3r.metrics.PoseAccuracy;
import panst3r.metrics.Semantic;
import panst3r.metrics.Similarity;
import panst3r.rooms.RoomView;
import panst3r.scene.Camera;
import panst3r.scene.PointCloud;
import panst3r.scene.PointQuery;
import panst3r.scene.Scene;

/**
 * How near a scene is to its ground truth (metrics.md), in the working pixels of those of its views that have some. Classes
 * that are rare in the scene are left out of the means.
 *
 * @param name of the scene
 * @param classes names of the true classes: class id c of the metrics is the name at c − 1
 * @param split which of them are things
 * @param panoptic of all views as one image, so that ids must agree over views; empty if the scene is not merged
 * @param semantic of all views; empty likewise
 * @param views one by one
 * @param depth of all views with one scale, on an even grid of at most {@value #MOST_POINTS} pixels
 * @param poses empty for a single view
 * @param points of the same grid after the similarity that best maps predicted to true points, pixel for pixel; distances
 *     from an even sample of {@value #QUERIES} points to all of the other cloud, in the unit of the truth; empty if nothing
 *     can be aligned
 */
public record SceneEvaluation(
        String name,
        List<String> classes,
        ClassSplit split,
        Optional<PanopticQuality> panoptic,
        Optional<Semantic> semantic,
        List<ViewEvaluation> views,
        DepthAccuracy depth,
        Optional<PoseAccuracy> poses,
        Optional<PointAccuracy> points) {
    static final int MOST_POINTS = 300_000;
    static final int QUERIES = 5_000;

    /** @param truth of this scene */
    public static SceneEvaluation of(GroundTruth truth, Scene scene, Progress progress) {
        List<MeasuredView> measured = truth.views();
        Optional<LabelCounts> counts = scene.panoptic().map(p -> truth.counts(p, measured));
        List<Camera> cameras = scene.cameras();
        Cloud cloud = new Cloud(measured);
        List<ViewEvaluation> views = new ArrayList<>();
        for (int i = 0; i < measured.size(); i++) {
            progress.step("measure", i, measured.size());
            MeasuredView view = measured.get(i);
            float[] depth = scene.depth(view.index());
            cloud.add(view, scene, depth);
            Optional<LabelCounts> own = scene.panoptic().map(p -> truth.counts(p, List.of(view)));
            views.add(new ViewEvaluation(
                    view.index(),
                    scene.view(view.index()).photo().name(),
                    own.map(c -> PanopticQuality.of(c, true)),
                    own.map(c -> Semantic.of(c, true)),
                    depth(view, depth),
                    FocalAccuracy.relativeError(
                            cameras.get(view.index()).photoIntrinsics()[0],
                            view.truth().camera().fx())));
        }
        progress.step("measure", measured.size(), measured.size());
        List<double[]> poses = measured.stream()
                .map(v -> cameras.get(v.index()).cameraToWorld())
                .toList();
        List<double[]> truePoses =
                measured.stream().map(v -> v.truth().camera().cameraToWorld()).toList();
        return new SceneEvaluation(
                truth.name(),
                truth.classNames(),
                truth.split(),
                counts.map(c -> PanopticQuality.of(c, true)),
                counts.map(c -> Semantic.of(c, true)),
                List.copyOf(views),
                cloud.depth(),
                poses.size() < 2 ? Optional.empty() : Optional.of(PoseAccuracy.of(poses, truePoses)),
                cloud.points());
    }

    /** Mean over the views of the absolute relative error of their depth, each with its own scale. */
    public double viewDepthError() {
        return views.stream()
                .mapToDouble(v -> v.depth().absoluteRelative())
                .average()
                .orElse(Double.NaN);
    }

    private static DepthAccuracy depth(MeasuredView view, float[] predicted) {
        double[] p = new double[predicted.length];
        double[] t = new double[predicted.length];
        for (int i = 0; i < p.length; i++) {
            p[i] = predicted[i];
            t[i] = view.pixels()[i] < 0 ? 0 : view.truth().depth()[view.pixels()[i]];
        }
        return DepthAccuracy.of(p, t);
    }

    /** Predicted and true points and depths of an even grid of pixels, as few as keep memory constant. */
    private static final class Cloud {
        private final int stride;
        private final Doubles predicted = new Doubles();
        private final Doubles matching = new Doubles(); // true points, one for each of the predicted
        private final Doubles truth = new Doubles();
        private final Doubles predictedDepth = new Doubles();
        private final Doubles trueDepth = new Doubles();

        Cloud(List<MeasuredView> views) {
            long pixels = views.stream().mapToLong(v -> v.pixels().length).sum();
            stride = (int) Math.ceil(Math.sqrt(pixels / (double) MOST_POINTS));
        }

        void add(MeasuredView view, Scene scene, float[] depth) {
            RoomView photo = view.truth();
            int width = scene.view(view.index()).width();
            int height = scene.view(view.index()).height();
            float[] world = world(scene, view.index());
            for (int y = 0; y < height; y += stride) {
                for (int x = 0; x < width; x += stride) {
                    int i = y * width + x;
                    int pixel = view.pixels()[i];
                    if (pixel < 0 || !(photo.depth()[pixel] > 0)) {
                        continue;
                    }
                    double[] point = photo.camera()
                            .unproject(pixel % photo.width(), pixel / photo.width(), photo.depth()[pixel]);
                    truth.add(point);
                    trueDepth.add(photo.depth()[pixel]);
                    predictedDepth.add(depth[i]);
                    if (!Float.isNaN(world[3 * i])) {
                        predicted.add(world[3 * i], world[3 * i + 1], world[3 * i + 2]);
                        matching.add(point);
                    }
                }
            }
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

        DepthAccuracy depth() {
            return DepthAccuracy.of(predictedDepth.toArray(), trueDepth.toArray());
        }

        Optional<PointAccuracy> points() {
            if (predicted.size == 0) {
                return Optional.empty();
            }
            double[] from = predicted.toArray();
            double[] aligned = Similarity.align(from, matching.toArray()).apply(from);
            return Optional.of(PointAccuracy.of(aligned, truth.toArray(), QUERIES));
        }
    }

    /** A list of numbers without boxes. */
    private static final class Doubles {
        private double[] values = new double[1 << 12];
        private int size;

        void add(double... more) {
            if (size + more.length > values.length) {
                values = Arrays.copyOf(values, 2 * values.length);
            }
            for (double value : more) {
                values[size++] = value;
            }
        }

        double[] toArray() {
            return Arrays.copyOf(values, size);
        }
    }
}
