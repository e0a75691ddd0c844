package panst3r.magics.viewer;

import java.util.List;
import panst3r.picture.Viewpoint;

/**
 * How a viewer is made.
 *
 * @param title shown above the settings
 * @param notes lines that the viewer shows prominently: that weights are random, that a photo was left out
 * @param maxBytes of the whole output; points are thinned until it fits, and the viewer says so
 * @param maxPoints at most so many
 * @param global whether the pointmaps in world coordinates are there to be switched to
 * @param linked whether it moves together with other viewers of the same title at first
 * @param unit of length, as shown after numbers
 * @param viewpoint to start from; null for a good one
 * @param disagreement per view [H·W] 0…1, a colour mode of its own; null if there is nothing to compare
 * @param seed of colours and of the choice of points
 */
public record ViewerOptions(
        String title,
        List<String> notes,
        long maxBytes,
        int maxPoints,
        boolean global,
        boolean linked,
        String unit,
        Viewpoint viewpoint,
        List<float[]> disagreement,
        long seed) {
    public static final long DEFAULT_BYTES = 5_000_000;

    public ViewerOptions {
        notes = List.copyOf(notes);
        disagreement = disagreement == null ? null : List.copyOf(disagreement);
    }

    /** At most 5 MB; lengths in about metres, as the published weights give them. */
    public static ViewerOptions of(String title) {
        return new ViewerOptions(title, List.of(), DEFAULT_BYTES, 1_500_000, true, false, "≈ m", null, null, 0);
    }

    public ViewerOptions withNotes(List<String> lines) {
        return new ViewerOptions(
                title, lines, maxBytes, maxPoints, global, linked, unit, viewpoint, disagreement, seed);
    }

    /** Both bounds: 0 leaves the one as it is. */
    public ViewerOptions withLimits(long bytes, int points) {
        return new ViewerOptions(
                title,
                notes,
                bytes > 0 ? bytes : maxBytes,
                points > 0 ? points : maxPoints,
                global,
                linked,
                unit,
                viewpoint,
                disagreement,
                seed);
    }

    public ViewerOptions withGlobal(boolean wanted) {
        return new ViewerOptions(
                title, notes, maxBytes, maxPoints, wanted, linked, unit, viewpoint, disagreement, seed);
    }

    public ViewerOptions withLinked(boolean wanted) {
        return new ViewerOptions(
                title, notes, maxBytes, maxPoints, global, wanted, unit, viewpoint, disagreement, seed);
    }

    public ViewerOptions withUnit(String name) {
        return new ViewerOptions(
                title, notes, maxBytes, maxPoints, global, linked, name, viewpoint, disagreement, seed);
    }

    public ViewerOptions withViewpoint(Viewpoint start) {
        return new ViewerOptions(title, notes, maxBytes, maxPoints, global, linked, unit, start, disagreement, seed);
    }

    public ViewerOptions withDisagreement(List<float[]> maps) {
        return new ViewerOptions(title, notes, maxBytes, maxPoints, global, linked, unit, viewpoint, maps, seed);
    }

    public ViewerOptions withSeed(long value) {
        return new ViewerOptions(
                title, notes, maxBytes, maxPoints, global, linked, unit, viewpoint, disagreement, value);
    }
}
