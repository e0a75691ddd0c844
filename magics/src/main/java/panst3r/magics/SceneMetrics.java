package panst3r.magics;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import panst3r.evaluation.SceneEvaluation;
import panst3r.magics.display.Html;
import panst3r.magics.display.Shown;
import panst3r.magics.display.Swatches;
import panst3r.magics.display.TableHtml;
import panst3r.magics.tables.MetricTables;
import panst3r.scene.Scene;
import tech.tablesaw.api.Table;

/** A scene measured against ground truth: what {@code %panst3r metrics} gives. */
public final class SceneMetrics {
    private static final int ALL = 1000;

    private final String name;
    private final Scene scene;
    private final SceneEvaluation evaluation;

    SceneMetrics(String name, Scene scene, SceneEvaluation evaluation) {
        this.name = name;
        this.scene = scene;
        this.evaluation = evaluation;
    }

    /** All numbers, as the library gives them. */
    public SceneEvaluation evaluation() {
        return evaluation;
    }

    /** One row, see {@link MetricTables#scenes}. */
    public Table scene() {
        return MetricTables.scenes(List.of(evaluation));
    }

    /** One row a class, see {@link MetricTables#classes}. */
    public Table classes() {
        return MetricTables.classes(evaluation);
    }

    /** One row a view, see {@link MetricTables#views}. */
    public Table views() {
        return MetricTables.views(evaluation);
    }

    /** For a cell, by MIME type. */
    public Map<String, Object> bundle() {
        String line = line();
        StringBuilder html = new StringBuilder(Shown.summary(scene, name))
                .append("<div>")
                .append(Html.escape(line))
                .append("</div>");
        StringBuilder plain =
                new StringBuilder(Shown.line(scene, name)).append("\n").append(line);
        for (Table table : List.of(scene(), classes(), views())) {
            if (!table.isEmpty()) {
                html.append(TableHtml.html(table, Swatches.of(scene), ALL, 0));
                plain.append("\n\n").append(table.printAll());
            }
        }
        html.append("<div class=\"m\">Qualities and accuracies are shares; errors of depths and focal lengths relative;"
                + " angles in degrees; lengths in the unit of the truth. PQ and AP are of all views matched together."
                + (evaluation.rareLeftOut()
                        ? " Classes that are rare in the scene (under 0.5 % of the pixels) are not counted."
                        : " Rare classes are counted too.")
                + "</div>");
        Map<String, Object> out = new LinkedHashMap<>();
        out.put("text/html", Html.page(html.toString()));
        out.put("text/plain", plain.toString());
        return out;
    }

    /** The few numbers that one asks for first. */
    private String line() {
        StringBuilder out = new StringBuilder("Against the truth of " + evaluation.name() + ": ");
        evaluation
                .panoptic()
                .ifPresent(p -> out.append(String.format(
                        Locale.ROOT,
                        "PQ %.1f (things %.1f, stuff %.1f), mIoU %.1f, ",
                        100 * p.all().pq(),
                        100 * p.things().pq(),
                        100 * p.stuff().pq(),
                        100 * evaluation.semantic().orElseThrow().miou())));
        out.append(String.format(Locale.ROOT, "depth off by %.1f %%", 100 * evaluation.viewDepthError()));
        evaluation
                .poses()
                .ifPresent(p -> out.append(String.format(
                        Locale.ROOT, ", AUC@30 %.2f, cameras off by %.2f", p.auc30(), p.trajectoryRmse())));
        return out.append(".").toString();
    }

    @Override
    public String toString() {
        return line();
    }
}
