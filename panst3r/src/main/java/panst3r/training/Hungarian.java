package panst3r.training;

import java.util.Arrays;

/** Assignment of least total cost (Kuhn–Munkres with potentials, O(rows² · columns)). */
final class Hungarian {
    /** More than any cost that a network's outputs have. */
    private static final double LAST = 1e30;

    private Hungarian() {}

    /**
     * @param cost [rows][columns]; what is not finite, as in a training that diverges, is chosen last
     * @return for every row its column, −1 where there are more rows than columns and it got none
     */
    static int[] assign(double[][] cost) {
        int rows = cost.length;
        int columns = rows == 0 ? 0 : cost[0].length;
        if (rows <= columns) {
            return assignRows(cost, rows, columns);
        }
        double[][] transposed = new double[columns][rows];
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < columns; c++) {
                transposed[c][r] = cost[r][c];
            }
        }
        int[] byColumn = assignRows(transposed, columns, rows);
        int[] out = new int[rows];
        Arrays.fill(out, -1);
        for (int c = 0; c < columns; c++) {
            out[byColumn[c]] = c;
        }
        return out;
    }

    /** Rows enter one by one, each by the cheapest augmenting path; needs rows ≤ columns. Index 0 is a stand-in. */
    private static int[] assignRows(double[][] cost, int rows, int columns) {
        double[] rowPotential = new double[rows + 1];
        double[] columnPotential = new double[columns + 1];
        int[] rowOf = new int[columns + 1];
        int[] before = new int[columns + 1];
        for (int row = 1; row <= rows; row++) {
            double[] slack = new double[columns + 1];
            Arrays.fill(slack, Double.POSITIVE_INFINITY);
            boolean[] used = new boolean[columns + 1];
            rowOf[0] = row;
            int at = 0;
            do {
                used[at] = true;
                double least = Double.POSITIVE_INFINITY;
                int next = 0;
                for (int c = 1; c <= columns; c++) {
                    if (used[c]) {
                        continue;
                    }
                    double own = cost[rowOf[at] - 1][c - 1];
                    double reduced = (Double.isFinite(own) ? own : LAST) - rowPotential[rowOf[at]] - columnPotential[c];
                    if (reduced < slack[c]) {
                        slack[c] = reduced;
                        before[c] = at;
                    }
                    if (slack[c] < least) {
                        least = slack[c];
                        next = c;
                    }
                }
                for (int c = 0; c <= columns; c++) {
                    if (used[c]) {
                        rowPotential[rowOf[c]] += least;
                        columnPotential[c] -= least;
                    } else {
                        slack[c] -= least;
                    }
                }
                at = next;
            } while (rowOf[at] != 0);
            while (at != 0) {
                rowOf[at] = rowOf[before[at]];
                at = before[at];
            }
        }
        int[] out = new int[rows];
        for (int c = 1; c <= columns; c++) {
            if (rowOf[c] != 0) {
                out[rowOf[c] - 1] = c - 1;
            }
        }
        return out;
    }
}
