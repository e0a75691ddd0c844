package panst3r.merge.qubo;

/**
 * A choice and what is known of it.
 *
 * @param chosen indices of the problem's variables in ascending order; in a {@code Panoptic}, of queries
 * @param energy E(α)
 * @param lowerBound no choice has less; −∞ if nothing is known
 * @param solver who found it, in a word
 */
public record Solution(int[] chosen, double energy, double lowerBound, String solver) {
    /** Difference of two energies that are the same but for rounding. */
    static final double ROUNDING = 1e-11;

    /** The choice of nothing from nothing. */
    public static Solution empty() {
        return new Solution(new int[0], 0, 0, "none");
    }

    /** Whether no choice is better. */
    public boolean proven() {
        return gap() <= ROUNDING;
    }

    /** How much better another choice could be at most. */
    public double gap() {
        return energy - lowerBound;
    }
}
