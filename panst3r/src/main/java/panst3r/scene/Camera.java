package panst3r.scene;

import panst3r.Rotations;
import panst3r.image.Photo;
import panst3r.image.View;

/**
 * The camera of one view: a pinhole with square pixels and its principal point in the middle (scene.md).
 *
 * @param index of the view
 * @param view whose camera it is
 * @param keyframe whether the view was put in the network's memory
 * @param focal length in working pixels; 0 if none could be estimated
 * @param cameraToWorld [4, 4] row-major rigid motion; both frames have x right, y down, z forward
 */
public record Camera(int index, View view, boolean keyframe, double focal, double[] cameraToWorld) {
    public Photo photo() {
        return view.photo();
    }

    /** Working width, W. */
    public int width() {
        return view.width();
    }

    /** Working height, H. */
    public int height() {
        return view.height();
    }

    /** World coordinates of the camera, [3]. */
    public double[] position() {
        return new double[] {cameraToWorld[3], cameraToWorld[7], cameraToWorld[11]};
    }

    /** [3, 3] row-major; its columns are the camera's right, down and forward in the world. */
    public double[] rotation() {
        double[] m = cameraToWorld;
        return new double[] {m[0], m[1], m[2], m[4], m[5], m[6], m[8], m[9], m[10]};
    }

    /** (w, x, y, z), w ≥ 0: the {@link #rotation} as a unit quaternion. */
    public double[] quaternion() {
        return Rotations.quaternion(rotation());
    }

    /** Vertical field of view in radians: 2·atan(H/2 / f). */
    public double verticalFov() {
        return 2 * Math.atan2(height() / 2.0, focal);
    }

    /**
     * The camera in pixels of the upright photo: fx, fy, cx, cy. fx and fy differ by less than a percent where crop and
     * working size are not quite of one ratio.
     */
    public double[] photoIntrinsics() {
        double[] m = view.viewToPhoto();
        return new double[] {focal * m[0], focal * m[4], m[0] * width() / 2.0 + m[2], m[4] * height() / 2.0 + m[5]};
    }
}
