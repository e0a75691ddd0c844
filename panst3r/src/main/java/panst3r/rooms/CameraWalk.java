package panst3r.rooms;

import java.util.ArrayList;
import java.util.List;

/** Chooses where the photos of a room are taken: at eye height, clear of furniture, each overlapping an earlier one. */
final class CameraWalk {
    private static final int COLUMNS = 14;
    private static final int ROWS = 10;
    private static final double NEAREST = 0.35;
    /** Radians below the horizon. */
    private static final double LEAST_PITCH = -0.06;

    private static final double MOST_PITCH = 0.42;

    private final Room room;
    private final RoomOptions options;
    private final Rng rng;
    private final double focal;
    private final double eye;
    /** Of the next candidate; positive looks down. */
    private double pitch;

    private final List<Glance> taken = new ArrayList<>();

    /** A candidate with the points that a coarse grid of its rays meets. */
    private record Glance(RoomCamera camera, RoomCamera coarse, float[] depth, int things, double nearest) {}

    private CameraWalk(Room room, RoomOptions options) {
        this.room = room;
        this.options = options;
        rng = Rng.of(room.seed(), options.baseline() == Baseline.WIDE ? 11 : 12);
        double field = Math.toRadians(rng.between(options.minFieldOfView(), options.maxFieldOfView()));
        focal = Math.max(options.width(), options.height()) / 2.0 / StrictMath.tan(field / 2);
        eye = Math.min(rng.between(1.25, 1.75), room.height() - 0.4);
    }

    static List<RoomCamera> choose(Room room, RoomOptions options) {
        CameraWalk walk = new CameraWalk(room, options);
        return options.baseline() == Baseline.WIDE ? walk.wide() : walk.narrow();
    }

    private List<RoomCamera> cameras() {
        return taken.stream().map(Glance::camera).toList();
    }

    /** From all over the room towards a common part of it. */
    private List<RoomCamera> wide() {
        double tx = room.width() * rng.between(-0.25, 0.25);
        double tz = room.depth() * rng.between(-0.25, 0.25);
        while (taken.size() < options.views()) {
            Glance best = null;
            double bestScore = -Double.MAX_VALUE;
            int wanted = taken.isEmpty() ? 12 : 8;
            for (int attempt = 0, good = 0; attempt < 60 && good < wanted; attempt++) {
                double x = room.width() * rng.between(-0.46, 0.46);
                double z = room.depth() * rng.between(-0.46, 0.46);
                // towards the common part from afar, over the middle of the room from near by
                double dx = tx + rng.between(-0.6, 0.6) - x;
                double dz = tz + rng.between(-0.6, 0.6) - z;
                double away = Math.sqrt(dx * dx + dz * dz);
                if (away < 1) {
                    dx = -x;
                    dz = -z;
                }
                pitch = rng.between(LEAST_PITCH, MOST_PITCH);
                Glance g = look(x, z, StrictMath.atan2(dx, dz), attempt > 40);
                if (g == null) {
                    continue;
                }
                double overlap = taken.isEmpty() ? 1 : overlap(g);
                if (overlap > 0.3 || attempt > 50) {
                    good++;
                    double score = g.things + 6 * Math.min(overlap, 0.6) + 2 * Math.min(1.2, g.nearest) + apart(g);
                    if (score > bestScore) {
                        bestScore = score;
                        best = g;
                    }
                }
            }
            taken.add(best == null ? fallback() : best);
        }
        return cameras();
    }

    /** A little for a place of its own. */
    private double apart(Glance g) {
        double least = 2;
        for (Glance t : taken) {
            double dx = g.camera.cameraToWorld()[3] - t.camera.cameraToWorld()[3];
            double dz = g.camera.cameraToWorld()[11] - t.camera.cameraToWorld()[11];
            least = Math.min(least, Math.sqrt(dx * dx + dz * dz));
        }
        return 2 * least;
    }

    /** Step by step, turning slowly. */
    private List<RoomCamera> narrow() {
        Glance start = null;
        double bestScore = -1;
        double yaw = 0;
        double firstPitch = 0.2;
        for (int attempt = 0, good = 0; attempt < 60 && good < 10; attempt++) {
            double x = room.width() * rng.between(-0.46, 0.46);
            double z = room.depth() * rng.between(-0.46, 0.46);
            double turn = StrictMath.atan2(-x, -z) + rng.between(-0.8, 0.8);
            pitch = rng.between(LEAST_PITCH, MOST_PITCH);
            Glance g = look(x, z, turn, attempt > 40);
            if (g != null) {
                good++;
                double score = g.things + 2 * Math.min(1.5, g.nearest);
                if (score > bestScore) {
                    firstPitch = pitch;
                    bestScore = score;
                    start = g;
                    yaw = turn;
                }
            }
        }
        taken.add(start == null ? fallback() : start);
        double heading = yaw + rng.pick(-1.6, -1.2, 0.0, 1.2, 1.6);
        double turning = rng.between(-0.12, 0.12);
        while (taken.size() < options.views()) {
            double[] pose = taken.get(taken.size() - 1).camera.cameraToWorld();
            Glance next = null;
            double nextYaw = yaw;
            double nextHeading = heading;
            for (int attempt = 0, good = 0; attempt < 40 && good < 3; attempt++) {
                double course = heading + rng.between(-0.4, 0.4) + 0.15 * attempt * (attempt % 2 == 0 ? 1 : -1);
                double step = rng.between(0.15, 0.5);
                double turn = Math.max(-0.26, Math.min(0.26, turning + rng.between(-0.14, 0.14)));
                double x = pose[3] + step * StrictMath.sin(course);
                double z = pose[11] + step * StrictMath.cos(course);
                pitch = Math.max(LEAST_PITCH, Math.min(MOST_PITCH, firstPitch + rng.between(-0.08, 0.08)));
                Glance g = look(x, z, yaw + turn, attempt > 30);
                if (g != null) {
                    good++;
                    if (next == null || g.things > next.things) {
                        next = g;
                        nextYaw = yaw + turn;
                        nextHeading = course;
                    }
                }
            }
            turning = nextYaw - yaw;
            yaw = nextYaw;
            heading = nextHeading;
            if (next == null) { // no way on: turn where one stands
                yaw += rng.between(0.1, 0.2);
                next = glance(pose[3], pose[11], yaw, eye, firstPitch, 0);
            }
            taken.add(next);
        }
        return cameras();
    }

    /** A camera at a place, or null if that is within furniture or shows little. */
    private Glance look(double x, double z, double yaw, boolean lenient) {
        double clear = lenient ? 0.12 : 0.3;
        double hx = room.width() / 2 - clear;
        double hz = room.depth() / 2 - clear;
        if (Math.abs(x) > hx || Math.abs(z) > hz) {
            return null;
        }
        for (Room.Placed p : room.placed) {
            boolean inTheWay = p.footprint().high() > 0.2 && p.footprint().low() < eye + 0.15;
            if (inTheWay && p.footprint().distance(x, z) < clear) {
                return null;
            }
        }
        Glance g = glance(x, z, yaw, eye + rng.between(-0.08, 0.08), pitch, rng.between(-0.035, 0.035));
        return g.nearest < (lenient ? 0.15 : NEAREST) ? null : g;
    }

    private Glance fallback() {
        return glance(0, 0, rng.between(-3, 3), room.height() - 0.35, 0.4, 0);
    }

    private Glance glance(double x, double z, double yaw, double up, double pitch, double roll) {
        RoomCamera camera = RoomCamera.at(options.width(), options.height(), focal, x, -up, z, yaw, pitch, roll);
        double sx = (double) COLUMNS / camera.width();
        double sy = (double) ROWS / camera.height();
        RoomCamera coarse = new RoomCamera(
                COLUMNS, ROWS, focal * sx, focal * sy, COLUMNS / 2.0 - 0.5, ROWS / 2.0 - 0.5, camera.cameraToWorld());
        float[] depth = new float[COLUMNS * ROWS];
        int[] ids = Renderer.glance(room, coarse, depth);
        double nearest = 1e9;
        long seen = 0;
        for (int i = 0; i < ids.length; i++) {
            nearest = Math.min(nearest, depth[i]);
            seen |= ids[i] > Room.CEILING ? 1L << (ids[i] & 63) : 0;
        }
        return new Glance(camera, coarse, depth, Long.bitCount(seen), nearest);
    }

    /** The largest share of a candidate's points that one of the earlier views sees too. */
    private double overlap(Glance g) {
        double most = 0;
        for (Glance t : taken) {
            int shared = 0;
            for (int i = 0; i < g.depth.length; i++) {
                double[] p = g.coarse.unproject(i % COLUMNS, i / COLUMNS, g.depth[i]);
                double[] q = t.coarse.project(p[0], p[1], p[2]);
                if (q[2] > 0.05 && q[0] > -0.5 && q[1] > -0.5 && q[0] < COLUMNS - 0.5 && q[1] < ROWS - 0.5) {
                    int at = (int) (q[1] + 0.5) * COLUMNS + (int) (q[0] + 0.5);
                    if (Math.abs(t.depth[at] - q[2]) < 0.12 * q[2]) {
                        shared++;
                    }
                }
            }
            most = Math.max(most, (double) shared / g.depth.length);
        }
        return most;
    }
}
