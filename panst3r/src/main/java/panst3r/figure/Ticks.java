package panst3r.figure;

import java.util.Locale;

/** Round numbers for axes and scale bars. */
final class Ticks {
    private Ticks() {}

    /** The smallest of 1, 2 and 5 times a power of ten of which at most {@code most} fit into the range. */
    static double step(double range, int most) {
        double power = Math.pow(10, Math.floor(Math.log10(range / most)));
        for (double factor : new double[] {1, 2, 5}) {
            if (range / (factor * power) <= most) {
                return factor * power;
            }
        }
        return 10 * power;
    }

    /** A multiple of a step, with the digits that the step has. */
    static String label(double value, double step) {
        int digits = Math.max(0, (int) -Math.floor(Math.log10(step) + 1e-9));
        return String.format(Locale.ROOT, "%." + digits + "f", value);
    }

    static String unit(Sheet sheet) {
        return sheet.options.unit.isBlank() ? "scene units" : sheet.options.unit;
    }
}
