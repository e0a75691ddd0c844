package panst3r.export;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import panst3r.PanSt3RException;
import panst3r.Progress;
import panst3r.Rotations;

/** The cameras of a COLMAP reconstruction, text or binary (colmap.github.io/format.html). Its points are not read. */
final class ColmapReader {
    /** COLMAP's camera models in the order of their numbers: how many focal lengths, how many parameters. */
    private enum Model {
        SIMPLE_PINHOLE(1, 3),
        PINHOLE(2, 4),
        SIMPLE_RADIAL(1, 4),
        RADIAL(1, 5),
        OPENCV(2, 8),
        OPENCV_FISHEYE(2, 8),
        FULL_OPENCV(2, 12),
        FOV(2, 5),
        SIMPLE_RADIAL_FISHEYE(1, 4),
        RADIAL_FISHEYE(1, 5),
        THIN_PRISM_FISHEYE(2, 12),
        RAD_TAN_THIN_PRISM_FISHEYE(2, 16);

        final int focals;
        final int parameters;

        Model(int focals, int parameters) {
            this.focals = focals;
            this.parameters = parameters;
        }

        static Model named(String name) {
            return Arrays.stream(values())
                    .filter(m -> m.name().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("a camera model “" + name + "”"));
        }
    }

    private static final int LONGEST_NAME = 4096;

    private record Lens(int width, int height, double fx, double fy, boolean distorted) {
        static Lens of(Model model, long width, long height, double[] p) {
            boolean bent = model.name().contains("FISHEYE");
            for (int i = model.focals + 2; i < p.length; i++) {
                bent |= p[i] != 0;
            }
            if (width < 1 || height < 1 || width > 1 << 20 || height > 1 << 20) {
                throw new IllegalArgumentException("a camera for images of " + width + "×" + height);
            }
            return new Lens((int) width, (int) height, p[0], p[model.focals - 1], bent);
        }
    }

    private ColmapReader() {}

    /** @param folder with cameras.txt and images.txt, or cameras.bin and images.bin */
    static List<KnownCamera> read(Path folder) {
        boolean binary = Files.exists(folder.resolve("cameras.bin"));
        Path file = folder.resolve(binary ? "cameras.bin" : "cameras.txt");
        try {
            Map<Integer, Lens> lenses = binary ? binaryLenses(file) : textLenses(file);
            file = folder.resolve(binary ? "images.bin" : "images.txt");
            return binary ? binaryImages(file, lenses) : textImages(file, lenses);
        } catch (EOFException e) {
            throw new PanSt3RException(file + " ends too early; copy it again.", e);
        } catch (IOException e) {
            throw new PanSt3RException(
                    file + " cannot be read (" + e.getMessage() + "); a reconstruction needs cameras and"
                            + " images, both as .txt or both as .bin.",
                    e);
        } catch (IllegalArgumentException e) {
            throw new PanSt3RException(file + " is not what COLMAP writes: " + e.getMessage() + ".", e);
        }
    }

    private static Map<Integer, Lens> textLenses(Path file) throws IOException {
        Map<Integer, Lens> out = new HashMap<>();
        try (BufferedReader in = lines(file)) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (!line.isBlank() && !line.startsWith("#")) {
                    String[] words = line.strip().split("\\s+");
                    if (words.length < 4) {
                        throw new IllegalArgumentException("a line of " + words.length + " words");
                    }
                    Model model = Model.named(words[1]);
                    out.put(
                            Integer.parseInt(words[0]),
                            Lens.of(
                                    model,
                                    Long.parseLong(words[2]),
                                    Long.parseLong(words[3]),
                                    numbers(words, 4, model.parameters)));
                }
            }
        }
        return out;
    }

    private static List<KnownCamera> textImages(Path file, Map<Integer, Lens> lenses) throws IOException {
        List<KnownCamera> out = new ArrayList<>();
        try (BufferedReader in = lines(file)) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (!line.isBlank() && !line.startsWith("#")) {
                    Progress.stopIfInterrupted("Reading cameras");
                    String[] words = line.strip().split("\\s+", 10);
                    double[] q = numbers(words, 1, 4);
                    double[] t = numbers(words, 5, 3);
                    if (words.length < 10) {
                        throw new IllegalArgumentException("an image without a name");
                    }
                    out.add(camera(q, t, lenses.get(Integer.parseInt(words[8])), words[9]));
                    in.readLine(); // its points
                }
            }
        }
        return out;
    }

    private static Map<Integer, Lens> binaryLenses(Path file) throws IOException {
        Map<Integer, Lens> out = new HashMap<>();
        try (DataInputStream in = open(file)) {
            for (long n = i64(in); n > 0; n--) {
                int id = i32(in);
                int number = i32(in);
                if (number < 0 || number >= Model.values().length) {
                    throw new IllegalArgumentException("a camera model of number " + number);
                }
                Model model = Model.values()[number];
                long width = i64(in);
                long height = i64(in);
                out.put(id, Lens.of(model, width, height, f64(in, model.parameters)));
            }
        }
        return out;
    }

    private static List<KnownCamera> binaryImages(Path file, Map<Integer, Lens> lenses) throws IOException {
        List<KnownCamera> out = new ArrayList<>();
        try (DataInputStream in = open(file)) {
            for (long n = i64(in); n > 0; n--) {
                Progress.stopIfInterrupted("Reading cameras");
                i32(in);
                double[] q = f64(in, 4);
                double[] t = f64(in, 3);
                Lens lens = lenses.get(i32(in));
                ByteArrayOutputStream name = new ByteArrayOutputStream();
                for (byte b = in.readByte(); b != 0; b = in.readByte()) {
                    name.write(b);
                    if (name.size() > LONGEST_NAME) {
                        throw new IllegalArgumentException("an image's name without an end");
                    }
                }
                long points = i64(in);
                if (points < 0 || points > Files.size(file) / 24) {
                    throw new IllegalArgumentException("an image with " + points + " points");
                }
                in.skipNBytes(24 * points);
                out.add(camera(q, t, lens, name.toString(StandardCharsets.UTF_8)));
            }
        }
        return out;
    }

    /** @param q unit quaternion (w, x, y, z) of the rotation from world to camera @param t its translation */
    private static KnownCamera camera(double[] q, double[] t, Lens lens, String name) {
        if (lens == null) {
            throw new IllegalArgumentException("the camera of " + name + " is missing");
        }
        double norm = Math.sqrt(q[0] * q[0] + q[1] * q[1] + q[2] * q[2] + q[3] * q[3]);
        if (!(Math.abs(norm - 1) < 1e-2)) {
            throw new IllegalArgumentException("the rotation of " + name + " is none");
        }
        double[] r = Rotations.matrix(q[0] / norm, q[1] / norm, q[2] / norm, q[3] / norm);
        double[] pose = new double[16];
        for (int a = 0; a < 3; a++) {
            for (int b = 0; b < 3; b++) {
                pose[4 * a + b] = r[3 * b + a];
                pose[4 * a + 3] -= r[3 * b + a] * t[b];
            }
            if (!Double.isFinite(pose[4 * a + 3])) {
                throw new IllegalArgumentException("the position of " + name + " is none");
            }
        }
        pose[15] = 1;
        return new KnownCamera(name, lens.width, lens.height, lens.fx, lens.fy, lens.distorted, pose);
    }

    private static double[] numbers(String[] words, int first, int count) {
        if (words.length < first + count) {
            throw new IllegalArgumentException("a line of " + words.length + " words");
        }
        double[] out = new double[count];
        for (int i = 0; i < count; i++) {
            out[i] = Double.parseDouble(words[first + i]);
        }
        return out;
    }

    /** Bytes that are no UTF-8 become �, which fits no photo. */
    private static BufferedReader lines(Path file) throws IOException {
        return new BufferedReader(new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8));
    }

    private static DataInputStream open(Path file) throws IOException {
        return new DataInputStream(new BufferedInputStream(Files.newInputStream(file)));
    }

    private static int i32(DataInputStream in) throws IOException {
        return Integer.reverseBytes(in.readInt());
    }

    private static long i64(DataInputStream in) throws IOException {
        return Long.reverseBytes(in.readLong());
    }

    private static double[] f64(DataInputStream in, int count) throws IOException {
        double[] out = new double[count];
        for (int i = 0; i < count; i++) {
            out[i] = Double.longBitsToDouble(i64(in));
        }
        return out;
    }
}
