package panst3r.metrics;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import panst3r.PanSt3RException;
import panst3r.image.View;
import panst3r.merge.Panoptic;
import panst3r.merge.Segment;
import panst3r.rooms.RoomCategory;
import panst3r.rooms.RoomSample;
import panst3r.rooms.RoomView;
import panst3r.scene.Scene;

/**
 * The truth in the working pixels of a scene's views, to measure any number of segmentations against: that of the photo's
 * pixel at the middle of each. Views are found by name: that of the photo, with or without its ending. Classes are the same if their names
 * are, whatever their case; a class that only the model knows is a thing and never true.
 */
public final class GroundTruth {
    private final String name;
    private final List<String> classNames;
    private final List<MeasuredView> views;
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

    private GroundTruth(
            String name, List<String> classNames, List<MeasuredView> views, int[] classOfLabel, ClassSplit split) {
        this.name = name;
        this.classNames = List.copyOf(classNames);
        this.views = List.copyOf(views);
        this.classOfLabel = classOfLabel;
        this.split = split;
    }

    /**
     * @throws PanSt3RException if none of the scene's photos is in the sample, one has another size there, or nothing in
     *     them is labelled
     */
    public static GroundTruth of(RoomSample sample, Scene scene) {
        Map<String, Integer> byName = new HashMap<>();
        for (int i = 0; i < sample.views().size(); i++) {
            byName.put(sample.views().get(i).name(), i);
        }
        List<MeasuredView> views = new ArrayList<>();
        int[] table = sample.classOfId();
        boolean labelled = false;
        for (int v = 0; v < scene.views(); v++) {
            String photo = scene.view(v).photo().name();
            Integer i = byName.getOrDefault(photo, byName.get(photo.replaceFirst("\\.[^.]*$", "")));
            if (i != null) {
                RoomView truth = sample.views().get(i);
                int[] pixels = pixels(sample, truth, scene.view(v));
                int[] ids = new int[pixels.length];
                int[] labels = new int[pixels.length];
                for (int p = 0; p < pixels.length; p++) {
                    ids[p] = pixels[p] < 0 ? 0 : truth.ids()[pixels[p]];
                    labels[p] = table[ids[p]] + 1;
                    labelled |= labels[p] > 0;
                }
                views.add(new MeasuredView(v, truth, pixels, labels, ids));
            }
        }
        if (views.isEmpty()) {
            throw new PanSt3RException("The ground truth “" + sample.name()
                    + "” has none of this scene's photos; it has "
                    + String.join(
                            ", ", byName.keySet().stream().sorted().limit(5).toList()) + " …, this scene "
                    + scene.view(0).photo().name() + " ….");
        }
        if (!labelled) {
            throw new PanSt3RException(
                    "The ground truth “" + sample.name()
                            + "” is empty: no pixel of this scene's photos belongs to an instance, so nothing can be measured.");
        }
        Map<String, Integer> known = new HashMap<>();
        Set<Integer> things = new HashSet<>();
        Set<Integer> stuff = new HashSet<>();
        for (RoomCategory c : sample.classes()) {
            known.put(key(c.name()), known.size() + 1);
            (c.thing() ? things : stuff).add(known.size());
        }
        int[] classOfLabel = new int[scene.classNames().size()];
        for (int k = 0; k < classOfLabel.length; k++) {
            Integer same = known.get(key(scene.classNames().get(k)));
            classOfLabel[k] = same != null ? same : sample.classes().size() + 1 + k;
            if (same == null) {
                things.add(classOfLabel[k]);
            }
        }
        return new GroundTruth(
                sample.name(),
                sample.classes().stream().map(RoomCategory::name).toList(),
                views,
                classOfLabel,
                new ClassSplit(things, stuff));
    }

    /** Of the sample. */
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

    /** Those of the scene's views that have ground truth, in the order of the scene. */
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
        int[] classOfId = new int
                [segmentation.segments().stream().mapToInt(Segment::id).max().orElse(0) + 1];
        segmentation.segments().forEach(s -> classOfId[s.id()] = classOfLabel[s.label()]);
        for (MeasuredView view : of) {
            int[] ids = segmentation.ids().get(view.index);
            int[] labels = new int[ids.length];
            for (int p = 0; p < ids.length; p++) {
                labels[p] = classOfId[ids[p]];
            }
            counts.add(labels, ids, view.classes, view.instances);
        }
        return counts;
    }

    private static int[] pixels(RoomSample sample, RoomView truth, View view) {
        if (view.photo().width() != truth.width() || view.photo().height() != truth.height()) {
            throw new PanSt3RException(
                    "Photo " + view.photo().name() + " has " + view.photo().width() + "×"
                            + view.photo().height() + " pixels, but its ground truth in “" + sample.name() + "” "
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
