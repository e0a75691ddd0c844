package panst3r.merge;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The plain twin of this package: every mask of every view at full size in memory, nothing cut off, one thread, formulas
 * as the spec's page has them. Oracle of the tests and partner of the bench.
 */
final class PlainMerge {
    private final MaskSource source;
    /** [view][query][H·W] */
    final float[][][] masks;

    PlainMerge(MaskSource source) {
        this.source = source;
        masks = new float[source.views()][source.queries()][];
        for (int v = 0; v < source.views(); v++) {
            for (int q = 0; q < source.queries(); q++) {
                masks[v][q] = resized(v, q);
            }
        }
    }

    private float[] resized(int view, int query) {
        int h = source.maskHeight(view);
        int w = source.maskWidth(view);
        float[] p = new float[h * w];
        source.logits(view).get(query * h * w, p);
        for (int i = 0; i < p.length; i++) {
            p[i] = Sigmoid.of(p[i]);
        }
        int height = source.height(view);
        int width = source.width(view);
        float[] out = new float[height * width];
        for (int y = 0; y < height; y++) {
            float sy = Math.max(0, (float) h / height * (y + 0.5f) - 0.5f);
            int y0 = Math.min((int) sy, h - 1);
            int y1 = Math.min(y0 + 1, h - 1);
            float v = sy - y0;
            for (int x = 0; x < width; x++) {
                float sx = Math.max(0, (float) w / width * (x + 0.5f) - 0.5f);
                int x0 = Math.min((int) sx, w - 1);
                int x1 = Math.min(x0 + 1, w - 1);
                float u = sx - x0;
                float above = (1 - u) * p[y0 * w + x0] + u * p[y0 * w + x1];
                float below = (1 - u) * p[y1 * w + x0] + u * p[y1 * w + x1];
                out[y * width + x] = (1 - v) * above + v * below;
            }
        }
        return out;
    }

    /** Owners −1 or query, and confidences, of the standard merging; per view. */
    Result standard(
            int[] kept, float[] score, float maskThreshold, double overlapThreshold, int rounds, float voidConfidence) {
        int queries = source.queries();
        long[] original = new long[queries];
        for (float[][] view : masks) {
            for (int q = 0; q < queries; q++) {
                for (float m : view[q]) {
                    original[q] += m >= 0.5f ? 1 : 0;
                }
            }
        }
        Result r = null;
        for (int round = 0; round < rounds; round++) {
            r = own(kept, score);
            long[] region = new long[queries];
            for (int v = 0; v < masks.length; v++) {
                for (int i = 0; i < r.owner[v].length; i++) {
                    if (r.owner[v][i] >= 0 && r.confidence[v][i] < maskThreshold) {
                        r.owner[v][i] = -1;
                    }
                    if (r.owner[v][i] >= 0) {
                        region[r.owner[v][i]]++;
                    }
                }
            }
            kept = Arrays.stream(kept)
                    .filter(q ->
                            original[q] > 0 && region[q] > 0 && region[q] / (double) original[q] >= overlapThreshold)
                    .toArray();
        }
        for (int v = 0; v < masks.length; v++) {
            for (int i = 0; i < r.owner[v].length; i++) {
                if (Arrays.binarySearch(kept, r.owner[v][i]) < 0) {
                    r.owner[v][i] = -1;
                    r.confidence[v][i] = voidConfidence;
                }
            }
        }
        return r;
    }

    /** Per pixel argmax of weight × mask over the given queries, the first of equals; −1 and 0 if there are none. */
    Result own(int[] queries, float[] weight) {
        List<int[]> owners = new ArrayList<>();
        List<float[]> confidences = new ArrayList<>();
        for (float[][] view : masks) {
            int[] owner = new int[view[0].length];
            float[] confidence = new float[owner.length];
            for (int i = 0; i < owner.length; i++) {
                owner[i] = -1;
                float best = -1;
                for (int q : queries) {
                    float p = weight == null ? view[q][i] : weight[q] * view[q][i];
                    if (p > best) {
                        best = p;
                        owner[i] = q;
                        confidence[i] = view[q][i];
                    }
                }
            }
            owners.add(owner);
            confidences.add(confidence);
        }
        return new Result(owners.toArray(new int[0][]), confidences.toArray(new float[0][]));
    }

    /** Σ min(w_i M_i, w_j M_j) / (H·W·V). */
    double share(int i, int j, float[] weight) {
        double sum = 0;
        int height = 0;
        int width = 0;
        for (int v = 0; v < masks.length; v++) {
            height = Math.max(height, source.height(v));
            width = Math.max(width, source.width(v));
            float[] a = masks[v][i];
            float[] b = masks[v][j];
            float wa = weight == null ? 1 : weight[i];
            float wb = weight == null ? 1 : weight[j];
            double view = 0;
            for (int p = 0; p < a.length; p++) {
                view += Math.min(wa * a[p], wb * b[p]);
            }
            sum += view;
        }
        return sum / ((double) height * width * masks.length);
    }

    /**
     * @param owner per view, query of each pixel or −1
     * @param confidence per view
     */
    record Result(int[][] owner, float[][] confidence) {}
}
