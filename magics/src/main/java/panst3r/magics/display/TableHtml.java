package panst3r.magics.display;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import tech.tablesaw.api.NumericColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/** A Tablesaw table in a cell: its first and last rows, numbers aligned, everything escaped. */
public final class TableHtml {
    private static final int HEAD = 10;
    private static final int TAIL = 5;
    private static final int MOST_COLUMNS = 40;
    private static final int LONGEST_TEXT = 80;

    private TableHtml() {}

    /**
     * Up to fifteen rows of a table, and how many there are.
     *
     * @param mark of the scene that it is about ({@link panst3r.magics.live.Page}), for rows that can be selected; null
     *     for none
     */
    public static Map<String, Object> bundle(Table table, Swatches swatches, String mark) {
        return bundle(table, swatches, mark, HEAD, TAIL);
    }

    static Map<String, Object> bundle(Table table, Swatches swatches, String mark, int head, int tail) {
        Map<String, Object> out = new LinkedHashMap<>();
        out.put("text/html", Html.page(html(table, swatches, mark, head, tail)));
        out.put("text/plain", plain(table, head + tail));
        return out;
    }

    /** Without the surrounding style, to stand among other things. */
    public static String html(Table table, Swatches swatches, int head, int tail) {
        return html(table, swatches, null, head, tail);
    }

    static String html(Table table, Swatches swatches, String mark, int head, int tail) {
        int rows = table.rowCount();
        boolean whole = rows <= head + tail + 1;
        List<Integer> shown = new ArrayList<>();
        IntStream.range(0, whole ? rows : head).forEach(shown::add);
        if (!whole) {
            IntStream.range(rows - tail, rows).forEach(shown::add);
        }
        List<Column<?>> columns = new ArrayList<>(table.columns());
        boolean allColumns = columns.size() <= MOST_COLUMNS;
        if (!allColumns) {
            columns = columns.subList(0, MOST_COLUMNS);
        }

        StringBuilder out = new StringBuilder();
        if (table.name() != null && !table.name().isBlank()) {
            out.append("<div class=\"t\">").append(Html.escape(table.name())).append("</div>");
        }
        out.append("<div class=\"x\"><table")
                .append(mark == null ? "" : " data-panst3r=\"" + mark + "\"")
                .append("><thead><tr>");
        int[] decimals = new int[columns.size()];
        for (int c = 0; c < columns.size(); c++) {
            Column<?> column = columns.get(c);
            decimals[c] = decimals(column, shown);
            out.append(column instanceof NumericColumn ? "<th class=\"n\">" : "<th>")
                    .append(Html.escape(cut(column.name())).replace("_", "_<wbr>"))
                    .append("</th>");
        }
        out.append("</tr></thead><tbody>");
        for (int i = 0; i < shown.size(); i++) {
            if (!whole && i == head) {
                out.append("<tr class=\"gap\"><td colspan=\"")
                        .append(columns.size())
                        .append("\">⋯</td></tr>");
            }
            int row = shown.get(i);
            int segment = mark == null ? 0 : swatches.segment(table, row);
            out.append(segment == 0 ? "<tr>" : "<tr data-segment=\"" + segment + "\" tabindex=\"0\">");
            for (int c = 0; c < columns.size(); c++) {
                Column<?> column = columns.get(c);
                out.append(column instanceof NumericColumn ? "<td class=\"n\">" : "<td>");
                Integer colour = swatches.colour(table, column.name(), row);
                if (colour != null) {
                    out.append(Html.swatch(colour));
                }
                out.append(Html.escape(cut(text(column, row, decimals[c])))).append("</td>");
            }
            out.append("</tr>");
        }
        out.append("</tbody></table></div><div class=\"m\">")
                .append(note(table, whole, allColumns, head, tail))
                .append("</div>");
        return out.toString();
    }

    private static String note(Table table, boolean whole, boolean allColumns, int head, int tail) {
        String size = String.format(
                Locale.ROOT,
                "%,d row%s × %d column%s",
                table.rowCount(),
                table.rowCount() == 1 ? "" : "s",
                table.columnCount(),
                table.columnCount() == 1 ? "" : "s");
        String rows = whole ? "" : "; the first " + head + " and the last " + tail + " are shown";
        String columns = allColumns ? "" : "; the first " + MOST_COLUMNS + " columns are shown";
        return size + rows + columns;
    }

    private static String plain(Table table, int rows) {
        return table.rowCount() <= 1000 ? table.print(rows) : table.shape();
    }

    /** As many as give the largest number shown four digits, the same all down the column. */
    private static int decimals(Column<?> column, List<Integer> rows) {
        double largest = 0;
        for (int row : rows) {
            if (!column.isMissing(row) && column.get(row) instanceof Number n && Double.isFinite(n.doubleValue())) {
                if (!(n instanceof Float || n instanceof Double)) {
                    return 0;
                }
                largest = Math.max(largest, Math.abs(n.doubleValue()));
            }
        }
        int digits = largest < 1 ? 1 : 1 + (int) Math.floor(Math.log10(largest));
        return Math.max(0, Math.min(4, 4 - digits));
    }

    private static String text(Column<?> column, int row, int decimals) {
        if (column.isMissing(row)) {
            return "–";
        }
        Object value = column.get(row);
        if (value instanceof Float || value instanceof Double) {
            double v = ((Number) value).doubleValue();
            if (Math.abs(v) >= 1e9) {
                return String.format(Locale.ROOT, "%.3g", v);
            }
            String s = String.format(Locale.ROOT, "%." + decimals + "f", v);
            return s.matches("-0(\\.0*)?") ? s.substring(1) : s;
        }
        return String.valueOf(value);
    }

    private static String cut(String text) {
        return text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT - 1) + "…";
    }
}
