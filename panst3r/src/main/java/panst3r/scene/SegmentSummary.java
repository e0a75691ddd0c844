package panst3r.scene;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import panst3r.image.View;
import panst3r.merge.Panoptic;
import panst3r.merge.Segment;

/** What {@link Scene#segments} and {@link Scene#masks} tell, gathered view by view. Segments are numbered by position. */
final class SegmentSummary {
    private final Scene scene;
    private final Panoptic panoptic;
    private final int[] segmentIds;
    private final int count;

    SegmentSummary(Scene scene, Panoptic panoptic) {
        this.scene = scene;
        this.panoptic = panoptic;
        this.segmentIds = panoptic.segments().stream().mapToInt(Segment::id).toArray();
        this.count = segmentIds.length;
    }

    List<SceneSegment> segments(double minConfidence) {
        int[][] pixels = new int[scene.views()][count];
        int[][] points = new int[scene.views()][count];
        scene.cameras();
        scene.forEachView(v -> visit(v, minConfidence, (slot, xyz) -> {
            pixels[v][slot]++;
            if (xyz != null) {
                points[v][slot]++;
            }
        }));
        int[] total = IntStream.range(0, count)
                .map(s -> Arrays.stream(points).mapToInt(p -> p[s]).sum())
                .toArray();
        float[][] mean = new float[count][3];
        float[][] min = new float[count][3];
        float[][] max = new float[count][3];
        float[][] median = new float[count][3];
        // One coordinate at a time: a third of the memory.
        for (int k = 0; k < 3; k++) {
            int axis = k;
            float[][] values = coordinates(axis, minConfidence, points, total);
            IntStream.range(0, count).parallel().forEach(s -> {
                float[] all = values[s];
                mean[s][axis] = (float) IntStream.range(0, all.length)
                        .mapToDouble(i -> all[i])
                        .average()
                        .orElse(Double.NaN);
                Arrays.sort(all);
                min[s][axis] = all.length == 0 ? Float.NaN : all[0];
                max[s][axis] = all.length == 0 ? Float.NaN : all[all.length - 1];
                median[s][axis] = median(all);
            });
        }
        List<SceneSegment> out = new ArrayList<>();
        for (int s = 0; s < count; s++) {
            int slot = s;
            Segment raw = panoptic.segments().get(s);
            out.add(new SceneSegment(
                    raw.id(),
                    raw.query(),
                    raw.label(),
                    scene.classNames().get(raw.label()),
                    raw.classScore(),
                    raw.maskConfidence(),
                    Arrays.stream(pixels).mapToLong(p -> p[slot]).sum(),
                    total[s],
                    IntStream.range(0, scene.views())
                            .filter(v -> pixels[v][slot] > 0)
                            .boxed()
                            .toList(),
                    mean[s],
                    min[s],
                    max[s],
                    median[s]));
        }
        return out;
    }

    List<SegmentMask> masks() {
        SegmentMask[][] found = new SegmentMask[scene.views()][count];
        scene.forEachView(v -> masksOf(v, found[v]));
        List<SegmentMask> out = new ArrayList<>();
        for (int s = 0; s < count; s++) {
            for (SegmentMask[] ofView : found) {
                if (ofView[s] != null) {
                    out.add(ofView[s]);
                }
            }
        }
        return out;
    }

    /** The middle value of a sorted array, the mean of the two middle ones if their number is even, NaN if empty. */
    static float median(float[] sorted) {
        int n = sorted.length;
        if (n == 0) {
            return Float.NaN;
        }
        return n % 2 == 1 ? sorted[n / 2] : (float) ((sorted[n / 2 - 1] + (double) sorted[n / 2]) / 2);
    }

    private interface Visitor {
        /** @param xyz world coordinates if the pixel is a point of enough confidence, else null */
        void pixel(int slot, float[] xyz);
    }

    private void visit(int view, double minConfidence, Visitor visitor) {
        Pointmap map = scene.pointmap(view);
        int[] ids = panoptic.ids().get(view);
        float[] p = new float[3];
        for (int i = 0; i < ids.length; i++) {
            if (ids[i] != 0) {
                boolean kept = map.confidence(i) >= minConfidence;
                if (kept) {
                    scene.worldPoint(map, view, i, PointQuery.Source.LOCAL, p);
                    kept = Pointmap.finite(p);
                }
                visitor.pixel(slot(ids[i]), kept ? p : null);
            }
        }
    }

    /** One coordinate of every point of every segment, by view and pixel. */
    private float[][] coordinates(int axis, double minConfidence, int[][] points, int[] total) {
        float[][] values = new float[count][];
        int[][] next = new int[scene.views()][count];
        for (int s = 0; s < count; s++) {
            values[s] = new float[total[s]];
            for (int v = 1; v < next.length; v++) {
                next[v][s] = next[v - 1][s] + points[v - 1][s];
            }
        }
        scene.forEachView(v -> visit(v, minConfidence, (slot, xyz) -> {
            if (xyz != null) {
                values[slot][next[v][slot]++] = xyz[axis];
            }
        }));
        return values;
    }

    private void masksOf(int index, SegmentMask[] out) {
        View view = scene.view(index);
        int[] ids = panoptic.ids().get(index);
        float[] confidence = panoptic.confidence().get(index);
        int[] pixels = new int[count];
        double[] sum = new double[count];
        int[] left = new int[count];
        int[] top = new int[count];
        int[] right = new int[count];
        int[] bottom = new int[count];
        Arrays.fill(left, Integer.MAX_VALUE);
        for (int y = 0, i = 0; y < view.height(); y++) {
            for (int x = 0; x < view.width(); x++, i++) {
                if (ids[i] != 0) {
                    int s = slot(ids[i]);
                    if (pixels[s]++ == 0) {
                        top[s] = y;
                    }
                    sum[s] += confidence[i];
                    left[s] = Math.min(left[s], x);
                    right[s] = Math.max(right[s], x + 1);
                    bottom[s] = y + 1;
                }
            }
        }
        for (int s = 0; s < count; s++) {
            if (pixels[s] > 0) {
                Box box = new Box(left[s], top[s], right[s], bottom[s]);
                out[s] = new SegmentMask(segmentIds[s], index, pixels[s], box, inPhoto(box, view), sum[s] / pixels[s]);
            }
        }
    }

    private static Box inPhoto(Box box, View view) {
        double[] m = view.viewToPhoto();
        return new Box(
                clip(Math.floor(m[0] * box.left() + m[2]), view.photo().width()),
                clip(Math.floor(m[4] * box.top() + m[5]), view.photo().height()),
                clip(Math.ceil(m[0] * box.right() + m[2]), view.photo().width()),
                clip(Math.ceil(m[4] * box.bottom() + m[5]), view.photo().height()));
    }

    private static int clip(double value, int most) {
        return (int) Math.max(0, Math.min(value, most));
    }

    private int slot(int id) {
        return Arrays.binarySearch(segmentIds, id);
    }
}
