package panst3r.figure;

import java.util.List;
import panst3r.metrics.PanopticQuality;

/**
 * Quality against one option of a merging strategy.
 *
 * @param strategy its name
 * @param option name of the option
 * @param initial the value that the option has if nothing is said; NaN if it is no number
 * @param values of the option, growing
 * @param qualities one for each value
 */
public record Curve(
        String strategy, String option, double initial, List<Double> values, List<PanopticQuality> qualities) {
    public Curve {
        values = List.copyOf(values);
        qualities = List.copyOf(qualities);
        if (values.isEmpty() || values.size() != qualities.size()) {
            throw new IllegalArgumentException(values.size() + " values and " + qualities.size() + " qualities");
        }
    }
}
