package panst3r.figure;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ObjIntConsumer;
import panst3r.picture.PointSample;
import panst3r.picture.Viewpoint;
import panst3r.scene.Camera;

/** Upright coordinates of a scene: right and ahead of the first camera, on the level, and up; in the scene's units. */
final class Space {
    /** Points of a segment that its size is taken from. */
    private static final int ENOUGH = 2000;

    final double[] right;
    final double[] ahead;
    final double[] up;

    Space(List<Camera> cameras) {
        up = Viewpoint.up(cameras);
        double[] r = cameras.get(0).rotation();
        ahead = Viewpoint.level(new double[] {r[2], r[5], r[8]}, up);
        right = cross(ahead, up);
    }

    /** Along right, ahead and up. */
    double[] of(double x, double y, double z) {
        return new double[] {
            right[0] * x + right[1] * y + right[2] * z,
            ahead[0] * x + ahead[1] * y + ahead[2] * z,
            up[0] * x + up[1] * y + up[2] * z
        };
    }

    double[] of(double[] p) {
        return of(p[0], p[1], p[2]);
    }

    /** World coordinates of right, ahead and up. */
    double[] world(double r, double a, double u) {
        double[] out = new double[3];
        for (int k = 0; k < 3; k++) {
            out[k] = r * right[k] + a * ahead[k] + u * up[k];
        }
        return out;
    }

    private static double[] cross(double[] a, double[] b) {
        return new double[] {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
    }

    /**
     * Right, ahead and up of the points of every segment that has ten or more of this confidence; some thousands of each,
     * evenly chosen, which tell as much as all.
     */
    Map<Integer, double[][]> bySegment(List<PointSample> samples, double minConfidence) {
        Map<Integer, Integer> counts = new HashMap<>();
        each(samples, minConfidence, (s, i) -> counts.merge(s.segment()[i], 1, Integer::sum));
        Map<Integer, double[][]> out = new HashMap<>();
        Map<Integer, Integer> seen = new HashMap<>();
        counts.forEach((id, n) -> {
            if (id != 0 && n >= 10) {
                int step = 1 + n / ENOUGH;
                out.put(id, new double[3][(n + step - 1) / step]);
            }
        });
        each(samples, minConfidence, (s, i) -> {
            int id = s.segment()[i];
            double[][] points = out.get(id);
            if (points != null) {
                int at = seen.merge(id, 1, Integer::sum) - 1;
                int step = 1 + counts.get(id) / ENOUGH;
                if (at % step == 0) {
                    double[] p = of(s.xyz()[3 * i], s.xyz()[3 * i + 1], s.xyz()[3 * i + 2]);
                    for (int k = 0; k < 3; k++) {
                        points[k][at / step] = p[k];
                    }
                }
            }
        });
        return out;
    }

    private static void each(List<PointSample> samples, double minConfidence, ObjIntConsumer<PointSample> action) {
        for (PointSample s : samples) {
            for (int i = 0; i < s.size(); i++) {
                if (s.confidence()[i] >= minConfidence) {
                    action.accept(s, i);
                }
            }
        }
    }

    /**
     * Length, width and height of points: of the upright box of the least floor area, turned by whole degrees, around all
     * but the outermost fiftieth on each side.
     *
     * @param points right, ahead and up
     */
    static double[] size(double[][] points) {
        double[] best = null;
        for (int degrees = 0; degrees < 90; degrees++) {
            double c = Math.cos(Math.toRadians(degrees));
            double s = Math.sin(Math.toRadians(degrees));
            double a = span(points[0], points[1], c, s);
            double b = span(points[0], points[1], -s, c);
            if (best == null || a * b < best[0] * best[1]) {
                best = new double[] {Math.max(a, b), Math.min(a, b)};
            }
        }
        return new double[] {best[0], best[1], span(points[2], points[2], 1, 0)};
    }

    /** Between the 2nd and the 98th percentile of c·x + s·y. */
    private static double span(double[] x, double[] y, double c, double s) {
        double[] along = new double[x.length];
        for (int i = 0; i < along.length; i++) {
            along[i] = c * x[i] + s * y[i];
        }
        Arrays.sort(along);
        int cut = along.length / 50;
        return along[along.length - 1 - cut] - along[cut];
    }
}
