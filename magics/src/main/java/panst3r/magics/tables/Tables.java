package panst3r.magics.tables;

import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import panst3r.Progress;
import panst3r.image.View;
import panst3r.scene.Camera;
import panst3r.scene.Placement;
import panst3r.scene.PointCloud;
import panst3r.scene.PointQuery;
import panst3r.scene.Scene;
import panst3r.scene.ScenePoint;
import panst3r.scene.SceneSegment;
import panst3r.scene.SegmentMask;
import tech.tablesaw.api.BooleanColumn;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.FloatColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.ShortColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.selection.Selection;

/**
 * A scene as tables. Lengths are in the unit of the network (near metric), in the frame of the first keyframe's camera,
 * or in those of known cameras where it was placed among such; x right, y down, z forward. Pixels are working pixels. Views are numbered from 0, segments from 1; segment 0 is void.
 */
public final class Tables {
    /** Rows of the points table unless more are asked for. */
    public static final int SAMPLE = 10_000;

    private Tables() {}

    /**
     * One row a point.
     *
     * @param query which points; its limit and seed hold after {@code where}
     * @param where a condition, see {@link Where}, or null
     */
    public static Table points(Scene scene, PointQuery query, String where, Progress progress) {
        String name = "points";
        PointRows rows;
        if (where == null) {
            PointCloud cloud = scene.points(query);
            rows = new PointRows(scene, cloud.size());
            rows.addAll(cloud, null);
            if (cloud.size() == query.limit()) {
                name = String.format(Locale.ROOT, "points: a sample of %,d, seed %d", cloud.size(), query.seed());
            }
        } else {
            List<Integer> views = query.views() == null
                    ? IntStream.range(0, scene.views()).boxed().toList()
                    : new TreeSet<>(query.views()).stream().toList();
            PointQuery unlimited = query.sample(Integer.MAX_VALUE, query.seed());
            // View by view, so that only what is kept is ever held; the geometry is computed twice, which is cheap.
            BitSet[] kept = new BitSet[views.size()];
            long total = 0;
            for (int i = 0; i < kept.length; i++) {
                progress.step("select", i, kept.length);
                PointCloud cloud = scene.points(unlimited.views(views.get(i)));
                IntPredicate test = Where.parse(where, new PointColumns(scene, cloud));
                kept[i] = new BitSet(cloud.size());
                IntStream.range(0, cloud.size()).filter(test).forEach(kept[i]::set);
                total += kept[i].cardinality();
            }
            int size = (int) Math.min(total, query.limit());
            if (size < total) {
                draw(kept, total, size, query.seed());
                name = String.format(Locale.ROOT, "points: a sample of %,d of %,d, seed %d", size, total, query.seed());
            }
            rows = new PointRows(scene, size);
            for (int i = 0; i < kept.length; i++) {
                progress.step("collect", i, kept.length);
                if (!kept[i].isEmpty()) {
                    rows.addAll(scene.points(unlimited.views(views.get(i))), kept[i]);
                }
            }
        }
        return rows.table(name);
    }

    /** One row a point that was picked, the latest last; {@code photo_x} and {@code photo_y} are pixels of the photo. */
    public static Table picked(Scene scene) {
        List<ScenePoint> points = scene.picked();
        int n = points.size();
        Map<Integer, String> classes = classes(scene);
        IntColumn segment = IntColumn.create("segment", n);
        StringColumn name = StringColumn.create("class", n);
        FloatColumn[] numbers = floats(n, "x", "y", "z", "confidence");
        ShortColumn view = ShortColumn.create("view", n);
        StringColumn file = StringColumn.create("file", n);
        IntColumn[] pixels = ints(n, "row", "column", "photo_x", "photo_y");
        for (int i = 0; i < n; i++) {
            ScenePoint p = points.get(i);
            segment.set(i, p.segment());
            if (classes.containsKey(p.segment())) {
                name.set(i, classes.get(p.segment()));
            }
            float[] values = {p.x(), p.y(), p.z(), p.confidence()};
            for (int k = 0; k < values.length; k++) {
                numbers[k].set(i, values[k]);
            }
            view.set(i, (short) p.view());
            View photo = scene.view(p.view());
            file.set(i, photo.photo().name());
            double[] m = photo.viewToPhoto();
            int[] at = {
                p.row(),
                p.column(),
                (int) Math.floor(m[0] * (p.column() + 0.5) + m[2]),
                (int) Math.floor(m[4] * (p.row() + 0.5) + m[5])
            };
            for (int k = 0; k < at.length; k++) {
                pixels[k].set(i, at[k]);
            }
        }
        return Table.create("picked points", segment, name)
                .addColumns(numbers)
                .addColumns(view, file)
                .addColumns(pixels);
    }

    /** One row a segment and view that sees it. */
    public static Table masks(Scene scene) {
        List<SegmentMask> masks = scene.masks();
        Map<Integer, String> classes = classes(scene);
        IntColumn segment = IntColumn.create("segment", masks.size());
        StringColumn name = StringColumn.create("class", masks.size());
        ShortColumn view = ShortColumn.create("view", masks.size());
        StringColumn file = StringColumn.create("file", masks.size());
        IntColumn[] numbers = ints(masks.size(), "pixels", "left", "top", "right", "bottom");
        DoubleColumn confidence = DoubleColumn.create("confidence", masks.size());
        for (int i = 0; i < masks.size(); i++) {
            SegmentMask m = masks.get(i);
            segment.set(i, m.segment());
            name.set(i, classes.get(m.segment()));
            view.set(i, (short) m.view());
            file.set(i, scene.view(m.view()).photo().name());
            int[] values = {
                m.pixels(),
                m.box().left(),
                m.box().top(),
                m.box().right(),
                m.box().bottom()
            };
            for (int c = 0; c < values.length; c++) {
                numbers[c].set(i, values[c]);
            }
            confidence.set(i, m.confidence());
        }
        return Table.create("masks", segment, name, view, file)
                .addColumns(numbers)
                .addColumns(confidence);
    }

    /**
     * One row a segment; centroid and extent are of its points of confidence ≥ {@link Scene#displayConfidence()}, and
     * missing if it has none.
     */
    public static Table segments(Scene scene) {
        List<SceneSegment> segments = scene.segments();
        int n = segments.size();
        IntColumn id = IntColumn.create("id", n);
        IntColumn query = IntColumn.create("query", n);
        StringColumn name = StringColumn.create("class", n);
        DoubleColumn score = DoubleColumn.create("score", n);
        DoubleColumn confidence = DoubleColumn.create("confidence", n);
        LongColumn points = LongColumn.create("points", n);
        LongColumn pixels = LongColumn.create("pixels", n);
        IntColumn views = IntColumn.create("views", n);
        FloatColumn[] places = floats(n, "centroid_x", "centroid_y", "centroid_z", "extent_x", "extent_y", "extent_z");
        for (int i = 0; i < n; i++) {
            SceneSegment s = segments.get(i);
            id.set(i, s.id());
            query.set(i, s.query());
            name.set(i, s.className());
            score.set(i, s.classScore());
            confidence.set(i, s.maskConfidence());
            points.set(i, s.points());
            pixels.set(i, s.pixels());
            views.set(i, s.views().size());
            float[] extent = s.extent();
            for (int a = 0; a < 3; a++) {
                places[a].set(i, s.centroid()[a]);
                places[3 + a].set(i, extent[a]);
            }
        }
        return Table.create("segments", id, query, name, score, confidence, points, pixels, views)
                .addColumns(places);
    }

    /**
     * One row a view: focal length in working pixels, position, rotation from camera to world as a unit quaternion with
     * qw ≥ 0, working size; and where that comes from: predicted, aligned (predicted, in the world of known cameras) or
     * known.
     */
    public static Table cameras(Scene scene) {
        List<Camera> cameras = scene.cameras();
        int n = cameras.size();
        ShortColumn view = ShortColumn.create("view", n);
        StringColumn file = StringColumn.create("file", n);
        BooleanColumn keyframe = BooleanColumn.create("keyframe", n);
        DoubleColumn[] numbers = doubles(n, "focal", "x", "y", "z", "qw", "qx", "qy", "qz");
        IntColumn[] size = ints(n, "width", "height");
        StringColumn pose = StringColumn.create("pose", n);
        Placement placement = scene.placement().orElse(null);
        for (int i = 0; i < n; i++) {
            Camera c = cameras.get(i);
            boolean known = placement != null && placement.known(i) != null;
            pose.set(i, known ? "known" : placement != null ? "aligned" : "predicted");
            view.set(i, (short) c.index());
            file.set(i, c.photo().name());
            keyframe.set(i, c.keyframe());
            double[] q = c.quaternion();
            double[] p = c.position();
            double[] values = {c.focal(), p[0], p[1], p[2], q[0], q[1], q[2], q[3]};
            for (int k = 0; k < values.length; k++) {
                numbers[k].set(i, values[k]);
            }
            size[0].set(i, c.width());
            size[1].set(i, c.height());
        }
        return Table.create("cameras", view, file, keyframe)
                .addColumns(numbers)
                .addColumns(size)
                .addColumns(pose);
    }

    /** The rows of a table that meet a condition, see {@link Where}; all of them for null. */
    public static Table where(Table table, String condition) {
        if (condition == null) {
            return table;
        }
        IntPredicate test = Where.parse(condition, new TableColumns(table));
        int[] rows = IntStream.range(0, table.rowCount()).filter(test).toArray();
        return table.where(Selection.with(rows)).setName(table.name() + " where " + condition);
    }

    /** Keeps {@code size} of the set bits, each set of that many equally likely. */
    private static void draw(BitSet[] sets, long total, long size, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        long left = total;
        long wanted = size;
        for (BitSet set : sets) {
            for (int bit = set.nextSetBit(0); bit >= 0; bit = set.nextSetBit(bit + 1)) {
                if (random.nextLong(left) < wanted) {
                    wanted--;
                } else {
                    set.clear(bit);
                }
                left--;
            }
        }
    }

    private static Map<Integer, String> classes(Scene scene) {
        Map<Integer, String> out = new HashMap<>();
        scene.panoptic()
                .ifPresent(p -> p.segments()
                        .forEach(s ->
                                out.put(s.id(), scene.prediction().classNames().get(s.label()))));
        return out;
    }

    private static IntColumn[] ints(int rows, String... names) {
        return Stream.of(names).map(name -> IntColumn.create(name, rows)).toArray(IntColumn[]::new);
    }

    private static FloatColumn[] floats(int rows, String... names) {
        return Stream.of(names).map(name -> FloatColumn.create(name, rows)).toArray(FloatColumn[]::new);
    }

    private static DoubleColumn[] doubles(int rows, String... names) {
        return Stream.of(names).map(name -> DoubleColumn.create(name, rows)).toArray(DoubleColumn[]::new);
    }
}
