package panst3r.rooms;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferUShort;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import panst3r.PanSt3RException;
import panst3r.Progress;

/**
 * Photos with ground truth as a folder: {@code ground-truth.json}, photos as PNG or JPEG, depth as 16-bit PNG in
 * millimetres, instance ids as PNG. docs/ground-truth.md describes it for those who bring their own.
 */
public final class GroundTruthFolder {
    static final String INDEX = "ground-truth.json";
    static final String FORMAT = "panst3r-ground-truth-1";

    private GroundTruthFolder() {}

    /** Whether a folder looks like one. */
    public static boolean isOne(Path folder) {
        return Files.isRegularFile(folder.resolve(INDEX));
    }

    /**
     * Reads a scene, strictly: all views fit together and every instance has its class.
     *
     * @throws PanSt3RException naming the file that is missing or inconsistent
     */
    public static RoomSample read(Path folder) {
        return new GroundTruthReader(folder).read();
    }

    /**
     * As {@link #read}, but only the index is read and checked now; each view is when it is asked for.
     *
     * @throws PanSt3RException naming the file that is missing or inconsistent
     */
    public static FolderTruth open(Path folder) {
        return new GroundTruthReader(folder).open();
    }

    /**
     * The scenes of a data set: the folder itself if it is one, else those directly in it, by name.
     *
     * @return at least one
     * @throws PanSt3RException if there is none
     */
    public static List<Path> scenes(Path folder) {
        if (Files.isRegularFile(folder.resolve(INDEX))) {
            return List.of(folder);
        }
        if (!Files.isDirectory(folder)) {
            throw new PanSt3RException(folder + " is not a folder.");
        }
        try (Stream<Path> entries = Files.list(folder)) {
            List<Path> scenes = entries.filter(e -> Files.isRegularFile(e.resolve(INDEX)))
                    .sorted()
                    .toList();
            if (scenes.isEmpty()) {
                throw new PanSt3RException("Neither " + folder + " nor a folder in it has a " + INDEX
                        + "; docs/ground-truth.md says how scenes are laid out.");
            }
            return scenes;
        } catch (IOException e) {
            throw new PanSt3RException(folder + " cannot be read (" + e + ").", e);
        }
    }

    /**
     * Writes a scene with PNG photos. The folder must not exist yet; it appears under its name only when complete.
     *
     * @throws PanSt3RException if it exists or cannot be written
     */
    public static void write(Path folder, RoomSample sample) {
        write(folder, sample, 0);
    }

    /**
     * Writes a scene with JPEG photos, which take a fifth of the space.
     *
     * @param quality above 0, up to 1
     * @throws PanSt3RException if the folder exists or cannot be written
     */
    public static void writeWithJpegPhotos(Path folder, RoomSample sample, float quality) {
        if (!(quality > 0 && quality <= 1)) {
            throw new IllegalArgumentException("JPEG quality " + quality);
        }
        write(folder, sample, quality);
    }

    private static void write(Path folder, RoomSample sample, float quality) {
        Path target = folder.toAbsolutePath().normalize();
        if (Files.exists(target)) {
            throw new PanSt3RException(folder + " exists already; give a new folder, or remove it first.");
        }
        Path unfinished = null;
        try {
            Files.createDirectories(target.getParent());
            unfinished = Files.createTempDirectory(target.getParent(), "." + target.getFileName() + "-");
            // a temporary directory is its owner's only; what is handed on should be as readable as any new directory
            Path content = Files.createDirectory(unfinished.resolve("content"));
            writeInto(content, sample, quality);
            Files.move(content, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new PanSt3RException(
                    folder + " could not be written (" + e + "); is there space left, and may one write there?", e);
        } finally {
            remove(unfinished);
        }
    }

    private static void remove(Path folder) {
        if (folder == null) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            // what is left has a name that starts with a dot and harms nobody
        }
    }

    private static void writeInto(Path folder, RoomSample sample, float quality) throws IOException {
        for (String part : List.of("photos", "depth", "instances")) {
            Files.createDirectory(folder.resolve(part));
        }
        JsonArray views = new JsonArray();
        for (int i = 0; i < sample.views().size(); i++) {
            Progress.stopIfInterrupted("Writing " + sample.name());
            RoomView view = sample.views().get(i);
            String file = String.format("%03d", i);
            String photo = "photos/" + file + (quality > 0 ? ".jpg" : ".png");
            String depth = "depth/" + file + ".png";
            String instances = "instances/" + file + ".png";
            Files.write(folder.resolve(photo), quality > 0 ? jpeg(photo(view), quality) : png(photo(view)));
            Files.write(folder.resolve(depth), png(millimetres(view)));
            Files.write(folder.resolve(instances), png(ids(view)));
            views.add(describe(view, photo, depth, instances));
        }
        JsonObject json = new JsonObject();
        json.addProperty("format", FORMAT);
        json.addProperty("name", sample.name());
        json.addProperty("description", sample.description());
        JsonArray classes = new JsonArray();
        for (RoomCategory category : sample.classes()) {
            JsonObject o = new JsonObject();
            o.addProperty("name", category.name());
            o.addProperty("thing", category.thing());
            classes.add(o);
        }
        json.add("classes", classes);
        JsonArray instances = new JsonArray();
        for (RoomInstance instance : sample.instances()) {
            JsonObject o = new JsonObject();
            o.addProperty("id", instance.id());
            o.addProperty("class", sample.classes().get(instance.classId()).name());
            instances.add(o);
        }
        json.add("instances", instances);
        json.add("views", views);
        Files.writeString(folder.resolve(INDEX), lines(json), StandardCharsets.UTF_8);
    }

    /** One line for every class, instance and view, so that the file can be read and compared. */
    private static String lines(JsonObject json) {
        StringBuilder text = new StringBuilder("{");
        String comma = "\n";
        for (String key : json.keySet()) {
            JsonElement value = json.get(key);
            text.append(comma).append("\"").append(key).append("\": ");
            comma = ",\n";
            if (value.isJsonArray()) {
                String inner = "[\n  ";
                for (JsonElement element : value.getAsJsonArray()) {
                    text.append(inner).append(element);
                    inner = ",\n  ";
                }
                text.append(value.getAsJsonArray().isEmpty() ? "[]" : "\n]");
            } else {
                text.append(value);
            }
        }
        return text.append("\n}\n").toString();
    }

    private static JsonObject describe(RoomView view, String photo, String depth, String instances) {
        RoomCamera camera = view.camera();
        JsonObject o = new JsonObject();
        o.addProperty("name", view.name());
        o.addProperty("photo", photo);
        o.addProperty("depth", depth);
        o.addProperty("instances", instances);
        o.addProperty("width", camera.width());
        o.addProperty("height", camera.height());
        o.addProperty("fx", camera.fx());
        o.addProperty("fy", camera.fy());
        o.addProperty("cx", camera.cx());
        o.addProperty("cy", camera.cy());
        JsonArray pose = new JsonArray();
        for (int r = 0; r < 4; r++) {
            JsonArray row = new JsonArray();
            for (int c = 0; c < 4; c++) {
                row.add(camera.cameraToWorld()[4 * r + c]);
            }
            pose.add(row);
        }
        o.add("cameraToWorld", pose);
        return o;
    }

    private static BufferedImage photo(RoomView view) {
        BufferedImage image = new BufferedImage(view.width(), view.height(), BufferedImage.TYPE_INT_RGB);
        byte[] rgb = view.rgb();
        for (int v = 0, i = 0; v < view.height(); v++) {
            for (int u = 0; u < view.width(); u++, i += 3) {
                image.setRGB(u, v, (rgb[i] & 255) << 16 | (rgb[i + 1] & 255) << 8 | rgb[i + 2] & 255);
            }
        }
        return image;
    }

    private static BufferedImage millimetres(RoomView view) {
        BufferedImage image = new BufferedImage(view.width(), view.height(), BufferedImage.TYPE_USHORT_GRAY);
        short[] data = ((DataBufferUShort) image.getRaster().getDataBuffer()).getData();
        for (int i = 0; i < data.length; i++) {
            long mm = Math.round(1000.0 * view.depth()[i]);
            if (mm < 0 || mm > 65535) {
                throw new PanSt3RException("The depth of " + view.depth()[i] + " m in view " + view.name()
                        + " cannot be written: a depth file holds 0 to 65.535 m.");
            }
            data[i] = (short) mm;
        }
        return image;
    }

    private static BufferedImage ids(RoomView view) {
        BufferedImage image = new BufferedImage(view.width(), view.height(), BufferedImage.TYPE_USHORT_GRAY);
        short[] data = ((DataBufferUShort) image.getRaster().getDataBuffer()).getData();
        for (int i = 0; i < data.length; i++) {
            data[i] = (short) view.ids()[i];
        }
        return image;
    }

    private static byte[] png(BufferedImage image) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(image, "png", new MemoryCacheImageOutputStream(bytes));
        return bytes.toByteArray();
    }

    private static byte[] jpeg(BufferedImage image, float quality) throws IOException {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        try {
            ImageWriteParam param = writer.getDefaultWriteParam();
            param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            param.setCompressionQuality(quality);
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
                writer.setOutput(out);
                writer.write(null, new IIOImage(image, null, null), param);
            }
            return bytes.toByteArray();
        } finally {
            writer.dispose();
        }
    }
}
