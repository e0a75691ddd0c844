package panst3r.scene;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import panst3r.PanSt3RException;

/**
 * Which points of a scene are wanted. Immutable: every method gives a narrower copy.
 *
 * @param views null for all
 * @param minConfidence points of smaller confidence are left out (confidence is above 1)
 * @param minPercentile points below this percentile of their view's confidences are left out, 0…100
 * @param segments ids, 0 for void; null for all
 * @param classes class names; null for all
 * @param source which pointmap
 * @param stride every so many rows and columns
 * @param limit at most so many points, drawn at random
 * @param seed of that draw
 */
public record PointQuery(
        Set<Integer> views,
        double minConfidence,
        double minPercentile,
        Set<Integer> segments,
        Set<String> classes,
        Source source,
        int stride,
        int limit,
        long seed) {

    /** Where the points of a view come from. */
    public enum Source {
        /** The view's own pointmap moved by its camera: cleaner, the default. */
        LOCAL,
        /** The pointmap in world coordinates, as the network gave it. */
        GLOBAL
    }

    public PointQuery {
        views = views == null ? null : Set.copyOf(views);
        segments = segments == null ? null : Set.copyOf(segments);
        classes = classes == null ? null : Set.copyOf(classes);
        if (stride < 1) {
            throw new PanSt3RException("The stride of points must be 1 or more, not " + stride + ".");
        }
        if (limit < 0) {
            throw new PanSt3RException("A sample of " + limit + " points cannot be drawn; ask for 0 or more.");
        }
        if (!(minPercentile >= 0 && minPercentile <= 100)) {
            throw new PanSt3RException("A percentile lies between 0 and 100, not at " + minPercentile + ".");
        }
        if (Double.isNaN(minConfidence)) {
            throw new PanSt3RException("The smallest confidence of points must be a number.");
        }
    }

    /** Every point of every view. */
    public static PointQuery all() {
        return new PointQuery(null, 0, 0, null, null, Source.LOCAL, 1, Integer.MAX_VALUE, 0);
    }

    /** What a viewer shows at first: confidence at least {@link Scene#DISPLAY_CONFIDENCE}. */
    public static PointQuery displayed() {
        return all().minConfidence(Scene.DISPLAY_CONFIDENCE);
    }

    public PointQuery views(Collection<Integer> wanted) {
        return new PointQuery(
                new TreeSet<>(wanted), minConfidence, minPercentile, segments, classes, source, stride, limit, seed);
    }

    public PointQuery views(Integer... wanted) {
        return views(List.of(wanted));
    }

    public PointQuery minConfidence(double least) {
        return new PointQuery(views, least, minPercentile, segments, classes, source, stride, limit, seed);
    }

    public PointQuery minPercentile(double least) {
        return new PointQuery(views, minConfidence, least, segments, classes, source, stride, limit, seed);
    }

    public PointQuery segments(Collection<Integer> wanted) {
        return new PointQuery(
                views, minConfidence, minPercentile, new TreeSet<>(wanted), classes, source, stride, limit, seed);
    }

    public PointQuery segments(Integer... wanted) {
        return segments(List.of(wanted));
    }

    public PointQuery classes(Collection<String> wanted) {
        return new PointQuery(
                views, minConfidence, minPercentile, segments, new TreeSet<>(wanted), source, stride, limit, seed);
    }

    public PointQuery classes(String... wanted) {
        return classes(List.of(wanted));
    }

    public PointQuery source(Source wanted) {
        return new PointQuery(views, minConfidence, minPercentile, segments, classes, wanted, stride, limit, seed);
    }

    public PointQuery stride(int step) {
        return new PointQuery(views, minConfidence, minPercentile, segments, classes, source, step, limit, seed);
    }

    /** At most {@code n} of the points, each equally likely; the same for the same seed, in the order they had. */
    public PointQuery sample(int n, long seed) {
        return new PointQuery(views, minConfidence, minPercentile, segments, classes, source, stride, n, seed);
    }
}
