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
 * The true classes and instances in the working pixels of a scene's views, to measure any number of segmentations
 * against. Views are found by name: that of the photo, with or without its ending. Classes are the same if their names
 * are, whatever their case; a class that only the model knows is a thing and never true.
 */
public final class GroundTruth {
    private final String name;
    private final int[] views; // of the scene
    private final List<int[]> classes; // per entry of views [H·W], 1 … T, 0 = void
    private final List<int[]> instances;
    private final int[] classOfLabel;
    private final ClassSplit split;

    private GroundTruth(
            String name,
            int[] views,
            List<int[]> classes,
            List<int[]> instances,
            int[] classOfLabel,
            ClassSplit split) {
        this.name = name;
        this.views = views;
        this.classes = classes;
        this.instances = instances;
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
        List<Integer> views = new ArrayList<>();
        List<int[]> classes = new ArrayList<>();
        List<int[]> instances = new ArrayList<>();
        boolean labelled = false;
        for (int v = 0; v < scene.views(); v++) {
            String photo = scene.view(v).photo().name();
            Integer i = byName.getOrDefault(photo, byName.get(photo.replaceFirst("\\.[^.]*$", "")));
            if (i != null) {
                int[] ids = inView(sample, sample.views().get(i), scene.view(v));
                int[] table = sample.classOfId();
                int[] labels = new int[ids.length];
                for (int p = 0; p < ids.length; p++) {
                    labels[p] = table[ids[p]] + 1;
                    labelled |= labels[p] > 0;
                }
                views.add(v);
                classes.add(labels);
                instances.add(ids);
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
                views.stream().mapToInt(v -> v).toArray(),
                classes,
                instances,
                classOfLabel,
                new ClassSplit(things, stuff));
    }

    /** Of the sample. */
    public String name() {
        return name;
    }

    /** How many of the scene's views have ground truth. */
    public int views() {
        return views.length;
    }

    /**
     * Panoptic quality over all views together, rare classes left out (metrics.md).
     *
     * @param segmentation of the scene
     */
    public PanopticQuality quality(Panoptic segmentation) {
        LabelCounts counts = new LabelCounts(split);
        int[] classOfId = new int
                [segmentation.segments().stream().mapToInt(Segment::id).max().orElse(0) + 1];
        segmentation.segments().forEach(s -> classOfId[s.id()] = classOfLabel[s.label()]);
        for (int i = 0; i < views.length; i++) {
            int[] ids = segmentation.ids().get(views[i]);
            int[] labels = new int[ids.length];
            for (int p = 0; p < ids.length; p++) {
                labels[p] = classOfId[ids[p]];
            }
            counts.add(labels, ids, classes.get(i), instances.get(i));
        }
        return PanopticQuality.of(counts, true);
    }

    /** [H·W] true instance at the middle of every working pixel. */
    private static int[] inView(RoomSample sample, RoomView truth, View view) {
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
                out[i] = inside ? truth.ids()[row * truth.width() + column] : 0;
            }
        }
        return out;
    }

    private static String key(String className) {
        return className.strip().toLowerCase(Locale.ROOT);
    }
}
