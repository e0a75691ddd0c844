package panst3r.export;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import panst3r.PanSt3RException;
import panst3r.Progress;
import panst3r.merge.Segment;
import panst3r.picture.Images;
import panst3r.picture.Palette;
import panst3r.scene.Scene;

/**
 * The segmentation of every view in COCO's panoptic format (cocodataset.org/#format-data): {@code panoptic.json}, one PNG a
 * view in {@code panoptic} whose colours are segment ids (R + 256·G + 65536·B, 0 is void), and the photos in {@code
 * images}. A segment has the same id in all views. Category ids are class indices plus 1.
 */
final class CocoPanoptic {
    private CocoPanoptic() {}

    static void write(Scene scene, ExportOptions options, ExportTarget target, Progress progress) throws IOException {
        List<Segment> segments = segments(scene);
        List<String> photos = PhotoFiles.write(scene, options.originalPixels(), target, progress);
        List<String> names = FileNames.ofViews(scene);
        JsonArray images = new JsonArray();
        JsonArray annotations = new JsonArray();
        for (int v = 0; v < scene.views(); v++) {
            progress.step("segments", v, scene.views());
            boolean original = options.originalPixels();
            int width = original ? scene.view(v).photo().width() : scene.view(v).width();
            int[] ids = original ? scene.photoLabelMap(v) : scene.labelMap(v);
            JsonObject image = new JsonObject();
            image.addProperty("id", v + 1);
            image.addProperty("file_name", photos.get(v));
            image.addProperty("width", width);
            image.addProperty("height", ids.length / width);
            images.add(image);
            JsonObject annotation = new JsonObject();
            annotation.addProperty("image_id", v + 1);
            annotation.addProperty("file_name", names.get(v) + ".png");
            annotation.add("segments_info", infos(segments, ids, width));
            annotations.add(annotation);
            try (OutputStream out = target.create("panoptic/" + names.get(v) + ".png")) {
                out.write(Images.png(coloured(ids, width)));
            }
        }
        JsonObject json = new JsonObject();
        JsonObject info = new JsonObject();
        info.addProperty("description", "PanSt3R");
        json.add("info", info);
        json.add("images", images);
        json.add("annotations", annotations);
        json.add("categories", categories(scene, options));
        try (OutputStream out = target.create("panoptic.json")) {
            out.write(new Gson().toJson(json).getBytes(StandardCharsets.UTF_8));
        }
    }

    /** @throws PanSt3RException if the scene is not segmented */
    static List<Segment> segments(Scene scene) {
        return scene.panoptic()
                .orElseThrow(() -> new PanSt3RException(
                        "This scene has no segments to export; merge it first, or export points and cameras."))
                .segments();
    }

    private static JsonArray categories(Scene scene, ExportOptions options) {
        Palette colours = Palette.ofClasses(scene, 0);
        JsonArray out = new JsonArray();
        List<String> names = scene.classNames();
        for (int c = 0; c < names.size(); c++) {
            JsonObject category = new JsonObject();
            category.addProperty("id", c + 1);
            category.addProperty("name", names.get(c));
            category.addProperty("supercategory", names.get(c));
            boolean stuff = options.stuff().contains(names.get(c).strip().toLowerCase(Locale.ROOT));
            category.addProperty("isthing", stuff ? 0 : 1);
            int rgb = colours.colour(c);
            JsonArray colour = new JsonArray();
            colour.add(rgb >> 16 & 255);
            colour.add(rgb >> 8 & 255);
            colour.add(rgb & 255);
            category.add("color", colour);
            out.add(category);
        }
        return out;
    }

    /** Of the segments in one image: id, class, area and box (left, top, width, height). */
    private static JsonArray infos(List<Segment> segments, int[] ids, int width) {
        Map<Integer, int[]> found = new TreeMap<>(); // area, left, top, right, bottom
        for (int i = 0; i < ids.length; i++) {
            if (ids[i] != 0) {
                int x = i % width;
                int y = i / width;
                int[] f = found.computeIfAbsent(ids[i], id -> new int[] {0, x, y, x, y});
                f[0]++;
                f[1] = Math.min(f[1], x);
                f[3] = Math.max(f[3], x);
                f[4] = y;
            }
        }
        JsonArray out = new JsonArray();
        for (Segment segment : segments) {
            int[] f = found.get(segment.id());
            if (f != null) {
                JsonObject info = new JsonObject();
                info.addProperty("id", segment.id());
                info.addProperty("category_id", segment.label() + 1);
                info.addProperty("area", f[0]);
                JsonArray box = new JsonArray();
                box.add(f[1]);
                box.add(f[2]);
                box.add(f[3] - f[1] + 1);
                box.add(f[4] - f[2] + 1);
                info.add("bbox", box);
                info.addProperty("iscrowd", 0);
                out.add(info);
            }
        }
        return out;
    }

    private static BufferedImage coloured(int[] ids, int width) {
        BufferedImage out = new BufferedImage(width, ids.length / width, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < ids.length; i++) {
            int id = ids[i];
            out.setRGB(i % width, i / width, (id & 255) << 16 | id & 0xff00 | id >> 16 & 255);
        }
        return out;
    }
}
