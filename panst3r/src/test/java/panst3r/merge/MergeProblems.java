package panst3r.merge;

import panst3r.Progress;
import panst3r.merge.qubo.Qubo;

/** Energies of made-up masks, for the solvers' tests. */
public final class MergeProblems {
    private MergeProblems() {}

    /** Overlaps of masks with about three queries an object, in two small views. */
    public static Qubo realistic(int queries, long seed) {
        SyntheticMasks masks = new SyntheticMasks(queries, 1 + queries / 3, seed);
        return Merge.qubo()
                .problem(masks.classes(3), Merge.prepare(masks.masks(2, 24, 32)).threads(1), Progress.SILENT);
    }
}
