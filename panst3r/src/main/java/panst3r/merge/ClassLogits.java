package panst3r.merge;

import panst3r.checkpoint.LabelMode;

/**
 * Class logits of every query.
 *
 * @param queries Q
 * @param columns K in sigmoid mode, K+1 in softmax mode (the last is "no object")
 * @param values [Q, columns] row-major
 */
public record ClassLogits(int queries, int columns, float[] values, LabelMode mode) {
    public ClassLogits {
        if (values.length != queries * columns) {
            throw new IllegalArgumentException(values.length + " values for " + queries + " × " + columns);
        }
    }

    /** Number of real classes, K. */
    public int classes() {
        return mode == LabelMode.SOFTMAX ? columns - 1 : columns;
    }

    public float at(int query, int column) {
        return values[query * columns + column];
    }
}
