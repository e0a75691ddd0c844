package panst3r.merge;

import java.nio.FloatBuffer;
import panst3r.PanSt3RException;

/**
 * Where the mask probabilities of one view and query come from: row by row at mask resolution, each row only as far as
 * it matters.
 */
interface Probabilities {
    /**
     * Copies mask rows {@code row} to {@code row + count - 1} to {@code into}, {@code maskWidth} apart. Of row r only the
     * columns {@code first[r] … last[r]} are written; a row of nothing but values at or below the cutoff may have
     * {@code first[r] > last[r]}.
     *
     * @return false if no row holds anything
     */
    boolean read(int view, int query, int row, int count, float[] into, int[] first, int[] last);

    /** Straight from the logits: every column of every row, nothing cut off. */
    static Probabilities everywhere(MaskSource source) {
        return (view, query, row, count, into, first, last) -> {
            int width = source.maskWidth(view);
            FloatBuffer logits = source.logits(view);
            logits.get((query * source.maskHeight(view) + row) * width, into, 0, count * width);
            apply(into, 0, count * width, view, query);
            for (int r = 0; r < count; r++) {
                first[r] = 0;
                last[r] = width - 1;
            }
            return true;
        };
    }

    /** Straight from the logits, columns cut as {@link Spans} does. */
    static Probabilities above(MaskSource source, float cutoff) {
        float logit = Sigmoid.inverse(cutoff);
        return (view, query, row, count, into, first, last) -> {
            int width = source.maskWidth(view);
            FloatBuffer logits = source.logits(view);
            logits.get((query * source.maskHeight(view) + row) * width, into, 0, count * width);
            if (!Spans.find(into, width, count, logit, first, last)) {
                return false;
            }
            for (int r = 0; r < count; r++) {
                apply(into, r * width + first[r], r * width + last[r] + 1, view, query);
            }
            return true;
        };
    }

    /**
     * Logits to probabilities, in place.
     *
     * @throws PanSt3RException if there is NaN, which would lose every comparison and so vanish without a word
     */
    static void apply(float[] values, int from, int to, int view, int query) {
        boolean nan = false;
        for (int i = from; i < to; i++) {
            float p = Sigmoid.of(values[i]);
            nan |= p != p;
            values[i] = p;
        }
        if (nan) {
            throw new PanSt3RException("The mask logits of query " + query + " in view " + view
                    + " hold NaN, so this prediction cannot be merged; run the model again.");
        }
    }
}
