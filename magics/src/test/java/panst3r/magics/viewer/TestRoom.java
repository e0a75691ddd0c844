package panst3r.magics.viewer;

import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import panst3r.checkpoint.PointmapActivation;
import panst3r.image.Photo;
import panst3r.image.View;
import panst3r.inference.Prediction;
import panst3r.inference.ViewPrediction;
import panst3r.merge.Panoptic;
import panst3r.merge.Segment;
import panst3r.scene.Scene;

/** A room of boxes, cast ray by ray, with noise on its points: a scene whose truth is known, for tests of what is shown. */
final class TestRoom {
    private record Thing(String label, double[] min, double[] max, int rgb, boolean inside) {}

    private final List<Thing> things = new ArrayList<>();

    private TestRoom() {
        // x right, y down (floor at 1.2, ceiling at −1.4), z forward
        thing("wall", -2.6, -1.4, -1.6, 2.6, 1.2, 3.4, 0xd9cdbd, true);
        thing("table", -0.6, 0.42, 0.7, 0.8, 0.48, 1.5, 0x8a5a33, false);
        for (double[] leg : new double[][] {{-0.58, 0.72}, {0.72, 0.72}, {-0.58, 1.42}, {0.72, 1.42}}) {
            thing("table", leg[0], 0.48, leg[1], leg[0] + 0.06, 1.2, leg[1] + 0.06, 0x7a4d2b, false);
        }
        chair(-0.35, 0.15);
        chair(0.2, 1.75);
        chair(-1.25, 0.9);
        thing("sofa", 1.45, 0.72, 0.2, 2.4, 1.2, 2.1, 0x3f6f8f, false);
        thing("sofa", 2.15, 0.25, 0.2, 2.5, 0.75, 2.1, 0x3a6684, false);
        thing("cabinet", -2.55, 0.1, 1.6, -2.05, 1.2, 2.9, 0xe7e2d6, false);
        thing("tv", -2.5, -0.55, 1.8, -2.42, 0.02, 2.75, 0x16181c, false);
        thing("lamp", 2.05, -0.5, 2.6, 2.35, -0.15, 2.9, 0xf6e6a8, false);
        thing("lamp", 2.18, -0.15, 2.73, 2.22, 1.2, 2.77, 0x444444, false);
        thing("plant", -2.3, 0.35, -0.2, -1.9, 0.95, 0.2, 0x2f7d3a, false);
        thing("plant", -2.2, 0.95, -0.1, -2.0, 1.2, 0.1, 0xb5562f, false);
        thing("box", 0.35, 0.26, 0.95, 0.6, 0.42, 1.2, 0xc94f4f, false);
        thing("vase", -0.35, 0.18, 1.1, -0.24, 0.42, 1.21, 0x7a4fa3, false);
        thing("picture", -0.6, -0.8, 3.36, 0.7, -0.05, 3.39, 0x315a9a, false);
        thing("rug", -1.4, 1.18, 0.3, 1.2, 1.2, 2.2, 0x9c3d4d, false);
    }

    private void chair(double x, double z) {
        thing("chair", x, 0.7, z, x + 0.42, 0.76, z + 0.42, 0x394b59, false);
        thing("chair", x, 0.2, z, x + 0.42, 0.7, z + 0.05, 0x32424f, false);
        for (double[] leg : new double[][] {{0, 0}, {0.38, 0}, {0, 0.38}, {0.38, 0.38}}) {
            thing("chair", x + leg[0], 0.76, z + leg[1], x + leg[0] + 0.04, 1.2, z + leg[1] + 0.04, 0x222b33, false);
        }
    }

    private void thing(
            String label, double x0, double y0, double z0, double x1, double y1, double z1, int rgb, boolean inside) {
        things.add(new Thing(label, new double[] {x0, y0, z0}, new double[] {x1, y1, z1}, rgb, inside));
    }

    /** {@code views} photos of {@code width}×{@code height}, segmented as they are. */
    static Scene scene(int views, int width, int height) {
        return scene(views, width, height, Map.of(), "photo-%02d.jpg");
    }

    /**
     * @param names class name in the room → name to give it
     * @param photoName pattern for file names, with the number of the view
     */
    static Scene scene(int views, int width, int height, Map<String, String> names, String photoName) {
        TestRoom room = new TestRoom();
        double[][] poses = new double[views][];
        for (int v = 0; v < views; v++) {
            double t = views == 1 ? 0.5 : v / (views - 1.0);
            double[] eye = {-1.7 + 3.3 * t, -0.25 + 0.25 * Math.sin(5 * t), -1.25 + 0.5 * Math.cos(6 * t)};
            double[] target = {0.5 - 0.9 * t, 0.35, 1.4};
            poses[v] = look(eye, target);
        }
        double[] toFirst = inverse(poses[0]);
        double focal = 0.82 * width;
        List<String> classes = classes();
        Map<String, Integer> idOf = new LinkedHashMap<>();
        List<ViewPrediction> predictions = new ArrayList<>();
        List<int[]> ids = new ArrayList<>();
        List<float[]> confidences = new ArrayList<>();
        List<String> labelOf = new ArrayList<>();
        List<Long> areas = new ArrayList<>();
        for (int v = 0; v < views; v++) {
            SplittableRandom random = new SplittableRandom(v);
            int n = width * height;
            float[] pixels = new float[3 * n];
            float[] map = new float[7 * n];
            int[] id = new int[n];
            float[] maskConfidence = new float[n];
            double[] m = poses[v];
            for (int i = 0; i < n; i++) {
                double[] ray = {(i % width - width / 2.0) / focal, (i / width - height / 2.0) / focal, 1};
                Hit hit = room.cast(m, ray);
                String key = hit.key;
                if (!idOf.containsKey(key)) {
                    idOf.put(key, idOf.size() + 1);
                    labelOf.add(hit.label);
                    areas.add(0L);
                }
                boolean assigned = random.nextDouble() > 0.01;
                id[i] = assigned ? idOf.get(key) : 0;
                if (assigned) {
                    areas.set(id[i] - 1, areas.get(id[i] - 1) + 1);
                }
                double z = hit.distance * (1 + 0.0015 * (random.nextDouble() - 0.5));
                double confidence = 1.5 + 30 * hit.facing / (0.6 + z) + random.nextDouble();
                double[] local = {ray[0] * z, ray[1] * z, z};
                double[] world = apply(toFirst, apply(m, local));
                for (int k = 0; k < 3; k++) {
                    map[7 * i + k] = (float) (world[k] + 0.006 * (random.nextDouble() - 0.5));
                    map[7 * i + 3 + k] = (float) local[k];
                    double c = (hit.rgb >> (16 - 8 * k) & 255) * hit.light + 4 * (random.nextDouble() - 0.5);
                    pixels[k * n + i] = (float) (Math.max(0, Math.min(255, c)) / 127.5 - 1);
                }
                map[7 * i + 6] = (float) Math.log(confidence - 1);
                maskConfidence[i] = (float) Math.min(1, 0.5 + confidence / 20);
            }
            String name = String.format(photoName, v + 1);
            Photo photo = new Photo(Path.of("room", "photo" + v), name, 4 * width, 4 * height);
            double[] toPhoto = {4, 0, 0, 0, 4, 0, 0, 0, 1};
            double[] toView = {0.25, 0, 0, 0, 0.25, 0, 0, 0, 1};
            View view = new View(photo, width, height, pixels, toView, toPhoto);
            predictions.add(new ViewPrediction(view, true, FloatBuffer.wrap(map), 1, 1, null));
            ids.add(id);
            confidences.add(maskConfidence);
        }
        List<Segment> segments = new ArrayList<>();
        for (int s = 0; s < labelOf.size(); s++) {
            int label = classes.indexOf(labelOf.get(s));
            segments.add(new Segment(s + 1, 3 * s + 2, label, 0.95 - 0.01 * s, 0.8, areas.get(s)));
        }
        List<String> given = classes.stream().map(c -> names.getOrDefault(c, c)).toList();
        Prediction prediction = new Prediction(
                predictions, PointmapActivation.LINEAR, given, null, new float[0], "a room of boxes, no network");
        return Scene.of(prediction).with(new Panoptic("truth", ids, confidences, segments));
    }

    /** What there is in the room. */
    static List<String> classes() {
        List<String> out = new ArrayList<>(List.of("floor", "ceiling"));
        for (Thing thing : new TestRoom().things) {
            if (!out.contains(thing.label)) {
                out.add(thing.label);
            }
        }
        return out;
    }

    private record Hit(double distance, String label, String key, int rgb, double light, double facing) {}

    private Hit cast(double[] m, double[] ray) {
        double[] o = {m[3], m[7], m[11]};
        double[] d = {
            m[0] * ray[0] + m[1] * ray[1] + m[2] * ray[2],
            m[4] * ray[0] + m[5] * ray[1] + m[6] * ray[2],
            m[8] * ray[0] + m[9] * ray[1] + m[10] * ray[2]
        };
        double best = Double.POSITIVE_INFINITY;
        int bestThing = -1;
        int bestAxis = 0;
        for (int t = 0; t < things.size(); t++) {
            Thing box = things.get(t);
            double near = -1e9;
            double far = 1e9;
            int nearAxis = 0;
            int farAxis = 0;
            for (int k = 0; k < 3; k++) {
                double a = (box.min[k] - o[k]) / d[k];
                double b = (box.max[k] - o[k]) / d[k];
                if (Math.min(a, b) > near) {
                    near = Math.min(a, b);
                    nearAxis = k;
                }
                if (Math.max(a, b) < far) {
                    far = Math.max(a, b);
                    farAxis = k;
                }
            }
            double at = box.inside ? far : near;
            if (near < far && at > 1e-6 && at < best) {
                best = at;
                bestThing = t;
                bestAxis = box.inside ? farAxis : nearAxis;
            }
        }
        Thing thing = things.get(bestThing);
        double[] p = {o[0] + best * d[0], o[1] + best * d[1], o[2] + best * d[2]};
        String label = thing.label;
        int rgb = thing.rgb;
        String key = label + instance(bestThing);
        if (thing.inside && bestAxis == 1) {
            label = p[1] > 0 ? "floor" : "ceiling";
            key = label;
            boolean plank = Math.floorMod((int) Math.floor(p[0] / 0.18), 2) == 0;
            rgb = p[1] > 0 ? (plank ? 0xb58d62 : 0xa9815a) : 0xf2f0ec;
        } else if (thing.inside) {
            key = label + bestAxis + (p[bestAxis] > 0);
        } else if (label.equals("rug") && Math.floorMod((int) Math.floor(p[2] / 0.16), 2) == 0) {
            rgb = 0xb9727e;
        } else if (label.equals("picture")) {
            rgb = p[1] > -0.35 + 0.15 * Math.sin(6 * p[0]) ? 0x3d7a4d : 0x8fb8dc;
        }
        double length = Math.sqrt(d[0] * d[0] + d[1] * d[1] + d[2] * d[2]);
        double facing = Math.abs(d[bestAxis]) / length;
        double[] shade = {0.86, 1.0, 0.76};
        double corner = 1 - 0.25 * Math.exp(-3 * Math.abs(p[1] - 1.2));
        return new Hit(best, label, key, rgb, shade[bestAxis] * corner, facing);
    }

    /** Boxes of one label that follow each other are one thing, except that every fifth-or-so chair part starts anew. */
    private int instance(int thing) {
        int instance = 0;
        int parts = 0;
        for (int t = 1; t <= thing; t++) {
            boolean same = things.get(t).label.equals(things.get(t - 1).label);
            parts = same ? parts + 1 : 0;
            if (!same || (things.get(t).label.equals("chair") && parts % 6 == 0)) {
                instance++;
            }
        }
        return instance;
    }

    private static double[] look(double[] eye, double[] target) {
        double[] f = {target[0] - eye[0], target[1] - eye[1], target[2] - eye[2]};
        double length = Math.sqrt(f[0] * f[0] + f[1] * f[1] + f[2] * f[2]);
        for (int k = 0; k < 3; k++) {
            f[k] /= length;
        }
        double[] r = {f[2], 0, -f[0]}; // down × forward
        double across = Math.hypot(r[0], r[2]);
        r[0] /= across;
        r[2] /= across;
        double[] d = {f[1] * r[2] - f[2] * r[1], f[2] * r[0] - f[0] * r[2], f[0] * r[1] - f[1] * r[0]};
        return new double[] {r[0], d[0], f[0], eye[0], r[1], d[1], f[1], eye[1], r[2], d[2], f[2], eye[2], 0, 0, 0, 1};
    }

    private static double[] inverse(double[] m) {
        double[] out = new double[16];
        for (int r = 0; r < 3; r++) {
            for (int c = 0; c < 3; c++) {
                out[4 * r + c] = m[4 * c + r];
                out[4 * r + 3] -= m[4 * c + r] * m[4 * c + 3];
            }
        }
        out[15] = 1;
        return out;
    }

    private static double[] apply(double[] m, double[] p) {
        double[] out = new double[3];
        for (int r = 0; r < 3; r++) {
            out[r] = m[4 * r] * p[0] + m[4 * r + 1] * p[1] + m[4 * r + 2] * p[2] + m[4 * r + 3];
        }
        return out;
    }
}
