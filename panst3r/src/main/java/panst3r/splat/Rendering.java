package panst3r.splat;

import java.awt.image.BufferedImage;

/**
 * What a camera sees.
 *
 * @param width W
 * @param height H
 * @param rgb [3, H, W]; 0 … 1 but for rounding and colours over 1
 * @param alpha [H, W] how much of the pixel the Gaussians cover
 * @param depth [H, W] Σ w·z: along the camera's axis, weighted by {@code alpha}
 */
public record Rendering(int width, int height, float[] rgb, float[] alpha, float[] depth) {
    private static final float LEAST_ALPHA = 1e-10f;
    private static final float COVERED = 0.5f;

    /** [H, W] mean depth of what covers the pixel; 0 where nothing does. */
    public float[] expectedDepth() {
        float[] out = new float[depth.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = depth[i] / Math.max(alpha[i], LEAST_ALPHA);
        }
        return out;
    }

    /** Share of the pixels of which the Gaussians cover more than half. */
    public double covered() {
        int count = 0;
        for (float a : alpha) {
            count += a > COVERED ? 1 : 0;
        }
        return (double) count / alpha.length;
    }

    /** Colours as 8-bit sRGB. */
    public BufferedImage image() {
        BufferedImage out = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        int n = width * height;
        for (int i = 0; i < n; i++) {
            out.setRGB(i % width, i / width, byteOf(rgb[i]) << 16 | byteOf(rgb[n + i]) << 8 | byteOf(rgb[2 * n + i]));
        }
        return out;
    }

    private static int byteOf(float value) {
        return Math.max(0, Math.min(255, Math.round(value * 255)));
    }
}
