package panst3r.merge;

import panst3r.Progress;

/** Turns the masks of all queries into one segment id and one confidence per pixel. Stateless; can be run again and again. */
public interface MergeStrategy {
    /** As the user types it: {@code standard-v1}, {@code standard-v2}, {@code qubo}. */
    String name();

    /**
     * @throws panst3r.PanSt3RException if the logits cannot be used (NaN, sizes that do not fit)
     * @throws panst3r.CancelledException if the calling thread is interrupted
     */
    Panoptic merge(ClassLogits classes, MaskSource masks, Progress progress);
}
