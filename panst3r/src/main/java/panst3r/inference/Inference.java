package panst3r.inference;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import panst3r.PanSt3RException;
import panst3r.Progress;
import panst3r.checkpoint.ClassTable;
import panst3r.image.View;
import panst3r.model.Grid;
import panst3r.model.Memory;
import panst3r.model.PanSt3R;
import panst3r.model.Tap;
import panst3r.nn.Precision;
import panst3r.nn.Scope;
import panst3r.retrieval.ImageMatcher;
import panst3r.retrieval.Similarity;

/**
 * Runs the network over views (inference.md): every view is encoded once, the keyframes fill the memory, every view is
 * rendered from it once, and one panoptic decoder looks at all keyframes together. The other views are rendered one by
 * one with constant memory.
 *
 * <pre>{@code
 * Prediction p = new Inference(model).classes(classes).keyframes(8).run(views, progress);
 * }</pre>
 *
 * Options are set before {@link #run}; one object can run again and again. The same views give the same bytes on one
 * machine with one number of threads.
 */
public final class Inference {
    /** More than two changed little in the authors' experience. */
    private static final int MOST_REFINEMENTS = 10;

    private final PanSt3R model;
    private ClassTable classes;
    private Keyframes keyframes = Keyframes.all();
    private int batch = 2;
    private Precision precision = Precision.FLOAT32;
    private long memoryBudget = MemoryEstimate.machine();
    private Path spillDirectory;
    private FeatureCache cache;
    private int refinements;
    private Tap tap = Tap.NONE;

    public Inference(PanSt3R model) {
        this.model = model;
    }

    /** The classes to look for; without any, a run gives geometry alone. Embeddings are normalised here. */
    public Inference classes(ClassTable table) {
        this.classes = table;
        return this;
    }

    /** How many keyframes, evenly spaced; all if there are no more views. */
    public Inference keyframes(int count) {
        return keyframes(Keyframes.evenlySpaced(count));
    }

    /** How keyframes are chosen; all views unless set. */
    public Inference keyframes(Keyframes choice) {
        this.keyframes = choice;
        return this;
    }

    /**
     * How many views of one size go through the network together; 2 unless set. Changes speed and memory; results change by
     * float32 rounding only.
     */
    public Inference batch(int views) {
        if (views < 1) {
            throw new PanSt3RException("A batch holds at least 1 view, not " + views + ".");
        }
        this.batch = views;
        return this;
    }

    /** What the linear layers and attention are computed in; {@link Precision#FLOAT32} is the only one so far. */
    public Inference precision(Precision precision) {
        this.precision = precision;
        return this;
    }

    /** A run whose estimate is higher than this many bytes is refused before it starts. Default: the machine's memory. */
    public Inference memoryBudget(long bytes) {
        this.memoryBudget = bytes;
        return this;
    }

    /** Where mask logits go that are too large to be kept in memory; the system's temporary folder unless set. */
    public Inference spillDirectory(Path directory) {
        this.spillDirectory = directory;
        return this;
    }

    /**
     * Where features of photos are kept from run to run; nowhere unless set, or for null. Changes time, not the result: the
     * bytes are the same.
     */
    public Inference cache(FeatureCache cache) {
        this.cache = cache;
        return this;
    }

    /**
     * How often the keyframes pass through the memory again once it is full (inference.md, "refinement"); 0 unless set.
     * Helps where a sequence comes back to its beginning.
     */
    public Inference refinements(int passes) {
        if (passes < 0 || passes > MOST_REFINEMENTS) {
            throw new PanSt3RException(
                    "The memory can be refined 0 to " + MOST_REFINEMENTS + " times, not " + passes + ".");
        }
        this.refinements = passes;
        return this;
    }

    /** Shows every intermediate array to {@code tap}; for tests and for looking inside. */
    public Inference tap(Tap tap) {
        this.tap = tap;
        return this;
    }

    /** What a run over these views needs. */
    public MemoryEstimate estimate(List<View> views) {
        return estimate(views, guess(views), false);
    }

    /** @param parts whether features are held until all views are there */
    private MemoryEstimate estimate(List<View> views, List<Integer> chosen, boolean parts) {
        boolean looks = keyframes.looks(views.size()) || parts && cache == null;
        return MemoryEstimate.of(model, views, chosen, looks, batch, memoryBudget);
    }

    /**
     * @param views one or more, of any working sizes, in any order; a single one is used twice and reported once
     * @return the views in the caller's order
     * @throws PanSt3RException if the views or classes cannot be used, or memory will not suffice
     * @throws panst3r.CancelledException within about two seconds after the calling thread is interrupted
     */
    public Prediction run(List<View> views, Progress progress) {
        return run(views, guess(views), List.of(), progress, part -> {});
    }

    /**
     * As {@link #run}, of photos that were taken one after the other: the memory grows in their order, and what it gives so
     * far is handed out after 2, 4, 8, … views, as soon as two of them are keyframes. Each such prediction is that of a run
     * over the first so many views; the last one, which is returned, is that of {@link #run} to the byte. Takes at most
     * about twice as long.
     *
     * @param soFar called on this thread
     * @throws PanSt3RException as {@link #run}; also if the choice of keyframes looks at all views first
     */
    public Prediction sequence(List<View> views, Progress progress, Consumer<Prediction> soFar) {
        if (keyframes.looks(views.size())) {
            throw new PanSt3RException("Keyframes that are chosen by how alike the photos are need all photos first;"
                    + " a sequence takes them as they come: leave one of the two out.");
        }
        List<Integer> chosen = guess(views).stream().sorted().toList();
        List<Integer> ends = new ArrayList<>();
        for (int n = 2; n < views.size(); n *= 2) {
            if (chosen.get(1) < n) {
                ends.add(n);
            }
        }
        return run(views, chosen, ends, progress, soFar);
    }

    /** @param ends after how many views {@code soFar} is told what they give */
    private Prediction run(
            List<View> views, List<Integer> chosen, List<Integer> ends, Progress progress, Consumer<Prediction> soFar) {
        if (classes != null) {
            checkClasses(classes);
        }
        MemoryEstimate estimate = estimate(views, chosen, !ends.isEmpty());
        estimate.check(memoryBudget, views.size(), chosen.size());
        synchronized (model) {
            try (Spill kept = new Spill(spillDirectory, estimate.spilled() > 0)) {
                return Scope.inference(() -> {
                    try (Features features = new Features(model, views, cache, ends.isEmpty() ? null : kept, progress);
                            Memory memory = model.decoder().newMemory(tokens(views, chosen))) {
                        for (int n : ends) {
                            List<Integer> first =
                                    chosen.stream().filter(i -> i < n).toList();
                            soFar.accept(part(views.subList(0, n), first, 0, features, memory, estimate, progress));
                        }
                        Prediction all = part(views, chosen, refinements, features, memory, estimate, progress);
                        features.report();
                        return all;
                    }
                });
            }
        }
    }

    /** Of so many keyframes; where which ones they are is not known yet, at most. */
    private int tokens(List<View> views, List<Integer> chosen) {
        int patch = model.config().encoder().patchSize();
        ToIntFunction<View> of =
                view -> Grid.of(view.height(), view.width(), patch).tokens();
        return keyframes.looks(views.size())
                ? chosen.size() * views.stream().mapToInt(of).max().orElseThrow()
                : chosen.stream().map(views::get).mapToInt(of).sum();
    }

    private Prediction part(
            List<View> views,
            List<Integer> chosen,
            int refinements,
            Features features,
            Memory memory,
            MemoryEstimate estimate,
            Progress progress) {
        try (Spill spill = new Spill(spillDirectory, estimate.spilled() > 0);
                Run run = new Run(model, views, batch, refinements, spill, features, progress, tap)) {
            List<Integer> known = keyframes.looks(views.size())
                    ? checked(views, keyframes.choose(views, run.encodings(), progress))
                    : chosen;
            return run.predict(memory, known, classes);
        }
    }

    /**
     * How alike photos are, by what the encoder makes of them; nothing else of the network runs.
     *
     * @param matcher see {@link ImageMatcher}
     */
    public Similarity similarity(List<View> views, ImageMatcher matcher, Progress progress) {
        check(views);
        synchronized (model) {
            return Scope.inference(() -> {
                List<ByteBuffer> descriptors = new ArrayList<>();
                try (Features features = new Features(model, views, cache, null, progress)) {
                    for (int v = 0; v < views.size(); v++) {
                        progress.step("encode", v, views.size());
                        int view = v;
                        Supplier<NDArray> tokens =
                                () -> features.encoded(view, Tap.NONE).get(0);
                        Scope.free(() -> descriptors.add(features.descriptor(view, matcher, tokens)));
                    }
                    features.report();
                }
                progress.step("encode", views.size(), views.size());
                return matcher.similarity(descriptors, progress);
            });
        }
    }

    /**
     * Scores other classes against the queries of an earlier run, without running the network again.
     *
     * @param prediction of this model
     */
    public Prediction scoreClasses(Prediction prediction, ClassTable table) {
        return onQueries(
                prediction,
                table,
                q -> new Prediction(
                        prediction.views(),
                        prediction.activation(),
                        table.names(),
                        Run.classLogits(model, q, Run.classes(model, table)),
                        prediction.finalQueries(),
                        prediction.model()));
    }

    /**
     * How alike the queries of an earlier run are to texts, whatever classes they were scored against.
     *
     * @param texts embeddings, K of them
     * @return cosines, [Q, K] row-major
     */
    public float[] cosines(Prediction prediction, ClassTable texts) {
        return onQueries(prediction, texts, q -> {
            NDArray cosines = model.panoptic().masks().cosines(q, Run.classes(model, texts));
            return cosines.get(new NDIndex(":, 0:{}", texts.size())).toFloatArray(); // without "no object"
        });
    }

    private <T> T onQueries(Prediction prediction, ClassTable table, Function<NDArray, T> work) {
        checkClasses(table);
        if (!prediction.hasMasks() || !model.hasMasks()) {
            String which = prediction.hasMasks() ? model.description() : prediction.model();
            throw new PanSt3RException("There is nothing to score: " + which + " gives geometry only.");
        }
        int width = model.config().panoptic().orElseThrow().hiddenDim();
        int queries = prediction.classLogits().queries();
        if (prediction.finalQueries().length != queries * width) {
            throw new PanSt3RException("This prediction comes from another model than " + model.description() + ".");
        }
        synchronized (model) {
            return Scope.inference(
                    () -> work.apply(model.manager().create(prediction.finalQueries(), new Shape(queries, width))));
        }
    }

    /** The keyframes, or as many if they depend on what the views show. */
    private List<Integer> guess(List<View> views) {
        check(views);
        if (views.size() == 1) {
            return List.of(0, 0); // a pair is the least that the decoder was trained with
        }
        return checked(views, keyframes.choose(views));
    }

    private static List<Integer> checked(List<View> views, List<Integer> indices) {
        List<Integer> chosen = List.copyOf(indices);
        boolean valid = chosen.stream().allMatch(i -> i >= 0 && i < views.size());
        if (!valid || chosen.size() < 2 || chosen.stream().distinct().count() < chosen.size()) {
            throw new PanSt3RException("Keyframes must be 2 or more different views, not " + chosen + ".");
        }
        return chosen;
    }

    private void check(List<View> views) {
        if (views.isEmpty()) {
            throw new PanSt3RException("There are no images to look at.");
        }
        int patch = model.config().encoder().patchSize();
        for (View view : views) {
            if (view.width() % patch != 0 || view.height() % patch != 0) {
                throw new PanSt3RException(String.format(
                        "A view of %d×%d pixels cannot be used: both sides must be multiples of %d.",
                        view.width(), view.height(), patch));
            }
        }
    }

    private void checkClasses(ClassTable table) {
        if (!model.hasMasks()) {
            return;
        }
        if (table == null || table.names().isEmpty()) {
            throw new PanSt3RException("No classes were given: name at least one thing to look for.");
        }
        int width = model.config().panoptic().orElseThrow().textEncoder().width();
        if (table.width() != width) {
            throw new PanSt3RException(String.format(
                    "The class embeddings have %d numbers each, but %s was trained with %d: use its own text encoder.",
                    table.width(), model.description(), width));
        }
        for (int i = 0; i < table.embeddings().length; i++) {
            if (!Float.isFinite(table.embeddings()[i])) {
                throw new PanSt3RException("The embedding of the class “"
                        + table.names().get(i / width) + "” holds a number that is not finite.");
            }
        }
    }
}
