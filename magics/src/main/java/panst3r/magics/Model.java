package panst3r.magics;

import ai.djl.Device;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import panst3r.PanSt3RException;
import panst3r.Progress;
import panst3r.checkpoint.Checkpoint;
import panst3r.checkpoint.ClassTable;
import panst3r.inference.Prediction;
import panst3r.magics.display.Text;
import panst3r.merge.Merge;
import panst3r.merge.MergeStrategy;
import panst3r.model.PanSt3R;
import panst3r.retrieval.Retrieval;

/** The weights in use, and the classes to look for with them. */
public final class Model implements AutoCloseable {
    /** Part of the name of every model whose weights were never trained, and so of every scene that it makes. */
    public static final String RANDOM = "random weights: what you see is not a result";

    /** Width of the published encoders. */
    private static final int PUBLISHED_WIDTH = 1024;

    private final Path file;
    private final long bytes;
    private final PanSt3R network;
    private final Checkpoint checkpoint;
    private final Optional<ClassTable> given;
    private final boolean random;
    private final MergeStrategy merge;
    private volatile Optional<ClassTable> classes;
    private Optional<Retrieval> retrieval;

    private Model(
            Path file,
            long bytes,
            PanSt3R network,
            Checkpoint checkpoint,
            Optional<ClassTable> classes,
            boolean random,
            MergeStrategy merge) {
        this.file = file;
        this.bytes = bytes;
        this.network = network;
        this.checkpoint = checkpoint;
        this.given = classes;
        this.classes = classes;
        this.random = random;
        this.merge = merge;
    }

    /**
     * @param classes or null for those of the checkpoint, if it has any
     * @throws PanSt3RException if they do not fit, or the checkpoint cannot be used
     */
    static Model open(Path file, ClassTable classes, Progress progress) {
        try (Checkpoint checkpoint = Checkpoint.open(file)) {
            Optional<ClassTable> table = classes == null ? checkpoint.classes() : Optional.of(classes);
            if (table.isPresent() && checkpoint.hasPanopticDecoder()) {
                int width = checkpoint.config().panoptic().get().textEncoder().width();
                if (table.get().width() != width) {
                    throw new PanSt3RException("The classes have embeddings of width "
                            + table.get().width() + ", but this model needs " + width
                            + "; make them with its own text encoder.");
                }
            }
            boolean random = isRandom(checkpoint);
            MergeStrategy merge = merge(checkpoint);
            PanSt3R network = PanSt3R.load(checkpoint, Device.cpu(), progress);
            return new Model(file, checkpoint.bytes(), network, checkpoint, table, random, merge);
        }
    }

    /**
     * Published encoders are all of one width, and what the project trains carries its classes; anything else is a
     * checkpoint made for tests.
     */
    private static boolean isRandom(Checkpoint checkpoint) {
        boolean named = checkpoint
                .file()
                .getFileName()
                .toString()
                .toLowerCase(Locale.ROOT)
                .contains("random");
        boolean small = checkpoint.config().encoder().embedDim() < PUBLISHED_WIDTH;
        return named || small && checkpoint.classes().isEmpty();
    }

    /** Whether the weights are random, so that nothing they give means anything. */
    public boolean random() {
        return random;
    }

    private static MergeStrategy merge(Checkpoint checkpoint) {
        try {
            return Merge.parse(checkpoint.postprocessDefault());
        } catch (PanSt3RException e) {
            throw new PanSt3RException(
                    checkpoint.file().getFileName() + " cannot be merged as it says: " + e.getMessage(), e);
        }
    }

    /** How its authors merge, which holds until the user says otherwise. */
    MergeStrategy merge() {
        return merge;
    }

    PanSt3R network() {
        return network;
    }

    /** The classes to look for; empty if the masks cannot be named and a run gives geometry only. */
    public Optional<ClassTable> classes() {
        return classes;
    }

    /** From now on these are looked for. */
    void classes(ClassTable table) {
        classes = Optional.of(table);
    }

    /** The classes that came with the model or its {@code --classes FILE}, whatever is looked for now. */
    Optional<ClassTable> given() {
        return given;
    }

    /** The classes in the checkpoint itself. */
    Optional<ClassTable> trained() {
        return checkpoint.classes();
    }

    /** The checkpoint's retrieval weights, if it has any; read when first asked for. */
    synchronized Optional<Retrieval> retrieval() {
        if (retrieval == null) {
            retrieval = Retrieval.of(checkpoint);
        }
        return retrieval;
    }

    /** The prediction, saying of what weights it is. */
    Prediction signed(Prediction p) {
        return new Prediction(p.views(), p.activation(), p.classNames(), p.classLogits(), p.finalQueries(), describe());
    }

    String describe() {
        return file.getFileName() + (random ? " (" + RANDOM + ")" : "");
    }

    /** Whether a scene was made with random weights. */
    public static boolean isRandom(Prediction prediction) {
        return prediction.model().contains(RANDOM);
    }

    /** What it can do, in a few words. */
    public String abilities() {
        if (!network.hasMasks()) {
            return "geometry only: points and cameras";
        }
        return classes.map(t -> t.names().size() + " classes, merged by " + merge.describe())
                .orElse("no classes given, so points and cameras only; for segments add --classes FILE, or say %panst3r"
                        + " classes");
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%s: %.1f million parameters, %s; %s",
                describe(),
                network.parameters() / 1e6,
                Text.bytes(bytes),
                abilities());
    }

    @Override
    public synchronized void close() {
        if (retrieval != null) {
            retrieval.ifPresent(Retrieval::close);
        }
        network.close();
    }
}
