package panst3r.merge.qubo;

import java.util.SplittableRandom;

/** Problems for tests that no mask need stand behind. */
final class RandomProblems {
    private RandomProblems() {}

    /** Any symmetric matrix with costs of pairs that are not negative; mostly not positive semidefinite. */
    static Qubo any(int n, double density, SplittableRandom random) {
        double[] a = new double[n * n];
        for (int i = 0; i < n; i++) {
            a[i * n + i] = -random.nextDouble() * random.nextDouble();
            for (int j = 0; j < i; j++) {
                double c = random.nextDouble() < density ? random.nextDouble() * 0.3 : 0;
                a[i * n + j] = c;
                a[j * n + i] = c;
            }
        }
        return new Qubo(n, a, 1e-3);
    }

    /** Least energy of all 2^n choices, going through them in Gray code order. */
    static double exhaustive(Qubo q) {
        int n = q.size();
        double[] field = new double[n];
        for (int i = 0; i < n; i++) {
            field[i] = q.cost(i);
        }
        boolean[] chosen = new boolean[n];
        double energy = 0;
        double best = 0;
        for (long step = 1; step < 1L << n; step++) {
            int i = Long.numberOfTrailingZeros(step);
            int sign = chosen[i] ? -1 : 1;
            energy += sign * field[i];
            chosen[i] = !chosen[i];
            for (int j = 0; j < n; j++) {
                field[j] += j == i ? 0 : sign * q.cost(i, j);
            }
            best = Math.min(best, energy);
        }
        return best;
    }
}
