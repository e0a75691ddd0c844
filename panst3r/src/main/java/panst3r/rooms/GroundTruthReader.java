package panst3r.rooms;

import com.drew.imaging.ImageMetadataReader;
import com.drew.imaging.ImageProcessingException;
import com.drew.metadata.exif.ExifIFD0Directory;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import panst3r.PanSt3RException;
import panst3r.Progress;
import panst3r.Rotations;

/** Reads what {@link GroundTruthFolder} writes, and what others bring; refuses all that does not fit together. */
final class GroundTruthReader {
    private static final int LONGEST_SIDE = 16384;
    /** Of one view; more would be refused by the heap, and later. */
    private static final int MOST_PIXELS = 40_000_000;

    private static final int MOST_ID = 65535;
    /** Of pixels, and of metres: beyond them what is computed from them overflows. */
    private static final double MOST_LENGTH = 1e9;

    private static final double LEAST_FOCAL = 1e-3;
    private static final Pattern PLACE = Pattern.compile("at line ([0-9]+) column ([0-9]+)");

    private final Path folder;
    private final Path index;

    GroundTruthReader(Path folder) {
        this.folder = folder;
        index = folder.resolve(GroundTruthFolder.INDEX);
    }

    RoomSample read() {
        FolderTruth truth = open();
        List<RoomView> views = new ArrayList<>();
        for (int i = 0; i < truth.viewNames().size(); i++) {
            views.add(truth.view(i));
        }
        return new RoomSample(truth.name(), truth.description(), views, truth.classes(), truth.instances());
    }

    /** Reads the index; the views' files are read when they are asked for. */
    FolderTruth open() {
        if (!Files.isDirectory(folder)) {
            throw new PanSt3RException(folder + " is not a folder.");
        }
        if (!Files.isRegularFile(index)) {
            throw new PanSt3RException(
                    folder + " has no " + GroundTruthFolder.INDEX + ", so it holds no ground truth in this layout.");
        }
        JsonObject json = parse();
        String format = text(json, "format", "");
        if (!format.equals(GroundTruthFolder.FORMAT)) {
            throw inIndex("\"format\" is \"" + format + "\" and not \"" + GroundTruthFolder.FORMAT + "\".");
        }
        List<RoomCategory> classes = classes(json);
        List<RoomInstance> instances = instances(json, classes);
        BitSet known = new BitSet();
        instances.forEach(i -> known.set(i.id()));
        List<JsonObject> views = new ArrayList<>();
        List<String> names = new ArrayList<>();
        List<Path> photos = new ArrayList<>();
        for (JsonElement element : array(json, "views", "")) {
            JsonObject view = object(element, "a view");
            String name = text(view, "name", " of view number " + (views.size() + 1));
            if (name.isBlank()) {
                throw inIndex("view number " + (views.size() + 1) + " has an empty name.");
            }
            if (names.contains(name)) {
                throw inIndex("two views are called \"" + name + "\".");
            }
            views.add(view);
            names.add(name);
            photos.add(file(view, "photo", " of view \"" + name + "\""));
        }
        if (views.isEmpty()) {
            throw inIndex("there is no view.");
        }
        return new FolderTruth(
                text(json, "name", ""),
                text(json, "description", ""),
                classes,
                instances,
                names,
                photos,
                i -> view(views.get(i), names.get(i), known));
    }

    private PanSt3RException inIndex(String what) {
        return new PanSt3RException("In " + index + " " + what);
    }

    private JsonObject parse() {
        try (JsonReader reader = new JsonReader(new StringReader(Files.readString(index)))) {
            reader.setStrictness(Strictness.STRICT);
            JsonElement json = JsonParser.parseReader(reader);
            if (reader.peek() != JsonToken.END_DOCUMENT) {
                throw inIndex("something follows the end of the object.");
            }
            return object(json, "the file");
        } catch (IOException | JsonParseException | IllegalStateException e) {
            // the parser's own words are about the parser; where it stopped is what helps
            Matcher at = PLACE.matcher(String.valueOf(e.getMessage()));
            String where = at.find() ? ": look at line " + at.group(1) + ", column " + at.group(2) : "";
            throw new PanSt3RException(index + " is not a JSON file" + where + ".", e);
        }
    }

    // ---- fields ----

    private JsonObject object(JsonElement element, String what) {
        if (!element.isJsonObject()) {
            throw inIndex(what + " is not an object in braces.");
        }
        return element.getAsJsonObject();
    }

    /** @param of where the field belongs, with a space in front, or empty */
    private JsonElement field(JsonObject json, String name, String of) {
        JsonElement element = json.get(name);
        if (element == null || element.isJsonNull()) {
            throw inIndex("\"" + name + "\"" + of + " is missing.");
        }
        return element;
    }

    private String text(JsonObject json, String name, String of) {
        JsonElement element = field(json, name, of);
        if (!element.isJsonPrimitive() || !element.getAsJsonPrimitive().isString()) {
            throw inIndex("\"" + name + "\"" + of + " is not a text in quotes.");
        }
        String text = element.getAsString();
        // names stand in messages, tables and pages: one line each, and nothing that a terminal obeys
        if (text.codePoints().anyMatch(c -> Character.isISOControl(c) || c == 0x2028 || c == 0x2029)) {
            throw inIndex(
                    "\"" + name + "\"" + of + " has a line break or another control character in it; leave that out.");
        }
        return text;
    }

    private double number(JsonElement element, String name, String of) {
        if (element.isJsonPrimitive() && element.getAsJsonPrimitive().isNumber()) {
            double value = element.getAsDouble();
            if (Double.isFinite(value)) {
                return value;
            }
        }
        throw inIndex("\"" + name + "\"" + of + " is not a number.");
    }

    private int whole(JsonObject json, String name, String of, int low, int high) {
        double value = number(field(json, name, of), name, of);
        if (value != Math.rint(value) || value < low || value > high) {
            throw inIndex("\"" + name + "\"" + of + " is not a whole number from " + low + " to " + high + ".");
        }
        return (int) value;
    }

    private JsonArray array(JsonObject json, String name, String of) {
        JsonElement element = field(json, name, of);
        if (!element.isJsonArray()) {
            throw inIndex("\"" + name + "\"" + of + " is not a list in brackets.");
        }
        return element.getAsJsonArray();
    }

    // ---- tables ----

    private List<RoomCategory> classes(JsonObject json) {
        List<RoomCategory> classes = new ArrayList<>();
        for (JsonElement element : array(json, "classes", "")) {
            JsonObject o = object(element, "a class");
            String name = text(o, "name", " of a class");
            JsonElement thing = field(o, "thing", " of class \"" + name + "\"");
            if (!thing.isJsonPrimitive() || !thing.getAsJsonPrimitive().isBoolean()) {
                throw inIndex("\"thing\" of class \"" + name + "\" is neither true nor false.");
            }
            classes.add(new RoomCategory(name, thing.getAsBoolean()));
        }
        return RoomCategory.checked(classes, index.toString());
    }

    private List<RoomInstance> instances(JsonObject json, List<RoomCategory> classes) {
        Map<String, Integer> classOf = new HashMap<>();
        for (int i = 0; i < classes.size(); i++) {
            classOf.put(classes.get(i).name(), i);
        }
        List<RoomInstance> instances = new ArrayList<>();
        BitSet used = new BitSet();
        for (JsonElement element : array(json, "instances", "")) {
            JsonObject o = object(element, "an instance");
            int id = whole(o, "id", " of an instance", 1, MOST_ID);
            if (used.get(id)) {
                throw inIndex("instance " + id + " is listed twice.");
            }
            used.set(id);
            String of = text(o, "class", " of instance " + id);
            Integer classId = classOf.get(of);
            if (classId == null) {
                throw inIndex("instance " + id + " is of class \"" + of + "\", which is not among the classes.");
            }
            instances.add(new RoomInstance(id, classId));
        }
        instances.sort(Comparator.comparingInt(RoomInstance::id));
        return instances;
    }

    // ---- views ----

    private RoomView view(JsonObject json, String name, BitSet known) {
        Progress.stopIfInterrupted("Reading " + folder);
        String of = " of view \"" + name + "\"";
        RoomCamera camera = camera(json, of);
        int n = camera.width() * camera.height();

        Path photoFile = file(json, "photo", of);
        refuseTurned(photoFile);
        BufferedImage photo = decode(photoFile, camera);
        byte[] rgb = new byte[3 * n];
        for (int v = 0, i = 0; v < camera.height(); v++) {
            for (int u = 0; u < camera.width(); u++, i += 3) {
                int pixel = photo.getRGB(u, v);
                rgb[i] = (byte) (pixel >> 16);
                rgb[i + 1] = (byte) (pixel >> 8);
                rgb[i + 2] = (byte) pixel;
            }
        }

        Path depthFile = file(json, "depth", of);
        int[] millimetres = samples(depthFile, camera, "16-bit", true);
        float[] depth = new float[n];
        boolean valid = false;
        for (int i = 0; i < n; i++) {
            depth[i] = millimetres[i] / 1000f;
            valid |= millimetres[i] > 0;
        }
        if (!valid) {
            throw new PanSt3RException(depthFile + " has no valid depth: all its pixels are 0; leave the view out.");
        }

        Path idFile = file(json, "instances", of);
        int[] ids = samples(idFile, camera, "8-bit or 16-bit", false);
        for (int i = 0; i < n; i++) {
            if (ids[i] != 0 && !known.get(ids[i])) {
                throw new PanSt3RException("Pixel (" + i % camera.width() + ", " + i / camera.width() + ") of " + idFile
                        + " is of instance " + ids[i] + ", which has no class in " + GroundTruthFolder.INDEX
                        + "; list it there, or make its pixels 0.");
            }
        }
        return new RoomView(name, camera, rgb, depth, ids);
    }

    private RoomCamera camera(JsonObject json, String of) {
        int width = whole(json, "width", of, 1, LONGEST_SIDE);
        int height = whole(json, "height", of, 1, LONGEST_SIDE);
        if (width * height > MOST_PIXELS) {
            throw inIndex("\"width\" and \"height\"" + of + " make more than " + MOST_PIXELS / 1_000_000
                    + " million pixels; shrink photo, depth and instances.");
        }
        double[] k = new double[4];
        String[] names = {"fx", "fy", "cx", "cy"};
        for (int i = 0; i < 4; i++) {
            k[i] = number(field(json, names[i], of), names[i], of);
            if (i < 2 && k[i] <= 0) {
                throw inIndex("\"" + names[i] + "\"" + of + " is not positive.");
            }
            if (i < 2 && k[i] < LEAST_FOCAL || Math.abs(k[i]) > MOST_LENGTH) {
                throw inIndex(
                        "\"" + names[i] + "\"" + of + " is " + k[i] + ", which no camera has; give it in pixels.");
            }
        }
        String pose = "\"cameraToWorld\"" + of;
        double[] m = new double[16];
        JsonArray rows = array(json, "cameraToWorld", of);
        for (int r = 0; r < 4; r++) {
            boolean full = rows.size() == 4
                    && rows.get(r).isJsonArray()
                    && rows.get(r).getAsJsonArray().size() == 4;
            if (!full) {
                throw inIndex(pose + " is not a matrix of 4 rows of 4 numbers.");
            }
            for (int c = 0; c < 4; c++) {
                m[4 * r + c] = number(rows.get(r).getAsJsonArray().get(c), "cameraToWorld", of);
            }
            if (Math.abs(m[4 * r + 3]) > MOST_LENGTH) {
                throw inIndex(pose + " is " + m[4 * r + 3]
                        + " m from the origin; give it in metres, from an origin near by.");
            }
        }
        if (!Rotations.isRigid(m, 1e-3)) {
            throw inIndex(pose + " is not a rotation and a translation (x right, y down, z forward).");
        }
        return new RoomCamera(width, height, k[0], k[1], k[2], k[3], m);
    }

    /** A file that the index names; it must lie in the folder. */
    private Path file(JsonObject json, String kind, String of) {
        String name = text(json, kind, of);
        Path file;
        try {
            file = folder.resolve(name).normalize();
        } catch (InvalidPathException e) {
            throw inIndex("\"" + kind + "\"" + of + " is not the name of a file.");
        }
        if (!file.startsWith(folder.normalize()) || name.isBlank()) {
            throw inIndex("\"" + kind + "\"" + of + " does not lie in the folder.");
        }
        if (!Files.isRegularFile(file)) {
            throw new PanSt3RException(
                    file + " is missing: " + GroundTruthFolder.INDEX + " names it as \"" + kind + "\"" + of + ".");
        }
        return file;
    }

    /** Whether a photo is to be turned before it is seen would be read differently by different programs. */
    private static void refuseTurned(Path photo) {
        try {
            for (ExifIFD0Directory exif :
                    ImageMetadataReader.readMetadata(photo.toFile()).getDirectoriesOfType(ExifIFD0Directory.class)) {
                Integer orientation = exif.getInteger(ExifIFD0Directory.TAG_ORIENTATION);
                if (orientation != null && orientation > 1) {
                    throw new PanSt3RException(photo + " is stored turned (EXIF orientation " + orientation
                            + "); save it upright, as its depth is.");
                }
            }
        } catch (ImageProcessingException | IOException e) {
            // no metadata; whether it is an image at all shows next
        }
    }

    private static BufferedImage decode(Path file, RoomCamera camera) {
        try (ImageInputStream in = ImageIO.createImageInputStream(file.toFile())) {
            Iterator<ImageReader> readers = in == null ? null : ImageIO.getImageReaders(in);
            if (readers == null || !readers.hasNext()) {
                throw new PanSt3RException(file + " is not an image that can be read; use PNG or JPEG.");
            }
            ImageReader reader = readers.next();
            try {
                reader.setInput(in, true, true);
                // asked before decoding, so that a wrong file costs nothing
                if (reader.getWidth(0) != camera.width() || reader.getHeight(0) != camera.height()) {
                    throw new PanSt3RException(file + " has " + reader.getWidth(0) + "×" + reader.getHeight(0)
                            + " pixels, but " + GroundTruthFolder.INDEX + " says " + camera.width() + "×"
                            + camera.height() + ".");
                }
                return reader.read(0);
            } finally {
                reader.dispose();
            }
        } catch (IOException | RuntimeException e) {
            if (e instanceof PanSt3RException known) {
                throw known;
            }
            throw new PanSt3RException(file + " cannot be decoded; it may be cut off or damaged.", e);
        }
    }

    /** The stored numbers of a grey image, untouched by any colour management. */
    private static int[] samples(Path file, RoomCamera camera, String bits, boolean deep) {
        Raster raster = decode(file, camera).getRaster();
        int size = raster.getSampleModel().getSampleSize(0);
        if (raster.getNumBands() != 1 || size != 16 && (deep || size != 8)) {
            throw new PanSt3RException(file + " has " + raster.getNumBands() + " channels of " + size
                    + " bits, but must be a " + bits + " grey image.");
        }
        return raster.getSamples(0, 0, camera.width(), camera.height(), 0, (int[]) null);
    }
}
