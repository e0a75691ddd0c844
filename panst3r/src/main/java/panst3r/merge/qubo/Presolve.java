package panst3r.merge.qubo;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What can be said of a problem without search; all of it keeps at least one best choice. Costs of pairs must not be
 * negative.
 *
 * <ul>
 *   <li>A query that gains nothing even alone is never chosen.
 *   <li>A query that gains something even beside all others is always chosen.
 *   <li>A query is not chosen if another gains as much, costs no more beside any third, and the two do not pay together:
 *       any choice with the first can do with the second instead.
 *   <li>Queries that do not overlap, not even through others, are separate problems.
 * </ul>
 */
final class Presolve {
    /** Costs of pairs, row by row. */
    final double[][] pair;
    /** What choosing i gains beside those that are certain. */
    final double[] gain;

    final List<Integer> certain = new ArrayList<>();
    /** Those still open, in groups that do not overlap each other. */
    final List<int[]> components = new ArrayList<>();

    private final boolean[] open;

    Presolve(Qubo q) {
        int n = q.size();
        pair = new double[n][n];
        gain = new double[n];
        open = new boolean[n];
        Arrays.fill(open, true);
        for (int i = 0; i < n; i++) {
            gain[i] = -q.cost(i);
            for (int j = 0; j < n; j++) {
                pair[i][j] = i == j ? 0 : q.cost(i, j);
                if (!(pair[i][j] >= 0)) {
                    throw new IllegalArgumentException(
                            "the exact solver needs pairs that cost nothing or something, but " + i + " and " + j
                                    + " cost " + pair[i][j]);
                }
            }
        }
        boolean changed = true;
        while (changed) {
            changed = false;
            for (int i = 0; i < n; i++) {
                if (open[i]) {
                    changed |= settle(i);
                }
            }
        }
        split();
    }

    private boolean settle(int i) {
        if (gain[i] <= 0 || dominated(i)) {
            open[i] = false;
            return true;
        }
        double most = 0;
        for (int j = 0; j < open.length; j++) {
            most += open[j] ? pair[i][j] : 0;
        }
        if (most > gain[i]) {
            return false;
        }
        open[i] = false;
        certain.add(i);
        for (int j = 0; j < open.length; j++) {
            gain[j] -= pair[i][j];
        }
        return true;
    }

    private boolean dominated(int i) {
        for (int j = 0; j < open.length; j++) {
            if (open[j] && j != i && gain[j] >= gain[i] && pair[i][j] >= gain[i] && nowhereDearer(j, i)) {
                return true;
            }
        }
        return false;
    }

    private boolean nowhereDearer(int j, int i) {
        for (int k = 0; k < open.length; k++) {
            if (open[k] && k != i && k != j && pair[j][k] > pair[i][k]) {
                return false;
            }
        }
        return true;
    }

    private void split() {
        boolean[] seen = new boolean[open.length];
        for (int i = 0; i < open.length; i++) {
            if (!open[i] || seen[i]) {
                continue;
            }
            int[] group = new int[open.length];
            int n = 1;
            group[0] = i;
            seen[i] = true;
            for (int k = 0; k < n; k++) {
                for (int j = 0; j < open.length; j++) {
                    if (open[j] && !seen[j] && pair[group[k]][j] > 0) {
                        seen[j] = true;
                        group[n++] = j;
                    }
                }
            }
            int[] component = Arrays.copyOf(group, n);
            Arrays.sort(component);
            components.add(component);
        }
    }
}
