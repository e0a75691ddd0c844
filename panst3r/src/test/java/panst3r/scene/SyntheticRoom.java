package panst3r.scene;

import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import panst3r.checkpoint.LabelMode;
import panst3r.checkpoint.PointmapActivation;
import panst3r.image.Framing;
import panst3r.image.Photo;
import panst3r.image.View;
import panst3r.image.WorkingSize;
import panst3r.inference.Prediction;
import panst3r.inference.ViewPrediction;
import panst3r.merge.ClassLogits;
import panst3r.merge.Panoptic;
import panst3r.merge.Segment;

/**
 * What a perfect network would say of a room: a box of 6 × 3 × 6 with a ball in it, seen by cameras whose pose and focal
 * length are known. The first camera is the world. Queries: the ball, the floor, all else.
 */
public final class SyntheticRoom {
    private static final List<String> CLASSES = List.of("ball", "floor", "wall");
    private static final double[] HALF = {3, 1.5, 3};
    private static final double[] BALL = {0.3, 1, 2};
    private static final double RADIUS = 0.6;

    /** In working pixels. */
    public final double focal;
    /** Camera to world, [4, 4] row-major, by view. */
    public final List<double[]> poses = new ArrayList<>();
    /** Query of every pixel, by view. */
    public final List<int[]> queries = new ArrayList<>();

    public final Prediction prediction;

    /** The photos are twice as large as the views, and 4 columns wider on either side. */
    public SyntheticRoom(int views, int width, int height, long seed) {
        Random random = new Random(seed);
        this.focal = width * (0.5 + 0.2 * random.nextDouble());
        List<ViewPrediction> out = new ArrayList<>();
        for (int v = 0; v < views; v++) {
            double[] pose = v == 0 ? turn(0, 0, 0, 0) : turn(0.4 * random.nextGaussian(), random);
            poses.add(pose);
            out.add(view(v, width, height, pose, random));
        }
        float[] logits = new float[CLASSES.size() * CLASSES.size()];
        for (int i = 0; i < logits.length; i++) {
            logits[i] = i % (CLASSES.size() + 1) == 0 ? 3 : -5;
        }
        this.prediction = new Prediction(
                out,
                PointmapActivation.NORM_EXP,
                CLASSES,
                new ClassLogits(CLASSES.size(), CLASSES.size(), logits, LabelMode.SIGMOID),
                new float[] {1, 2, 3, 4, 5, 6},
                "synthetic room");
    }

    /** The true segmentation: ball 1, floor 2, all else void. */
    public Panoptic panoptic() {
        List<int[]> ids = new ArrayList<>();
        List<float[]> confidence = new ArrayList<>();
        for (int[] q : queries) {
            int[] id = new int[q.length];
            float[] c = new float[q.length];
            for (int i = 0; i < q.length; i++) {
                id[i] = q[i] == 2 ? 0 : q[i] + 1;
                c[i] = 0.5f + 0.25f * q[i];
            }
            ids.add(id);
            confidence.add(c);
        }
        return new Panoptic(
                "truth",
                ids,
                confidence,
                List.of(new Segment(1, 0, 0, 0.9, 0.5, 0), new Segment(2, 1, 1, 0.8, 0.75, 0)));
    }

    /** The same without masks, as a geometry-only model gives. */
    public Prediction geometryOnly() {
        return new Prediction(
                prediction.views().stream()
                        .map(p -> new ViewPrediction(p.view(), p.keyframe(), p.pointmap(), 0, 0, null))
                        .toList(),
                prediction.activation(),
                List.of(),
                null,
                null,
                prediction.model());
    }

    private ViewPrediction view(int v, int width, int height, double[] pose, Random random) {
        float[] pointmap = new float[width * height * 7];
        float[] pixels = new float[3 * width * height];
        int[] query = new int[width * height];
        for (int row = 0, i = 0; row < height; row++) {
            for (int column = 0; column < width; column++, i++) {
                double[] ray = {(column - width / 2.0) / focal, (row - height / 2.0) / focal, 1};
                double depth = cast(pose, ray, query, i);
                double[] local = {ray[0] * depth, ray[1] * depth, depth};
                double[] global = move(pose, local);
                for (int k = 0; k < 3; k++) {
                    pointmap[7 * i + k] = raw(global, k);
                    pointmap[7 * i + 3 + k] = raw(local, k);
                    pixels[k * width * height + i] = (k == query[i] ? 1 : -1) * (1 - random.nextFloat() / 4);
                }
                pointmap[7 * i + 6] = 2 * random.nextFloat();
            }
        }
        queries.add(query);
        int mh = height / 2;
        int mw = width / 2;
        float[] masks = new float[CLASSES.size() * mh * mw];
        for (int q = 0, i = 0; q < CLASSES.size(); q++) {
            for (int row = 0; row < mh; row++) {
                for (int column = 0; column < mw; column++, i++) {
                    masks[i] = query[2 * row * width + 2 * column] == q ? 4 : -4;
                }
            }
        }
        Framing framing =
                new Framing(2 * width + 8, 2 * height, 4, 0, 2 * width, 2 * height, new WorkingSize(width, height));
        Photo photo = new Photo(Path.of("room", v + ".jpg"), v + ".jpg", 2 * width + 8, 2 * height);
        return new ViewPrediction(
                View.of(photo, framing, pixels),
                v % 2 == 0,
                FloatBuffer.wrap(pointmap),
                mh,
                mw,
                FloatBuffer.wrap(masks));
    }

    /** @return depth at which the ray meets the ball or the box; notes the query */
    private static double cast(double[] pose, double[] ray, int[] query, int pixel) {
        double[] from = {pose[3], pose[7], pose[11]};
        double[] to = move(pose, ray);
        double a = 0;
        double b = 0;
        double c = -RADIUS * RADIUS;
        double wall = Double.POSITIVE_INFINITY;
        int axis = -1;
        double[] d = new double[3];
        for (int k = 0; k < 3; k++) {
            d[k] = to[k] - from[k];
            a += d[k] * d[k];
            b += 2 * d[k] * (from[k] - BALL[k]);
            c += (from[k] - BALL[k]) * (from[k] - BALL[k]);
            double t = d[k] == 0 ? Double.POSITIVE_INFINITY : (Math.copySign(HALF[k], d[k]) - from[k]) / d[k];
            if (t < wall) {
                wall = t;
                axis = k;
            }
        }
        double root = b * b - 4 * a * c;
        double ball = root < 0 ? -1 : (-b - Math.sqrt(root)) / (2 * a);
        if (ball > 0 && ball < wall) {
            query[pixel] = 0;
            return ball;
        }
        query[pixel] = axis == 1 && d[1] > 0 ? 1 : 2;
        return wall;
    }

    private static float raw(double[] p, int k) {
        double norm = Math.sqrt(p[0] * p[0] + p[1] * p[1] + p[2] * p[2]);
        return (float) (p[k] * Math.log1p(norm) / norm);
    }

    private static double[] turn(double angle, Random random) {
        return turn(angle, random.nextDouble() - 0.5, random.nextDouble() * 0.4 - 0.2, random.nextDouble() - 0.5);
    }

    /** About the vertical axis, then to a position. */
    private static double[] turn(double angle, double x, double y, double z) {
        double c = Math.cos(angle);
        double s = Math.sin(angle);
        return new double[] {c, 0, s, x, 0, 1, 0, y, -s, 0, c, z, 0, 0, 0, 1};
    }

    static double[] move(double[] m, double[] p) {
        double[] out = new double[3];
        for (int r = 0; r < 3; r++) {
            out[r] = m[4 * r] * p[0] + m[4 * r + 1] * p[1] + m[4 * r + 2] * p[2] + m[4 * r + 3];
        }
        return out;
    }
}
