package panst3r.export;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import panst3r.Progress;
import panst3r.scene.Camera;
import panst3r.scene.Scene;

/**
 * What nerfstudio trains from: {@code transforms.json} with cameras in OpenGL's convention (x right, y up, looking along
 * −z; camera to world), the photos in {@code images}, and {@code points.ply} in the same world to begin with.
 */
final class NerfstudioFolder {
    private NerfstudioFolder() {}

    static void write(Scene scene, ExportOptions options, ExportTarget target, Progress progress) throws IOException {
        List<String> names = PhotoFiles.write(scene, options.originalPixels(), target, progress);
        try (OutputStream out = target.create("points.ply")) {
            PlyFile.write(scene, new PointChunks(scene, options.fewPointsOf(scene), progress), out);
        }
        JsonObject json = new JsonObject();
        json.addProperty("camera_model", "OPENCV");
        json.addProperty("ply_file_path", "points.ply");
        JsonArray frames = new JsonArray();
        for (Camera camera : scene.cameras()) {
            Pinhole pinhole = Pinhole.of(camera, options.originalPixels());
            JsonObject frame = new JsonObject();
            frame.addProperty("file_path", "images/" + names.get(camera.index()));
            frame.addProperty("fl_x", pinhole.fx());
            frame.addProperty("fl_y", pinhole.fy());
            frame.addProperty("cx", pinhole.cx());
            frame.addProperty("cy", pinhole.cy());
            frame.addProperty("w", pinhole.width());
            frame.addProperty("h", pinhole.height());
            frame.add("transform_matrix", matrix(OpenGl.camera(camera.cameraToWorld())));
            frames.add(frame);
        }
        json.add("frames", frames);
        try (OutputStream out = target.create("transforms.json")) {
            out.write(
                    new GsonBuilder().setPrettyPrinting().create().toJson(json).getBytes(StandardCharsets.UTF_8));
        }
    }

    private static JsonArray matrix(double[] m) {
        JsonArray rows = new JsonArray();
        for (int r = 0; r < 4; r++) {
            JsonArray row = new JsonArray();
            for (int c = 0; c < 4; c++) {
                row.add(m[4 * r + c]);
            }
            rows.add(row);
        }
        return rows;
    }
}
