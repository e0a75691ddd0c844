package panst3r.merge.qubo;

import java.util.Arrays;
import java.util.SplittableRandom;
import panst3r.PanSt3RException;
import panst3r.Progress;
import panst3r.merge.Parallel;

/**
 * Simulated annealing with a maintained field: what flipping a variable would change is known at any time, so a proposal
 * costs O(1) and an accepted flip O(n). The temperature falls geometrically from the scale of the single costs to a
 * thousandth of it. Then comes a descent by single flips and exchanges, and an iterated local search. Restarts have seeds
 * of their own and run in parallel, with the same result for any number of threads. The bound that it reports is that of
 * {@link Relaxation} without any search; the optimum usually is far nearer to the answer than to that bound.
 */
public final class Annealer implements Solver {
    /** Restarts that reach the optimum of problems of a few hundred queries with room to spare. */
    public static final int RESTARTS = 32;

    private static final int SWEEPS = 150;
    /** Forced entries in a row without a better choice before a restart gives up. */
    private static final int PATIENCE = 200;

    private final long seed;
    private final int restarts;
    private final int threads;

    /** @throws PanSt3RException if there is no restart or no thread */
    public Annealer(long seed, int restarts, int threads) {
        if (restarts < 1 || threads < 1) {
            throw new PanSt3RException("The annealing needs at least one restart and one thread, not " + restarts
                    + " and " + threads + ".");
        }
        this.seed = seed;
        this.restarts = restarts;
        this.threads = threads;
    }

    int threads() {
        return threads;
    }

    @Override
    public Solution solve(Qubo problem, Progress progress) {
        boolean[][] found = new boolean[restarts][];
        Parallel.run(restarts, threads, "annealing", progress, () -> {
            State state = new State(problem);
            return restart -> found[restart] = state.anneal(new SplittableRandom(seed * 1_000_003 + restart));
        });
        int[] best = new int[0];
        double energy = 0;
        for (boolean[] alpha : found) {
            int[] chosen = State.indices(alpha);
            double e = problem.energy(chosen);
            if (e < energy) {
                energy = e;
                best = chosen;
            }
        }
        return new Solution(best, energy, Relaxation.lowerBound(problem), "annealing");
    }

    /** One choice and its field: {@code field[i]} is what E changes if i, unchosen, is chosen. */
    private static final class State {
        private final int n;
        private final double[] single;
        /** Costs of pairs, row by row, the diagonal 0. */
        private final double[][] pair;

        private final boolean[] alpha;
        private final double[] field;

        State(Qubo q) {
            n = q.size();
            single = new double[n];
            pair = new double[n][n];
            alpha = new boolean[n];
            field = new double[n];
            for (int i = 0; i < n; i++) {
                single[i] = q.cost(i);
                for (int j = 0; j < n; j++) {
                    pair[i][j] = i == j ? 0 : q.cost(i, j);
                }
            }
        }

        boolean[] anneal(SplittableRandom random) {
            Arrays.fill(alpha, false);
            System.arraycopy(single, 0, field, 0, n);
            double scale = 0;
            for (double s : single) {
                scale = Math.max(scale, -s);
            }
            double cooling = Math.pow(1e-3, 1.0 / SWEEPS);
            double temperature = 0.5 * scale;
            for (int sweep = 0; sweep < SWEEPS && scale > 0; sweep++) {
                for (int i = 0; i < n; i++) {
                    double change = change(i);
                    if (change <= 0 || random.nextDouble() < Math.exp(-change / temperature)) {
                        flip(i);
                    }
                }
                temperature *= cooling;
            }
            descend();
            return shake(random);
        }

        /**
         * Iterated local search from where the annealing ended: forces a query in, throws out whatever no longer pays
         * beside it, descends, and goes on from the better of the two. Covers of different masks are many flips apart,
         * with hills between that no single flip crosses.
         */
        private boolean[] shake(SplittableRandom random) {
            double energy = energy();
            boolean[] kept = alpha.clone();
            double[] keptField = field.clone();
            for (int since = 0; since < PATIENCE; since++) {
                int forced = random.nextInt(n);
                if (alpha[forced] || single[forced] >= 0) {
                    continue;
                }
                flip(forced);
                throwOut(forced);
                descend();
                double e = energy();
                if (e < energy + Solution.ROUNDING) {
                    since = e < energy - Solution.ROUNDING ? 0 : since;
                    energy = e;
                    System.arraycopy(alpha, 0, kept, 0, n);
                    System.arraycopy(field, 0, keptField, 0, n);
                } else {
                    System.arraycopy(kept, 0, alpha, 0, n);
                    System.arraycopy(keptField, 0, field, 0, n);
                }
            }
            return kept;
        }

        /** Drops the chosen that no longer pay, the worst first, all but one. */
        private void throwOut(int forced) {
            while (true) {
                int worst = -1;
                for (int i = 0; i < n; i++) {
                    if (alpha[i] && i != forced && field[i] > 0 && (worst < 0 || field[i] > field[worst])) {
                        worst = i;
                    }
                }
                if (worst < 0) {
                    return;
                }
                flip(worst);
            }
        }

        /** E(α): every pair is in two fields. */
        private double energy() {
            double e = 0;
            for (int i = 0; i < n; i++) {
                e += alpha[i] ? (single[i] + field[i]) / 2 : 0;
            }
            return e;
        }

        private double change(int i) {
            return alpha[i] ? -field[i] : field[i];
        }

        private void flip(int i) {
            double[] row = pair[i];
            if (alpha[i]) {
                for (int j = 0; j < n; j++) {
                    field[j] -= row[j];
                }
            } else {
                for (int j = 0; j < n; j++) {
                    field[j] += row[j];
                }
            }
            alpha[i] = !alpha[i];
        }

        /** Best single flip or exchange of a chosen for an unchosen one, until none improves. */
        private void descend() {
            while (true) {
                double best = -Solution.ROUNDING;
                int first = -1;
                int second = -1;
                for (int i = 0; i < n; i++) {
                    if (change(i) < best) {
                        best = change(i);
                        first = i;
                        second = -1;
                    }
                    for (int j = 0; alpha[i] && j < n; j++) {
                        // Once i is gone, j costs pair[i][j] less.
                        double exchange = alpha[j] ? 0 : field[j] - field[i] - pair[i][j];
                        if (exchange < best) {
                            best = exchange;
                            first = i;
                            second = j;
                        }
                    }
                }
                if (first < 0) {
                    return;
                }
                flip(first);
                if (second >= 0) {
                    flip(second);
                }
            }
        }

        static int[] indices(boolean[] alpha) {
            int[] out = new int[alpha.length];
            int n = 0;
            for (int i = 0; i < alpha.length; i++) {
                if (alpha[i]) {
                    out[n++] = i;
                }
            }
            return Arrays.copyOf(out, n);
        }
    }
}
