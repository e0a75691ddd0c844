package panst3r.merge;

import java.util.List;
import java.util.Locale;
import panst3r.PanSt3RException;

/**
 * One setting of a strategy, described so that commands, sliders and sweeps can list it.
 *
 * @param name as the user types it: {@code mask-threshold}
 * @param kind what its text holds
 * @param initial text of the value that holds if nothing is said
 * @param min smallest number allowed; 0 where the kind is no number
 * @param max largest number allowed; 0 where the kind is no number
 * @param choices the words allowed, for {@link Kind#CHOICE}
 * @param description one line for help and tooltips
 */
public record Option(
        String name, Kind kind, String initial, double min, double max, List<String> choices, String description) {
    /** What the text of a value holds. */
    public enum Kind {
        NUMBER,
        INTEGER,
        /** {@code true} or {@code false}. */
        SWITCH,
        /** One of {@link Option#choices()}. */
        CHOICE
    }

    static Option number(String name, double initial, double min, double max, String description) {
        return new Option(name, Kind.NUMBER, text(initial), min, max, List.of(), description);
    }

    static Option integer(String name, long initial, long min, long max, String description) {
        return new Option(name, Kind.INTEGER, Long.toString(initial), min, max, List.of(), description);
    }

    static Option choice(String name, List<String> choices, String description) {
        return new Option(name, Kind.CHOICE, choices.get(0), 0, 0, choices, description);
    }

    static Option flag(String name, String description) {
        return new Option(name, Kind.SWITCH, "false", 0, 0, List.of("false", "true"), description);
    }

    Option startingAt(double value) {
        return new Option(name, kind, text(value), min, max, choices, description);
    }

    /** The range or the words allowed, for a person: {@code 0.01 … 1}. */
    public String range() {
        return switch (kind) {
            case NUMBER -> text(min) + " … " + text(max);
            case INTEGER -> (long) min + " … " + (long) max;
            case SWITCH, CHOICE -> String.join(", ", choices);
        };
    }

    /**
     * The text in its plain form, {@code 0.30} as {@code 0.3}.
     *
     * @throws PanSt3RException if it is no such value or out of range
     */
    String check(String given) {
        String word = given == null ? "" : given.trim().toLowerCase(Locale.ROOT);
        switch (kind) {
            case SWITCH, CHOICE -> {
                if (choices.contains(word)) {
                    return word;
                }
                throw new PanSt3RException(name + " is “" + given + "” but must be one of " + range() + ".");
            }
            default -> {
                double value;
                try {
                    value = Double.parseDouble(word);
                } catch (NumberFormatException e) {
                    throw new PanSt3RException(
                            name + " is “" + given + "” but must be a number within " + range() + ".");
                }
                return check(value);
            }
        }
    }

    String check(double value) {
        boolean whole = kind != Kind.INTEGER || value == Math.rint(value);
        if (!(value >= min && value <= max) || !whole) {
            throw new PanSt3RException(name + " is " + text(value) + " but must be "
                    + (kind == Kind.INTEGER ? "a whole number" : "a number") + " within " + range() + ".");
        }
        return kind == Kind.INTEGER ? Long.toString((long) value) : text(value);
    }

    private static String text(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(value);
    }
}
