package panst3r.scene;

import java.nio.FloatBuffer;
import panst3r.checkpoint.PointmapActivation;
import panst3r.inference.ViewPrediction;

/**
 * The raw pointmap [H, W, 7] of a view, read as coordinates and confidence (scene.md). Pixels are numbered row by row.
 * Nothing is stored: an activation costs less than the memory for its result.
 */
final class Pointmap {
    private static final int CHANNELS = 7;
    private static final int GLOBAL = 0;
    private static final int LOCAL = 3;
    private static final int CONFIDENCE = 6;

    final int width;
    final int height;
    private final FloatBuffer raw;
    private final PointmapActivation activation;

    Pointmap(int width, int height, FloatBuffer raw, PointmapActivation activation) {
        if (raw.remaining() != width * height * CHANNELS) {
            throw new IllegalArgumentException(raw.remaining() + " values for " + width + "×" + height + "×7");
        }
        this.width = width;
        this.height = height;
        this.raw = raw.slice();
        this.activation = activation;
    }

    static Pointmap of(ViewPrediction p, PointmapActivation activation) {
        return new Pointmap(p.view().width(), p.view().height(), p.pointmap(), activation);
    }

    int pixels() {
        return width * height;
    }

    /** Writes x, y, z in the view's own camera frame. */
    void local(int pixel, float[] xyz) {
        point(pixel * CHANNELS + LOCAL, xyz);
    }

    /** Writes x, y, z in the world frame, as the network gave it. */
    void global(int pixel, float[] xyz) {
        point(pixel * CHANNELS + GLOBAL, xyz);
    }

    /** 1 + e^c, above 1. */
    float confidence(int pixel) {
        return (float) (1 + Math.exp(rawConfidence(pixel)));
    }

    /** c, the logarithm of confidence − 1. */
    float rawConfidence(int pixel) {
        return raw.get(pixel * CHANNELS + CONFIDENCE);
    }

    private void point(int at, float[] xyz) {
        float x = raw.get(at);
        float y = raw.get(at + 1);
        float z = raw.get(at + 2);
        if (activation == PointmapActivation.LINEAR) {
            xyz[0] = x;
            xyz[1] = y;
            xyz[2] = z;
            return;
        }
        double norm = Math.sqrt((double) x * x + (double) y * y + (double) z * z);
        double scale = Math.expm1(norm) / Math.max(norm, 1e-8);
        xyz[0] = (float) (x * scale);
        xyz[1] = (float) (y * scale);
        xyz[2] = (float) (z * scale);
    }

    static boolean finite(float[] xyz) {
        // A sum is finite only if its terms are; x − x is 0 for finite x and NaN else.
        return (xyz[0] - xyz[0]) + (xyz[1] - xyz[1]) + (xyz[2] - xyz[2]) == 0;
    }
}
