package panst3r.picture;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import panst3r.PanSt3RException;
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

    private static final int TURNS = 12;

    /** How much more a place counts from which one looks as the first camera does. */
    private static final double BEHIND = 0.3;

    /** A nearer thing hides what is looked at: in distances to the target. */
    private static final double TOO_NEAR = 0.3;

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
     * A good first view: of some places around and above the scene, the one that shows most points from their front and
     * large, what is seen from behind left out: a room over the walls that then are open, a lone object whole. Places
     * behind the first camera count more, for from there things stand as in the first photo.
     */
    public static Viewpoint of(Scene scene, List<PointSample> samples, double minConfidence) {
        Extent extent = Extent.of(samples, minConfidence);
        double[] up = up(scene.cameras());
        double[] r = scene.cameras().get(0).rotation();
        double[] ahead = level(new double[] {r[2], r[5], r[8]}, up);
        double[] side = Vectors.cross(ahead, up);
        Viewpoint best = null;
        double most = -1;
        for (int turn = 0; turn < TURNS; turn++) {
            double angle = 2 * Math.PI * (turn + 0.5) / TURNS;
            double behind = 1 + BEHIND * Math.cos(angle);
            double[] away = Vectors.plus(Vectors.plus(new double[3], ahead, -Math.cos(angle)), side, Math.sin(angle));
            for (double above : new double[] {10, 22, 38}) {
                double rise = Math.toRadians(above);
                double[] direction =
                        Vectors.plus(Vectors.plus(new double[3], away, Math.cos(rise)), up, Math.sin(rise));
                for (double radii : new double[] {1.0, 1.3, 1.7, 2.2}) {
                    Viewpoint candidate = new Viewpoint(
                            Vectors.plus(extent.centre(), direction, radii * extent.radius()),
                            extent.centre(),
                            up,
                            FOV);
                    double worth =
                            behind * candidate.shown(samples, minConfidence).worth();
                    if (worth > most) {
                        most = worth;
                        best = candidate;
                    }
                }
            }
        }
        return best;
    }

    /**
     * What a picture of 3:2 shows.
     *
     * @param points share of the points of this confidence that are seen from their front, with nothing in front that is
     *     not itself seen from behind
     * @param picture share of the picture where there is such a point, and it is not {@link #TOO_NEAR}
     */
    record Shown(double points, double picture) {
        /** A distant view shows everything, and nothing of it. */
        double worth() {
            return points * Math.cbrt(picture);
        }
    }

    Shown shown(List<PointSample> samples, double minConfidence) {
        double[] r = rotation();
        double half = Math.tan(Math.toRadians(fovY) / 2);
        int stride = 1 + samples.stream().mapToInt(PointSample::size).sum() / 20_000; // a part is enough
        int rows = 40;
        int columns = 60;
        double[] nearest = new double[rows * columns];
        Arrays.fill(nearest, Double.POSITIVE_INFINITY);
        double[] depths = new double[20_000 + samples.size()];
        int[] cells = new int[depths.length];
        int candidates = 0;
        int all = 0;
        for (PointSample s : samples) {
            for (int i = 0; i < s.size(); i += stride) {
                if (s.confidence()[i] < minConfidence) {
                    continue;
                }
                all++;
                double[] d = {
                    s.xyz()[3 * i] - position[0], s.xyz()[3 * i + 1] - position[1], s.xyz()[3 * i + 2] - position[2]
                };
                double z = r[6] * d[0] + r[7] * d[1] + r[8] * d[2];
                double x = (r[0] * d[0] + r[1] * d[1] + r[2] * d[2]) / (1.5 * half * z);
                double y = (r[3] * d[0] + r[4] * d[1] + r[5] * d[2]) / (half * z);
                boolean inside = z > 0 && Math.abs(x) < 1 && Math.abs(y) < 1;
                if (inside && !Facing.behind(s.facing()[i], new double[] {-d[0], -d[1], -d[2]})) {
                    int cell = (int) ((y + 1) / 2 * rows) * columns + (int) ((x + 1) / 2 * columns);
                    nearest[cell] = Math.min(nearest[cell], z);
                    depths[candidates] = z;
                    cells[candidates++] = cell;
                }
            }
        }
        if (all == 0) {
            return new Shown(1, 1);
        }
        int points = 0;
        for (int i = 0; i < candidates; i++) {
            points += depths[i] < 1.15 * nearest[cells[i]] ? 1 : 0;
        }
        double near = TOO_NEAR * Vectors.distance(position, target);
        long filled = Arrays.stream(nearest)
                .filter(z -> z > near && z < Double.POSITIVE_INFINITY)
                .count();
        return new Shown((double) points / all, (double) filled / nearest.length);
    }

    /**
     * Up as the photographers held their cameras: near the mean of "against down", and at right angles to the cameras'
     * "right", because a camera is tilted up and down more often than to a side. The u with the least
     * Σ (u·right)² + ε·V·|u − mean|², which is (Σ right·rightᵀ + ε·V·1) u = ε·V·mean.
     */
    public static double[] up(List<Camera> cameras) {
        double weight = 0.02 * cameras.size();
        double[] mean = new double[3];
        double[][] m = {{weight, 0, 0}, {0, weight, 0}, {0, 0, weight}};
        for (Camera camera : cameras) {
            double[] r = camera.rotation();
            for (int k = 0; k < 3; k++) {
                mean[k] -= r[3 * k + 1] / cameras.size();
                for (int l = 0; l < 3; l++) {
                    m[k][l] += r[3 * k] * r[3 * l];
                }
            }
        }
        if (Vectors.length(mean) < 1e-6) {
            return new double[] {0, -1, 0};
        }
        // Cramer's rule; m is symmetric, and positive by its weight
        double[] a = Vectors.cross(m[1], m[2]);
        double[] b = Vectors.cross(m[2], m[0]);
        double[] c = Vectors.cross(m[0], m[1]);
        return Vectors.unit(new double[] {Vectors.dot(a, mean), Vectors.dot(b, mean), Vectors.dot(c, mean)});
    }

    /** The part of a direction at right angles to {@code up}; any such direction if it has none. */
    public static double[] level(double[] direction, double[] up) {
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
        return new double[] {right[0], right[1], right[2], down[0], down[1], down[2], ahead[0], ahead[1], ahead[2]};
    }

    /**
     * As the viewer in the browser tells where it stands: position, target and field of view, seven numbers with commas.
     *
     * @param up of this scene: that of its first view
     * @throws PanSt3RException if it is anything else
     */
    public static Viewpoint parse(String text, double[] up) {
        String[] parts = text.strip().split("\\s*,\\s*");
        double[] n = new double[parts.length];
        try {
            for (int i = 0; i < n.length; i++) {
                n[i] = Double.parseDouble(parts[i]);
            }
        } catch (NumberFormatException e) {
            n = new double[0];
        }
        boolean finite = Arrays.stream(n).allMatch(Double::isFinite);
        if (n.length != 7 || !finite || !(n[6] > 0 && n[6] < 180)) {
            throw new PanSt3RException("\"" + text + "\" is no viewpoint; copy the seven numbers from the viewer's"
                    + " \"Picture as PNG\".");
        }
        return new Viewpoint(Arrays.copyOf(n, 3), Arrays.copyOfRange(n, 3, 6), up, n[6]);
    }

    /** What {@link #parse} takes. */
    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%.4f,%.4f,%.4f,%.4f,%.4f,%.4f,%.4f",
                position[0],
                position[1],
                position[2],
                target[0],
                target[1],
                target[2],
                fovY);
    }
}
