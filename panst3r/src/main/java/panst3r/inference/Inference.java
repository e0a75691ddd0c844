package panst3r.inference;

import java.nio.file.Path;
import java.util.List;
import panst3r.PanSt3RException;
import panst3r.Progress;
import panst3r.checkpoint.ClassTable;
import panst3r.image.View;
import panst3r.model.PanSt3R;
import panst3r.nn.Precision;

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
    private final PanSt3R model;
    private ClassTable classes;
    private Keyframes keyframes = Keyframes.all();
    private int batch = 1;
    private Precision precision = Precision.FLOAT32;
    private long memoryBudget = Long.MAX_VALUE;
    private Path spillDirectory;

    public Inference(PanSt3R model) {
        this.model = model;
    }

    /** The classes to look for; needed unless the model is geometry alone. Embeddings are normalised here. */
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

    /** How many views of one size go through the network together. Changes speed and memory, not results. */
    public Inference batch(int views) {
        if (views < 1) {
            throw new PanSt3RException("A batch holds at least 1 view, not " + views + ".");
        }
        this.batch = views;
        return this;
    }

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

    /** What a run over these views needs. */
    public MemoryEstimate estimate(List<View> views) {
        throw new PanSt3RException("Memory cannot be estimated yet.");
    }

    /**
     * @param views one or more, of any working sizes, in any order; a single one is used twice and reported once
     * @return the views in the caller's order
     * @throws PanSt3RException if the views cannot be used, classes are missing, or memory will not suffice
     * @throws panst3r.CancelledException within about two seconds after the calling thread is interrupted
     */
    public Prediction run(List<View> views, Progress progress) {
        throw new PanSt3RException("The network cannot be run yet.");
    }

    /** Scores other classes against the queries of an earlier run, without running the network again. */
    public Prediction scoreClasses(Prediction prediction, ClassTable table) {
        throw new PanSt3RException("Classes cannot be scored yet.");
    }
}
