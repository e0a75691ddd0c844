package panst3r.dataset;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import panst3r.PanSt3RException;
import panst3r.Progress;
import panst3r.rooms.RoomCamera;

/**
 * Triangles in space, each with the id of what it belongs to, and how a camera sees them.
 *
 * @param vertices [V, 3]
 * @param triangles [T, 3] vertices
 */
record TriangleMesh(float[] vertices, int[] triangles) {
    private static final double NEAR = 0.01;
    private static final int LONGEST_HEADER = 1 << 16;
    private static final Map<String, Integer> BYTES = Map.ofEntries(
            Map.entry("char", 1),
            Map.entry("uchar", 1),
            Map.entry("int8", 1),
            Map.entry("uint8", 1),
            Map.entry("short", 2),
            Map.entry("ushort", 2),
            Map.entry("int16", 2),
            Map.entry("uint16", 2),
            Map.entry("int", 4),
            Map.entry("uint", 4),
            Map.entry("int32", 4),
            Map.entry("uint32", 4),
            Map.entry("float", 4),
            Map.entry("float32", 4),
            Map.entry("double", 8),
            Map.entry("float64", 8));

    /**
     * What a camera sees.
     *
     * @param depth [H·W] along its axis, 0 where there is nothing
     * @param ids [H·W] of the nearest triangle, 0 where there is nothing
     */
    record Seen(float[] depth, int[] ids) {}

    private record Property(String name, int bytes, boolean list, int count) {}

    /**
     * Reads a binary little-endian .ply of triangles.
     *
     * @throws PanSt3RException if it is another, or damaged
     */
    static TriangleMesh read(Path file) {
        DataFiles.need(file);
        try (InputStream stream = Files.newInputStream(file);
                DataInputStream in = new DataInputStream(new BufferedInputStream(stream, 1 << 16))) {
            int vertices = -1;
            int faces = -1;
            List<Property> ofVertex = new ArrayList<>();
            List<Property> ofFace = new ArrayList<>();
            List<Property> current = new ArrayList<>();
            int read = 0;
            for (String line = line(in); !line.equals("end_header"); line = line(in)) {
                String[] words = line.split("\\s+");
                read += line.length();
                if (read > LONGEST_HEADER || read == 3 && !line.equals("ply")) {
                    throw new PanSt3RException(file + " is no .ply file.");
                } else if (words[0].equals("format") && !line.equals("format binary_little_endian 1.0")) {
                    throw new PanSt3RException(file + " is not a binary little-endian .ply: " + line + ".");
                } else if (words[0].equals("element")) {
                    boolean vertex = words[1].equals("vertex");
                    if (!vertex && !words[1].equals("face") || !vertex && vertices < 0) {
                        throw new PanSt3RException(file + " does not hold vertices and then faces.");
                    }
                    int count = Integer.parseInt(words[2]);
                    vertices = vertex ? count : vertices;
                    faces = vertex ? faces : count;
                    current = vertex ? ofVertex : ofFace;
                } else if (words[0].equals("property")) {
                    boolean list = words[1].equals("list");
                    current.add(new Property(
                            words[words.length - 1],
                            BYTES.get(list ? words[3] : words[1]),
                            list,
                            list ? BYTES.get(words[2]) : 0));
                }
            }
            long least = vertices * (long) bytes(ofVertex) + faces * (long) bytes(ofFace);
            if (vertices < 0 || faces < 0 || least > Files.size(file)) {
                throw new PanSt3RException(file + " is cut off, or has no vertices and faces.");
            }
            return new TriangleMesh(
                    vertices(in, vertices, ofVertex, file), triangles(in, faces, ofFace, vertices, file));
        } catch (EOFException e) {
            throw new PanSt3RException(file + " is cut off.", e);
        } catch (IOException e) {
            throw new PanSt3RException(file + " cannot be read (" + e + ").", e);
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException | NullPointerException e) {
            throw new PanSt3RException(file + " is no .ply file that can be read.", e);
        }
    }

    private static int bytes(List<Property> of) {
        return of.stream().mapToInt(p -> p.list ? p.count : p.bytes).sum();
    }

    private static String line(DataInputStream in) throws IOException {
        byte[] bytes = new byte[1024];
        for (int n = 0; n < bytes.length; n++) {
            bytes[n] = in.readByte();
            if (bytes[n] == '\n') {
                return new String(bytes, 0, n, StandardCharsets.US_ASCII).strip();
            }
        }
        throw new EOFException();
    }

    private static float[] vertices(DataInputStream in, int count, List<Property> properties, Path file)
            throws IOException {
        byte[] row = new byte[bytes(properties)];
        ByteBuffer values = ByteBuffer.wrap(row).order(ByteOrder.LITTLE_ENDIAN);
        int[] at = {-1, -1, -1};
        int offset = 0;
        boolean deep = false;
        for (Property p : properties) {
            int axis = List.of("x", "y", "z").indexOf(p.name);
            if (axis >= 0) {
                at[axis] = offset;
                deep = p.bytes == 8;
            }
            offset += p.bytes;
        }
        if (Arrays.stream(at).anyMatch(a -> a < 0) || properties.stream().anyMatch(p -> p.list)) {
            throw new PanSt3RException(file + " has vertices without x, y and z.");
        }
        float[] out = new float[3 * count];
        for (int i = 0; i < count; i++) {
            stopIfInterrupted(i, "Reading a mesh");
            in.readFully(row);
            for (int a = 0; a < 3; a++) {
                out[3 * i + a] = deep ? (float) values.getDouble(at[a]) : values.getFloat(at[a]);
            }
        }
        return out;
    }

    private static int[] triangles(DataInputStream in, int count, List<Property> properties, int vertices, Path file)
            throws IOException {
        int[] out = new int[3 * count];
        for (int i = 0; i < count; i++) {
            stopIfInterrupted(i, "Reading a mesh");
            for (Property p : properties) {
                boolean corners = p.list && p.name.startsWith("vert");
                int values = p.list ? (int) integer(in, p.count) : 1;
                if (corners && (values != 3 || p.bytes != 4)) {
                    throw new PanSt3RException(file + " has a face of " + values + " corners, not a triangle.");
                }
                for (int k = 0; k < values; k++) {
                    long value = integer(in, p.bytes);
                    if (corners) {
                        if (value < 0 || value >= vertices) {
                            throw new PanSt3RException(file + " has a triangle with a vertex that is not there.");
                        }
                        out[3 * i + k] = (int) value;
                    }
                }
            }
        }
        return out;
    }

    /** Asked at the first of many small steps and every some ten thousand, a few milliseconds apart. */
    static void stopIfInterrupted(int step, String what) {
        if ((step & 0xffff) == 0) {
            Progress.stopIfInterrupted(what);
        }
    }

    private static long integer(DataInputStream in, int bytes) throws IOException {
        long value = 0;
        for (int b = 0; b < bytes; b++) {
            value |= (in.readByte() & 255L) << 8 * b;
        }
        return value;
    }

    /**
     * Draws all triangles; of each pixel the nearest stays. Those with a corner behind the camera are left out, which in
     * a mesh of small ones shows at the border only.
     *
     * @param ids of the triangles, [T]
     */
    Seen seen(RoomCamera camera, int[] ids) {
        int width = camera.width();
        int height = camera.height();
        int n = vertices.length / 3;
        double[] u = new double[n];
        double[] v = new double[n];
        double[] z = new double[n];
        for (int i = 0; i < n; i++) {
            double[] p = camera.project(vertices[3 * i], vertices[3 * i + 1], vertices[3 * i + 2]);
            u[i] = p[0];
            v[i] = p[1];
            z[i] = p[2];
        }
        float[] nearness = new float[width * height]; // 1/z, which is linear in the image
        int[] out = new int[width * height];
        for (int t = 0; t < ids.length; t++) {
            stopIfInterrupted(t, "Drawing a mesh");
            int a = triangles[3 * t];
            int b = triangles[3 * t + 1];
            int c = triangles[3 * t + 2];
            if (z[a] < NEAR || z[b] < NEAR || z[c] < NEAR) {
                continue;
            }
            int left = (int) Math.max(0, Math.ceil(Math.min(u[a], Math.min(u[b], u[c]))));
            int right = (int) Math.min(width - 1, Math.floor(Math.max(u[a], Math.max(u[b], u[c]))));
            int top = (int) Math.max(0, Math.ceil(Math.min(v[a], Math.min(v[b], v[c]))));
            int bottom = (int) Math.min(height - 1, Math.floor(Math.max(v[a], Math.max(v[b], v[c]))));
            double area = (u[b] - u[a]) * (v[c] - v[a]) - (v[b] - v[a]) * (u[c] - u[a]);
            if (area == 0) {
                continue;
            }
            for (int y = top; y <= bottom; y++) {
                for (int x = left; x <= right; x++) {
                    double wa = ((u[b] - x) * (v[c] - y) - (v[b] - y) * (u[c] - x)) / area;
                    double wb = ((u[c] - x) * (v[a] - y) - (v[c] - y) * (u[a] - x)) / area;
                    double wc = 1 - wa - wb;
                    if (wa >= 0 && wb >= 0 && wc >= 0) {
                        float near = (float) (wa / z[a] + wb / z[b] + wc / z[c]);
                        if (near > nearness[y * width + x]) {
                            nearness[y * width + x] = near;
                            out[y * width + x] = ids[t];
                        }
                    }
                }
            }
        }
        for (int i = 0; i < nearness.length; i++) {
            nearness[i] = nearness[i] > 0 ? 1 / nearness[i] : 0;
        }
        return new Seen(nearness, out);
    }
}
