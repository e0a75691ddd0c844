package panst3r.evaluation;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import panst3r.image.View;
import panst3r.inference.Prediction;
import panst3r.inference.ViewPrediction;
import panst3r.merge.Panoptic;
import panst3r.scene.Scene;

/** A scene whose views show less of their photos. */
final class Cropped {
    private Cropped() {}

    /** Leaves out so many columns left and right and rows above and below. */
    static Scene of(Scene scene, int columns, int rows) {
        List<ViewPrediction> views = new ArrayList<>();
        List<int[]> ids = new ArrayList<>();
        List<float[]> confidence = new ArrayList<>();
        Panoptic panoptic = scene.panoptic().orElseThrow();
        for (int v = 0; v < scene.views(); v++) {
            ViewPrediction p = scene.prediction().views().get(v);
            View whole = p.view();
            int width = whole.width() - 2 * columns;
            int height = whole.height() - 2 * rows;
            float[] raw = new float[7 * width * height];
            int[] id = new int[width * height];
            for (int y = 0, i = 0; y < height; y++) {
                for (int x = 0; x < width; x++, i++) {
                    int from = (y + rows) * whole.width() + x + columns;
                    id[i] = panoptic.ids().get(v)[from];
                    for (int c = 0; c < 7; c++) {
                        raw[7 * i + c] = p.pointmap().get(7 * from + c);
                    }
                }
            }
            View view = new View(
                    whole.photo(),
                    width,
                    height,
                    new float[3 * width * height],
                    new double[] {1, 0, -columns, 0, 1, -rows, 0, 0, 1},
                    new double[] {1, 0, columns, 0, 1, rows, 0, 0, 1});
            views.add(new ViewPrediction(view, true, FloatBuffer.wrap(raw), 0, 0, null));
            ids.add(id);
            confidence.add(new float[id.length]);
        }
        Prediction p = scene.prediction();
        return Scene.of(new Prediction(views, p.activation(), p.classNames(), null, new float[0], p.model()))
                .with(new Panoptic("cropped", ids, confidence, panoptic.segments()));
    }
}
