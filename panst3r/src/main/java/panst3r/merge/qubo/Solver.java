package panst3r.merge.qubo;

import panst3r.Progress;

/** Minimises a {@link Qubo}. Immutable; the same problem gives the same answer unless a time limit cuts it short. */
public interface Solver {
    /** @throws panst3r.CancelledException if the calling thread is interrupted */
    Solution solve(Qubo problem, Progress progress);
}
