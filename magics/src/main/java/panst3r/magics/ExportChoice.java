package panst3r.magics;

import java.util.List;
import panst3r.export.ExportOptions;
import panst3r.scene.PointQuery;
import panst3r.scene.Scene;

/**
 * What a line says about an export.
 *
 * @param views numbers or file names, or null for all
 * @param segments ids, or null for all
 * @param classes names, or null for all
 * @param minConfidence or null for that of a viewer
 * @param points at most so many, or null for what the format takes
 * @param seed of their choice
 * @param global points as the network put them into the world
 * @param table of a file of a table: points, segments, masks or cameras; null to tell by its name
 * @param options the rest
 */
public record ExportChoice(
        List<String> views,
        List<Integer> segments,
        List<String> classes,
        Double minConfidence,
        Integer points,
        long seed,
        boolean global,
        String table,
        ExportOptions options) {
    /** Nothing said. */
    public static final ExportChoice DEFAULT =
            new ExportChoice(null, null, null, null, null, 0, false, null, ExportOptions.defaults());

    /** The points asked for; those that a viewer shows at first where nothing is said. */
    PointQuery query(Scene scene) {
        PointQuery out = minConfidence == null
                ? ExportOptions.displayed(scene)
                : PointQuery.all().minConfidence(minConfidence);
        if (views != null) {
            out = out.views(views.stream().map(v -> Words.view(scene, v)).toList());
        }
        if (segments != null) {
            out = out.segments(segments);
        }
        if (classes != null) {
            out = out.classes(classes);
        }
        if (global) {
            out = out.source(PointQuery.Source.GLOBAL);
        }
        return points == null ? out : out.sample(points, seed);
    }
}
