package panst3r.checkpoint;

/** How raw pointmap values become coordinates ({@code pointmaps_activation} of the decoder). */
public enum PointmapActivation {
    /** v/‖v‖ · (e^‖v‖ − 1). */
    NORM_EXP,
    /** Unchanged. */
    LINEAR
}
