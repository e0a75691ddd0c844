package panst3r.checkpoint;

/** How class logits [Q, K] or [Q, K+1] are to be read ({@code label_mode} of the panoptic decoder). */
public enum LabelMode {
    /** K columns, each class on its own. */
    SIGMOID,
    /** K+1 columns; the last is "no object". */
    SOFTMAX
}
