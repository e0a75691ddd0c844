package panst3r.picture;

import java.util.Arrays;
import java.util.List;
import panst3r.scene.Camera;
import panst3r.scene.Scene;

/**
 * Where a scene is looked at from; the renderer and the viewer in the browser take the same.
 *
 * @param position world coordinates, [3]
 * @param target what is in the middle of the picture and what the viewer turns around, [3]
 * @param up the direction that is up in the picture, not necessarily at right angles to the view, [3]
 * @param fovY vertical field of view in degrees
 */
public record Viewpoint(double[] position, double[] target, double[] up, double fovY) {
    private static final double FOV = 50;

    public Viewpoint {
        if (!(fovY > 0 && fovY < 180)) {
            throw new IllegalArgumentException("a field of view of " + fovY + " degrees");
        }
    }

    /** As a photo's camera saw it; the target is at this distance. */
    public static Viewpoint of(Camera camera, double distance) {
        double[] r = camera.rotation();
        double[] ahead = {r[2], r[5], r[8]};
        return new Viewpoint(
                camera.position(),
                Vectors.plus(camera.position(), ahead, distance),
                new double[] {-r[1], -r[4], -r[7]},
                Math.toDegrees(camera.verticalFov()));
    }

    /**
     * A good first view: over the shoulder of the first camera, from somewhat behind, above and beside it, so that
     * neither a wall behind the photographer nor a ceiling stands in the way.
     */
    public static Viewpoint of(Scene scene, Extent extent) {
        double[] up = up(scene.cameras());
        double[] first = scene.cameras().get(0).position();
        double[] r = scene.cameras().get(0).rotation();
        double[] ahead = level(new double[] {r[2], r[5], r[8]}, up);
        double[] side = Vectors.cross(ahead, up);
        double away = Math.max(Vectors.distance(first, extent.centre()), 0.3 * extent.radius());
        double[] position = Vectors.plus(first, ahead, -0.45 * away);
        position = Vectors.plus(position, up, 0.3 * away);
        position = Vectors.plus(position, side, 0.22 * away);
        return new Viewpoint(position, extent.centre(), up, FOV);
    }

    /** Up as the photographers held their cameras: against the mean of "down". */
    private static double[] up(List<Camera> cameras) {
        double[] sum = new double[3];
        for (Camera camera : cameras) {
            double[] r = camera.rotation();
            for (int k = 0; k < 3; k++) {
                sum[k] -= r[3 * k + 1];
            }
        }
        return Vectors.length(sum) < 1e-6 ? new double[] {0, -1, 0} : Vectors.unit(sum);
    }

    /** The part of a direction at right angles to {@code up}; any such direction if it has none. */
    private static double[] level(double[] direction, double[] up) {
        double[] out = Vectors.plus(direction, up, -Vectors.dot(direction, up));
        if (Vectors.length(out) < 1e-3) {
            out = Vectors.cross(up, Math.abs(up[0]) < 0.9 ? new double[] {1, 0, 0} : new double[] {0, 0, 1});
        }
        return Vectors.unit(out);
    }

    /** [3, 3] row-major, world to picture: rows are right, down and ahead. */
    double[] rotation() {
        double[] ahead = Vectors.unit(Vectors.plus(target, position, -1));
        double[] right = Vectors.unit(Vectors.cross(ahead, up));
        double[] down = Vectors.cross(ahead, right);
        return new double[] {
            right[0], right[1], right[2], down[0], down[1], down[2], ahead[0], ahead[1], ahead[2]
        };
    }

    @Override
    public String toString() {
        return "from " + Arrays.toString(position) + " to " + Arrays.toString(target) + ", " + fovY + "°";
    }
}
