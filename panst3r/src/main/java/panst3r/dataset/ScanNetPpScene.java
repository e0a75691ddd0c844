package panst3r.dataset;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.stream.JsonReader;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import panst3r.PanSt3RException;
import panst3r.Progress;
import panst3r.rooms.RoomCamera;
import panst3r.rooms.RoomCategory;
import panst3r.rooms.RoomInstance;
import panst3r.rooms.RoomView;
import panst3r.rooms.SceneTruth;

/**
 * A scene of ScanNet++ (Yeshwanth et al., ICCV 2023) as it is downloaded: the undistorted DSLR photos under {@code
 * data/ID/dslr}, their poses by COLMAP in the world of the mesh, and the annotated mesh under {@code data/ID/scans}, which is
 * drawn into every photo for depth and instances. Classes are those of {@code metadata/semantic_benchmark}: names in {@code
 * top100.txt} are known, those of them in {@code top100_instance.txt} are things, and {@code map_benchmark.csv} says under
 * which name a label counts.
 */
record ScanNetPpScene(Path root, String name, DataSet.Split split) implements DataScene {
    private static final List<String> PHOTOS =
            List.of("dslr/resized_undistorted_images", "dslr/undistorted_images", "dslr/image_undistorted");

    private static final String CAMERAS = "dslr/nerfstudio/transforms_undistorted.json";

    /** Whether it is the whole data set or a scene of it. */
    static boolean isOne(Path folder) {
        return !ids(folder).isEmpty() || isScene(folder);
    }

    private static boolean isScene(Path folder) {
        return Files.isDirectory(folder.resolve("dslr")) && Files.isDirectory(folder.resolve("scans"));
    }

    private static List<String> ids(Path root) {
        Path data = root.resolve("data");
        return !Files.isDirectory(data)
                ? List.of()
                : DataSet.folders(data).stream()
                        .filter(ScanNetPpScene::isScene)
                        .map(f -> f.getFileName().toString())
                        .toList();
    }

    static List<DataScene> scenes(Path folder, DataSet.Split split) {
        if (isScene(folder)) {
            Path scene = folder.toAbsolutePath().normalize();
            return List.of(new ScanNetPpScene(
                    scene.resolve("../..").normalize(), scene.getFileName().toString(), split));
        }
        List<String> ids = ids(folder);
        Path list = folder.resolve("splits")
                .resolve(split == DataSet.Split.TRAIN ? "nvs_sem_train.txt" : "nvs_sem_val.txt");
        if (split != DataSet.Split.ALL && Files.isRegularFile(list)) {
            Set<String> wanted = new HashSet<>(DataFiles.lines(list));
            ids = ids.stream().filter(wanted::contains).toList();
            if (ids.isEmpty()) {
                throw new PanSt3RException("None of the scenes in " + folder.resolve("data") + " is in " + list
                        + "; say --split all to take those that are there.");
            }
        }
        return ids.stream()
                .map(id -> (DataScene) new ScanNetPpScene(folder, id, split))
                .toList();
    }

    private Path scene() {
        return root.resolve("data").resolve(name);
    }

    @Override
    public List<Path> photos() {
        return List.copyOf(cameras().keySet());
    }

    /** Photos and what their cameras are, by name; those that have a pose and a file. */
    private Map<Path, RoomCamera> cameras() {
        Path photos = PHOTOS.stream()
                .map(scene()::resolve)
                .filter(Files::isDirectory)
                .findFirst()
                .orElseThrow(() -> new PanSt3RException(scene() + " has no undistorted photos: download "
                        + PHOTOS.get(0) + ", or make " + PHOTOS.get(1) + " with the data set's toolkit."));
        Map<String, double[]> poses = poses(scene().resolve("dslr/colmap/images.txt"));
        Path file = scene().resolve(CAMERAS);
        Map<Path, RoomCamera> out = new TreeMap<>();
        try {
            JsonObject json = JsonParser.parseString(DataFiles.text(file)).getAsJsonObject();
            List<JsonElement> frames =
                    new ArrayList<>(json.getAsJsonArray("frames").asList());
            if (json.has("test_frames")) {
                frames.addAll(json.getAsJsonArray("test_frames").asList());
            }
            for (JsonElement element : frames) {
                JsonObject frame = element.getAsJsonObject();
                Path photo = photos.resolve(
                        Path.of(frame.get("file_path").getAsString()).getFileName());
                double[] pose = poses.get(photo.getFileName().toString());
                if (pose != null && Files.isRegularFile(photo)) {
                    out.put(
                            photo,
                            new RoomCamera(
                                    (int) number(json, frame, "w"),
                                    (int) number(json, frame, "h"),
                                    number(json, frame, "fl_x"),
                                    number(json, frame, "fl_y"),
                                    number(json, frame, "cx"),
                                    number(json, frame, "cy"),
                                    pose));
                }
            }
        } catch (JsonParseException
                | IllegalStateException
                | IllegalArgumentException
                | UnsupportedOperationException
                | NullPointerException e) {
            throw new PanSt3RException(
                    file + " is not what it should be: frames with file_path, and w, h, fl_x, fl_y, cx and cy.", e);
        }
        if (out.isEmpty()) {
            throw new PanSt3RException("None of the frames of " + file + " has a photo in " + photos
                    + " and a pose in dslr/colmap/images.txt.");
        }
        return out;
    }

    private static double number(JsonObject file, JsonObject frame, String key) {
        JsonElement value = frame.has(key) ? frame.get(key) : file.get(key);
        return value.getAsDouble();
    }

    /**
     * Camera to world by the name of the photo; a camera takes two lines, the second is passed over. Read line by line: the
     * points of many photos take a hundred megabytes.
     */
    private static Map<String, double[]> poses(Path file) {
        Map<String, double[]> out = new HashMap<>();
        DataFiles.need(file);
        try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            boolean camera = false;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                Progress.stopIfInterrupted("Reading poses");
                if (line.startsWith("#")) {
                    continue;
                }
                camera = !camera;
                String[] w = camera ? line.strip().split("\\s+", 10) : new String[0];
                if (w.length < 10) {
                    continue;
                }
                double[] q =
                        Arrays.stream(w, 1, 5).mapToDouble(Double::parseDouble).toArray();
                double[] t =
                        Arrays.stream(w, 5, 8).mapToDouble(Double::parseDouble).toArray();
                double[] pose = cameraToWorld(q, t);
                DataFiles.rigid(file, pose);
                out.put(w[9].replaceFirst(".*/", ""), pose);
            }
        } catch (IOException | NumberFormatException e) {
            throw new PanSt3RException(file + " is not a list of images as COLMAP writes it.", e);
        }
        return out;
    }

    /** @param q (w, x, y, z) world to camera; @param t likewise */
    private static double[] cameraToWorld(double[] q, double[] t) {
        double n = q[0] * q[0] + q[1] * q[1] + q[2] * q[2] + q[3] * q[3];
        double s = 2 / n;
        double[] r = {
            1 - s * (q[2] * q[2] + q[3] * q[3]),
            s * (q[1] * q[2] - q[0] * q[3]),
            s * (q[1] * q[3] + q[0] * q[2]),
            s * (q[1] * q[2] + q[0] * q[3]),
            1 - s * (q[1] * q[1] + q[3] * q[3]),
            s * (q[2] * q[3] - q[0] * q[1]),
            s * (q[1] * q[3] - q[0] * q[2]),
            s * (q[2] * q[3] + q[0] * q[1]),
            1 - s * (q[1] * q[1] + q[2] * q[2])
        };
        double[] out = new double[16];
        for (int a = 0; a < 3; a++) {
            for (int b = 0; b < 3; b++) {
                out[4 * a + b] = r[3 * b + a];
                out[4 * a + 3] -= r[3 * b + a] * t[b];
            }
        }
        out[15] = 1;
        return out;
    }

    @Override
    public SceneTruth truth() {
        Path metadata = root.resolve("metadata").resolve("semantic_benchmark");
        List<String> names = DataFiles.lines(metadata.resolve("top100.txt"));
        Set<String> things = new HashSet<>(DataFiles.lines(metadata.resolve("top100_instance.txt")));
        Map<String, String> mapped = mapping(metadata.resolve("map_benchmark.csv"));
        Path scans = scene().resolve("scans");
        TriangleMesh mesh = TriangleMesh.read(scans.resolve("mesh_aligned_0.05.ply"));
        int[] segments = segments(scans.resolve("segments.json"), mesh.vertices().length / 3);
        List<RoomInstance> instances = new ArrayList<>();
        Map<Integer, Integer> instanceOfSegment = new HashMap<>();
        for (Group group : groups(scans.resolve("segments_anno.json"))) {
            int classId = names.indexOf(mapped.getOrDefault(group.label, group.label));
            if (classId >= 0) {
                instances.add(new RoomInstance(instances.size() + 1, classId));
                // small objects come last and stay
                group.segments.forEach(s -> instanceOfSegment.put(s, instances.size()));
            }
        }
        int[] ofVertex = Arrays.stream(segments)
                .map(s -> instanceOfSegment.getOrDefault(s, 0))
                .toArray();
        int[] ofTriangle = new int[mesh.triangles().length / 3];
        for (int t = 0; t < ofTriangle.length; t++) {
            int a = ofVertex[mesh.triangles()[3 * t]];
            int b = ofVertex[mesh.triangles()[3 * t + 1]];
            int c = ofVertex[mesh.triangles()[3 * t + 2]];
            ofTriangle[t] = b == c ? b : a;
        }
        return new Truth(
                name,
                RoomCategory.checked(
                        names.stream()
                                .map(n -> new RoomCategory(n, things.contains(n)))
                                .toList(),
                        metadata.resolve("top100.txt").toString()),
                instances,
                List.copyOf(cameras().entrySet()),
                mesh,
                ofTriangle);
    }

    private record Group(String label, List<Integer> segments) {}

    /** The largest first. */
    private static List<Group> groups(Path file) {
        List<Group> out = new ArrayList<>();
        try {
            JsonObject json = JsonParser.parseString(DataFiles.text(file)).getAsJsonObject();
            for (JsonElement e : json.getAsJsonArray("segGroups")) {
                JsonArray segments = e.getAsJsonObject().getAsJsonArray("segments");
                out.add(new Group(
                        e.getAsJsonObject().get("label").getAsString(),
                        segments.asList().stream().map(JsonElement::getAsInt).toList()));
            }
        } catch (JsonParseException
                | IllegalStateException
                | IllegalArgumentException
                | UnsupportedOperationException
                | NullPointerException e) {
            throw new PanSt3RException(file + " is not what it should be: segGroups, each with label and segments.", e);
        }
        out.sort(Comparator.comparingInt((Group g) -> -g.segments.size()));
        return out;
    }

    /** The segment of each vertex; read number by number, for there are millions. */
    static int[] segments(Path file, int vertices) {
        DataFiles.need(file);
        int[] out = new int[vertices];
        int n = -1;
        try (JsonReader json = new JsonReader(Files.newBufferedReader(file, StandardCharsets.UTF_8))) {
            json.beginObject();
            while (json.hasNext()) {
                if (!json.nextName().equals("segIndices")) {
                    json.skipValue();
                    continue;
                }
                json.beginArray();
                for (n = 0; json.hasNext(); n++) {
                    TriangleMesh.stopIfInterrupted(n, "Reading segments of a mesh");
                    int segment = json.nextInt();
                    if (n < vertices) {
                        out[n] = segment;
                    }
                }
                json.endArray();
            }
        } catch (IOException | IllegalStateException | IllegalArgumentException e) {
            throw new PanSt3RException(
                    file + " is not what it should be: an object with segIndices, a list of numbers.", e);
        }
        if (n != vertices) {
            throw new PanSt3RException(file + " has " + Math.max(0, n) + " segIndices, but the mesh " + vertices
                    + " vertices; are both of the same version of the data set?");
        }
        return out;
    }

    /** Label → name under which it counts. */
    private static Map<String, String> mapping(Path file) {
        Map<String, String> out = new HashMap<>();
        List<String> lines = DataFiles.lines(file);
        List<String> head = lines.isEmpty() ? List.of() : List.of(lines.get(0).split(",", -1));
        int from = head.indexOf("class");
        int to = head.indexOf("semantic_map_to");
        if (from < 0 || to < 0) {
            throw new PanSt3RException(file + " has no columns class and semantic_map_to.");
        }
        for (String line : lines.subList(1, lines.size())) {
            String[] cells = line.split(",", -1);
            if (cells.length > Math.max(from, to) && !cells[to].isBlank()) {
                out.put(cells[from].strip(), cells[to].strip());
            }
        }
        return out;
    }

    private record Truth(
            String name,
            List<RoomCategory> classes,
            List<RoomInstance> instances,
            List<Map.Entry<Path, RoomCamera>> cameras,
            TriangleMesh mesh,
            int[] ids)
            implements SceneTruth {
        @Override
        public List<String> viewNames() {
            return cameras.stream()
                    .map(c -> c.getKey().getFileName().toString())
                    .toList();
        }

        @Override
        public RoomView view(int index) {
            Path photo = cameras.get(index).getKey();
            RoomCamera camera = cameras.get(index).getValue();
            DataFiles.Size size = DataFiles.size(photo);
            DataFiles.sameShape(photo, size, new DataFiles.Size(camera.width(), camera.height()));
            double across = size.width() / (double) camera.width();
            double down = size.height() / (double) camera.height();
            RoomCamera scaled = new RoomCamera(
                    size.width(),
                    size.height(),
                    camera.fx() * across,
                    camera.fy() * down,
                    camera.cx() * across,
                    camera.cy() * down,
                    camera.cameraToWorld());
            TriangleMesh.Seen seen = mesh.seen(scaled, ids);
            return new RoomView(photo.getFileName().toString(), scaled, DataFiles.rgb(photo), seen.depth(), seen.ids());
        }
    }
}
