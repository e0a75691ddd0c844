package panst3r.rooms;

/**
 * A pinhole camera. Frame: x right, y down, z forward, in metres. Pixel (u, v) = (column, row) has its centre at the
 * integer (u, v), as the focal estimate of the published system has it (scene.md), so a point (x, y, z) of the camera's
 * frame is seen at u = fx·x/z + cx, v = fy·y/z + cy. Where pixel centres lie at half-integers (Gaussian splatting), add ½ to
 * cx and cy.
 *
 * @param width W in pixels
 * @param height H in pixels
 * @param fx focal length in pixels
 * @param fy focal length in pixels
 * @param cx principal point in pixels
 * @param cy principal point in pixels
 * @param cameraToWorld [4, 4] row-major rigid motion from the camera's to the world's frame
 */
public record RoomCamera(int width, int height, double fx, double fy, double cx, double cy, double[] cameraToWorld) {
    public RoomCamera {
        if (width < 1 || height < 1 || cameraToWorld.length != 16) {
            throw new IllegalArgumentException(
                    "camera of " + width + "×" + height + " with a pose of " + cameraToWorld.length + " numbers");
        }
    }

    /**
     * A camera with square pixels and the principal point at (W/2, H/2).
     *
     * @param yaw radians, 0 looks along the world's z, positive turns to the right (towards x)
     * @param pitch radians, positive looks down
     * @param roll radians, positive turns the camera clockwise
     */
    public static RoomCamera at(
            int width, int height, double focal, double x, double y, double z, double yaw, double pitch, double roll) {
        double sy = StrictMath.sin(yaw);
        double cy = StrictMath.cos(yaw);
        double sp = StrictMath.sin(pitch);
        double cp = StrictMath.cos(pitch);
        double sr = StrictMath.sin(roll);
        double cr = StrictMath.cos(roll);
        // columns before the roll: right (cy, 0, −sy), down (−sy·sp, cp, −cy·sp), forward (sy·cp, sp, cy·cp)
        double[] right = {cy, 0, -sy};
        double[] down = {-sy * sp, cp, -cy * sp};
        double[] forward = {sy * cp, sp, cy * cp};
        double[] pose = new double[16];
        double[] origin = {x, y, z};
        for (int i = 0; i < 3; i++) {
            pose[4 * i] = cr * right[i] + sr * down[i];
            pose[4 * i + 1] = -sr * right[i] + cr * down[i];
            pose[4 * i + 2] = forward[i];
            pose[4 * i + 3] = origin[i];
        }
        pose[15] = 1;
        return new RoomCamera(width, height, focal, focal, width / 2.0, height / 2.0, pose);
    }

    /** @return [3] the world point seen at pixel (u, v) at the given depth (z in the camera's frame, metres) */
    public double[] unproject(double u, double v, double depth) {
        double x = (u - cx) / fx * depth;
        double y = (v - cy) / fy * depth;
        double[] m = cameraToWorld;
        return new double[] {
            m[0] * x + m[1] * y + m[2] * depth + m[3],
            m[4] * x + m[5] * y + m[6] * depth + m[7],
            m[8] * x + m[9] * y + m[10] * depth + m[11]
        };
    }

    /** @return [3] = (u, v, z) of a world point; u and v mean nothing unless z is positive */
    public double[] project(double x, double y, double z) {
        double[] m = cameraToWorld;
        double dx = x - m[3];
        double dy = y - m[7];
        double dz = z - m[11];
        double px = m[0] * dx + m[4] * dy + m[8] * dz;
        double py = m[1] * dx + m[5] * dy + m[9] * dz;
        double pz = m[2] * dx + m[6] * dy + m[10] * dz;
        return new double[] {fx * px / pz + cx, fy * py / pz + cy, pz};
    }
}
