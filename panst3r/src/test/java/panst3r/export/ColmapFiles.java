package panst3r.export;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A reader of COLMAP's three files for the tests alone, written from colmap.github.io/format.html; it shares nothing with the exporter. */
final class ColmapFiles {
    record Lens(int id, String model, long width, long height, double[] parameters) {}

    record Observation(double x, double y, long point) {}

    record Image(int id, double[] q, double[] t, int camera, String name, List<Observation> observations) {
        /** Rotates with the quaternion itself, v' = v + 2w(u×v) + 2u×(u×v), then shifts. */
        double[] toCamera(double[] p) {
            double[] u = {q[1], q[2], q[3]};
            double[] c = cross(u, p);
            double[] cc = cross(u, c);
            double[] out = new double[3];
            for (int k = 0; k < 3; k++) {
                out[k] = p[k] + 2 * q[0] * c[k] + 2 * cc[k] + t[k];
            }
            return out;
        }
    }

    record Point(long id, double[] xyz, int[] rgb, double error, int[] track) {}

    final Map<Integer, Lens> lenses = new LinkedHashMap<>();
    final Map<Integer, Image> images = new LinkedHashMap<>();
    final Map<Long, Point> points = new LinkedHashMap<>();

    static ColmapFiles text(Path folder) throws IOException {
        ColmapFiles out = new ColmapFiles();
        for (String line : lines(folder.resolve("cameras.txt"))) {
            String[] w = line.split(" ");
            out.lenses.put(
                    Integer.parseInt(w[0]),
                    new Lens(
                            Integer.parseInt(w[0]),
                            w[1],
                            Long.parseLong(w[2]),
                            Long.parseLong(w[3]),
                            doubles(w, 4, w.length)));
        }
        List<String> lines = lines(folder.resolve("images.txt"));
        for (int i = 0; i < lines.size(); i += 2) {
            String[] w = lines.get(i).split(" ");
            if (w.length != 10) {
                throw new IOException(w.length + " words: " + lines.get(i));
            }
            List<Observation> seen = new ArrayList<>();
            String[] o = lines.get(i + 1).isEmpty()
                    ? new String[0]
                    : lines.get(i + 1).split(" ");
            for (int k = 0; k < o.length; k += 3) {
                seen.add(new Observation(
                        Double.parseDouble(o[k]), Double.parseDouble(o[k + 1]), Long.parseLong(o[k + 2])));
            }
            out.images.put(
                    Integer.parseInt(w[0]),
                    new Image(
                            Integer.parseInt(w[0]),
                            doubles(w, 1, 5),
                            doubles(w, 5, 8),
                            Integer.parseInt(w[8]),
                            w[9],
                            seen));
        }
        for (String line : lines(folder.resolve("points3D.txt"))) {
            String[] w = line.split(" ");
            int[] track = new int[w.length - 8];
            Arrays.setAll(track, k -> Integer.parseInt(w[8 + k]));
            int[] rgb = {Integer.parseInt(w[4]), Integer.parseInt(w[5]), Integer.parseInt(w[6])};
            out.points.put(
                    Long.parseLong(w[0]),
                    new Point(Long.parseLong(w[0]), doubles(w, 1, 4), rgb, Double.parseDouble(w[7]), track));
        }
        return out;
    }

    static ColmapFiles binary(Path folder) throws IOException {
        ColmapFiles out = new ColmapFiles();
        ByteBuffer in = bytes(folder.resolve("cameras.bin"));
        for (long n = in.getLong(); n > 0; n--) {
            int id = in.getInt();
            int model = in.getInt();
            if (model != 1) {
                throw new IOException("model " + model);
            }
            out.lenses.put(id, new Lens(id, "PINHOLE", in.getLong(), in.getLong(), doubles(in, 4)));
        }
        atEnd(in);
        in = bytes(folder.resolve("images.bin"));
        for (long n = in.getLong(); n > 0; n--) {
            int id = in.getInt();
            double[] q = doubles(in, 4);
            double[] t = doubles(in, 3);
            int camera = in.getInt();
            int end = in.position();
            while (in.get(end) != 0) {
                end++;
            }
            byte[] name = new byte[end - in.position()];
            in.get(name).get();
            List<Observation> seen = new ArrayList<>();
            for (long k = in.getLong(); k > 0; k--) {
                seen.add(new Observation(in.getDouble(), in.getDouble(), in.getLong()));
            }
            out.images.put(id, new Image(id, q, t, camera, new String(name, StandardCharsets.UTF_8), seen));
        }
        atEnd(in);
        in = bytes(folder.resolve("points3D.bin"));
        for (long n = in.getLong(); n > 0; n--) {
            long id = in.getLong();
            double[] xyz = doubles(in, 3);
            int[] rgb = {in.get() & 255, in.get() & 255, in.get() & 255};
            double error = in.getDouble();
            int[] track = new int[(int) (2 * in.getLong())];
            for (int k = 0; k < track.length; k++) {
                track[k] = in.getInt();
            }
            out.points.put(id, new Point(id, xyz, rgb, error, track));
        }
        atEnd(in);
        return out;
    }

    private static void atEnd(ByteBuffer in) throws IOException {
        if (in.hasRemaining()) {
            throw new IOException(in.remaining() + " bytes too many");
        }
    }

    private static ByteBuffer bytes(Path file) throws IOException {
        return ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static List<String> lines(Path file) throws IOException {
        return Files.readAllLines(file).stream().filter(l -> !l.startsWith("#")).toList();
    }

    private static double[] doubles(String[] words, int from, int to) {
        return Arrays.stream(words, from, to).mapToDouble(Double::parseDouble).toArray();
    }

    private static double[] doubles(ByteBuffer in, int n) {
        double[] out = new double[n];
        for (int i = 0; i < n; i++) {
            out[i] = in.getDouble();
        }
        return out;
    }

    private static double[] cross(double[] a, double[] b) {
        return new double[] {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
    }
}
