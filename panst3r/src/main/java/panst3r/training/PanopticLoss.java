package panst3r.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import panst3r.checkpoint.LabelMode;
import panst3r.nn.Differentiable;

/**
 * The segmentation loss: whole scenes are matched, one query ↔ one instance over all views, and the same terms are asked
 * of the initial queries and of every layer (PanSt3R section 3.4, training.md).
 *
 * @param points random points per mask and view at which masks are compared
 * @param oversample how many times as many are drawn, to keep the most uncertain of them
 * @param importance share of the points that is chosen that way; the rest is plainly random
 * @param weights of the terms
 */
public record PanopticLoss(LabelMode mode, int points, double oversample, double importance, Weights weights) {
    /** What each term counts, in the matching and in the loss. */
    public record Weights(double classes, double mask, double dice) {
        public static final Weights PAPER = new Weights(1, 20, 1);
        /** From scratch: small things show in the dice alone, and classes have no pre-trained features to start from. */
        static final Weights FROM_SCRATCH = new Weights(4, 10, 3);
    }

    /** With the paper's weights. */
    public PanopticLoss(LabelMode mode, int points, double oversample, double importance) {
        this(mode, points, oversample, importance, Weights.PAPER);
    }

    static final float NO_OBJECT_WEIGHT = 0.1f;

    /** What the prediction heads say of one scene after one layer. */
    public record Output(NDArray classLogits, MaskLogits masks) {}

    /** Unweighted terms, summed over outputs nowhere: [output]. */
    public record Terms(NDArray classes, NDArray mask, NDArray dice) {
        NDArray weighted(Weights weights) {
            return Differentiable.mul(classes, weights.classes)
                    .add(Differentiable.mul(mask, weights.mask))
                    .add(Differentiable.mul(dice, weights.dice));
        }
    }

    /** Where masks are compared; a test hands in recorded ones. */
    public interface Points {
        /** [P, 2] in [0, 1]², for the matching in one view; the same for all masks. */
        float[] matching(int scene, int view, int count);

        /** [count, 2] in [0, 1]², candidates for the loss of one matched mask in one view. */
        float[] candidates(int mask, int count);

        /** [count, 2] in [0, 1]², the plainly random rest. */
        float[] rest(int mask, int count);

        static Points random(Random random) {
            return new Points() {
                @Override
                public float[] matching(int scene, int view, int count) {
                    return draw(count);
                }

                @Override
                public float[] candidates(int mask, int count) {
                    return draw(count);
                }

                @Override
                public float[] rest(int mask, int count) {
                    return draw(count);
                }

                private float[] draw(int count) {
                    float[] out = new float[2 * count];
                    for (int i = 0; i < out.length; i++) {
                        out[i] = random.nextFloat();
                    }
                    return out;
                }
            };
        }
    }

    /**
     * Costs of one scene's queries for its instances.
     *
     * @return [Q][M]
     */
    double[][] costs(Output output, Target target, int scene, Points source) {
        try (NDManager scope = output.classLogits.getManager().newSubManager()) {
            int instances = target.instances();
            NDList logits = new NDList();
            NDList truth = new NDList();
            for (int v = 0; v < target.views(); v++) {
                float[] at = source.matching(scene, v, points);
                NDArray sampled = output.masks.sample(v, at).stopGradient();
                sampled.attach(scope);
                logits.add(sampled);
                float[] all = new float[instances * points];
                for (int m = 0; m < instances; m++) {
                    System.arraycopy(target.sample(m, v, at), 0, all, m * points, points);
                }
                truth.add(scope.create(all, new Shape(instances, points)));
            }
            return costs(NDArrays.concat(logits, 1), NDArrays.concat(truth, 1), output.classLogits, target, scope);
        }
    }

    /**
     * @param logits [Q, N], without gradient
     * @param truth [M, N]
     * @param scope owns what is only needed here
     */
    private double[][] costs(NDArray logits, NDArray truth, NDArray classLogits, Target target, NDManager scope) {
        long[] labels = IntStream.of(target.labels()).asLongStream().toArray();
        NDArray probability = classLogits.stopGradient().softmax(1);
        probability.attach(scope);
        NDArray cost = MaskLoss.bceMatrix(logits, truth)
                .mul(weights.mask)
                .add(MaskLoss.diceMatrix(logits, truth).mul(weights.dice))
                .sub(probability
                        .transpose()
                        .get(scope.create(labels))
                        .transpose()
                        .mul(weights.classes));
        float[] flat = cost.toFloatArray();
        int instances = target.instances();
        double[][] out = new double[flat.length / instances][instances];
        for (int i = 0; i < flat.length; i++) {
            out[i / instances][i % instances] = flat[i];
        }
        return out;
    }

    /** For every query of a scene the instance it answers for, −1 for none. */
    int[] match(Output output, Target target, int scene, Points source) {
        if (target.instances() == 0) {
            int[] none = new int[output.masks.queries()];
            java.util.Arrays.fill(none, -1);
            return none;
        }
        return Hungarian.assign(costs(output, target, scene, source));
    }

    /**
     * The terms of one layer's outputs for a batch of scenes.
     *
     * @param matches [scene][query], from {@link #match}
     */
    Terms terms(List<Output> outputs, List<Target> targets, List<int[]> matches, Points source) {
        NDManager manager = outputs.get(0).classLogits.getManager();
        int instances = Math.max(1, targets.stream().mapToInt(Target::instances).sum());
        NDArray classes = mode == LabelMode.SIGMOID
                ? sigmoidClasses(outputs, targets, matches, instances)
                : softmaxClasses(outputs, targets, matches);

        NDList logits = new NDList();
        List<float[]> truth = new ArrayList<>();
        int mask = 0;
        int views = targets.get(0).views();
        for (int s = 0; s < outputs.size(); s++) {
            Target target = targets.get(s);
            List<int[]> pairs = pairs(matches.get(s));
            int n = pairs.size() * target.views();
            if (n == 0) {
                continue;
            }
            int[] queries = new int[n];
            int[] inView = new int[n];
            float[][] candidates = new float[n][];
            for (int i = 0; i < n; i++) {
                queries[i] = pairs.get(i / target.views())[0];
                inView[i] = i % target.views();
                candidates[i] = source.candidates(mask + i, (int) (points * oversample));
            }
            float[][] at = choose(outputs.get(s).masks, queries, inView, candidates, mask, source);
            logits.add(outputs.get(s).masks.sample(queries, inView, at));
            for (int i = 0; i < n; i++) {
                truth.add(target.sample(pairs.get(i / target.views())[1], inView[i], at[i]));
            }
            mask += n;
        }
        if (truth.isEmpty()) {
            NDArray zero = manager.zeros(new Shape());
            return new Terms(classes, zero, zero);
        }
        float[] all = new float[truth.size() * points];
        for (int i = 0; i < truth.size(); i++) {
            System.arraycopy(truth.get(i), 0, all, i * points, points);
        }
        NDArray x = Differentiable.concat(logits, 0);
        NDArray t = manager.create(all, new Shape(truth.size(), points));
        double divisor = (double) instances * views;
        return new Terms(classes, MaskLoss.bce(x, t, divisor), MaskLoss.dice(x, t, divisor));
    }

    /** Matches and adds up the weighted terms of all layers' outputs: [layer][scene]. */
    public NDArray total(List<List<Output>> layers, List<Target> targets, Points source) {
        NDArray total = null;
        for (List<Output> outputs : layers) {
            List<int[]> matches = new ArrayList<>();
            for (int s = 0; s < outputs.size(); s++) {
                matches.add(match(outputs.get(s), targets.get(s), s, source));
            }
            NDArray loss = terms(outputs, targets, matches, source).weighted(weights);
            total = total == null ? loss : total.add(loss);
        }
        return total;
    }

    /**
     * The same sum for one scene where all masks are compared at the same points, those of the matching: features are
     * sampled once instead of once per mask and layer, which takes the loss from half of a small model's step to little.
     *
     * @param layers outputs of one scene, on the same mask features
     * @param points per view [P, 2]
     */
    NDArray total(List<Output> layers, Target target, float[][] points) {
        int instances = target.instances();
        int views = target.views();
        int count = points[0].length / 2;
        NDArray features = layers.get(0).masks.features(points);
        NDManager manager = features.getManager();
        float[][] truth = new float[instances][views * count];
        for (int m = 0; m < instances; m++) {
            for (int v = 0; v < views; v++) {
                System.arraycopy(target.sample(m, v, points[v]), 0, truth[m], v * count, count);
            }
        }
        NDArray total = null;
        for (Output output : layers) {
            NDArray logits = output.masks.of(features);
            int[] match = new int[output.masks.queries()];
            java.util.Arrays.fill(match, -1);
            if (instances > 0) {
                try (NDManager scope = manager.newSubManager()) {
                    NDArray seen = logits.stopGradient();
                    seen.attach(scope);
                    NDArray all = scope.create(flat(truth), new Shape(instances, (long) views * count));
                    match = Hungarian.assign(costs(seen, all, output.classLogits, target, scope));
                }
            }
            NDArray classes = mode == LabelMode.SIGMOID
                    ? sigmoidClasses(List.of(output), List.of(target), List.of(match), Math.max(1, instances))
                    : softmaxClasses(List.of(output), List.of(target), List.of(match));
            NDArray loss = Differentiable.mul(classes, weights.classes);
            List<int[]> pairs = pairs(match);
            if (!pairs.isEmpty()) {
                long[] queries = pairs.stream().mapToLong(p -> p[0]).toArray();
                float[][] chosen = pairs.stream().map(p -> truth[p[1]]).toArray(float[][]::new);
                Shape shape = new Shape((long) pairs.size() * views, count);
                NDArray x = logits.get(manager.create(queries)).reshape(shape);
                NDArray t = manager.create(flat(chosen), shape);
                double divisor = (double) instances * views;
                loss = loss.add(Differentiable.mul(MaskLoss.bce(x, t, divisor), weights.mask))
                        .add(Differentiable.mul(MaskLoss.dice(x, t, divisor), weights.dice));
            }
            total = total == null ? loss : total.add(loss);
        }
        return total;
    }

    private static float[] flat(float[][] rows) {
        float[] out = new float[rows.length * rows[0].length];
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(rows[i], 0, out, i * rows[0].length, rows[0].length);
        }
        return out;
    }

    /** (query, instance) of the matched, in order of the query. */
    private static List<int[]> pairs(int[] match) {
        List<int[]> out = new ArrayList<>();
        for (int q = 0; q < match.length; q++) {
            if (match[q] >= 0) {
                out.add(new int[] {q, match[q]});
            }
        }
        return out;
    }

    /** Of each mask's candidates those whose logit is nearest to 0, and random ones for the rest. */
    private float[][] choose(
            MaskLogits masks, int[] queries, int[] views, float[][] candidates, int firstMask, Points source) {
        int uncertain = (int) (importance * points);
        float[] logits = null;
        if (candidates[0].length > 2 * uncertain) {
            try (NDArray sampled = masks.sample(queries, views, candidates).stopGradient()) {
                logits = sampled.toFloatArray();
            }
        }
        float[][] out = new float[queries.length][];
        for (int i = 0; i < out.length; i++) {
            int n = candidates[i].length / 2;
            float[] at = new float[2 * points];
            if (logits == null) {
                System.arraycopy(candidates[i], 0, at, 0, 2 * uncertain);
            } else {
                float[] all = logits;
                int from = i * n;
                int[] order = IntStream.range(0, n)
                        .boxed()
                        .sorted(Comparator.comparingDouble(k -> Math.abs(all[from + k])))
                        .mapToInt(Integer::intValue)
                        .toArray();
                for (int k = 0; k < uncertain; k++) {
                    at[2 * k] = candidates[i][2 * order[k]];
                    at[2 * k + 1] = candidates[i][2 * order[k] + 1];
                }
            }
            if (uncertain < points) {
                System.arraycopy(
                        source.rest(firstMask + i, points - uncertain), 0, at, 2 * uncertain, 2 * (points - uncertain));
            }
            out[i] = at;
        }
        return out;
    }

    private static NDArray sigmoidClasses(
            List<Output> outputs, List<Target> targets, List<int[]> matches, int instances) {
        NDArray sum = null;
        for (int s = 0; s < outputs.size(); s++) {
            NDArray logits = outputs.get(s).classLogits;
            int classes = (int) logits.getShape().get(1);
            float[] truth = new float[matches.get(s).length * classes];
            for (int[] pair : pairs(matches.get(s))) {
                truth[pair[0] * classes + targets.get(s).labels()[pair[1]]] = 1;
            }
            NDManager manager = logits.getManager();
            NDArray loss = MaskLoss.focal(
                    logits,
                    manager.create(truth, logits.getShape()),
                    manager.create(inClassSet(targets.get(s), classes), new Shape(1, classes)));
            sum = sum == null ? loss : sum.add(loss);
        }
        return Differentiable.div(sum, instances);
    }

    private static NDArray softmaxClasses(List<Output> outputs, List<Target> targets, List<int[]> matches) {
        NDList logits = new NDList();
        List<Long> labels = new ArrayList<>();
        for (int s = 0; s < outputs.size(); s++) {
            NDArray x = outputs.get(s).classLogits;
            int columns = (int) x.getShape().get(1);
            float[] known = inClassSet(targets.get(s), columns);
            for (int c = 0; c < columns; c++) {
                known[c] = known[c] == 1 ? 0 : Float.NEGATIVE_INFINITY;
            }
            logits.add(x.add(x.getManager().create(known, new Shape(1, columns))));
            for (int instance : matches.get(s)) {
                labels.add(instance < 0 ? columns - 1L : targets.get(s).labels()[instance]);
            }
        }
        NDArray x = Differentiable.concat(logits, 0);
        long noObject = x.getShape().get(1) - 1;
        float[] weights = new float[labels.size()];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = labels.get(i) == noObject ? NO_OBJECT_WEIGHT : 1;
        }
        NDManager manager = x.getManager();
        long[] flat = labels.stream().mapToLong(Long::longValue).toArray();
        return MaskLoss.crossEntropy(x, manager.create(flat).toType(DataType.INT64, false), manager.create(weights));
    }

    /** 1 for classes that count; "no object", where there is a column for it, always does. */
    private static float[] inClassSet(Target target, int columns) {
        float[] out = new float[columns];
        for (int c = 0; c < columns; c++) {
            out[c] = c >= target.inClassSet().length || target.inClassSet()[c] ? 1 : 0;
        }
        return out;
    }
}
