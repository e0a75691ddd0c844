package panst3r.merge.qubo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import panst3r.CancelledException;
import panst3r.PanSt3RException;
import panst3r.Progress;

class SolversTest {
    private static final double ROUNDING = 1e-10;

    /** Two masks of half the picture each and a third over a quarter of either. */
    private static final Qubo THREE = new Qubo(3, new double[] {-0.5, 0, 0.25, 0, -0.5, 0.25, 0.25, 0.25, -0.5}, 0.03);

    @Test
    void energyOfAHandComputedCase() {
        assertThat(THREE.energy()).isZero();
        assertThat(THREE.energy(0)).isEqualTo(-0.49, within(1e-15));
        assertThat(THREE.energy(0, 1)).isEqualTo(-0.98, within(1e-15));
        assertThat(THREE.energy(0, 1, 2)).isEqualTo(-0.47, within(1e-15));
        assertThat(new Annealer(0, 1, 1).solve(THREE, Progress.SILENT).chosen()).containsExactly(0, 1);
        Solution exact = new BranchAndBound().solve(THREE, Progress.SILENT);
        assertThat(exact.chosen()).containsExactly(0, 1);
        assertThat(exact.proven()).isTrue();
        assertThat(exact.lowerBound()).isEqualTo(-0.98, within(1e-12));
    }

    @Test
    void presolvingSettlesWhatIsPlain() {
        // 0 never pays; 1 pays beside all; 2 and 3 overlap much and 2 is nowhere worse; 4 and 5 are a pair apart
        double[] a = new double[36];
        double[] alone = {0.1, -1, -0.6, -0.5, -0.5, -0.5};
        for (int i = 0; i < 6; i++) {
            a[i * 6 + i] = alone[i];
        }
        a[1 * 6 + 2] = a[2 * 6 + 1] = 0.01;
        a[1 * 6 + 3] = a[3 * 6 + 1] = 0.01;
        a[2 * 6 + 3] = a[3 * 6 + 2] = 0.4;
        a[4 * 6 + 5] = a[5 * 6 + 4] = 0.2;
        Presolve p = new Presolve(new Qubo(6, a, 0));
        assertThat(p.certain).containsExactlyInAnyOrder(1, 2, 4, 5);
        assertThat(p.components).isEmpty();
    }

    @Test
    void presolvingSplitsWhatDoesNotOverlap() {
        double[] a = new double[36];
        for (int i = 0; i < 6; i++) {
            for (int j = 0; j < 6; j++) {
                a[i * 6 + j] = i == j ? -0.5 : i % 2 == j % 2 ? 0.15 : 0;
            }
        }
        Presolve p = new Presolve(new Qubo(6, a, 0));
        assertThat(p.certain).isEmpty();
        assertThat(p.components).containsExactly(new int[] {0, 2, 4}, new int[] {1, 3, 5});
        // two of three gain 0.5 + 0.5 − 0.3, all three 1.5 − 0.9
        assertThat(new BranchAndBound()
                        .solve(new Qubo(6, a, 0), Progress.SILENT)
                        .energy())
                .isEqualTo(-1.4, within(1e-12));
    }

    @Test
    void allSolversFindTheLeastEnergyOfAnyMatrix() {
        SplittableRandom random = new SplittableRandom(5);
        for (int k = 0; k < 300; k++) {
            Qubo q = RandomProblems.any(1 + random.nextInt(14), random.nextDouble(), random);
            double least = RandomProblems.exhaustive(q);
            Solution annealed = new Annealer(k, 4, 1).solve(q, Progress.SILENT);
            Solution exact = new BranchAndBound().solve(q, Progress.SILENT);
            assertThat(annealed.energy()).isGreaterThan(least - ROUNDING);
            assertThat(annealed.lowerBound()).isLessThan(least + ROUNDING);
            assertThat(exact.energy()).as("problem %d", k).isEqualTo(least, within(ROUNDING));
            assertThat(exact.proven()).isTrue();
            assertThat(q.energy(exact.chosen())).isEqualTo(exact.energy());
        }
    }

    /** The search must find the best by itself even where the annealing fails. */
    @Test
    void exactDoesNotDependOnItsStart() {
        SplittableRandom random = new SplittableRandom(6);
        for (int k = 0; k < 60; k++) {
            Qubo q = RandomProblems.any(30, 0.5, random);
            Solution a = new BranchAndBound(new Annealer(1, 1, 1), 60).solve(q, Progress.SILENT);
            Solution b = new BranchAndBound(new Annealer(2, 64, 2), 60).solve(q, Progress.SILENT);
            assertThat(a.proven()).isTrue();
            assertThat(a.energy()).isEqualTo(b.energy(), within(ROUNDING));
        }
    }

    @Test
    void theNumberOfThreadsChangesNothing() {
        SplittableRandom random = new SplittableRandom(7);
        for (int k = 0; k < 20; k++) {
            Qubo q = RandomProblems.any(40, 0.6, random);
            for (int threads : new int[] {2, 5}) {
                Solution one = new Annealer(9, 6, 1).solve(q, Progress.SILENT);
                Solution more = new Annealer(9, 6, threads).solve(q, Progress.SILENT);
                assertThat(more.chosen()).isEqualTo(one.chosen());
                assertThat(more.lowerBound()).isEqualTo(one.lowerBound());
                Solution exactOne = new BranchAndBound(new Annealer(9, 1, 1), 60).solve(q, Progress.SILENT);
                Solution exactMore = new BranchAndBound(new Annealer(9, 1, threads), 60).solve(q, Progress.SILENT);
                assertThat(exactMore.chosen()).isEqualTo(exactOne.chosen());
            }
        }
    }

    @Test
    void aTimeLimitLeavesTheBestFoundAndABoundThatHolds() {
        Qubo q = RandomProblems.any(150, 0.9, new SplittableRandom(8));
        Solution cut = new BranchAndBound(new Annealer(0, 1, 2), 0.05).solve(q, Progress.SILENT);
        Solution longer = new Annealer(3, 64, 2).solve(q, Progress.SILENT);
        assertThat(q.energy(cut.chosen())).isEqualTo(cut.energy());
        assertThat(cut.lowerBound()).isLessThanOrEqualTo(cut.energy());
        assertThat(cut.lowerBound()).isLessThanOrEqualTo(longer.energy());
    }

    @Test
    void interruptionStopsTheSearch() {
        Qubo q = RandomProblems.any(300, 0.9, new SplittableRandom(8));
        for (int threads : new int[] {1, 2}) {
            for (Solver solver :
                    new Solver[] {new Annealer(0, 8, threads), new BranchAndBound(new Annealer(0, 1, threads), 600)}) {
                // The first report is answered by an interrupt; whoever goes on to a second one has not noticed.
                int[] reports = new int[1];
                Progress interrupting = (stage, done, total) -> {
                    reports[0]++;
                    Thread.currentThread().interrupt();
                };
                assertThatThrownBy(() -> solver.solve(q, interrupting)).isInstanceOf(CancelledException.class);
                assertThat(reports[0]).isEqualTo(1);
                assertThat(Thread.interrupted()).isFalse();
            }
        }
    }

    @Test
    void limitsMustMakeSense() {
        assertThatThrownBy(() -> new BranchAndBound().timeLimit(0))
                .isInstanceOf(PanSt3RException.class)
                .hasMessage("The time limit of the exact solver is 0.0 s but must be more than 0.");
        assertThatThrownBy(() -> new Annealer(0, 0, 1)).isInstanceOf(PanSt3RException.class);
    }

    @Test
    void nothingPays() {
        Qubo q = new Qubo(2, new double[] {0, 0, 0, 0}, 1e-3);
        assertThat(new Annealer(0, 1, 1).solve(q, Progress.SILENT).chosen()).isEmpty();
        Solution exact = new BranchAndBound().solve(q, Progress.SILENT);
        assertThat(exact.chosen()).isEmpty();
        assertThat(exact.proven()).isTrue();
    }
}
