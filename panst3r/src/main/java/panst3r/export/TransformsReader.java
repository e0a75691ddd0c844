package panst3r.export;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import panst3r.PanSt3RException;
import panst3r.Rotations;

/** The cameras of a {@code transforms.json}, as nerfstudio and Instant-NGP have them: OpenGL's convention. */
final class TransformsReader {
    private static final List<String> DISTORTION = List.of("k1", "k2", "k3", "k4", "k5", "k6", "p1", "p2");

    private TransformsReader() {}

    static List<KnownCamera> read(Path file) {
        try {
            JsonObject json = JsonParser.parseString(Files.readString(file, StandardCharsets.UTF_8))
                    .getAsJsonObject();
            List<KnownCamera> out = new ArrayList<>();
            for (JsonElement frame : json.getAsJsonArray("frames")) {
                out.add(camera(json, frame.getAsJsonObject()));
            }
            return out;
        } catch (IOException e) {
            throw new PanSt3RException(file + " cannot be read: " + e.getMessage() + ".", e);
        } catch (PanSt3RException e) {
            throw new PanSt3RException(file + " is not what nerfstudio reads: " + e.getMessage(), e);
        } catch (RuntimeException | StackOverflowError e) {
            // Gson throws what it likes at what is no JSON, or other JSON.
            throw new PanSt3RException(
                    file + " is not what nerfstudio reads; it needs frames, each with file_path and transform_matrix.",
                    e);
        }
    }

    /** What a frame does not say itself, it has from the file. */
    private static KnownCamera camera(JsonObject file, JsonObject frame) {
        String name = frame.get("file_path").getAsString();
        double width = number(file, frame, "w", 0);
        double height = number(file, frame, "h", 0);
        double fx = number(file, frame, "fl_x", Double.NaN);
        double angle = number(file, frame, "camera_angle_x", Double.NaN);
        if (Double.isNaN(fx) && angle > 0 && angle < Math.PI && width > 0) {
            fx = width / 2 / Math.tan(angle / 2);
        }
        double fy = number(file, frame, "fl_y", fx);
        boolean bent = DISTORTION.stream().anyMatch(k -> number(file, frame, k, 0) != 0);
        double[] pose = new double[16];
        for (int i = 0; i < 16; i++) {
            pose[i] = frame.getAsJsonArray("transform_matrix")
                    .get(i / 4)
                    .getAsJsonArray()
                    .get(i % 4)
                    .getAsDouble();
        }
        if (!Rotations.isRigid(pose, 1e-3)) {
            throw new PanSt3RException("the transform_matrix of " + name + " is no rigid motion.");
        }
        return new KnownCamera(name, (int) width, (int) height, fx, fy, bent, OpenGl.camera(pose));
    }

    private static double number(JsonObject file, JsonObject frame, String key, double missing) {
        JsonElement value = frame.has(key) ? frame.get(key) : file.get(key);
        return value == null ? missing : value.getAsDouble();
    }
}
