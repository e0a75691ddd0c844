package panst3r.merge;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import panst3r.PanSt3RException;

/** The options of one strategy and their values, checked. Immutable. */
final class Settings {
    private final String strategy;
    private final List<Option> options;
    private final Map<String, String> changed;

    Settings(String strategy, List<Option> options) {
        this(strategy, options, Map.of());
    }

    private Settings(String strategy, List<Option> options, Map<String, String> changed) {
        this.strategy = strategy;
        this.options = options;
        this.changed = changed;
    }

    String strategy() {
        return strategy;
    }

    List<Option> options() {
        return options;
    }

    Settings with(String name, String text) {
        return put(name, find(name).check(text));
    }

    Settings with(String name, double value) {
        return put(name, find(name).check(value));
    }

    String text(String name) {
        String value = changed.get(name);
        return value != null ? value : find(name).initial();
    }

    double number(String name) {
        return Double.parseDouble(text(name));
    }

    boolean flag(String name) {
        return Boolean.parseBoolean(text(name));
    }

    private Settings put(String name, String checked) {
        Map<String, String> next = new HashMap<>(changed);
        next.put(name, checked);
        return new Settings(strategy, options, Map.copyOf(next));
    }

    private Option find(String name) {
        for (Option o : options) {
            if (o.name().equals(name)) {
                return o;
            }
        }
        List<String> names = options.stream().map(Option::name).toList();
        throw new PanSt3RException(strategy + " has no option “" + name + "”" + Suggestion.of(name, names) + ".");
    }
}
