package panst3r.inference;

/**
 * What a run is expected to need at its peak, in bytes, besides the Java heap that is already in use.
 *
 * @param weights parameters, mapped from the checkpoint or copied
 * @param features tokens and mask features of the keyframes, kept until the masks are computed
 * @param memory keys and values of the decoder's memory
 * @param working intermediate arrays of the hungriest stage
 * @param results pointmaps and mask logits of all views, where they are kept in memory
 * @param spilled bytes that go to files in the spill directory instead
 */
public record MemoryEstimate(long weights, long features, long memory, long working, long results, long spilled) {
    /** Peak, without what goes to disk. */
    public long total() {
        return weights + features + memory + working + results;
    }

    /** One line for the user. */
    @Override
    public String toString() {
        return String.format(
                "about %.1f GB (weights %.1f, features %.1f, memory tokens %.1f, working space %.1f, results %.1f)%s",
                total() / 1e9,
                weights / 1e9,
                features / 1e9,
                memory / 1e9,
                working / 1e9,
                results / 1e9,
                spilled > 0 ? String.format(", and %.1f GB on disk", spilled / 1e9) : "");
    }
}
