package panst3r.merge;

import java.util.List;
import panst3r.Progress;

/**
 * Turns the masks of all queries into one segment id and one confidence per pixel. Immutable; can be run again and again.
 *
 * <p>The fluent setters of {@link StandardMerge}, {@link QuboMerge} and {@link ArgmaxMerge} and the textual
 * {@link #with(String, String)} set the same options.
 */
public interface MergeStrategy {
    /** As the user types it: {@code standard-v1}, {@code standard-v2}, {@code qubo}, {@code argmax}. */
    String name();

    /** All options, with their defaults for this strategy. */
    List<Option> options();

    /** Text of an option's value. */
    String option(String name);

    /**
     * The same strategy with one option changed, for commands: {@code with("mask-threshold", "0.3")}.
     *
     * @throws panst3r.PanSt3RException if there is no such option, or the value is none or out of range
     */
    MergeStrategy with(String option, String value);

    /** Name and the options that are not at their default: {@code standard-v2 mask-threshold=0.3}. */
    default String describe() {
        StringBuilder out = new StringBuilder(name());
        for (Option o : options()) {
            String value = option(o.name());
            if (!value.equals(o.initial())) {
                out.append(' ').append(o.name()).append('=').append(value);
            }
        }
        return out.toString();
    }

    /**
     * @param masks any source; if it is what {@link Merge#prepare} returned, the work of an earlier merge is used again
     * @throws panst3r.PanSt3RException if the logits cannot be used (NaN, sizes that do not fit)
     * @throws panst3r.CancelledException if the calling thread is interrupted
     */
    Panoptic merge(ClassLogits classes, MaskSource masks, Progress progress);
}
