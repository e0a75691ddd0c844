package panst3r.export;

import panst3r.PanSt3RException;
import panst3r.image.View;

/**
 * A camera from another tool's file.
 *
 * @param name of its image, as it stands there
 * @param width of its images in pixels; 0 if it is not told: then that of the photos
 * @param height see width
 * @param fx focal length in its pixels; NaN if it is not told
 * @param fy see fx
 * @param distorted whether its lens bends lines, which is not taken over
 * @param cameraToWorld [4, 4] row-major rigid motion; camera frame x right, y down, z forward
 */
record KnownCamera(
        String name, int width, int height, double fx, double fy, boolean distorted, double[] cameraToWorld) {
    /** Images of one photo in different sizes have the same shape but for rounding. */
    private static final double SAME_SHAPE = 0.01;

    /**
     * Focal length in working pixels.
     *
     * @throws PanSt3RException if its images are not of the photo, or it tells none
     */
    double focal(View view) {
        if (!(fx > 0 && fy > 0)) {
            throw new PanSt3RException("The camera of " + name + " has no focal length that can be used; say --align.");
        }
        if (width == view.width() && height == view.height()) {
            return (fx + fy) / 2;
        }
        double photoWidth = view.photo().width();
        double photoHeight = view.photo().height();
        double across = width == 0 ? 1 : photoWidth / width;
        double down = height == 0 ? 1 : photoHeight / height;
        if (Math.abs(across / down - 1) > SAME_SHAPE) {
            throw new PanSt3RException("The camera of " + name + " takes images of " + width + "×" + height
                    + ", which is not the shape of the photo, " + view.photo().width() + "×"
                    + view.photo().height() + "; are these cameras of the same photos, upright?");
        }
        double[] m = view.photoToView();
        return (fx * across * m[0] + fy * down * m[4]) / 2;
    }
}
