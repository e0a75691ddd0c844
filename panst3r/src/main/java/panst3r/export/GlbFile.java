package panst3r.export;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import panst3r.PanSt3RException;
import panst3r.Progress;
import panst3r.merge.Panoptic;
import panst3r.merge.Segment;
import panst3r.picture.Extent;
import panst3r.picture.Palette;
import panst3r.picture.PointSample;
import panst3r.picture.ScenePicture;
import panst3r.scene.Camera;
import panst3r.scene.PointCloud;
import panst3r.scene.PointQuery;
import panst3r.scene.Scene;

/**
 * A scene as binary glTF 2.0: points, or a surface a view, with the segment of each as the attribute {@code _SEGMENT}, and
 * cameras with wire frames. The root node turns the scene's axes into glTF's (y up); everything below it is in the scene's
 * own coordinates. Colours are 16-bit and linear, as glTF wants them.
 */
final class GlbFile {
    private static final int MAGIC = 0x46546c67;
    private static final int JSON_CHUNK = 0x4e4f534a;
    private static final int BINARY_CHUNK = 0x004e4942;
    private static final int FLOAT = 5126;
    private static final int UNSIGNED_SHORT = 5123;
    private static final int UNSIGNED_INT = 5125;
    private static final int ARRAY_BUFFER = 34962;
    private static final int ELEMENT_BUFFER = 34963;
    private static final int LINES = 1;
    private static final int[] FRAME = {0, 1, 0, 2, 0, 3, 0, 4, 1, 2, 2, 3, 3, 4, 4, 1};

    /** A surface that is seen at a flatter angle than 80° is two surfaces with nothing between them. */
    private static final double STEEPEST = Math.tan(Math.toRadians(80));

    private static final int[] LINEAR = new int[256];

    static {
        for (int i = 0; i < 256; i++) {
            double c = i / 255.0;
            double linear = c <= 0.04045 ? c / 12.92 : StrictMath.pow((c + 0.055) / 1.055, 2.4);
            LINEAR[i] = (int) Math.round(65535 * linear);
        }
    }

    private final Scene scene;
    private final ExportOptions options;
    private final Progress progress;
    private final PointQuery query;
    private final List<Part> parts = new ArrayList<>();
    private final JsonArray bufferViews = new JsonArray();
    private final JsonArray accessors = new JsonArray();
    private final JsonArray meshes = new JsonArray();
    private final JsonArray nodes = new JsonArray();
    private final JsonArray cameras = new JsonArray();
    private final float frameSize;
    private long bytes;

    /** Points that are written together. */
    private record Part(PointQuery query, int points, int indices) {}

    private GlbFile(Scene scene, ExportOptions options, Progress progress) {
        this.scene = scene;
        this.options = options;
        this.progress = progress;
        this.query = options.pointsOf(scene);
        List<PointSample> samples = PointSample.of(scene, 60_000, 0, progress);
        Extent extent = Extent.of(samples, ScenePicture.displayConfidence(samples));
        this.frameSize = (float) (ScenePicture.CAMERA_SIZE * extent.radius());
    }

    static void write(Scene scene, ExportOptions options, ExportTarget target, Progress progress) throws IOException {
        if (options.meshes()
                && options.points() != null
                && (options.points().limit() < Integer.MAX_VALUE
                        || options.points().stride() > 1)) {
            throw new PanSt3RException(
                    "A mesh needs neighbouring points: export it without a sample, or export points instead.");
        }
        new GlbFile(scene, options, progress).write(target);
    }

    private void write(ExportTarget target) throws IOException {
        JsonArray children = new JsonArray();
        node("scene (x right, y down, z forward)"); // the root: node 0
        describeParts(children);
        for (Camera camera : scene.cameras()) {
            describeCamera(camera, children);
        }
        byte[] json = new Gson().toJson(document(children)).getBytes(StandardCharsets.UTF_8);
        int padding = -json.length & 3;
        long total = 12L + 8 + json.length + padding + 8 + bytes;
        if (total > 0xffffffffL) {
            throw new PanSt3RException(
                    "A GLB file holds at most 4 GB, and this scene needs more; ask for fewer points.");
        }
        target.expect(total);
        try (OutputStream stream = target.create()) {
            Binary out = new Binary(stream);
            out.i32(MAGIC);
            out.i32(2);
            out.i32((int) total);
            out.i32(json.length + padding);
            out.i32(JSON_CHUNK);
            out.bytes(json);
            for (int i = 0; i < padding; i++) {
                out.u8(' ');
            }
            out.i32((int) bytes);
            out.i32(BINARY_CHUNK);
            for (int p = 0; p < parts.size(); p++) {
                progress.step("points", p, parts.size());
                writePart(parts.get(p), out);
            }
            for (Camera camera : scene.cameras()) {
                writeFrame(camera, out);
            }
            out.flush();
        }
    }

    private JsonObject document(JsonArray children) {
        JsonObject root = nodes.get(0).getAsJsonObject();
        root.add("children", children);
        root.add("rotation", array(1, 0, 0, 0)); // half a turn about x
        JsonObject json = new JsonObject();
        JsonObject asset = new JsonObject();
        asset.addProperty("version", "2.0");
        asset.addProperty("generator", "PanSt3R");
        json.add("asset", asset);
        json.add("extensionsUsed", new JsonArray());
        json.getAsJsonArray("extensionsUsed").add("KHR_materials_unlit");
        json.addProperty("scene", 0);
        JsonObject only = new JsonObject();
        only.add("nodes", array(0));
        only.add("extras", extras());
        json.add("scenes", new JsonArray());
        json.getAsJsonArray("scenes").add(only);
        JsonObject material = new JsonObject();
        material.addProperty("name", "unlit");
        material.addProperty("doubleSided", true);
        JsonObject extension = new JsonObject();
        extension.add("KHR_materials_unlit", new JsonObject());
        material.add("extensions", extension);
        json.add("materials", new JsonArray());
        json.getAsJsonArray("materials").add(material);
        json.add("nodes", nodes);
        json.add("meshes", meshes);
        json.add("cameras", cameras);
        json.add("accessors", accessors);
        json.add("bufferViews", bufferViews);
        JsonObject buffer = new JsonObject();
        buffer.addProperty("byteLength", bytes);
        json.add("buffers", new JsonArray());
        json.getAsJsonArray("buffers").add(buffer);
        return json;
    }

    /** What {@code _SEGMENT} means. */
    private JsonObject extras() {
        JsonArray segments = new JsonArray();
        for (Segment s : scene.panoptic().map(Panoptic::segments).orElse(List.of())) {
            JsonObject segment = new JsonObject();
            segment.addProperty("id", s.id());
            segment.addProperty("class", scene.classNames().get(s.label()));
            segments.add(segment);
        }
        JsonObject extras = new JsonObject();
        extras.add("segments", segments);
        return extras;
    }

    private void describeParts(JsonArray children) {
        if (query.limit() < Integer.MAX_VALUE) {
            describePart("points", query, children);
            return;
        }
        for (int v = 0; v < scene.views(); v++) {
            if (query.views() == null || query.views().contains(v)) {
                progress.step("count", v, scene.views());
                describePart("view " + v + ": " + scene.view(v).photo().name(), query.views(v), children);
            }
        }
    }

    private void describePart(String name, PointQuery wanted, JsonArray children) {
        PointCloud cloud = scene.points(wanted);
        int n = cloud.size();
        int[] triangles = options.meshes() ? triangles(cloud) : new int[0];
        if (n == 0 || options.meshes() && triangles.length == 0) {
            return;
        }
        parts.add(new Part(wanted, n, triangles.length));
        JsonObject attributes = new JsonObject();
        attributes.addProperty("POSITION", accessor(n, 12, FLOAT, "VEC3", false));
        JsonObject position = accessors.get(accessors.size() - 1).getAsJsonObject();
        float[][] bounds = bounds(cloud.xyz());
        position.add("min", array(bounds[0]));
        position.add("max", array(bounds[1]));
        attributes.addProperty("COLOR_0", accessor(n, 8, UNSIGNED_SHORT, "VEC4", true));
        attributes.addProperty("_SEGMENT", accessor(n, 4, UNSIGNED_SHORT, "SCALAR", false));
        JsonObject primitive = new JsonObject();
        primitive.add("attributes", attributes);
        primitive.addProperty("material", 0);
        primitive.addProperty("mode", options.meshes() ? 4 : 0);
        if (options.meshes()) {
            primitive.addProperty("indices", indices(triangles.length, 4, UNSIGNED_INT));
        }
        children.add(node(name));
        nodes.get(nodes.size() - 1).getAsJsonObject().addProperty("mesh", mesh(name, primitive));
    }

    private void describeCamera(Camera camera, JsonArray children) {
        Pinhole pinhole = Pinhole.of(camera, options.originalPixels());
        JsonObject perspective = new JsonObject();
        perspective.addProperty("aspectRatio", (double) pinhole.width() / pinhole.height());
        perspective.addProperty("yfov", 2 * StrictMath.atan(pinhole.height() / 2.0 / pinhole.fy()));
        perspective.addProperty("znear", 0.01);
        JsonObject json = new JsonObject();
        json.addProperty("name", camera.photo().name());
        json.addProperty("type", "perspective");
        json.add("perspective", perspective);
        cameras.add(json);

        JsonObject attributes = new JsonObject();
        attributes.addProperty("POSITION", accessor(5, 12, FLOAT, "VEC3", false));
        JsonObject position = accessors.get(accessors.size() - 1).getAsJsonObject();
        float[][] bounds = bounds(frame(camera));
        position.add("min", array(bounds[0]));
        position.add("max", array(bounds[1]));
        attributes.addProperty("COLOR_0", accessor(5, 8, UNSIGNED_SHORT, "VEC4", true));
        JsonObject primitive = new JsonObject();
        primitive.add("attributes", attributes);
        primitive.addProperty("material", 0);
        primitive.addProperty("mode", LINES);
        primitive.addProperty("indices", indices(FRAME.length, 2, UNSIGNED_SHORT));

        children.add(node("camera " + camera.index() + ": " + camera.photo().name()));
        JsonObject node = nodes.get(nodes.size() - 1).getAsJsonObject();
        double[] m = OpenGl.camera(camera.cameraToWorld());
        JsonArray matrix = new JsonArray();
        for (int c = 0; c < 4; c++) {
            for (int r = 0; r < 4; r++) {
                matrix.add(m[4 * r + c]);
            }
        }
        node.add("matrix", matrix);
        node.addProperty("camera", camera.index());
        node.addProperty("mesh", mesh("frame " + camera.index(), primitive));
    }

    private void writePart(Part part, Binary out) throws IOException {
        PointCloud cloud = scene.points(part.query);
        for (float x : cloud.xyz()) {
            out.f32(x);
        }
        for (int i = 0; i < cloud.size(); i++) {
            for (int k = 0; k < 3; k++) {
                out.u16(LINEAR[cloud.rgb()[3 * i + k] & 255]);
            }
            out.u16(65535);
        }
        for (int segment : cloud.segment()) {
            out.u16(segment);
            out.u16(0); // elements begin at multiples of four bytes
        }
        if (options.meshes()) {
            for (int corner : triangles(cloud)) {
                out.i32(corner);
            }
        }
    }

    private void writeFrame(Camera camera, Binary out) throws IOException {
        for (float x : frame(camera)) {
            out.f32(x);
        }
        int colour = Palette.ofView(camera.index());
        for (int i = 0; i < 5; i++) {
            for (int shift = 16; shift >= 0; shift -= 8) {
                out.u16(LINEAR[colour >> shift & 255]);
            }
            out.u16(65535);
        }
        for (int corner : FRAME) {
            out.u16(corner);
        }
    }

    /** The eye and the corners of the image before it, in the frame of a glTF camera. */
    private float[] frame(Camera camera) {
        Pinhole p = Pinhole.of(camera, false);
        float x = (float) (frameSize * p.width() / 2 / p.fx());
        float y = (float) (frameSize * p.height() / 2 / p.fy());
        float z = -frameSize;
        return new float[] {0, 0, 0, -x, y, z, x, y, z, x, -y, z, -x, -y, z};
    }

    /** Two for every square of neighbouring pixels, where the surface does not jump. @return corners, by index of point */
    private int[] triangles(PointCloud cloud) {
        if (cloud.size() == 0) {
            return new int[0];
        }
        Camera camera = scene.cameras().get(cloud.view()[0]);
        int width = camera.width();
        int[] at = new int[width * camera.height()];
        Arrays.fill(at, -1);
        for (int i = 0; i < cloud.size(); i++) {
            at[cloud.row()[i] * width + cloud.column()[i]] = i;
        }
        double[] m = camera.cameraToWorld();
        float[] p = cloud.xyz();
        double[] depth = new double[cloud.size()];
        for (int i = 0; i < depth.length; i++) {
            depth[i] = m[2] * (p[3 * i] - m[3]) + m[6] * (p[3 * i + 1] - m[7]) + m[10] * (p[3 * i + 2] - m[11]);
        }
        double jump = STEEPEST / Pinhole.of(camera, false).fx();
        int[] out = new int[6 * cloud.size()];
        int n = 0;
        for (int pixel = 0; pixel + width + 1 < at.length; pixel++) {
            if (pixel % width == width - 1) {
                continue;
            }
            int a = at[pixel];
            int b = at[pixel + 1];
            int c = at[pixel + width];
            int d = at[pixel + width + 1];
            if (joined(a, c, b, depth, jump)) { // counter-clockwise as the camera sees it
                out[n++] = a;
                out[n++] = c;
                out[n++] = b;
            }
            if (joined(b, c, d, depth, jump)) {
                out[n++] = b;
                out[n++] = c;
                out[n++] = d;
            }
        }
        return Arrays.copyOf(out, n);
    }

    private static boolean joined(int a, int b, int c, double[] depth, double jump) {
        if (a < 0 || b < 0 || c < 0) {
            return false;
        }
        double least = Math.min(depth[a], Math.min(depth[b], depth[c]));
        double most = Math.max(depth[a], Math.max(depth[b], depth[c]));
        return least > 0 && most - least <= jump * least;
    }

    private int node(String name) {
        JsonObject node = new JsonObject();
        node.addProperty("name", name);
        nodes.add(node);
        return nodes.size() - 1;
    }

    private int mesh(String name, JsonObject primitive) {
        JsonObject mesh = new JsonObject();
        mesh.addProperty("name", name);
        mesh.add("primitives", new JsonArray());
        mesh.getAsJsonArray("primitives").add(primitive);
        meshes.add(mesh);
        return meshes.size() - 1;
    }

    private int accessor(int count, int stride, int component, String type, boolean normalised) {
        JsonObject view = view((long) count * stride, ARRAY_BUFFER);
        view.addProperty("byteStride", stride);
        return accessor(count, component, type, normalised);
    }

    private int indices(int count, int size, int component) {
        view((long) count * size, ELEMENT_BUFFER);
        return accessor(count, component, "SCALAR", false);
    }

    /** Of the latest buffer view. */
    private int accessor(int count, int component, String type, boolean normalised) {
        JsonObject accessor = new JsonObject();
        accessor.addProperty("bufferView", bufferViews.size() - 1);
        accessor.addProperty("componentType", component);
        accessor.addProperty("count", count);
        accessor.addProperty("type", type);
        if (normalised) {
            accessor.addProperty("normalized", true);
        }
        accessors.add(accessor);
        return accessors.size() - 1;
    }

    private JsonObject view(long length, int target) {
        JsonObject view = new JsonObject();
        view.addProperty("buffer", 0);
        view.addProperty("byteOffset", bytes);
        view.addProperty("byteLength", length);
        view.addProperty("target", target);
        bufferViews.add(view);
        bytes += length;
        return view;
    }

    private static float[][] bounds(float[] xyz) {
        float[][] out = {Arrays.copyOf(xyz, 3), Arrays.copyOf(xyz, 3)};
        for (int i = 0; i < xyz.length; i++) {
            out[0][i % 3] = Math.min(out[0][i % 3], xyz[i]);
            out[1][i % 3] = Math.max(out[1][i % 3], xyz[i]);
        }
        return out;
    }

    private static JsonArray array(float... values) {
        JsonArray out = new JsonArray();
        for (float v : values) {
            if (v == Math.rint(v)) {
                out.add((int) v);
            } else {
                out.add(v);
            }
        }
        return out;
    }
}
