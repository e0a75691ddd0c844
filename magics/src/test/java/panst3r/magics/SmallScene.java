package panst3r.magics;

import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import panst3r.checkpoint.LabelMode;
import panst3r.checkpoint.PointmapActivation;
import panst3r.image.Photo;
import panst3r.image.View;
import panst3r.inference.Prediction;
import panst3r.inference.ViewPrediction;
import panst3r.merge.ClassLogits;
import panst3r.scene.Scene;

/**
 * A raw prediction small enough to know by heart: views of 32×24 of a wall two units away, each camera a tenth further
 * to the right, and three queries that own the left half, the third quarter and nothing; the last quarter is void.
 */
final class SmallScene {
    static final int WIDTH = 32;
    static final int HEIGHT = 24;
    static final double FOCAL = 40;
    static final double STEP = 0.1;

    private SmallScene() {}

    static Scene of(int views, String model, List<String> classes) {
        return Scene.of(prediction(views, model, classes));
    }

    static Prediction prediction(int views, String model, List<String> classes) {
        List<ViewPrediction> out = new ArrayList<>();
        for (int v = 0; v < views; v++) {
            out.add(view(v));
        }
        float[] logits = new float[3 * classes.size()];
        java.util.Arrays.fill(logits, -6);
        for (int q = 0; q < 2; q++) {
            logits[q * classes.size() + q % classes.size()] = 4 - q;
        }
        return new Prediction(
                out,
                PointmapActivation.LINEAR,
                classes,
                new ClassLogits(3, classes.size(), logits, LabelMode.SIGMOID),
                new float[3 * 4],
                model);
    }

    static Prediction geometryOnly(int views) {
        Prediction p = prediction(views, "geometry", List.of("wall"));
        List<ViewPrediction> bare = p.views().stream()
                .map(v -> new ViewPrediction(v.view(), v.keyframe(), v.pointmap(), 0, 0, null))
                .toList();
        return new Prediction(bare, p.activation(), List.of(), null, null, "geometry");
    }

    private static ViewPrediction view(int v) {
        int pixels = WIDTH * HEIGHT;
        float[] rgb = new float[3 * pixels];
        float[] points = new float[7 * pixels];
        for (int row = 0; row < HEIGHT; row++) {
            for (int column = 0; column < WIDTH; column++) {
                int i = row * WIDTH + column;
                rgb[i] = 2f * column / (WIDTH - 1) - 1;
                rgb[pixels + i] = 2f * row / (HEIGHT - 1) - 1;
                rgb[2 * pixels + i] = -1;
                float z = 2 + 0.5f * row / HEIGHT;
                float x = (float) ((column - WIDTH / 2.0) / FOCAL * z);
                float y = (float) ((row - HEIGHT / 2.0) / FOCAL * z);
                float[] p = {(float) (x + STEP * v), y, z, x, y, z, (float) Math.log(1 + column)};
                System.arraycopy(p, 0, points, 7 * i, 7);
            }
        }
        int maskWidth = WIDTH / 2;
        int maskHeight = HEIGHT / 2;
        float[] masks = new float[3 * maskHeight * maskWidth];
        for (int row = 0; row < maskHeight; row++) {
            for (int column = 0; column < maskWidth; column++) {
                int at = row * maskWidth + column;
                masks[at] = column < maskWidth / 2 ? 6 : -6;
                masks[maskHeight * maskWidth + at] = column >= maskWidth / 2 && column < 3 * maskWidth / 4 ? 6 : -6;
                masks[2 * maskHeight * maskWidth + at] = -6;
            }
        }
        double[] unit = {1, 0, 0, 0, 1, 0, 0, 0, 1};
        Photo photo = new Photo(Path.of("photo" + v + ".png"), "photo" + v + ".png", WIDTH, HEIGHT);
        View view = new View(photo, WIDTH, HEIGHT, rgb, unit, unit);
        return new ViewPrediction(
                view, v < 2, FloatBuffer.wrap(points), maskHeight, maskWidth, FloatBuffer.wrap(masks));
    }
}
