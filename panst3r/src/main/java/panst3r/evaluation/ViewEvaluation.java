package panst3r.evaluation;

import java.util.Optional;
import panst3r.metrics.DepthAccuracy;
import panst3r.metrics.PanopticQuality;
import panst3r.metrics.Semantic;

/**
 * How near one view of a scene is to the truth.
 *
 * @param index of the view in the scene
 * @param name of its photo
 * @param panoptic of this view alone; empty if the scene is not merged
 * @param semantic of this view alone; empty likewise
 * @param depth with a scale of its own
 * @param focalError |f − f*| / f*
 */
public record ViewEvaluation(
        int index,
        String name,
        Optional<PanopticQuality> panoptic,
        Optional<Semantic> semantic,
        DepthAccuracy depth,
        double focalError) {}
