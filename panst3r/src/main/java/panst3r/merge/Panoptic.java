package panst3r.merge;

import java.util.List;
import panst3r.merge.qubo.Solution;

/**
 * A panoptic segmentation of all views of a scene: what a {@link MergeStrategy} makes of a raw prediction.
 *
 * @param strategy the strategy that made it, as {@link MergeStrategy#describe()}; after a comma, what was done to it then
 * @param ids per view [H·W] row-major, the segment id of every pixel, 0 = void
 * @param confidence per view [H·W] row-major
 * @param segments in order of id
 * @param solution the choice of queries and its energy, if the strategy minimised one; else null
 */
public record Panoptic(
        String strategy, List<int[]> ids, List<float[]> confidence, List<Segment> segments, Solution solution) {
    public Panoptic {
        ids = List.copyOf(ids);
        confidence = List.copyOf(confidence);
        segments = List.copyOf(segments);
    }

    public Panoptic(String strategy, List<int[]> ids, List<float[]> confidence, List<Segment> segments) {
        this(strategy, ids, confidence, segments, null);
    }

    /** The strategy alone, as {@link Merge#parse} takes it. */
    public String merge() {
        return strategy.split(",", 2)[0];
    }
}
