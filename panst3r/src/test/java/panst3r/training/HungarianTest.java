package panst3r.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class HungarianTest {
    @Property(tries = 500)
    void noAssignmentIsCheaper(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 7) int rows,
            @ForAll @IntRange(min = 1, max = 7) int columns) {
        Random random = new Random(seed);
        double[][] cost = new double[rows][columns];
        for (double[] row : cost) {
            Arrays.setAll(row, c -> random.nextInt(4) == 0 ? random.nextInt(3) : random.nextGaussian());
        }
        int[] assigned = Hungarian.assign(cost);
        double total = 0;
        boolean[] taken = new boolean[columns];
        int count = 0;
        for (int r = 0; r < rows; r++) {
            if (assigned[r] >= 0) {
                assertThat(taken[assigned[r]]).isFalse();
                taken[assigned[r]] = true;
                total += cost[r][assigned[r]];
                count++;
            }
        }
        assertThat(count).isEqualTo(Math.min(rows, columns));
        assertThat(total).isCloseTo(cheapest(cost, 0, new boolean[columns], count), within(1e-9));
    }

    @Test
    void whatIsNoNumberIsChosenLast() {
        double nan = Double.NaN;
        double infinite = Double.POSITIVE_INFINITY;
        assertThat(Hungarian.assign(new double[][] {{nan, 3}, {2, infinite}})).containsExactly(1, 0);
        assertThat(Hungarian.assign(new double[][] {{nan, nan, nan}, {nan, nan, nan}}))
                .doesNotHaveDuplicates()
                .doesNotContain(-1);
        assertThat(Hungarian.assign(new double[][] {{nan}, {1}, {infinite}})).containsExactly(-1, 0, -1);
    }

    /** Tries every way to give the rows from {@code row} on {@code left} of the free columns. */
    private static double cheapest(double[][] cost, int row, boolean[] taken, int left) {
        if (left == 0) {
            return 0;
        }
        if (cost.length - row < left) {
            return Double.POSITIVE_INFINITY;
        }
        double best = cheapest(cost, row + 1, taken, left);
        for (int c = 0; c < taken.length; c++) {
            if (!taken[c]) {
                taken[c] = true;
                best = Math.min(best, cost[row][c] + cheapest(cost, row + 1, taken, left - 1));
                taken[c] = false;
            }
        }
        return best;
    }
}
