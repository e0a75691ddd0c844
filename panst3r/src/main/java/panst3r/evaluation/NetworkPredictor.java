package panst3r.evaluation;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import panst3r.Progress;
import panst3r.UserCache;
import panst3r.checkpoint.ClassTable;
import panst3r.image.ImageSet;
import panst3r.image.View;
import panst3r.image.WorkingSize;
import panst3r.inference.FeatureCache;
import panst3r.inference.Inference;
import panst3r.inference.Prediction;
import panst3r.inference.RetrievalKeyframes;
import panst3r.merge.Merge;
import panst3r.merge.MergeStrategy;
import panst3r.metrics.GroundTruth;
import panst3r.model.PanSt3R;
import panst3r.retrieval.ImageMatcher;
import panst3r.rooms.SceneTruth;
import panst3r.scene.Scene;

/**
 * Photos through the network, and their masks merged. Options are set before {@link #predict}; what is not set is as the
 * model's authors have it.
 *
 * <pre>{@code
 * Predictor predictor = new NetworkPredictor(model, truth -> Optional.of(classes)).keyframes(20).refinements(1);
 * }</pre>
 */
public final class NetworkPredictor implements Predictor {
    private final PanSt3R model;
    private final Function<SceneTruth, Optional<ClassTable>> classes;
    private final Inference inference;
    private String keyframes = "all";
    private int refinements;
    private MergeStrategy strategy;
    private int size;

    /** @param classes what to look for in a scene; empty for geometry only */
    public NetworkPredictor(PanSt3R model, Function<SceneTruth, Optional<ClassTable>> classes) {
        this.model = model;
        this.classes = classes;
        inference = new Inference(model);
        strategy = Merge.parse(model.postprocessDefault());
        size = model.config().encoder().imageSize();
    }

    /** How many keyframes, evenly spaced; all unless set. */
    public NetworkPredictor keyframes(int count) {
        inference.keyframes(count);
        keyframes = String.valueOf(count);
        return this;
    }

    /**
     * Keyframes that lie far apart; all photos of scenes that have no more.
     *
     * @param seed as at {@link RetrievalKeyframes}
     */
    public NetworkPredictor keyframes(int count, ImageMatcher matcher, long seed) {
        inference.keyframes(new RetrievalKeyframes(count, matcher, seed));
        keyframes = count + " by " + matcher.description() + " "
                + UserCache.name(matcher.identity()).substring(0, 8) + " with seed " + seed;
        return this;
    }

    /** Passes over the memory; 0 unless set. */
    public NetworkPredictor refinements(int passes) {
        inference.refinements(passes);
        refinements = passes;
        return this;
    }

    /** How many photos go through the network at once. */
    public NetworkPredictor batch(int photos) {
        inference.batch(photos);
        return this;
    }

    /** Where features of photos are kept; nowhere unless set. */
    public NetworkPredictor cache(FeatureCache cache) {
        inference.cache(cache);
        return this;
    }

    /** How masks are merged. */
    public NetworkPredictor strategy(MergeStrategy strategy) {
        this.strategy = strategy;
        return this;
    }

    /**
     * Long side of the working images.
     *
     * @throws panst3r.PanSt3RException if there is none of that size
     */
    public NetworkPredictor size(int longSide) {
        WorkingSize.table(longSide);
        size = longSide;
        return this;
    }

    @Override
    public Scene predict(List<Path> photos, SceneTruth truth, Progress progress) {
        Optional<ClassTable> table = model.hasMasks() ? classes.apply(truth) : Optional.empty();
        table.ifPresent(t -> GroundTruth.checkVocabulary(truth, t.names(), progress)); // before hours are spent
        List<View> views = ImageSet.open(photos.toArray(Path[]::new)).load(size, progress);
        Prediction prediction = inference.classes(table.orElse(null)).run(views, progress);
        Scene scene = Scene.of(prediction);
        return prediction.hasMasks() ? scene.merged(strategy, progress) : scene;
    }

    /** In words, for those who read the result; the same words, the same result. */
    public String describe() {
        return "keyframes " + keyframes + ", refinements " + refinements + ", merged by " + strategy.describe()
                + ", size " + size;
    }
}
