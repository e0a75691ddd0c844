package panst3r.evaluation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntToDoubleFunction;
import panst3r.metrics.AveragePrecision;
import panst3r.metrics.ClassSplit;
import panst3r.metrics.DepthAccuracy;
import panst3r.metrics.FocalAccuracy;
import panst3r.metrics.GroundTruth.MeasuredView;
import panst3r.metrics.LabelCounts;
import panst3r.metrics.PanopticQuality;
import panst3r.metrics.PointAccuracy;
import panst3r.metrics.PoseAccuracy;
import panst3r.metrics.Semantic;
import panst3r.metrics.Similarity;
import panst3r.rooms.RoomView;

/**
 * Measures a scene whose views come one by one and need not be kept: what stays of a view is a few numbers, the counts of
 * its labels and its part of a sample of points. So memory does not grow with the number of views, of which there may be
 * any.
 */
public final class RunningEvaluation {
    private final String name;
    private final List<String> classes;
    private final ClassSplit split;
    private final boolean leaveOutRare;
    private final Cloud cloud;
    private final LabelCounts counts;
    private final List<ViewEvaluation> views = new ArrayList<>();
    private final List<double[]> poses = new ArrayList<>();
    private final List<double[]> truePoses = new ArrayList<>();
    private boolean merged = true;

    /**
     * What was predicted of a view.
     *
     * @param index in its scene
     * @param name of its photo
     * @param width of its working image, W
     * @param height of it, H
     * @param classes [H·W] class ids as those of the truth, 0 = void; null if the scene is not merged
     * @param ids [H·W] segment ids, the same in all views; null likewise
     * @param depth [H·W] along the camera's axis
     * @param points [H·W, 3] in the predicted world; NaN where there is none
     * @param focal in pixels of the photo
     * @param cameraToWorld [4, 4] row-major
     */
    public record PredictedView(
            int index,
            String name,
            int width,
            int height,
            int[] classes,
            int[] ids,
            float[] depth,
            float[] points,
            double focal,
            double[] cameraToWorld) {}

    /**
     * @param classes names of the true classes
     * @param split of class ids, which are 1 + an index in {@code classes}
     * @param pixels at least the working pixels of all views together; so many points are left out that few stay
     * @param leaveOutRare whether rare classes stay out of the means
     */
    public RunningEvaluation(String name, List<String> classes, ClassSplit split, long pixels, boolean leaveOutRare) {
        this.name = name;
        this.classes = List.copyOf(classes);
        this.split = split;
        this.leaveOutRare = leaveOutRare;
        cloud = new Cloud(pixels);
        counts = new LabelCounts(split);
    }

    /** Measures a view; neither of the two is kept. */
    public void add(PredictedView predicted, MeasuredView truth) {
        Optional<LabelCounts> own = Optional.empty();
        if (predicted.ids == null) {
            merged = false;
        } else {
            own = Optional.of(new LabelCounts(split));
            own.get().add(predicted.classes, predicted.ids, truth.classes(), truth.instances());
            counts.add(own.get());
        }
        cloud.add(predicted, truth);
        views.add(new ViewEvaluation(
                predicted.index,
                predicted.name,
                own.map(c -> PanopticQuality.of(c, leaveOutRare)),
                own.map(c -> Semantic.of(c, leaveOutRare)),
                depth(predicted.depth, truth),
                FocalAccuracy.relativeError(
                        predicted.focal, truth.truth().camera().fx())));
        poses.add(predicted.cameraToWorld);
        truePoses.add(truth.truth().camera().cameraToWorld());
    }

    /**
     * What all views together come to.
     *
     * @param score how sure the prediction is of a segment, by its id
     */
    public SceneEvaluation finish(IntToDoubleFunction score) {
        Optional<LabelCounts> labels = merged ? Optional.of(counts) : Optional.empty();
        return new SceneEvaluation(
                name,
                classes,
                split,
                leaveOutRare,
                labels.map(c -> PanopticQuality.of(c, leaveOutRare)),
                labels.map(c -> Semantic.of(c, leaveOutRare)),
                labels.map(c -> AveragePrecision.of(c, score)),
                List.copyOf(views),
                cloud.depth(),
                poses.size() < 2 ? Optional.empty() : Optional.of(PoseAccuracy.of(poses, truePoses)),
                cloud.accuracy());
    }

    private static DepthAccuracy depth(float[] predicted, MeasuredView view) {
        double[] p = new double[predicted.length];
        double[] t = new double[predicted.length];
        for (int i = 0; i < p.length; i++) {
            p[i] = predicted[i];
            t[i] = view.pixels()[i] < 0 ? 0 : view.truth().depth()[view.pixels()[i]];
        }
        return DepthAccuracy.of(p, t);
    }

    /** Predicted and true points, their normals and depths, on an even grid of pixels. */
    private static final class Cloud {
        private final int stride;
        private final Doubles predicted = new Doubles();
        private final Doubles predictedNormals = new Doubles();
        private final Doubles matching = new Doubles(); // true points, one for each of the predicted
        private final Doubles truth = new Doubles();
        private final Doubles trueNormals = new Doubles();
        private final Doubles predictedDepth = new Doubles();
        private final Doubles trueDepth = new Doubles();

        Cloud(long pixels) {
            stride = Math.max(1, (int) Math.ceil(Math.sqrt(pixels / (double) SceneEvaluation.MOST_POINTS)));
        }

        void add(PredictedView view, MeasuredView measured) {
            float[] real = points(measured);
            for (int y = 0; y < view.height; y += stride) {
                for (int x = 0; x < view.width; x += stride) {
                    int i = y * view.width + x;
                    if (Float.isNaN(real[3 * i])) {
                        continue;
                    }
                    truth.add(real[3 * i], real[3 * i + 1], real[3 * i + 2]);
                    trueNormals.add(normal(real, view.width, view.height, x, y));
                    trueDepth.add(measured.truth().depth()[measured.pixels()[i]]);
                    predictedDepth.add(view.depth[i]);
                    if (!Float.isNaN(view.points[3 * i])) {
                        predicted.add(view.points[3 * i], view.points[3 * i + 1], view.points[3 * i + 2]);
                        predictedNormals.add(normal(view.points, view.width, view.height, x, y));
                        matching.add(real[3 * i], real[3 * i + 1], real[3 * i + 2]);
                    }
                }
            }
        }

        /** [H·W, 3] true points of the working pixels, NaN where the depth is not known. */
        private static float[] points(MeasuredView view) {
            RoomView photo = view.truth();
            int[] pixels = view.pixels();
            float[] out = new float[3 * pixels.length];
            Arrays.fill(out, Float.NaN);
            for (int i = 0; i < pixels.length; i++) {
                int pixel = pixels[i];
                if (pixel >= 0 && photo.depth()[pixel] > 0) {
                    double[] point = photo.camera()
                            .unproject(pixel % photo.width(), pixel / photo.width(), photo.depth()[pixel]);
                    for (int a = 0; a < 3; a++) {
                        out[3 * i + a] = (float) point[a];
                    }
                }
            }
            return out;
        }

        /** Of the surface through the four neighbours of a pixel; NaN at the border and where one is not known. */
        private static double[] normal(float[] points, int width, int height, int x, int y) {
            double[] out = {Double.NaN, Double.NaN, Double.NaN};
            if (x == 0 || y == 0 || x == width - 1 || y == height - 1) {
                return out;
            }
            int i = 3 * (y * width + x);
            double[] across = new double[3];
            double[] down = new double[3];
            for (int a = 0; a < 3; a++) {
                across[a] = (double) points[i + 3 + a] - points[i - 3 + a];
                down[a] = (double) points[i + 3 * width + a] - points[i - 3 * width + a];
            }
            double[] n = {
                across[1] * down[2] - across[2] * down[1],
                across[2] * down[0] - across[0] * down[2],
                across[0] * down[1] - across[1] * down[0]
            };
            double length = Math.sqrt(n[0] * n[0] + n[1] * n[1] + n[2] * n[2]);
            if (length > 0) {
                Arrays.setAll(out, a -> n[a] / length);
            }
            return out;
        }

        DepthAccuracy depth() {
            return DepthAccuracy.of(predictedDepth.toArray(), trueDepth.toArray());
        }

        Optional<PointAccuracy> accuracy() {
            if (predicted.size == 0) {
                return Optional.empty();
            }
            double[] from = predicted.toArray();
            Similarity alignment = Similarity.align(from, matching.toArray());
            Similarity turn = new Similarity(1, alignment.rotation(), new double[3]);
            return Optional.of(PointAccuracy.of(
                    new PointAccuracy.Cloud(alignment.apply(from), turn.apply(predictedNormals.toArray())),
                    new PointAccuracy.Cloud(truth.toArray(), trueNormals.toArray()),
                    SceneEvaluation.QUERIES));
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
