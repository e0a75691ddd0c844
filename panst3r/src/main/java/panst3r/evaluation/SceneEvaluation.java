package panst3r.evaluation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import panst3r.PanSt3RException;
import panst3r.Progress;
import panst3r.image.View;
import panst3r.merge.Segment;
import panst3r.metrics.ClassSplit;
import panst3r.metrics.DepthAccuracy;
import panst3r.metrics.FocalAccuracy;
import panst3r.metrics.LabelCounts;
import panst3r.metrics.PanopticQuality;
import panst3r.metrics.PointAccuracy;
import panst3r.metrics.PoseAccuracy;
import panst3r.metrics.Semantic;
import panst3r.metrics.Similarity;
import panst3r.rooms.RoomCategory;
import panst3r.rooms.RoomSample;
import panst3r.rooms.RoomView;
import panst3r.scene.Camera;
import panst3r.scene.PointCloud;
import panst3r.scene.PointQuery;
import panst3r.scene.Scene;

/**
 * How near a scene is to its ground truth (metrics.md). Compared are the pixels of the photos that the scene's views show:
 * what the crop to the working size left out counts neither for nor against it. Classes are matched by name; a segment
 * of a class that the truth does not know counts as void. Classes that are rare in the scene are left out of the means.
 *
 * @param name of the scene
 * @param classes names by class id of the metrics; 0 is void
 * @param panoptic of all views as one image, so that ids must agree over views
 * @param semantic of all views
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
        PanopticQuality panoptic,
        Semantic semantic,
        List<ViewEvaluation> views,
        DepthAccuracy depth,
        Optional<PoseAccuracy> poses,
        Optional<PointAccuracy> points) {
    static final int MOST_POINTS = 300_000;
    static final int QUERIES = 5_000;

    /**
     * @param scene its views are those of the truth, in the same order, of photos of the same sizes
     * @throws PanSt3RException if they are not
     */
    public static SceneEvaluation of(RoomSample truth, Scene scene, Progress progress) {
        int views = truth.views().size();
        if (scene.views() != views) {
            throw new PanSt3RException("The scene has " + scene.views() + " views, but the ground truth " + truth.name()
                    + " has " + views + ".");
        }
        ClassSplit split = split(truth.classes());
        LabelCounts counts = new LabelCounts(split);
        Labels labels = new Labels(truth, scene);
        Cloud cloud = new Cloud(truth);
        List<ViewEvaluation> each = new ArrayList<>();
        for (int v = 0; v < views; v++) {
            progress.step("measure", v, views);
            RoomView view = truth.views().get(v);
            int[] pixels = pixels(view, scene.view(v));
            LabelCounts own = new LabelCounts(split);
            labels.count(v, pixels, counts, own);
            float[] depth = scene.depth(v);
            cloud.add(view, scene, v, pixels, depth);
            each.add(new ViewEvaluation(
                    view.name(),
                    PanopticQuality.of(own, true),
                    Semantic.of(own, true),
                    depth(view, pixels, depth),
                    FocalAccuracy.relativeError(
                            scene.cameras().get(v).photoIntrinsics()[0],
                            view.camera().fx())));
        }
        List<double[]> poses =
                scene.cameras().stream().map(Camera::cameraToWorld).toList();
        List<double[]> truePoses =
                truth.views().stream().map(w -> w.camera().cameraToWorld()).toList();
        List<String> names = new ArrayList<>(List.of("void"));
        truth.classes().forEach(c -> names.add(c.name()));
        progress.step("measure", views, views);
        return new SceneEvaluation(
                truth.name(),
                List.copyOf(names),
                PanopticQuality.of(counts, true),
                Semantic.of(counts, true),
                List.copyOf(each),
                cloud.depth(),
                views < 2 ? Optional.empty() : Optional.of(PoseAccuracy.of(poses, truePoses)),
                cloud.points());
    }

    /** Mean over the views of the absolute relative error of their depth, each with its own scale. */
    public double viewDepthError() {
        return views.stream()
                .mapToDouble(v -> v.depth().absoluteRelative())
                .average()
                .orElse(Double.NaN);
    }

    /** Class ids of the metrics: 0 is void, then the classes of the truth. */
    private static ClassSplit split(List<RoomCategory> classes) {
        Set<Integer> things = new HashSet<>();
        Set<Integer> stuff = new HashSet<>();
        for (int i = 0; i < classes.size(); i++) {
            (classes.get(i).thing() ? things : stuff).add(i + 1);
        }
        return new ClassSplit(things, stuff);
    }

    /** Working pixel of the scene's view for each pixel of the true one, −1 where the crop left it out. */
    private static int[] pixels(RoomView truth, View view) {
        int width = truth.width();
        int height = truth.height();
        if (view.photo().width() != width || view.photo().height() != height) {
            throw new PanSt3RException("The photo " + view.photo().name() + " has "
                    + view.photo().width() + "×" + view.photo().height() + " pixels, but the true view " + truth.name()
                    + " has " + width + "×" + height + ".");
        }
        int[] out = new int[width * height];
        for (int y = 0, i = 0; y < height; y++) {
            int row = view.rowOf(y);
            for (int x = 0; x < width; x++, i++) {
                int column = view.columnOf(x);
                boolean inside = row >= 0 && row < view.height() && column >= 0 && column < view.width();
                out[i] = inside ? row * view.width() + column : -1;
            }
        }
        return out;
    }

    private static DepthAccuracy depth(RoomView truth, int[] pixels, float[] predicted) {
        double[] p = new double[pixels.length];
        double[] t = new double[pixels.length];
        for (int i = 0; i < pixels.length; i++) {
            if (pixels[i] >= 0) {
                p[i] = predicted[pixels[i]];
                t[i] = truth.depth()[i];
            }
        }
        return DepthAccuracy.of(p, t);
    }

    /** Labels of truth and scene in one numbering. */
    private static final class Labels {
        private final RoomSample truth;
        private final Scene scene;
        private final int[] classOfTruth;
        private final Map<Integer, Integer> classOfSegment = new HashMap<>();

        Labels(RoomSample truth, Scene scene) {
            this.truth = truth;
            this.scene = scene;
            classOfTruth = truth.classOfId();
            Map<String, Integer> known = new HashMap<>();
            for (int i = 0; i < truth.classes().size(); i++) {
                known.put(truth.classes().get(i).name(), i + 1);
            }
            for (Segment s : scene.panoptic().map(p -> p.segments()).orElse(List.of())) {
                classOfSegment.put(s.id(), known.getOrDefault(scene.classNames().get(s.label()), 0));
            }
        }

        void count(int view, int[] pixels, LabelCounts... into) {
            int[] ids = truth.views().get(view).ids();
            int[] segments = scene.labelMap(view);
            int n = ids.length;
            int[] predictedClass = new int[n];
            int[] predictedInstance = new int[n];
            int[] trueClass = new int[n];
            for (int i = 0; i < n; i++) {
                if (pixels[i] >= 0) {
                    trueClass[i] = classOfTruth[ids[i]] + 1;
                    predictedInstance[i] = segments[pixels[i]];
                    predictedClass[i] = classOfSegment.getOrDefault(predictedInstance[i], 0);
                }
            }
            for (LabelCounts counts : into) {
                counts.add(predictedClass, predictedInstance, trueClass, ids);
            }
        }
    }

    /** Predicted and true points and depths of an even grid of pixels, as few as keep memory constant. */
    private static final class Cloud {
        private final int stride;
        private final Doubles predicted = new Doubles();
        private final Doubles matching = new Doubles(); // true points, one for each of the predicted
        private final Doubles truth = new Doubles();
        private final Doubles predictedDepth = new Doubles();
        private final Doubles trueDepth = new Doubles();

        Cloud(RoomSample sample) {
            long pixels = sample.views().stream()
                    .mapToLong(v -> (long) v.width() * v.height())
                    .sum();
            stride = (int) Math.ceil(Math.sqrt(pixels / (double) MOST_POINTS));
        }

        void add(RoomView view, Scene scene, int index, int[] pixels, float[] depth) {
            float[] world = world(scene, index);
            for (int y = 0; y < view.height(); y += stride) {
                for (int x = 0; x < view.width(); x += stride) {
                    int i = y * view.width() + x;
                    int pixel = pixels[i];
                    if (pixel < 0 || !(view.depth()[i] > 0)) {
                        continue;
                    }
                    double[] point = view.camera().unproject(x, y, view.depth()[i]);
                    truth.add(point);
                    trueDepth.add(view.depth()[i]);
                    predictedDepth.add(depth[pixel]);
                    if (!Float.isNaN(world[3 * pixel])) {
                        predicted.add(world[3 * pixel], world[3 * pixel + 1], world[3 * pixel + 2]);
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
