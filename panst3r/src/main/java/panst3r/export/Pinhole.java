package panst3r.export;

import panst3r.scene.Camera;

/**
 * A camera in continuous pixel coordinates as COLMAP and nerfstudio have them: the centre of the first pixel is at (0.5,
 * 0.5). There the estimate of focal lengths (scene.md), whose pixel centres are integers and whose principal point is (W/2,
 * H/2), has it at ((W + 1)/2, (H + 1)/2): so points fall on the very pixels that they come from.
 */
record Pinhole(int width, int height, double fx, double fy, double cx, double cy) {
    /** Where no focal length could be estimated: that of a common lens, in widths. */
    private static final double COMMON = 1.1;

    /** @param original in pixels of the upright photo, instead of working pixels */
    static Pinhole of(Camera camera, boolean original) {
        double focal = camera.focal() > 0 ? camera.focal() : COMMON * camera.width();
        double cx = (camera.width() + 1) / 2.0;
        double cy = (camera.height() + 1) / 2.0;
        if (!original) {
            return new Pinhole(camera.width(), camera.height(), focal, focal, cx, cy);
        }
        double[] m = camera.view().viewToPhoto();
        return new Pinhole(
                camera.photo().width(),
                camera.photo().height(),
                focal * m[0],
                focal * m[4],
                m[0] * cx + m[2],
                m[4] * cy + m[5]);
    }
}
