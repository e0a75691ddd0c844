package panst3r.merge;

import java.nio.FloatBuffer;

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
            for (int i = 0; i < count * width; i++) {
                into[i] = Sigmoid.of(into[i]);
            }
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
                for (int i = r * width + first[r]; i <= r * width + last[r]; i++) {
                    into[i] = Sigmoid.of(into[i]);
                }
            }
            return true;
        };
    }
}
