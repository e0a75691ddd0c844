package panst3r.merge;

import java.util.List;

/**
 * A panoptic segmentation of all views of a scene: what a {@link MergeStrategy} makes of a raw prediction.
 *
 * @param strategy name of the strategy that made it
 * @param ids per view [H·W] row-major, the segment id of every pixel, 0 = void
 * @param confidence per view [H·W] row-major
 * @param segments in order of id
 */
public record Panoptic(String strategy, List<int[]> ids, List<float[]> confidence, List<Segment> segments) {
    public Panoptic {
        ids = List.copyOf(ids);
        confidence = List.copyOf(confidence);
        segments = List.copyOf(segments);
    }
}
