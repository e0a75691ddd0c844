package panst3r.evaluation;

import panst3r.metrics.DepthAccuracy;
import panst3r.metrics.PanopticQuality;
import panst3r.metrics.Semantic;

/**
 * How near one view of a scene is to the truth.
 *
 * @param name of the true view
 * @param panoptic of this view alone
 * @param semantic of this view alone
 * @param depth with a scale of its own
 * @param focalError |f − f*| / f*
 */
public record ViewEvaluation(
        String name, PanopticQuality panoptic, Semantic semantic, DepthAccuracy depth, double focalError) {}
