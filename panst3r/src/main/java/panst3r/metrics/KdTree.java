package panst3r.metrics;

import java.util.Arrays;

/** Nearest neighbours among fixed points in space: a balanced tree stored in the order of its points. */
public final class KdTree {
    private static final int LEAF = 8;

    private final double[] points; // [N, 3], permuted so that the middle of every range is its root
    private final int[] numbers; // where each stood before

    /** @param points [N, 3], at least one; copied */
    public KdTree(double[] points) {
        if (points.length == 0) {
            throw new IllegalArgumentException("no points");
        }
        this.points = points.clone();
        numbers = new int[points.length / 3];
        Arrays.setAll(numbers, i -> i);
        build(0, points.length / 3, 0);
    }

    /** The nearest point, as it was counted when they were given. */
    int nearest(double x, double y, double z) {
        int[] found = {0}; // as good as any where no distance is a number
        search(x, y, z, new double[] {Double.POSITIVE_INFINITY}, found);
        return found[0];
    }

    /** Squared distance to the nearest point. */
    double nearestSquared(double x, double y, double z) {
        return nearestSquared(x, y, z, 1)[0];
    }

    /** Squared distances to the nearest {@code count} points, growing; infinite where there are no more points. */
    public double[] nearestSquared(double x, double y, double z, int count) {
        double[] best = new double[count];
        Arrays.fill(best, Double.POSITIVE_INFINITY);
        search(x, y, z, best, new int[count]);
        return best;
    }

    private void search(double x, double y, double z, double[] best, int[] found) {
        nearest(new double[] {x, y, z}, 0, numbers.length, 0, new double[3], best, found);
    }

    /** @param beyond how far q lies outside the range's cell, along each axis; a query far from all points ends early by it */
    private void nearest(double[] q, int from, int to, int axis, double[] beyond, double[] best, int[] found) {
        if (to - from <= LEAF) {
            for (int i = from; i < to; i++) {
                insert(best, found, squared(q, i), i);
            }
            return;
        }
        int middle = (from + to) >>> 1;
        insert(best, found, squared(q, middle), middle);
        double side = q[axis] - points[3 * middle + axis];
        int next = (axis + 1) % 3;
        boolean low = side < 0;
        nearest(q, low ? from : middle + 1, low ? middle : to, next, beyond, best, found);
        double here = beyond[axis];
        beyond[axis] = side;
        if (beyond[0] * beyond[0] + beyond[1] * beyond[1] + beyond[2] * beyond[2] < best[best.length - 1]) {
            nearest(q, low ? middle + 1 : from, low ? to : middle, next, beyond, best, found);
        }
        beyond[axis] = here;
    }

    private void insert(double[] best, int[] found, double square, int point) {
        for (int k = best.length - 1; k >= 0 && square < best[k]; k--) {
            if (k + 1 < best.length) {
                best[k + 1] = best[k];
                found[k + 1] = found[k];
            }
            best[k] = square;
            found[k] = numbers[point];
        }
    }

    private double squared(double[] q, int i) {
        double dx = q[0] - points[3 * i];
        double dy = q[1] - points[3 * i + 1];
        double dz = q[2] - points[3 * i + 2];
        return dx * dx + dy * dy + dz * dz;
    }

    private void build(int from, int to, int axis) {
        if (to - from <= LEAF) {
            return;
        }
        int middle = (from + to) >>> 1;
        select(from, to - 1, middle, axis);
        build(from, middle, (axis + 1) % 3);
        build(middle + 1, to, (axis + 1) % 3);
    }

    /** Quickselect: the k-th smallest along the axis ends at k, smaller ones before it. */
    private void select(int from, int to, int k, int axis) {
        while (from < to) {
            double pivot = points[3 * ((from + to) >>> 1) + axis];
            int i = from;
            int j = to;
            while (i <= j) {
                while (points[3 * i + axis] < pivot) {
                    i++;
                }
                while (points[3 * j + axis] > pivot) {
                    j--;
                }
                if (i <= j) {
                    swap(i++, j--);
                }
            }
            if (k <= j) {
                to = j;
            } else if (k >= i) {
                from = i;
            } else {
                return;
            }
        }
    }

    private void swap(int i, int j) {
        for (int a = 0; a < 3; a++) {
            double t = points[3 * i + a];
            points[3 * i + a] = points[3 * j + a];
            points[3 * j + a] = t;
        }
        int n = numbers[i];
        numbers[i] = numbers[j];
        numbers[j] = n;
    }
}
