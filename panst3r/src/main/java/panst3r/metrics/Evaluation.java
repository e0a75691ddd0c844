package panst3r.metrics;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import panst3r.PanSt3RException;
import panst3r.Progress;
import panst3r.image.View;
import panst3r.merge.Panoptic;
import panst3r.merge.Segment;
import panst3r.rooms.RoomCategory;
import panst3r.rooms.RoomSample;
import panst3r.rooms.RoomView;
import panst3r.scene.Camera;
import panst3r.scene.PointCloud;
import panst3r.scene.PointQuery;
import panst3r.scene.Scene;

/**
 * A scene measured against ground truth: labels in pixels of the photos, as the field's tables do (metrics.md), classes
 * matched by name. Pixels that the network's crop left out do not count.
 *
 * @param quality null if the scene is not segmented
 * @param semantic null if the scene is not segmented
 * @param poses null if the scene has one view only
 * @param depth one a view, in their order
 * @param focalError mean relative error of the focal lengths
 * @param classes of the ground truth; class ids of {@code quality} and {@code semantic} are indices here plus 1
 */
public record Evaluation(
        PanopticQuality quality,
        Semantic semantic,
        PoseAccuracy poses,
        List<DepthAccuracy> depth,
        double focalError,
        List<RoomCategory> classes) {

    /** @throws PanSt3RException if a photo of the scene is not in the ground truth, or has another size there */
    public static Evaluation of(Scene scene, RoomSample truth, Progress progress) {
        int[] views = views(scene, truth);
        DepthAccuracy[] depth = new DepthAccuracy[views.length];
        double focal = 0;
        for (int v = 0; v < views.length; v++) {
            progress.step("measure", v, 2 * views.length);
            RoomView room = truth.views().get(views[v]);
            depth[v] = depth(scene, v, room);
            Camera camera = scene.cameras().get(v);
            focal += FocalAccuracy.relativeError(
                            camera.photoIntrinsics()[0], room.camera().fx())
                    / views.length;
        }
        PoseAccuracy poses = views.length < 2
                ? null
                : PoseAccuracy.of(
                        scene.cameras().stream().map(Camera::cameraToWorld).toList(),
                        Arrays.stream(views)
                                .mapToObj(v -> truth.views().get(v).camera().cameraToWorld())
                                .toList());
        LabelCounts counts = scene.panoptic().isEmpty() ? null : counts(scene, truth, views, progress);
        return new Evaluation(
                counts == null ? null : PanopticQuality.of(counts, true),
                counts == null ? null : Semantic.of(counts, true),
                poses,
                List.of(depth),
                focal,
                truth.classes());
    }

    /** The labels only, which is all that differs between two ways of merging one prediction. */
    public static PanopticQuality quality(Scene scene, RoomSample truth, Progress progress) {
        return PanopticQuality.of(counts(scene, truth, views(scene, truth), progress), true);
    }

    /** Mean over the views of |d − d*| / d*, depths scaled by the median. */
    public double depthError() {
        return depth.stream()
                .mapToDouble(DepthAccuracy::absoluteRelative)
                .average()
                .orElse(Double.NaN);
    }

    /** Mean over the views of the share of pixels whose depth is right within 3 %. */
    public double depthInliers() {
        return depth.stream().mapToDouble(DepthAccuracy::inlierRatio).average().orElse(Double.NaN);
    }

    /** Per view of the scene, the index of the same photo in the ground truth. */
    private static int[] views(Scene scene, RoomSample truth) {
        Map<String, Integer> byName = new HashMap<>();
        for (int t = 0; t < truth.views().size(); t++) {
            byName.put(truth.views().get(t).name(), t);
        }
        int[] out = new int[scene.views()];
        for (int v = 0; v < out.length; v++) {
            View view = scene.view(v);
            String name = view.photo().name();
            Integer index = byName.getOrDefault(name, byName.get(name.replaceFirst("\\.[^.]*$", "")));
            if (index == null) {
                throw new PanSt3RException("The ground truth of " + truth.name() + " has no photo “" + name
                        + "”; give that of the scene's own photos.");
            }
            RoomView room = truth.views().get(index);
            if (room.width() != view.photo().width()
                    || room.height() != view.photo().height()) {
                throw new PanSt3RException("The photo “" + name + "” has "
                        + view.photo().width() + "×" + view.photo().height() + " pixels, but " + room.width() + "×"
                        + room.height() + " in the ground truth of " + truth.name() + "; use the same photos.");
            }
            out[v] = index;
        }
        return out;
    }

    private static LabelCounts counts(Scene scene, RoomSample truth, int[] views, Progress progress) {
        LabelCounts counts = new LabelCounts(split(truth.classes()));
        int[] labels = labels(scene, truth.classes());
        for (int v = 0; v < views.length; v++) {
            progress.step("measure", views.length + v, 2 * views.length);
            View view = scene.view(v);
            RoomView room = truth.views().get(views[v]);
            int[] ids = scene.photoLabelMap(v);
            int[] predictedClass = Arrays.stream(ids).map(id -> labels[id]).toArray();
            int[] trueClass = truth.classIds(views[v]);
            for (int y = 0, i = 0; y < room.height(); y++) {
                boolean rowInside = view.rowOf(y) >= 0 && view.rowOf(y) < view.height();
                for (int x = 0; x < room.width(); x++, i++) {
                    boolean inside = rowInside && view.columnOf(x) >= 0 && view.columnOf(x) < view.width();
                    trueClass[i] = inside ? trueClass[i] + 1 : 0;
                }
            }
            counts.add(predictedClass, ids, trueClass, room.ids());
        }
        return counts;
    }

    private static ClassSplit split(List<RoomCategory> classes) {
        Set<Integer> things = new TreeSet<>();
        Set<Integer> stuff = new TreeSet<>();
        for (int c = 0; c < classes.size(); c++) {
            (classes.get(c).thing() ? things : stuff).add(c + 1);
        }
        return new ClassSplit(things, stuff);
    }

    /** The true class id of each segment id, 0 where its class has no namesake. */
    private static int[] labels(Scene scene, List<RoomCategory> classes) {
        Map<String, Integer> byName = new HashMap<>();
        for (int c = 0; c < classes.size(); c++) {
            byName.putIfAbsent(classes.get(c).name(), c + 1);
        }
        List<Segment> segments = scene.panoptic().map(Panoptic::segments).orElse(List.of());
        int[] out = new int[segments.stream().mapToInt(Segment::id).max().orElse(0) + 1];
        for (Segment s : segments) {
            out[s.id()] = byName.getOrDefault(scene.classNames().get(s.label()), 0);
        }
        return out;
    }

    /** Depths of the view's points, the truth taken at the photo pixel under the middle of each. */
    private static DepthAccuracy depth(Scene scene, int view, RoomView truth) {
        View of = scene.view(view);
        PointCloud cloud = scene.points(PointQuery.all().views(view));
        double[] m = scene.cameras().get(view).cameraToWorld();
        double[] toPhoto = of.viewToPhoto();
        double[] predicted = new double[cloud.size()];
        double[] actual = new double[cloud.size()];
        for (int i = 0; i < cloud.size(); i++) {
            float[] p = cloud.xyz();
            predicted[i] = m[2] * (p[3 * i] - m[3]) + m[6] * (p[3 * i + 1] - m[7]) + m[10] * (p[3 * i + 2] - m[11]);
            int x = (int) Math.floor(toPhoto[0] * (cloud.column()[i] + 0.5) + toPhoto[2]);
            int y = (int) Math.floor(toPhoto[4] * (cloud.row()[i] + 0.5) + toPhoto[5]);
            boolean inside = x >= 0 && y >= 0 && x < truth.width() && y < truth.height();
            actual[i] = inside ? truth.depth()[y * truth.width() + x] : 0;
        }
        return DepthAccuracy.of(predicted, actual);
    }
}
