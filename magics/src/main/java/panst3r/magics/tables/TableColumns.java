package panst3r.magics.tables;

import java.util.List;
import java.util.function.IntFunction;
import java.util.function.IntToDoubleFunction;
import tech.tablesaw.api.NumericColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/** The columns of any table; what is no number is text. */
record TableColumns(Table table) implements Where.Columns {
    @Override
    public List<String> names() {
        return table.columnNames();
    }

    @Override
    public IntToDoubleFunction numbers(String name) {
        return table.column(name) instanceof NumericColumn<?> column ? column::getDouble : null;
    }

    @Override
    public IntFunction<String> texts(String name) {
        Column<?> column = table.column(name);
        return column instanceof NumericColumn
                ? null
                : row -> column.isMissing(row) ? "" : String.valueOf(column.get(row));
    }
}
