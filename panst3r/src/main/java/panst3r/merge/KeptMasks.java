package panst3r.merge;

import java.nio.FloatBuffer;
import panst3r.Progress;

/**
 * The mask probabilities of all views as far as they are above a cutoff ({@link Spans}), at mask resolution: row after
 * row, only the columns that matter. A quarter of the pixels, and most masks are small: a few per cent of what queries ×
 * views × pixels would take.
 */
final class KeptMasks implements Probabilities {
    private final MaskSource source;
    private final float cutoff;
    /** [view][query] values of all rows, one after the other; null where there are none. */
    private final FloatBuffer[][] values;
    /** [view][query] per row its offset in the values, first column and number of columns. */
    private final int[][][] rows;

    private KeptMasks(MaskSource source, float cutoff) {
        this.source = source;
        this.cutoff = cutoff;
        values = new FloatBuffer[source.views()][source.queries()];
        rows = new int[source.views()][source.queries()][];
    }

    static KeptMasks of(MaskSource source, float cutoff, Spill spill, int threads, Progress progress) {
        KeptMasks out = new KeptMasks(source, cutoff);
        float limit = Sigmoid.inverse(cutoff);
        int queries = source.queries();
        Parallel.run(source.views() * queries, threads, "masks", progress, () -> {
            Scratch scratch = new Scratch();
            return task -> out.keep(task / queries, task % queries, limit, spill, scratch);
        });
        return out;
    }

    float cutoff() {
        return cutoff;
    }

    /** Bytes that the probabilities take, on the heap or not. */
    long bytes() {
        long n = 0;
        for (int v = 0; v < values.length; v++) {
            for (int q = 0; q < values[v].length; q++) {
                n += values[v][q] == null ? 0 : 4L * values[v][q].capacity() + 4L * rows[v][q].length;
            }
        }
        return n;
    }

    private static final class Scratch {
        float[] logits = new float[0];
        int[] first = new int[0];
        int[] last = new int[0];
    }

    private void keep(int view, int query, float limit, Spill spill, Scratch s) {
        int height = source.maskHeight(view);
        int width = source.maskWidth(view);
        if (s.logits.length < height * width) {
            s.logits = new float[height * width];
        }
        if (s.first.length < height) {
            s.first = new int[height];
            s.last = new int[height];
        }
        FloatBuffer logits = source.logits(view);
        logits.get(query * height * width, s.logits, 0, height * width);
        if (!Spans.find(s.logits, width, height, limit, s.first, s.last)) {
            return;
        }
        int total = 0;
        int[] index = new int[3 * height];
        for (int r = 0; r < height; r++) {
            int n = Math.max(0, s.last[r] - s.first[r] + 1);
            index[3 * r] = total;
            index[3 * r + 1] = s.first[r];
            index[3 * r + 2] = n;
            total += n;
        }
        float[] packed = new float[total];
        for (int r = 0; r < height; r++) {
            int n = index[3 * r + 2];
            int in = r * width + s.first[r];
            Probabilities.apply(s.logits, in, in + n, view, query);
            System.arraycopy(s.logits, in, packed, index[3 * r], n);
        }
        values[view][query] = spill.store(packed);
        rows[view][query] = index;
    }

    @Override
    public boolean read(int view, int query, int row, int count, float[] into, int[] first, int[] last) {
        FloatBuffer packed = values[view][query];
        if (packed == null) {
            return false;
        }
        int[] index = rows[view][query];
        int width = source.maskWidth(view);
        boolean any = false;
        for (int r = 0; r < count; r++) {
            int at = 3 * (row + r);
            int n = index[at + 2];
            first[r] = n == 0 ? width : index[at + 1];
            last[r] = n == 0 ? -1 : index[at + 1] + n - 1;
            if (n > 0) {
                packed.get(index[at], into, r * width + index[at + 1], n);
                any = true;
            }
        }
        return any;
    }
}
