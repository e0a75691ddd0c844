package panst3r.magics;

import java.util.List;
import java.util.function.Consumer;
import panst3r.PanSt3RException;

/**
 * What {@code %panst3r evaluate} measures, and how. Immutable: each method that is given something returns a copy.
 *
 * <pre>{@code
 * evaluate(EvaluationChoice.of(List.of("data/replica")).photos(50).keyframes(20))
 * }</pre>
 */
public final class EvaluationChoice implements Cloneable {
    private final List<String> datasets;
    private String out = "evaluation";
    private String vocabulary;
    private String text;
    private String split = "test";
    private int photos = Integer.MAX_VALUE;
    private Integer keyframes;
    private RetrievalChoice alike;
    private long seed;
    private Integer batch;
    private String merge;
    private int refine;
    private Integer size;
    private boolean countRare;
    private boolean overwrite;

    private EvaluationChoice(List<String> datasets) {
        this.datasets = List.copyOf(datasets);
        if (this.datasets.isEmpty()) {
            throw new PanSt3RException("Name at least one data set to be evaluated.");
        }
    }

    /**
     * Everything as it is by default.
     *
     * @param datasets folders
     */
    public static EvaluationChoice of(List<String> datasets) {
        return new EvaluationChoice(datasets);
    }

    /** Folder of the results. */
    public EvaluationChoice out(String folder) {
        return with(c -> c.out = folder);
    }

    /**
     * @param which {@code truth}, a list that ships or a file; null for what the model looks for
     * @param textEncoder its folder, or null for the one named last
     */
    public EvaluationChoice vocabulary(String which, String textEncoder) {
        return with(c -> {
            c.vocabulary = which;
            c.text = textEncoder;
        });
    }

    /** @param which {@code test}, {@code train} or {@code all} */
    public EvaluationChoice split(String which) {
        return with(c -> c.split = which);
    }

    /** At most so many a scene. */
    public EvaluationChoice photos(int most) {
        return with(c -> c.photos = most);
    }

    /** @param count null for all */
    public EvaluationChoice keyframes(Integer count) {
        return with(c -> c.keyframes = count);
    }

    /**
     * Keyframes that lie far apart, as in {@link RunRequest}.
     *
     * @param choice null for evenly spaced ones
     */
    public EvaluationChoice retrieval(RetrievalChoice choice, long seed) {
        return with(c -> {
            c.alike = choice;
            c.seed = seed;
        });
    }

    /** @param views at once, or null for the default of two */
    public EvaluationChoice batch(Integer views) {
        return with(c -> c.batch = views);
    }

    /** @param strategy null for what the model's authors chose */
    public EvaluationChoice merge(String strategy) {
        return with(c -> c.merge = strategy);
    }

    /** Passes over the memory. */
    public EvaluationChoice refine(int passes) {
        return with(c -> c.refine = passes);
    }

    /** @param longSide null for the model's */
    public EvaluationChoice size(Integer longSide) {
        return with(c -> c.size = longSide);
    }

    /** Whether rare classes count. */
    public EvaluationChoice countRare(boolean yes) {
        return with(c -> c.countRare = yes);
    }

    /** Whether to begin anew. */
    public EvaluationChoice overwrite(boolean yes) {
        return with(c -> c.overwrite = yes);
    }

    private EvaluationChoice with(Consumer<EvaluationChoice> change) {
        try {
            EvaluationChoice copy = (EvaluationChoice) clone();
            change.accept(copy);
            return copy;
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException(e);
        }
    }

    List<String> datasets() {
        return datasets;
    }

    String out() {
        return out;
    }

    String vocabulary() {
        return vocabulary;
    }

    String text() {
        return text;
    }

    String split() {
        return split;
    }

    int photos() {
        return photos;
    }

    Integer keyframes() {
        return keyframes;
    }

    RetrievalChoice alike() {
        return alike;
    }

    long seed() {
        return seed;
    }

    Integer batch() {
        return batch;
    }

    String merge() {
        return merge;
    }

    int refine() {
        return refine;
    }

    Integer size() {
        return size;
    }

    boolean countRare() {
        return countRare;
    }

    boolean overwrite() {
        return overwrite;
    }
}
