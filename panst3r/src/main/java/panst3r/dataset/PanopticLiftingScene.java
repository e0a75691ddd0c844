package panst3r.dataset;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import panst3r.PanSt3RException;
import panst3r.Progress;
import panst3r.rooms.RoomCamera;
import panst3r.rooms.RoomCategory;
import panst3r.rooms.RoomInstance;
import panst3r.rooms.RoomView;
import panst3r.rooms.SceneTruth;

/**
 * A scene of Hypersim, Replica or ScanNet as Panoptic Lifting (Siddiqui et al., CVPR 2023) prepares it: {@code color/N.jpg},
 * {@code depth/N.png} in millimetres, {@code pose/N.txt} camera to world with x right, y down, z forward, {@code
 * intrinsic/intrinsic_color.txt}, {@code rs_semantics/N.png} and {@code rs_instance/N.png}, {@code splits.json}. Class c > 0
 * is row c of {@code scannet_reduced_things.csv}, which comes with that project; 0 is void. Label and depth images of
 * another size than the photo are brought to its size, and so are intrinsics.
 */
record PanopticLiftingScene(Path folder, DataSet.Split split) implements DataScene {
    private static final String CLASSES = "scannet_reduced_things.csv";
    private static final List<String> INTRINSICS =
            List.of("intrinsic/intrinsic_color.txt", "intrinsic/intrinsic.txt", "intrinsic.txt");
    private static final double MILLIMETRES = 1000;

    static boolean isOne(Path folder) {
        return Files.isDirectory(folder.resolve("color"))
                && Files.isDirectory(folder.resolve("rs_semantics"))
                && Files.isDirectory(folder.resolve("rs_instance"));
    }

    @Override
    public String name() {
        return folder.toAbsolutePath().normalize().getFileName().toString();
    }

    @Override
    public List<Path> photos() {
        Set<String> wanted = wanted();
        List<Path> photos = new ArrayList<>();
        for (Path photo : colours()) {
            if (wanted == null || wanted.contains(stem(photo)) || wanted.contains(plain(stem(photo)))) {
                // where tracking was lost the pose is infinite
                if (Arrays.stream(pose(photo)).allMatch(Double::isFinite)) {
                    photos.add(photo);
                }
            }
        }
        if (photos.isEmpty()) {
            throw new PanSt3RException("None of the photos in " + folder.resolve("color") + " is to be looked at: "
                    + (wanted == null ? "there is none with a pose." : "splits.json names others."));
        }
        return photos;
    }

    private List<Path> colours() {
        try (Stream<Path> entries = Files.list(folder.resolve("color"))) {
            return entries.filter(f ->
                            f.getFileName().toString().toLowerCase(Locale.ROOT).matches("[^.].*\\.(jpg|jpeg|png)"))
                    .sorted(Comparator.comparing((Path f) -> plain(stem(f)).length())
                            .thenComparing(f -> plain(stem(f))))
                    .toList();
        } catch (IOException e) {
            throw new PanSt3RException(folder.resolve("color") + " cannot be read (" + e + ").", e);
        }
    }

    /** Names in splits.json, with and without leading zeros; null for all photos. */
    private Set<String> wanted() {
        Path file = folder.resolve("splits.json");
        if (split == DataSet.Split.ALL || !Files.exists(file)) {
            return null;
        }
        try {
            JsonObject json = JsonParser.parseString(DataFiles.text(file)).getAsJsonObject();
            String key = split == DataSet.Split.TRAIN ? "train" : json.has("test") ? "test" : "val";
            Set<String> out = new HashSet<>();
            for (JsonElement e : json.getAsJsonArray(key)) {
                String stem = e.getAsString().replaceFirst(".*/", "").replaceFirst("\\.(jpg|jpeg|png)$", "");
                out.add(stem);
                out.add(plain(stem));
            }
            return out;
        } catch (JsonParseException | IllegalStateException | UnsupportedOperationException | NullPointerException e) {
            throw new PanSt3RException(
                    file + " is no JSON object with lists of photos under “train” and “test”; remove it to take all.",
                    e);
        }
    }

    @Override
    public SceneTruth truth() {
        return new Truth(name(), folder, photos(), classes());
    }

    private List<RoomCategory> classes() {
        Path at = folder.toAbsolutePath().normalize();
        for (int up = 0; up < 4 && at != null; up++, at = at.getParent()) {
            for (Path file :
                    List.of(at.resolve(CLASSES), at.resolve("resources").resolve(CLASSES))) {
                if (Files.isRegularFile(file)) {
                    return RoomCategory.checked(
                            DataFiles.lines(file).stream()
                                    .map(line -> category(file, line))
                                    .toList(),
                            file.toString());
                }
            }
        }
        throw new PanSt3RException("The classes of " + folder + " are not known: put Panoptic Lifting's resources/"
                + CLASSES + " into this folder or one above.");
    }

    private static RoomCategory category(Path file, String line) {
        String[] parts = line.split(",");
        if (parts.length != 2 || parts[0].isBlank() || !parts[1].strip().matches("[01]")) {
            throw new PanSt3RException(file + " has the line “" + line + "”, which is not a name and 0 or 1.");
        }
        return new RoomCategory(parts[0].strip(), parts[1].strip().equals("1"));
    }

    private double[] pose(Path photo) {
        return DataFiles.numbers(folder.resolve("pose").resolve(stem(photo) + ".txt"), 16);
    }

    private static String stem(Path photo) {
        return photo.getFileName().toString().replaceFirst("\\.[^.]*$", "");
    }

    private static String plain(String stem) {
        return stem.replaceFirst("^0+(?=\\d)", "");
    }

    /** Labels of all views are looked through once, so that their pairs of class and instance have a number each. */
    private static final class Truth implements SceneTruth {
        private final String name;
        private final Path folder;
        private final List<Path> photos;
        private final List<RoomCategory> classes;
        private final Map<Long, Integer> numbers = new TreeMap<>();
        private final List<RoomInstance> instances = new ArrayList<>();
        private final double[] intrinsics;

        Truth(String name, Path folder, List<Path> photos, List<RoomCategory> classes) {
            this.name = name;
            this.folder = folder;
            this.photos = photos;
            this.classes = classes;
            Path file = INTRINSICS.stream()
                    .map(folder::resolve)
                    .filter(Files::isRegularFile)
                    .findFirst()
                    .orElse(folder.resolve(INTRINSICS.get(0)));
            double[] k = DataFiles.numbers(file, 9, 16);
            int row = k.length == 9 ? 3 : 4;
            intrinsics = new double[] {k[0], k[row + 1], k[2], k[row + 2]};
            if (!(k[0] > 0 && k[row + 1] > 0)) {
                throw new PanSt3RException(file + " has no positive focal lengths.");
            }
            for (Path photo : photos) {
                Progress.stopIfInterrupted("Reading " + folder);
                for (long pair : pairs(photo)) {
                    if (pair >= 0) {
                        numbers.put(pair, 0);
                    }
                }
            }
            numbers.replaceAll((pair, none) -> {
                instances.add(new RoomInstance(instances.size() + 1, (int) (pair >> 32) - 1));
                return instances.size();
            });
        }

        /** Those of photos of this size: where the middle lies tells the size that the file is for. */
        private double[] intrinsics(DataFiles.Size size) {
            double across = size.width() / (2 * intrinsics[2]);
            double down = size.height() / (2 * intrinsics[3]);
            boolean other = Math.abs(across - 1) > 0.2 && Math.abs(across / down - 1) < 0.1;
            return other
                    ? new double[] {
                        intrinsics[0] * across, intrinsics[1] * down, intrinsics[2] * across, intrinsics[3] * down
                    }
                    : intrinsics;
        }

        /** Class in the upper half and instance in the lower, in the label images' own size; −1 for void. */
        private long[] pairs(Path photo) {
            Path semantics = folder.resolve("rs_semantics").resolve(stem(photo) + ".png");
            Path instance = folder.resolve("rs_instance").resolve(stem(photo) + ".png");
            int[] of = DataFiles.grey(semantics);
            DataFiles.Size size = DataFiles.size(semantics);
            int[] ids = DataFiles.grey(instance, size.width(), size.height());
            long[] out = new long[of.length];
            for (int i = 0; i < out.length; i++) {
                if (of[i] > classes.size()) {
                    throw new PanSt3RException("Pixel (" + i % size.width() + ", " + i / size.width() + ") of "
                            + semantics + " is of class " + of[i] + ", but " + CLASSES + " has " + classes.size()
                            + " only.");
                }
                boolean thing = of[i] > 0 && classes.get(of[i] - 1).thing();
                out[i] = of[i] == 0 ? -1 : (long) of[i] << 32 | (thing ? ids[i] : 0);
            }
            return out;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public List<RoomCategory> classes() {
            return classes;
        }

        @Override
        public List<RoomInstance> instances() {
            return instances;
        }

        @Override
        public List<String> viewNames() {
            return photos.stream().map(p -> p.getFileName().toString()).toList();
        }

        @Override
        public RoomView view(int index) {
            Path photo = photos.get(index);
            DataFiles.Size size = DataFiles.size(photo);
            DataFiles.Size labels =
                    DataFiles.size(folder.resolve("rs_semantics").resolve(stem(photo) + ".png"));
            DataFiles.sameShape(photo, size, labels);
            long[] pairs = pairs(photo);
            int[] ids = new int[size.width() * size.height()];
            float[] depth = new float[ids.length];
            Path depthFile = folder.resolve("depth").resolve(stem(photo) + ".png");
            int[] millimetres = Files.exists(depthFile)
                    ? DataFiles.grey(depthFile, size.width(), size.height())
                    : new int[ids.length];
            for (int y = 0, i = 0; y < size.height(); y++) {
                for (int x = 0; x < size.width(); x++, i++) {
                    long pair = pairs[DataFiles.nearest(x, y, size, labels)];
                    ids[i] = pair < 0 ? 0 : numbers.get(pair);
                    depth[i] = (float) (millimetres[i] / MILLIMETRES);
                }
            }
            double[] pose = DataFiles.numbers(folder.resolve("pose").resolve(stem(photo) + ".txt"), 16);
            DataFiles.rigid(folder.resolve("pose").resolve(stem(photo) + ".txt"), pose);
            double[] k = intrinsics(size);
            RoomCamera camera = new RoomCamera(size.width(), size.height(), k[0], k[1], k[2], k[3], pose);
            return new RoomView(photo.getFileName().toString(), camera, DataFiles.rgb(photo), depth, ids);
        }
    }
}
