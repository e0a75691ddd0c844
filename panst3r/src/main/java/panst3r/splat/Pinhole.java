package panst3r.splat;

import java.util.List;
import panst3r.PanSt3RException;
import panst3r.picture.Viewpoint;
import panst3r.rooms.RoomCamera;
import panst3r.scene.Camera;

/**
 * A pinhole camera to render with: x_c = R·x + t (x right, y down, z forward), u = fx·x/z + cx, v = fy·y/z + cy. Pixel
 * (i, j) has its centre at (i + ½, j + ½), so the principal point is half a pixel greater than that of a scene's or a
 * room's camera, whose pixels have their centres at integers.
 *
 * @param width W in pixels
 * @param height H in pixels
 * @param rotation [3, 3] row-major, world to camera
 * @param translation [3]
 */
public record Pinhole(
        int width, int height, double fx, double fy, double cx, double cy, double[] rotation, double[] translation) {
    /** A longer side than this is a mistake. */
    private static final int LONGEST = 8192;

    public Pinhole {
        if (width < 1 || height < 1 || width > LONGEST || height > LONGEST) {
            throw new PanSt3RException("A picture of " + width + "×" + height
                    + " pixels cannot be rendered; give a size between 1×1 and 8192×8192.");
        }
        if (rotation.length != 9 || translation.length != 3) {
            throw new IllegalArgumentException(rotation.length + " and " + translation.length + " numbers");
        }
        double sum = fx + fy + cx + cy;
        for (double r : rotation) {
            sum += r;
        }
        for (double t : translation) {
            sum += t;
        }
        if (!(fx > 0) || !(fy > 0) || sum - sum != 0) {
            throw new PanSt3RException("A camera needs a positive focal length and a pose of finite numbers, not " + fx
                    + " and " + fy + ".");
        }
    }

    /**
     * The camera of a view at the network's working size.
     *
     * @throws PanSt3RException if no focal length could be estimated
     */
    public static Pinhole of(Camera camera) {
        if (!(camera.focal() > 0)) {
            throw new PanSt3RException(
                    "View " + camera.index() + " (" + camera.photo().name()
                            + ") has no focal length, so nothing can be rendered with its camera; run other photos.");
        }
        return of(
                camera.width(),
                camera.height(),
                camera.focal(),
                camera.focal(),
                camera.width() / 2.0,
                camera.height() / 2.0,
                camera.cameraToWorld());
    }

    /** The camera of a generated room. */
    public static Pinhole of(RoomCamera camera) {
        return of(
                camera.width(),
                camera.height(),
                camera.fx(),
                camera.fy(),
                camera.cx(),
                camera.cy(),
                camera.cameraToWorld());
    }

    /** What is seen from a viewpoint, as the viewer in the browser shows it: square pixels, the target in the middle. */
    public static Pinhole of(Viewpoint from, int width, int height) {
        double focal = height / 2.0 / Math.tan(Math.toRadians(from.fovY()) / 2);
        double[] turn = {1, 0, 0, 0, 1, 0, 0, 0, 1};
        Pinhole like = new Pinhole(width, height, focal, focal, width / 2.0, height / 2.0, turn, new double[3]);
        return CameraPath.looking(like, from.position(), from.target(), from.up());
    }

    /**
     * @param cx principal point with centres of pixels at integers
     * @param cy principal point with centres of pixels at integers
     * @param cameraToWorld [4, 4] row-major rigid motion
     */
    public static Pinhole of(
            int width, int height, double fx, double fy, double cx, double cy, double[] cameraToWorld) {
        double[] m = cameraToWorld;
        double[] r = {m[0], m[4], m[8], m[1], m[5], m[9], m[2], m[6], m[10]};
        double[] t = new double[3];
        for (int i = 0; i < 3; i++) {
            t[i] = -(r[3 * i] * m[3] + r[3 * i + 1] * m[7] + r[3 * i + 2] * m[11]);
        }
        return new Pinhole(width, height, fx, fy, cx + 0.5, cy + 0.5, r, t);
    }

    /** World coordinates of the centre, o = −Rᵀt, [3]. */
    public double[] centre() {
        double[] o = new double[3];
        for (int i = 0; i < 3; i++) {
            o[i] = -(rotation[i] * translation[0]
                    + rotation[3 + i] * translation[1]
                    + rotation[6 + i] * translation[2]);
        }
        return o;
    }

    /** R·x + t of the three values from {@code at}. */
    double[] inCamera(float[] xyz, int at) {
        return inCamera(new double[] {xyz[at], xyz[at + 1], xyz[at + 2]});
    }

    /** R·x + t, [3]. */
    double[] inCamera(double[] x) {
        double[] r = rotation;
        return new double[] {
            r[0] * x[0] + r[1] * x[1] + r[2] * x[2] + translation[0],
            r[3] * x[0] + r[4] * x[1] + r[5] * x[2] + translation[1],
            r[6] * x[0] + r[7] * x[1] + r[8] * x[2] + translation[2]
        };
    }

    /** [4, 4] row-major camera-to-world. */
    public double[] cameraToWorld() {
        double[] o = centre();
        double[] r = rotation;
        return new double[] {r[0], r[3], r[6], o[0], r[1], r[4], r[7], o[1], r[2], r[5], r[8], o[2], 0, 0, 0, 1};
    }

    /** The same view in other pixels: of the same field of view along the width, cut or widened along the height. */
    public Pinhole resized(int newWidth, int newHeight) {
        double s = (double) newWidth / width;
        return new Pinhole(
                newWidth,
                newHeight,
                fx * s,
                fy * s,
                cx * s,
                cy * s + (newHeight - height * s) / 2,
                rotation,
                translation);
    }

    /** The same intrinsics at another pose, [4, 4] row-major camera-to-world. */
    public Pinhole at(double[] pose) {
        return of(width, height, fx, fy, cx - 0.5, cy - 0.5, pose);
    }

    /** The same camera in the frame of another, whose pose is [4, 4] row-major camera-to-world. */
    public Pinhole inFrameOf(double[] world) {
        double[] m = cameraToWorld();
        double[] out = new double[16];
        for (int r = 0; r < 3; r++) {
            for (int c = 0; c < 4; c++) {
                for (int k = 0; k < 3; k++) {
                    out[4 * r + c] += world[4 * k + r] * (m[4 * k + c] - (c == 3 ? world[4 * k + 3] : 0));
                }
            }
        }
        out[15] = 1;
        return at(out);
    }

    /** Moved by a twist (v, ω): R' = exp([ω]×)·R, t' = exp([ω]×)·t + v. */
    Pinhole moved(double[] twist) {
        double[] e = exponential(twist[3], twist[4], twist[5]);
        double[] r = new double[9];
        double[] t = new double[3];
        for (int i = 0; i < 3; i++) {
            t[i] = twist[i];
            for (int k = 0; k < 3; k++) {
                t[i] += e[3 * i + k] * translation[k];
                for (int j = 0; j < 3; j++) {
                    r[3 * i + j] += e[3 * i + k] * rotation[3 * k + j];
                }
            }
        }
        return new Pinhole(width, height, fx, fy, cx, cy, r, t);
    }

    /** Rodrigues' rotation exp([ω]×). */
    private static double[] exponential(double x, double y, double z) {
        double angle = Math.sqrt(x * x + y * y + z * z);
        double s = angle < 1e-9 ? 1 : Math.sin(angle) / angle;
        double c = angle < 1e-9 ? 0.5 : (1 - Math.cos(angle)) / (angle * angle);
        return new double[] {
            1 - c * (y * y + z * z),
            c * x * y - s * z,
            c * x * z + s * y,
            c * x * y + s * z,
            1 - c * (x * x + z * z),
            c * y * z - s * x,
            c * x * z - s * y,
            c * y * z + s * x,
            1 - c * (x * x + y * y)
        };
    }

    /** How far the cameras spread: 1.1 times the largest distance of a centre from the mean of all. */
    static double extent(List<Pinhole> cameras) {
        double[] mean = new double[3];
        for (Pinhole c : cameras) {
            double[] o = c.centre();
            for (int k = 0; k < 3; k++) {
                mean[k] += o[k] / cameras.size();
            }
        }
        double most = 0;
        for (Pinhole c : cameras) {
            double[] o = c.centre();
            most = Math.max(
                    most,
                    Math.sqrt(Math.pow(o[0] - mean[0], 2) + Math.pow(o[1] - mean[1], 2) + Math.pow(o[2] - mean[2], 2)));
        }
        return 1.1 * most;
    }
}
