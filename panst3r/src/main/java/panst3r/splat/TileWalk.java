package panst3r.splat;

import java.util.Arrays;

/**
 * Goes through the Gaussians of a tile from near to far and finds for each the pixels that it contributes to
 * (novel-views.md, "Blending"): the same decisions, in the same arithmetic, whatever is then done with the weights. Scratch of
 * one thread.
 */
final class TileWalk {
    static final int PIXELS = Footprint.TILE * Footprint.TILE;

    /** Floats that blending needs of a Gaussian, one cache line together. */
    static final int STRIDE = 12;

    static final int U = 0;
    static final int V = 1;
    static final int K0 = 2;
    static final int K1 = 3;
    static final int K2 = 4;
    static final int OPACITY = 5;
    static final int RED = 6;
    static final int GREEN = 7;
    static final int BLUE = 8;
    static final int DEPTH = 9;
    /** Twice the exponent at which α falls to 1/255, with a little slack; not positive if it never reaches that. */
    static final int REACH = 10;
    /** k2 − k1²/k0, the inverse of the variance along y. */
    static final int STEEPNESS = 11;

    private static final float LEAST_ALPHA = 1 / 255f;
    static final float MOST_ALPHA = 0.99f;
    private static final float LEAST_TRANSMITTANCE = 1e-4f;

    /** Light that still passes each pixel; negative once the pixel takes no more. */
    final float[] transmittance = new float[PIXELS];

    /** Of the last Gaussian: how many pixels, which, and for each α·T, α, T before it, and offset of the centre. */
    int count;

    final int[] pixel = new int[PIXELS];
    final float[] weight = new float[PIXELS];
    final float[] alpha = new float[PIXELS];
    final float[] before = new float[PIXELS];
    final float[] dx = new float[PIXELS];
    final float[] dy = new float[PIXELS];
    /** Whether α was cut off at {@link #MOST_ALPHA}. */
    final boolean[] clamped = new boolean[PIXELS];

    private int left;
    private int top;
    private int width;
    private int height;
    private int live;

    /** Begins a tile: its pixels are numbered row by row, {@link Footprint#TILE} a row. */
    void begin(int tile, int columns, int imageWidth, int imageHeight) {
        left = tile % columns * Footprint.TILE;
        top = tile / columns * Footprint.TILE;
        width = Math.min(Footprint.TILE, imageWidth - left);
        height = Math.min(Footprint.TILE, imageHeight - top);
        live = width * height;
        Arrays.fill(transmittance, 1);
    }

    int left() {
        return left;
    }

    int top() {
        return top;
    }

    int width() {
        return width;
    }

    int height() {
        return height;
    }

    /** Whether no pixel takes any more. */
    boolean done() {
        return live == 0;
    }

    /** What passes a pixel in the end. */
    float passing(int p) {
        return Math.abs(transmittance[p]);
    }

    /** Finds the pixels of the next Gaussian and lets it take its share of their light. */
    void next(float[] splats, int gaussian) {
        count = 0;
        int at = gaussian * STRIDE;
        float reach = splats[at + REACH];
        if (!(reach > 0)) {
            return;
        }
        float steepness = splats[at + STEEPNESS];
        float v = splats[at + V] - top;
        // Rows and columns that can matter, found with slack: α itself decides.
        float high = (float) Math.sqrt(reach / steepness) + 0.01f;
        int row0 = (int) Math.max(0, Math.ceil(v - high - 0.5f));
        int row1 = (int) Math.min(height - 1, Math.floor(v + high - 0.5f));
        if (row0 > row1) {
            return;
        }
        float u = splats[at + U] - left;
        float k0 = splats[at + K0];
        float k1 = splats[at + K1];
        float k2 = splats[at + K2];
        float opacity = splats[at + OPACITY];
        float shear = k1 / k0;
        float inverse = 1 / k0;
        for (int row = row0; row <= row1; row++) {
            float ey = row + 0.5f - v;
            float inside = (reach - steepness * ey * ey) * inverse;
            if (!(inside > 0)) {
                continue;
            }
            float middle = u - shear * ey - 0.5f;
            float half = (float) Math.sqrt(inside) * 1.0001f + 0.01f + Math.abs(middle) * 1e-5f;
            int col0 = (int) Math.max(0, Math.ceil(middle - half));
            int col1 = (int) Math.min(width - 1, Math.floor(middle + half));
            float q = 0.5f * k2 * ey * ey;
            float l = k1 * ey;
            for (int col = col0, p = row * Footprint.TILE + col0; col <= col1; col++, p++) {
                float light = transmittance[p];
                if (light < 0) {
                    continue;
                }
                float ex = col + 0.5f - u;
                float sigma = 0.5f * k0 * ex * ex + q + l * ex;
                if (sigma < 0) {
                    continue;
                }
                float raw = opacity * exponential(-sigma);
                float a = Math.min(MOST_ALPHA, raw);
                if (a < LEAST_ALPHA) {
                    continue;
                }
                float rest = light * (1 - a);
                if (rest < LEAST_TRANSMITTANCE) {
                    transmittance[p] = -light;
                    live--;
                    continue;
                }
                transmittance[p] = rest;
                int n = count++;
                pixel[n] = p;
                weight[n] = a * light;
                alpha[n] = a;
                before[n] = light;
                dx[n] = ex;
                dy[n] = ey;
                clamped[n] = raw > MOST_ALPHA;
            }
        }
    }

    /** e^x for −80 ≤ x ≤ 0, relative error under 1e-6: a power of two, and the Taylor series of the rest. */
    static float exponential(float x) {
        float t = Math.max(x, -80) * 1.44269504f;
        int n = (int) (t - 0.5f);
        float f = (t - n) * 0.69314718f;
        float p = 1
                + f
                        * (1
                                + f
                                        * (0.5f
                                                + f
                                                        * (0.16666667f
                                                                + f
                                                                        * (0.041666668f
                                                                                + f
                                                                                        * (0.008333334f
                                                                                                + f
                                                                                                        * 0.0013888889f)))));
        return p * Float.intBitsToFloat(n + 127 << 23);
    }

    /** Twice the exponent at which an opacity falls to 1/255, with slack for rounding. */
    static float reach(double opacity) {
        return (float) (2 * Math.log(255 * opacity) * 1.001 + 0.01);
    }
}
