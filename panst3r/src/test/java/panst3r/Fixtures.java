package panst3r;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The numbers of the authors' implementation: files named by {@code manifest.json}, which also says how close is close
 * enough. The project's copy is the default; {@code -Dfixtures=DIR} swaps in another set of the same format, so nothing
 * in a test may name a size, a seed or a tolerance that the manifest or the files state.
 *
 * <p>Has its own small safetensors reader, so that a fault in the project's cannot hide one here.
 */
public final class Fixtures {
    private static final Path ROOT = findRoot();
    private static final Map<String, Entry> ENTRIES = readManifest();

    private Fixtures() {}

    /** One file of the set. */
    public record Entry(String path, String kind, String tolerance, JsonObject json) {
        public Path file() {
            return ROOT.resolve(path);
        }

        /** File name without folder and extension. */
        public String stem() {
            String name = path.substring(path.lastIndexOf('/') + 1);
            return name.substring(0, name.lastIndexOf('.'));
        }

        /** The folder, without a slash at the end. */
        public String folder() {
            return path.substring(0, Math.max(0, path.lastIndexOf('/')));
        }

        public JsonObject meta() {
            return json.has("meta") ? json.getAsJsonObject("meta") : new JsonObject();
        }

        @Override
        public String toString() {
            return path;
        }
    }

    /** A tensor of a fixture file; numbers widened to double, which holds float16, float32, int32 and these int64 exactly. */
    public record Tensor(String dtype, int[] shape, double[] values) {
        public float[] floats() {
            float[] out = new float[values.length];
            for (int i = 0; i < out.length; i++) {
                out[i] = (float) values[i];
            }
            return out;
        }

        public int[] ints() {
            int[] out = new int[values.length];
            for (int i = 0; i < out.length; i++) {
                out[i] = (int) values[i];
            }
            return out;
        }

        public long[] longShape() {
            long[] out = new long[shape.length];
            for (int i = 0; i < out.length; i++) {
                out[i] = shape[i];
            }
            return out;
        }
    }

    public static Path root() {
        return ROOT;
    }

    /** Files whose path starts with {@code prefix} and ends with {@code suffix}, in the manifest's order. */
    public static List<Entry> entries(String prefix, String suffix) {
        return ENTRIES.values().stream()
                .filter(e -> e.path.startsWith(prefix) && e.path.endsWith(suffix))
                .toList();
    }

    /** Whether the set in use holds this file. */
    public static boolean has(String path) {
        return ENTRIES.containsKey(path);
    }

    public static Entry entry(String path) {
        Entry entry = ENTRIES.get(path);
        if (entry == null) {
            throw new IllegalArgumentException("no fixture " + path + " in " + ROOT);
        }
        return entry;
    }

    public static JsonObject json(String path) {
        return parse(ROOT.resolve(path));
    }

    /** All tensors of a .safetensors fixture, by name. */
    public static Map<String, Tensor> tensors(String path) {
        try {
            ByteBuffer file =
                    ByteBuffer.wrap(Files.readAllBytes(ROOT.resolve(path))).order(ByteOrder.LITTLE_ENDIAN);
            int headerSize = (int) file.getLong();
            byte[] header = new byte[headerSize];
            file.get(header);
            ByteBuffer data = file.slice().order(ByteOrder.LITTLE_ENDIAN);
            Map<String, Tensor> out = new LinkedHashMap<>();
            JsonObject json = new Gson().fromJson(new String(header, StandardCharsets.UTF_8), JsonObject.class);
            for (Map.Entry<String, JsonElement> e : json.entrySet()) {
                if (!e.getKey().equals("__metadata__")) {
                    out.put(e.getKey(), tensor(e.getValue().getAsJsonObject(), data));
                }
            }
            return out;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Fails unless {@code actual} is as close to {@code expected} as the entry's tolerance asks. Knows the named
     * tolerances of the manifest (exact, float, loose, half) at the start of the text; where the entry spells out
     * something else for this tensor, the test reads it with {@link #bound} and calls {@link #assertWithin}.
     */
    public static void assertClose(Entry entry, String name, Tensor expected, float[] actual) {
        assertWithin(entry + " " + name, expected, actual, named(entry.tolerance, expected));
    }

    /** Largest difference allowed by a named tolerance for this tensor. */
    public static double named(String tolerance, Tensor expected) {
        boolean floating = expected.dtype.startsWith("F") || expected.dtype.startsWith("BF");
        if (!floating || tolerance == null || tolerance.startsWith("exact")) {
            return 0;
        }
        double scale = 1;
        for (double v : expected.values) {
            if (Double.isFinite(v)) {
                scale = Math.max(scale, Math.abs(v));
            }
        }
        if (tolerance.startsWith("float")) {
            return 1e-4 * scale;
        } else if (tolerance.startsWith("loose")) {
            return 1e-3 * scale;
        } else if (tolerance.startsWith("half")) {
            return 2e-3;
        }
        try {
            return Double.parseDouble(tolerance.trim());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "the tolerance “" + tolerance + "” is spelled out; read it with bound()");
        }
    }

    /** The first number that follows {@code word} in the entry's tolerance; {@code otherwise} if the word is not there. */
    public static double bound(Entry entry, String word, double otherwise) {
        if (entry.tolerance == null) {
            return otherwise;
        }
        var m = java.util.regex.Pattern.compile(
                        java.util.regex.Pattern.quote(word) + "\\D*?(\\d+(?:\\.\\d+)?(?:[eE][-+]?\\d+)?)")
                .matcher(entry.tolerance);
        return m.find() ? Double.parseDouble(m.group(1)) : otherwise;
    }

    /** Fails, naming the worst element, unless every difference is at most {@code bound}; NaN matches only NaN. */
    public static void assertWithin(String what, Tensor expected, float[] actual, double bound) {
        assertThat(actual.length).as(what + ": number of elements").isEqualTo(expected.values.length);
        int worst = -1;
        double most = bound;
        for (int i = 0; i < actual.length; i++) {
            double e = expected.values[i];
            double a = actual[i];
            double d = Double.compare(e, a) == 0 || e == a ? 0 : Math.abs(e - a);
            if (Double.isNaN(d)) {
                d = Double.POSITIVE_INFINITY;
            }
            if (d > most) {
                most = d;
                worst = i;
            }
        }
        if (worst >= 0) {
            fail(
                    "%s: element %d is %s, expected %s (difference %.3g, allowed %.3g)",
                    what, worst, actual[worst], expected.values[worst], most, bound);
        }
    }

    private static Tensor tensor(JsonObject info, ByteBuffer data) {
        String dtype = info.get("dtype").getAsString();
        var dims = info.getAsJsonArray("shape");
        int[] shape = new int[dims.size()];
        int count = 1;
        for (int i = 0; i < shape.length; i++) {
            shape[i] = dims.get(i).getAsInt();
            count *= shape[i];
        }
        int at = info.getAsJsonArray("data_offsets").get(0).getAsInt();
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            values[i] = switch (dtype) {
                case "F64" -> data.getDouble(at + 8 * i);
                case "F32" -> data.getFloat(at + 4 * i);
                case "F16" -> half(data.getShort(at + 2 * i));
                case "BF16" -> Float.intBitsToFloat(data.getShort(at + 2 * i) << 16);
                case "I64" -> data.getLong(at + 8 * i);
                case "I32" -> data.getInt(at + 4 * i);
                case "I16" -> data.getShort(at + 2 * i);
                case "U8", "BOOL" -> data.get(at + i) & 0xff;
                case "I8" -> data.get(at + i);
                default -> throw new IllegalArgumentException(dtype);
            };
        }
        return new Tensor(dtype, shape, values);
    }

    private static double half(short bits) {
        int exponent = bits >> 10 & 31;
        int fraction = bits & 1023;
        double sign = bits < 0 ? -1 : 1;
        if (exponent == 31) {
            return fraction == 0 ? sign * Double.POSITIVE_INFINITY : Double.NaN;
        }
        return sign * (exponent == 0 ? fraction * 0x1p-24 : (1024 + fraction) * Math.scalb(1.0, exponent - 25));
    }

    private static Path findRoot() {
        String given = System.getProperty("fixtures");
        if (given == null || given.isBlank()) {
            return Path.of("src/test/resources/fixtures");
        }
        List<Path> tried = new ArrayList<>();
        tried.add(Path.of(System.getProperty("panst3r.root", ".")).resolve(given));
        tried.add(Path.of(given));
        return tried.stream()
                .filter(p -> Files.isRegularFile(p.resolve("manifest.json")))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no manifest.json in -Dfixtures=" + given));
    }

    private static Map<String, Entry> readManifest() {
        Map<String, Entry> out = new LinkedHashMap<>();
        JsonObject files = parse(ROOT.resolve("manifest.json")).getAsJsonObject("files");
        for (Map.Entry<String, JsonElement> e : files.entrySet()) {
            JsonObject json = e.getValue().getAsJsonObject();
            String tolerance = json.has("tolerance") ? json.get("tolerance").getAsString() : null;
            out.put(e.getKey(), new Entry(e.getKey(), json.get("kind").getAsString(), tolerance, json));
        }
        return out;
    }

    private static JsonObject parse(Path file) {
        try {
            return new Gson().fromJson(Files.readString(file), JsonObject.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
