package panst3r.magics.tables;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.function.IntToDoubleFunction;
import panst3r.PanSt3RException;

/**
 * A condition on the rows of a table, as typed after {@code --where}: {@code class = chair and confidence > 3}.
 *
 * <pre>
 * condition  = all { "or" all }            all  = term { "and" term }
 * term       = "not" term | "(" condition ")" | column comparison
 * comparison = ( = | == | != | &lt;> | &lt; | &lt;= | > | >= ) value | "contains" value | "in" "(" value { "," value } ")"
 * value      = number | 'text' | "text" | words up to the next "and", "or", comma or parenthesis
 * </pre>
 *
 * Text is compared without regard to case. It is data: nothing in it is ever run.
 */
public final class Where {
    /** The columns that a condition may name, looked at row by row. */
    public interface Columns {
        List<String> names();

        /** The values of a numeric column, by row; null if the column holds text. */
        IntToDoubleFunction numbers(String column);

        /** The values of a text column, by row; null if the column holds numbers. */
        IntFunction<String> texts(String column);
    }

    private static final List<String> OPERATORS = List.of("==", "!=", "<>", "<=", ">=", "=", "<", ">");

    private final String text;
    private final Columns columns;
    private final List<Token> tokens;
    private int next;

    private record Token(String text, boolean quoted, int start, int end) {
        boolean is(String word) {
            return !quoted && text.equalsIgnoreCase(word);
        }
    }

    private Where(String text, Columns columns) {
        this.text = text;
        this.columns = columns;
        this.tokens = tokens(text);
    }

    /**
     * @return whether a row, by its number, meets the condition
     * @throws PanSt3RException if the condition cannot be read or names a column that is not there
     */
    public static IntPredicate parse(String text, Columns columns) {
        Where where = new Where(text, columns);
        if (where.tokens.isEmpty()) {
            throw where.error("is empty");
        }
        IntPredicate out = where.any();
        if (where.next < where.tokens.size()) {
            throw where.error("has “" + where.tokens.get(where.next).text + "” where “and” or “or” was expected");
        }
        return out;
    }

    private IntPredicate any() {
        IntPredicate left = all();
        while (take("or")) {
            left = left.or(all());
        }
        return left;
    }

    private IntPredicate all() {
        IntPredicate left = term();
        while (take("and")) {
            left = left.and(term());
        }
        return left;
    }

    private IntPredicate term() {
        if (take("not")) {
            return term().negate();
        }
        if (take("(")) {
            IntPredicate inner = any();
            if (!take(")")) {
                throw error("lacks a “)”");
            }
            return inner;
        }
        return comparison();
    }

    private IntPredicate comparison() {
        if (next == tokens.size()) {
            throw error("ends where a column was expected");
        }
        String typed = tokens.get(next++).text;
        String column = columns.names().stream()
                .filter(typed::equalsIgnoreCase)
                .findFirst()
                .orElseThrow(() ->
                        error("names no column “" + typed + "”; there are " + String.join(", ", columns.names())));
        if (take("in")) {
            return in(column);
        }
        if (take("contains")) {
            String part = lower(value());
            IntFunction<String> values = columns.texts(column);
            if (values == null) {
                throw error("asks what “" + column + "” contains, but that is a number: use = or <");
            }
            return row -> lower(values.apply(row)).contains(part);
        }
        String operator = next < tokens.size() ? tokens.get(next).text : "";
        if (!OPERATORS.contains(operator)) {
            throw error("needs one of = != < <= > >= contains in after “" + column + "”");
        }
        next++;
        return compare(column, operator, value());
    }

    private IntPredicate in(String column) {
        if (!take("(")) {
            throw error("needs a list after “in”, such as (chair, table)");
        }
        IntPredicate any = compare(column, "=", value());
        while (take(",")) {
            any = any.or(compare(column, "=", value()));
        }
        if (!take(")")) {
            throw error("lacks a “)”");
        }
        return any;
    }

    private IntPredicate compare(String column, String operator, String value) {
        IntFunction<String> texts = columns.texts(column);
        if (texts != null) {
            String wanted = lower(value);
            return switch (operator) {
                case "=", "==" -> row -> lower(texts.apply(row)).equals(wanted);
                case "!=", "<>" -> row -> !lower(texts.apply(row)).equals(wanted);
                default -> throw error("orders “" + column + "”, which is text: use = or !=");
            };
        }
        double wanted;
        try {
            wanted = Double.parseDouble(value);
        } catch (NumberFormatException e) {
            throw error("compares “" + column + "”, which is a number, with “" + value + "”");
        }
        IntToDoubleFunction numbers = columns.numbers(column);
        return switch (operator) {
            case "=", "==" -> row -> numbers.applyAsDouble(row) == wanted;
            case "!=", "<>" -> row -> numbers.applyAsDouble(row) != wanted;
            case "<" -> row -> numbers.applyAsDouble(row) < wanted;
            case "<=" -> row -> numbers.applyAsDouble(row) <= wanted;
            case ">" -> row -> numbers.applyAsDouble(row) > wanted;
            default -> row -> numbers.applyAsDouble(row) >= wanted;
        };
    }

    /** One quoted text, or all words up to the next thing that ends a value: class names may be of several words. */
    private String value() {
        int first = next;
        while (next < tokens.size()) {
            Token token = tokens.get(next);
            boolean ends = token.is("and") || token.is("or") || token.is(",") || token.is("(") || token.is(")");
            if (ends || next > first && (token.quoted || tokens.get(first).quoted)) {
                break;
            }
            if (!token.quoted && OPERATORS.contains(token.text)) {
                throw error("has “" + token.text + "” inside a value; quote it, or put “and” before the next column");
            }
            next++;
        }
        if (next == first) {
            throw error("lacks a value");
        }
        return tokens.get(first).quoted
                ? tokens.get(first).text
                : text.substring(tokens.get(first).start, tokens.get(next - 1).end);
    }

    private boolean take(String word) {
        if (next < tokens.size() && tokens.get(next).is(word)) {
            next++;
            return true;
        }
        return false;
    }

    private static List<Token> tokens(String text) {
        List<Token> out = new ArrayList<>();
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (Character.isWhitespace(c)) {
                at++;
                continue;
            }
            int start = at;
            if (c == '\'' || c == '"') {
                int close = text.indexOf(c, at + 1);
                if (close < 0) {
                    throw new PanSt3RException("The condition “" + text + "” lacks a closing " + c + ".");
                }
                out.add(new Token(text.substring(at + 1, close), true, start, close + 1));
                at = close + 1;
                continue;
            }
            String rest = text.substring(at, Math.min(text.length(), at + 2));
            String symbol =
                    OPERATORS.stream().filter(rest::startsWith).findFirst().orElse(null);
            if (symbol == null && "(),".indexOf(c) >= 0) {
                symbol = String.valueOf(c);
            }
            if (symbol != null) {
                at += symbol.length();
            } else {
                while (at < text.length() && isWord(text.charAt(at))) {
                    at++;
                }
                if (at == start) {
                    throw new PanSt3RException("The condition “" + text + "” has “" + c
                            + "”, which means nothing here; try one like class = chair and confidence > 3.");
                }
            }
            out.add(new Token(text.substring(start, at), false, start, at));
        }
        return out;
    }

    private static boolean isWord(char c) {
        return !Character.isWhitespace(c) && "=<>!(),'\"".indexOf(c) < 0;
    }

    private static String lower(String s) {
        return s == null ? "" : s.toLowerCase(Locale.ROOT);
    }

    private PanSt3RException error(String what) {
        return new PanSt3RException("The condition “" + text + "” " + what + ".");
    }
}
