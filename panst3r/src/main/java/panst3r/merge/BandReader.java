package panst3r.merge;

import java.util.HashMap;
import java.util.Map;

/**
 * Resizes masks to working pixels, a band of rows of one query at a time. One per thread; its arrays are reused.
 * After {@link #read} row y of the band holds values in the columns {@code from[y] … to[y] − 1} of {@link #values};
 * the pixels elsewhere are at or below the cutoff of the probabilities.
 */
final class BandReader {
    private final MaskSource sizes;
    private final Probabilities probabilities;
    private final Map<Long, Axis> axes = new HashMap<>();
    private float[] rows = new float[0];
    private float[] above = new float[0];
    private float[] below = new float[0];
    private int[] first = new int[0];
    private int[] last = new int[0];

    /** [band rows, width] */
    float[] values = new float[0];

    int[] from = new int[0];
    int[] to = new int[0];

    BandReader(MaskSource sizes, Probabilities probabilities) {
        this.sizes = sizes;
        this.probabilities = probabilities;
    }

    /** Reads pixel rows {@code y0 … y1 − 1}; false if they hold nothing. */
    boolean read(int view, int query, int y0, int y1) {
        int width = sizes.width(view);
        int maskWidth = sizes.maskWidth(view);
        Axis down = axis(sizes.maskHeight(view), sizes.height(view));
        Axis across = axis(maskWidth, width);
        int row0 = down.lo[y0];
        int count = down.hi[y1 - 1] - row0 + 1;
        ensure(count, maskWidth, y1 - y0, width);
        if (!probabilities.read(view, query, row0, count, rows, first, last)) {
            return false;
        }
        int inAbove = -1;
        int inBelow = -1;
        for (int y = y0; y < y1; y++) {
            int a = down.lo[y] - row0;
            int b = down.hi[y] - row0;
            int band = y - y0;
            int x0 = firstPixel(across, Math.max(first[a], first[b]), maskWidth);
            int x1 = endPixel(across, Math.min(last[a], last[b]), maskWidth);
            from[band] = x0;
            to[band] = Math.max(x0, x1);
            if (x1 <= x0) {
                continue;
            }
            if (a != inAbove && a == inBelow) {
                float[] swap = above;
                above = below;
                below = swap;
                inAbove = a;
                inBelow = -1;
            }
            if (a != inAbove) {
                resizeRow(across, a, maskWidth, above);
                inAbove = a;
            }
            if (b != inBelow) {
                resizeRow(across, b, maskWidth, below);
                inBelow = b;
            }
            float w1 = down.weight[y];
            float w0 = 1f - w1;
            int at = band * width;
            for (int x = x0; x < x1; x++) {
                values[at + x] = w0 * above[x] + w1 * below[x];
            }
        }
        return true;
    }

    private void resizeRow(Axis across, int row, int maskWidth, float[] out) {
        int x1 = endPixel(across, last[row], maskWidth);
        int at = row * maskWidth;
        for (int x = firstPixel(across, first[row], maskWidth); x < x1; x++) {
            float w1 = across.weight[x];
            out[x] = (1f - w1) * rows[at + across.lo[x]] + w1 * rows[at + across.hi[x]];
        }
    }

    /** First pixel both of whose neighbours are at or after this column. */
    private static int firstPixel(Axis across, int column, int maskWidth) {
        if (column <= 0) {
            return 0;
        }
        int x = column >= maskWidth ? across.lo.length : (int) ((long) column * across.lo.length / maskWidth);
        while (x > 0 && across.lo[x - 1] >= column) {
            x--;
        }
        while (x < across.lo.length && across.lo[x] < column) {
            x++;
        }
        return x;
    }

    /** One after the last pixel both of whose neighbours are at or before this column. */
    private static int endPixel(Axis across, int column, int maskWidth) {
        if (column >= maskWidth - 1) {
            return across.lo.length;
        }
        int x = column < 0 ? 0 : (int) ((long) (column + 1) * across.lo.length / maskWidth);
        while (x < across.lo.length && across.hi[x] <= column) {
            x++;
        }
        while (x > 0 && across.hi[x - 1] > column) {
            x--;
        }
        return x;
    }

    private Axis axis(int in, int out) {
        return axes.computeIfAbsent((long) in << 32 | out, k -> new Axis(in, out));
    }

    private void ensure(int count, int maskWidth, int bandRows, int width) {
        if (rows.length < count * maskWidth) {
            rows = new float[count * maskWidth];
        }
        if (first.length < count) {
            first = new int[count];
            last = new int[count];
        }
        if (values.length < bandRows * width) {
            values = new float[bandRows * width];
        }
        if (from.length < bandRows) {
            from = new int[bandRows];
            to = new int[bandRows];
        }
        if (above.length < width) {
            above = new float[width];
            below = new float[width];
        }
    }
}
