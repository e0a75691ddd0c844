package panst3r.splat;

/**
 * The labels that a camera sees.
 *
 * @param width W
 * @param height H
 * @param labels [H, W] segment ids or classes, as they were uplifted; the field's void where nothing is sure
 * @param confidence [H, W] share of the label among what covers the pixel; 0 where little does
 * @param alpha [H, W] how much of the pixel the labelled Gaussians cover
 * @param depth [H, W] accumulated, as {@link Rendering#depth}
 */
public record LabelMap(int width, int height, int[] labels, float[] confidence, float[] alpha, float[] depth) {}
