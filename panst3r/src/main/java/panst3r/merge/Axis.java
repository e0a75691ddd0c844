package panst3r.merge;

/**
 * Bilinear resize along one axis with half-pixel centres and no antialiasing: out[x] = (1−w[x])·in[lo[x]] + w[x]·in[hi[x]],
 * in float and in the order of torch's {@code interpolate(mode="bilinear", align_corners=False)}.
 */
final class Axis {
    final int[] lo;
    final int[] hi;
    final float[] weight;

    Axis(int in, int out) {
        lo = new int[out];
        hi = new int[out];
        weight = new float[out];
        float scale = (float) in / out;
        for (int x = 0; x < out; x++) {
            float centre = Math.max(0f, scale * (x + 0.5f) - 0.5f);
            lo[x] = Math.min((int) centre, in - 1);
            hi[x] = Math.min(lo[x] + 1, in - 1);
            weight[x] = centre - lo[x];
        }
    }
}
