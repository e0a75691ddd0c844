package panst3r.evaluation;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import panst3r.Progress;
import panst3r.checkpoint.ClassTable;
import panst3r.image.ImageSet;
import panst3r.image.View;
import panst3r.image.WorkingSize;
import panst3r.inference.Inference;
import panst3r.inference.Prediction;
import panst3r.merge.Merge;
import panst3r.merge.MergeStrategy;
import panst3r.metrics.GroundTruth;
import panst3r.model.PanSt3R;
import panst3r.rooms.SceneTruth;
import panst3r.scene.Scene;

/**
 * Photos through the network, and their masks merged.
 *
 * @param classes what to look for in a scene; empty for geometry only
 * @param keyframes how many, evenly spaced; null for all
 * @param refinements passes over the memory
 * @param strategy null for the one that the model's authors chose
 * @param size long side of the working images; null for the model's
 */
public record NetworkPredictor(
        PanSt3R model,
        Function<SceneTruth, Optional<ClassTable>> classes,
        Integer keyframes,
        int refinements,
        MergeStrategy strategy,
        Integer size)
        implements Predictor {
    /** @throws panst3r.PanSt3RException if some setting could never work */
    public NetworkPredictor {
        if (strategy == null) {
            strategy = Merge.parse(model.postprocessDefault());
        }
        Inference tried = new Inference(model).refinements(refinements);
        if (keyframes != null) {
            tried.keyframes(keyframes);
        }
        WorkingSize.table(size == null ? model.config().encoder().imageSize() : size);
    }

    @Override
    public Scene predict(List<Path> photos, SceneTruth truth, Progress progress) {
        Optional<ClassTable> table = model.hasMasks() ? classes.apply(truth) : Optional.empty();
        table.ifPresent(t -> GroundTruth.checkVocabulary(truth, t.names(), progress)); // before hours are spent
        List<View> views = ImageSet.open(photos.toArray(Path[]::new))
                .load(size == null ? model.config().encoder().imageSize() : size, progress);
        Inference inference = new Inference(model).refinements(refinements);
        table.ifPresent(inference::classes);
        if (keyframes != null) {
            inference.keyframes(keyframes);
        }
        Prediction prediction = inference.run(views, progress);
        Scene scene = Scene.of(prediction);
        return prediction.hasMasks() ? scene.merged(strategy, progress) : scene;
    }

    /** In words, for those who read the result; the same words, the same result. */
    public String describe() {
        return "keyframes " + (keyframes == null ? "all" : keyframes) + ", refinements " + refinements + ", merged by "
                + strategy.describe() + ", size "
                + (size == null ? model.config().encoder().imageSize() : size);
    }
}
