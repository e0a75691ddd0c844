package panst3r.evaluation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import panst3r.Arguments;
import panst3r.PanSt3RException;
import panst3r.Progress;
import panst3r.checkpoint.Checkpoint;
import panst3r.checkpoint.ClassTable;
import panst3r.image.View;
import panst3r.inference.Inference;
import panst3r.inference.Prediction;
import panst3r.merge.MaskSource;
import panst3r.merge.Merge;
import panst3r.merge.MergeStrategy;
import panst3r.merge.Panoptic;
import panst3r.merge.Segment;
import panst3r.metrics.GroundTruth;
import panst3r.metrics.PanopticQuality;
import panst3r.metrics.PoseAccuracy;
import panst3r.metrics.TrueScene;
import panst3r.model.PanSt3R;
import panst3r.rooms.Baseline;
import panst3r.rooms.RoomOptions;
import panst3r.rooms.RoomSample;
import panst3r.rooms.Rooms;
import panst3r.scene.Scene;

/**
 * Measures a checkpoint on generated rooms that nothing was trained on, beside two baselines: no motion with the mean depth
 * of training rooms and everything of their most frequent class; and the same network seeing each view alone.
 *
 * <pre>{@code
 * java -cp … panst3r.evaluation.RoomsBench MODEL.safetensors [--rooms 50] [--views 4,8] [--size 224x160]
 *     [--baseline wide|narrow] [--seed 1000] [--merge standard-v2,standard-v2:mask-threshold=0.4] [--baselines yes|no]
 *     [--csv FILE]
 * }</pre>
 *
 * Several ways to merge share one run of the network. PQ is the papers', which forgives what is left void, strict is Kirillov's,
 * which does not, covered the share of pixels in a segment. PQ, mIoU and pixel accuracy are per cent; depth errors are relative, of each view with its own scale and of the scene
 * with one; angles are degrees, medians over all pairs of views of all rooms; AUC@30, trajectory error (m, root mean square),
 * accuracy and completeness of points (m, means) are means over the rooms.
 */
public final class RoomsBench {
    private static final String USAGE = "usage: RoomsBench MODEL.safetensors [--rooms 50] [--views 4,8]"
            + " [--size 224x160] [--baseline wide|narrow] [--seed 1000] [--merge STRATEGY[:OPTION=VALUE…][,…]]"
            + " [--baselines yes|no] [--csv FILE]";
    private static final int ROOMS_FOR_MEANS = 100;

    private final Inference inference;
    private final List<MergeStrategy> strategies;
    private final boolean baselines;

    /** What was measured of one room in one way. */
    record Row(String what, SceneEvaluation scene, double strict, double covered, double seconds) {}

    private record Column(String name, String format, ToDoubleFunction<Row> value) {}

    private static final List<Column> COLUMNS = List.of(
            new Column("PQ", "%.1f", r -> 100 * quality(r).all().pq()),
            new Column("strict", "%.1f", r -> 100 * r.strict),
            new Column("covered", "%.1f", r -> 100 * r.covered),
            new Column("things", "%.1f", r -> 100 * quality(r).things().pq()),
            new Column("stuff", "%.1f", r -> 100 * quality(r).stuff().pq()),
            new Column(
                    "mIoU", "%.1f", r -> 100 * r.scene.semantic().orElseThrow().miou()),
            new Column(
                    "pixels",
                    "%.1f",
                    r -> 100 * r.scene.semantic().orElseThrow().pixelAccuracy()),
            new Column("depth", "%.3f", r -> r.scene.viewDepthError()),
            new Column("one scale", "%.3f", r -> r.scene.depth().absoluteRelative()),
            new Column("rotation", "%.1f", r -> median(rotations(r.scene))),
            new Column("direction", "%.1f", r -> median(directions(r.scene))),
            new Column(
                    "AUC@30",
                    "%.3f",
                    r -> r.scene.poses().map(PoseAccuracy::auc30).orElse(Double.NaN)),
            new Column(
                    "ATE",
                    "%.3f",
                    r -> r.scene.poses().map(PoseAccuracy::trajectoryRmse).orElse(Double.NaN)),
            new Column(
                    "accuracy",
                    "%.3f",
                    r -> r.scene.points().map(p -> p.accuracyMean()).orElse(Double.NaN)),
            new Column(
                    "complete",
                    "%.3f",
                    r -> r.scene.points().map(p -> p.completenessMean()).orElse(Double.NaN)),
            new Column("seconds", "%.2f", Row::seconds));

    /** @param strategies one or more; the first is the baseline's, too */
    RoomsBench(Inference inference, List<MergeStrategy> strategies, boolean baselines) {
        this.inference = inference;
        this.strategies = strategies;
        this.baselines = baselines;
    }

    public static void main(String[] args) {
        Arguments.main(USAGE, args, RoomsBench::run);
    }

    private static void run(Arguments words) throws IOException {
        Path file = Path.of(words.place(0));
        int rooms = words.count("--rooms", 50);
        String table = words.option("--csv", null);
        long first = words.whole("--seed", Rooms.FIRST_HELD_OUT_SEED, 0);
        if (first + rooms > Rooms.FIRST_TRAINING_SEED) {
            throw new PanSt3RException("Rooms of seed " + Rooms.FIRST_TRAINING_SEED
                    + " and above are for training; measure on smaller seeds.");
        }
        String photosOfRoom = words.option("--views", "4");
        if (!photosOfRoom.matches("[1-9][0-9]{0,3}(,[1-9][0-9]{0,3})*")) {
            throw new IllegalArgumentException(
                    "--views is how many photos of a room, such as 4 or 4,8, not " + photosOfRoom + ".");
        }
        int[] size = words.size("--size", "224x160");
        RoomOptions kind = RoomOptions.defaults()
                .withSize(size[0], size[1])
                .withBaseline(Baseline.valueOf(
                        words.choice("--baseline", "wide", "narrow").toUpperCase(Locale.ROOT)));
        ClassTable classes;
        try (Checkpoint checkpoint = Checkpoint.open(file)) {
            classes = checkpoint
                    .classes()
                    .orElseThrow(() -> new PanSt3RException(
                            file + " has no classes of its own; this bench measures models trained on rooms."));
        }
        try (PanSt3R model = PanSt3R.load(file, Progress.SILENT)) {
            List<MergeStrategy> strategies = Stream.of(
                            words.option("--merge", model.postprocessDefault()).split(","))
                    .map(Merge::parse)
                    .toList();
            System.out.println(
                    model.description() + ", merged by " + strategies.get(0).describe());
            RoomsBench bench = new RoomsBench(
                    new Inference(model).classes(classes),
                    strategies,
                    words.choice("--baselines", "yes", "no").equals("yes"));
            List<String> csv = new ArrayList<>(List.of(csvHeader()));
            for (String views : photosOfRoom.split(",")) {
                RoomOptions photos = kind.withViews(Integer.parseInt(views));
                List<Row> rows = bench.measure(photos, first, rooms);
                System.out.printf(
                        "%n%d rooms, seeds %d–%d, %d %s views of %d×%d%n",
                        rooms,
                        first,
                        first + rooms - 1,
                        photos.views(),
                        photos.baseline().toString().toLowerCase(Locale.ROOT),
                        photos.width(),
                        photos.height());
                System.out.print(table(rows));
                rows.forEach(row -> csv.add(csv(row, photos.views())));
                if (table != null) {
                    Files.write(Path.of(table), csv);
                }
            }
        }
    }

    /** For each room a row for every way to merge, and two for the baselines unless they are switched off. */
    List<Row> measure(RoomOptions photos, long firstSeed, int rooms) {
        Baselines.Mean mean = baselines ? Baselines.Mean.ofTrainingRooms(photos, ROOMS_FOR_MEANS) : null;
        if (baselines) {
            System.out.println("no motion: " + mean);
        }
        List<Row> out = new ArrayList<>();
        long start = System.nanoTime();
        for (int i = 0; i < rooms; i++) {
            RoomSample room = Rooms.sample(firstSeed + i, photos);
            List<View> views = TrueScene.views(room);
            out.addAll(together(room, views));
            if (baselines) {
                out.add(row("no motion", room, () -> Baselines.noMotion(room, mean)));
                out.add(row("each view alone", room, () -> Baselines.alone(inference, views, strategies.get(0))));
            }
            System.err.printf(
                    Locale.ROOT, "\r%d of %d rooms, %.0f s ", i + 1, rooms, (System.nanoTime() - start) / 1e9);
        }
        System.err.println();
        return out;
    }

    /** The network runs once; the seconds of each row are its and those of one merge. */
    private List<Row> together(RoomSample room, List<View> views) {
        List<Row> out = new ArrayList<>();
        long start = System.nanoTime();
        Prediction prediction = inference.run(views, Progress.SILENT);
        Scene scene = Scene.of(prediction);
        scene.cameras();
        double run = (System.nanoTime() - start) / 1e9;
        MaskSource masks = Merge.prepare(prediction.masks());
        for (MergeStrategy strategy : strategies) {
            String what = out.isEmpty() ? "model" : strategy.describe();
            Row row =
                    row(what, room, () -> scene.with(strategy.merge(prediction.classLogits(), masks, Progress.SILENT)));
            out.add(new Row(what, row.scene, row.strict, row.covered, run + row.seconds));
        }
        return out;
    }

    private static Row row(String what, RoomSample room, Supplier<Scene> maker) {
        long start = System.nanoTime();
        Scene scene = maker.get();
        double seconds = (System.nanoTime() - start) / 1e9;
        GroundTruth truth = GroundTruth.of(room, scene);
        Panoptic panoptic = scene.panoptic().orElseThrow();
        return new Row(
                what,
                SceneEvaluation.of(truth, scene, Progress.SILENT),
                PanopticQuality.strict(truth.counts(panoptic, truth.views()))
                        .all()
                        .pq(),
                covered(panoptic),
                seconds);
    }

    private static double covered(Panoptic panoptic) {
        long pixels = panoptic.ids().stream().mapToLong(ids -> ids.length).sum();
        return panoptic.segments().stream().mapToLong(Segment::area).sum() / (double) pixels;
    }

    /** One line for each way of measuring. */
    static String table(List<Row> rows) {
        Map<String, List<Row>> byWhat = new LinkedHashMap<>();
        rows.forEach(
                row -> byWhat.computeIfAbsent(row.what, w -> new ArrayList<>()).add(row));
        int width = byWhat.keySet().stream().mapToInt(String::length).max().orElse(0) + 1;
        String first = "%-" + width + "s";
        StringBuilder out = new StringBuilder(String.format(first, ""));
        COLUMNS.forEach(c -> out.append(String.format("%10s", c.name)));
        byWhat.forEach((what, of) -> {
            out.append(String.format("%n" + first, what));
            COLUMNS.forEach(c ->
                    out.append(String.format("%10s", String.format(Locale.ROOT, c.format, summary(c, of)))));
        });
        return out.append(System.lineSeparator()).toString();
    }

    private static double summary(Column column, List<Row> rows) {
        return switch (column.name) {
            case "rotation" ->
                median(rows.stream()
                        .flatMapToDouble(r -> Arrays.stream(rotations(r.scene)))
                        .toArray());
            case "direction" ->
                median(rows.stream()
                        .flatMapToDouble(r -> Arrays.stream(directions(r.scene)))
                        .toArray());
            // a room may have no thing that counts
            default ->
                rows.stream()
                        .mapToDouble(column.value)
                        .filter(v -> !Double.isNaN(v))
                        .average()
                        .orElse(Double.NaN);
        };
    }

    static String csvHeader() {
        StringBuilder out = new StringBuilder("room,views,what");
        COLUMNS.forEach(c -> out.append(',').append(c.name.replace(' ', '_')));
        return out.toString();
    }

    static String csv(Row row, int views) {
        StringBuilder out = new StringBuilder(row.scene.name() + "," + views + "," + row.what);
        COLUMNS.forEach(c -> out.append(String.format(Locale.ROOT, ",%.4f", c.value.applyAsDouble(row))));
        return out.toString();
    }

    private static PanopticQuality quality(Row row) {
        return row.scene.panoptic().orElseThrow();
    }

    private static double[] rotations(SceneEvaluation scene) {
        return scene.poses().map(PoseAccuracy::rotationDegrees).orElse(new double[0]);
    }

    private static double[] directions(SceneEvaluation scene) {
        return scene.poses().map(PoseAccuracy::translationDegrees).orElse(new double[0]);
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int n = sorted.length;
        return n == 0 ? Double.NaN : (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
    }
}
