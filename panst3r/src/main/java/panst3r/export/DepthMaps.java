package panst3r.export;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferUShort;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import panst3r.Progress;
import panst3r.picture.Images;
import panst3r.picture.ViewImage;
import panst3r.scene.Scene;

/**
 * Depth of every view, along its camera's z axis, in working pixels: {@code depth/PHOTO.npy} as float32 in the scene's unit,
 * NaN where there is no point; {@code depth/PHOTO.png} as 16-bit grey in steps that {@code depth.json} tells (a thousandth of
 * the unit unless the scene is very large or small), 0 where there is none; and {@code confidence/PHOTO.npy}.
 */
final class DepthMaps {
    private static final double STEP = 0.001;
    private static final int MOST = 65_535;

    private DepthMaps() {}

    static void write(Scene scene, ExportOptions options, ExportTarget target, Progress progress) throws IOException {
        List<String> names = FileNames.ofViews(scene);
        float deepest = 0;
        for (int v = 0; v < scene.views(); v++) {
            progress.step("depth", v, 2 * scene.views());
            for (float z : ViewImage.depths(scene, v)) {
                deepest = z > deepest && z < Float.POSITIVE_INFINITY ? z : deepest;
            }
        }
        double step = step(deepest);
        JsonArray views = new JsonArray();
        for (int v = 0; v < scene.views(); v++) {
            progress.step("depth", scene.views() + v, 2 * scene.views());
            int width = scene.view(v).width();
            float[] depth = ViewImage.depths(scene, v);
            numpy(target, "depth/" + names.get(v) + ".npy", depth, width);
            numpy(target, "confidence/" + names.get(v) + ".npy", ViewImage.confidences(scene, v), width);
            try (OutputStream out = target.create("depth/" + names.get(v) + ".png")) {
                out.write(Images.png(steps(depth, width, step)));
            }
            JsonObject view = new JsonObject();
            view.addProperty("photo", scene.view(v).photo().name());
            view.addProperty("png", "depth/" + names.get(v) + ".png");
            view.addProperty("npy", "depth/" + names.get(v) + ".npy");
            view.addProperty("confidence", "confidence/" + names.get(v) + ".npy");
            views.add(view);
        }
        JsonObject json = new JsonObject();
        json.addProperty("step", step);
        json.add("views", views);
        try (OutputStream out = target.create("depth.json")) {
            out.write(
                    new GsonBuilder().setPrettyPrinting().create().toJson(json).getBytes(StandardCharsets.UTF_8));
        }
    }

    /** The power of ten nearest to a thousandth with which the deepest fits and uses a hundredth of the range. */
    private static double step(double deepest) {
        double step = STEP;
        while (deepest > MOST * step) {
            step *= 10;
        }
        while (deepest > 0 && deepest < MOST * step / 100) {
            step /= 10;
        }
        return step;
    }

    private static BufferedImage steps(float[] depth, int width, double step) {
        BufferedImage out = new BufferedImage(width, depth.length / width, BufferedImage.TYPE_USHORT_GRAY);
        short[] grey = ((DataBufferUShort) out.getRaster().getDataBuffer()).getData();
        for (int i = 0; i < depth.length; i++) {
            long steps = Math.round(depth[i] / step); // 0 for NaN
            grey[i] = (short) Math.max(0, Math.min(MOST, steps));
        }
        return out;
    }

    /** A float32 array [H, W] in NumPy's format (numpy.org, NEP 1). */
    private static void numpy(ExportTarget target, String name, float[] values, int width) throws IOException {
        String shape =
                "{'descr': '<f4', 'fortran_order': False, 'shape': (" + values.length / width + ", " + width + "), }";
        int padding = 63 - (10 + shape.length()) % 64;
        byte[] header = (shape + " ".repeat(padding) + "\n").getBytes(StandardCharsets.US_ASCII);
        try (OutputStream stream = target.create(name)) {
            Binary out = new Binary(stream);
            out.bytes(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
            out.u16(header.length);
            out.bytes(header);
            for (float v : values) {
                out.f32(v);
            }
            out.flush();
        }
    }
}
