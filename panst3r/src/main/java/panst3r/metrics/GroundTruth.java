package panst3r.metrics;

import java.util.AbstractList;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import panst3r.PanSt3RException;
import panst3r.Progress;
import panst3r.image.View;
import panst3r.merge.Panoptic;
import panst3r.merge.Segment;
import panst3r.rooms.RoomCategory;
import panst3r.rooms.RoomView;
import panst3r.rooms.SceneTruth;
import panst3r.scene.Scene;

/**
 * The truth in the working pixels of a scene's views, to measure any number of segmentations against: that of the photo's
 * pixel at the middle of each. Views are found by name: that of the photo, with or without its ending. Classes are the same if their names
 * are, whatever their case; a class that only the model knows is a thing and never true.
 */
public final class GroundTruth {
    /** Views of so many pixels, of photos and working images, are kept; further ones are made anew when they are asked for. */
    private static final long MOST_KEPT = 32_000_000;

    private final String name;
    private final List<String> classNames;
    private final Views views;
    private final int[] classOfLabel;
    private final ClassSplit split;

    /**
     * A view of the scene and its truth.
     *
     * @param index of the view in the scene
     * @param truth the whole photo
     * @param pixels [H·W] of the working pixels, index of the photo's pixel at the middle of each; −1 outside
     * @param classes [H·W] 1 + index of the true class, 0 = void
     * @param instances [H·W] true instance ids
     */
    public record MeasuredView(int index, RoomView truth, int[] pixels, int[] classes, int[] instances) {}

    private GroundTruth(SceneTruth truth, Views views, int[] classOfLabel, ClassSplit split) {
        this.name = truth.name();
        this.classNames = truth.classes().stream().map(RoomCategory::name).toList();
        this.views = views;
        this.classOfLabel = classOfLabel;
        this.split = split;
    }

    /**
     * @throws PanSt3RException if none of the scene's photos is in the truth, one has another size there, or nothing in
     *     them is labelled
     */
    public static GroundTruth of(SceneTruth truth, Scene scene) {
        Views views = new Views(truth, scene);
        if (views.isEmpty()) {
            throw new PanSt3RException("The ground truth “" + truth.name()
                    + "” has none of this scene's photos; it has "
                    + String.join(
                            ", ", truth.viewNames().stream().sorted().limit(5).toList()) + " …, this scene "
                    + scene.view(0).photo().name() + " ….");
        }
        if (!views.keep()) {
            throw new PanSt3RException(
                    "The ground truth “" + truth.name()
                            + "” is empty: no pixel of this scene's photos belongs to an instance, so nothing can be measured.");
        }
        Map<String, Integer> known = new HashMap<>();
        Set<Integer> things = new HashSet<>();
        Set<Integer> stuff = new HashSet<>();
        for (int c = 0; c < truth.classes().size(); c++) {
            known.putIfAbsent(key(truth.classes().get(c).name()), c + 1);
            (truth.classes().get(c).thing() ? things : stuff).add(c + 1);
        }
        int[] classOfLabel = new int[scene.classNames().size()];
        for (int k = 0; k < classOfLabel.length; k++) {
            Integer same = known.get(key(scene.classNames().get(k)));
            classOfLabel[k] = same != null ? same : truth.classes().size() + 1 + k;
            if (same == null) {
                things.add(classOfLabel[k]);
            }
        }
        return new GroundTruth(truth, views, classOfLabel, new ClassSplit(things, stuff));
    }

    /**
     * Warns of true classes that are not looked for, and so will be missed.
     *
     * @param lookedFor names of a model's classes; none for geometry only
     * @throws PanSt3RException if none of them is looked for
     */
    public static void checkVocabulary(SceneTruth truth, List<String> lookedFor, Progress progress) {
        Set<String> keys = new HashSet<>();
        lookedFor.forEach(n -> keys.add(key(n)));
        if (keys.isEmpty()) {
            return;
        }
        List<String> unknown = truth.classes().stream()
                .map(RoomCategory::name)
                .filter(n -> !keys.contains(key(n)))
                .toList();
        boolean any = truth.instances().stream()
                .anyMatch(
                        i -> keys.contains(key(truth.classes().get(i.classId()).name())));
        if (!any && !truth.instances().isEmpty()) {
            throw new PanSt3RException("The ground truth “" + truth.name() + "” has the classes " + some(unknown)
                    + ", but the model looks for none that occurs in it: its classes are " + some(lookedFor)
                    + "; name others with %panst3r classes, or call those of the truth as the model does.");
        }
        if (!unknown.isEmpty()) {
            progress.warn("Classes of the truth that are not looked for, and count as missed where they occur: "
                    + some(unknown) + ".");
        }
    }

    /** Warns of photos of the scene that are not in the truth, and so are measured nowhere. */
    public void warnOfUnmeasured(Progress progress) {
        if (!views.unknown.isEmpty()) {
            progress.warn("Only " + views.size() + " of " + (views.size() + views.unknown.size())
                    + " photos are measured: the ground truth “" + name + "” has none of " + some(views.unknown) + ".");
        }
    }

    private static String some(List<String> names) {
        return "“"
                + String.join(
                        "”, “",
                        names.stream().limit(8).map(GroundTruth::shortened).toList()) + "”"
                + (names.size() > 8 ? " and " + (names.size() - 8) + " more" : "");
    }

    private static String shortened(String name) {
        return name.length() <= 40 ? name : name.substring(0, 40) + "…";
    }

    /** Of the scene that is true. */
    public String name() {
        return name;
    }

    /** Names of the true classes; class id c of the metrics is the name at c − 1, what lies beyond is known to the model alone. */
    public List<String> classNames() {
        return classNames;
    }

    /** Which classes are counted one by one; those that only the model knows are among the things. */
    public ClassSplit split() {
        return split;
    }

    /** Those of the scene's views that have ground truth, in the order of the scene; of many, each is made when asked for. */
    public List<MeasuredView> views() {
        return views;
    }

    /**
     * Panoptic quality over all views together, rare classes left out (metrics.md).
     *
     * @param segmentation of the scene
     */
    public PanopticQuality quality(Panoptic segmentation) {
        return PanopticQuality.of(counts(segmentation, views), true);
    }

    /**
     * What a segmentation of the scene has in common with the truth.
     *
     * @param of those of {@link #views} that are counted
     */
    public LabelCounts counts(Panoptic segmentation, List<MeasuredView> of) {
        LabelCounts counts = new LabelCounts(split);
        int[] classOfId = classOfId(segmentation);
        for (MeasuredView view : of) {
            int[] ids = segmentation.ids().get(view.index);
            counts.add(labels(ids, classOfId), ids, view.classes, view.instances);
        }
        return counts;
    }

    /** Class ids of the metrics by segment id of a segmentation of the scene; 0 for void. */
    public int[] classOfId(Panoptic segmentation) {
        int[] out = new int
                [segmentation.segments().stream().mapToInt(Segment::id).max().orElse(0) + 1];
        segmentation.segments().forEach(s -> out[s.id()] = classOfLabel[s.label()]);
        return out;
    }

    /** The class of each segment id. */
    public static int[] labels(int[] ids, int[] classOfId) {
        int[] labels = new int[ids.length];
        for (int p = 0; p < ids.length; p++) {
            labels[p] = classOfId[ids[p]];
        }
        return labels;
    }

    /** Views of a scene with their truth, by the order of the scene. */
    private static final class Views extends AbstractList<MeasuredView> {
        private final SceneTruth truth;
        private final Scene scene;
        private final int[] classOfId;
        private final List<int[]> matches = new ArrayList<>(); // (view of the scene, view of the truth)
        private final List<String> unknown = new ArrayList<>(); // photos that the truth does not have
        private final List<MeasuredView> kept = new ArrayList<>(); // the first ones

        Views(SceneTruth truth, Scene scene) {
            this.truth = truth;
            this.scene = scene;
            classOfId = truth.classOfId();
            Map<String, Integer> byName = new HashMap<>();
            for (String name : truth.viewNames()) {
                byName.put(name, byName.size());
            }
            for (int v = 0; v < scene.views(); v++) {
                String photo = scene.view(v).photo().name();
                Integer i = byName.getOrDefault(photo, byName.get(photo.replaceFirst("\\.[^.]*$", "")));
                if (i != null) {
                    matches.add(new int[] {v, i});
                } else {
                    unknown.add(photo);
                }
            }
        }

        /** @return whether a pixel of those that are kept is labelled */
        boolean keep() {
            long pixels = 0;
            boolean labelled = false;
            for (int i = 0; i < matches.size() && pixels < MOST_KEPT; i++) {
                MeasuredView view = make(i);
                kept.add(view);
                pixels += view.pixels.length + view.truth.ids().length;
                for (int label : view.classes) {
                    labelled |= label > 0;
                }
            }
            return labelled;
        }

        @Override
        public MeasuredView get(int i) {
            return i < kept.size() ? kept.get(i) : make(i);
        }

        @Override
        public int size() {
            return matches.size();
        }

        private MeasuredView make(int i) {
            Progress.stopIfInterrupted("Reading the truth of " + truth.name());
            int v = matches.get(i)[0];
            RoomView photo = truth.view(matches.get(i)[1]);
            int[] pixels = pixels(truth.name(), photo, scene.view(v));
            int[] ids = new int[pixels.length];
            int[] labels = new int[pixels.length];
            for (int p = 0; p < pixels.length; p++) {
                ids[p] = pixels[p] < 0 ? 0 : photo.ids()[pixels[p]];
                labels[p] = classOfId[ids[p]] + 1;
            }
            return new MeasuredView(v, photo, pixels, labels, ids);
        }
    }

    private static int[] pixels(String scene, RoomView truth, View view) {
        if (view.photo().width() != truth.width() || view.photo().height() != truth.height()) {
            throw new PanSt3RException(
                    "Photo " + view.photo().name() + " has " + view.photo().width() + "×"
                            + view.photo().height() + " pixels, but its ground truth in “" + scene + "” "
                            + truth.width() + "×" + truth.height() + "; give that of the same photos.");
        }
        int[] out = new int[view.width() * view.height()];
        double[] m = view.viewToPhoto();
        for (int y = 0, i = 0; y < view.height(); y++) {
            int row = (int) Math.floor(m[4] * (y + 0.5) + m[5]);
            for (int x = 0; x < view.width(); x++, i++) {
                int column = (int) Math.floor(m[0] * (x + 0.5) + m[2]);
                boolean inside = row >= 0 && column >= 0 && row < truth.height() && column < truth.width();
                out[i] = inside ? row * truth.width() + column : -1;
            }
        }
        return out;
    }

    private static String key(String className) {
        return className.strip().toLowerCase(Locale.ROOT);
    }
}
