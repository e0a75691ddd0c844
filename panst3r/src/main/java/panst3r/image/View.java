package panst3r.image;

/**
 * A photo at the network's working size, in its true orientation.
 *
 * @param width W, a multiple of the patch size
 * @param height H
 * @param pixels [3, H, W] RGB in [−1, 1]
 * @param photoToView 3×3 row-major, homogeneous pixel coordinates of the upright photo to those of the view: exactly the
 *     pixels that were cut, in the convention of {@link Framing}
 * @param viewToPhoto its inverse
 */
public record View(Photo photo, int width, int height, float[] pixels, double[] photoToView, double[] viewToPhoto) {
    public View {
        if (pixels.length != 3 * width * height) {
            throw new IllegalArgumentException(pixels.length + " values for a view of " + width + "×" + height);
        }
    }

    /** A view of a photo that was framed so. */
    public static View of(Photo photo, Framing framing, float[] pixels) {
        return new View(
                photo,
                framing.size().width(),
                framing.size().height(),
                pixels,
                framing.photoToView(),
                framing.viewToPhoto());
    }

    /**
     * Column of the view that shows the middle of this photo pixel; −1 or {@link #width} or beyond where the crop left it
     * out.
     */
    public int columnOf(int photoX) {
        return (int) Math.floor(photoToView[0] * (photoX + 0.5) + photoToView[2]);
    }

    /** Row of the view that shows the middle of this photo pixel; outside 0…H−1 where the crop left it out. */
    public int rowOf(int photoY) {
        return (int) Math.floor(photoToView[4] * (photoY + 0.5) + photoToView[5]);
    }
}
