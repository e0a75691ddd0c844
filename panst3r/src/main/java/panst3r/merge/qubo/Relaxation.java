package panst3r.merge.qubo;

import java.util.stream.IntStream;

/**
 * An upper bound on what candidates can gain together: max over α ∈ {0,1}^m of Σ g_i α_i − Σ_{i<j} p_ij α_i α_j.
 *
 * <p>For any d, α_i² = α_i lets the objective be written f(α) = Σ (g_i + d_i) α_i − αᵀMα with M_ij = p_ij / 2, M_ii = d_i.
 * Where M is positive semidefinite f is concave, so its maximum over the whole cube [0,1]^m is easy to find and no vertex
 * exceeds it; and wherever the ascent stops, f(x) ≤ f(x*) + Σ max(∇_i·(1 − x*_i), −∇_i·x*_i). Overlaps of masks make this
 * bound good: Σ min(M_i, M_j) is a positive semidefinite kernel, and minimising the energy is a least-squares cover, every
 * level of every pixel once. The smaller d, the tighter: {@link #tighten} lowers it as far as M allows. (Convex
 * reformulation as of Billionnet and Elloumi, 2007.)
 */
final class Relaxation {
    /** Smallest pivot that counts as positive; what d is raised by afterwards is a hundred times that. */
    private static final double PIVOT = 1e-12;

    private static final int SWEEPS = 200;
    private static final int ROUNDS = 30;

    private final double[][] pair;
    private final double[] d;

    /**
     * Finds a d that makes M positive definite for these candidates: a little more than what a candidate gains or
     * overlaps with another, as it would be of masks, or more of it, or in the worst case what dominates each row.
     */
    Relaxation(double[][] pair, int[] candidates, double[] gain) {
        this.pair = pair;
        d = new double[gain.length];
        double[] least = new double[gain.length];
        double[] rowSums = new double[gain.length];
        for (int i : candidates) {
            least[i] = gain[i];
            for (int j : candidates) {
                least[i] = Math.max(least[i], pair[i][j] / 2);
                rowSums[i] += pair[i][j] / 2;
            }
        }
        boolean found = false;
        for (double more = 1e-4; !found && more < 100; more *= 4) {
            for (int i : candidates) {
                d[i] = (1 + more) * least[i];
            }
            found = inverseDiagonal(matrix(candidates)) != null;
        }
        for (int i : candidates) {
            d[i] = (found ? d[i] : rowSums[i]) + 100 * PIVOT;
        }
    }

    private double[][] matrix(int[] candidates) {
        int m = candidates.length;
        double[][] out = new double[m][m];
        for (int a = 0; a < m; a++) {
            for (int b = 0; b < m; b++) {
                out[a][b] = a == b ? d[candidates[a]] : pair[candidates[a]][candidates[b]] / 2;
            }
        }
        return out;
    }

    /**
     * Lowers d for these candidates. Entry i alone could fall by 1 / (M⁻¹)_ii until M is singular; all fall by a part of
     * that, again and again, the part halved when it was too much.
     */
    void tighten(int[] candidates) {
        int m = candidates.length;
        double[][] a = matrix(candidates);
        double[] slack = inverseDiagonal(a);
        double part = 0.5;
        for (int round = 0; slack != null && round < ROUNDS && part > 0.01; round++) {
            for (int i = 0; i < m; i++) {
                a[i][i] -= part / slack[i];
            }
            double[] next = inverseDiagonal(a);
            if (next == null) {
                for (int i = 0; i < m; i++) {
                    a[i][i] += part / slack[i];
                }
                part /= 2;
            } else {
                slack = next;
            }
        }
        for (int i = 0; slack != null && i < m; i++) {
            d[candidates[i]] = a[i][i] + 100 * PIVOT;
        }
    }

    /** Diagonal of the inverse by Cholesky factors; null if the matrix is not positive definite. */
    private static double[] inverseDiagonal(double[][] a) {
        int m = a.length;
        double[][] l = new double[m][m];
        for (int i = 0; i < m; i++) {
            for (int j = 0; j <= i; j++) {
                double s = a[i][j] - dot(l[i], l[j], 0, j);
                if (j < i) {
                    l[i][j] = s / l[j][j];
                } else if (s > PIVOT) {
                    l[i][i] = Math.sqrt(s);
                } else {
                    return null;
                }
            }
        }
        double[] out = new double[m];
        double[] column = new double[m];
        for (int c = 0; c < m; c++) {
            column[c] = 1 / l[c][c];
            out[c] = column[c] * column[c];
            for (int i = c + 1; i < m; i++) {
                column[i] = -dot(l[i], column, c, i) / l[i][i];
                out[c] += column[i] * column[i];
            }
        }
        return out;
    }

    private static double dot(double[] a, double[] b, int from, int to) {
        double s = 0;
        for (int k = from; k < to; k++) {
            s += a[k] * b[k];
        }
        return s;
    }

    /**
     * Maximises f over the cube coordinate by coordinate, from x on, until the bound is at most {@code limit} or cannot
     * get there any more.
     *
     * @param candidates the first {@code m} count; x, gain and gradient are indexed by what they hold
     * @param gradient is filled with that of f at x
     * @return the bound
     */
    double ascend(int[] candidates, int m, double[] gain, double[] x, double[] gradient, double limit) {
        for (int a = 0; a < m; a++) {
            int i = candidates[a];
            gradient[i] = gain[i] + d[i] - 2 * d[i] * x[i];
        }
        for (int a = 0; a < m; a++) {
            if (x[candidates[a]] != 0) {
                add(candidates, m, pair[candidates[a]], -x[candidates[a]], gradient);
            }
        }
        for (int sweep = 0; ; sweep++) {
            double f = 0;
            double slack = 0;
            for (int a = 0; a < m; a++) {
                int i = candidates[a];
                f += x[i] * (gain[i] + d[i] + gradient[i]) / 2;
                slack += Math.max(gradient[i] * (1 - x[i]), -gradient[i] * x[i]);
            }
            boolean hopeless = f > limit && slack < 0.02 * (f - limit);
            if (f + slack <= limit || hopeless || slack < 1e-9 || sweep == SWEEPS) {
                return f + slack;
            }
            for (int a = 0; a < m; a++) {
                int i = candidates[a];
                double to = Math.max(0, Math.min(1, x[i] + gradient[i] / (2 * d[i])));
                double by = to - x[i];
                if (by != 0) {
                    x[i] = to;
                    gradient[i] -= 2 * d[i] * by;
                    add(candidates, m, pair[i], -by, gradient);
                }
            }
        }
    }

    private static void add(int[] candidates, int m, double[] row, double factor, double[] to) {
        for (int b = 0; b < m; b++) {
            int j = candidates[b];
            to[j] += factor * row[j];
        }
    }

    /** What no choice gets below, without search or tightening, to two per cent; −∞ if there are pairs that gain together. */
    static double lowerBound(Qubo q) {
        int n = q.size();
        double[] gain = new double[n];
        double[][] pair = new double[n][n];
        for (int i = 0; i < n; i++) {
            gain[i] = -q.cost(i);
            for (int j = 0; j < n; j++) {
                pair[i][j] = i == j ? 0 : q.cost(i, j);
                if (!(pair[i][j] >= 0)) {
                    return Double.NEGATIVE_INFINITY;
                }
            }
        }
        int[] paying = IntStream.range(0, n).filter(i -> gain[i] > 0).toArray();
        Relaxation r = new Relaxation(pair, paying, gain);
        return -r.ascend(paying, paying.length, gain, new double[n], new double[n], 0);
    }
}
