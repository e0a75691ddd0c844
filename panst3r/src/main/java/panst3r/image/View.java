package panst3r.image;

/**
 * A photo at the network's working size, in its true orientation.
 *
 * @param width W, a multiple of the patch size
 * @param height H
 * @param pixels [3, H, W] RGB in [−1, 1]
 * @param photoToView 3×3 row-major, homogeneous pixel coordinates of the upright photo to those of the view
 *     (inference.md, "Loading an image")
 * @param viewToPhoto its inverse
 */
public record View(Photo photo, int width, int height, float[] pixels, double[] photoToView, double[] viewToPhoto) {
    public View {
        if (pixels.length != 3 * width * height) {
            throw new IllegalArgumentException(pixels.length + " values for a view of " + width + "×" + height);
        }
    }
}
