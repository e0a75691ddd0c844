package panst3r.magics;

/**
 * What a line says about a run.
 *
 * @param photos name of a photo set, or null for the latest
 * @param keyframes how many, or null for all; not null with {@code alike}
 * @param alike by what keyframes are chosen so that they lie far apart, or null for evenly spaced ones
 * @param seed of that choice
 * @param size long side of the working images, or null for the model's
 * @param batch views at once, or null for the default of two
 * @param refine passes over the memory, or null for none
 * @param sequence whether the photos come one after the other, and the scene so far is shown as it grows
 */
public record RunRequest(
        String photos,
        Integer keyframes,
        RetrievalChoice alike,
        long seed,
        Integer size,
        Integer batch,
        Integer refine,
        boolean sequence) {
    /** The photos opened last, all of them keyframes. */
    public static final RunRequest DEFAULT = new RunRequest(null, null, null, 0, null, null, null, false);

    public RunRequest withPhotos(String name) {
        return new RunRequest(name, keyframes, alike, seed, size, batch, refine, sequence);
    }

    public RunRequest withKeyframes(Integer count) {
        return new RunRequest(photos, count, alike, seed, size, batch, refine, sequence);
    }

    /** Keyframes that lie far apart, begun with a photo drawn at random. */
    public RunRequest withRetrieval(RetrievalChoice choice, long seed) {
        return new RunRequest(photos, keyframes, choice, seed, size, batch, refine, sequence);
    }

    public RunRequest withSize(Integer longSide) {
        return new RunRequest(photos, keyframes, alike, seed, longSide, batch, refine, sequence);
    }

    public RunRequest withSequence(boolean wanted) {
        return new RunRequest(photos, keyframes, alike, seed, size, batch, refine, wanted);
    }
}
