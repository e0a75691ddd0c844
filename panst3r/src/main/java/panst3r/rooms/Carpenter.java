package panst3r.rooms;

/** Adds parts to a room in the frame of a piece of furniture: x to its right, y up, z to its front, in metres. */
final class Carpenter {
    final Solids solids;
    private final int instance;
    private final double[] frame;
    private final boolean shadow;

    private Carpenter(Solids solids, int instance, double[] frame, boolean shadow) {
        this.solids = solids;
        this.instance = instance;
        this.frame = frame;
        this.shadow = shadow;
    }

    /** At a place of the room; yaw 0 faces the room's z. */
    static Carpenter in(Solids solids, int instance, double x, double up, double z, double yaw) {
        // the room's y points down
        double[] room = {1, 0, 0, 0, 0, -1, 0, 0, 0, 0, 1, 0};
        return new Carpenter(solids, instance, room, true).at(x, up, z, yaw, 0, 0);
    }

    /** A frame within this one, turned about its upright axis, then tipped about its own x, then its own z. */
    Carpenter at(double x, double y, double z, double yaw, double pitch, double roll) {
        double sy = StrictMath.sin(yaw);
        double cy = StrictMath.cos(yaw);
        double sp = StrictMath.sin(pitch);
        double cp = StrictMath.cos(pitch);
        double sr = StrictMath.sin(roll);
        double cr = StrictMath.cos(roll);
        double[] turn = {
            cy * cr + sy * sp * sr,
            sy * sp * cr - cy * sr,
            sy * cp,
            x,
            cp * sr,
            cp * cr,
            -sp,
            y,
            cy * sp * sr - sy * cr,
            sy * sr + cy * sp * cr,
            cy * cp,
            z
        };
        double[] child = new double[12];
        for (int i = 0; i < 3; i++) {
            for (int j = 0; j < 4; j++) {
                double sum = j == 3 ? frame[4 * i + 3] : 0;
                for (int k = 0; k < 3; k++) {
                    sum += frame[4 * i + k] * turn[4 * k + j];
                }
                child[4 * i + j] = sum;
            }
        }
        return new Carpenter(solids, instance, child, shadow);
    }

    /** The same place for parts that light passes: lamp shades, window panes. */
    Carpenter withoutShadow() {
        return new Carpenter(solids, instance, frame, false);
    }

    void box(double x0, double x1, double y0, double y1, double z0, double z1, Material material) {
        solids.add(
                Solids.BOX,
                frame,
                (x0 + x1) / 2,
                (y0 + y1) / 2,
                (z0 + z1) / 2,
                (x1 - x0) / 2,
                (y1 - y0) / 2,
                (z1 - z0) / 2,
                1,
                instance,
                material,
                shadow);
    }

    /** Standing on y, radius r at the bottom and r · taper at the top. */
    void cylinder(double x, double y, double z, double r, double height, double taper, Material material) {
        solids.add(Solids.CYLINDER, frame, x, y + height / 2, z, r, height / 2, r, taper, instance, material, shadow);
    }

    void ball(double x, double y, double z, double rx, double ry, double rz, Material material) {
        solids.add(Solids.ELLIPSOID, frame, x, y, z, rx, ry, rz, 1, instance, material, shadow);
    }

    /** @return [3] a point of this frame in the room */
    double[] place(double x, double y, double z) {
        double[] p = new double[3];
        for (int i = 0; i < 3; i++) {
            p[i] = frame[4 * i] * x + frame[4 * i + 1] * y + frame[4 * i + 2] * z + frame[4 * i + 3];
        }
        return p;
    }
}
