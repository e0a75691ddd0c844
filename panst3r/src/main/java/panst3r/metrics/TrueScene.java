package panst3r.metrics;

import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import panst3r.checkpoint.PointmapActivation;
import panst3r.image.Photo;
import panst3r.image.View;
import panst3r.inference.Prediction;
import panst3r.inference.ViewPrediction;
import panst3r.merge.Panoptic;
import panst3r.merge.Segment;
import panst3r.rooms.RoomCategory;
import panst3r.rooms.RoomSample;
import panst3r.rooms.RoomView;
import panst3r.scene.Scene;

/**
 * Ground truth in the shape of a scene, so that it can be looked at, tabulated and exported beside a prediction. Its world
 * is the first view's camera, as a prediction's is; its confidence is {@link #CONFIDENCE} wherever the depth is known and 1
 * elsewhere.
 */
public final class TrueScene {
    /** Above every threshold that a viewer offers. */
    static final float CONFIDENCE = 11;

    private static final double[] IDENTITY = {1, 0, 0, 0, 1, 0, 0, 0, 1};

    private TrueScene() {}

    /** Segment ids are the instance ids of the sample; instances without a pixel are left out. */
    public static Scene of(RoomSample sample) {
        List<ViewPrediction> views = new ArrayList<>();
        List<int[]> ids = new ArrayList<>();
        List<float[]> confidence = new ArrayList<>();
        double[] world = sample.views().get(0).camera().cameraToWorld();
        for (RoomView view : sample.views()) {
            views.add(prediction(sample, view, world));
            ids.add(view.ids().clone());
            float[] sure = new float[view.ids().length];
            for (int i = 0; i < sure.length; i++) {
                sure[i] = view.ids()[i] == 0 ? 0 : 1;
            }
            confidence.add(sure);
        }
        List<Segment> segments = new ArrayList<>();
        long[] areas = sample.areas();
        sample.instances().stream()
                .filter(i -> areas[i.id()] > 0)
                .forEach(i -> segments.add(new Segment(i.id(), i.id(), i.classId(), 1, 1, areas[i.id()])));
        Prediction prediction = new Prediction(
                views,
                PointmapActivation.LINEAR,
                sample.classes().stream().map(RoomCategory::name).toList(),
                null,
                new float[0],
                "ground truth of " + sample.name());
        return Scene.of(prediction).with(new Panoptic("ground-truth", ids, confidence, segments));
    }

    /** The photos of a sample as views for the network, which are as large as the photos. */
    public static List<View> views(RoomSample sample) {
        return sample.views().stream().map(v -> image(sample, v)).toList();
    }

    private static ViewPrediction prediction(RoomSample sample, RoomView view, double[] world) {
        int n = view.depth().length;
        float[] raw = new float[7 * n];
        double[] pose = view.camera().cameraToWorld();
        for (int i = 0; i < n; i++) {
            double z = view.depth()[i];
            raw[7 * i + 6] = z > 0 ? (float) Math.log(CONFIDENCE - 1) : Float.NEGATIVE_INFINITY;
            double[] local = {
                (i % view.width() - view.camera().cx()) / view.camera().fx() * z,
                (i / view.width() - view.camera().cy()) / view.camera().fy() * z,
                z
            };
            double[] offset = new double[3]; // from the first camera, in the sample's axes
            for (int r = 0; r < 3; r++) {
                offset[r] = pose[4 * r + 3] - world[4 * r + 3];
                for (int c = 0; c < 3; c++) {
                    offset[r] += pose[4 * r + c] * local[c];
                }
            }
            for (int r = 0; r < 3; r++) {
                raw[7 * i + r] = (float) (world[r] * offset[0] + world[4 + r] * offset[1] + world[8 + r] * offset[2]);
                raw[7 * i + 3 + r] = (float) local[r];
            }
        }
        return new ViewPrediction(image(sample, view), true, FloatBuffer.wrap(raw), 0, 0, null);
    }

    private static View image(RoomSample sample, RoomView view) {
        Photo photo = new Photo(Path.of(sample.name(), view.name()), view.name(), view.width(), view.height());
        return new View(photo, view.width(), view.height(), view.pixels(), IDENTITY, IDENTITY);
    }
}
