package panst3r.export;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import panst3r.Progress;
import panst3r.merge.Segment;
import panst3r.picture.Images;
import panst3r.scene.Scene;

/**
 * Every segment in every view that sees it as a grey PNG, 255 where it is: {@code masks/PHOTO/ID.png}; {@code masks.json} says
 * which is what.
 */
final class MaskImages {
    private MaskImages() {}

    static void write(Scene scene, ExportOptions options, ExportTarget target, Progress progress) throws IOException {
        Map<Integer, Segment> segments =
                CocoPanoptic.segments(scene).stream().collect(Collectors.toMap(Segment::id, s -> s));
        List<String> names = FileNames.ofViews(scene);
        JsonArray index = new JsonArray();
        for (int v = 0; v < scene.views(); v++) {
            boolean original = options.originalPixels();
            int width = original ? scene.view(v).photo().width() : scene.view(v).width();
            int[] ids = original ? scene.photoLabelMap(v) : scene.labelMap(v);
            TreeSet<Integer> present = new TreeSet<>();
            for (int id : ids) {
                if (id != 0) {
                    present.add(id);
                }
            }
            for (int id : present) {
                progress.step("masks", v, scene.views());
                BufferedImage mask = new BufferedImage(width, ids.length / width, BufferedImage.TYPE_BYTE_GRAY);
                byte[] grey = ((DataBufferByte) mask.getRaster().getDataBuffer()).getData();
                int pixels = 0;
                for (int i = 0; i < ids.length; i++) {
                    if (ids[i] == id) {
                        grey[i] = (byte) 255;
                        pixels++;
                    }
                }
                String file = "masks/" + names.get(v) + "/" + id + ".png";
                try (OutputStream out = target.create(file)) {
                    out.write(Images.png(mask));
                }
                JsonObject entry = new JsonObject();
                entry.addProperty("file", file);
                entry.addProperty("view", v);
                entry.addProperty("photo", scene.view(v).photo().name());
                entry.addProperty("segment", id);
                entry.addProperty(
                        "class", scene.classNames().get(segments.get(id).label()));
                entry.addProperty("pixels", pixels);
                index.add(entry);
            }
        }
        try (OutputStream out = target.create("masks.json")) {
            out.write(
                    new GsonBuilder().setPrettyPrinting().create().toJson(index).getBytes(StandardCharsets.UTF_8));
        }
    }
}
