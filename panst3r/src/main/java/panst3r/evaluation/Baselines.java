package panst3r.evaluation;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import panst3r.Progress;
import panst3r.checkpoint.PointmapActivation;
import panst3r.image.View;
import panst3r.inference.Inference;
import panst3r.inference.Prediction;
import panst3r.inference.ViewPrediction;
import panst3r.merge.MergeStrategy;
import panst3r.merge.Panoptic;
import panst3r.merge.Segment;
import panst3r.metrics.TrueScene;
import panst3r.rooms.RoomCategory;
import panst3r.rooms.RoomOptions;
import panst3r.rooms.RoomSample;
import panst3r.rooms.RoomView;
import panst3r.rooms.Rooms;
import panst3r.scene.Scene;

/** What a model has to beat: scenes made without looking, and scenes made without looking at two views together. */
final class Baselines {
    private static final int CHANNELS = 7;
    /** Without any confidence the camera stays at the origin, exactly, instead of where rounding puts it. */
    private static final int CONFIDENCE = 6;

    private Baselines() {}

    /**
     * What is known before a photo is looked at.
     *
     * @param depth mean in metres
     * @param focal mean focal length over the longer side of the photo
     * @param classId the class that most pixels have
     */
    record Mean(double depth, double focal, int classId) {
        /** Of so many rooms for training, photographed small: none of the three depends on the resolution. */
        static Mean ofTrainingRooms(RoomOptions options, int rooms) {
            double depth = 0;
            double focal = 0;
            long pixels = 0;
            long views = 0;
            long[] classes = new long[Rooms.CLASSES.size()];
            RoomOptions small = options.withSize(options.width() / 4, options.height() / 4);
            for (int i = 0; i < rooms; i++) {
                RoomSample sample = Rooms.sample(Rooms.FIRST_TRAINING_SEED + i, small);
                for (int v = 0; v < sample.views().size(); v++) {
                    RoomView view = sample.views().get(v);
                    for (float z : view.depth()) {
                        depth += z;
                    }
                    for (int c : sample.classIds(v)) {
                        classes[c]++;
                    }
                    pixels += view.depth().length;
                    focal += view.camera().fx() / Math.max(view.width(), view.height());
                    views++;
                }
            }
            int most = 0;
            for (int c = 1; c < classes.length; c++) {
                most = classes[c] > classes[most] ? c : most;
            }
            return new Mean(depth / pixels, focal / views, most);
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "every pixel %s, %.2f m away, all cameras the same with a focal length of %.2f × the longer side",
                    Rooms.CLASSES.get(classId).name(),
                    depth,
                    focal);
        }
    }

    /** All views from one place, of a wall at the mean depth, and all pixels of the most frequent class. */
    static Scene noMotion(RoomSample sample, Mean mean) {
        List<ViewPrediction> views = new ArrayList<>();
        List<int[]> ids = new ArrayList<>();
        List<float[]> confidence = new ArrayList<>();
        long area = 0;
        for (View view : TrueScene.views(sample)) {
            int n = view.width() * view.height();
            double focal = mean.focal * Math.max(view.width(), view.height());
            float[] raw = new float[CHANNELS * n];
            for (int i = 0; i < n; i++) {
                raw[CHANNELS * i + CONFIDENCE] = Float.NEGATIVE_INFINITY;
                for (int frame = 0; frame < 2; frame++) {
                    int at = CHANNELS * i + 3 * frame;
                    raw[at] = (float) ((i % view.width() - view.width() / 2.0) / focal * mean.depth);
                    raw[at + 1] = (float) ((i / view.width() - view.height() / 2.0) / focal * mean.depth);
                    raw[at + 2] = (float) mean.depth;
                }
            }
            views.add(new ViewPrediction(view, true, FloatBuffer.wrap(raw), 0, 0, null));
            int[] one = new int[n];
            Arrays.fill(one, 1);
            ids.add(one);
            confidence.add(new float[n]);
            area += n;
        }
        Prediction prediction = new Prediction(
                views,
                PointmapActivation.LINEAR,
                sample.classes().stream().map(RoomCategory::name).toList(),
                null,
                new float[0],
                "no motion");
        Segment all = new Segment(1, 0, mean.classId, 1, 1, area);
        return Scene.of(prediction).with(new Panoptic("one segment", ids, confidence, List.of(all)));
    }

    /** Every view on its own: all cameras in one place, no object in two views. */
    static Scene alone(Inference inference, List<View> photos, MergeStrategy strategy) {
        List<ViewPrediction> views = new ArrayList<>();
        List<int[]> ids = new ArrayList<>();
        List<float[]> confidence = new ArrayList<>();
        List<Segment> segments = new ArrayList<>();
        Prediction last = null;
        for (View photo : photos) {
            last = inference.run(List.of(photo), Progress.SILENT);
            ViewPrediction view = last.views().get(0);
            views.add(new ViewPrediction(photo, true, withoutMotion(view.pointmap()), 0, 0, null));
            Panoptic own = strategy.merge(last.classLogits(), last.masks(), Progress.SILENT);
            int before = segments.size();
            ids.add(Arrays.stream(own.ids().get(0))
                    .map(id -> id == 0 ? 0 : id + before)
                    .toArray());
            confidence.add(own.confidence().get(0));
            for (Segment s : own.segments()) {
                segments.add(new Segment(
                        s.id() + before, s.query(), s.label(), s.classScore(), s.maskConfidence(), s.area()));
            }
        }
        Prediction prediction =
                new Prediction(views, last.activation(), last.classNames(), null, new float[0], last.model());
        return Scene.of(prediction).with(new Panoptic("each view alone", ids, confidence, segments));
    }

    /** A raw pointmap whose world is its own camera. */
    private static FloatBuffer withoutMotion(FloatBuffer raw) {
        float[] out = new float[raw.remaining()];
        raw.duplicate().get(out);
        for (int i = 0; i < out.length; i += CHANNELS) {
            System.arraycopy(out, i + 3, out, i, 3);
            out[i + CONFIDENCE] = Float.NEGATIVE_INFINITY;
        }
        return FloatBuffer.wrap(out);
    }
}
