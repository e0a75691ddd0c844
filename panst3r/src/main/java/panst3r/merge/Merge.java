package panst3r.merge;

import java.util.List;
import panst3r.PanSt3RException;

/**
 * The door of this package: the strategies, by method or by name.
 *
 * <pre>{@code
 * MaskSource masks = Merge.prepare(prediction.masks());         // once
 * Panoptic a = Merge.standardV2().merge(classes, masks, Progress.SILENT);
 * Panoptic b = Merge.qubo().lambda(1e-3).merge(classes, masks, Progress.SILENT);
 * }</pre>
 */
public final class Merge {
    private Merge() {}

    /** Thresholding as published with the first model: one iteration, mask threshold 0.5, overlap threshold 0.8. */
    public static StandardMerge standardV1() {
        return StandardMerge.v1();
    }

    /** Thresholding as published with the second model: two iterations, mask threshold 0.25, overlap threshold 0.5. */
    public static StandardMerge standardV2() {
        return StandardMerge.v2();
    }

    /** The subset of queries that covers the views with the least overlap. */
    public static QuboMerge qubo() {
        return new QuboMerge();
    }

    /** Every pixel to its strongest mask, for models whose queries need no merging. */
    public static ArgmaxMerge argmax() {
        return new ArgmaxMerge();
    }

    /** All strategies with their default options. */
    public static List<MergeStrategy> all() {
        return List.of(standardV2(), standardV1(), qubo(), argmax());
    }

    /** Names that {@link #named} knows, the default first. */
    public static List<String> names() {
        return all().stream().map(MergeStrategy::name).toList();
    }

    /** @throws PanSt3RException if there is no such strategy */
    public static MergeStrategy named(String name) {
        for (MergeStrategy s : all()) {
            if (s.name().equals(name)) {
                return s;
            }
        }
        throw new PanSt3RException("There is no merging strategy “" + name + "”" + Suggestion.of(name, names()) + ".");
    }

    /**
     * A strategy with options in one text, as {@link MergeStrategy#describe()} writes it; colons may stand for blanks:
     * {@code qubo:lambda=0.01:solver=exact}.
     *
     * @throws PanSt3RException if there is no such strategy or option, or a value is out of range
     */
    public static MergeStrategy parse(String text) {
        String[] words = text.strip().split("[\\s:]+");
        MergeStrategy out = named(words[0]);
        for (int i = 1; i < words.length; i++) {
            int equals = words[i].indexOf('=');
            if (equals < 1) {
                throw new PanSt3RException("“" + words[i] + "” in “" + text + "” is no option with a value; write "
                        + words[0] + ":option=value.");
            }
            out = out.with(words[i].substring(0, equals), words[i].substring(equals + 1));
        }
        return out;
    }

    /**
     * Wraps a source so that what a merge reads from it is kept for the next one. Costs nothing until the first merge.
     */
    public static PreparedMasks prepare(MaskSource masks) {
        return masks instanceof PreparedMasks prepared ? prepared : new PreparedMasks(masks);
    }
}
