package panst3r.magics.viewer;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import panst3r.Progress;
import panst3r.picture.Facing;
import panst3r.splat.Gaussians;
import panst3r.splat.SplatScene;

/**
 * Gaussians as the viewer takes them ({@code splats.js}): a JSON head and packed columns. Means have 16 bits in their box,
 * log-scales, the four numbers of the rotation, opacity and colours 8; spherical harmonics go to degree 1 if there is room,
 * else to 0. About 14 bytes a Gaussian in all, 20 with degree 1.
 */
final class SplatData {
    private static final int STEPS = 65535;
    private static final double Y0 = 0.28209479177387814;

    /** Colours from {@code DARKEST} to {@code DARKEST + SPAN}: harmonics take from them and add to them. */
    private static final double DARKEST = -0.25;

    private static final double SPAN = 1.5;

    /** Less opaque than this shows nowhere. */
    private static final double LEAST_OPACITY = 1 / 255.0;

    /** Further than so many radii of the middle of all, a Gaussian would cost all others their precision. */
    private static final double FAR = 30;

    /** Logarithm of the ratio of the largest to the smallest size that is told apart. */
    private static final double MOST_SIZES = 12;

    private final JsonObject head;
    private final String columns;

    private SplatData(JsonObject head, String columns) {
        this.head = head;
        this.columns = columns;
    }

    /**
     * @param room in bytes: a part of the Gaussians, each as much wider, if all were more
     * @param first whether the page begins with them, not with points
     */
    static SplatData of(SplatScene scene, long room, boolean first, long seed, Progress progress) {
        Gaussians g = scene.gaussians();
        int[] segment = new int[g.size()];
        scene.labels(progress).ifPresent(field -> {
            int[] labels = field.labels();
            int[] origin = field.origin();
            for (int i = 0; i < origin.length; i++) {
                segment[origin[i]] = labels[i];
            }
        });
        short[] sides = scene.sides(progress);
        int[] shown = near(g);
        int degree = Math.min(1, g.degree());
        Packing packing = new Packing(g, segment, sides);
        SplatData out = packing.pack(shown, shown.length, degree, first);
        if (out.length() > room && degree > 0) {
            degree = 0;
            out = packing.pack(shown, shown.length, degree, first);
        }
        int all = shown.length;
        for (int attempt = 0; out.length() > room && attempt < 6; attempt++) {
            progress.step("splats", attempt, 6);
            int fewer = Math.max(1, (int) (0.97 * shown.length * room / out.length()));
            shown = some(shown, fewer, seed);
            out = packing.pack(shown, all, degree, first);
        }
        return out;
    }

    JsonObject head() {
        return head;
    }

    /** Base64. */
    String columns() {
        return columns;
    }

    /** How many there are. */
    String line() {
        int shown = head.get("shown").getAsInt();
        int total = head.get("total").getAsInt();
        return shown == total
                ? String.format(Locale.ROOT, "%,d Gaussians", total)
                : String.format(Locale.ROOT, "%,d of %,d Gaussians", shown, total);
    }

    long length() {
        return columns.length();
    }

    /** Those that could be seen and are not far away from all others. */
    private static int[] near(Gaussians g) {
        double[] centre = new double[3];
        float[][] axes = new float[3][g.size()];
        double radius = 0;
        for (int k = 0; k < 3; k++) {
            for (int i = 0; i < g.size(); i++) {
                axes[k][i] = g.means()[3 * i + k];
            }
            Arrays.sort(axes[k]);
            int n = g.size();
            centre[k] = axes[k][n / 2];
            radius = Math.max(radius, axes[k][(int) (0.95 * (n - 1))] - axes[k][(int) (0.05 * (n - 1))]);
        }
        double most = FAR * radius;
        return IntStream.range(0, g.size())
                .filter(i -> g.opacity(i) >= LEAST_OPACITY
                        && Math.abs(g.means()[3 * i] - centre[0]) <= most
                        && Math.abs(g.means()[3 * i + 1] - centre[1]) <= most
                        && Math.abs(g.means()[3 * i + 2] - centre[2]) <= most)
                .toArray();
    }

    /** An evenly spread part. */
    private static int[] some(int[] of, int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int[] out = new int[count];
        for (int k = 0; k < count; k++) {
            int from = (int) ((long) k * of.length / count);
            int to = (int) ((long) (k + 1) * of.length / count);
            out[k] = of[from + random.nextInt(to - from)];
        }
        return out;
    }

    private record Packing(Gaussians g, int[] segment, short[] sides) {
        /** @param all of which {@code shown} is a part */
        SplatData pack(int[] shown, int all, int degree, boolean first) {
            int n = shown.length;
            JsonObject head = new JsonObject();
            head.addProperty("shown", n);
            head.addProperty("total", g.size());
            head.addProperty("degree", degree);
            head.addProperty("first", first);
            Columns out = new Columns();
            means(shown, head, out);
            out.shorts(chars(shown, i -> segment[i]));
            scales(shown, 0.5 * Math.log((double) all / Math.max(1, n)), head, out);
            rotations(shown, out);
            out.bytes(bytes(shown, i -> 255 * g.opacity(i)));
            colours(shown, out);
            out.bytes(bytes(shown, i -> Facing.first(sides[i])));
            out.bytes(bytes(shown, i -> Facing.second(sides[i])));
            if (degree > 0) {
                harmonics(shown, head, out);
            }
            return new SplatData(head, Base64.getEncoder().encodeToString(out.deflated()));
        }

        private interface Value {
            double of(int gaussian);
        }

        private static char[] chars(int[] shown, Value value) {
            char[] out = new char[shown.length];
            for (int k = 0; k < out.length; k++) {
                out[k] = (char) Math.max(0, Math.min(STEPS, Math.round(value.of(shown[k]))));
            }
            return out;
        }

        private static byte[] bytes(int[] shown, Value value) {
            byte[] out = new byte[shown.length];
            for (int k = 0; k < out.length; k++) {
                out[k] = (byte) Math.max(0, Math.min(255, Math.round(value.of(shown[k]))));
            }
            return out;
        }

        private void means(int[] shown, JsonObject head, Columns out) {
            JsonArray mins = new JsonArray();
            JsonArray sizes = new JsonArray();
            for (int k = 0; k < 3; k++) {
                int axis = k;
                double min = Arrays.stream(shown)
                        .mapToDouble(i -> g.means()[3 * i + axis])
                        .min()
                        .orElse(0);
                double max = Arrays.stream(shown)
                        .mapToDouble(i -> g.means()[3 * i + axis])
                        .max()
                        .orElse(0);
                double size = Math.max(max - min, 1e-9);
                mins.add(min);
                sizes.add(size);
                out.shorts(chars(shown, i -> (g.means()[3 * i + axis] - min) / size * STEPS));
            }
            head.add("min", mins);
            head.add("size", sizes);
        }

        private void scales(int[] shown, double wider, JsonObject head, Columns out) {
            double least = Double.POSITIVE_INFINITY;
            double most = Double.NEGATIVE_INFINITY;
            for (int i : shown) {
                for (int k = 0; k < 3; k++) {
                    least = Math.min(least, g.logScales()[3 * i + k]);
                    most = Math.max(most, g.logScales()[3 * i + k]);
                }
            }
            double from = shown.length == 0 ? 0 : Math.max(least, most - MOST_SIZES);
            double span = shown.length == 0 ? 1 : Math.max(most - from, 1e-6);
            for (int k = 0; k < 3; k++) {
                int axis = k;
                out.bytes(bytes(shown, i -> (g.logScales()[3 * i + axis] - from) / span * 255));
            }
            head.addProperty("leastScale", from + wider);
            head.addProperty("scales", span);
        }

        /** w, x, y, z of length 127, w not negative: q and −q are the same rotation. */
        private void rotations(int[] shown, Columns out) {
            for (int k = 0; k < 4; k++) {
                int axis = k;
                out.bytes(bytes(shown, i -> {
                    float[] q = g.quaternions();
                    double length = Math.sqrt((double) q[4 * i] * q[4 * i]
                            + q[4 * i + 1] * q[4 * i + 1]
                            + q[4 * i + 2] * q[4 * i + 2]
                            + q[4 * i + 3] * q[4 * i + 3]);
                    if (length < 1e-12) {
                        return axis == 0 ? 255 : 128;
                    }
                    return 128 + 127 * (q[4 * i] < 0 ? -1 : 1) * q[4 * i + axis] / length;
                }));
            }
        }

        private double coefficient(int i, int k, int channel) {
            return g.sh()[(i * Gaussians.coefficients(g.degree()) + k) * 3 + channel];
        }

        private void colours(int[] shown, Columns out) {
            byte[][] rgb = new byte[3][];
            for (int c = 0; c < 3; c++) {
                int channel = c;
                rgb[c] = bytes(shown, i -> (0.5 + Y0 * coefficient(i, 0, channel) - DARKEST) / SPAN * 255);
            }
            for (int k = 0; k < shown.length; k++) { // channels go together: differences are small
                rgb[0][k] -= rgb[1][k];
                rgb[2][k] -= rgb[1][k];
            }
            out.bytes(rgb[1]);
            out.bytes(rgb[0]);
            out.bytes(rgb[2]);
        }

        private void harmonics(int[] shown, JsonObject head, Columns out) {
            double most = 1e-9;
            for (int i : shown) {
                for (int k = 1; k < 4; k++) {
                    for (int c = 0; c < 3; c++) {
                        most = Math.max(most, Math.abs(coefficient(i, k, c)));
                    }
                }
            }
            double scale = most;
            for (int k = 1; k < 4; k++) {
                for (int c = 0; c < 3; c++) {
                    int of = k;
                    int channel = c;
                    out.bytes(bytes(shown, i -> 128 + 127 * coefficient(i, of, channel) / scale));
                }
            }
            head.addProperty("harmonics", scale);
        }
    }
}
