package panst3r.training;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
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
            SafetensorsFile saved = Files.exists(state) ? SafetensorsFile.open(state) : null;
            parameters = start.isPresent()
                    ? TrainedParameters.of(start.get().weights(), manager)
                    : TrainedParameters.fresh(config, plan.seed(), manager);
            parameters.trainAllBut(plan.frozen());
            optimiser = new AdamW(parameters.trained(), plan.decay(), manager);
            if (saved != null) {
                resume(saved, state);
            }
            model = new PanSt3R(
                    config, parameters.all(), manager, parameters.count(), "a model in training", "standard-v2");
            LabelMode mode = config.panoptic().map(p -> p.labelMode()).orElse(LabelMode.SIGMOID);
            panopticLoss = new PanopticLoss(mode, plan.points(), 1, 1);
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
        CompletableFuture<TrainingScene[]> next = prepare(scenes, step);
        try {
            while (step < end) {
                progress.step("train", (int) step, (int) end);
                TrainingScene[] batch = next.join();
                next = prepare(scenes, step + 1);
                log.add(step(batch));
                if (step % plan.saveEvery() == 0) {
                    save();
                    log.draw(folder.resolve("curve.png"));
                }
            }
        } finally {
            next.cancel(true);
            save();
            log.draw(folder.resolve("curve.png"));
        }
        progress.step("train", (int) step, (int) end);
    }

    /** The next scenes are made while this step computes; each is drawn from the plan's seed and its number alone. */
    private CompletableFuture<TrainingScene[]> prepare(Scenes scenes, long at) {
        return CompletableFuture.supplyAsync(() -> {
            TrainingScene[] out = new TrainingScene[plan.batch()];
            for (int b = 0; b < out.length; b++) {
                long index = at * plan.batch() + b;
                out[b] = TrainingScene.of(scenes.get(index), plan.jitter(), random(index, 1));
            }
            return out;
        });
    }

    private TrainingLog.Row step(TrainingScene[] batch) {
        long from = System.nanoTime();
        parameters.zeroGradients();
        double loss = 0;
        double geometry = 0;
        double masks = 0;
        for (int b = 0; b < batch.length; b++) {
            Random random = random(step * plan.batch() + b, 2);
            try (NDManager scope = manager.newSubManager();
                    NDScope arrays = new NDScope();
                    GradientCollector gradients = Engine.getInstance().newGradientCollector()) {
                arrays.suppressNotUsedWarning();
                NDArray[] terms = loss(batch[b], random, scope);
                NDArray total = Differentiable.div(terms[0], batch.length);
                gradients.backward(total);
                loss += terms[0].getFloat() / batch.length;
                geometry += terms[1].getFloat() / batch.length;
                masks += terms[2] == null ? 0 : terms[2].getFloat() / batch.length;
            }
        }
        double rate = plan.schedule().at(step + 1);
        double norm = optimiser.step(rate, plan.clip());
        step++;
        return new TrainingLog.Row(step, loss, geometry, masks, norm, rate, (System.nanoTime() - from) / 1e9);
    }

    /** {total, geometry, masks or null}. */
    private NDArray[] loss(TrainingScene scene, Random random, NDManager scope) {
        int views = scene.views();
        int least = Math.min(plan.minKeyframes(), views);
        int keyframes = least + random.nextInt(views - least + 1);
        int patch = model.config().encoder().patchSize();
        int tokens = scene.height() / patch * (scene.width() / patch);
        try (Memory memory = model.decoder().newMemory(keyframes * tokens)) {
            TrainingPass.Result result = new TrainingPass(model, scope, embeddings).forward(scene, keyframes, memory);
            Shape map = new Shape(1, views, scene.height(), scene.width());
            Shape points = new Shape(1, views, scene.height(), scene.width(), 3);
            NDArray geometry = geometryLoss
                    .terms(new GeometryLoss.Batch(
                            result.global(),
                            result.local(),
                            result.confidence(),
                            scope.create(scene.global(), points),
                            scope.create(scene.local(), points),
                            scope.create(scene.valid(), map),
                            scope.ones(new Shape(1)),
                            null))
                    .total();
            NDArray total = Differentiable.mul(geometry, plan.geometryWeight());
            NDArray masks = null;
            if (!result.heads().isEmpty()) {
                masks = panopticLoss.total(
                        result.heads().stream().map(List::of).toList(),
                        List.of(scene.target()),
                        PanopticLoss.Points.random(random));
                total = total.add(Differentiable.mul(masks, plan.masksWeight()));
            }
            return new NDArray[] {total, geometry, masks};
        }
    }

    /** Gradients of one scene's loss, for tests. */
    Map<String, NDArray> gradients(TrainingScene scene) {
        parameters.zeroGradients();
        try (NDManager scope = manager.newSubManager();
                GradientCollector gradients = Engine.getInstance().newGradientCollector()) {
            gradients.backward(loss(scene, random(0, 2), scope)[0]);
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

    private void resume(SafetensorsFile saved, Path state) {
        if (!plan.toString().equals(saved.metadata().get("plan"))) {
            throw new PanSt3RException("The training in " + state + " follows another plan ("
                    + saved.metadata().get("plan") + "); go on with that plan or choose another folder.");
        }
        Map<String, TensorData> tensors = saved.tensors();
        parameters.arrays().forEach((name, array) -> {
            TensorData t = tensors.get("weights." + name);
            if (t == null
                    || !java.util.Arrays.equals(t.shape(), array.getShape().getShape())) {
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
