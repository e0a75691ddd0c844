package panst3r.training;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import panst3r.CancelledException;
import panst3r.PanSt3RException;
import panst3r.Progress;
import panst3r.checkpoint.Checkpoint;
import panst3r.checkpoint.ClassTable;
import panst3r.checkpoint.LabelMode;
import panst3r.checkpoint.ModelConfig;
import panst3r.checkpoint.ModelDescription;
import panst3r.checkpoint.SafetensorsFile;
import panst3r.checkpoint.SafetensorsWriter;
import panst3r.checkpoint.TensorData;
import panst3r.model.Memory;
import panst3r.model.PanSt3R;
import panst3r.nn.Differentiable;
import panst3r.rooms.RoomSample;

/**
 * Trains a model on scenes with ground truth (training.md), from scratch or from weights, all of it or with parts
 * frozen. Keeps in its folder {@code state.safetensors} (weights and optimiser, replaced as a whole), {@code log.csv} and
 * {@code curve.png}; started again on the same folder it goes on where the state was saved, to the same numbers as without
 * the interruption.
 */
public final class Trainer implements AutoCloseable {
    private static final String STATE = "state.safetensors";

    /** How many steps' scenes are made while one is computed: some take much longer than others. */
    private static final int AHEAD = 8;

    /** Steps whose losses are looked at together. */
    private static final int RECENT = 20;

    private final ModelDescription description;
    private final ClassTable classes;
    private final TrainingPlan plan;
    private final Path folder;
    private final NDManager manager;
    private final TrainedParameters parameters;
    private final AdamW optimiser;
    private final PanSt3R model;
    private final PanopticLoss panopticLoss;
    private final GeometryLoss geometryLoss = new GeometryLoss(0.2, GeometryLoss.Space.LOG, 0);
    private final NDArray embeddings;
    private final Deque<Double> latest = new ArrayDeque<>();
    private long step;

    /** Scenes by number: the same number, the same scene. */
    @FunctionalInterface
    public interface Scenes {
        RoomSample get(long index);
    }

    /**
     * @param start weights to begin with, if not fresh ones; overruled by a state in the folder
     * @param classes the classes of the scenes, by class id
     * @throws PanSt3RException if the state in the folder is of another model or plan
     */
    public Trainer(
            ModelDescription description,
            Optional<Checkpoint> start,
            ClassTable classes,
            TrainingPlan plan,
            Path folder) {
        this.description = description;
        this.classes = classes;
        this.plan = plan;
        this.folder = folder;
        ModelConfig config = description.config();
        manager = NDManager.newBaseManager();
        try {
            Files.createDirectories(folder);
            Path state = folder.resolve(STATE);
            SafetensorsFile saved = Files.exists(state) ? open(state) : null;
            parameters = start.isPresent()
                    ? TrainedParameters.of(start.get().weights(), manager)
                    : TrainedParameters.fresh(config, plan.seed(), manager);
            parameters.trainAllBut(plan.frozen());
            optimiser = new AdamW(parameters.trained(), plan.decay(), manager);
            if (saved != null) {
                resume(saved, state);
                System.gc(); // while the file is mapped, the disk keeps its space after it was replaced
            }
            model = new PanSt3R(
                    config, parameters.all(), manager, parameters.count(), "a model in training", "standard-v2");
            LabelMode mode = config.panoptic().map(p -> p.labelMode()).orElse(LabelMode.SIGMOID);
            panopticLoss = new PanopticLoss(mode, plan.points(), 1, 1, plan.terms());
            embeddings = config.panoptic().isPresent() && plan.masksWeight() > 0
                    ? manager.create(
                            classes.embeddings(), new Shape(classes.names().size(), classes.width()))
                    : null;
        } catch (java.io.IOException e) {
            manager.close();
            throw new PanSt3RException("The training folder " + folder + " cannot be made; choose another.", e);
        } catch (RuntimeException e) {
            manager.close();
            throw e;
        }
    }

    /** Steps done so far, those of earlier runs among them. */
    public long step() {
        return step;
    }

    /** Mean loss of the last steps of this run, NaN before the first. */
    public double loss() {
        return latest.stream().mapToDouble(x -> x).average().orElse(Double.NaN);
    }

    /** The weights as they are. */
    public TrainedParameters parameters() {
        return parameters;
    }

    /**
     * Trains until the plan's end, or {@code until} if that is earlier; saves at the end and when interrupted.
     *
     * @throws panst3r.CancelledException if the thread is interrupted; the state is saved
     */
    public void run(Scenes scenes, long until, Progress progress) {
        long end = Math.min(until, plan.steps());
        TrainingLog log = new TrainingLog(folder.resolve("log.csv"), step);
        ExecutorService maker = Executors.newSingleThreadExecutor();
        Deque<Future<TrainingScene[]>> ahead = new ArrayDeque<>();
        long begin = step;
        long asked = step;
        try {
            while (step < end) {
                progress.step("train", (int) step, (int) end);
                for (; asked < Math.min(end, step + AHEAD); asked++) {
                    long at = asked;
                    ahead.add(maker.submit(() -> prepare(scenes, at)));
                }
                log.add(step(await(ahead.remove())));
                if (latest.stream().noneMatch(Double::isFinite) && (latest.size() == RECENT || step == end)) {
                    throw new PanSt3RException(
                            "The training in " + folder + " learns no more, the last losses up to step " + step
                                    + " are no numbers; begin anew in another folder with a lower rate.");
                }
                if (step % plan.saveEvery() == 0) {
                    save();
                    log.draw(folder.resolve("curve.png"));
                }
            }
        } finally {
            maker.shutdownNow();
            if (step > begin) { // a first scene that cannot be read binds the folder to no plan
                save();
                log.draw(folder.resolve("curve.png"));
            }
        }
        progress.step("train", (int) step, (int) end);
    }

    /** Each scene is drawn from the plan's seed and its number alone. */
    private TrainingScene[] prepare(Scenes scenes, long at) {
        TrainingScene[] out = new TrainingScene[plan.batch()];
        for (int b = 0; b < out.length; b++) {
            long index = at * plan.batch() + b;
            out[b] = TrainingScene.of(scenes.get(index), plan.jitter(), random(index, 1));
        }
        return out;
    }

    private static TrainingScene[] await(Future<TrainingScene[]> scenes) {
        try {
            return scenes.get();
        } catch (InterruptedException e) {
            throw new CancelledException("Training");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            if (e.getCause() instanceof Error cause) { // no memory left
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    private TrainingLog.Row step(TrainingScene[] batch) {
        long from = System.nanoTime();
        parameters.zeroGradients();
        double[] terms = new double[5];
        try (NDManager scope = manager.newSubManager();
                NDScope arrays = new NDScope();
                GradientCollector gradients = Engine.getInstance().newGradientCollector()) {
            arrays.suppressNotUsedWarning();
            NDArray[] losses = loss(List.of(batch), random(step, 2), scope);
            gradients.backward(losses[0]);
            for (int i = 0; i < terms.length; i++) {
                terms[i] = losses[i] == null ? 0 : losses[i].getFloat();
            }
        }
        double rate = plan.schedule().at(step + 1);
        double norm = optimiser.step(rate, plan.clip());
        step++;
        latest.add(terms[0]);
        if (latest.size() > RECENT) {
            latest.remove();
        }
        return new TrainingLog.Row(
                step, terms[0], terms[1], terms[2], terms[3], terms[4], norm, rate, (System.nanoTime() - from) / 1e9);
    }

    /** {total, geometry, masks or null, attention or null, mean distance of global points in log space}. */
    private NDArray[] loss(List<TrainingScene> scenes, Random random, NDManager scope) {
        int views = scenes.get(0).views();
        int least = Math.min(plan.minKeyframes(), views);
        int keyframes = least + random.nextInt(views - least + 1);
        int patch = model.config().encoder().patchSize();
        int tokens = scenes.get(0).height() / patch * (scenes.get(0).width() / patch);
        int[] pixels = draw(Math.min(plan.pixels(), patch * patch), patch * patch, random);
        int depth = model.config().decoder().depth();
        List<Integer> watched = plan.attentionWeight() > 0 && views > 1 ? AttentionLoss.blocks(depth) : List.of();
        try (Memory memory = model.decoder().newMemory(scenes.size(), keyframes * tokens)) {
            TrainingPass.Result result = new TrainingPass(model, scope, embeddings)
                    .forward(scenes, keyframes, pixels, plan.firstPass(), watched, memory);
            GeometryLoss.Terms geometry = geometryLoss.terms(truth(scenes, result, pixels, scope));
            NDArray total = Differentiable.mul(geometry.total(), plan.geometryWeight());
            NDArray masks = null;
            for (int s = 0; s < result.heads().size(); s++) {
                List<PanopticLoss.Output> layers = result.heads().get(s);
                Target target = scenes.get(s).target();
                NDArray one = plan.commonPoints()
                        ? panopticLoss.total(layers, target, target.points(plan.points(), random))
                        : panopticLoss.total(
                                layers.stream().map(List::of).toList(),
                                List.of(target),
                                PanopticLoss.Points.random(random));
                one = Differentiable.div(one, scenes.size());
                masks = masks == null ? one : masks.add(one);
                if (plan.tokensWeight() > 0) {
                    NDArray classes = tokens(result.tokenClasses().get(s), target.tokenLabels(keyframes, patch), scope);
                    total = total.add(Differentiable.mul(classes, plan.tokensWeight() / scenes.size()));
                }
            }
            NDArray attention = null;
            if (!watched.isEmpty()) {
                int[][] partners = scenes.stream()
                        .map(s -> AttentionLoss.partners(s, keyframes, patch))
                        .toArray(int[][]::new);
                for (NDArray[] seen : result.attention().values()) {
                    NDArray one = Differentiable.div(
                            AttentionLoss.of(
                                    seen[0], seen[1], model.config().decoder().numHeads(), partners, scope),
                            watched.size());
                    attention = attention == null ? one : attention.add(one);
                }
            }
            total = masks == null ? total : total.add(Differentiable.mul(masks, plan.masksWeight()));
            total = attention == null ? total : total.add(Differentiable.mul(attention, plan.attentionWeight()));
            return new NDArray[] {total, geometry.total(), masks, attention, geometry.globalRegression()};
        }
    }

    /** Cross-entropy of the classes of the tokens that queries look at, a mean over those that show an instance. */
    private static NDArray tokens(NDArray logits, int[] labels, NDManager scope) {
        long[] index = new long[labels.length];
        float[] known = new float[labels.length];
        for (int i = 0; i < labels.length; i++) {
            index[i] = Math.max(0, labels[i]);
            known[i] = labels[i] < 0 ? 0 : 1;
        }
        return MaskLoss.crossEntropy(logits, scope.create(index).toType(DataType.INT64, false), scope.create(known));
    }

    /** True points for all that was predicted: those of the views, then again of as many keyframes as follow them. */
    private GeometryLoss.Batch truth(
            List<TrainingScene> scenes, TrainingPass.Result result, int[] pixels, NDManager scope) {
        Shape map = result.confidence().getShape();
        int each = (int) map.size() / scenes.size();
        int views = (int) map.get(1);
        float[] global = new float[3 * each * scenes.size()];
        float[] local = new float[global.length];
        float[] valid = new float[each * scenes.size()];
        int patch = model.config().encoder().patchSize();
        for (int s = 0; s < scenes.size(); s++) {
            TrainingScene scene = scenes.get(s);
            scene.gather(scene.global(), 3, views, patch, pixels, global, 3 * each * s);
            scene.gather(scene.local(), 3, views, patch, pixels, local, 3 * each * s);
            scene.gather(scene.valid(), 1, views, patch, pixels, valid, each * s);
        }
        Shape points = result.global().getShape();
        return new GeometryLoss.Batch(
                result.global(),
                result.local(),
                result.confidence(),
                scope.create(global, points),
                scope.create(local, points),
                scope.create(valid, map),
                scope.ones(new Shape(scenes.size())),
                null);
    }

    /** {@code count} of the numbers below {@code n}, in order. */
    private static int[] draw(int count, int n, Random random) {
        int[] all = IntStream.range(0, n).toArray();
        for (int i = 0; i < count; i++) {
            int j = i + random.nextInt(n - i);
            int chosen = all[j];
            all[j] = all[i];
            all[i] = chosen;
        }
        int[] out = Arrays.copyOf(all, count);
        Arrays.sort(out);
        return out;
    }

    /** Gradients of one scene's loss, for tests. */
    Map<String, NDArray> gradients(TrainingScene scene) {
        parameters.zeroGradients();
        try (NDManager scope = manager.newSubManager();
                GradientCollector gradients = Engine.getInstance().newGradientCollector()) {
            gradients.backward(loss(List.of(scene), random(0, 2), scope)[0]);
        }
        Map<String, NDArray> out = new TreeMap<>();
        parameters.trained().forEach((name, p) -> out.put(name, p.getGradient()));
        return out;
    }

    /** Weights, moments and where the run stands, in one file that is replaced as a whole. */
    void save() {
        Map<String, TensorData> all = new LinkedHashMap<>();
        parameters.tensors().forEach((name, t) -> all.put("weights." + name, t));
        all.putAll(optimiser.state());
        SafetensorsWriter.write(
                folder.resolve(STATE),
                all,
                Map.of(
                        "step",
                        Long.toString(step),
                        "updates",
                        Long.toString(optimiser.steps()),
                        "plan",
                        plan.toString()));
    }

    /** The weights as a model that everything else can open. */
    public void export(Path file) {
        Checkpoint.write(file, description, parameters.tensors(), Optional.of(classes));
    }

    private static SafetensorsFile open(Path state) {
        try {
            return SafetensorsFile.open(state);
        } catch (PanSt3RException e) {
            throw new PanSt3RException(
                    "The state of a training in " + state
                            + " cannot be read; delete it to begin anew, or choose another" + " folder.",
                    e);
        }
    }

    private void resume(SafetensorsFile saved, Path state) {
        String there = saved.metadata().get("plan");
        if (there == null) {
            throw new PanSt3RException(state + " is no state of a training; move it away, or choose another folder.");
        }
        if (!plan.toString().equals(there)) {
            throw new PanSt3RException("The training in " + state + " follows another plan ("
                    + TrainingPlan.difference(there, plan.toString())
                    + "); go on with that plan or choose another folder.");
        }
        Map<String, TensorData> tensors = saved.tensors();
        parameters.arrays().forEach((name, array) -> {
            TensorData t = tensors.get("weights." + name);
            if (t == null || !Arrays.equals(t.shape(), array.getShape().getShape())) {
                throw new PanSt3RException(
                        "The training in " + state + " is of another model (" + name + "); choose another folder.");
            }
            panst3r.nn.Scope.inference(() -> {
                array.set(t.toFloats());
                return null;
            });
        });
        step = Long.parseLong(saved.metadata().get("step"));
        optimiser.restore(tensors, Long.parseLong(saved.metadata().get("updates")));
    }

    private Random random(long index, int purpose) {
        return new Random((plan.seed() * 31 + purpose) * 0x9E3779B97F4A7C15L + index);
    }

    @Override
    public void close() {
        manager.close();
    }
}
