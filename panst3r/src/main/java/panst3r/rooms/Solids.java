package panst3r.rooms;

import java.util.Arrays;

/**
 * The solid parts of a room and the tree that finds what a ray hits. A part is a unit box, ball or upright cylinder
 * under an affine map, so a ray is taken to the unit space and its distances stay as they are.
 */
final class Solids {
    static final byte BOX = 0;
    static final byte ELLIPSOID = 1;
    static final byte CYLINDER = 2;

    private static final double NEAR = 1e-7;
    private static final int LEAF = 1;
    private static final int BINS = 8;

    int count;
    byte[] kind = new byte[64];
    int[] owner = new int[64];
    Material[] material = new Material[64];
    boolean[] castsShadow = new boolean[64];
    /** Radius at the top of a cylinder whose radius at the bottom is 1. */
    double[] taper = new double[64];
    /** [n, 3, 4] world to unit space. */
    double[] toUnit = new double[64 * 12];
    /** [n, 3] half sizes in metres. */
    double[] half = new double[64 * 3];
    /** [n, 6] low and high corner in the world. */
    double[] bounds = new double[64 * 6];

    private int nodes;
    private double[] nodeBounds;
    /** Inner node: index of its second child (the first follows it); leaf: −1 − first index into order. */
    private int[] nodeLink;

    private int[] nodeCount;
    private int[] order;

    /** What a ray needs on its way; one for each thread. */
    static final class Ray {
        double ox;
        double oy;
        double oz;
        double dx;
        double dy;
        double dz;
        /** Reach of the ray; after {@link #closest} the distance of the hit in units of the direction's length. */
        double t;

        private final int[] stack = new int[64];

        void from(double x, double y, double z) {
            ox = x;
            oy = y;
            oz = z;
        }

        void towards(double x, double y, double z) {
            dx = x;
            dy = y;
            dz = z;
        }
    }

    /**
     * Adds a part.
     *
     * @param frame [3, 4] local to world; its three axes are orthonormal
     */
    void add(
            byte shape,
            double[] frame,
            double x,
            double y,
            double z,
            double hx,
            double hy,
            double hz,
            double top,
            int instance,
            Material of,
            boolean shadow) {
        if (count == kind.length) {
            grow();
        }
        int n = count++;
        kind[n] = shape;
        owner[n] = instance;
        material[n] = of;
        castsShadow[n] = shadow;
        taper[n] = top;
        half[3 * n] = hx;
        half[3 * n + 1] = hy;
        half[3 * n + 2] = hz;
        double wide = Math.max(1, top);
        for (int i = 0; i < 3; i++) {
            double centre = frame[4 * i] * x + frame[4 * i + 1] * y + frame[4 * i + 2] * z + frame[4 * i + 3];
            double ax = frame[4 * i] * hx;
            double ay = frame[4 * i + 1] * hy;
            double az = frame[4 * i + 2] * hz;
            double reach;
            if (shape == BOX) {
                reach = Math.abs(ax) + Math.abs(ay) + Math.abs(az);
            } else if (shape == ELLIPSOID) {
                reach = Math.sqrt(ax * ax + ay * ay + az * az);
            } else {
                reach = Math.abs(ay) + wide * Math.sqrt(ax * ax + az * az);
            }
            bounds[6 * n + i] = centre - reach;
            bounds[6 * n + 3 + i] = centre + reach;
        }
        for (int axis = 0; axis < 3; axis++) {
            double scale = 1 / half[3 * n + axis];
            double shift = 0;
            for (int i = 0; i < 3; i++) {
                double a = frame[4 * i + axis] * scale;
                toUnit[12 * n + 4 * axis + i] = a;
                shift -= a * (frame[4 * i] * x + frame[4 * i + 1] * y + frame[4 * i + 2] * z + frame[4 * i + 3]);
            }
            toUnit[12 * n + 4 * axis + 3] = shift;
        }
    }

    private void grow() {
        int size = 2 * count;
        kind = Arrays.copyOf(kind, size);
        owner = Arrays.copyOf(owner, size);
        material = Arrays.copyOf(material, size);
        castsShadow = Arrays.copyOf(castsShadow, size);
        taper = Arrays.copyOf(taper, size);
        toUnit = Arrays.copyOf(toUnit, 12 * size);
        half = Arrays.copyOf(half, 3 * size);
        bounds = Arrays.copyOf(bounds, 6 * size);
    }

    /** Low and high corner of the parts first … end − 1. */
    double[] boundsOf(int first, int end) {
        double[] box = {1e9, 1e9, 1e9, -1e9, -1e9, -1e9};
        for (int n = first; n < end; n++) {
            for (int i = 0; i < 3; i++) {
                box[i] = Math.min(box[i], bounds[6 * n + i]);
                box[3 + i] = Math.max(box[3 + i], bounds[6 * n + 3 + i]);
            }
        }
        return box;
    }

    /**
     * Whether the oriented boxes around two parts share more than a film of the given thickness in metres (separating
     * axes: the six faces and the nine products of edges).
     */
    boolean overlap(int a, int b, double film) {
        for (int i = 0; i < 3; i++) {
            if (bounds[6 * a + i] > bounds[6 * b + 3 + i] - film || bounds[6 * b + i] > bounds[6 * a + 3 + i] - film) {
                return false;
            }
        }
        double[] u = axes(a);
        double[] v = axes(b);
        double[] d = new double[3];
        for (int i = 0; i < 3; i++) {
            d[i] = (bounds[6 * b + i] + bounds[6 * b + 3 + i] - bounds[6 * a + i] - bounds[6 * a + 3 + i]) / 2;
        }
        for (int i = 0; i < 15; i++) {
            double[] axis = new double[3];
            if (i < 3) {
                System.arraycopy(u, 3 * i, axis, 0, 3);
            } else if (i < 6) {
                System.arraycopy(v, 3 * (i - 3), axis, 0, 3);
            } else {
                int p = 3 * ((i - 6) / 3);
                int q = 3 * ((i - 6) % 3);
                for (int k = 0; k < 3; k++) {
                    int k1 = (k + 1) % 3;
                    int k2 = (k + 2) % 3;
                    axis[k] = u[p + k1] * v[q + k2] - u[p + k2] * v[q + k1];
                }
            }
            double length = Math.sqrt(axis[0] * axis[0] + axis[1] * axis[1] + axis[2] * axis[2]);
            if (length < 1e-6) {
                continue;
            }
            double gap = Math.abs(d[0] * axis[0] + d[1] * axis[1] + d[2] * axis[2]) / length;
            double reach = 0;
            for (int k = 0; k < 3; k++) {
                reach += reachOf(a, k)
                        * Math.abs(u[3 * k] * axis[0] + u[3 * k + 1] * axis[1] + u[3 * k + 2] * axis[2])
                        / length;
                reach += reachOf(b, k)
                        * Math.abs(v[3 * k] * axis[0] + v[3 * k + 1] * axis[1] + v[3 * k + 2] * axis[2])
                        / length;
            }
            if (gap > reach - film) {
                return false;
            }
        }
        return true;
    }

    private double reachOf(int n, int axis) {
        return half[3 * n + axis] * (kind[n] == CYLINDER && axis != 1 ? Math.max(1, taper[n]) : 1);
    }

    /** [3, 3] the unit axes of a part in the world. */
    private double[] axes(int n) {
        double[] result = new double[9];
        for (int axis = 0; axis < 3; axis++) {
            for (int i = 0; i < 3; i++) {
                result[3 * axis + i] = toUnit[12 * n + 4 * axis + i] * half[3 * n + axis];
            }
        }
        return result;
    }

    /** Builds the tree (binned surface area heuristic); to be called after the last {@link #add}. */
    void index() {
        order = new int[count];
        for (int i = 0; i < count; i++) {
            order[i] = i;
        }
        int most = Math.max(1, 2 * count);
        nodeBounds = new double[6 * most];
        nodeLink = new int[most];
        nodeCount = new int[most];
        nodes = 0;
        if (count > 0) {
            split(0, count);
        }
    }

    private void split(int first, int end) {
        int node = nodes++;
        double[] box = {1e9, 1e9, 1e9, -1e9, -1e9, -1e9};
        double[] centres = {1e9, 1e9, 1e9, -1e9, -1e9, -1e9};
        for (int k = first; k < end; k++) {
            int at = 6 * order[k];
            for (int i = 0; i < 3; i++) {
                box[i] = Math.min(box[i], bounds[at + i]);
                box[3 + i] = Math.max(box[3 + i], bounds[at + 3 + i]);
                double centre = bounds[at + i] + bounds[at + 3 + i];
                centres[i] = Math.min(centres[i], centre);
                centres[3 + i] = Math.max(centres[3 + i], centre);
            }
        }
        System.arraycopy(box, 0, nodeBounds, 6 * node, 6);
        int axis = 0;
        for (int i = 1; i < 3; i++) {
            if (centres[3 + i] - centres[i] > centres[3 + axis] - centres[axis]) {
                axis = i;
            }
        }
        double low = centres[axis];
        double width = centres[3 + axis] - low;
        if (end - first <= LEAF || width < 1e-9) {
            nodeLink[node] = -1 - first;
            nodeCount[node] = end - first;
            return;
        }
        int bin = bestBin(first, end, axis, low, width);
        int middle = first;
        for (int k = first; k < end; k++) {
            int part = order[k];
            if (binOf(part, axis, low, width) <= bin) {
                order[k] = order[middle];
                order[middle++] = part;
            }
        }
        split(first, middle);
        nodeLink[node] = nodes;
        split(middle, end);
    }

    private int binOf(int part, int axis, double low, double width) {
        double centre = bounds[6 * part + axis] + bounds[6 * part + 3 + axis];
        return Math.min(BINS - 1, (int) ((centre - low) / width * BINS));
    }

    /** The bin after which to cut; both sides are never empty, since the first and the last bin are not. */
    private int bestBin(int first, int end, int axis, double low, double width) {
        int[] members = new int[BINS];
        double[][] boxes = new double[BINS][];
        for (int b = 0; b < BINS; b++) {
            boxes[b] = new double[] {1e9, 1e9, 1e9, -1e9, -1e9, -1e9};
        }
        for (int k = first; k < end; k++) {
            int b = binOf(order[k], axis, low, width);
            members[b]++;
            extend(boxes[b], bounds, 6 * order[k]);
        }
        int best = 0;
        double bestCost = Double.MAX_VALUE;
        for (int cut = 0; cut < BINS - 1; cut++) {
            double[] left = {1e9, 1e9, 1e9, -1e9, -1e9, -1e9};
            double[] right = {1e9, 1e9, 1e9, -1e9, -1e9, -1e9};
            int inLeft = 0;
            int inRight = 0;
            for (int b = 0; b < BINS; b++) {
                if (members[b] > 0) {
                    extend(b <= cut ? left : right, boxes[b], 0);
                    inLeft += b <= cut ? members[b] : 0;
                    inRight += b <= cut ? 0 : members[b];
                }
            }
            double cost = inLeft * area(left) + inRight * area(right);
            if (cost < bestCost) {
                bestCost = cost;
                best = cut;
            }
        }
        return best;
    }

    private static void extend(double[] box, double[] by, int at) {
        for (int i = 0; i < 3; i++) {
            box[i] = Math.min(box[i], by[at + i]);
            box[3 + i] = Math.max(box[3 + i], by[at + 3 + i]);
        }
    }

    private static double area(double[] box) {
        double x = box[3] - box[0];
        double y = box[4] - box[1];
        double z = box[5] - box[2];
        return x * y + y * z + z * x;
    }

    /** @return the nearest part within ray.t, which becomes its distance, or −1 */
    int closest(Ray ray) {
        return trace(ray, false);
    }

    /** @return whether anything that casts a shadow is hit within ray.t */
    boolean blocked(Ray ray) {
        return trace(ray, true) >= 0;
    }

    private int trace(Ray ray, boolean any) {
        if (nodes == 0) {
            return -1;
        }
        final double ox = ray.ox;
        final double oy = ray.oy;
        final double oz = ray.oz;
        final double ix = inverse(ray.dx);
        final double iy = inverse(ray.dy);
        final double iz = inverse(ray.dz);
        final int sx = ix < 0 ? 3 : 0;
        final int sy = iy < 0 ? 3 : 0;
        final int sz = iz < 0 ? 3 : 0;
        final double[] box = nodeBounds;
        final int[] stack = ray.stack;
        int depth = 0;
        int hit = -1;
        double reach = ray.t;
        int node = 0;
        if (enter(box, 0, ox, oy, oz, ix, iy, iz, sx, sy, sz, reach) > reach) {
            return -1;
        }
        while (true) {
            int link = nodeLink[node];
            if (link < 0) {
                int first = -1 - link;
                for (int k = first, end = first + nodeCount[node]; k < end; k++) {
                    int part = order[k];
                    if (any && !castsShadow[part]) {
                        continue;
                    }
                    double t = hit(part, ray, reach);
                    if (t < reach) {
                        if (any) {
                            return part;
                        }
                        reach = t;
                        hit = part;
                    }
                }
            } else {
                int near = node + 1;
                int far = link;
                double tNear = enter(box, 6 * near, ox, oy, oz, ix, iy, iz, sx, sy, sz, reach);
                double tFar = enter(box, 6 * far, ox, oy, oz, ix, iy, iz, sx, sy, sz, reach);
                if (tFar < tNear) {
                    int swap = near;
                    near = far;
                    far = swap;
                    double t = tNear;
                    tNear = tFar;
                    tFar = t;
                }
                if (tNear < reach) {
                    if (tFar < reach) {
                        stack[depth++] = far;
                    }
                    node = near;
                    continue;
                }
            }
            if (depth == 0) {
                break;
            }
            node = stack[--depth];
        }
        ray.t = reach;
        return hit;
    }

    /** Large instead of infinite, so that 0 · it stays 0 for a ray within the plane of a face. */
    private static double inverse(double d) {
        return d == 0 ? 1e30 : 1 / d;
    }

    /**
     * Where a ray enters a node's box, or infinity.
     *
     * @param x 0 or 3: whether the low or the high corner holds the plane that the ray meets first; y and z likewise
     */
    private static double enter(
            double[] box,
            int at,
            double ox,
            double oy,
            double oz,
            double ix,
            double iy,
            double iz,
            int x,
            int y,
            int z,
            double reach) {
        double in = Math.max((box[at + x] - ox) * ix, (box[at + 1 + y] - oy) * iy);
        in = Math.max(in, (box[at + 2 + z] - oz) * iz);
        double out = Math.min((box[at + 3 - x] - ox) * ix, (box[at + 4 - y] - oy) * iy);
        out = Math.min(out, (box[at + 5 - z] - oz) * iz);
        return in <= out && out >= 0 && in < reach ? in : Double.POSITIVE_INFINITY;
    }

    /** Distance at which a ray from outside meets a part, or reach. */
    double hit(int part, Ray ray, double reach) {
        final double[] m = toUnit;
        final int at = 12 * part;
        final double ox = m[at] * ray.ox + m[at + 1] * ray.oy + m[at + 2] * ray.oz + m[at + 3];
        final double oy = m[at + 4] * ray.ox + m[at + 5] * ray.oy + m[at + 6] * ray.oz + m[at + 7];
        final double oz = m[at + 8] * ray.ox + m[at + 9] * ray.oy + m[at + 10] * ray.oz + m[at + 11];
        final double dx = m[at] * ray.dx + m[at + 1] * ray.dy + m[at + 2] * ray.dz;
        final double dy = m[at + 4] * ray.dx + m[at + 5] * ray.dy + m[at + 6] * ray.dz;
        final double dz = m[at + 8] * ray.dx + m[at + 9] * ray.dy + m[at + 10] * ray.dz;
        if (kind[part] == BOX) {
            // the slab |p| ≤ 1 is crossed from −o/d − |1/d| to −o/d + |1/d|
            double ix = inverse(dx);
            double iy = inverse(dy);
            double iz = inverse(dz);
            double sx = Math.abs(ix);
            double sy = Math.abs(iy);
            double sz = Math.abs(iz);
            double mx = -ox * ix;
            double my = -oy * iy;
            double mz = -oz * iz;
            double in = Math.max(mx - sx, Math.max(my - sy, mz - sz));
            double out = Math.min(mx + sx, Math.min(my + sy, mz + sz));
            return in <= out && in > NEAR && in < reach ? in : reach;
        }
        if (kind[part] == ELLIPSOID) {
            double a = dx * dx + dy * dy + dz * dz;
            double b = ox * dx + oy * dy + oz * dz;
            double c = ox * ox + oy * oy + oz * oz - 1;
            double root = b * b - a * c;
            if (root < 0) {
                return reach;
            }
            double t = (-b - Math.sqrt(root)) / a;
            return t > NEAR && t < reach ? t : reach;
        }
        double best = reach;
        double mean = (1 + taper[part]) / 2;
        double slope = (taper[part] - 1) / 2;
        double ro = mean + slope * oy;
        double rd = slope * dy;
        double a = dx * dx + dz * dz - rd * rd;
        double b = ox * dx + oz * dz - ro * rd;
        double c = ox * ox + oz * oz - ro * ro;
        double root = b * b - a * c;
        if (root > 0 && Math.abs(a) > 1e-12) {
            double t = (-b - Math.sqrt(root)) / a;
            double y = oy + t * dy;
            if (t > NEAR && t < best && y >= -1 && y <= 1) {
                best = t;
            }
        }
        // the cap that faces the ray
        double cap = dy > 0 ? -1 : 1;
        double t = (cap - oy) / dy;
        if (t > NEAR && t < best) {
            double x = ox + t * dx;
            double z = oz + t * dz;
            double r = cap > 0 ? taper[part] : 1;
            if (x * x + z * z <= r * r) {
                best = t;
            }
        }
        return best;
    }
}
