package panst3r.splat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import panst3r.PanSt3RException;
import panst3r.Progress;
import panst3r.merge.Panoptic;
import panst3r.merge.Segment;
import panst3r.scene.Scene;

/**
 * Labels of Gaussians, carried over from photos without any optimisation (LUDVIG, Marrie et al. 2024; novel-views.md, "Uplift
 * and labels"): the feature of a Gaussian is the mean of the photos' over the pixels that it shows in, weighted as it is
 * blended there. Gaussians that show in no photo are left out.
 */
public final class LabelField {
    private static final float LEAST_ALPHA = 0.5f;

    /** A share of what covers a pixel that outvotes its own photo. */
    private static final float SURE = 0.8f;

    private final Gaussians gaussians;
    private final int[] origin;
    private final float[] features;
    private final int[] ids;
    private final Workers workers;

    /**
     * What a photo says.
     *
     * @param labels [H, W] channels; or null if {@code features} says it
     * @param sure [H, W] how sure it is of its label, the rest going to the first; or null for wholly
     * @param features [channels, H, W]; or null
     */
    private record Map(int[] labels, float[] sure, float[] features) {}

    private LabelField(Gaussians gaussians, int[] origin, float[] features, int[] ids, Workers workers) {
        this.gaussians = gaussians;
        this.origin = origin;
        this.features = features;
        this.ids = ids;
        this.workers = workers;
    }

    /**
     * From label maps of photos.
     *
     * @param cameras of the photos
     * @param labels one a photo, [H, W], values in {@code ids}
     * @param ids all labels, growing; the first stands for void
     * @param threads that may work at once; the result is the same for any number
     */
    public static LabelField of(
            Gaussians gaussians, List<Pinhole> cameras, List<int[]> labels, int[] ids, int threads, Progress progress) {
        List<Map> maps = labels.stream()
                .map(map -> new Map(channels(map, ids), null, null))
                .toList();
        return of(gaussians, cameras, maps, ids, new Workers(threads), progress);
    }

    private static int[] channels(int[] labels, int[] ids) {
        int[] out = new int[labels.length];
        for (int i = 0, last = 0; i < labels.length; i++) { // labels come in runs
            last = ids[last] == labels[i] ? last : Arrays.binarySearch(ids, labels[i]);
            out[i] = last;
        }
        return out;
    }

    /**
     * From probabilities or any other features of photos.
     *
     * @param maps one a photo, [channels, H, W]
     * @param ids of the channels; the first stands for void
     */
    public static LabelField ofFeatures(
            Gaussians gaussians, List<Pinhole> cameras, List<float[]> maps, int[] ids, int threads, Progress progress) {
        List<Map> all = maps.stream().map(m -> new Map(null, null, m)).toList();
        return of(gaussians, cameras, all, ids, new Workers(threads), progress);
    }

    /**
     * The segments of a merged scene; labels are their ids, 0 is void.
     *
     * @param cameras one a view: those of the scene, or as a fit refined them
     * @throws PanSt3RException if the scene is not merged
     */
    public static LabelField segments(
            Gaussians gaussians, Scene scene, List<Pinhole> cameras, int threads, Progress progress) {
        Panoptic panoptic = panoptic(scene);
        int[] ids = IntStream.concat(
                        IntStream.of(0), panoptic.segments().stream().mapToInt(Segment::id))
                .toArray();
        return of(gaussians, cameras, panoptic.ids(), ids, threads, progress);
    }

    /**
     * As {@link #segments}, but a pixel speaks for its segment with its confidence and for void with the rest: what is sure
     * in one photo outvotes what is not in others. Made for {@link #clean}.
     *
     * @throws PanSt3RException if the scene is not merged
     */
    public static LabelField sureSegments(
            Gaussians gaussians, Scene scene, List<Pinhole> cameras, int threads, Progress progress) {
        Panoptic panoptic = panoptic(scene);
        int[] own = new int[mostId(panoptic) + 1];
        panoptic.segments().forEach(s -> own[s.id()] = s.id());
        return weighted(gaussians, panoptic, own, cameras, threads, progress);
    }

    /**
     * The class probabilities of a merged scene: of a pixel's class its confidence, of void the rest. Labels are indices of
     * classes plus 1, 0 is void.
     *
     * @throws PanSt3RException if the scene is not merged
     */
    public static LabelField classes(
            Gaussians gaussians, Scene scene, List<Pinhole> cameras, int threads, Progress progress) {
        Panoptic panoptic = panoptic(scene);
        int[] classOf = new int[mostId(panoptic) + 1];
        panoptic.segments().forEach(s -> classOf[s.id()] = s.label() + 1);
        return weighted(gaussians, panoptic, classOf, cameras, threads, progress);
    }

    private static int mostId(Panoptic panoptic) {
        return panoptic.segments().stream().mapToInt(Segment::id).max().orElse(0);
    }

    /** @param labelOf by segment id, 0 for void */
    private static LabelField weighted(
            Gaussians gaussians,
            Panoptic panoptic,
            int[] labelOf,
            List<Pinhole> cameras,
            int threads,
            Progress progress) {
        int[] used = IntStream.concat(IntStream.of(0), Arrays.stream(labelOf))
                .distinct()
                .sorted()
                .toArray();
        List<Map> maps = new ArrayList<>();
        for (int v = 0; v < panoptic.ids().size(); v++) {
            int[] labels =
                    Arrays.stream(panoptic.ids().get(v)).map(id -> labelOf[id]).toArray();
            float[] sure = panoptic.confidence().get(v).clone();
            for (int i = 0; i < sure.length; i++) {
                sure[i] = Math.max(0, Math.min(1, sure[i]));
            }
            maps.add(new Map(channels(labels, used), sure, null));
        }
        return of(gaussians, cameras, maps, used, new Workers(threads), progress);
    }

    private static Panoptic panoptic(Scene scene) {
        return scene.panoptic()
                .orElseThrow(() -> new PanSt3RException(
                        "This scene has no segments to carry over; merge it first, with a model that gives masks."));
    }

    private static LabelField of(
            Gaussians gaussians, List<Pinhole> cameras, List<Map> maps, int[] ids, Workers workers, Progress progress) {
        if (cameras.size() != maps.size()) {
            throw new IllegalArgumentException(cameras.size() + " cameras for " + maps.size() + " photos");
        }
        int n = gaussians.size();
        int channels = ids.length;
        float[] sums = new float[Math.multiplyExact(n, channels)];
        Rasteriser rasteriser = new Rasteriser(workers);
        for (int v = 0; v < maps.size(); v++) {
            progress.step("uplift", v, maps.size());
            rasteriser.prepare(gaussians, cameras.get(v), 0);
            Map map = maps.get(v);
            if (map.labels != null) {
                rasteriser.gather(map.labels, map.sure, channels, sums, null);
            } else {
                rasteriser.gather(map.features, channels, sums, null);
            }
        }
        progress.step("uplift", maps.size(), maps.size());
        float[] weights = weights(gaussians, cameras, maps, sums, channels, rasteriser);
        int[] kept = IntStream.range(0, n).filter(i -> weights[i] > 0).toArray();
        float[] features = Gaussians.rows(sums, channels, kept);
        for (int k = 0; k < kept.length; k++) {
            for (int c = 0; c < channels; c++) {
                features[k * channels + c] /= weights[kept[k]];
            }
        }
        return new LabelField(gaussians.select(kept), kept, features, ids.clone(), workers);
    }

    /** Σ w of each Gaussian: of labels, what they sum up to; of features it has to be gathered. */
    private static float[] weights(
            Gaussians gaussians,
            List<Pinhole> cameras,
            List<Map> maps,
            float[] sums,
            int channels,
            Rasteriser rasteriser) {
        float[] out = new float[gaussians.size()];
        for (int v = 0; v < maps.size(); v++) {
            if (maps.get(v).features != null) {
                rasteriser.prepare(gaussians, cameras.get(v), 0);
                rasteriser.gather(
                        new int[cameras.get(v).width() * cameras.get(v).height()], 1, out, null);
            }
        }
        if (maps.stream().allMatch(m -> m.labels != null)) {
            for (int i = 0; i < out.length; i++) {
                for (int c = 0; c < channels; c++) {
                    out[i] += sums[i * channels + c];
                }
            }
        }
        return out;
    }

    /** Those Gaussians alone that are marked among those given. */
    LabelField only(boolean[] shown) {
        int[] kept =
                IntStream.range(0, origin.length).filter(k -> shown[origin[k]]).toArray();
        return new LabelField(
                gaussians.select(kept),
                Arrays.stream(kept).map(k -> origin[k]).toArray(),
                Gaussians.rows(features, ids.length, kept),
                ids,
                workers);
    }

    /** The Gaussians that show in some photo. */
    public Gaussians gaussians() {
        return gaussians;
    }

    /** For each of {@link #gaussians} its index among those given. */
    public int[] origin() {
        return origin.clone();
    }

    /** [N, channels] of {@link #gaussians}; each sums up to 1 if it came from labels. */
    public float[] features() {
        return features;
    }

    /** The label of each Gaussian: that of its largest feature, the first of equal ones. */
    public int[] labels() {
        int[] out = new int[gaussians.size()];
        for (int i = 0; i < out.length; i++) {
            int best = 0;
            for (int c = 1; c < ids.length; c++) {
                if (features[i * ids.length + c] > features[i * ids.length + best]) {
                    best = c;
                }
            }
            out[i] = ids[best];
        }
        return out;
    }

    /** The labels that a camera sees; void where the Gaussians cover less than half of a pixel. */
    public LabelMap render(Pinhole camera) {
        Rasteriser rasteriser = new Rasteriser(workers);
        rasteriser.prepare(gaussians, camera, 0);
        Rendering seen = rasteriser.blend(new float[3]);
        float[] sums = rasteriser.blend(features, ids.length);
        int n = camera.width() * camera.height();
        int[] labels = new int[n];
        float[] confidence = new float[n];
        for (int i = 0; i < n; i++) {
            int best = 0;
            for (int c = 1; c < ids.length; c++) {
                if (sums[c * n + i] > sums[best * n + i]) {
                    best = c;
                }
            }
            boolean sure = seen.alpha()[i] >= LEAST_ALPHA;
            labels[i] = ids[sure ? best : 0];
            confidence[i] = sure ? sums[best * n + i] / seen.alpha()[i] : 0;
        }
        return new LabelMap(camera.width(), camera.height(), labels, confidence, seen.alpha(), seen.depth());
    }

    /**
     * The scene with the segments that its own photos show through the Gaussians. Segments that no pixel is left of go.
     *
     * @param cameras one a view, as for {@link #segments}
     */
    public Scene shown(Scene scene, List<Pinhole> cameras, Progress progress) {
        return with(scene, cameras, "seen through Gaussians", (own, seen, sure) -> seen, progress);
    }

    /**
     * The scene with the segments that its photos agree on: a pixel keeps its own if that is what the Gaussians show there,
     * takes theirs where they are all but sure of another, and is void otherwise. Segments that no pixel is left of go.
     *
     * @param cameras one a view, as for {@link #segments}
     */
    public Scene clean(Scene scene, List<Pinhole> cameras, Progress progress) {
        Choice agreed = (own, seen, sure) -> own == seen || sure > SURE ? seen : ids[0];
        return with(scene, cameras, "cleaned by Gaussians", agreed, progress);
    }

    private interface Choice {
        int of(int own, int seen, float sure);
    }

    private Scene with(Scene scene, List<Pinhole> cameras, String how, Choice choice, Progress progress) {
        Panoptic before = panoptic(scene);
        List<int[]> maps = new ArrayList<>();
        List<float[]> confidences = new ArrayList<>();
        long[] area = new long[ids[ids.length - 1] + 1];
        double[] sure = new double[area.length];
        for (int v = 0; v < scene.views(); v++) {
            progress.step("clean", v, scene.views());
            LabelMap map = render(cameras.get(v));
            int[] own = before.ids().get(v);
            int[] chosen = new int[own.length];
            for (int i = 0; i < own.length; i++) {
                chosen[i] = choice.of(own[i], map.labels()[i], map.confidence()[i]);
                area[chosen[i]]++;
                sure[chosen[i]] += map.confidence()[i];
            }
            maps.add(chosen);
            confidences.add(map.confidence());
        }
        progress.step("clean", scene.views(), scene.views());
        List<Segment> segments = before.segments().stream()
                .filter(s -> area[s.id()] > 0)
                .map(s -> new Segment(
                        s.id(), s.query(), s.label(), s.classScore(), sure[s.id()] / area[s.id()], area[s.id()]))
                .toList();
        return scene.with(new Panoptic(before.strategy() + ", " + how, maps, confidences, segments, before.solution()));
    }
}
