package panst3r.magics.tables;

import java.util.List;
import java.util.Map;
import java.util.Set;
import panst3r.evaluation.ResultTable;
import panst3r.evaluation.SceneEvaluation;
import panst3r.evaluation.SceneNumbers;
import panst3r.evaluation.ViewEvaluation;
import tech.tablesaw.api.BooleanColumn;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.ShortColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/**
 * What a scene was measured to be, as tables. Qualities, IoUs and accuracies are shares, 0 … 1; errors of depths and focal
 * lengths are relative; angles are in degrees; lengths are in the unit of the truth. A value that is not defined is
 * missing, as are all of the segmentation for a scene that is not merged.
 */
public final class MetricTables {
    private static final Set<String> YES_OR_NO = Set.of("thing", "counted");
    private static final Set<String> COUNTS = Set.of("tp", "fp", "fn", "photos");

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
        Map<String, Map<String, Double>> rows = SceneNumbers.classes(scene);
        Table out = Table.create("classes of " + scene.name(), StringColumn.create("class", rows.keySet()));
        for (String column : SceneNumbers.CLASS_COLUMNS) {
            out.addColumns(column(
                    column,
                    rows.values().stream()
                            .map(r -> r.getOrDefault(column, Double.NaN))
                            .toList()));
        }
        return out;
    }

    /** Rows of results, whatever they are. */
    public static Table of(ResultTable results) {
        Table out = Table.create(results.name());
        for (int c = 0; c < results.texts().size(); c++) {
            int column = c;
            out.addColumns(StringColumn.create(
                    results.texts().get(c),
                    results.rows().stream().map(r -> r.texts().get(column))));
        }
        for (int c = 0; c < results.numbers().size(); c++) {
            int column = c;
            out.addColumns(column(
                    results.numbers().get(c),
                    results.rows().stream().map(r -> r.numbers().get(column)).toList()));
        }
        return out;
    }

    private static Column<?> column(String name, List<Double> values) {
        if (YES_OR_NO.contains(name)) {
            return BooleanColumn.create(name, values.stream().map(v -> v == 1).toArray(Boolean[]::new));
        }
        if (COUNTS.contains(name)) {
            IntColumn out = IntColumn.create(name);
            values.forEach(v -> {
                if (Double.isNaN(v)) {
                    out.appendMissing();
                } else {
                    out.append((int) Math.round(v));
                }
            });
            return out;
        }
        return DoubleColumn.create(
                name, values.stream().mapToDouble(Double::doubleValue).toArray());
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
        SceneNumbers.VIEWS.forEach((name, value) -> out.addColumns(
                DoubleColumn.create(name, views.stream().mapToDouble(value).toArray())));
        return out;
    }
}
