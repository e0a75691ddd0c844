package panst3r.checkpoint;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import panst3r.PanSt3RException;

/**
 * A Python constructor call as data: {@code MUSt3R(img_size=(512, 512), feedback_type='single_mlp')}. Calls with keyword
 * arguments, numbers, strings, True, False, None, tuples, lists and dotted names; anything else is an error that shows the
 * place. Nothing is evaluated.
 */
final class ConstructorString {
    private static final int LONGEST = 16_384;
    private static final int DEEPEST = 32;

    /**
     * One call.
     *
     * @param arguments Long, Double, String, Boolean, null, List, Call or Symbol by name
     * @param position of the call in the text
     * @param positions of the arguments in the text
     */
    record Call(String name, Map<String, Object> arguments, int position, Map<String, Integer> positions) {

        @Override
        public String toString() {
            StringBuilder out = new StringBuilder(name).append('(');
            String separator = "";
            for (Map.Entry<String, Object> e : arguments.entrySet()) {
                out.append(separator).append(e.getKey()).append('=');
                write(e.getValue(), out);
                separator = ", ";
            }
            return out.append(')').toString();
        }
    }

    /** A dotted name that is a value, such as {@code ActivationType.LINEAR}. */
    record Symbol(String name) {
        @Override
        public String toString() {
            return name;
        }
    }

    private final String text;
    private final String what;
    private int at;
    private int depth;

    private ConstructorString(String what, String text) {
        this.what = what;
        this.text = text;
    }

    /**
     * @param what the text is, for messages: "args.must3r_encoder"
     * @throws PanSt3RException if it is not a constructor call
     */
    static Call parse(String what, String text) {
        if (text.length() > LONGEST) {
            throw failAt(what, text, LONGEST, "it is longer than any constructor call");
        }
        ConstructorString parser = new ConstructorString(what, text);
        parser.skipSpace();
        Object value = parser.value();
        if (!(value instanceof Call call)) {
            throw failAt(what, text, 0, "a constructor call is expected");
        }
        parser.skipSpace();
        if (parser.at < text.length()) {
            throw parser.fail("nothing more is expected after the call");
        }
        return call;
    }

    /** An error about one place of a constructor string. */
    static PanSt3RException failAt(String what, String text, int at, String why) {
        int from = Math.max(0, at - 40);
        int to = Math.min(text.length(), at + 40);
        String place = (from > 0 ? "…" : "") + text.substring(from, at) + " ▸ " + text.substring(at, to)
                + (to < text.length() ? "…" : "");
        return new PanSt3RException(what + " cannot be understood at character " + (at + 1) + ": " + why + " (at ▸ in "
                + Text.quote(place) + ").");
    }

    private Object value() {
        if (++depth > DEEPEST) {
            throw fail("brackets nest too deeply");
        }
        Object value = switch (peek()) {
            case '\'', '"' -> string();
            case '(' -> tuple();
            case '[' -> {
                at++;
                yield items(']');
            }
            case '-', '+', '.', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> number();
            default -> nameOrCall();
        };
        depth--;
        return value;
    }

    /** A tuple, or a value in parentheses as Python has it. */
    private Object tuple() {
        at++;
        List<Object> items = items(')');
        boolean comma = text.substring(0, at - 1).stripTrailing().endsWith(",");
        return items.size() == 1 && !comma ? items.get(0) : items;
    }

    private List<Object> items(char close) {
        List<Object> items = new ArrayList<>();
        skipSpace();
        while (peek() != close) {
            items.add(value());
            separator(close);
        }
        at++;
        return items;
    }

    /** Past a comma, or up to the closing bracket. */
    private void separator(char close) {
        skipSpace();
        if (peek() == ',') {
            at++;
            skipSpace();
        } else if (peek() != close) {
            throw fail("a comma or '" + close + "' is expected");
        }
    }

    private Object nameOrCall() {
        int start = at;
        String name = name();
        switch (name) {
            case "True":
                return true;
            case "False":
                return false;
            case "None":
                return null;
            default:
        }
        skipSpace();
        if (at < text.length() && text.charAt(at) == '(' && !name.contains(".")) {
            at++;
            return call(name, start);
        }
        if (!name.contains(".")) {
            at = start;
            throw fail("a value is expected");
        }
        return new Symbol(name);
    }

    private Call call(String name, int start) {
        Map<String, Object> arguments = new LinkedHashMap<>();
        Map<String, Integer> positions = new HashMap<>();
        skipSpace();
        while (peek() != ')') {
            int keywordStart = at;
            if (!Character.isJavaIdentifierStart(peek())) {
                throw fail("a keyword argument, name=value, is expected");
            }
            String keyword = name();
            skipSpace();
            if (peek() != '=') {
                at = keywordStart;
                throw fail("a keyword argument, name=value, is expected");
            }
            at++;
            skipSpace();
            Object value = value();
            if (arguments.containsKey(keyword)) {
                at = keywordStart;
                throw fail("the argument " + Text.quote(keyword) + " comes twice");
            }
            arguments.put(keyword, value);
            positions.put(keyword, keywordStart);
            separator(')');
        }
        at++;
        return new Call(name, arguments, start, positions);
    }

    private String name() {
        int start = at;
        while (at < text.length() && (isNamePart(text.charAt(at)) || text.charAt(at) == '.' && at > start)) {
            at++;
        }
        if (at == start) {
            throw fail("a value is expected");
        }
        return text.substring(start, at);
    }

    private static boolean isNamePart(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_';
    }

    private String string() {
        char quote = text.charAt(at);
        int start = ++at;
        while (peek() != quote) {
            if (text.charAt(at) == '\\' || text.charAt(at) < ' ') {
                throw fail("escapes are not expected in a string");
            }
            at++;
        }
        return text.substring(start, at++);
    }

    private Object number() {
        int start = at;
        while (at < text.length()
                && (isNamePart(text.charAt(at))
                        || text.charAt(at) == '.'
                        || (text.charAt(at) == '-' || text.charAt(at) == '+')
                                && (at == start || (text.charAt(at - 1) | 0x20) == 'e'))) {
            at++;
        }
        String number = text.substring(start, at);
        if (number.matches("[-+]?\\d{1,18}")) {
            return Long.parseLong(number);
        }
        if (number.matches("[-+]?(?=.*[.eE])(\\d+\\.?\\d*|\\.\\d+)([eE][-+]?\\d+)?")
                && Double.isFinite(Double.parseDouble(number))) {
            return Double.parseDouble(number);
        }
        at = start;
        throw fail("this is no number");
    }

    private char peek() {
        if (at >= text.length()) {
            throw fail("it ends too early; a bracket or quote is not closed");
        }
        return text.charAt(at);
    }

    private void skipSpace() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    private PanSt3RException fail(String why) {
        return failAt(what, text, Math.min(at, text.length()), why);
    }

    private static void write(Object value, StringBuilder out) {
        if (value == null) {
            out.append("None");
        } else if (value instanceof Boolean b) {
            out.append(b ? "True" : "False");
        } else if (value instanceof String s) {
            char quote = s.indexOf('\'') >= 0 ? '"' : '\'';
            out.append(quote).append(s).append(quote);
        } else if (value instanceof List<?> items) {
            out.append('[');
            for (int i = 0; i < items.size(); i++) {
                write(items.get(i), out.append(i > 0 ? ", " : ""));
            }
            out.append(']');
        } else {
            out.append(value);
        }
    }
}
