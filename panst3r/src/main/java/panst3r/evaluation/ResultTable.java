package panst3r.evaluation;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import panst3r.PanSt3RException;

/** Rows of texts and numbers under named columns; as a CSV file it is whole at any time. */
public final class ResultTable {
    private final String name;
    private final List<String> texts;
    private final List<String> numbers;
    private final List<Row> rows = new ArrayList<>();

    /**
     * @param texts as many as columns of texts
     * @param numbers as many as columns of numbers, NaN where a value is not defined
     */
    public record Row(List<String> texts, List<Double> numbers) {
        public Row {
            texts = List.copyOf(texts);
            numbers = List.copyOf(numbers);
        }
    }

    public ResultTable(String name, List<String> texts, List<String> numbers) {
        this.name = name;
        this.texts = List.copyOf(texts);
        this.numbers = List.copyOf(numbers);
    }

    public String name() {
        return name;
    }

    /** Names of the columns of texts, which stand first. */
    public List<String> texts() {
        return texts;
    }

    /** Names of the columns of numbers. */
    public List<String> numbers() {
        return numbers;
    }

    public List<Row> rows() {
        return List.copyOf(rows);
    }

    /** @param values by column; what is missing is NaN */
    public void add(List<String> of, Map<String, Double> values) {
        if (of.size() != texts.size() || !numbers.containsAll(values.keySet())) {
            throw new IllegalArgumentException("a row of other columns");
        }
        rows.add(new Row(
                of,
                numbers.stream().map(n -> values.getOrDefault(n, Double.NaN)).toList()));
    }

    void removeIf(Predicate<Row> unwanted) {
        rows.removeIf(unwanted);
    }

    /** Of a row. */
    public double number(Row row, String column) {
        return row.numbers.get(numbers.indexOf(column));
    }

    /** Mean of a column over the rows where it is defined; NaN if it is nowhere. */
    public double mean(String column) {
        return rows.stream()
                .mapToDouble(r -> number(r, column))
                .filter(v -> !Double.isNaN(v))
                .average()
                .orElse(Double.NaN);
    }

    /** Written beside its place and moved there. */
    void write(Path file) {
        List<String> lines = new ArrayList<>();
        lines.add(Stream.concat(texts.stream(), numbers.stream())
                .map(ResultTable::quoted)
                .collect(Collectors.joining(",")));
        for (Row row : rows) {
            Stream<String> values = row.numbers.stream().map(ResultTable::text);
            lines.add(Stream.concat(row.texts.stream().map(ResultTable::quoted), values)
                    .collect(Collectors.joining(",")));
        }
        Path unfinished = file.resolveSibling("." + file.getFileName() + ".part");
        try {
            Files.write(unfinished, lines, StandardCharsets.UTF_8);
            Files.move(unfinished, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new PanSt3RException(
                    file + " could not be written (" + e + "); is there space left, and may one write there?", e);
        }
    }

    /**
     * Adds the rows of a file that {@link #write} made.
     *
     * @throws PanSt3RException if it has other columns
     */
    void read(Path file) {
        try {
            List<List<String>> lines = parse(Files.readString(file));
            List<String> head = Stream.concat(texts.stream(), numbers.stream()).toList();
            if (lines.isEmpty() || !lines.get(0).equals(head)) {
                throw new PanSt3RException(file
                        + " has other columns than this version writes; name another --out, or say" + " --overwrite.");
            }
            for (List<String> line : lines.subList(1, lines.size())) {
                if (line.size() == head.size()) {
                    rows.add(new Row(
                            line.subList(0, texts.size()),
                            line.subList(texts.size(), head.size()).stream()
                                    .map(v -> v.isEmpty() ? Double.NaN : Double.parseDouble(v))
                                    .toList()));
                }
            }
        } catch (IOException | NumberFormatException e) {
            throw new PanSt3RException(
                    file + " cannot be read (" + e + "); name another --out, or say --overwrite.", e);
        }
    }

    private static String text(double value) {
        if (Double.isNaN(value)) {
            return "";
        }
        return value == Math.rint(value) && Math.abs(value) < 1e9
                ? Long.toString((long) value)
                : Double.toString(value);
    }

    private static String quoted(String text) {
        return text.matches("[^\",\r\n]*") ? text : '"' + text.replace("\"", "\"\"") + '"';
    }

    /** Cells by line; a quoted one may hold commas, quotes and line ends. */
    private static List<List<String>> parse(String csv) {
        List<List<String>> lines = new ArrayList<>();
        List<String> line = new ArrayList<>();
        StringBuilder cell = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < csv.length(); i++) {
            char c = csv.charAt(i);
            if (quoted && c == '"' && i + 1 < csv.length() && csv.charAt(i + 1) == '"') {
                cell.append(csv.charAt(++i));
            } else if (c == '"') {
                quoted = !quoted;
            } else if (!quoted && (c == ',' || c == '\n')) {
                line.add(cell.toString());
                cell.setLength(0);
                if (c == '\n') {
                    lines.add(line);
                    line = new ArrayList<>();
                }
            } else if (quoted || c != '\r') {
                cell.append(c);
            }
        }
        return lines;
    }

    /** For a terminal: columns of equal width. */
    @Override
    public String toString() {
        List<String[]> cells = new ArrayList<>();
        cells.add(Stream.concat(texts.stream(), numbers.stream()).toArray(String[]::new));
        for (Row row : rows) {
            cells.add(Stream.concat(
                            row.texts.stream(),
                            row.numbers.stream()
                                    .map(v -> Double.isNaN(v) ? "–" : String.format(Locale.ROOT, "%.1f", v)))
                    .toArray(String[]::new));
        }
        int[] widths = new int[cells.get(0).length];
        cells.forEach(line -> Arrays.setAll(widths, i -> Math.max(widths[i], line[i].length())));
        StringBuilder out = new StringBuilder();
        for (String[] line : cells) {
            for (int i = 0; i < line.length; i++) {
                String format = i < texts.size() ? "%-" + widths[i] + "s  " : "%" + widths[i] + "s  ";
                out.append(String.format(format, line[i]));
            }
            out.append(System.lineSeparator());
        }
        return out.toString();
    }
}
