package panst3r.splat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import panst3r.PanSt3RException;
import panst3r.Progress;
import panst3r.metrics.GroundTruth;
import panst3r.metrics.Similarity;
import panst3r.rooms.RoomSample;
import panst3r.rooms.RoomView;
import panst3r.scene.PointCloud;
import panst3r.scene.PointQuery;
import panst3r.scene.Scene;

/** A fit to some photos of a room whose truth is known, and what its pictures are worth at the cameras of the others. */
public record HeldOut(Fit fit, NovelViewQuality quality) {
    /** Of the pixels, so many rows and columns put a prediction where the truth is. */
    private static final int STRIDE = 4;

    /**
     * The photos of a room in two parts.
     *
     * @param photos to fit to
     * @param held to compare new views with
     */
    public record Split(RoomSample photos, RoomSample held) {
        /**
         * Of so many photos the last is held out.
         *
         * @throws PanSt3RException if that leaves fewer than two photos to fit to, or none out
         */
        public static Split every(RoomSample sample, int every) {
            int count = sample.views().size();
            if (every < 2 || every > count) {
                throw new PanSt3RException("Of " + count + " photos every 2nd to " + count
                        + "th can be held out, not every " + every + ".");
            }
            return of(sample, v -> v % every == every - 1);
        }

        /**
         * The first photos are fitted to: along a walk the others are ever farther away.
         *
         * @throws PanSt3RException if that is fewer than two, or all
         */
        public static Split first(RoomSample sample, int photos) {
            int count = sample.views().size();
            if (photos < 2 || photos >= count) {
                throw new PanSt3RException("Of " + count + " photos the first 2 to " + (count - 1)
                        + " can be fitted to, not " + photos + ".");
            }
            return of(sample, v -> v >= photos);
        }

        private static Split of(RoomSample sample, IntPredicate out) {
            List<RoomView> photos = new ArrayList<>();
            List<RoomView> held = new ArrayList<>();
            for (int v = 0; v < sample.views().size(); v++) {
                (out.test(v) ? held : photos).add(sample.views().get(v));
            }
            if (photos.size() < 2) {
                throw new PanSt3RException("Only " + photos.size() + " photo would be left to fit to; hold out fewer.");
            }
            return new Split(part(sample, photos), part(sample, held));
        }

        private static RoomSample part(RoomSample sample, List<RoomView> views) {
            return new RoomSample(sample.name(), sample.description(), views, sample.classes(), sample.instances());
        }
    }

    /**
     * Fits to a scene and asks it for the pictures of the cameras held out. Where these are in the frame of the scene follows
     * from the least-squares similarity between the true points of its photos' pixels and its own; their intrinsics are the
     * true ones.
     *
     * @param scene of the photos to fit to: their truth, or what a model made of them
     * @param afterEachStep is shown the fit
     */
    public static HeldOut of(
            Split split,
            Scene scene,
            DenseStart start,
            FitOptions options,
            Consumer<Fit> afterEachStep,
            Progress progress) {
        List<Pinhole> cameras = cameras(split, scene);
        List<TrainingView> views = TrainingView.of(scene);
        Fit fit = new Fit(start.of(scene, progress), views, options);
        fit.run(progress, afterEachStep);
        LabelField labels = scene.panoptic().isEmpty()
                ? null
                : LabelField.segments(fit.gaussians(), scene, fit.cameras(), options.threads(), progress);
        NovelViewQuality quality = NovelViewQuality.of(
                split.held,
                fit.gaussians(),
                cameras,
                split.photos.views().stream().map(v -> Pinhole.of(v.camera())).toList(),
                TrainingView.meanGrey(views),
                labels,
                scene,
                options.threads());
        return new HeldOut(fit, quality);
    }

    /** The cameras held out, in the frame of a scene of the other photos. */
    static List<Pinhole> cameras(Split split, Scene scene) {
        Similarity toScene = alignment(split.photos, scene);
        return split.held.views().stream()
                .map(v -> moved(Pinhole.of(v.camera()), toScene))
                .toList();
    }

    private static Similarity alignment(RoomSample photos, Scene scene) {
        List<double[]> pairs = new ArrayList<>();
        for (GroundTruth.MeasuredView view : GroundTruth.of(photos, scene).views()) {
            float[] truth = view.truth().points();
            int width = scene.view(view.index()).width();
            PointCloud cloud = scene.points(PointQuery.all().views(view.index()).stride(STRIDE));
            for (int i = 0; i < cloud.size(); i++) {
                int pixel = view.pixels()[cloud.row()[i] * width + cloud.column()[i]];
                for (int k = 0; k < 3 && pixel >= 0 && !Float.isNaN(truth[3 * pixel]); k++) {
                    pairs.add(new double[] {truth[3 * pixel + k], cloud.xyz()[3 * i + k]});
                }
            }
        }
        return Similarity.align(
                pairs.stream().mapToDouble(p -> p[0]).toArray(),
                pairs.stream().mapToDouble(p -> p[1]).toArray());
    }

    private static Pinhole moved(Pinhole camera, Similarity by) {
        double[] pose = camera.cameraToWorld();
        double[] centre = by.apply(camera.centre());
        double[] out = new double[16];
        for (int r = 0; r < 3; r++) {
            for (int c = 0; c < 3; c++) {
                for (int k = 0; k < 3; k++) {
                    out[4 * r + c] += by.rotation()[3 * r + k] * pose[4 * k + c];
                }
            }
            out[4 * r + 3] = centre[r];
        }
        out[15] = 1;
        return camera.at(out);
    }
}
