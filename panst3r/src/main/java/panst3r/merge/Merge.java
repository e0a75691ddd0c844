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
     * Wraps a source so that what a merge reads from it is kept for the next one. Costs nothing until the first merge.
     */
    public static PreparedMasks prepare(MaskSource masks) {
        return masks instanceof PreparedMasks prepared ? prepared : new PreparedMasks(masks);
    }
}
