package panst3r.metrics;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import panst3r.checkpoint.LabelMode;
import panst3r.checkpoint.PointmapActivation;
import panst3r.image.View;
import panst3r.inference.Prediction;
import panst3r.inference.ViewPrediction;
import panst3r.merge.ClassLogits;
import panst3r.rooms.RoomInstance;
import panst3r.rooms.RoomSample;
import panst3r.scene.Camera;
import panst3r.scene.Scene;

/**
 * What a fair model might predict, made out of ground truth with errors of known kinds: to try merging, metrics and figures
 * without a network. Masks have wavering borders; some objects are found twice, some in part, a few under a wrong class;
 * depths waver and cameras drift. The same seed gives the same prediction.
 */
public final class SimulatedPrediction {
    /** Photo pixels of a mask pixel, in each direction. */
    private static final int COARSE = 4;

    /** Mask pixels between the nodes of the noise. */
    private static final int GRAIN = 10;

    private static final double FOUND_TWICE = 0.4;
    private static final double FOUND_IN_PART = 0.3;
    private static final double WRONG_CLASS = 0.12;

    private final RoomSample sample;
    private final Scene truth;
    private final long seed;

    private SimulatedPrediction(RoomSample sample, long seed) {
        this.sample = sample;
        this.truth = TrueScene.of(sample);
        this.seed = seed;
    }

    /** A query: what it covers and what it says. */
    private record Query(int instance, int label, double score, double keptPart) {}

    public static Prediction of(RoomSample sample, long seed) {
        return new SimulatedPrediction(sample, seed).make();
    }

    private Prediction make() {
        List<Query> queries = queries();
        List<ViewPrediction> views = IntStream.range(0, truth.views())
                .parallel()
                .mapToObj(v -> view(v, queries))
                .toList();
        int classes = sample.classes().size();
        float[] logits = new float[queries.size() * classes];
        SplittableRandom random = new SplittableRandom(seed + 1);
        for (int q = 0; q < queries.size(); q++) {
            for (int c = 0; c < classes; c++) {
                logits[q * classes + c] = (float) (-5 + random.nextDouble());
            }
            double score = queries.get(q).score();
            logits[q * classes + queries.get(q).label()] = (float) Math.log(score / (1 - score));
        }
        return new Prediction(
                views,
                PointmapActivation.LINEAR,
                truth.classNames(),
                new ClassLogits(queries.size(), classes, logits, LabelMode.SIGMOID),
                new float[queries.size()],
                "simulated from the ground truth of " + sample.name() + ", no network");
    }

    private List<Query> queries() {
        SplittableRandom random = new SplittableRandom(seed);
        long[] areas = sample.areas();
        List<Query> out = new ArrayList<>();
        for (RoomInstance i : sample.instances()) {
            if (areas[i.id()] == 0) {
                continue;
            }
            boolean wrong = random.nextDouble() < WRONG_CLASS;
            int label = wrong ? random.nextInt(sample.classes().size()) : i.classId();
            out.add(new Query(i.id(), label, 0.75 + 0.23 * random.nextDouble(), 1));
            if (random.nextDouble() < FOUND_TWICE) {
                out.add(new Query(i.id(), i.classId(), 0.5 + 0.3 * random.nextDouble(), 1));
            }
            if (random.nextDouble() < FOUND_IN_PART) {
                out.add(new Query(
                        i.id(), i.classId(), 0.4 + 0.4 * random.nextDouble(), 0.35 + 0.3 * random.nextDouble()));
            }
        }
        return out;
    }

    private ViewPrediction view(int v, List<Query> queries) {
        View view = truth.view(v);
        int width = (view.width() + COARSE - 1) / COARSE;
        int height = (view.height() + COARSE - 1) / COARSE;
        float[] logits = new float[queries.size() * width * height];
        int[] ids = truth.labelMap(v);
        for (int q = 0; q < queries.size(); q++) {
            Query query = queries.get(q);
            float[] share = share(ids, view, width, height, query.instance());
            Waves noise = new Waves(seed + 1000L * v + q, width, height, GRAIN);
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                    int at = y * width + x;
                    // an object found in part: the noise itself says which part
                    double part = query.keptPart() < 1 ? 6 * (query.keptPart() - 0.5) + 4 * noise.at(y, x) - 1 : 0;
                    double inside = 14 * share[at] - 7 + 3.5 * noise.at(x, y) * (share[at] > 0 ? 1 : 0);
                    logits[q * width * height + at] =
                            (float) (share[at] > 0.5 ? Math.min(inside, inside + part) : inside);
                }
            }
        }
        return new ViewPrediction(view, true, points(v), height, width, FloatBuffer.wrap(logits));
    }

    /** Per mask pixel, how much of its surroundings is of the instance: a soft border two mask pixels wide. */
    private static float[] share(int[] ids, View view, int width, int height, int instance) {
        float[] out = new float[width * height];
        int reach = COARSE;
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int inside = 0;
                int all = 0;
                for (int py = Math.max(0, y * COARSE - reach);
                        py < Math.min(view.height(), (y + 1) * COARSE + reach);
                        py += 2) {
                    for (int px = Math.max(0, x * COARSE - reach);
                            px < Math.min(view.width(), (x + 1) * COARSE + reach);
                            px += 2) {
                        inside += ids[py * view.width() + px] == instance ? 1 : 0;
                        all++;
                    }
                }
                out[y * width + x] = (float) inside / all;
            }
        }
        return out;
    }

    /** Depths that waver by about 2 %, in cameras off by some centimetres and half a degree. */
    private FloatBuffer points(int v) {
        View view = truth.view(v);
        Camera camera = truth.cameras().get(v);
        FloatBuffer exact = truth.prediction().views().get(v).pointmap();
        float[] out = new float[exact.remaining()];
        SplittableRandom random = new SplittableRandom(seed + 77 * v);
        double[] turn = new double[3];
        double[] move = new double[3];
        for (int k = 0; k < 3 && v > 0; k++) {
            turn[k] = 0.012 * (2 * random.nextDouble() - 1);
            move[k] = 0.04 * (2 * random.nextDouble() - 1);
        }
        Waves noise = new Waves(seed + 5000L + v, view.width(), view.height(), 60);
        double[] m = camera.cameraToWorld();
        for (int i = 0; i < view.width() * view.height(); i++) {
            double wave = noise.at(i % view.width(), i / view.width());
            double scale = 1 + 0.015 * wave + 0.004 * (2 * random.nextDouble() - 1);
            double x = exact.get(7 * i + 3) * scale;
            double y = exact.get(7 * i + 4) * scale;
            double z = exact.get(7 * i + 5) * scale;
            // the local point turned by a small angle: p + turn × p
            double tx = x + turn[1] * z - turn[2] * y;
            double ty = y + turn[2] * x - turn[0] * z;
            double tz = z + turn[0] * y - turn[1] * x;
            for (int k = 0; k < 3; k++) {
                out[7 * i + k] =
                        (float) (m[4 * k] * tx + m[4 * k + 1] * ty + m[4 * k + 2] * tz + m[4 * k + 3] + move[k]);
            }
            out[7 * i + 3] = (float) x;
            out[7 * i + 4] = (float) y;
            out[7 * i + 5] = (float) z;
            out[7 * i + 6] = (float) (exact.get(7 * i + 6) - 0.25 * z - Math.abs(wave));
        }
        return FloatBuffer.wrap(out);
    }

    /** Smooth noise of about unit size. */
    private static final class Waves {
        private final double[] nodes;
        private final int columns;
        private final int grain;

        Waves(long seed, int width, int height, int grain) {
            this.grain = grain;
            this.columns = Math.max(width, height) / grain + 2; // square, so that x and y may be swapped
            this.nodes = new SplittableRandom(seed)
                    .doubles((long) columns * columns, -1, 1)
                    .toArray();
        }

        double at(int x, int y) {
            int cx = x / grain;
            int cy = y / grain;
            double fx = (double) (x % grain) / grain;
            double fy = (double) (y % grain) / grain;
            double top = nodes[cy * columns + cx] * (1 - fx) + nodes[cy * columns + cx + 1] * fx;
            double low = nodes[(cy + 1) * columns + cx] * (1 - fx) + nodes[(cy + 1) * columns + cx + 1] * fx;
            return top * (1 - fy) + low * fy;
        }
    }
}
