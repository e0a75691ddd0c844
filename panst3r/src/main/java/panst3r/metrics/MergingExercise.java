package panst3r.metrics;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import panst3r.PanSt3RException;
import panst3r.checkpoint.LabelMode;
import panst3r.inference.Prediction;
import panst3r.inference.ViewPrediction;
import panst3r.merge.ClassLogits;
import panst3r.rooms.RoomInstance;
import panst3r.rooms.RoomSample;
import panst3r.scene.Scene;

/**
 * An exercise for merging: masks and scores of queries that are made from ground truth, by rule and seed, so that the
 * right answer is known. <em>Not a prediction</em>: no network has seen the photos, and what a strategy reaches here says
 * nothing of what it reaches on a model's masks. Points and cameras are the true ones.
 *
 * <p>Every instance has {@code copies} queries. The first one's mask is the true one at a quarter of the resolution. The
 * masks of the further copies are moved by up to two of its pixels, with an edge between one and four pixels soft and a
 * peak of their own; scores are drawn, from the same range but for a head start of the first; one in eight of the further
 * copies has a wrong class. With more than one copy there are also, for every second instance, a query that has only one
 * side of it, and for every third one that joins it with the next instance: the mistakes that make merging hard. A tenth
 * of the queries, at least two, see nothing.
 */
public final class MergingExercise {
    /** Masks have a quarter of the photo's sides: one pixel for 4×4. */
    private static final int COARSE = 4;

    /** Where a mask says no: far enough below 0 that the probability is less than what merging leaves out. */
    private static final float ABSENT = -15;

    private final RoomSample sample;
    private final SplittableRandom random;
    private final List<Query> queries = new ArrayList<>();

    /** What a query answers for, and how. */
    private record Query(
            List<Integer> instances, int label, double score, int dx, int dy, int soft, double peak, Part part) {}

    private enum Part {
        WHOLE,
        LEFT,
        TOP
    }

    private MergingExercise(RoomSample sample, int copies, long seed) {
        this.sample = sample;
        this.random = new SplittableRandom(seed);
        long[] areas = sample.areas();
        List<RoomInstance> seen =
                sample.instances().stream().filter(i -> areas[i.id()] > 0).toList();
        for (int i = 0; i < seen.size(); i++) {
            for (int c = 0; c < copies; c++) {
                add(List.of(seen.get(i)), c == 0, c > 0 && random.nextInt(8) == 0, c == 0 ? 0.5 : 0, Part.WHOLE);
            }
            if (copies > 1 && i % 2 == 0) {
                add(List.of(seen.get(i)), false, false, 0, random.nextBoolean() ? Part.LEFT : Part.TOP);
            }
            if (copies > 1 && i % 3 == 0) {
                add(List.of(seen.get(i), seen.get((i + 1) % seen.size())), false, false, 0, Part.WHOLE);
            }
        }
        int nothing = Math.max(2, queries.size() / 10);
        for (int i = 0; i < nothing; i++) {
            add(List.of(), false, false, -4, Part.WHOLE);
        }
    }

    /**
     * @param copies queries an instance: 1 is easy, 4 hard
     * @param seed another seed, other masks
     * @return a scene with masks, not merged yet
     * @throws PanSt3RException if the number of copies is not within 1 … 20, or the sample has no labelled pixel
     */
    public static Scene of(RoomSample sample, int copies, long seed) {
        if (copies < 1 || copies > 20) {
            throw new PanSt3RException("An exercise has 1 … 20 copies of every instance, not " + copies + ".");
        }
        if (Arrays.stream(sample.areas()).skip(1).sum() == 0) {
            throw new PanSt3RException(
                    "The ground truth “" + sample.name() + "” is empty: no pixel belongs to an instance.");
        }
        MergingExercise exercise = new MergingExercise(sample, copies, seed);
        Prediction truth = TrueScene.of(sample).prediction();
        List<ViewPrediction> views = new ArrayList<>();
        for (int v = 0; v < truth.views().size(); v++) {
            views.add(exercise.withMasks(truth.views().get(v), v, seed));
        }
        return Scene.of(new Prediction(
                views,
                truth.activation(),
                truth.classNames(),
                exercise.classLogits(),
                new float[0],
                "merging exercise made from the ground truth of " + sample.name() + ", not a prediction"));
    }

    private void add(List<RoomInstance> of, boolean exact, boolean wrong, double bonus, Part part) {
        int classes = sample.classes().size();
        int label = of.isEmpty() ? random.nextInt(classes) : of.get(0).classId();
        queries.add(new Query(
                of.stream().map(RoomInstance::id).toList(),
                wrong ? (label + 1 + random.nextInt(classes - 1)) % classes : label,
                bonus + random.nextDouble(0, 2),
                exact ? 0 : random.nextInt(-2, 3),
                exact ? 0 : random.nextInt(-2, 3),
                exact ? 0 : random.nextInt(1, 5),
                random.nextDouble(4, 8),
                part));
    }

    private ClassLogits classLogits() {
        int classes = sample.classes().size();
        float[] values = new float[queries.size() * classes];
        for (int q = 0; q < queries.size(); q++) {
            for (int c = 0; c < classes; c++) {
                values[q * classes + c] = (float) random.nextDouble(-6, -4);
            }
            values[q * classes + queries.get(q).label] = (float) queries.get(q).score;
        }
        return new ClassLogits(queries.size(), classes, values, LabelMode.SIGMOID);
    }

    private ViewPrediction withMasks(ViewPrediction of, int view, long seed) {
        int width = Math.max(1, of.view().width() / COARSE);
        int height = Math.max(1, of.view().height() / COARSE);
        float[] logits = new float[queries.size() * height * width];
        for (int q = 0; q < queries.size(); q++) {
            SplittableRandom noise = new SplittableRandom(seed * 1_000_003 + 1000L * q + view);
            float[] mask = blurred(mask(queries.get(q), view, height, width), height, width, queries.get(q).soft);
            for (int i = 0; i < mask.length; i++) {
                double logit = mask[i] > 0 ? queries.get(q).peak * (2 * mask[i] - 1) : ABSENT;
                logits[q * mask.length + i] = (float) (logit + noise.nextDouble(-0.5, 0.5));
            }
        }
        return new ViewPrediction(of.view(), of.keyframe(), of.pointmap(), height, width, FloatBuffer.wrap(logits));
    }

    /** [height, width] share of each coarse pixel that the query's instances take. */
    private float[] mask(Query query, int view, int height, int width) {
        float[] out = new float[height * width];
        if (query.instances.isEmpty()) {
            return out;
        }
        boolean[] wanted = new boolean[sample.classOfId().length];
        query.instances.forEach(id -> wanted[id] = true);
        int[] ids = sample.views().get(view).ids();
        int full = sample.views().get(view).width();
        int fullHeight = sample.views().get(view).height();
        int left = width;
        int right = 0;
        int top = height;
        int bottom = 0;
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int inside = 0;
                for (int i = 0; i < COARSE * COARSE; i++) {
                    int px = COARSE * (x - query.dx) + i % COARSE;
                    int py = COARSE * (y - query.dy) + i / COARSE;
                    if (px >= 0 && py >= 0 && px < full && py < fullHeight) {
                        inside += wanted[ids[py * full + px]] ? 1 : 0;
                    }
                }
                if (inside > 0) {
                    out[y * width + x] = inside / (float) (COARSE * COARSE);
                    left = Math.min(left, x);
                    right = Math.max(right, x);
                    top = Math.min(top, y);
                    bottom = Math.max(bottom, y);
                }
            }
        }
        for (int i = 0; i < out.length; i++) {
            boolean other = query.part == Part.LEFT && i % width > (left + right) / 2
                    || query.part == Part.TOP && i / width > (top + bottom) / 2;
            out[i] = other ? 0 : out[i];
        }
        return out;
    }

    /** Twice the mean of 2r+1 pixels along rows and columns; beyond the border the last pixel goes on. */
    private static float[] blurred(float[] mask, int height, int width, int radius) {
        float[] out = mask;
        for (int pass = 0; pass < 2; pass++) {
            out = averaged(out, height, width, radius, 1, width);
            out = averaged(out, width, height, radius, width, 1);
        }
        return out;
    }

    /** Means along lines of {@code length} values that are {@code step} apart. */
    private static float[] averaged(float[] values, int lines, int length, int radius, int step, int between) {
        float[] out = new float[values.length];
        for (int line = 0; line < lines; line++) {
            for (int i = 0; i < length; i++) {
                float sum = 0;
                for (int k = i - radius; k <= i + radius; k++) {
                    sum += values[line * between + Math.max(0, Math.min(length - 1, k)) * step];
                }
                out[line * between + i * step] = sum / (2 * radius + 1);
            }
        }
        return out;
    }
}
