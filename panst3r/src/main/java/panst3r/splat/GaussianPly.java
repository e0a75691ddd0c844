package panst3r.splat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import panst3r.PanSt3RException;
import panst3r.WholeFile;

/**
 * Gaussians as the .ply file that viewers of splats open (novel-views.md, ".ply"): binary, little-endian, log-scales, logits
 * and quaternions as stored, harmonics channel by channel.
 */
public final class GaussianPly {
    /** A header is a few kilobytes; what is longer is no header. */
    private static final int LONGEST_HEADER = 1 << 16;

    private static final int CHUNK = 1 << 20;
    private static final List<String> NORMALS = List.of("nx", "ny", "nz");
    private static final List<String> OF_GAUSSIANS = List.of("f_dc_0", "opacity", "scale_0", "rot_0");
    private static final String WRITE_AGAIN = "write it again with a program that makes Gaussians";

    private GaussianPly() {}

    /**
     * Written beside its place and moved there when complete.
     *
     * @throws PanSt3RException if it cannot be written
     */
    public static void write(Gaussians g, Path file) {
        try {
            WholeFile.write(file, out -> write(g, out));
        } catch (IOException e) {
            throw new PanSt3RException(file + " could not be written: " + e.getMessage() + ".", e);
        }
    }

    private static void write(Gaussians g, FileChannel out) throws IOException {
        List<String> names = names(g.degree());
        StringBuilder header = new StringBuilder("ply\nformat binary_little_endian 1.0\nelement vertex ")
                .append(g.size())
                .append('\n');
        names.forEach(name -> header.append("property float ").append(name).append('\n'));
        WholeFile.writeFully(
                out, ByteBuffer.wrap(header.append("end_header\n").toString().getBytes(StandardCharsets.US_ASCII)));
        int row = 4 * names.size();
        ByteBuffer buffer = ByteBuffer.allocate(Math.max(1, CHUNK / row) * row).order(ByteOrder.LITTLE_ENDIAN);
        int rest = Gaussians.coefficients(g.degree()) - 1;
        for (int i = 0; i < g.size(); i++) {
            put(buffer, g.means(), 3 * i, 3);
            buffer.putFloat(0).putFloat(0).putFloat(0);
            int sh = i * 3 * (rest + 1);
            put(buffer, g.sh(), sh, 3);
            for (int channel = 0; channel < 3; channel++) {
                for (int k = 1; k <= rest; k++) {
                    buffer.putFloat(g.sh()[sh + 3 * k + channel]);
                }
            }
            buffer.putFloat(g.opacityLogits()[i]);
            put(buffer, g.logScales(), 3 * i, 3);
            put(buffer, g.quaternions(), 4 * i, 4);
            if (!buffer.hasRemaining()) {
                WholeFile.writeFully(out, buffer.flip());
                buffer.clear();
            }
        }
        WholeFile.writeFully(out, buffer.flip());
    }

    private static void put(ByteBuffer to, float[] values, int at, int count) {
        for (int k = 0; k < count; k++) {
            to.putFloat(values[at + k]);
        }
    }

    private static List<String> names(int degree) {
        List<String> out = new ArrayList<>(List.of("x", "y", "z"));
        out.addAll(NORMALS);
        number(out, "f_dc_", 3);
        number(out, "f_rest_", 3 * (Gaussians.coefficients(degree) - 1));
        out.add("opacity");
        number(out, "scale_", 3);
        number(out, "rot_", 4);
        return out;
    }

    private static void number(List<String> out, String prefix, int count) {
        for (int k = 0; k < count; k++) {
            out.add(prefix + k);
        }
    }

    /**
     * Reads what this or another program wrote: properties in any order and of any scalar type, others passed over.
     *
     * @throws PanSt3RException if it is no such file, or damaged
     */
    public static Gaussians read(Path file) {
        if (Files.isDirectory(file)) {
            throw new PanSt3RException(file + " is a folder; name the .ply file in it.");
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return new Reader(file, channel).read();
        } catch (NoSuchFileException e) {
            throw new PanSt3RException("There is no file " + file + "; check the path.", e);
        } catch (IOException e) {
            throw new PanSt3RException(file + " cannot be read: " + e.getMessage() + ".", e);
        }
    }

    private enum Type {
        INT8(1),
        UINT8(1),
        INT16(2),
        UINT16(2),
        INT32(4),
        UINT32(4),
        FLOAT32(4),
        FLOAT64(8);

        final int bytes;

        Type(int bytes) {
            this.bytes = bytes;
        }

        static Type of(String name) {
            return switch (name) {
                case "char", "int8" -> INT8;
                case "uchar", "uint8" -> UINT8;
                case "short", "int16" -> INT16;
                case "ushort", "uint16" -> UINT16;
                case "int", "int32" -> INT32;
                case "uint", "uint32" -> UINT32;
                case "float", "float32" -> FLOAT32;
                case "double", "float64" -> FLOAT64;
                default -> null;
            };
        }

        double get(ByteBuffer from, int at) {
            return switch (this) {
                case INT8 -> from.get(at);
                case UINT8 -> from.get(at) & 0xff;
                case INT16 -> from.getShort(at);
                case UINT16 -> from.getShort(at) & 0xffff;
                case INT32 -> from.getInt(at);
                case UINT32 -> from.getInt(at) & 0xffffffffL;
                case FLOAT32 -> from.getFloat(at);
                case FLOAT64 -> from.getDouble(at);
            };
        }
    }

    private record Property(String name, Type type, int offset) {}

    /** Reads one file. */
    private static final class Reader {
        private final Path file;
        private final FileChannel channel;
        private final Map<String, Property> properties = new LinkedHashMap<>();
        private long count = -1;
        private int row;
        private long dataStart;

        Reader(Path file, FileChannel channel) {
            this.file = file;
            this.channel = channel;
        }

        Gaussians read() throws IOException {
            header();
            int rest = countRest();
            int degree = rest == 0 ? 0 : rest == 9 ? 1 : rest == 24 ? 2 : 3;
            List<String> wanted = names(degree);
            wanted.removeAll(NORMALS);
            List<String> missing = wanted.stream()
                    .filter(name -> !properties.containsKey(name))
                    .toList();
            if (properties.keySet().stream().anyMatch(name -> name.startsWith("packed_"))) {
                throw fail("it is packed for the web", "export it again without compression");
            }
            if (missing.containsAll(OF_GAUSSIANS)) {
                throw fail(
                        "it is a mesh or a cloud of points: " + String.join(", ", OF_GAUSSIANS)
                                + " and more are missing",
                        WRITE_AGAIN);
            }
            if (!missing.isEmpty()) {
                throw fail("its property " + missing.get(0) + " is missing", WRITE_AGAIN);
            }
            long present = channel.size() - dataStart;
            if (count > present / Math.max(1, row)) {
                throw fail(
                        "its " + count + " Gaussians need " + expected() + " bytes after the header, but only "
                                + present + " are present",
                        "the download was probably cut: get it again");
            }
            if (count > Integer.MAX_VALUE / (3 * Gaussians.coefficients(degree))) {
                throw fail("it has " + count + " Gaussians, more than fit into an array", "give a part of them");
            }
            checkMemory(degree);
            return fill(degree, wanted);
        }

        private void checkMemory(int degree) {
            long need = count * Gaussians.bytes(degree);
            long left = Memory.left(need);
            if (need > left) {
                throw fail(
                        String.format(
                                Locale.ROOT,
                                "its %,d Gaussians take %,d MB and only %,d MB are left",
                                count,
                                need >> 20,
                                left >> 20),
                        "give a part of them, or start Java with more memory (-Xmx)");
            }
        }

        private String expected() {
            try {
                return String.valueOf(Math.multiplyExact(count, (long) row));
            } catch (ArithmeticException e) {
                return "over " + Long.MAX_VALUE;
            }
        }

        private Gaussians fill(int degree, List<String> wanted) throws IOException {
            Gaussians g = Gaussians.zeros((int) count, degree);
            int k = Gaussians.coefficients(degree);
            int rows = Math.max(1, CHUNK / row);
            ByteBuffer buffer = ByteBuffer.allocate(rows * row).order(ByteOrder.LITTLE_ENDIAN);
            Property[] from = wanted.stream().map(properties::get).toArray(Property[]::new);
            float[] values = new float[from.length];
            for (int i = 0; i < count; i++) {
                if (i % rows == 0) {
                    readFully(buffer.clear().limit((int) Math.min(rows, count - i) * row), dataStart + (long) i * row);
                }
                for (int p = 0; p < from.length; p++) {
                    values[p] = (float) from[p].type.get(buffer, i % rows * row + from[p].offset);
                    if (!Float.isFinite(values[p])) {
                        throw fail(
                                "property " + from[p].name + " of vertex " + i + " is not finite",
                                "leave that Gaussian out, or write the file again");
                    }
                }
                System.arraycopy(values, 0, g.means(), 3 * i, 3);
                System.arraycopy(values, 3, g.sh(), 3 * k * i, 3);
                for (int channel = 0; channel < 3; channel++) {
                    for (int c = 1; c < k; c++) {
                        g.sh()[3 * (k * i + c) + channel] = values[6 + channel * (k - 1) + c - 1];
                    }
                }
                int at = 3 + 3 * k;
                g.opacityLogits()[i] = values[at];
                System.arraycopy(values, at + 1, g.logScales(), 3 * i, 3);
                System.arraycopy(values, at + 4, g.quaternions(), 4 * i, 4);
            }
            return g;
        }

        private void readFully(ByteBuffer into, long at) throws IOException {
            while (into.hasRemaining()) {
                int n = channel.read(into, at + into.position());
                if (n < 0) {
                    throw fail("it became shorter while it was read", "try again when it is complete");
                }
            }
        }

        private void header() throws IOException {
            ByteBuffer start = ByteBuffer.allocate((int) Math.min(LONGEST_HEADER, channel.size()));
            readFully(start, 0);
            List<String> lines = lines(new String(start.array(), StandardCharsets.ISO_8859_1));
            String element = null;
            boolean beforeVertex = true;
            boolean formatSeen = false;
            for (String line : lines) {
                String[] words = line.strip().split("\\s+");
                switch (words[0]) {
                    case "format" -> {
                        formatSeen = true;
                        if (words.length != 3 || !words[1].equals("binary_little_endian") || !words[2].equals("1.0")) {
                            throw fail(
                                    "its format is " + line.strip().replaceFirst("format\\s*", "")
                                            + ", and only binary_little_endian 1.0 is read",
                                    "write it again in that");
                        }
                    }
                    case "element" -> {
                        element = words.length == 3 ? words[1] : "";
                        if (element.equals("vertex")) {
                            if (count >= 0) {
                                throw fail("it has two vertex elements", WRITE_AGAIN);
                            }
                            count = count(words[2]);
                            beforeVertex = false;
                        } else if (beforeVertex) {
                            throw fail(
                                    "its element " + quote(element) + " comes before vertex, which is not read",
                                    element.equals("chunk") ? "export it again without compression" : WRITE_AGAIN);
                        }
                    }
                    case "property" -> {
                        if ("vertex".equals(element)) {
                            property(words);
                        }
                    }
                    default -> {} // comment, obj_info
                }
            }
            if (!formatSeen) {
                throw fail("its header names no format", WRITE_AGAIN);
            }
            if (count < 0) {
                throw fail("it has no vertex element", WRITE_AGAIN);
            }
        }

        /** The lines between “ply” and “end_header”. */
        private List<String> lines(String text) {
            if (!text.startsWith("ply\n") && !text.startsWith("ply\r\n")) {
                throw new PanSt3RException(
                        file + " is not a PLY file; give one of Gaussians as splat viewers write it.");
            }
            List<String> out = new ArrayList<>();
            int at = text.indexOf('\n') + 1;
            while (true) {
                int end = text.indexOf('\n', at);
                if (end < 0) {
                    throw fail("its header has no end_header", WRITE_AGAIN);
                }
                String line = text.substring(at, end);
                at = end + 1;
                if (line.strip().equals("end_header")) {
                    dataStart = at;
                    return out;
                }
                out.add(line);
            }
        }

        private long count(String word) {
            try {
                long value = Long.parseLong(word);
                if (value >= 0) {
                    return value;
                }
            } catch (NumberFormatException e) {
                // said below
            }
            throw fail("its vertex count " + quote(word) + " is not valid", WRITE_AGAIN);
        }

        private void property(String[] words) {
            if (words.length > 1 && words[1].equals("list")) {
                throw fail(
                        "a list property (" + quote(words[words.length - 1])
                                + ") of vertex is refused, since Gaussians have none",
                        WRITE_AGAIN);
            }
            Type type = words.length == 3 ? Type.of(words[1]) : null;
            if (type == null) {
                throw fail("a property has the unknown type " + quote(words.length > 1 ? words[1] : ""), WRITE_AGAIN);
            }
            if (properties.putIfAbsent(words[2], new Property(words[2], type, row)) != null) {
                throw fail("its property " + quote(words[2]) + " occurs twice", WRITE_AGAIN);
            }
            row += type.bytes;
        }

        private int countRest() {
            int rest = (int) properties.keySet().stream()
                    .filter(name -> name.matches("f_rest_\\d+"))
                    .count();
            if (rest != 0 && rest != 9 && rest != 24 && rest != 45) {
                throw fail(
                        "it has a wrong number of f_rest properties, " + rest + " (0, 9, 24 or 45 are allowed)",
                        "write it again with spherical harmonics of degree 0 to 3");
            }
            return rest;
        }

        private static String quote(String word) {
            String shown = word.length() > 40 ? word.substring(0, 40) + "…" : word;
            return "“" + shown.replaceAll("\\p{Cntrl}", "?") + "”";
        }

        private PanSt3RException fail(String why, String whatToDo) {
            return new PanSt3RException(file + " cannot be read as Gaussians: " + why + "; " + whatToDo + ".");
        }
    }
}
