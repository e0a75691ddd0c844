package panst3r.export;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import panst3r.PanSt3RException;
import panst3r.Progress;
import panst3r.metrics.Similarity;
import panst3r.scene.Camera;
import panst3r.scene.Placement;
import panst3r.scene.Scene;

/**
 * Cameras that another tool found for the same photos, from COLMAP (text or binary) or a {@code transforms.json}. A scene
 * can be aligned to them, so that it has their world and unit, or take them in the place of its own.
 */
public final class KnownCameras {
    private static final List<String> PLACES = List.of("", "sparse/0", "sparse", "0", "colmap/sparse/0");

    private final Path source;
    private final List<KnownCamera> cameras;

    private KnownCameras(Path source, List<KnownCamera> cameras) {
        this.source = source;
        this.cameras = cameras;
    }

    /**
     * @param place a folder with COLMAP's files or a transforms.json, also where their tools put them ({@code sparse/0}), or a
     *     transforms.json itself
     * @throws PanSt3RException if there is none, or it cannot be read
     */
    public static KnownCameras read(Path place) {
        List<KnownCamera> found = null;
        if (Files.isRegularFile(place)) {
            found = TransformsReader.read(place);
        } else if (Files.isRegularFile(place.resolve("transforms.json"))) {
            found = TransformsReader.read(place.resolve("transforms.json"));
        } else {
            for (String inside : PLACES) {
                Path folder = place.resolve(inside);
                boolean there =
                        Files.exists(folder.resolve("cameras.bin")) || Files.exists(folder.resolve("cameras.txt"));
                if (found == null && there) {
                    found = ColmapReader.read(folder);
                }
            }
        }
        if (found == null) {
            throw new PanSt3RException("There are no cameras in " + place
                    + ": neither a transforms.json nor COLMAP's cameras and images.");
        }
        if (found.isEmpty()) {
            throw new PanSt3RException(place + " holds no camera.");
        }
        return new KnownCameras(place, found);
    }

    /** How many there are. */
    public int size() {
        return cameras.size();
    }

    /**
     * The world of these cameras for a scene whose own cameras are kept: the similarity that best maps the predicted cameras,
     * places and directions, to the known ones.
     *
     * @param unit of length in that world, as shown after numbers
     * @throws PanSt3RException if fewer than two of the photos have a known camera, or all stand in one place
     */
    public Placement aligned(Scene scene, String unit, Progress progress) {
        KnownCamera[] known = matched(scene, progress);
        List<Camera> predicted = scene.placed(null).cameras();
        Similarity s = similarity(predicted, known);
        if (s == null) {
            throw new PanSt3RException("A scene is aligned by two or more known cameras in different places, and "
                    + source + " has " + matches(known) + " for these photos"
                    + (matches(known) > 1 ? ", all in one place." : "."));
        }
        return new Placement(
                s.scale(),
                s.rotation(),
                s.translation(),
                List.of(),
                unit,
                "Aligned to the known cameras of " + source + ": " + described(predicted, known, s));
    }

    /**
     * The same world, and these cameras in the place of the predicted ones: poses and focal lengths. Views without a known
     * camera keep their own, aligned. The scale, one for the scene, is that of the alignment; 1 where cameras in different
     * places are missing.
     *
     * @throws PanSt3RException if no photo has a known camera, or one is of another image
     */
    public Placement replacing(Scene scene, String unit, Progress progress) {
        KnownCamera[] known = matched(scene, progress);
        List<Camera> predicted = scene.placed(null).cameras();
        Similarity s = similarity(predicted, known);
        boolean scaled = s != null;
        if (!scaled) {
            s = similarity(predicted, known, 1, 1);
        }
        List<Placement.KnownCamera> out = new ArrayList<>();
        for (int v = 0; v < known.length; v++) {
            KnownCamera k = known[v];
            out.add(k == null ? null : new Placement.KnownCamera(k.focal(scene.view(v)), k.cameraToWorld()));
            if (k != null && k.distorted()) {
                progress.warn("The lens of " + scene.view(v).photo().name()
                        + " is known to bend lines; only its focal length is taken over.");
            }
        }
        return new Placement(
                s.scale(),
                s.rotation(),
                s.translation(),
                out,
                unit,
                "Known cameras of " + source + " in the place of predicted ones: "
                        + (scaled
                                ? described(predicted, known, s)
                                : matches(known) + " of " + known.length
                                        + " photos, in one place, so that the scale stays the network's"));
    }

    /** Fit, in words; how far the predicted cameras are off after it. */
    private static String described(List<Camera> predicted, KnownCamera[] known, Similarity s) {
        double[] distances = new double[matches(known)];
        double[] angles = new double[distances.length];
        int n = 0;
        for (int v = 0; v < known.length; v++) {
            if (known[v] != null) {
                double[] at = s.apply(predicted.get(v).position());
                double[] r = predicted.get(v).rotation();
                double[] m = known[v].cameraToWorld();
                double trace = 0; // of knownᵀ · R · predicted
                for (int a = 0; a < 3; a++) {
                    distances[n] += Math.pow(at[a] - m[4 * a + 3], 2);
                    for (int b = 0; b < 3; b++) {
                        for (int c = 0; c < 3; c++) {
                            trace += m[4 * a + b] * s.rotation()[3 * a + c] * r[3 * c + b];
                        }
                    }
                }
                distances[n] = Math.sqrt(distances[n]);
                angles[n++] = Math.toDegrees(Math.acos(Math.max(-1, Math.min(1, (trace - 1) / 2))));
            }
        }
        Arrays.sort(distances);
        Arrays.sort(angles);
        return String.format(
                Locale.ROOT,
                "%d of %d photos, scale %.4g, predicted cameras off by %.2g and %.2g° (median)",
                n,
                known.length,
                s.scale(),
                distances[n / 2],
                angles[n / 2]);
    }

    private static int matches(KnownCamera[] known) {
        return (int) Arrays.stream(known).filter(k -> k != null).count();
    }

    /** Of predicted to known cameras; null if they are not in different places. */
    private static Similarity similarity(List<Camera> predicted, KnownCamera[] known) {
        List<double[]> from = new ArrayList<>();
        List<double[]> to = new ArrayList<>();
        for (int v = 0; v < known.length; v++) {
            if (known[v] != null) {
                from.add(predicted.get(v).cameraToWorld());
                to.add(known[v].cameraToWorld());
            }
        }
        double spreadFrom = spread(from);
        double spreadTo = spread(to);
        return spreadFrom > 0 && spreadTo > 0 ? similarity(predicted, known, spreadFrom, spreadTo) : null;
    }

    /**
     * Every camera counts as four points: its centre, and one a spread away along each of its axes. So directions count as
     * much as places, and cameras along a line, whose places alone say nothing of the turn about it, do as well.
     */
    private static Similarity similarity(
            List<Camera> predicted, KnownCamera[] known, double spreadFrom, double spreadTo) {
        double[] from = new double[12 * matches(known)];
        double[] to = new double[from.length];
        int n = 0;
        for (int v = 0; v < known.length; v++) {
            if (known[v] != null) {
                points(predicted.get(v).cameraToWorld(), spreadFrom, from, n);
                points(known[v].cameraToWorld(), spreadTo, to, n);
                n += 12;
            }
        }
        return Similarity.align(from, to);
    }

    private static void points(double[] cameraToWorld, double spread, double[] out, int at) {
        for (int point = 0; point < 4; point++) {
            for (int k = 0; k < 3; k++) {
                double along = point == 3 ? 0 : spread * cameraToWorld[4 * k + point];
                out[at + 3 * point + k] = cameraToWorld[4 * k + 3] + along;
            }
        }
    }

    /** Root mean square distance of the centres from their middle; 0 where that is rounding. */
    private static double spread(List<double[]> poses) {
        double sum = 0;
        double size = 0;
        for (int k = 0; k < 3; k++) {
            int at = 4 * k + 3;
            double mean = poses.stream().mapToDouble(p -> p[at]).average().orElse(0);
            sum += poses.stream()
                    .mapToDouble(p -> (p[at] - mean) * (p[at] - mean))
                    .sum();
            size += Math.abs(mean);
        }
        double spread = Math.sqrt(sum / Math.max(1, poses.size()));
        return spread > 1e-6 * size && spread > 1e-12 ? spread : 0;
    }

    /** One a view, null where no camera has the photo's name. */
    private KnownCamera[] matched(Scene scene, Progress progress) {
        KnownCamera[] out = new KnownCamera[scene.views()];
        List<String> photos = new ArrayList<>();
        for (int v = 0; v < out.length; v++) {
            photos.add(scene.view(v).photo().name());
        }
        // The strictest reading that finds any photo: whole names, names without folders, without extensions too.
        for (int reading = 0; reading < 4 && matches(out) == 0; reading++) {
            Map<String, KnownCamera> byName = new HashMap<>();
            for (KnownCamera camera : cameras) {
                String key = key(camera.name(), reading);
                byName.put(key, byName.containsKey(key) ? null : camera); // two of this name: neither
            }
            int r = reading;
            Map<String, Long> keys =
                    photos.stream().collect(Collectors.groupingBy(p -> key(p, r), Collectors.counting()));
            for (int v = 0; v < out.length; v++) {
                String key = key(photos.get(v), reading);
                out[v] = keys.get(key) == 1 ? byName.get(key) : null;
            }
        }
        if (matches(out) == 0) {
            throw new PanSt3RException("None of the " + cameras.size() + " cameras of " + source + " (the first is of "
                    + cameras.get(0).name() + ") is of one of these photos (the first is " + photos.get(0)
                    + "); their names must agree.");
        }
        if (matches(out) < out.length) {
            progress.warn(out.length - matches(out) + " of " + out.length + " photos have no known camera in " + source
                    + ".");
        }
        return out;
    }

    private static String key(String name, int reading) {
        String key = reading == 0 ? name : name.substring(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
        key = reading < 2 ? key : key.replaceFirst("\\.[A-Za-z0-9]{1,5}$", "").toLowerCase(Locale.ROOT);
        return reading < 3 ? key : FileNames.safe(key);
    }
}
