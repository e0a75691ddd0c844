package panst3r.splat;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import panst3r.metrics.ClassSplit;
import panst3r.metrics.LabelCounts;
import panst3r.metrics.PanopticQuality;
import panst3r.metrics.Semantic;
import panst3r.rooms.RoomCategory;
import panst3r.rooms.RoomSample;
import panst3r.rooms.RoomView;
import panst3r.scene.Scene;

/**
 * How near pictures at cameras that no photo was taken with come to the truth there: colours by PSNR and SSIM, labels by
 * panoptic quality and mean IoU over all of these pictures together (metrics.md).
 *
 * @param views one a picture
 * @param psnr mean over the pictures, dB
 * @param ssim mean over the pictures
 * @param labels of all pictures together; empty without
 */
public record NovelViewQuality(List<View> views, double psnr, double ssim, Optional<Labels> labels) {
    private static final float SEEN = 0.5f;

    /**
     * What labels are worth.
     *
     * @param quality by the rule of the papers' tables, which forgives pixels that are void
     * @param strict with these as missed, see {@link PanopticQuality#strict}
     * @param semantic of the same pixels
     */
    public record Labels(PanopticQuality quality, PanopticQuality strict, Semantic semantic) {
        static Labels of(LabelCounts counts) {
            return new Labels(
                    PanopticQuality.of(counts, true), PanopticQuality.strict(counts), Semantic.of(counts, true));
        }

        public double pq() {
            return quality.all().pq();
        }

        public double strictPq() {
            return strict.all().pq();
        }

        public double miou() {
            return semantic.miou();
        }
    }

    /**
     * One picture.
     *
     * @param name of the true view
     * @param distance from the nearest camera that a photo was taken with, in the unit of the truth
     * @param angle in degrees between the directions of the same two cameras
     * @param seen share of the pixels of which the Gaussians cover more than half; the others no photo saw
     * @param seenPsnr of these pixels alone
     * @param labels of all its pixels; empty without
     */
    public record View(
            String name,
            double distance,
            double angle,
            double psnr,
            double seen,
            double seenPsnr,
            double ssim,
            Optional<Labels> labels) {}

    /**
     * @param truth the true views; photos and pictures are of the same sizes
     * @param cameras one a true view, in the frame of the Gaussians
     * @param photos the true cameras of the photos, in the frame of the truth
     * @param labels of {@code scene}'s segments; or null
     */
    public static NovelViewQuality of(
            RoomSample truth,
            Gaussians gaussians,
            List<Pinhole> cameras,
            List<Pinhole> photos,
            float[] background,
            LabelField labels,
            Scene scene,
            int threads) {
        Rasteriser rasteriser = new Rasteriser(threads);
        PhotometricLoss loss = new PhotometricLoss(new Workers(threads));
        ClassSplit split = split(truth.classes());
        LabelCounts all = new LabelCounts(split);
        int[] classOf = labels == null ? null : classes(scene, truth.classes());
        View[] views = new View[cameras.size()];
        for (int v = 0; v < views.length; v++) {
            RoomView view = truth.views().get(v);
            Pinhole camera = cameras.get(v);
            Rendering seen = rasteriser.render(gaussians, camera, background);
            float[] rgb = seen.rgb().clone();
            for (int i = 0; i < rgb.length; i++) {
                rgb[i] = Math.max(0, Math.min(1, rgb[i]));
            }
            float[] image = TrainingView.of(view, camera).image();
            PhotometricLoss.Value value = loss.of(rgb, image, 3, camera.width(), camera.height(), null);
            Optional<Labels> worth = Optional.empty();
            if (labels != null) {
                LabelCounts own = new LabelCounts(split);
                int[] ids = labels.render(camera).labels();
                int[] predicted = Arrays.stream(ids).map(id -> classOf[id]).toArray();
                int[] trueClass =
                        Arrays.stream(truth.classIds(v)).map(c -> c + 1).toArray();
                own.add(predicted, ids, trueClass, view.ids());
                all.add(predicted, ids, trueClass, view.ids());
                worth = Optional.of(Labels.of(own));
            }
            Pinhole place = Pinhole.of(view.camera());
            Pinhole near = nearest(place, photos);
            views[v] = new View(
                    view.name(),
                    distance(place, near),
                    angle(place, near),
                    value.psnr(),
                    seen.covered(),
                    psnr(rgb, image, seen.alpha()),
                    value.ssim(),
                    worth);
        }
        return new NovelViewQuality(
                List.of(views),
                Arrays.stream(views).mapToDouble(View::psnr).average().orElse(Double.NaN),
                Arrays.stream(views).mapToDouble(View::ssim).average().orElse(Double.NaN),
                labels == null ? Optional.empty() : Optional.of(Labels.of(all)));
    }

    private static double psnr(float[] rgb, float[] truth, float[] alpha) {
        double sum = 0;
        long count = 0;
        for (int i = 0; i < rgb.length; i++) {
            if (alpha[i % alpha.length] > SEEN) {
                sum += Math.pow(rgb[i] - truth[i], 2);
                count++;
            }
        }
        return -10 * Math.log10(sum / count);
    }

    private static ClassSplit split(List<RoomCategory> classes) {
        Set<Integer> things = new TreeSet<>();
        Set<Integer> stuff = new TreeSet<>();
        for (int c = 0; c < classes.size(); c++) {
            (classes.get(c).thing() ? things : stuff).add(c + 1);
        }
        return new ClassSplit(things, stuff);
    }

    /** The true class of each segment id, 0 where its class has no namesake. */
    private static int[] classes(Scene scene, List<RoomCategory> classes) {
        Map<String, Integer> byName = new HashMap<>();
        for (int c = 0; c < classes.size(); c++) {
            byName.putIfAbsent(classes.get(c).name(), c + 1);
        }
        var segments = scene.panoptic().orElseThrow().segments();
        int[] out = new int[segments.stream().mapToInt(s -> s.id()).max().orElse(0) + 1];
        segments.forEach(
                s -> out[s.id()] = byName.getOrDefault(scene.classNames().get(s.label()), 0));
        return out;
    }

    private static Pinhole nearest(Pinhole camera, List<Pinhole> photos) {
        Pinhole best = photos.get(0);
        for (Pinhole photo : photos) {
            best = distance(camera, photo) < distance(camera, best) ? photo : best;
        }
        return best;
    }

    static double distance(Pinhole a, Pinhole b) {
        double[] p = a.centre();
        double[] q = b.centre();
        return Math.sqrt(Math.pow(p[0] - q[0], 2) + Math.pow(p[1] - q[1], 2) + Math.pow(p[2] - q[2], 2));
    }

    /** Between the directions that two cameras look in, degrees. */
    static double angle(Pinhole a, Pinhole b) {
        double dot = 0;
        for (int k = 6; k < 9; k++) {
            dot += a.rotation()[k] * b.rotation()[k];
        }
        return Math.toDegrees(Math.acos(Math.max(-1, Math.min(1, dot))));
    }
}
