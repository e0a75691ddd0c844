package panst3r.magics.viewer;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import panst3r.checkpoint.LabelMode;
import panst3r.checkpoint.PointmapActivation;
import panst3r.image.Photo;
import panst3r.image.View;
import panst3r.inference.Prediction;
import panst3r.inference.ViewPrediction;
import panst3r.merge.ClassLogits;
import panst3r.merge.Panoptic;
import panst3r.merge.Segment;
import panst3r.scene.Scene;

/** A tiny scene that is all names: photo i has the name i and shows one thing, found by query i, of the class i. */
final class NamedScene {
    private static final int WIDTH = 8;
    private static final int HEIGHT = 6;

    private NamedScene() {}

    static Scene of(List<String> names) {
        int n = WIDTH * HEIGHT;
        double[] unit = {1, 0, 0, 0, 1, 0, 0, 0, 1};
        List<ViewPrediction> views = new ArrayList<>();
        List<int[]> ids = new ArrayList<>();
        List<float[]> confidence = new ArrayList<>();
        List<Segment> segments = new ArrayList<>();
        float[] scores = new float[names.size() * names.size()];
        Arrays.fill(scores, -6);
        for (int v = 0; v < names.size(); v++) {
            float[] map = new float[7 * n];
            for (int i = 0; i < n; i++) {
                float x = (i % WIDTH - WIDTH / 2f) / 10 * 2;
                float y = (i / WIDTH - HEIGHT / 2f) / 10 * 2;
                float[] p = {x + 0.1f * v, y, 2, x, y, 2, 3};
                System.arraycopy(p, 0, map, 7 * i, 7);
            }
            float[] masks = new float[names.size() * n];
            Arrays.fill(masks, -6);
            Arrays.fill(masks, v * n, (v + 1) * n, 6);
            scores[v * names.size() + v] = 4;
            View view =
                    new View(new Photo(null, names.get(v), WIDTH, HEIGHT), WIDTH, HEIGHT, new float[3 * n], unit, unit);
            views.add(new ViewPrediction(view, true, FloatBuffer.wrap(map), HEIGHT, WIDTH, FloatBuffer.wrap(masks)));
            int[] id = new int[n];
            Arrays.fill(id, v + 1);
            ids.add(id);
            confidence.add(new float[n]);
            segments.add(new Segment(v + 1, v, v, 0.9, 0.8, n));
        }
        ClassLogits logits = new ClassLogits(names.size(), names.size(), scores, LabelMode.SIGMOID);
        Prediction prediction =
                new Prediction(views, PointmapActivation.LINEAR, names, logits, new float[names.size()], "no network");
        return Scene.of(prediction).with(new Panoptic("standard-v2", ids, confidence, segments));
    }
}
