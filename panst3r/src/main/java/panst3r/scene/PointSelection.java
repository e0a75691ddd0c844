package panst3r.scene;

import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.IntStream;
import panst3r.PanSt3RException;
import panst3r.merge.Segment;

/** Finds the pixels that a {@link PointQuery} asks for, then fills arrays of exactly that length. */
final class PointSelection {
    private PointSelection() {}

    static PointCloud of(Scene scene, PointQuery query) {
        List<Integer> views = views(scene, query);
        Map<Integer, Segment> segments = segments(scene);
        Set<Integer> ids = wantedIds(scene, query, segments);
        double least = Math.max(query.minConfidence(), percentile(scene, views, query.minPercentile()));

        BitSet[] chosen = new BitSet[scene.views()];
        scene.forEachView(v -> {
            if (views.contains(v)) {
                chosen[v] = matching(scene, query, ids, least, v);
            }
        });
        long total = views.stream().mapToLong(v -> chosen[v].cardinality()).sum();
        if (total > query.limit()) {
            draw(views, chosen, total, query.limit(), query.seed());
            total = query.limit();
        }
        if (3 * total > Integer.MAX_VALUE) {
            throw new PanSt3RException(total + " points do not fit in one table; choose views, a stride or a sample.");
        }
        return fill(scene, query.source(), views, chosen, (int) total, segments);
    }

    private static List<Integer> views(Scene scene, PointQuery query) {
        if (query.views() == null) {
            return IntStream.range(0, scene.views()).boxed().toList();
        }
        query.views().forEach(scene::view);
        return query.views().stream().sorted().toList();
    }

    private static Map<Integer, Segment> segments(Scene scene) {
        Map<Integer, Segment> out = new HashMap<>();
        scene.panoptic().ifPresent(p -> p.segments().forEach(s -> out.put(s.id(), s)));
        return out;
    }

    /** Ids that pass both the segment and the class filter; null for all. */
    private static Set<Integer> wantedIds(Scene scene, PointQuery query, Map<Integer, Segment> segments) {
        if (query.segments() == null && query.classes() == null) {
            return null;
        }
        if (scene.panoptic().isEmpty()) {
            throw new PanSt3RException("Points can be chosen by segment or class once the scene is merged.");
        }
        Set<Integer> ids = new TreeSet<>(segments.keySet());
        ids.add(0);
        if (query.segments() != null) {
            for (int id : query.segments()) {
                if (!ids.contains(id)) {
                    throw new PanSt3RException(
                            "There is no segment " + id + "; this scene has " + segments.size() + ".");
                }
            }
            ids.retainAll(query.segments());
        }
        if (query.classes() != null) {
            List<String> names = scene.classNames();
            for (String name : query.classes()) {
                if (!names.contains(name)) {
                    throw new PanSt3RException("The model knows no class “" + name + "”.");
                }
            }
            ids.removeIf(id -> id == 0
                    || !query.classes().contains(names.get(segments.get(id).label())));
        }
        return ids;
    }

    /** The confidence at this percentile of all pixels of these views, interpolated between neighbours. */
    private static double percentile(Scene scene, List<Integer> views, double percent) {
        if (percent == 0) {
            return 0;
        }
        int count = views.stream().mapToInt(v -> scene.pointmap(v).pixels()).sum();
        float[] all = new float[count];
        int at = 0;
        for (int v : views) {
            Pointmap map = scene.pointmap(v);
            for (int i = 0; i < map.pixels(); i++) {
                all[at++] = map.confidence(i);
            }
        }
        Arrays.parallelSort(all);
        double rank = percent / 100 * (count - 1);
        int below = (int) rank;
        double fraction = rank - below;
        return fraction == 0 ? all[below] : all[below] + fraction * (all[below + 1] - all[below]);
    }

    private static BitSet matching(Scene scene, PointQuery query, Set<Integer> ids, double least, int view) {
        Pointmap map = scene.pointmap(view);
        int[] labels = ids == null ? null : scene.panoptic().orElseThrow().ids().get(view);
        BitSet out = new BitSet(map.pixels());
        float[] p = new float[3];
        for (int row = 0; row < map.height; row += query.stride()) {
            for (int column = 0; column < map.width; column += query.stride()) {
                int i = row * map.width + column;
                if (map.confidence(i) >= least && (ids == null || ids.contains(labels[i]))) {
                    scene.worldPoint(map, view, i, query.source(), p);
                    if (Pointmap.finite(p)) {
                        out.set(i);
                    }
                }
            }
        }
        return out;
    }

    /** Keeps {@code n} of the chosen pixels, each set of that size equally likely (Knuth's selection sampling). */
    private static void draw(List<Integer> views, BitSet[] chosen, long total, long n, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        long left = total;
        long wanted = n;
        for (int v : views) {
            for (int i = chosen[v].nextSetBit(0); i >= 0; i = chosen[v].nextSetBit(i + 1)) {
                if (random.nextDouble() * left < wanted) {
                    wanted--;
                } else {
                    chosen[v].clear(i);
                }
                left--;
            }
        }
    }

    private static PointCloud fill(
            Scene scene,
            PointQuery.Source source,
            List<Integer> views,
            BitSet[] chosen,
            int total,
            Map<Integer, Segment> segments) {
        float[] xyz = new float[3 * total];
        byte[] rgb = new byte[3 * total];
        float[] confidence = new float[total];
        short[] view = new short[total];
        short[] row = new short[total];
        short[] column = new short[total];
        int[] segment = new int[total];
        short[] label = new short[total];
        int[] first = new int[scene.views()];
        int sofar = 0;
        for (int v : views) {
            first[v] = sofar;
            sofar += chosen[v].cardinality();
        }
        scene.forEachView(v -> {
            if (chosen[v] == null) {
                return;
            }
            Pointmap map = scene.pointmap(v);
            float[] pixels = scene.view(v).pixels();
            int[] ids =
                    scene.panoptic().isPresent() ? scene.panoptic().get().ids().get(v) : null;
            float[] p = new float[3];
            int at = first[v];
            for (int i = chosen[v].nextSetBit(0); i >= 0; i = chosen[v].nextSetBit(i + 1), at++) {
                scene.worldPoint(map, v, i, source, p);
                System.arraycopy(p, 0, xyz, 3 * at, 3);
                for (int c = 0; c < 3; c++) {
                    rgb[3 * at + c] = (byte) level(pixels[c * map.pixels() + i]);
                }
                confidence[at] = map.confidence(i);
                view[at] = (short) v;
                row[at] = (short) (i / map.width);
                column[at] = (short) (i % map.width);
                segment[at] = ids == null ? 0 : ids[i];
                Segment s = segments.get(segment[at]);
                label[at] = s == null ? PointCloud.NO_LABEL : (short) s.label();
            }
        });
        return new PointCloud(xyz, rgb, confidence, view, row, column, segment, label);
    }

    /** [−1, 1] to 0…255. */
    private static int level(float value) {
        return Math.round(Math.min(Math.max((value + 1) * 127.5f, 0), 255));
    }
}
