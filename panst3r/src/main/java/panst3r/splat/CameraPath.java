package panst3r.splat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import panst3r.PanSt3RException;
import panst3r.Rotations;

/** Ways of a camera through a scene; all pictures have the size and field of view of the first photo. */
public enum CameraPath {
    /** From photo to photo in straight lines. */
    BETWEEN,
    /** From photo to photo in one smooth curve. */
    SPLINE,
    /** Around what the photos show, from their height and distance: to and fro if they do not show it from all sides. */
    ORBIT;

    private static final int MOST_FRAMES = 2000;

    /** How finely a free place is looked for, of the way between two photos or of the distance to what is orbited. */
    private static final double PACE = 0.05;

    /** In how many steps of a full turn is looked how far an orbit may go. */
    private static final int STEPS = 36;

    /** An orbit comes no nearer to its middle than this share of the photos' distance. */
    private static final double NEAREST = 0.3;

    /**
     * @param photos cameras of the photos, in the order of the way
     * @param up direction that is up in the world; an orbit turns about it
     * @param frames how many pictures
     * @param blocked places to keep away from: there the nearest free place of the way is taken, and of an orbit the nearest
     *     towards its middle; where there is none, the camera stays
     * @param shown places from which there is something to see: an orbit goes no farther to either side of the first photo
     * @throws PanSt3RException if there are fewer than two photos for a way between them, or no sensible number of frames
     */
    public List<Pinhole> frames(
            List<Pinhole> photos, double[] up, int frames, Predicate<Pinhole> blocked, Predicate<Pinhole> shown) {
        if (frames < 1 || frames > MOST_FRAMES) {
            throw new PanSt3RException("A way has 1 to " + MOST_FRAMES + " frames, not " + frames + ".");
        }
        if (photos.size() < 2 && this != ORBIT) {
            throw new PanSt3RException("A way between photos needs two of them at least; this scene has "
                    + photos.size() + ", so take an orbit or name a camera.");
        }
        List<Pinhole> out = new ArrayList<>();
        if (this == ORBIT) {
            double before = reach(photos, up, -1, blocked, shown);
            double after = reach(photos, up, 1, blocked, shown);
            for (int f = 0; f < frames; f++) {
                out.add(orbit(photos, up, turn(before, after, (double) f / frames), blocked));
            }
            return out;
        }
        for (int f = 0; f < frames; f++) {
            out.add(free(photos, frames == 1 ? 0 : (double) f / (frames - 1), blocked));
        }
        return out;
    }

    /** All of the way, whatever stands in it and whatever there is to see. */
    public List<Pinhole> frames(List<Pinhole> photos, double[] up, int frames) {
        return frames(photos, up, frames, c -> false, c -> true);
    }

    /** How far there is something to see to one side of the first photo, in turns. */
    private static double reach(
            List<Pinhole> photos, double[] up, int side, Predicate<Pinhole> blocked, Predicate<Pinhole> shown) {
        int k = 0;
        while (k < STEPS && shown.test(orbit(photos, up, (double) side * (k + 1) / STEPS, blocked))) {
            k++;
        }
        return (double) k / STEPS;
    }

    /** All round, or to and fro from the first photo like a pendulum; all round, too, if nothing is to be seen anywhere. */
    private static double turn(double before, double after, double t) {
        double half = (before + after) / 2;
        if (half >= 0.5 || half == 0) {
            return t;
        }
        double middle = (after - before) / 2;
        return middle + half * Math.sin(2 * Math.PI * t - Math.asin(middle / half));
    }

    private Pinhole free(List<Pinhole> photos, double t, Predicate<Pinhole> blocked) {
        double pace = PACE / (photos.size() - 1);
        Pinhole wanted = along(photos, t);
        for (int k = 0; k <= 1 / pace && blocked.test(wanted); k++) {
            for (double at : new double[] {t - k * pace, t + k * pace}) {
                Pinhole other = along(photos, Math.max(0, Math.min(1, at)));
                if (!blocked.test(other)) {
                    return other;
                }
            }
        }
        return wanted;
    }

    private Pinhole along(List<Pinhole> photos, double t) {
        double at = t * (photos.size() - 1);
        int k = Math.min(photos.size() - 2, (int) at);
        double s = at - k;
        double[][] q = new double[4][]; // before, from, to, after
        double[][] o = new double[4][];
        for (int i = 0; i < 4; i++) {
            Pinhole p = photos.get(Math.max(0, Math.min(photos.size() - 1, k - 1 + i)));
            q[i] = Rotations.quaternion(p.rotation());
            o[i] = p.centre();
            if (i > 0 && dot(q[i - 1], q[i]) < 0) { // the nearer of the two quaternions of a rotation
                q[i] = new double[] {-q[i][0], -q[i][1], -q[i][2], -q[i][3]};
            }
        }
        double[] weights = this == SPLINE ? catmullRom(s) : new double[] {0, 1 - s, s, 0};
        double[] place = new double[3];
        double[] turn = new double[4];
        for (int i = 0; i < 4; i++) {
            for (int c = 0; c < 3; c++) {
                place[c] += weights[i] * o[i][c];
            }
            for (int c = 0; c < 4; c++) {
                turn[c] += weights[i] * q[i][c];
            }
        }
        return at(photos.get(0), matrix(turn), place);
    }

    private static double[] catmullRom(double s) {
        double s2 = s * s;
        double s3 = s2 * s;
        return new double[] {
            (-s3 + 2 * s2 - s) / 2, (3 * s3 - 5 * s2 + 2) / 2, (-3 * s3 + 4 * s2 + s) / 2, (s3 - s2) / 2
        };
    }

    private static Pinhole orbit(List<Pinhole> photos, double[] up, double turn, Predicate<Pinhole> blocked) {
        double[] target = meeting(photos);
        double[] mean = new double[3];
        double away = 0;
        for (Pinhole p : photos) {
            double[] o = p.centre();
            double[] offset = {o[0] - target[0], o[1] - target[1], o[2] - target[2]};
            double height = dot(offset, up);
            for (int c = 0; c < 3; c++) {
                mean[c] += height * up[c] / photos.size();
                offset[c] -= height * up[c];
            }
            away += Math.sqrt(dot(offset, offset)) / photos.size();
        }
        double[] first = photos.get(0).centre();
        double[] ahead = {first[0] - target[0], first[1] - target[1], first[2] - target[2]};
        double along = dot(ahead, up);
        for (int c = 0; c < 3; c++) {
            ahead[c] -= along * up[c];
        }
        double length = Math.sqrt(dot(ahead, ahead));
        if (length < 1e-9) { // straight above: any direction will do
            ahead = cross(up, Math.abs(up[0]) < 0.9 ? new double[] {1, 0, 0} : new double[] {0, 0, 1});
            length = Math.sqrt(dot(ahead, ahead));
        }
        double[] side = cross(up, ahead);
        double angle = 2 * Math.PI * turn;
        Pinhole wanted = null;
        for (double nearer = 1; nearer > NEAREST; nearer -= PACE) {
            double[] place = new double[3];
            for (int c = 0; c < 3; c++) {
                double around = Math.cos(angle) * ahead[c] + Math.sin(angle) * side[c];
                place[c] = target[c] + mean[c] + nearer * away * around / length;
            }
            Pinhole camera = looking(photos.get(0), place, target, up);
            if (!blocked.test(camera)) {
                return camera;
            }
            wanted = wanted == null ? camera : wanted;
        }
        return wanted;
    }

    /** The place that the photos' cameras look at: nearest to all of their axes, in front of them. */
    static double[] meeting(List<Pinhole> photos) {
        double[][] m = new double[3][3];
        double[] b = new double[3];
        double[] ahead = new double[3];
        double[] mean = new double[3];
        for (Pinhole p : photos) {
            double[] o = p.centre();
            double[] d = {p.rotation()[6], p.rotation()[7], p.rotation()[8]};
            for (int i = 0; i < 3; i++) {
                ahead[i] += d[i] / photos.size();
                mean[i] += o[i] / photos.size();
                for (int j = 0; j < 3; j++) {
                    // a little of the identity, for axes that are all but parallel
                    double e = (i == j ? 1.01 : 0) - d[i] * d[j];
                    m[i][j] += e;
                    b[i] += e * o[j];
                }
            }
        }
        double[] a = cross(m[1], m[2]);
        double det = dot(m[0], a);
        double[] x = cross(m[2], m[0]);
        double[] y = cross(m[0], m[1]);
        double[] out = new double[3];
        for (int c = 0; c < 3; c++) {
            out[c] = (a[c] * b[0] + x[c] * b[1] + y[c] * b[2]) / det;
        }
        double[] offset = {out[0] - mean[0], out[1] - mean[1], out[2] - mean[2]};
        if (dot(offset, ahead) <= 0) { // they look apart: a step ahead of their middle
            double step = Math.max(1e-3, Pinhole.extent(photos));
            for (int c = 0; c < 3; c++) {
                out[c] = mean[c] + step * ahead[c];
            }
        }
        return out;
    }

    /** A camera at a place that looks at another. */
    public static Pinhole looking(Pinhole like, double[] place, double[] target, double[] up) {
        double[] ahead = unit(new double[] {target[0] - place[0], target[1] - place[1], target[2] - place[2]});
        double[] right = cross(ahead, up);
        if (dot(right, right) < 1e-12) {
            right = cross(ahead, Math.abs(ahead[0]) < 0.9 ? new double[] {1, 0, 0} : new double[] {0, 0, 1});
        }
        right = unit(right);
        double[] down = cross(ahead, right);
        return at(
                like,
                new double[] {right[0], right[1], right[2], down[0], down[1], down[2], ahead[0], ahead[1], ahead[2]},
                place);
    }

    private static Pinhole at(Pinhole like, double[] rotation, double[] centre) {
        double[] t = new double[3];
        for (int i = 0; i < 3; i++) {
            t[i] = -(rotation[3 * i] * centre[0] + rotation[3 * i + 1] * centre[1] + rotation[3 * i + 2] * centre[2]);
        }
        return new Pinhole(like.width(), like.height(), like.fx(), like.fy(), like.cx(), like.cy(), rotation, t);
    }

    private static double[] matrix(double[] quaternion) {
        double[] q = unit(quaternion);
        return Rotations.matrix(q[0], q[1], q[2], q[3]);
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    private static double[] cross(double[] a, double[] b) {
        return new double[] {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
    }

    private static double[] unit(double[] a) {
        double length = Math.sqrt(dot(a, a));
        double[] out = new double[a.length];
        for (int i = 0; i < a.length; i++) {
            out[i] = length == 0 ? (i == 0 ? 1 : 0) : a[i] / length;
        }
        return out;
    }
}
