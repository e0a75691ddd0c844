package panst3r.inference;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import panst3r.PanSt3RException;
import panst3r.Progress;
import panst3r.checkpoint.ClassTable;
import panst3r.image.View;
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
        check(views);
        return estimate(views, guess(views));
    }

    private MemoryEstimate estimate(List<View> views, List<Integer> chosen) {
        return MemoryEstimate.of(model, views, chosen, keyframes.looks(views.size()), batch, memoryBudget);
    }

    /**
     * @param views one or more, of any working sizes, in any order; a single one is used twice and reported once
     * @return the views in the caller's order
     * @throws PanSt3RException if the views or classes cannot be used, or memory will not suffice
     * @throws panst3r.CancelledException within about two seconds after the calling thread is interrupted
     */
    public Prediction run(List<View> views, Progress progress) {
        check(views);
        if (classes != null) {
            checkClasses(classes);
        }
        List<Integer> chosen = guess(views);
        MemoryEstimate estimate = estimate(views, chosen);
        estimate.check(memoryBudget, views.size(), chosen.size());
        synchronized (model) {
            try (Spill spill = new Spill(spillDirectory, estimate.spilled() > 0)) {
                return Scope.inference(() -> {
                    try (Run run = new Run(model, views, batch, refinements, spill, progress, tap)) {
                        return run.predict(
                                keyframes.looks(views.size())
                                        ? checked(views, keyframes.choose(views, run.encodings(), progress))
                                        : chosen,
                                classes);
                    }
                });
            }
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
                ImageMatcher.Gallery gallery = matcher.gallery();
                for (int v = 0; v < views.size(); v++) {
                    progress.step("encode", v, views.size());
                    View view = views.get(v);
                    Scope.free(() -> {
                        NDArray image =
                                model.manager().create(view.pixels(), new Shape(1, 3, view.height(), view.width()));
                        gallery.add(model.encoder().forward(image, Tap.NONE).get(0));
                    });
                }
                progress.step("encode", views.size(), views.size());
                return gallery.similarity(progress);
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
