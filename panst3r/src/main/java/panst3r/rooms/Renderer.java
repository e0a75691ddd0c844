package panst3r.rooms;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import panst3r.CancelledException;
import panst3r.PanSt3RException;
import panst3r.Progress;

/**
 * Casts the rays of one photo. Three passes over the rows: what every pixel sees and whether one point of every light
 * sees it; light, with those answers averaged over the 4×4 neighbours on the same face, each of which asked another
 * point (interleaved sampling, Keller and Heidrich 2001); smooth edges, tone curve and noise. Every pass reads only what
 * the one before has finished, so the number of threads changes nothing.
 */
final class Renderer {
    private static final int TILE = 4;
    private static final int SAMPLES = TILE * TILE;
    /** Order in which the pixels of a tile ask the points of a light: neighbours ask distant ones. */
    private static final int[] SHUFFLE = {0, 8, 2, 10, 12, 4, 14, 6, 3, 11, 1, 9, 15, 7, 13, 5};

    private static final double[] AO_X = new double[SAMPLES];
    private static final double[] AO_Y = new double[SAMPLES];
    private static final double[] AO_Z = new double[SAMPLES];
    private static final double AO_REACH = 0.7;
    /** The other rays of a pixel at an edge, besides the one through its centre. */
    private static final double[][] SUBPIXELS = {{-0.35, -0.15}, {0.05, 0.38}, {0.35, -0.2}};

    private static final float[] TONE = new float[4096];
    private static final double TONE_RANGE = 3;
    private static final float UNASKED = -1;

    static {
        for (int i = 0; i < SAMPLES; i++) {
            double a = (i + 0.5) / SAMPLES;
            double turn = 2 * Math.PI * reversed(i);
            AO_X[i] = Math.sqrt(a) * StrictMath.cos(turn);
            AO_Y[i] = Math.sqrt(a) * StrictMath.sin(turn);
            AO_Z[i] = Math.sqrt(1 - a);
        }
        for (int i = 0; i < TONE.length; i++) {
            double root = TONE_RANGE * i / (TONE.length - 1);
            double x = root * root;
            double compressed = x * (1 + x / 9) / (1 + x) * 1.12;
            TONE[i] = (float) (255 * Math.min(1, StrictMath.pow(compressed, 1 / 2.2)));
        }
    }

    private final Room room;
    private final Solids solids;
    private final RoomCamera camera;
    private final double noise;
    private final int width;
    private final int height;
    private final int lights;
    private final int channels;

    private final float[] depth;
    /** 8 · part + face, or −1 − face of the shell: equal for pixels of one flat face or one round part. */
    private final int[] key;

    private final int[] ids;
    private final float[] normal;
    private final float[] albedo;
    private final float[] visible;
    private final float[] light;
    private final byte[] rgb;

    private Renderer(Room room, RoomCamera camera, double noise) {
        this.room = room;
        this.camera = camera;
        this.noise = noise;
        solids = room.solids;
        width = camera.width();
        height = camera.height();
        lights = room.lights.size();
        channels = lights + 2;
        int n = width * height;
        depth = new float[n];
        key = new int[n];
        ids = new int[n];
        normal = new float[3 * n];
        albedo = new float[3 * n];
        visible = new float[channels * n];
        light = new float[3 * n];
        rgb = new byte[3 * n];
    }

    private static double reversed(int i) {
        return ((i & 1) << 3 | (i & 2) << 1 | (i & 4) >> 1 | (i & 8) >> 3) / 16.0;
    }

    static RoomView render(Room room, RoomCamera camera, String name, double noise, int threads) {
        Renderer r = new Renderer(room, camera, noise);
        ThreadLocal<Caster> casters = ThreadLocal.withInitial(() -> r.new Caster());
        rows(threads, r.height, v -> casters.get().look(v));
        rows(threads, r.height, v -> casters.get().lightUp(v));
        rows(threads, r.height, v -> casters.get().develop(v));
        return new RoomView(name, camera, r.rgb, r.depth, r.ids);
    }

    private static void rows(int threads, int rows, IntConsumer row) {
        if (threads <= 1) {
            for (int v = 0; v < rows; v++) {
                Progress.stopIfInterrupted("Rendering");
                row.accept(v);
            }
            return;
        }
        ExecutorService pool = Executors.newFixedThreadPool(threads, task -> {
            Thread thread = new Thread(task, "room rows");
            thread.setDaemon(true);
            return thread;
        });
        try {
            List<? extends Future<?>> parts = IntStream.range(0, threads)
                    .mapToObj(t -> pool.submit(() -> {
                        for (int v = t; v < rows && !Thread.currentThread().isInterrupted(); v += threads) {
                            row.accept(v);
                        }
                    }))
                    .toList();
            for (Future<?> part : parts) {
                part.get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancelledException("Rendering");
        } catch (ExecutionException e) {
            throw new PanSt3RException("A room could not be rendered: " + e.getCause(), e.getCause());
        } finally {
            pool.shutdownNow();
        }
    }

    /** Mean light of what is seen from the middle of a room, for its exposure; shadows count as a fifth. */
    static double brightness(Room room) {
        RoomCamera any = RoomCamera.at(8, 8, 8, 0, -1.4, 0, 0, 0, 0);
        Renderer r = new Renderer(room, any, 0);
        Caster caster = r.new Caster();
        double sum = 0;
        int n = 160;
        double[] lit = new double[3];
        double[] all = new double[r.channels];
        Arrays.fill(all, 0.8);
        all[r.lights + 1] = 0;
        for (int i = 0; i < n; i++) {
            double y = (i + 0.5) / n * 1.5 - 0.75;
            double turn = i * 2.399963;
            double level = Math.sqrt(1 - y * y);
            caster.meet(level * StrictMath.cos(turn), y, level * StrictMath.sin(turn), 200);
            Surface s = caster.surface;
            r.shade(s, s.r, s.g, s.b, caster.material, all, lit);
            sum += Math.min(2, 0.3 * lit[0] + 0.6 * lit[1] + 0.1 * lit[2]);
        }
        return sum / n;
    }

    /** The coarse view that cameras are chosen by: which ids are seen, and how far away. */
    static int[] glance(Room room, RoomCamera camera, float[] depth) {
        Renderer r = new Renderer(room, camera, 0);
        Caster caster = r.new Caster();
        double[] m = camera.cameraToWorld();
        for (int v = 0, i = 0; v < r.height; v++) {
            for (int u = 0; u < r.width; u++, i++) {
                double x = (u - camera.cx()) / camera.fx();
                double y = (v - camera.cy()) / camera.fy();
                r.ids[i] = caster.first(
                        m[0] * x + m[1] * y + m[2], m[4] * x + m[5] * y + m[6], m[8] * x + m[9] * y + m[10]);
                depth[i] = (float) caster.ray.t;
            }
        }
        return r.ids;
    }

    /** Light that a surface sends to the camera, given the visible share of every light, of the surroundings, of the sun. */
    private void shade(Surface s, double r, double g, double b, Material material, double[] share, double[] out) {
        Room.Mood mood = room.mood;
        double around = 0.3 + 0.7 * share[lights];
        // more comes from above than from the floor
        double sky = (0.82 - 0.18 * s.ny) * around;
        double lr = mood.ambient()[0] * sky;
        double lg = mood.ambient()[1] * sky;
        double lb = mood.ambient()[2] * sky;
        double shine = 0;
        for (int k = 0; k < lights; k++) {
            if (share[k] == 0) {
                continue;
            }
            Light source = room.lights.get(k);
            double x = source.x() - s.x;
            double y = source.y() - s.y;
            double z = source.z() - s.z;
            double square = x * x + y * y + z * z;
            double inverse = 1 / Math.sqrt(square);
            double cos = (x * s.nx + y * s.ny + z * s.nz) * inverse;
            if (cos <= 0) {
                continue;
            }
            double strength = cos * share[k] / (square + 0.35);
            double[] face = source.normal();
            if (face != null) {
                double towards = -(x * face[0] + y * face[1] + z * face[2]) * inverse;
                if (towards <= 0) {
                    continue;
                }
                strength *= towards;
            }
            lr += source.colour()[0] * strength;
            lg += source.colour()[1] * strength;
            lb += source.colour()[2] * strength;
            if (material.gloss > 0) {
                double hx = x * inverse - s.vx;
                double hy = y * inverse - s.vy;
                double hz = z * inverse - s.vz;
                double h = (hx * s.nx + hy * s.ny + hz * s.nz) / Math.sqrt(hx * hx + hy * hy + hz * hz);
                double p = h * h;
                p *= p;
                p *= p;
                p *= p;
                p *= p;
                shine += p * p * material.gloss * share[k] * source.colour()[1] / (square + 0.35);
            }
        }
        double sun = share[lights + 1];
        if (sun > 0) {
            double[] d = mood.sunDirection();
            double cos = Math.max(0, d[0] * s.nx + d[1] * s.ny + d[2] * s.nz) * sun;
            lr += mood.sunColour()[0] * cos;
            lg += mood.sunColour()[1] * cos;
            lb += mood.sunColour()[2] * cos;
        }
        double glow = material.glow;
        boolean picture = material.pattern == Material.Pattern.OUTSIDE;
        out[0] = r * ((picture ? 0 : lr) + glow) + shine;
        out[1] = g * ((picture ? 0 : lg) + glow) + shine;
        out[2] = b * ((picture ? 0 : lb) + glow) + shine;
    }

    /** The working state of one thread. */
    private final class Caster {
        final Solids.Ray ray = new Solids.Ray();
        final Surface surface = new Surface();
        final double[] pose = camera.cameraToWorld();
        final double[] share = new double[channels];
        private final int[] asked = new int[channels];
        final double[] lit = new double[3];
        Material material;
        private int face;

        /** Ray through a point of the image; depth is measured along its z. */
        private void aim(double u, double v) {
            double x = (u - camera.cx()) / camera.fx();
            double y = (v - camera.cy()) / camera.fy();
            ray.towards(
                    pose[0] * x + pose[1] * y + pose[2],
                    pose[4] * x + pose[5] * y + pose[6],
                    pose[8] * x + pose[9] * y + pose[10]);
        }

        /** Sets ray.t to where the ray leaves the room and returns the face: four walls, floor, ceiling. */
        private int leave() {
            Room.Shell shell = room.shell;
            double tx = ((ray.dx > 0 ? 0.5 : -0.5) * shell.width() - ray.ox) / ray.dx;
            double tz = ((ray.dz > 0 ? 0.5 : -0.5) * shell.depth() - ray.oz) / ray.dz;
            double ty = ((ray.dy > 0 ? 0 : -shell.height()) - ray.oy) / ray.dy;
            tx = ray.dx == 0 ? Double.MAX_VALUE : tx;
            ty = ray.dy == 0 ? Double.MAX_VALUE : ty;
            tz = ray.dz == 0 ? Double.MAX_VALUE : tz;
            ray.t = Math.min(tx, Math.min(ty, tz));
            if (ray.t == tx) {
                return ray.dx > 0 ? 1 : 3;
            }
            if (ray.t == tz) {
                return ray.dz > 0 ? 2 : 0;
            }
            return ray.dy > 0 ? 4 : 5;
        }

        /** The id of what is met first in a direction from the camera. */
        int first(double dx, double dy, double dz) {
            ray.from(pose[3], pose[7], pose[11]);
            ray.towards(dx, dy, dz);
            int wall = leave();
            int part = solids.closest(ray);
            return part >= 0 ? solids.owner[part] : wall < 4 ? Room.WALL : wall == 4 ? Room.FLOOR : Room.CEILING;
        }

        /** Fills the surface with what is met first in a direction from the camera; returns its key. */
        int meet(double dx, double dy, double dz, double focal) {
            ray.from(pose[3], pose[7], pose[11]);
            ray.towards(dx, dy, dz);
            int wall = leave();
            int part = solids.closest(ray);
            Surface s = surface;
            s.x = ray.ox + ray.t * dx;
            s.y = ray.oy + ray.t * dy;
            s.z = ray.oz + ray.t * dz;
            double scale = 1 / Math.sqrt(dx * dx + dy * dy + dz * dz);
            s.vx = dx * scale;
            s.vy = dy * scale;
            s.vz = dz * scale;
            if (part < 0) {
                shellSurface(wall);
            } else {
                partSurface(part);
            }
            double cos = -(s.nx * s.vx + s.ny * s.vy + s.nz * s.vz);
            s.footprint = ray.t / focal / Math.max(0.15, cos);
            material.paint(s);
            if (part >= 0 && material.bevel > 0 && solids.kind[part] == Solids.BOX) {
                roundEdges(part);
            }
            return part < 0 ? -1 - wall : 8 * part + face;
        }

        private void shellSurface(int wall) {
            Surface s = surface;
            Room.Shell shell = room.shell;
            s.nx = wall == 1 ? -1 : wall == 3 ? 1 : 0;
            s.nz = wall == 2 ? -1 : wall == 0 ? 1 : 0;
            s.ny = wall == 4 ? -1 : wall == 5 ? 1 : 0;
            s.tone = 0.5;
            s.hx = 5;
            s.hy = 1;
            s.hz = 1;
            if (wall >= 4) {
                s.axis = 1;
                s.lx = s.x;
                s.ly = 0;
                s.lz = s.z;
                material = wall == 4 ? shell.floor() : shell.ceiling();
            } else {
                s.axis = 2;
                s.lx = wall % 2 == 0 ? s.x : s.z;
                s.ly = -s.y;
                s.lz = 0;
                material = shell.walls()[wall];
                if (s.ly < material.lowerHeight) {
                    material = material.lower;
                }
            }
        }

        private void partSurface(int part) {
            Surface s = surface;
            double[] m = solids.toUnit;
            int at = 12 * part;
            double ux = m[at] * s.x + m[at + 1] * s.y + m[at + 2] * s.z + m[at + 3];
            double uy = m[at + 4] * s.x + m[at + 5] * s.y + m[at + 6] * s.z + m[at + 7];
            double uz = m[at + 8] * s.x + m[at + 9] * s.y + m[at + 10] * s.z + m[at + 11];
            s.hx = solids.half[3 * part];
            s.hy = solids.half[3 * part + 1];
            s.hz = solids.half[3 * part + 2];
            s.lx = ux * s.hx;
            s.ly = uy * s.hy;
            s.lz = uz * s.hz;
            s.tone = Noise.cell(part, 3, 7);
            material = solids.material[part];
            double nx = 0;
            double ny = 0;
            double nz = 0;
            byte kind = solids.kind[part];
            face = 7;
            s.axis = 3;
            if (kind == Solids.BOX) {
                double ax = Math.abs(ux);
                double ay = Math.abs(uy);
                double az = Math.abs(uz);
                if (ax >= ay && ax >= az) {
                    nx = ux;
                    s.axis = 0;
                    face = ux > 0 ? 1 : 0;
                } else if (ay >= az) {
                    ny = uy;
                    s.axis = 1;
                    face = uy > 0 ? 3 : 2;
                } else {
                    nz = uz;
                    s.axis = 2;
                    face = uz > 0 ? 5 : 4;
                }
            } else if (kind == Solids.ELLIPSOID) {
                nx = ux;
                ny = uy;
                nz = uz;
            } else if (Math.abs(uy) > 1 - 1e-9) {
                ny = uy;
                s.axis = 1;
                face = uy > 0 ? 3 : 2;
            } else {
                double slope = (solids.taper[part] - 1) / 2;
                nx = ux;
                nz = uz;
                ny = -slope * ((1 + solids.taper[part]) / 2 + slope * uy);
            }
            double wx = m[at] * nx + m[at + 4] * ny + m[at + 8] * nz;
            double wy = m[at + 1] * nx + m[at + 5] * ny + m[at + 9] * nz;
            double wz = m[at + 2] * nx + m[at + 6] * ny + m[at + 10] * nz;
            double scale = 1 / Math.sqrt(wx * wx + wy * wy + wz * wz);
            s.nx = wx * scale;
            s.ny = wy * scale;
            s.nz = wz * scale;
        }

        /** Turns the normal near the edges of a box outwards, as if they were round. */
        private void roundEdges(int part) {
            Surface s = surface;
            double[] l = {s.lx, s.ly, s.lz};
            double[] h = {s.hx, s.hy, s.hz};
            for (int axis = 0; axis < 3; axis++) {
                if (axis == s.axis) {
                    continue;
                }
                double radius = Math.min(material.bevel, 0.6 * h[axis]);
                double off = h[axis] - Math.abs(l[axis]);
                if (off < radius && s.footprint < 2 * radius) {
                    double lean = (1 - off / radius) * (l[axis] > 0 ? 0.7 : -0.7) * h[axis];
                    int at = 12 * part + 4 * axis;
                    s.nx += lean * solids.toUnit[at];
                    s.ny += lean * solids.toUnit[at + 1];
                    s.nz += lean * solids.toUnit[at + 2];
                }
            }
            double scale = 1 / Math.sqrt(s.nx * s.nx + s.ny * s.ny + s.nz * s.nz);
            s.nx *= scale;
            s.ny *= scale;
            s.nz *= scale;
        }

        /** First pass: what a row sees. */
        void look(int v) {
            for (int u = 0, i = v * width; u < width; u++, i++) {
                aim(u, v);
                int k = meet(ray.dx, ray.dy, ray.dz, camera.fx());
                Surface s = surface;
                key[i] = k;
                ids[i] = k >= 0 ? solids.owner[k >> 3] : k > -5 ? Room.WALL : k == -5 ? Room.FLOOR : Room.CEILING;
                depth[i] = (float) ray.t;
                normal[3 * i] = (float) s.nx;
                normal[3 * i + 1] = (float) s.ny;
                normal[3 * i + 2] = (float) s.nz;
                albedo[3 * i] = (float) s.r;
                albedo[3 * i + 1] = (float) s.g;
                albedo[3 * i + 2] = (float) s.b;
                ask(channels * i, SHUFFLE[(u & 3) | (v & 3) << 2], u + v);
            }
        }

        /** One point of a light, one direction of the surroundings. Several lights take turns. */
        private void ask(int at, int sample, int turn) {
            Surface s = surface;
            double x = s.x + 1e-4 * s.nx;
            double y = s.y + 1e-4 * s.ny;
            double z = s.z + 1e-4 * s.nz;
            // a checkerboard of the pixels holds the samples 0 … 7, the rest 8 … 15: spread both over all there are
            int spread = (sample & 7) << 1 | sample >> 3;
            for (int k = 0; k < lights; k++) {
                if (lights > 1 && (turn + k & 1) == 1) {
                    visible[at + k] = UNASKED;
                    continue;
                }
                Light source = room.lights.get(k);
                int point = lights > 1 ? spread : sample;
                double a = (point + 0.5) / 8 - 1;
                double b = 2 * reversed(point) + 1.0 / 16 - 1;
                double dx = source.x() + a * source.a()[0] + b * source.b()[0] - x;
                double dy = source.y() + a * source.a()[1] + b * source.b()[1] - y;
                double dz = source.z() + a * source.a()[2] + b * source.b()[2] - z;
                boolean sees = dx * s.nx + dy * s.ny + dz * s.nz > 0;
                if (sees) {
                    ray.from(x, y, z);
                    ray.towards(dx, dy, dz);
                    ray.t = 0.999;
                    sees = !solids.blocked(ray);
                }
                visible[at + k] = sees ? 1 : 0;
            }
            visible[at + lights] = (turn & 1) == 1 ? UNASKED : open(x, y, z, spread) ? 1 : 0;
            visible[at + lights + 1] = room.mood.sunDirection() != null && sunny(x, y, z) ? 1 : 0;
        }

        /** Whether nothing is near in one of 16 directions around the normal; the reach varies, so near things count more. */
        private boolean open(double x, double y, double z, int sample) {
            Surface s = surface;
            // any two directions across the normal (Duff et al. 2017)
            double sign = s.nz >= 0 ? 1 : -1;
            double p = -1 / (sign + s.nz);
            double q = s.nx * s.ny * p;
            double ax = AO_X[sample];
            double ay = AO_Y[sample];
            double az = AO_Z[sample];
            ray.from(x, y, z);
            ray.towards(
                    ax * (1 + sign * s.nx * s.nx * p) + ay * q + az * s.nx,
                    ax * sign * q + ay * (sign + s.ny * s.ny * p) + az * s.ny,
                    -ax * sign * s.nx - ay * s.ny + az * s.nz);
            double reach = AO_REACH * (((sample * 7) & 15) + 0.5) / SAMPLES;
            leave();
            if (ray.t < reach) {
                return false;
            }
            ray.t = reach;
            return !solids.blocked(ray);
        }

        /** Whether the sun comes in through a window. */
        private boolean sunny(double x, double y, double z) {
            double[] d = room.mood.sunDirection();
            Surface s = surface;
            if (d[0] * s.nx + d[1] * s.ny + d[2] * s.nz <= 0) {
                return false;
            }
            ray.from(x, y, z);
            ray.towards(d[0], d[1], d[2]);
            leave();
            double hx = x + ray.t * d[0];
            double up = -(y + ray.t * d[1]);
            double hz = z + ray.t * d[2];
            for (double[] w : room.mood.sunWindows()) {
                double dx = hx - w[0];
                double dz = hz - w[1];
                if (Math.abs(dx * w[2] + dz * w[3]) < 0.1
                        && Math.abs(dx * w[3] - dz * w[2]) < w[4]
                        && up > w[5]
                        && up < w[6]) {
                    return !solids.blocked(ray);
                }
            }
            return false;
        }

        /** Second pass: the light of a row. */
        void lightUp(int v) {
            for (int u = 0, i = v * width; u < width; u++, i++) {
                average(u, v, i);
                Surface s = surface;
                aim(u, v);
                double t = depth[i];
                s.x = pose[3] + t * ray.dx;
                s.y = pose[7] + t * ray.dy;
                s.z = pose[11] + t * ray.dz;
                s.nx = normal[3 * i];
                s.ny = normal[3 * i + 1];
                s.nz = normal[3 * i + 2];
                double scale = 1 / Math.sqrt(ray.dx * ray.dx + ray.dy * ray.dy + ray.dz * ray.dz);
                s.vx = ray.dx * scale;
                s.vy = ray.dy * scale;
                s.vz = ray.dz * scale;
                shade(s, albedo[3 * i], albedo[3 * i + 1], albedo[3 * i + 2], materialOf(key[i], s), share, lit);
                for (int c = 0; c < 3; c++) {
                    light[3 * i + c] = (float) lit[c];
                }
            }
        }

        private Material materialOf(int k, Surface s) {
            if (k >= 0) {
                return solids.material[k >> 3];
            }
            Room.Shell shell = room.shell;
            if (k == -5) {
                return shell.floor();
            }
            if (k == -6) {
                return shell.ceiling();
            }
            Material wall = shell.walls()[-1 - k];
            return -s.y < wall.lowerHeight ? wall.lower : wall;
        }

        /** Answers of the neighbours on the same face; a 4×4 window holds every sample once. */
        private void average(int u, int v, int i) {
            Arrays.fill(share, 0);
            Arrays.fill(asked, 0);
            int k = key[i];
            for (int y = Math.max(0, v - 1), yEnd = Math.min(height - 1, v + 2); y <= yEnd; y++) {
                for (int x = Math.max(0, u - 1), xEnd = Math.min(width - 1, u + 2); x <= xEnd; x++) {
                    int at = y * width + x;
                    if (key[at] == k) {
                        for (int c = 0; c < channels; c++) {
                            float answer = visible[channels * at + c];
                            if (answer >= 0) {
                                share[c] += answer;
                                asked[c]++;
                            }
                        }
                    }
                }
            }
            for (int c = 0; c < channels; c++) {
                // a lone pixel may have no answer for one of the lights
                share[c] = asked[c] > 0 ? share[c] / asked[c] : 0.7;
            }
        }

        /** Third pass: from light to bytes. */
        void develop(int v) {
            Room.Mood mood = room.mood;
            double diagonal = 1.0 / (width * width + height * height);
            long row = Rng.mix(Double.doubleToLongBits(pose[3]) * 31 + Double.doubleToLongBits(pose[11]) + 7919L * v);
            for (int u = 0, i = v * width; u < width; u++, i++) {
                smooth(u, v, i);
                double du = u - camera.cx();
                double dv = v - camera.cy();
                double exposed = mood.exposure() * (1 - 0.55 * (du * du + dv * dv) * diagonal);
                row += 0x9E3779B97F4A7C15L;
                long bits = Rng.mix(row);
                double grey = ((bits & 255) + (bits >>> 8 & 255)) / 255.0 - 1;
                for (int c = 0; c < 3; c++) {
                    double x = lit[c] * exposed * mood.balance()[c];
                    int index = (int) (Math.sqrt(Math.max(0, x)) * ((TONE.length - 1) / TONE_RANGE));
                    double value = TONE[Math.min(TONE.length - 1, index)];
                    double own = ((bits >>> 16 + 16 * c & 255) + (bits >>> 24 + 16 * c & 255)) / 255.0 - 1;
                    // darker pixels carry more of it
                    value += noise * (4.2 * grey + 4.2 * own) * (1.15 - value / 400);
                    rgb[3 * i + c] = (byte) Math.max(0, Math.min(255, (int) (value + 0.5)));
                }
            }
        }

        /** The pixel's light; at an edge the mean of several rays, each lit as the neighbour on the face that it meets. */
        private void smooth(int u, int v, int i) {
            int k = key[i];
            boolean edge = u > 0 && key[i - 1] != k
                    || u + 1 < width && key[i + 1] != k
                    || v > 0 && key[i - width] != k
                    || v + 1 < height && key[i + width] != k;
            lit[0] = light[3 * i];
            lit[1] = light[3 * i + 1];
            lit[2] = light[3 * i + 2];
            if (!edge) {
                return;
            }
            double r = Math.min(4, lit[0]);
            double g = Math.min(4, lit[1]);
            double b = Math.min(4, lit[2]);
            for (double[] sub : SUBPIXELS) {
                aim(u + sub[0], v + sub[1]);
                int at = neighbour(u, v, i, keyOf(ray.dx, ray.dy, ray.dz));
                r += Math.min(4, light[3 * at]);
                g += Math.min(4, light[3 * at + 1]);
                b += Math.min(4, light[3 * at + 2]);
            }
            lit[0] = r / (SUBPIXELS.length + 1);
            lit[1] = g / (SUBPIXELS.length + 1);
            lit[2] = b / (SUBPIXELS.length + 1);
        }

        private int keyOf(double dx, double dy, double dz) {
            ray.from(pose[3], pose[7], pose[11]);
            ray.towards(dx, dy, dz);
            int wall = leave();
            int part = solids.closest(ray);
            if (part < 0) {
                return -1 - wall;
            }
            surface.x = ray.ox + ray.t * dx;
            surface.y = ray.oy + ray.t * dy;
            surface.z = ray.oz + ray.t * dz;
            partSurface(part);
            return 8 * part + face;
        }

        private int neighbour(int u, int v, int i, int wanted) {
            if (key[i] == wanted) {
                return i;
            }
            for (int y = Math.max(0, v - 1), yEnd = Math.min(height - 1, v + 1); y <= yEnd; y++) {
                for (int x = Math.max(0, u - 1), xEnd = Math.min(width - 1, u + 1); x <= xEnd; x++) {
                    if (key[y * width + x] == wanted) {
                        return y * width + x;
                    }
                }
            }
            return i;
        }
    }
}
