package panst3r.magics.compare;

import java.util.List;
import java.util.stream.IntStream;
import panst3r.PanSt3RException;
import panst3r.merge.MergeStrategy;
import panst3r.merge.Option;

/**
 * An option and the values that it takes one after the other.
 *
 * @param option its name
 * @param values as texts
 */
public record SweepAxis(String option, List<String> values) {
    private static final int MOST = 200;

    public SweepAxis {
        values = List.copyOf(values);
        if (values.isEmpty()) {
            throw new PanSt3RException("The sweep of " + option + " has no value.");
        }
    }

    /**
     * Equal steps between two values, both included; whole numbers are rounded.
     *
     * @param strategy that has the option
     * @param logarithmic whether the steps are equal factors
     * @throws PanSt3RException if the strategy has no such option, or it is no number, or the range is none
     */
    public static SweepAxis of(
            MergeStrategy strategy, String option, double from, double to, int steps, boolean logarithmic) {
        Option known = option(strategy, option);
        if (!known.choices().isEmpty()) {
            throw new PanSt3RException(option + " takes " + known.range() + ": sweep it without --from and --to.");
        }
        if (steps < 2 || steps > MOST) {
            throw new PanSt3RException("A sweep has 2 … " + MOST + " steps, not " + steps + ".");
        }
        if (!(from < to) || logarithmic && from <= 0) {
            throw new PanSt3RException("The sweep of " + option + " goes from " + from + " to " + to
                    + "; --from must be"
                    + (logarithmic && from <= 0 ? " above 0 where steps are logarithmic." : " less than --to."));
        }
        boolean whole = known.kind() == Option.Kind.INTEGER;
        List<String> values = IntStream.range(0, steps)
                .mapToDouble(i -> {
                    double t = i / (steps - 1.0);
                    return logarithmic ? from * Math.pow(to / from, t) : from + (to - from) * t;
                })
                // six digits, so that 0.1 + 0.2 is 0.3
                .mapToObj(x -> whole
                        ? String.valueOf(Math.round(x))
                        : String.valueOf(Double.parseDouble(String.format(java.util.Locale.ROOT, "%.6g", x))))
                .distinct()
                .toList();
        strategy.with(option, values.get(0)).with(option, values.get(values.size() - 1)); // both ends are in range
        return new SweepAxis(option, values);
    }

    /** All that a choice or a switch can be. */
    public static SweepAxis of(MergeStrategy strategy, String option) {
        Option known = option(strategy, option);
        if (known.choices().isEmpty()) {
            throw new PanSt3RException(option + " is a number within " + known.range() + ": say --from and --to.");
        }
        return new SweepAxis(option, known.choices());
    }

    private static Option option(MergeStrategy strategy, String name) {
        strategy.option(name); // says what there is if there is no such option
        return strategy.options().stream()
                .filter(o -> o.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
