package panst3r.merge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import panst3r.Progress;
import panst3r.merge.qubo.Annealer;
import panst3r.merge.qubo.BranchAndBound;
import panst3r.merge.qubo.Qubo;
import panst3r.merge.qubo.Solution;

/** Energies against those of the authors' annealing and of an exact search, on their own matrices. */
@Tag("parity")
class SolverParityTest {
    /** Rounding of A to float32 in the file. */
    private static final double FLOAT = 1e-7;

    @TestFactory
    Stream<DynamicTest> annealingReachesTheOptimumWhateverTheSeed() {
        return problems((c, q) -> {
            double best = c.qubo().get("energy_best").getAsDouble();
            double reference = c.qubo().get("energy_reference").getAsDouble();
            boolean proven = c.qubo().get("proven_optimal").getAsBoolean();
            for (int seed = 0; seed < 20; seed++) {
                double e = new Annealer(seed, 32, 2).solve(q, Progress.SILENT).energy();
                assertThat(e).as("seed %d", seed).isLessThanOrEqualTo((proven ? best : reference) + FLOAT);
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> searchProvesTheOptimum() {
        return problems((c, q) -> {
            Solution s = new BranchAndBound().solve(q, Progress.SILENT);
            assertThat(s.energy())
                    .isLessThanOrEqualTo(c.qubo().get("energy_reference").getAsDouble() + FLOAT);
            assertThat(s.energy())
                    .isLessThanOrEqualTo(c.qubo().get("energy_best").getAsDouble() + FLOAT);
            if (c.qubo().get("proven_optimal").getAsBoolean()) {
                assertThat(s.proven()).isTrue();
                assertThat(s.energy()).isEqualTo(c.qubo().get("energy_best").getAsDouble(), within(FLOAT));
            }
            assertThat(q.energy(s.chosen())).isEqualTo(s.energy());
        });
    }

    @TestFactory
    Stream<DynamicTest> boundsHold() {
        return problems((c, q) -> {
            double bound = new Annealer(1, 2, 1).solve(q, Progress.SILENT).lowerBound();
            assertThat(bound).isLessThanOrEqualTo(c.qubo().get("energy_best").getAsDouble() + FLOAT);
        });
    }

    private static Stream<DynamicTest> problems(java.util.function.BiConsumer<MergingCase, Qubo> test) {
        return MergingCase.all().stream()
                .filter(c -> c.qubo() != null && c.tensors().containsKey("qubo.A"))
                .map(c -> DynamicTest.dynamicTest(c.toString(), () -> {
                    var a = c.tensors().get("qubo.A");
                    test.accept(
                            c,
                            new Qubo(
                                    a.shape()[0],
                                    a.values(),
                                    c.qubo().get("lambda_").getAsDouble()));
                }));
    }
}
