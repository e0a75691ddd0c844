package panst3r.magics;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import panst3r.evaluation.DataSetReport;
import panst3r.evaluation.ResultTable;
import panst3r.evaluation.SummaryTable;
import panst3r.magics.display.Html;
import panst3r.magics.display.Swatches;
import panst3r.magics.display.TableHtml;
import panst3r.magics.display.Text;
import panst3r.magics.tables.MetricTables;
import tech.tablesaw.api.Table;

/** Data sets measured scene by scene: what {@code %panst3r evaluate} gives. */
public final class DataSetMetrics {
    private static final int ALL = 200;

    private final String model;
    private final Path folder;
    private final List<DataSetReport> reports;

    DataSetMetrics(String model, Path folder, List<DataSetReport> reports) {
        this.model = model;
        this.folder = folder;
        this.reports = List.copyOf(reports);
    }

    /** All numbers, as the library gives them. */
    public List<DataSetReport> reports() {
        return reports;
    }

    /** Means over the scenes of each data set, per cent, beside published figures where there are some. */
    public Table summary() {
        return MetricTables.of(SummaryTable.of(model, reports));
    }

    /** One row a scene, of all data sets; with an error in words where one failed. */
    public Table scenes() {
        return joined("scenes", reports.stream().map(DataSetReport::scenes).toList());
    }

    /** One row for each class of each scene. */
    public Table classes() {
        return joined("classes", reports.stream().map(DataSetReport::classes).toList());
    }

    /** One row for each view of each scene. */
    public Table views() {
        return joined("views", reports.stream().map(DataSetReport::views).toList());
    }

    private Table joined(String name, List<ResultTable> tables) {
        ResultTable first = tables.get(0);
        List<String> texts = new ArrayList<>(List.of("dataset"));
        texts.addAll(first.texts());
        ResultTable out = new ResultTable(name, texts, first.numbers());
        for (int i = 0; i < tables.size(); i++) {
            for (ResultTable.Row row : tables.get(i).rows()) {
                List<String> of = new ArrayList<>(List.of(reports.get(i).name()));
                of.addAll(row.texts());
                Map<String, Double> values = new LinkedHashMap<>();
                for (int c = 0; c < first.numbers().size(); c++) {
                    values.put(first.numbers().get(c), row.numbers().get(c));
                }
                out.add(of, values);
            }
        }
        return MetricTables.of(out);
    }

    /** The few numbers of each scene that one looks at first; the tables have all. */
    private Table brief() {
        Table all = scenes();
        Table out = Table.create("scenes");
        for (String column : List.of(
                "dataset",
                "scene",
                "photos",
                "seconds",
                "pq",
                "sq",
                "rq",
                "miou",
                "ap",
                "depth_error",
                "auc30",
                "accuracy",
                "completeness",
                DataSetReport.ERROR)) {
            boolean wanted =
                    !column.equals(DataSetReport.ERROR) || reports.stream().anyMatch(r -> r.failed() > 0);
            if (wanted) {
                out.addColumns(all.column(column));
            }
        }
        return out;
    }

    /** For a cell, by MIME type. */
    public Map<String, Object> bundle() {
        StringBuilder html = new StringBuilder("<div class=\"t\">")
                .append(Html.escape(line() + "."))
                .append("</div>");
        StringBuilder plain = new StringBuilder(line() + ".");
        for (Table table : List.of(summary(), brief())) {
            html.append(TableHtml.html(table, Swatches.of(null), ALL, 0));
            plain.append("\n\n").append(table.printAll());
        }
        html.append("<div class=\"m\">The summary is per cent, means over the scenes; the scenes have shares."
                        + (summary().rowCount() > 1
                                ? " Published figures are of the paper (arXiv 2506.21348) and its released checkpoints."
                                : "")
                        + " Every number of every scene, class and"
                        + " view: scenes(), classes(), views() of this value, and as CSV in ")
                .append(Html.escape(folder.toString()))
                .append(".</div>");
        Map<String, Object> out = new LinkedHashMap<>();
        out.put("text/html", Html.page(html.toString()));
        out.put("text/plain", plain.toString());
        return out;
    }

    private String line() {
        long scenes = reports.stream().mapToLong(r -> r.scenes().rows().size()).sum();
        long failed = reports.stream().mapToLong(DataSetReport::failed).sum();
        return model + " on " + Text.count((int) scenes, "scene")
                + (failed == 0 ? "" : ", " + failed + " of which could not be measured");
    }

    @Override
    public String toString() {
        return line();
    }
}
