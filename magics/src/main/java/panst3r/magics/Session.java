package panst3r.magics;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import panst3r.CancelledException;
import panst3r.PanSt3RException;
import panst3r.Progress;
import panst3r.checkpoint.ClassTable;
import panst3r.checkpoint.ShippedModel;
import panst3r.dataset.DataSet;
import panst3r.evaluation.DataSetEvaluation;
import panst3r.evaluation.DataSetReport;
import panst3r.evaluation.Evaluate;
import panst3r.evaluation.NetworkPredictor;
import panst3r.evaluation.SceneEvaluation;
import panst3r.export.KnownCameras;
import panst3r.figure.Figure;
import panst3r.image.ImageSet;
import panst3r.image.View;
import panst3r.inference.FeatureCache;
import panst3r.inference.Inference;
import panst3r.inference.MemoryEstimate;
import panst3r.inference.Prediction;
import panst3r.inference.RetrievalKeyframes;
import panst3r.magics.compare.SceneComparison;
import panst3r.magics.compare.Sweep;
import panst3r.magics.compare.SweepAxis;
import panst3r.magics.display.CellProgress;
import panst3r.magics.display.SceneSoFar;
import panst3r.magics.display.Shown;
import panst3r.magics.display.Text;
import panst3r.magics.live.LiveComparison;
import panst3r.magics.live.Page;
import panst3r.magics.live.Widgets;
import panst3r.magics.tables.Tables;
import panst3r.magics.viewer.ViewerOptions;
import panst3r.merge.Merge;
import panst3r.merge.MergeStrategy;
import panst3r.merge.Panoptic;
import panst3r.merge.Segment;
import panst3r.metrics.GroundTruth;
import panst3r.metrics.MergingExercise;
import panst3r.metrics.TrueScene;
import panst3r.picture.ColourBy;
import panst3r.picture.Viewpoint;
import panst3r.retrieval.ImageMatcher;
import panst3r.retrieval.Similarity;
import panst3r.rooms.GroundTruthFolder;
import panst3r.rooms.RoomSample;
import panst3r.rooms.SceneTruth;
import panst3r.scene.Placement;
import panst3r.scene.PointQuery;
import panst3r.scene.Scene;
import panst3r.text.Vocabulary;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/**
 * What the commands do, one method each, for one notebook. Works on the thread of the cell, so that an interrupt of the
 * cell reaches it; nothing changes unless all went well. Whatever goes wrong leaves as a {@link PanSt3RError}, of one
 * sentence.
 */
public final class Session {
    private static final int PATIENCE_SECONDS = 3;
    private static final int MOST_LIVE = 4;

    /** The model that comes with the package, and that a run takes if none was chosen. */
    private static final String MINI = "mini";

    /** What is compared if nothing is said. */
    private static final List<String> PUBLISHED = List.of("standard-v2", "standard-v1", "qubo");

    private final Bridge bridge;
    private final Workspace workspace = new Workspace();
    private final Widgets widgets;
    private final Deque<LiveComparison> live = new ArrayDeque<>();
    private final Page page;
    private final ReentrantLock job = new ReentrantLock();
    private final Splatting splatting;
    private volatile FeatureCache cache = FeatureCache.ofUser().orElse(null);

    public Session(Bridge bridge) {
        this.bridge = bridge;
        this.widgets = new Widgets(bridge);
        this.splatting = new Splatting(this, bridge, workspace);
        this.page = new Page(widgets, splatting::paint);
    }

    public Workspace workspace() {
        return workspace;
    }

    public Widgets widgets() {
        return widgets;
    }

    /** What is on the notebook's page of its scenes, and what was done there. */
    public Page page() {
        return page;
    }

    /** Gaussians and new views. */
    public Splatting splatting() {
        return splatting;
    }

    /**
     * @param which {@code mini} or a file
     * @param classes file of class embeddings, or null
     * @param names of those classes, or null for those that the file knows
     */
    public Model model(String which, String classes, List<String> names) {
        return job("model", progress -> {
            Path file = which.equals(MINI) ? ShippedModel.file() : path(which);
            if (!Files.isRegularFile(file)) {
                throw new PanSt3RException("There is no checkpoint at " + file.toAbsolutePath()
                        + (Files.isDirectory(file) ? "; that is a folder: name the file." : "; check the path."));
            }
            if (classes == null && names != null) {
                throw new PanSt3RException("--names are those of --classes FILE, which is not given.");
            }
            ClassTable table = classes == null ? null : ClassFiles.read(path(classes), names);
            Model model = Model.open(file, table, progress);
            workspace.model(model);
            progress.finish("Loaded " + file.getFileName());
            return model;
        });
    }

    /**
     * @param as the name of the set, or null for that of the folder
     * @param max take the first so many, or null for all
     */
    public ImageSet open(List<String> sources, String as, Integer max) {
        return sentence(() -> {
            if (max != null && max < 1) {
                throw new PanSt3RException("--max must be 1 or more, not " + max + ".");
            }
            ImageSet set = ImageSet.open(sources, max == null ? Integer.MAX_VALUE : max);
            workspace.photos(as == null ? nameFor(sources.get(0)) : checkedName(as), set);
            return set;
        });
    }

    /** Runs the network and merges its masks as its authors do. */
    public Scene run(RunRequest wanted) {
        return job("run", progress -> {
            String photos = workspace.photosName(wanted.photos());
            Model model = modelOrMini(progress);
            List<View> views = views(model, photos, wanted.size(), progress);
            Inference inference = new Inference(model.network()).cache(cache);
            model.classes().ifPresent(inference::classes);
            if (wanted.keyframes() != null) {
                inference.keyframes(wanted.keyframes());
            }
            if (wanted.batch() != null) {
                inference.batch(wanted.batch());
            }
            if (wanted.refine() != null) {
                inference.refinements(wanted.refine());
            }
            Prediction prediction = wanted.sequence()
                    ? oneByOne(inference, model, photos, views, wanted, progress)
                    : atOnce(inference, model, photos, views, wanted, progress);
            Scene scene = finished(model.signed(prediction), model, progress);
            workspace.scene(photos, scene, model.network().postprocessDefault());
            progress.finish(Text.count(scene.views(), "photo")
                    + scene.panoptic()
                            .map(p -> ", " + Text.count(p.segments().size(), "segment") + " (" + p.strategy() + ")")
                            .orElse("; " + model.abilities()));
            return scene;
        });
    }

    /** Merged as the model's authors do. */
    private static Scene finished(Prediction prediction, Model model, Progress progress) {
        Scene scene = Scene.of(prediction);
        if (prediction.hasMasks()) {
            scene = scene.merged(Merge.named(model.network().postprocessDefault()), progress);
        }
        scene.cameras(); // estimated here, where an interrupt is heard
        return scene;
    }

    private Prediction atOnce(
            Inference inference,
            Model model,
            String photos,
            List<View> views,
            RunRequest wanted,
            CellProgress progress) {
        try {
            return wanted.alike() == null
                    ? predicted(inference, model, views, wanted.keyframes(), false, progress)
                    : farApart(inference, model, photos, views, wanted, progress);
        } catch (CancelledException e) {
            if (cache == null) {
                throw e;
            }
            String kept = "photos that were encoded are kept for the next one";
            progress.note("Of this run " + kept + ".");
            throw new CancelledException("The run", kept);
        }
    }

    /** A run that shows what there is after every so many photos. An interrupt leaves the scene of those. */
    private Prediction oneByOne(
            Inference inference,
            Model model,
            String photos,
            List<View> views,
            RunRequest wanted,
            CellProgress progress) {
        progress.note("Memory: " + inference.estimate(views) + ".");
        SceneSoFar picture = new SceneSoFar(bridge);
        Scene[] last = {null};
        String of = " of " + Text.count(views.size(), "photo");
        Progress part = progress.titled(() -> last[0] == null ? "" : "after " + last[0].views() + of);
        try {
            Prediction all = inference.sequence(views, part, soFar -> {
                last[0] = finished(model.signed(soFar), model, part);
                String line = last[0].views() + of + " so far"
                        + last[0].panoptic()
                                .map(p -> ", " + Text.count(p.segments().size(), "segment"))
                                .orElse("");
                picture.show(last[0], line, Shown.notice(last[0]), part);
            });
            picture.close();
            return all;
        } catch (RuntimeException e) {
            if (last[0] == null) {
                throw e;
            }
            // what stands under that name may be more than a part
            String name = workspace.scenes().containsKey(photos) ? photos + "-part" : photos;
            workspace.scene(name, last[0], model.network().postprocessDefault());
            String kept = "the scene of the first " + last[0].views() + " photos is kept as “" + name + "”";
            progress.note("Of this run " + kept + "."); // a kernel may tell an interrupt in words of its own
            if (e instanceof CancelledException) {
                throw new CancelledException("The run", kept);
            }
            throw e;
        }
    }

    private List<View> views(Model model, String photos, Integer size, Progress progress) {
        return workspace
                .photos(photos)
                .load(size == null ? model.network().config().encoder().imageSize() : size, progress);
    }

    private static Prediction predicted(
            Inference inference,
            Model model,
            List<View> views,
            Integer keyframes,
            boolean looks,
            CellProgress progress) {
        MemoryEstimate estimate = inference.estimate(views);
        progress.note("Memory: " + estimate + ".");
        progress.expect(stages(model, views.size(), keyframes, looks));
        return inference.run(views, progress);
    }

    /** A run whose keyframes are chosen by how alike the photos are, which is kept for {@link #similarity}. */
    private Prediction farApart(
            Inference inference,
            Model model,
            String photos,
            List<View> views,
            RunRequest wanted,
            CellProgress progress) {
        RetrievalChoice alike = wanted.alike();
        int keyframes = wanted.keyframes();
        ImageMatcher matcher = alike.matcher(model, progress);
        try {
            RetrievalKeyframes choice = new RetrievalKeyframes(keyframes, matcher, wanted.seed());
            inference.keyframes(choice);
            Prediction out = predicted(inference, model, views, keyframes, choice.looks(views.size()), progress);
            if (choice.similarity().isEmpty()) {
                progress.note("All photos are keyframes, so there was nothing to choose.");
            }
            choice.similarity().ifPresent(s -> {
                List<Integer> chosen = IntStream.range(0, out.views().size())
                        .filter(v -> out.views().get(v).keyframe())
                        .boxed()
                        .toList();
                workspace.similarity(workspace.photos(photos), new SimilarityMap(photos, names(views), s, chosen));
            });
            return out;
        } finally {
            alike.done(matcher);
        }
    }

    private static List<String> names(List<View> views) {
        return views.stream().map(v -> v.photo().name()).toList();
    }

    /**
     * Says where features of photos are kept from run to run, and changes it.
     *
     * @param directory or null for where it is
     * @param off whether nothing is kept from now on
     * @param clear whether what is kept is deleted
     * @param gigabytes at most to be kept, or null for as many as before
     */
    public Text cache(String directory, boolean off, boolean clear, Double gigabytes) {
        return sentence(() -> {
            if (off && (directory != null || gigabytes != null)) {
                throw new PanSt3RException("--off keeps nothing; say it without a folder and --limit.");
            }
            if (gigabytes != null && !(gigabytes > 0 && gigabytes < 1e6)) {
                throw new PanSt3RException("--limit is a number of gigabytes, more than 0, not " + gigabytes + ".");
            }
            FeatureCache next = directory == null ? cache : FeatureCache.at(path(directory));
            if (next == null && gigabytes == null) {
                return new Text("Features of photos are not kept.");
            }
            next = next == null ? FeatureCache.ofUser().orElseThrow(Session::homeless) : next;
            next = gigabytes == null ? next : next.limit((long) (1e9 * gigabytes));
            long freed = clear ? next.clear() : 0;
            cache = off ? null : next;
            return new Text((clear ? "Deleted " + Text.bytes(freed) + ". " : "")
                    + (off
                            ? "Features of photos are not kept from now on."
                            : "Features of photos are kept in "
                                    + next.directory().toAbsolutePath() + ": "
                                    + Text.bytes(next.bytes()) + " of at most " + Text.bytes(next.limit())
                                    + ". They make the next run over the same photos shorter and can be deleted at any"
                                    + " time (--clear)."));
        });
    }

    private static PanSt3RException homeless() {
        return new PanSt3RException("This user has no home for a cache; name a folder: %panst3r cache DIR.");
    }

    /**
     * How alike photos are.
     *
     * @param name of a photo set, or null for the latest
     * @param alike by what; null for what the latest run found, if it looked, else for the checkpoint's own weights
     * @param size long side of the working images, or null for the model's
     */
    public SimilarityMap similarity(String name, RetrievalChoice alike, Integer size) {
        return job("similarity", progress -> {
            String photos = workspace.photosName(name);
            SimilarityMap known = workspace.similarity(workspace.photos(photos));
            if (known != null && alike == null && size == null) {
                return known;
            }
            Model model = modelOrMini(progress);
            List<View> views = views(model, photos, size, progress);
            RetrievalChoice by = alike == null ? RetrievalChoice.OWN : alike;
            ImageMatcher matcher = by.matcher(model, progress);
            try {
                Similarity similarity =
                        new Inference(model.network()).cache(cache).similarity(views, matcher, progress);
                SimilarityMap map = new SimilarityMap(photos, names(views), similarity, List.of());
                workspace.similarity(workspace.photos(photos), map);
                return map;
            } finally {
                by.done(matcher);
            }
        });
    }

    /**
     * Chooses what to look for; a scene that is there is named and merged anew. The network does not run, but for its class
     * head.
     *
     * @param names of classes, or null
     * @param vocabulary a list that comes with the library or a file, or null
     * @param text folder of a text encoder, or null for the one named last
     * @param of name of a scene, or null for the latest
     * @return the scene; the model if there is no scene with masks
     */
    public Object classes(List<String> names, String vocabulary, String text, String of) {
        return job("classes", progress -> {
            if (names != null && vocabulary != null) {
                throw new PanSt3RException("Name classes or a --vocabulary, not both.");
            }
            boolean none = names == null || names.stream().allMatch(String::isBlank);
            if (none && vocabulary == null) {
                throw new PanSt3RException("The list of classes is empty: name some, such as chair,table, or a"
                        + " --vocabulary: " + String.join(", ", Vocabulary.shipped()) + " or a file.");
            }
            Vocabulary wanted = vocabulary == null ? new Vocabulary(names) : Vocabulary.of(vocabulary);
            String scene = of == null && workspace.scenes().isEmpty() ? null : workspace.sceneName(of);
            Model model = modelOrMini(progress);
            ClassTable table = OwnClasses.embeddings(workspace, model, wanted, text, progress);
            if (scene == null || !workspace.scene(scene).hasMasks()) {
                model.classes(table);
                progress.finish((table.size() == 1 ? "1 class" : table.size() + " classes") + " for the next run");
                return model;
            }
            Scene named = named(workspace.scene(scene), scene, model, table, progress);
            model.classes(table);
            workspace.scene(scene, named, workspace.strategy(scene));
            progress.finish(Text.count(named.panoptic().orElseThrow().segments().size(), "segment") + " of "
                    + (table.size() == 1 ? "1 class" : table.size() + " classes"));
            return named;
        });
    }

    /** The scene with other classes, merged as it was. */
    private Scene named(Scene scene, String name, Model model, ClassTable table, Progress progress) {
        warnOfOther(model, scene, progress);
        Prediction scored = new Inference(model.network()).scoreClasses(scene.prediction(), table);
        MergeStrategy strategy =
                Merge.parse(scene.panoptic().map(Panoptic::strategy).orElse(workspace.strategy(name)));
        Scene named = scene.withClasses(scored).merged(strategy, progress);
        if (named.panoptic().orElseThrow().segments().isEmpty()) {
            throw new PanSt3RException("Nothing of these classes is found by " + strategy.describe()
                    + "; name others, or lower a threshold with %panst3r merge (the classes before stay).");
        }
        return named;
    }

    private static void warnOfOther(Model model, Scene scene, Progress progress) {
        if (!scene.model().equals(model.describe())) {
            progress.warn("The scene was made by " + scene.model() + ", but the model in use is " + model.describe()
                    + "; if these are different weights, the result means nothing.");
        }
    }

    /**
     * Ranks the segments of a scene by how alike they are to a text.
     *
     * @param words what to look for
     * @param top how many to highlight
     * @param text folder of a text encoder, or null for the one named last
     * @param of name of a scene, or null for the latest
     */
    public Found find(String words, int top, String text, String of) {
        return job("find", progress -> {
            if (top < 1) {
                throw new PanSt3RException("--top must be 1 or more, not " + top + ".");
            }
            Scene scene = segmented(of);
            Model model = modelOrMini(progress);
            ClassTable table = OwnClasses.embeddings(workspace, model, new Vocabulary(List.of(words)), text, progress);
            warnOfOther(model, scene, progress);
            float[] cosines = new Inference(model.network()).cosines(scene.prediction(), table);
            Table ranked = rows(scene, s -> Found.table(s, words, cosines), null);
            List<Integer> best = ranked.intColumn("segment")
                    .first(Math.min(top, ranked.rowCount()))
                    .asList();
            String name = workspace.sceneName(of);
            if (page.shows(scene)) {
                page.select(scene, best);
            }
            // a view that nobody looks at is not made
            Supplier<Plot> view = page.shows(scene)
                    ? null
                    : () -> sentence(() -> Plot.of(
                            scene, name, o -> withSplats(scene, o.withSelected(best), false), page, Progress.SILENT));
            return new Found(ranked, scene, view, page.mark(scene));
        });
    }

    /** The model chosen; if none was and the small one is at hand, that one from now on. */
    private Model modelOrMini(CellProgress progress) {
        if (!workspace.hasModel() && ShippedModel.present()) {
            Model mini = Model.open(ShippedModel.file(), null, progress);
            progress.note("No model was chosen, so the small one is used: " + mini + ".");
            workspace.model(mini);
        }
        return workspace.model();
    }

    /**
     * What the stages of {@link Inference} weigh: seconds of the released v2 model at 512×384 on two cores.
     *
     * @param wanted keyframes, or null for all
     * @param looks whether all views are encoded before the keyframes are chosen
     */
    private static Map<String, Double> stages(Model model, int views, Integer wanted, boolean looks) {
        int keyframes = wanted == null ? views : Math.min(wanted, views);
        boolean masks = model.network().hasMasks() && model.classes().isPresent();
        Map<String, Double> out = new LinkedHashMap<>();
        out.put("encode", 4.7 * (looks ? views : keyframes));
        out.put("keyframes", looks ? 0.3 * views : 0);
        out.put("memory", 2.4 * keyframes);
        out.put("render", 2.4 * keyframes);
        out.put("dino", masks ? 4.4 * keyframes : 0);
        out.put("upscale", masks ? 13.3 * keyframes : 0);
        out.put("objects", masks ? 2.5 * keyframes : 0);
        out.put("masks", masks ? 0.6 * keyframes : 0);
        out.put("other views", ((masks ? 25.4 : 7.1) - (looks ? 4.7 : 0)) * (views - keyframes));
        return out;
    }

    /**
     * Merges the masks of a scene anew; the network does not run.
     *
     * @param name of a scene, or null for the latest
     * @param strategy or null for the one that the model's authors chose
     * @param options of the strategy, by name
     */
    public Scene merge(String name, String strategy, Map<String, String> options) {
        return job("merge", progress -> {
            String of = workspace.sceneName(name);
            MergeStrategy chosen = Merge.parse(strategy == null ? workspace.strategy(of) : strategy);
            for (Map.Entry<String, String> option : options.entrySet()) {
                chosen = chosen.with(option.getKey(), option.getValue());
            }
            Scene scene = workspace.scene(of).merged(chosen, progress);
            Panoptic panoptic = scene.panoptic().orElseThrow();
            if (panoptic.segments().isEmpty()) {
                throw new PanSt3RException(panoptic.strategy()
                        + " keeps no query, so there would be no segment; lower a threshold (the merge before stays).");
            }
            workspace.scene(of, scene, workspace.strategy(of));
            progress.finish(Text.count(panoptic.segments().size(), "segment") + " (" + panoptic.strategy() + ")");
            return scene;
        });
    }

    /**
     * Several merges of one scene side by side; its own merge stays.
     *
     * @param name of a scene, or null for the latest
     * @param strategies as {@link Merge#parse} takes them, or null for the published ones
     * @param set options for every strategy that has them
     * @param truth folder of ground truth, or null for that of the photos, if there is one
     * @param in3d whether with 3D views
     */
    public SceneComparison compare(
            String name, List<String> strategies, Map<String, String> set, String truth, boolean in3d) {
        return job("compare", progress -> {
            String of = workspace.sceneName(name);
            Scene scene = workspace.scene(of);
            List<MergeStrategy> chosen = chosen(strategies, set);
            SceneComparison out =
                    SceneComparison.of(scene, of, chosen, truth(of, scene, truth, progress), in3d, progress);
            out.draw(progress);
            progress.finish("Compared " + Text.count(chosen.size(), "merge"));
            return out;
        });
    }

    /**
     * Shows a widget whose sliders merge a scene anew, and gives the comparison that stands where there are no widgets.
     * Parameters as of {@link #compare(String, List, Map, String, boolean)}; the widget begins with the first strategy.
     */
    public SceneComparison live(String name, List<String> strategies, Map<String, String> set, String truth) {
        return job("compare", progress -> {
            String of = workspace.sceneName(name);
            Scene scene = workspace.scene(of);
            List<MergeStrategy> chosen = chosen(strategies, set);
            GroundTruth known = truth(of, scene, truth, progress);
            SceneComparison out = SceneComparison.of(scene, of, chosen, known, false, progress);
            LiveComparison opened = LiveComparison.open(widgets, scene, of, chosen.get(0), known, progress);
            live.add(opened);
            if (live.size() > MOST_LIVE) {
                live.remove().close(); // each holds a scene
            }
            progress.finish("Ready to merge live");
            bridge.display(null, opened.bundle());
            return out;
        });
    }

    /** As the other, of a scene that need not be in the workspace. */
    public SceneComparison compare(Scene scene, List<? extends MergeStrategy> strategies) {
        return job("compare", progress -> {
            String of = nameOf(scene);
            return SceneComparison.of(scene, of, strategies, truth(of, scene, null, progress), true, progress);
        });
    }

    /**
     * Values of one option, in equal steps.
     *
     * @param from null together with {@code to} for all that a choice or a switch can be
     */
    public record Range(String option, Double from, Double to, int steps, boolean logarithmic) {
        SweepAxis axis(MergeStrategy strategy) {
            return from == null
                    ? SweepAxis.of(strategy, option)
                    : SweepAxis.of(strategy, option, from, to, steps, logarithmic);
        }
    }

    /**
     * One strategy with one or two options running through values.
     *
     * @param strategy as {@link Merge#parse} takes it, or null for the one that the model's authors chose
     * @param metrics to plot; empty for the usual ones
     */
    public Sweep sweep(
            String name,
            String strategy,
            Map<String, String> set,
            List<Range> ranges,
            List<String> metrics,
            String truth) {
        return job("sweep", progress -> {
            String of = workspace.sceneName(name);
            Scene scene = workspace.scene(of);
            MergeStrategy chosen = with(set, List.of(Merge.parse(strategy == null ? workspace.strategy(of) : strategy)))
                    .get(0);
            List<SweepAxis> axes = ranges.stream().map(r -> r.axis(chosen)).toList();
            return Sweep.of(scene, of, chosen, axes, truth(of, scene, truth, progress), metrics, progress);
        });
    }

    private static List<MergeStrategy> chosen(List<String> strategies, Map<String, String> set) {
        List<String> texts = strategies == null ? PUBLISHED : strategies;
        return with(set, texts.stream().map(Merge::parse).toList());
    }

    private static List<MergeStrategy> with(Map<String, String> set, List<MergeStrategy> strategies) {
        List<MergeStrategy> out = new ArrayList<>(strategies);
        set.forEach((option, value) -> {
            boolean known = false;
            for (int i = 0; i < out.size(); i++) {
                if (out.get(i).options().stream().anyMatch(o -> o.name().equals(option))) {
                    out.set(i, out.get(i).with(option, value));
                    known = true;
                }
            }
            if (!known) {
                out.get(0).with(option, value); // says what there is
            }
        });
        return out;
    }

    /** What a comparison is measured against: nothing, and a warning, where what lies beside the photos does not fit. */
    GroundTruth truth(String name, Scene scene, String folder, Progress progress) {
        try {
            return sample(name, scene, folder)
                    .map(s -> GroundTruth.of(s, scene))
                    .orElse(null);
        } catch (PanSt3RException e) {
            if (folder != null || e instanceof CancelledException) {
                throw e;
            }
            progress.warn("Without quality: " + e.getMessage());
            return null;
        }
    }

    /** Ground truth: what the folder says, what is known of the scene, or what lies beside its photos. */
    private Optional<RoomSample> sample(String name, Scene scene, String folder) {
        if (folder != null) {
            return Optional.of(GroundTruthFolder.read(path(folder)));
        }
        RoomSample known = workspace.truth(name);
        if (known != null) {
            return Optional.of(known);
        }
        Path photo = scene.view(0).photo().file();
        Path beside = photo == null ? null : photo.toAbsolutePath().normalize().getParent();
        Path above = beside == null ? null : beside.getParent();
        return above == null || !GroundTruthFolder.isOne(above)
                ? Optional.empty()
                : Optional.of(GroundTruthFolder.read(above));
    }

    /**
     * How near a scene is to its ground truth.
     *
     * @param name of a scene, or null for the latest
     * @param folder of the truth, or null for that of the photos
     */
    public SceneMetrics metrics(String name, String folder) {
        return metrics(name, folder, false);
    }

    /**
     * As the shorter one.
     *
     * @param countRare whether classes that are rare in the scene count
     */
    public SceneMetrics metrics(String name, String folder, boolean countRare) {
        return job(
                "metrics",
                progress -> metrics(workspace.sceneName(name), workspace.scene(name), folder, countRare, progress));
    }

    /** As the other, of a scene that need not be in the workspace. */
    public SceneMetrics metrics(Scene scene) {
        return job("metrics", progress -> metrics(nameOf(scene), scene, null, false, progress));
    }

    private SceneMetrics metrics(String name, Scene scene, String folder, boolean countRare, CellProgress progress) {
        RoomSample sample = sample(name, scene, folder)
                .orElseThrow(() -> new PanSt3RException("Nothing is known of the truth of " + name
                        + ": name the folder of its ground truth with --truth DIR."));
        GroundTruth truth = GroundTruth.of(sample, scene);
        try {
            GroundTruth.checkVocabulary(sample, scene.classNames(), progress);
        } catch (PanSt3RException e) {
            progress.warn(e.getMessage()); // depth and cameras are measured all the same
        }
        SceneMetrics metrics =
                new SceneMetrics(name, scene, SceneEvaluation.of(truth, scene, !countRare, progress));
        progress.finish("Measured " + Text.count(truth.views().size(), "view") + " against " + truth.name());
        return metrics;
    }

    /** Classes, in few words that are others for other names. */
    private static String described(ClassTable table) {
        return String.format(
                Locale.ROOT,
                "%d (%s, …, %08x)",
                table.size(),
                table.names().get(0),
                table.names().hashCode());
    }

    /** Runs the network over data sets and measures every scene; what is measured stays on disk, and is not done again. */
    public DataSetMetrics evaluate(EvaluationChoice choice) {
        return job("evaluate", progress -> {
            Model model = modelOrMini(progress);
            DataSet.Split split = Evaluate.split(choice.split());
            List<DataSet> sets = choice.datasets().stream()
                    .map(d -> DataSet.open(path(d), split))
                    .toList();
            Path out = path(choice.out()).toAbsolutePath().normalize();
            Map<List<String>, ClassTable> tables = new HashMap<>(); // of classes, so that scenes share one
            Function<SceneTruth, Optional<ClassTable>> classes = truth -> {
                if (choice.vocabulary() == null) {
                    return model.classes();
                }
                Vocabulary wanted = choice.vocabulary().equals("truth")
                        ? Evaluate.vocabulary(truth)
                        : Vocabulary.of(choice.vocabulary());
                return Optional.of(tables.computeIfAbsent(
                        wanted.names(),
                        n -> OwnClasses.embeddings(workspace, model, wanted, choice.text(), progress)));
            };
            NetworkPredictor predictor = new NetworkPredictor(
                    model.network(),
                    classes,
                    choice.keyframes(),
                    choice.refine(),
                    choice.merge() == null ? null : Merge.parse(choice.merge()),
                    choice.size());
            String looking = choice.vocabulary() != null
                    ? choice.vocabulary()
                    : model.classes().map(Session::described).orElse("none");
            DataSetEvaluation evaluation = new DataSetEvaluation(
                            predictor,
                            model.describe() + ", classes " + looking + ", " + predictor.describe() + ", photos for "
                                    + choice.split())
                    .photos(choice.photos())
                    .leaveOutRare(!choice.countRare());
            List<DataSetReport> reports = new ArrayList<>();
            for (DataSet set : sets) {
                Path folder =
                        out.resolve(set.folder().toAbsolutePath().normalize().getFileName());
                reports.add(evaluation.run(set, folder, choice.overwrite(), progress));
            }
            DataSetMetrics metrics = new DataSetMetrics(model.describe(), out, reports);
            progress.finish("Measured " + metrics);
            return metrics;
        });
    }

    /**
     * A scene to try merging on, made from ground truth; merged by the default strategy.
     *
     * @param max take the first so many photos, or null for all
     */
    public Scene exercise(String folder, int copies, long seed, Integer max, String as) {
        return job("exercise", progress -> {
            if (max != null && max < 1) {
                throw new PanSt3RException("--max must be 1 or more, not " + max + ".");
            }
            RoomSample all = GroundTruthFolder.read(path(folder));
            RoomSample sample = max == null || max >= all.views().size()
                    ? all
                    : new RoomSample(
                            all.name(), all.description(), all.views().subList(0, max), all.classes(), all.instances());
            String strategy = Merge.names().get(0);
            Scene scene = MergingExercise.of(sample, copies, seed).merged(Merge.named(strategy), progress);
            String name = as == null ? nameFor(folder) : checkedName(as);
            workspace.scene(name, scene, strategy);
            workspace.truth(name, sample);
            progress.finish("Made " + scene.prediction().classLogits().queries() + " queries from the ground truth of "
                    + sample.name());
            return scene;
        });
    }

    /** Ground truth as a scene, to look at and to try things on. */
    public Scene truth(String folder, String as) {
        return job("truth", progress -> {
            RoomSample sample = GroundTruthFolder.read(path(folder));
            Scene scene = TrueScene.of(sample);
            scene.cameras();
            String name = as == null ? nameFor(folder) : checkedName(as);
            workspace.scene(name, scene, Merge.names().get(0));
            workspace.truth(name, sample);
            progress.finish(Text.count(scene.views(), "photo") + ", "
                    + Text.count(scene.panoptic().orElseThrow().segments().size(), "segment") + ": " + scene.model());
            return scene;
        });
    }

    /** A figure for a report, written to a file if the request names one. */
    public Figure figure(FigureRequest request) {
        return job("figure", progress -> {
            FigureMaker.checkLayout(request.layout());
            Path file = request.out() == null ? null : path(request.out());
            if (file != null) {
                Figure.check(file, request.overwrite());
            }
            String of = workspace.sceneName(request.scene());
            Scene scene = workspace.scene(of);
            boolean measured =
                    request.layout().equals("metrics") || request.layout().equals("comparison");
            GroundTruth truth = measured ? truth(of, scene, request.truth(), progress) : null;
            List<MergeStrategy> strategies = measured ? strategies(request, of) : List.of();
            Figure figure = new FigureMaker(request, of, scene, truth, strategies, progress)
                    .make(viewpoint(scene, request.viewpoint()));
            figure.caption(progress); // laid out here, where an interrupt is heard
            if (file != null) {
                figure.save(file, request.overwrite(), progress);
            }
            progress.finish(
                    file == null
                            ? "Drew the figure"
                            : "Saved " + file.toAbsolutePath().normalize());
            return figure;
        });
    }

    /** Those that a figure compares or measures, with its options set; none if the scene is measured as it is. */
    private List<MergeStrategy> strategies(FigureRequest request, String scene) {
        List<String> names = List.of();
        if (request.strategies() != null) {
            names = request.strategies();
        } else if (request.layout().equals("comparison")) {
            names = PUBLISHED;
        } else if (!request.set().isEmpty() || !request.sweep().isEmpty()) {
            names = List.of(workspace.strategy(scene));
        }
        return names.isEmpty()
                ? List.of()
                : with(request.set(), names.stream().map(Merge::parse).toList());
    }

    /** The viewpoint that a text tells, or where the scene's 3D view stands; null if it was never moved. */
    private Viewpoint viewpoint(Scene scene, String text) {
        return text == null ? page.viewpoint(scene).orElse(null) : Viewpoint.parse(text, Viewpoint.up(scene.cameras()));
    }

    /** Has a value written to a file. */
    public Path written(String file, Function<Path, Path> writer) {
        return sentence(() -> writer.apply(path(file)));
    }

    /**
     * @param views numbers or file names, or null for all
     * @param where a condition, or null
     * @param sample at most so many rows
     * @param global points as the network put them into the world
     */
    public Table points(String name, List<String> views, String where, int sample, long seed, boolean global) {
        return job("points", progress -> {
            Scene of = workspace.scene(name);
            PointQuery query = PointQuery.all().sample(sample, seed);
            if (views != null) {
                query = query.views(views.stream().map(v -> view(of, v)).toList());
            }
            if (global) {
                query = query.source(PointQuery.Source.GLOBAL);
            }
            PointQuery wanted = query;
            return rows(of, scene -> Tables.points(scene, wanted, where, progress), null);
        });
    }

    public Table masks(String scene, String where) {
        return sentence(() -> rows(segmented(scene), Tables::masks, where));
    }

    public Table segments(String scene, String where) {
        return sentence(() -> rows(segmented(scene), Tables::segments, where));
    }

    public Table cameras(String scene, String where) {
        return sentence(() -> rows(workspace.scene(scene), Tables::cameras, where));
    }

    /**
     * Puts a scene among known cameras, or back into the world that the network gave it.
     *
     * @param name of a scene, or null for the latest
     * @param from folder or file of known cameras, or null for the predicted ones
     * @param replace whether they take the places of the predicted ones, instead of only giving world and unit
     * @param unit of length of their world
     */
    public Scene place(String name, String from, boolean replace, String unit) {
        return job("cameras", progress -> {
            String of = workspace.sceneName(name);
            Scene scene = workspace.scene(of);
            Placement placement = null;
            if (from != null) {
                KnownCameras known = KnownCameras.read(path(from));
                placement = replace ? known.replacing(scene, unit, progress) : known.aligned(scene, unit, progress);
            }
            Scene placed = scene.placed(placement);
            placed.cameras(); // estimated here, where an interrupt is heard
            workspace.scene(of, placed, workspace.strategy(of));
            progress.finish(placement == null ? "The cameras that the network predicted" : placement.note());
            return placed;
        });
    }

    /**
     * Writes a scene for other programs.
     *
     * @param path file or folder
     * @param name of a scene, or null for the latest
     * @param format see {@link Export}, or null to tell by the file's name
     * @return where it was written
     */
    public Path export(String path, String name, String format, ExportChoice choice) {
        return job("export", progress -> {
            Path place = path(path);
            Export export = Export.of(format, place);
            String of = workspace.sceneName(name);
            Scene scene = workspace.scene(of);
            export.write(scene, of, place, choice, o -> withSplats(scene, o, false), progress);
            progress.finish("Exported " + place.toAbsolutePath().normalize());
            return place;
        });
    }

    /** A table of a scene, the rows that meet a condition; it knows its scene, and says what must be known of that. */
    Table rows(Scene scene, Function<Scene, Table> tables, String where) {
        Table table = Tables.where(tables.apply(scene), where);
        scene.placement().ifPresent(p -> table.setName(table.name() + " (" + p.note() + ")"));
        if (Model.isRandom(scene.prediction())) {
            table.setName(table.name() + " (random weights: not a result)");
        }
        return workspace.remember(table, scene);
    }

    private Scene segmented(String name) {
        return segmented(workspace.scene(name));
    }

    /** The scene itself, if it has segments. */
    static Scene segmented(Scene scene) {
        if (scene.panoptic().isEmpty()) {
            throw new PanSt3RException(
                    scene.prediction().hasMasks()
                            ? "This scene is not merged yet; say %panst3r merge first."
                            : "This scene is geometry only, without segments; its model had no masks or was given no"
                                    + " --classes FILE.");
        }
        return scene;
    }

    /**
     * The scene's summary and plot.
     *
     * @param points at most so many; null for as many as fit into 5 MB
     * @param by what colours say at first; null for segments where there are some
     * @param splats whether to show Gaussians at first; they can be switched to anyway if there are any
     */
    public Plot plot(String scene, Integer points, ColourBy by, boolean splats) {
        return job("plot", progress -> {
            UnaryOperator<ViewerOptions> limits = Plot.limits(points, 0);
            Scene of = by == ColourBy.SEGMENT || by == ColourBy.CLASS ? segmented(scene) : workspace.scene(scene);
            String name = workspace.sceneName(scene);
            if (splats) {
                workspace.splats(name); // or says that there are none
            }
            return Plot.of(
                    of, name, o -> withSplats(of, limits.apply(o).withColourBy(by), splats), page, Progress.SILENT);
        });
    }

    /** With the Gaussians of a scene if there are any. */
    private ViewerOptions withSplats(Scene scene, ViewerOptions options, boolean first) {
        return options.withSplats(workspace.splatsOf(scene), first);
    }

    /** A scene that need not be in the workspace. */
    public Plot plot(Scene scene) {
        return sentence(() -> Plot.of(scene, nameOf(scene), o -> withSplats(scene, o, false), page, Progress.SILENT));
    }

    /**
     * Lets segments stand out: in the 3D views of the scene that are on the page, or in a new one where none has spoken
     * yet (because all cells run at once, or no anywidget is installed).
     *
     * @param segments ids, or null
     * @param classes names, or null; neither ends it
     * @return a {@link Text} or a {@link Plot}
     */
    public Object show(String name, List<Integer> segments, List<String> classes) {
        return job("show", progress -> {
            Scene scene = segmented(name);
            List<Integer> wanted = chosen(scene, segments, classes);
            if (!page.shows(scene)) {
                return Plot.of(
                        scene,
                        workspace.sceneName(name),
                        o -> withSplats(scene, o.withSelected(wanted), false),
                        page,
                        Progress.SILENT);
            }
            page.select(scene, wanted);
            return new Text(
                    wanted.isEmpty()
                            ? "Nothing is highlighted."
                            : "Highlighted in the 3D view: "
                                    + scene.segments().stream()
                                            .filter(s -> wanted.contains(s.id()))
                                            .map(s -> s.className() + " " + s.id())
                                            .collect(Collectors.joining(", "))
                                    + ".");
        });
    }

    /** @throws PanSt3RException if one of them is not in the scene */
    private static List<Integer> chosen(Scene scene, List<Integer> segments, List<String> classes) {
        List<Segment> all = scene.panoptic().orElseThrow().segments();
        for (int id : segments == null ? List.<Integer>of() : segments) {
            if (all.stream().noneMatch(s -> s.id() == id)) {
                throw new PanSt3RException(
                        "There is no segment " + id + " in this scene; %panst3r segments lists them.");
            }
        }
        for (String name : classes == null ? List.<String>of() : classes) {
            if (all.stream().noneMatch(s -> scene.classNames().get(s.label()).equals(name))) {
                throw new PanSt3RException(
                        "There is no segment of class “" + name + "” in this scene; %panst3r segments lists them.");
            }
        }
        return all.stream()
                .filter(s -> segments != null && segments.contains(s.id())
                        || classes != null
                                && classes.contains(scene.classNames().get(s.label())))
                .map(Segment::id)
                .toList();
    }

    /** The points that were clicked in 3D views of a scene; null for the scene where that was last, or the latest. */
    public Table picked(String name) {
        return sentence(() -> {
            Scene scene =
                    name != null ? workspace.scene(name) : page.lastPicked().orElseGet(() -> workspace.scene(null));
            return rows(scene, Tables::picked, null);
        });
    }

    /** Where the user looks from; null for the scene whose 3D view moved last. */
    public Viewpoint viewpoint(Scene scene) {
        return sentence(() -> (scene == null ? page.viewpoint() : page.viewpoint(scene))
                .orElseThrow(() -> new PanSt3RException(
                        "No 3D view was moved yet; turn the one of %panst3r plot, in a cell of its own. It needs the"
                                + " Python package anywidget.")));
    }

    String nameOf(Scene scene) {
        String name = workspace.nameOf(scene);
        return name == null ? "scene" : name;
    }

    /** The scene of this name, or for null the latest. */
    public Scene scene(String name) {
        return sentence(() -> workspace.scene(name));
    }

    /** What there is, as a table. */
    public Table scenes() {
        return sentence(() -> {
            StringColumn name = StringColumn.create("name");
            IntColumn photos = IntColumn.create("photos");
            IntColumn keyframes = IntColumn.create("keyframes");
            StringColumn merged = StringColumn.create("merged");
            IntColumn segments = IntColumn.create("segments");
            StringColumn model = StringColumn.create("model");
            Map<String, Scene> scenes = workspace.scenes();
            workspace.photos().forEach((key, set) -> {
                if (!scenes.containsKey(key)) {
                    name.append(key);
                    photos.append(set.photos().size());
                    keyframes.appendMissing();
                    merged.append("not run yet");
                    segments.appendMissing();
                    model.appendMissing();
                }
            });
            scenes.forEach((key, scene) -> {
                name.append(key);
                photos.append(scene.views());
                keyframes.append((int) scene.prediction().views().stream()
                        .filter(v -> v.keyframe())
                        .count());
                merged.append(scene.panoptic().map(Panoptic::strategy).orElse("geometry only"));
                scene.panoptic()
                        .ifPresentOrElse(p -> segments.append(p.segments().size()), segments::appendMissing);
                model.append(scene.prediction().model());
            });
            return Table.create("scenes", name, photos, keyframes, merged, segments, model);
        });
    }

    public Text info() {
        return sentence(() -> {
            Runtime java = Runtime.getRuntime();
            List<String> lines = new ArrayList<>();
            lines.add("model: " + (workspace.hasModel() ? workspace.model().toString() : "none yet"));
            lines.add("photos: " + String.join(", ", workspace.photos().keySet()));
            lines.add("scenes: " + String.join(", ", workspace.scenes().keySet()));
            lines.add(String.format(
                    Locale.ROOT,
                    "memory: Java heap %.2f of %.2f GB",
                    (java.totalMemory() - java.freeMemory()) / 1e9,
                    java.maxMemory() / 1e9));
            lines.add("kernel: " + bridge.kernel() + ", Java " + Runtime.version() + ", " + java.availableProcessors()
                    + " cores");
            return new Text(String.join("\n", lines));
        });
    }

    /** Writes a scene, raw predictions included; returns where to. */
    public Path save(String path, String scene, boolean overwrite) {
        return job("save", progress -> {
            Path file = path(path);
            if (Files.exists(file) && !overwrite) {
                throw new PanSt3RException(file + " is there already; say --overwrite to replace it.");
            }
            workspace.scene(scene).save(file, progress);
            progress.finish("Saved " + file.toAbsolutePath().normalize());
            return file;
        });
    }

    /** @param as the scene's name, or null for that of the file */
    public Scene load(String path, String as) {
        return job("load", progress -> {
            Path file = path(path);
            Scene scene = Scene.open(file);
            String strategy = scene.panoptic()
                    .map(Panoptic::strategy)
                    .orElse(Merge.names().get(0));
            String stem = file.getFileName().toString().replaceFirst("(?<=.)\\.[^.]*$", "");
            workspace.scene(as == null ? stem : checkedName(as), scene, strategy);
            return scene;
        });
    }

    /** The stack trace of what failed last. */
    public Text lastError() {
        Throwable last = PanSt3RError.last();
        if (last == null) {
            return new Text("Nothing has failed so far.");
        }
        StringWriter out = new StringWriter();
        last.printStackTrace(new PrintWriter(out));
        return new Text(out.toString());
    }

    static int view(Scene scene, String wanted) {
        String word = wanted.strip();
        if (word.matches("\\d{1,6}")) {
            return Integer.parseInt(word);
        }
        for (int v = 0; v < scene.views(); v++) {
            if (scene.view(v).photo().name().equals(word)) {
                return v;
            }
        }
        throw new PanSt3RException("There is no photo “" + word + "” in this scene; %panst3r cameras lists them.");
    }

    /** The name of the folder in which photos lie. */
    private static String nameFor(String source) {
        Path path =
                path(source.replaceAll("/?[*?{\\[].*$", "")).toAbsolutePath().normalize();
        Path name = (Files.isRegularFile(path) ? path.getParent() : path).getFileName();
        return name == null ? "scene" : name.toString();
    }

    private static String checkedName(String name) {
        if (name.isBlank() || name.length() > 100) {
            throw new PanSt3RException("A name has between 1 and 100 letters.");
        }
        return name;
    }

    static Path path(String text) {
        try {
            String home = System.getProperty("user.home");
            return Path.of(text.startsWith("~/") ? home + text.substring(1) : text);
        } catch (InvalidPathException e) {
            throw new PanSt3RException("“" + text + "” is no path: " + e.getReason() + ".", e);
        }
    }

    /** Work that may take long: one at a time, shown while it goes on, stopped by an interrupt of the cell. */
    <T> T job(String title, Function<CellProgress, T> work) {
        return sentence(() -> {
            try {
                // What was interrupted may need a moment to notice.
                if (!job.tryLock(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                    throw new PanSt3RException("The command before is still stopping; try again in a moment.");
                }
            } catch (InterruptedException e) {
                throw new CancelledException(title);
            }
            CellProgress progress = new CellProgress(bridge, title);
            try {
                T value = work.apply(progress);
                progress.finishIfOpen(title + " done");
                return value;
            } catch (RuntimeException | Error e) {
                progress.stopped(title + " stopped.");
                throw e;
            } finally {
                job.unlock();
            }
        });
    }

    static <T> T sentence(Supplier<T> work) {
        try {
            return work.get();
        } catch (OutOfMemoryError e) {
            throw PanSt3RError.of(new PanSt3RException(
                    "Java's heap is full; ask for fewer points, or start the kernel with a larger -Xmx.", e));
        } catch (RuntimeException | Error e) {
            throw PanSt3RError.of(interrupted(e) ? new CancelledException("The command") : e);
        }
    }

    private static boolean interrupted(Throwable thrown) {
        for (Throwable t = thrown; t != null; t = t.getCause()) {
            if (t instanceof InterruptedException || t instanceof ClosedByInterruptException) {
                return true;
            }
        }
        return false;
    }
}
