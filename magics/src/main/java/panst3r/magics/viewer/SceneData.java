package panst3r.magics.viewer;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import panst3r.picture.ColourBy;
import panst3r.picture.Colouring;
import panst3r.picture.Extent;
import panst3r.picture.Facing;
import panst3r.picture.Palette;
import panst3r.picture.PointSample;
import panst3r.picture.ScenePicture;
import panst3r.picture.Viewpoint;
import panst3r.scene.Camera;
import panst3r.scene.Scene;
import panst3r.scene.SceneSegment;

/**
 * A scene as the viewer takes it: a JSON head and packed columns. Positions have 16 bits in the scene's box, colours 8,
 * segment ids 16, confidence 8 on a logarithmic scale; each photo is there small.
 */
final class SceneData {
    private static final int STEPS = 65535;

    /** Global positions are told as so many steps from the local ones: fine enough to look at. */
    static final int GLOBAL_STEP = 8;

    /** Points further than so many radii from the middle would cost all others their precision, and are left out. */
    private static final double FAR = 30;

    private final Scene scene;
    private final List<ViewData> parts;
    private final List<PointSample> samples;
    private final ViewerOptions options;
    private final double[] min = new double[3];
    private final double[] size = new double[3];
    private final Extent extent;
    private final double threshold;
    private final double mostConfidence;
    private final double deepest;
    private final JsonObject head = new JsonObject();
    private final String columns;
    private int shown;

    /** @param segments of the scene, with positions of the points that are shown at first */
    SceneData(Scene scene, List<ViewData> parts, List<SceneSegment> segments, double threshold, ViewerOptions options) {
        this.scene = scene;
        this.parts = parts;
        this.samples = parts.stream().map(ViewData::sample).toList();
        this.options = options;
        this.threshold = threshold;
        this.extent = Extent.of(samples, threshold);
        this.mostConfidence = Colouring.mostConfidence(samples);
        this.deepest = Colouring.deepest(scene, samples);
        box();
        Columns packed = new Columns();
        views(packed, points(packed));
        columns = Base64.getEncoder().encodeToString(packed.deflated());
        rest();
        segments(segments);
    }

    /** JSON that is safe inside a script element: gson writes {@code <}, {@code >} and {@code &} as escapes. */
    String head() {
        return new Gson().toJson(head);
    }

    /** Base64. */
    String columns() {
        return columns;
    }

    /** Number of points in the document. */
    int shown() {
        return shown;
    }

    private void box() {
        double[] most = new double[3];
        for (int k = 0; k < 3; k++) {
            min[k] = extent.centre()[k];
            most[k] = extent.centre()[k];
        }
        for (PointSample s : samples) {
            for (int i = 0; i < s.size(); i++) {
                if (near(s.xyz(), i)) {
                    for (int k = 0; k < 3; k++) {
                        min[k] = Math.min(min[k], s.xyz()[3 * i + k]);
                        most[k] = Math.max(most[k], s.xyz()[3 * i + k]);
                    }
                }
            }
        }
        for (int k = 0; k < 3; k++) {
            size[k] = Math.max(most[k] - min[k], 1e-6 * extent.radius());
        }
    }

    private boolean near(float[] xyz, int i) {
        double sum = 0;
        for (int k = 0; k < 3; k++) {
            double d = xyz[3 * i + k] - extent.centre()[k];
            sum += d * d;
        }
        return sum <= FAR * FAR * extent.radius() * extent.radius();
    }

    private char position(float value, int axis) {
        return (char) Math.round(Math.max(0, Math.min(1, (value - min[axis]) / size[axis])) * STEPS);
    }

    private byte confidence(double value) {
        double t = Math.log(value) / Math.log(mostConfidence);
        return (byte) Math.round(255 * Math.max(0, Math.min(1, t)));
    }

    private byte depth(double value) {
        return (byte) Math.round(255 * Math.max(0, Math.min(1, value / deepest)));
    }

    /** Writes the columns of points. @return how many each view has */
    private int[] points(Columns out) {
        int[] kept = new int[samples.size()];
        for (int v = 0; v < kept.length; v++) {
            PointSample s = samples.get(v);
            for (int i = 0; i < s.size(); i++) {
                kept[v] += near(s.xyz(), i) ? 1 : 0;
            }
            shown += kept[v];
        }
        int n = shown;
        char[][] local = new char[3][n];
        char[][] global = new char[3][n];
        byte[][] rgb = new byte[3][n];
        byte[] confidence = new byte[n];
        char[] segment = new char[n];
        char[] row = new char[n];
        char[] column = new char[n];
        byte[][] facing = new byte[2][n];
        byte[] disagreement = new byte[n];
        int at = 0;
        for (PointSample s : samples) {
            for (int i = 0; i < s.size(); i++) {
                if (!near(s.xyz(), i)) {
                    continue;
                }
                for (int k = 0; k < 3; k++) {
                    float p = s.xyz()[3 * i + k];
                    float g = s.global() == null ? Float.NaN : s.global()[3 * i + k];
                    local[k][at] = position(p, k);
                    int apart = Float.isFinite(g) ? position(g, k) - local[k][at] : 0;
                    global[k][at] = (char) Math.round((double) apart / GLOBAL_STEP);
                }
                byte green = s.rgb()[3 * i + 1];
                rgb[0][at] = green;
                rgb[1][at] = (byte) (s.rgb()[3 * i] - green); // channels go together: differences are small
                rgb[2][at] = (byte) (s.rgb()[3 * i + 2] - green);
                confidence[at] = confidence(s.confidence()[i]);
                segment[at] = (char) s.segment()[i];
                row[at] = (char) s.row()[i];
                column[at] = (char) s.column()[i];
                facing[0][at] = Facing.first(s.facing()[i]);
                facing[1][at] = Facing.second(s.facing()[i]);
                if (options.disagreement() != null) {
                    int pixel = s.row()[i] * scene.view(s.view()).width() + s.column()[i];
                    disagreement[at] =
                            (byte) Math.round(255 * options.disagreement().get(s.view())[pixel]);
                }
                at++;
            }
        }
        for (char[] axis : local) {
            out.shorts(axis);
        }
        if (options.global()) {
            for (char[] axis : global) {
                out.plain(axis);
            }
        }
        for (byte[] channel : rgb) {
            out.bytes(channel);
        }
        out.bytes(confidence);
        out.shorts(segment);
        out.shorts(row);
        out.shorts(column);
        out.bytes(facing[0]);
        out.bytes(facing[1]);
        if (options.disagreement() != null) {
            out.bytes(disagreement);
        }
        return kept;
    }

    private void views(Columns out, int[] kept) {
        JsonArray views = new JsonArray();
        for (int v = 0; v < scene.views(); v++) {
            ViewData part = parts.get(v);
            maps(out, part);
            Camera camera = scene.cameras().get(v);
            JsonObject view = new JsonObject();
            view.addProperty("name", clean(camera.photo().name()));
            view.addProperty("width", camera.width());
            view.addProperty("height", camera.height());
            view.add("viewToPhoto", numbers(camera.view().viewToPhoto()));
            view.addProperty("focal", camera.focal() > 0 ? camera.focal() : 1.1 * camera.width());
            view.add("rotation", numbers(camera.rotation()));
            view.add("position", numbers(camera.position()));
            view.addProperty("points", kept[v]);
            view.addProperty("footprint", part.sample().footprint());
            view.addProperty("color", Palette.hex(Palette.ofView(v)));
            view.addProperty("depthMedian", part.medianDepth());
            view.addProperty("depthMax", deepest);
            view.addProperty("mapWidth", part.mapWidth());
            view.addProperty("mapHeight", part.mapHeight());
            view.addProperty(
                    "photo", "data:image/jpeg;base64," + Base64.getEncoder().encodeToString(part.photo()));
            views.add(view);
        }
        head.add("views", views);
    }

    private void maps(Columns out, ViewData part) {
        int n = part.segment().length;
        byte[] confidence = new byte[n];
        byte[] depth = new byte[n];
        for (int i = 0; i < n; i++) {
            boolean point = !Float.isNaN(part.depth()[i]);
            confidence[i] = point ? confidence(part.confidence()[i]) : 0;
            depth[i] = point ? depth(part.depth()[i]) : (byte) 255;
        }
        out.shorts(part.segment());
        out.bytes(confidence);
        out.bytes(depth);
    }

    private void rest() {
        head.addProperty("title", clean(options.title()));
        head.addProperty("scene", clean(options.group()));
        head.addProperty("unit", options.unit());
        head.addProperty("link", options.linked());
        ColourBy first = scene.panoptic().isPresent() ? ColourBy.SEGMENT : ColourBy.PHOTO;
        ColourBy by = options.colourBy() != null ? options.colourBy() : first;
        head.addProperty("mode", by.name().toLowerCase(Locale.ROOT));
        head.add("selected", new JsonArray());
        options.selected().forEach(id -> head.getAsJsonArray("selected").add(id));
        head.add("notes", new JsonArray());
        options.notes().forEach(note -> head.getAsJsonArray("notes").add(clean(note)));
        if (options.live() > 0) {
            head.addProperty("live", options.live());
        }
        JsonObject points = new JsonObject();
        points.addProperty("shown", shown);
        points.addProperty("total", samples.stream().mapToLong(PointSample::of).sum());
        points.addProperty("global", options.global());
        points.addProperty("disagreement", options.disagreement() != null);
        head.add("points", points);
        head.addProperty("behind", Facing.BEHIND);
        JsonObject box = new JsonObject();
        box.add("min", numbers(min));
        box.add("size", numbers(size));
        head.add("box", box);
        JsonObject confidence = new JsonObject();
        confidence.addProperty("max", mostConfidence);
        confidence.addProperty("threshold", threshold);
        head.add("confidence", confidence);
        head.add("centre", numbers(extent.centre()));
        head.addProperty("radius", extent.radius());
        JsonObject range = new JsonObject();
        range.addProperty("nearest", deepest / 20);
        range.addProperty("furthest", furthest());
        head.add("range", range);
        Viewpoint v = viewpoint();
        JsonObject viewpoint = new JsonObject();
        viewpoint.add("position", numbers(v.position()));
        viewpoint.add("target", numbers(v.target()));
        viewpoint.add("up", numbers(v.up()));
        viewpoint.addProperty("fovY", v.fovY());
        head.add("viewpoint", viewpoint);
    }

    /** Where it is looked at from at first. */
    Viewpoint viewpoint() {
        return options.viewpoint() != null
                ? options.viewpoint()
                : ScenePicture.of(scene, samples, options.seed()).viewpoint();
    }

    private void segments(List<SceneSegment> all) {
        head.add("segments", segments(scene, all));
        head.getAsJsonObject("points").addProperty("unassigned", unassigned(all));
    }

    private JsonArray segments(Scene merged, List<SceneSegment> all) {
        Palette segments = Palette.ofSegments(merged, options.seed());
        Palette classes = Palette.ofClasses(merged, options.seed());
        Map<String, Integer> members = new HashMap<>();
        all.forEach(s -> members.merge(s.className(), 1, Integer::sum));
        JsonArray out = new JsonArray();
        for (SceneSegment s : all) {
            String className = clean(s.className());
            JsonObject segment = new JsonObject();
            segment.addProperty("id", s.id());
            segment.addProperty("name", members.get(s.className()) > 1 ? className + " " + s.id() : className);
            segment.addProperty("className", className);
            segment.addProperty("color", Palette.hex(segments.colour(s.query())));
            segment.addProperty("classColor", Palette.hex(classes.colour(s.label())));
            segment.addProperty("pixels", s.pixels());
            segment.addProperty("points", s.pixels());
            if (Double.isFinite(s.classScore())) {
                segment.addProperty("score", s.classScore());
            }
            if (Float.isFinite(s.labelPosition()[0])) {
                JsonArray label = new JsonArray();
                for (float x : s.labelPosition()) {
                    label.add(x);
                }
                segment.add("label", label);
            }
            out.add(segment);
        }
        return out;
    }

    private long unassigned(List<SceneSegment> all) {
        long pixels = 0;
        for (int v = 0; v < scene.views(); v++) {
            pixels += (long) scene.view(v).width() * scene.view(v).height();
        }
        return pixels - all.stream().mapToLong(SceneSegment::pixels).sum();
    }

    /**
     * What the page needs to show the same points segmented anew ({@code resegment} in viewer.js): the list of segments,
     * and for every point and every pixel of the small maps its segment, low byte first, then for every point how much
     * it disagrees, 0…255.
     *
     * @param disagreement per view [H·W] 0…1
     */
    Repaint repaint(Scene merged, List<float[]> disagreement) {
        int maps = parts.stream().mapToInt(p -> p.segment().length).sum();
        ByteBuffer out = ByteBuffer.allocate(2 * (shown + maps) + shown).order(ByteOrder.LITTLE_ENDIAN);
        byte[] differs = new byte[shown];
        Places places = new Places(shown, threshold);
        int at = 0;
        for (PointSample s : samples) {
            int width = scene.view(s.view()).width();
            int[] ids = merged.panoptic().orElseThrow().ids().get(s.view());
            float[] apart = disagreement.get(s.view());
            for (int i = 0; i < s.size(); i++) {
                if (near(s.xyz(), i)) {
                    int pixel = s.row()[i] * width + s.column()[i];
                    out.putShort((short) ids[pixel]);
                    differs[at++] = (byte) Math.round(255 * apart[pixel]);
                    places.add(ids[pixel], s, i);
                }
            }
        }
        for (int v = 0; v < parts.size(); v++) {
            int[] ids = merged.panoptic().orElseThrow().ids().get(v);
            parts.get(v).eachMapPixel(scene.view(v), (i, pixel) -> out.putShort((short) ids[pixel]));
        }
        out.put(differs);
        List<SceneSegment> segments = merged.panoptic().orElseThrow().segments().stream()
                .map(s -> places.segment(s, scene.classNames().get(s.label())))
                .toList();
        return new Repaint(segments(merged, segments), unassigned(segments), out.array());
    }

    /** The largest distance of a point to its own camera, among those shown. */
    private double furthest() {
        double most = deepest;
        for (PointSample s : samples) {
            double[] eye = scene.cameras().get(s.view()).position();
            for (int i = 0; i < s.size(); i++) {
                if (near(s.xyz(), i)) {
                    float[] p = s.xyz();
                    double x = p[3 * i] - eye[0];
                    double y = p[3 * i + 1] - eye[1];
                    double z = p[3 * i + 2] - eye[2];
                    most = Math.max(most, Math.sqrt(x * x + y * y + z * z));
                }
            }
        }
        return most;
    }

    private static JsonArray numbers(double[] values) {
        JsonArray out = new JsonArray();
        for (double v : values) {
            out.add(v);
        }
        return out;
    }

    /** Characters that would make a name look like another one, or are none, become �. */
    static String clean(String name) {
        return name.codePoints()
                .map(c -> Character.isISOControl(c)
                                || Character.getType(c) == Character.FORMAT && c != 0x200d
                                || Character.getType(c) == Character.SURROGATE
                        ? 0xfffd
                        : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
