package panst3r.export;

import java.util.Collection;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import panst3r.Progress;
import panst3r.picture.PointSample;
import panst3r.picture.ScenePicture;
import panst3r.scene.PointQuery;
import panst3r.scene.Scene;

/**
 * How an export is made; each format takes what concerns it. Immutable: every {@code with…} gives a changed copy.
 *
 * @param points which points; null for those that a viewer shows at first
 * @param originalPixels images and cameras in the pixels of the upright photos, instead of working pixels
 * @param meshes whether a GLB file has a surface a view, instead of points
 * @param stuff names of classes whose instances are not counted, in small letters
 * @param overwrite whether files that are there are replaced
 */
public record ExportOptions(
        PointQuery points, boolean originalPixels, boolean meshes, Set<String> stuff, boolean overwrite) {
    /** Points enough to judge the threshold by. */
    private static final int SAMPLE = 200_000;

    private static final int FEW = 100_000;

    public ExportOptions {
        stuff = Set.copyOf(stuff);
    }

    /** Points that a viewer shows at first, working pixels; wall, floor and ceiling are not counted; replaces nothing. */
    public static ExportOptions defaults() {
        return new ExportOptions(null, false, false, Set.of("wall", "floor", "ceiling"), false);
    }

    public ExportOptions withPoints(PointQuery query) {
        return new ExportOptions(query, originalPixels, meshes, stuff, overwrite);
    }

    public ExportOptions withOriginalPixels(boolean wanted) {
        return new ExportOptions(points, wanted, meshes, stuff, overwrite);
    }

    public ExportOptions withMeshes(boolean wanted) {
        return new ExportOptions(points, originalPixels, wanted, stuff, overwrite);
    }

    public ExportOptions withStuff(Collection<String> classNames) {
        Set<String> names = new TreeSet<>();
        classNames.forEach(name -> names.add(name.strip().toLowerCase(Locale.ROOT)));
        return new ExportOptions(points, originalPixels, meshes, names, overwrite);
    }

    public ExportOptions withOverwrite(boolean allowed) {
        return new ExportOptions(points, originalPixels, meshes, stuff, allowed);
    }

    /** {@link #points}, or those that a viewer shows at first. */
    PointQuery pointsOf(Scene scene) {
        return points != null ? points : displayed(scene);
    }

    /** No more than trainers of splats and fields begin with, unless a number was asked for. */
    PointQuery fewPointsOf(Scene scene) {
        PointQuery query = pointsOf(scene);
        return query.limit() < Integer.MAX_VALUE ? query : query.sample(FEW, query.seed());
    }

    /** Points of the confidence from which a viewer shows them at first. */
    public static PointQuery displayed(Scene scene) {
        return PointQuery.all()
                .minConfidence(ScenePicture.displayConfidence(PointSample.of(scene, SAMPLE, 0, Progress.SILENT)));
    }
}
