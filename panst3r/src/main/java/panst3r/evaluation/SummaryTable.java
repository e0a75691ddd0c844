package panst3r.evaluation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import panst3r.dataset.DataSet;

/** Data sets side by side in the form of the paper's table of panoptic quality. */
public final class SummaryTable {
    /**
     * PQ per cent of direct prediction on rendered test images: Hypersim, Replica, ScanNet (PanSt3R, arXiv 2506.21348, and
     * the released checkpoints; checkpoint.md).
     */
    private static final Map<String, Map<String, Double>> PUBLISHED = Map.of(
            "PanSt3R v1, published", Map.of("hypersim", 56.5, "replica", 62.0, "scannet", 65.7),
            "PanSt3R v2, published", Map.of("hypersim", 59.6, "replica", 61.8, "scannet", 63.0));

    private SummaryTable() {}

    /**
     * Means over the scenes of each data set, per cent; below them the published figures of those that have some.
     *
     * @param method what the first row is called
     */
    public static ResultTable of(String method, List<DataSetReport> reports) {
        List<String> columns = new ArrayList<>();
        Map<String, Double> own = new LinkedHashMap<>();
        for (DataSetReport report : reports) {
            for (String number : List.of("pq", "sq", "rq", "miou")) {
                String column = column(report, number);
                if (!columns.contains(column)) {
                    columns.add(column);
                }
                own.put(column, 100 * report.scenes().mean(number));
            }
        }
        ResultTable out = new ResultTable("summary", List.of("method"), columns);
        out.add(List.of(method), own);
        PUBLISHED.keySet().stream().sorted().forEach(name -> {
            Map<String, Double> row = new LinkedHashMap<>();
            for (DataSetReport report : reports) {
                PUBLISHED.get(name).forEach((set, pq) -> {
                    if (isOf(report, set)) {
                        row.put(column(report, "pq"), pq);
                    }
                });
            }
            if (!row.isEmpty()) {
                out.add(List.of(name), row);
            }
        });
        return out;
    }

    private static String column(DataSetReport report, String number) {
        return (number.equals("miou") ? "mIoU " : number.toUpperCase(Locale.ROOT) + " ") + report.name();
    }

    /** By the name of the folder, as Panoptic Lifting calls them. */
    private static boolean isOf(DataSetReport report, String set) {
        return report.kind() == DataSet.Kind.PANOPTIC_LIFTING
                && report.name().toLowerCase(Locale.ROOT).equals(set);
    }
}
