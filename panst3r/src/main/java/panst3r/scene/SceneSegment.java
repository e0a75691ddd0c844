package panst3r.scene;

import java.util.List;

/**
 * One object or surface of a merged scene, in all the views that see it. Positions are of its points of confidence at
 * least the threshold asked for, world coordinates, and NaN if it has none.
 *
 * @param id 1, 2, …
 * @param query index of the network's query that it came from
 * @param label index of its class
 * @param className name of its class, as the model was given it: not escaped
 * @param classScore probability or score of the class
 * @param maskConfidence mean confidence of its pixels
 * @param pixels in all views together
 * @param points of those, how many have the confidence asked for
 * @param views indices of the views that see it, growing
 * @param centroid mean of the points, [3]
 * @param min smallest corner of the box around the points, parallel to the axes, [3]
 * @param max largest corner, [3]
 * @param labelPosition component-wise median of the points (scene.md), [3]
 */
public record SceneSegment(
        int id,
        int query,
        int label,
        String className,
        double classScore,
        double maskConfidence,
        long pixels,
        long points,
        List<Integer> views,
        float[] centroid,
        float[] min,
        float[] max,
        float[] labelPosition) {
    public SceneSegment {
        views = List.copyOf(views);
    }

    /** Edges of the box, [3]. */
    public float[] extent() {
        return new float[] {max[0] - min[0], max[1] - min[1], max[2] - min[2]};
    }
}
