package panst3r.merge.qubo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.ortools.Loader;
import com.google.ortools.sat.BoolVar;
import com.google.ortools.sat.CpModel;
import com.google.ortools.sat.CpSolver;
import com.google.ortools.sat.CpSolverStatus;
import com.google.ortools.sat.LinearExpr;
import com.google.ortools.sat.LinearExprBuilder;
import org.junit.jupiter.api.Test;
import panst3r.Progress;
import panst3r.merge.MergeProblems;

/** Solvers against exhaustive search and against OR-tools, on the overlaps of made-up masks. */
class RealisticProblemsTest {
    @Test
    void exhaustiveSearchAgrees() {
        for (int k = 0; k < 1000; k++) {
            Qubo q = MergeProblems.realistic(1 + k % 18, k);
            double least = RandomProblems.exhaustive(q);
            Solution exact = new BranchAndBound(new Annealer(k, 1, 1), 60).solve(q, Progress.SILENT);
            assertThat(exact.proven()).as("problem %d", k).isTrue();
            assertThat(exact.energy()).as("problem %d", k).isEqualTo(least, within(1e-10));
            Solution annealed = new Annealer(k, Annealer.RESTARTS, 1).solve(q, Progress.SILENT);
            assertThat(annealed.energy()).as("problem %d", k).isEqualTo(least, within(1e-10));
        }
    }

    @Test
    void orToolsAgree() {
        Loader.loadNativeLibraries();
        for (int k = 0; k < 50; k++) {
            Qubo q = MergeProblems.realistic(1 + k, 10_000 + k);
            Solution exact = new BranchAndBound().solve(q, Progress.SILENT);
            assertThat(exact.proven()).as("%d queries", q.size()).isTrue();
            assertThat(exact.energy()).as("%d queries", q.size()).isEqualTo(cpSat(q), within(1e-8));
        }
    }

    /** Least energy to 1e-9 or so: products as variables, energies as whole multiples of 1e-12. */
    private static double cpSat(Qubo q) {
        CpModel model = new CpModel();
        int n = q.size();
        BoolVar[] chosen = new BoolVar[n];
        LinearExprBuilder energy = LinearExpr.newBuilder();
        for (int i = 0; i < n; i++) {
            chosen[i] = model.newBoolVar("q" + i);
            energy.addTerm(chosen[i], Math.round(q.cost(i) * 1e12));
            for (int j = 0; j < i; j++) {
                BoolVar both = model.newBoolVar("both");
                model.addBoolOr(new com.google.ortools.sat.Literal[] {chosen[i].not(), chosen[j].not(), both});
                energy.addTerm(both, Math.round(q.cost(i, j) * 1e12));
            }
        }
        model.minimize(energy);
        CpSolver solver = new CpSolver();
        solver.getParameters().setNumWorkers(2).setRandomSeed(1);
        assertThat(solver.solve(model)).as("OR-tools on %d queries", n).isEqualTo(CpSolverStatus.OPTIMAL);
        return solver.objectiveValue() / 1e12;
    }
}
