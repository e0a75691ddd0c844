package panst3r.magics.tables;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import panst3r.evaluation.SceneEvaluation;
import panst3r.evaluation.SceneNumbers;
import panst3r.evaluation.ViewEvaluation;
import panst3r.metrics.AveragePrecision.ClassPrecision;
import panst3r.metrics.PanopticQuality;
import panst3r.metrics.PanopticQuality.ClassQuality;
import panst3r.metrics.PanopticQuality.Quality;
import panst3r.metrics.Semantic;
import tech.tablesaw.api.BooleanColumn;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.ShortColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/**
 * What a scene was measured to be, as tables. Qualities, IoUs and accuracies are shares, 0 … 1; errors of depths and focal
 * lengths are relative; angles are in degrees; lengths are in the unit of the truth. A value that is not defined is
 * missing, as are all of the segmentation for a scene that is not merged.
 */
public final class MetricTables {
    private MetricTables() {}

    /**
     * One row a scene: panoptic quality over all views together and mean of the views one by one (…_per_image), semantic
     * segmentation, average precision of instances, depth with a scale for each view and with one for all
     * (depth_error_one_scale), medians of the angles between true and predicted relative poses and the shares of them
     * under 5, 15 and 30 degrees (rra5 … rta30), AUC@30, trajectory error, distances of points, normals, median focal
     * error.
     */
    public static Table scenes(List<SceneEvaluation> scenes) {
        Table out = Table.create(
                "metrics",
                StringColumn.create("scene", scenes.stream().map(SceneEvaluation::name)),
                IntColumn.create(
                        "views", scenes.stream().mapToInt(s -> s.views().size()).toArray()));
        SceneNumbers.ALL.forEach((name, value) -> out.addColumns(
                DoubleColumn.create(name, scenes.stream().mapToDouble(value).toArray())));
        return out;
    }

    /**
     * One row a class that occurs in the truth or the prediction: quality, matched (tp), wrong (fp) and missed (fn)
     * segments, IoU and accuracy of its pixels, average precision of its instances. Classes that are rare in the scene are
     * not counted and have no quality.
     */
    public static Table classes(SceneEvaluation scene) {
        PanopticQuality panoptic = scene.panoptic().orElse(null);
        Semantic semantic = scene.semantic().orElse(null);
        List<Integer> ids = new ArrayList<>();
        if (semantic != null) {
            new TreeSet<>(semantic.classIou().keySet())
                    .stream().filter(c -> c > 0 && c <= scene.classes().size()).forEach(ids::add);
        }
        int n = ids.size();
        StringColumn name = StringColumn.create("class", n);
        BooleanColumn thing = BooleanColumn.create("thing", n);
        BooleanColumn counted = BooleanColumn.create("counted", n);
        DoubleColumn[] shares = doubles(n, "pq", "sq", "rq");
        IntColumn[] segments = {IntColumn.create("tp", n), IntColumn.create("fp", n), IntColumn.create("fn", n)};
        DoubleColumn[] pixels = doubles(n, "iou", "pixel_accuracy", "ap", "ap50", "ap25");
        for (int i = 0; i < n; i++) {
            int c = ids.get(i);
            name.set(i, scene.classes().get(c - 1));
            thing.set(i, scene.split().things().contains(c));
            ClassQuality quality = panoptic.perClass().get(c);
            counted.set(i, quality != null);
            if (quality != null) {
                Quality q = quality.quality();
                shares[0].set(i, q.pq());
                shares[1].set(i, q.sq());
                shares[2].set(i, q.rq());
                segments[0].set(i, quality.truePositives());
                segments[1].set(i, quality.falsePositives());
                segments[2].set(i, quality.falseNegatives());
            }
            pixels[0].set(i, semantic.classIou().get(c));
            pixels[1].set(i, semantic.classAccuracy().getOrDefault(c, Double.NaN));
            ClassPrecision precision =
                    scene.instances().map(a -> a.perClass().get(c)).orElse(null);
            pixels[2].set(i, precision == null ? Double.NaN : precision.ap());
            pixels[3].set(i, precision == null ? Double.NaN : precision.ap50());
            pixels[4].set(i, precision == null ? Double.NaN : precision.ap25());
        }
        return Table.create("classes of " + scene.name(), name, thing, counted)
                .addColumns(shares)
                .addColumns(segments)
                .addColumns(pixels);
    }

    /** One row a view, each measured alone. */
    public static Table views(SceneEvaluation scene) {
        List<ViewEvaluation> views = scene.views();
        ShortColumn view = ShortColumn.create("view", views.size());
        for (int i = 0; i < views.size(); i++) {
            view.set(i, (short) views.get(i).index());
        }
        Table out = Table.create(
                "views of " + scene.name(),
                view,
                StringColumn.create("file", views.stream().map(ViewEvaluation::name)));
        Map<String, ToDoubleFunction<ViewEvaluation>> columns = new LinkedHashMap<>();
        columns.put("pq", v -> v.panoptic().map(p -> p.all().pq()).orElse(Double.NaN));
        columns.put("sq", v -> v.panoptic().map(p -> p.all().sq()).orElse(Double.NaN));
        columns.put("rq", v -> v.panoptic().map(p -> p.all().rq()).orElse(Double.NaN));
        columns.put("miou", v -> v.semantic().map(Semantic::miou).orElse(Double.NaN));
        columns.put(
                "pixel_accuracy", v -> v.semantic().map(Semantic::pixelAccuracy).orElse(Double.NaN));
        columns.put("depth_error", v -> v.depth().absoluteRelative());
        columns.put("depth_inliers", v -> v.depth().inlierRatio());
        columns.put("focal_error", ViewEvaluation::focalError);
        columns.forEach((name, value) -> out.addColumns(
                DoubleColumn.create(name, views.stream().mapToDouble(value).toArray())));
        return out;
    }

    private static DoubleColumn[] doubles(int rows, String... names) {
        return Arrays.stream(names).map(name -> DoubleColumn.create(name, rows)).toArray(DoubleColumn[]::new);
    }
}
