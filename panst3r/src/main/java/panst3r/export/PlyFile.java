package panst3r.export;

import com.google.gson.Gson;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import panst3r.Progress;
import panst3r.scene.Scene;

/**
 * Points as binary little-endian PLY (Turk 1994): place, colour, confidence, view, segment and class of each. The names of
 * classes stand in comments, as JSON strings in ASCII, so that nothing in a name can end the header.
 */
final class PlyFile {
    private static final int POINT = 29;

    private PlyFile() {}

    static void write(Scene scene, ExportOptions options, ExportTarget target, Progress progress) throws IOException {
        PointChunks points = new PointChunks(scene, options.pointsOf(scene), progress);
        target.expect(points.size() * POINT);
        try (OutputStream out = target.create()) {
            write(scene, points, out);
        }
    }

    /** To a stream that stays open. */
    static void write(Scene scene, PointChunks points, OutputStream stream) throws IOException {
        Binary out = new Binary(stream);
        out.bytes(header(scene, points.size()).getBytes(StandardCharsets.US_ASCII));
        points.each(cloud -> {
            for (int i = 0; i < cloud.size(); i++) {
                for (int k = 0; k < 3; k++) {
                    out.f32(cloud.xyz()[3 * i + k]);
                }
                for (int k = 0; k < 3; k++) {
                    out.u8(cloud.rgb()[3 * i + k]);
                }
                out.f32(cloud.confidence()[i]);
                out.u16(cloud.view()[i]);
                out.i32(cloud.segment()[i]);
                out.i32(cloud.label()[i]);
            }
        });
        out.flush();
    }

    private static String header(Scene scene, long points) {
        StringBuilder out = new StringBuilder("ply\nformat binary_little_endian 1.0\n")
                .append("comment PanSt3R: x right, y down, z forward; segment 0 is void, class -1 is none\n");
        out.append("comment model ").append(ascii(scene.model())).append('\n');
        scene.placement()
                .ifPresent(p ->
                        out.append("comment world ").append(ascii(p.note())).append('\n'));
        List<String> names = scene.classNames();
        for (int c = 0; c < names.size(); c++) {
            out.append("comment class ")
                    .append(c)
                    .append(' ')
                    .append(ascii(names.get(c)))
                    .append('\n');
        }
        out.append("element vertex ").append(points).append('\n');
        for (String axis : List.of("x", "y", "z")) {
            out.append("property float ").append(axis).append('\n');
        }
        for (String channel : List.of("red", "green", "blue")) {
            out.append("property uchar ").append(channel).append('\n');
        }
        return out.append("property float confidence\nproperty ushort view\nproperty int segment\nproperty int class\n")
                .append("end_header\n")
                .toString();
    }

    /** A JSON string of ASCII alone. */
    private static String ascii(String text) {
        StringBuilder out = new StringBuilder();
        for (char c : new Gson().toJson(new JsonPrimitive(text)).toCharArray()) {
            out.append(c < 0x7f ? String.valueOf(c) : String.format("\\u%04x", (int) c));
        }
        return out.toString();
    }
}
