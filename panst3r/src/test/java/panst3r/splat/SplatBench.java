package panst3r.splat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import panst3r.Progress;
import panst3r.checkpoint.Checkpoint;
import panst3r.checkpoint.ClassTable;
import panst3r.evaluation.NetworkPredictor;
import panst3r.figure.Figure;
import panst3r.figure.NovelSeries;
import panst3r.inference.Inference;
import panst3r.merge.Merge;
import panst3r.merge.Panoptic;
import panst3r.metrics.GroundTruth;
import panst3r.metrics.PanopticQuality;
import panst3r.metrics.TrueScene;
import panst3r.model.PanSt3R;
import panst3r.rooms.Baseline;
import panst3r.rooms.GroundTruthFolder;
import panst3r.rooms.RoomOptions;
import panst3r.rooms.RoomSample;
import panst3r.rooms.Rooms;
import panst3r.scene.Scene;

/**
 * Time and memory of Gaussians beside their plain twin; fits to held-out rooms with true cameras and depth, and to what the
 * small model makes of the same photos; how new views fall off with distance; what cleaning does to labels. From the top of
 * the checkout, the first two parts, and the last two with the chart of docs/novel-views.md; {@code -Dsplat.rooms},
 * {@code -Dsplat.steps}, {@code -Dsplat.walks} and {@code -Dsplat.walkSteps} say how much:
 *
 * <pre>{@code
 * mvn -q -pl panst3r test-compile exec:exec@splat-bench
 * mvn -q -pl panst3r test-compile exec:exec@splat-falloff
 * }</pre>
 *
 * Arguments of the class: {@code speed}, {@code rooms}, {@code falloff}, {@code clean} or several, none for all;
 * {@code rooms=3}, {@code falloff=6}, {@code chart=FILE}, {@code steps=400}, {@code every=2}, {@code degree=1},
 * {@code baseline=wide}, {@code threads=2}, {@code root=..} (the top of the checkout), {@code model=FILE}.
 */
final class SplatBench {
    private static final float[] BLACK = new float[3];

    /** Of distances to the nearest photo, m. */
    private static final double[] BANDS = {0, 0.25, 0.5, 1, 1.5, 2, 3, 10};

    private int rooms = 3;
    private int walks = 6;
    private int steps = 400;
    private int every = 2;
    private int degree = 1;
    private Baseline baseline = Baseline.WIDE;
    private Path root = Path.of("..");
    private Path model;
    private Path chart;
    private int threads = Runtime.getRuntime().availableProcessors();

    private SplatBench() {}

    public static void main(String[] args) throws IOException {
        SplatBench bench = new SplatBench();
        List<String> parts = new ArrayList<>();
        for (String arg : args) {
            String value = arg.substring(arg.indexOf('=') + 1);
            switch (arg.replaceFirst("=.*", "")) {
                case "steps" -> bench.steps = Integer.parseInt(value);
                case "every" -> bench.every = Integer.parseInt(value);
                case "degree" -> bench.degree = Integer.parseInt(value);
                case "root" -> bench.root = Path.of(value);
                case "model" -> bench.model = Path.of(value);
                case "chart" -> bench.chart = Path.of(value);
                case "threads" -> bench.threads = Integer.parseInt(value);
                case "baseline" -> bench.baseline = Baseline.valueOf(value.toUpperCase(Locale.ROOT));
                case "rooms" -> {
                    bench.rooms = arg.contains("=") ? Integer.parseInt(value) : bench.rooms;
                    parts.add("rooms");
                }
                case "falloff" -> {
                    bench.walks = arg.contains("=") ? Integer.parseInt(value) : bench.walks;
                    parts.add("falloff");
                }
                default -> parts.add(arg);
            }
        }
        if (bench.model == null) {
            bench.model = bench.root.resolve("mini/src/main/resources/panst3r/mini/mini.safetensors");
        }
        if (parts.isEmpty() || parts.contains("speed")) {
            bench.plain();
            bench.speed();
        }
        for (int i = 0; i < bench.rooms && (parts.isEmpty() || parts.contains("rooms")); i++) {
            bench.room(Rooms.FIRST_HELD_OUT_SEED + i);
        }
        if (parts.isEmpty() || parts.contains("falloff")) {
            bench.fallOff();
        }
        if (parts.isEmpty() || parts.contains("clean")) {
            bench.clean(bench.root.resolve("sample-scenes"));
        }
    }

    /** As a dense start makes them: one about every pixel, a little over a pixel wide, at all depths. */
    private static Gaussians dense(int n, Pinhole camera) {
        Random random = new Random(1);
        Gaussians g = Gaussians.zeros(n, 1);
        double[] pose = camera.cameraToWorld();
        for (int i = 0; i < n; i++) {
            double z = 1.5 + 3 * random.nextDouble();
            double[] p = {
                (random.nextDouble() * camera.width() - camera.cx()) / camera.fx() * z,
                (random.nextDouble() * camera.height() - camera.cy()) / camera.fy() * z,
                z
            };
            for (int c = 0; c < 3; c++) {
                g.means()[3 * i + c] = (float)
                        (pose[4 * c] * p[0] + pose[4 * c + 1] * p[1] + pose[4 * c + 2] * p[2] + pose[4 * c + 3]);
                g.logScales()[3 * i + c] = (float) (Math.log(0.7 * z / camera.fx()) + 0.4 * random.nextGaussian());
                g.sh()[12 * i + c] = (float) random.nextGaussian();
            }
            g.quaternions()[4 * i] = 1;
            g.opacityLogits()[i] = (float) (1 + random.nextGaussian());
        }
        return g;
    }

    private void plain() {
        Pinhole camera = RasteriserTest.camera(96, 72);
        Gaussians g = dense(7000, camera);
        float[] gradient = new float[3 * 96 * 72];
        Arrays.fill(gradient, 1e-3f);
        double[] zero = new double[96 * 72];
        double[] fast = times(camera, g, gradient, 20);
        long start = System.nanoTime();
        PlainRasteriser plain = new PlainRasteriser(g, camera, 1);
        plain.render(BLACK);
        double forward = (System.nanoTime() - start) / 1e6;
        start = System.nanoTime();
        plain.backward(BLACK, SplatFixtures.doubles(gradient), zero, zero);
        say(
                "96×72, 7,000 Gaussians: forward %.1f ms (plain twin %.0f), backward %.1f ms (plain twin %.0f)",
                fast[0], forward, fast[1], (System.nanoTime() - start) / 1e6);
    }

    private void speed() {
        Pinhole camera = RasteriserTest.camera(512, 384);
        Gaussians g = dense(200_000, camera);
        float[] gradient = new float[3 * 512 * 384];
        Arrays.fill(gradient, 1e-6f);
        double[] t = times(camera, g, gradient, 15);
        say(
                "512×384, 200,000 Gaussians, %d threads: forward %.0f ms (goal 200), backward %.0f ms (%.1f× forward, goal"
                        + " 3), of it sorting into tiles %.0f ms; processors %.0f and %.0f ms",
                threads, t[0], t[1], t[1] / t[0], t[2], t[3], t[4]);
        System.gc();
        long before = used();
        Fit fit = new Fit(
                g,
                List.of(new TrainingView(camera, gradient)),
                FitOptions.dense(4).withThreads(threads));
        fit.step();
        fit.step();
        System.gc();
        say(
                "training: %.0f bytes a Gaussian of degree 1 in use, pictures among them; %d by the formula (%d of degree"
                        + " 3, goal 1,000)",
                (double) (used() - before) / g.size(), Fit.memory(1, 1), Fit.memory(1, 3));
        fit.step();
    }

    /** Least wall times of forward, backward and preparation, and processor times of forward and backward, ms. */
    private double[] times(Pinhole camera, Gaussians g, float[] gradient, int rounds) {
        double[] out = {1e9, 1e9, 1e9, 1e9, 1e9};
        Rasteriser rasteriser = new Rasteriser(threads);
        Gradients gradients = new Gradients();
        for (int round = 0; round < rounds; round++) {
            double c0 = cpu();
            long t0 = System.nanoTime();
            rasteriser.prepare(g, camera, 1);
            long t1 = System.nanoTime();
            Rendering seen = rasteriser.blend(BLACK);
            long t2 = System.nanoTime();
            double c2 = cpu();
            rasteriser.backward(seen, gradient, null, null, gradients);
            long t3 = System.nanoTime();
            out[0] = Math.min(out[0], (t2 - t0) / 1e6);
            out[1] = Math.min(out[1], (t3 - t2) / 1e6);
            out[2] = Math.min(out[2], (t1 - t0) / 1e6);
            out[3] = Math.min(out[3], c2 - c0);
            out[4] = Math.min(out[4], cpu() - c2);
        }
        return out;
    }

    private static double cpu() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                        .getProcessCpuTime()
                / 1e6;
    }

    private static long used() {
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    /** Twelve views of a room: every third is held out, the others are fitted to. */
    private void room(long seed) {
        RoomSample all = Rooms.sample(seed, RoomOptions.defaults().withViews(12).withBaseline(baseline), threads);
        HeldOut.Split split = HeldOut.Split.every(all, 3);
        measure(split, TrueScene.of(split.photos()), "true cameras and depth", true);
        if (Files.exists(model)) {
            measure(split, predicted(split.photos()), "predicted by " + model.getFileName(), true);
        }
    }

    private NovelViewQuality measure(HeldOut.Split split, Scene scene, String what, boolean each) {
        DenseStart start = DenseStart.DEFAULT.withEvery(every).withDegree(degree);
        FitOptions options = FitOptions.dense(steps).withThreads(threads);
        boolean predicted = !what.startsWith("true");
        long from = System.nanoTime();
        double fromCpu = cpu();
        HeldOut held = HeldOut.of(split, scene, start, options.withRefineCameras(predicted), f -> {}, Progress.SILENT);
        double seconds = (System.nanoTime() - from) / 1e9;
        double processors = (cpu() - fromCpu) / 1e3;
        from = System.nanoTime();
        LabelField.segments(held.fit().gaussians(), scene, held.fit().cameras(), threads, Progress.SILENT);
        double uplift = (System.nanoTime() - from) / 1e9;
        NovelViewQuality quality = held.quality();
        say(
                "%s, %s: %,d Gaussians, %d steps, %.1f s with labels and comparison (%.1f processor s): PSNR of the photos"
                        + " %.2f, of %d novel views %.2f%s, SSIM %.3f; PQ %.1f%s, strict %.1f, mIoU %.1f; uplift %.2f s",
                split.photos().name(),
                what,
                held.fit().gaussians().size(),
                steps,
                seconds,
                processors,
                held.fit().psnr(),
                quality.views().size(),
                quality.psnr(),
                predicted || !each ? "" : " (goal 28)",
                quality.ssim(),
                100 * quality.labels().orElseThrow().pq(),
                predicted || !each ? "" : " (goal 85)",
                100 * quality.labels().orElseThrow().strictPq(),
                100 * quality.labels().orElseThrow().miou(),
                uplift);
        for (NovelViewQuality.View view : each ? quality.views() : List.<NovelViewQuality.View>of()) {
            say(
                    "    view %s, %.2f m and %.0f° from the nearest photo: PSNR %.2f (%.2f where seen), SSIM %.3f, PQ %.1f,"
                            + " strict %.1f, mIoU %.1f, seen %.3f",
                    view.name(),
                    view.distance(),
                    view.angle(),
                    view.psnr(),
                    view.seenPsnr(),
                    view.ssim(),
                    100 * view.labels().orElseThrow().pq(),
                    100 * view.labels().orElseThrow().strictPq(),
                    100 * view.labels().orElseThrow().miou(),
                    view.seen());
        }
        return quality;
    }

    /** Walks through rooms: eight photos are fitted to, and the twelve that follow are ever farther away. */
    private void fallOff() {
        List<NovelViewQuality.View> truth = new ArrayList<>();
        List<NovelViewQuality.View> prediction = new ArrayList<>();
        for (int i = 0; i < walks; i++) {
            RoomOptions walk = RoomOptions.defaults().withViews(20).withBaseline(Baseline.NARROW);
            HeldOut.Split split = HeldOut.Split.first(Rooms.sample(Rooms.FIRST_HELD_OUT_SEED + i, walk, threads), 8);
            truth.addAll(measure(split, TrueScene.of(split.photos()), "true cameras and depth", false)
                    .views());
            if (Files.exists(model)) {
                String what = "predicted by " + model.getFileName();
                prediction.addAll(
                        measure(split, predicted(split.photos()), what, false).views());
            }
        }
        List<NovelSeries> series = new ArrayList<>(List.of(new NovelSeries("true cameras, depth and labels", truth)));
        if (!prediction.isEmpty()) {
            series.add(new NovelSeries("predicted by the small model", prediction));
        }
        for (NovelSeries one : series) {
            say("%s, by distance to the nearest photo:", one.name());
            say("    m            views  angle  PSNR  where seen  seen     PQ  strict  mIoU");
            for (int b = 0; b < BANDS.length - 1; b++) {
                double from = BANDS[b];
                double to = BANDS[b + 1];
                List<NovelViewQuality.View> views = one.views().stream()
                        .filter(v -> v.distance() >= from && v.distance() < to)
                        .toList();
                if (!views.isEmpty()) {
                    say(
                            "    %.2f–%.2f %9d %5.0f° %5.1f %11.1f %5.1f %6.1f %7.1f %5.1f",
                            from,
                            to,
                            views.size(),
                            mean(views, NovelViewQuality.View::angle),
                            mean(views, NovelViewQuality.View::psnr),
                            mean(views, NovelViewQuality.View::seenPsnr),
                            100 * mean(views, NovelViewQuality.View::seen),
                            100 * mean(views, v -> v.labels().orElseThrow().pq()),
                            100 * mean(views, v -> v.labels().orElseThrow().strictPq()),
                            100 * mean(views, v -> v.labels().orElseThrow().miou()));
                }
            }
        }
        if (chart != null) {
            Figure.newViews(series)
                    .title("Walks through " + walks + " generated rooms, eight photos of each")
                    .save(chart, true, Progress.SILENT);
        }
    }

    private static double mean(List<NovelViewQuality.View> views, ToDoubleFunction<NovelViewQuality.View> value) {
        return views.stream()
                .mapToDouble(value)
                .filter(Double::isFinite)
                .average()
                .orElse(Double.NaN);
    }

    /**
     * What cleaning does to the labels that a model gives the photos of the sample scenes; beside it, with the same labels on
     * Gaussians that lie where they should.
     */
    private void clean(Path samples) throws IOException {
        double[] sums = new double[6];
        List<Path> folders = GroundTruthFolder.scenes(samples);
        ClassTable classes;
        try (Checkpoint checkpoint = Checkpoint.open(model)) {
            classes = checkpoint.classes().orElseThrow();
        }
        say("PQ of the labels of the photos by %s", model.getFileName());
        say("                  PQ (void is forgiven)                  strict PQ (void is missed)");
        say("    room         as merged  cleaned  by true Gaussians  as merged  cleaned  by true Gaussians");
        try (PanSt3R network = PanSt3R.load(model, Progress.SILENT)) {
            NetworkPredictor predictor = new NetworkPredictor(network, t -> Optional.of(classes));
            for (Path folder : folders) {
                RoomSample room = GroundTruthFolder.read(folder);
                Scene scene = predictor.predict(GroundTruthFolder.open(folder).photos(), room, Progress.SILENT);
                DenseStart start = DenseStart.DEFAULT.withEvery(every).withDegree(degree);
                Fit fit = new Fit(
                        start.of(scene, Progress.SILENT),
                        TrainingView.of(scene),
                        FitOptions.dense(steps).withThreads(threads));
                fit.run(Progress.SILENT, f -> {});
                double[] world = room.views().get(0).camera().cameraToWorld();
                List<Pinhole> cameras = new ArrayList<>();
                for (int v = 0; v < scene.views(); v++) {
                    cameras.add(Pinhole.of(room.views().get(v).camera())
                            .inFrameOf(world)
                            .resized(scene.view(v).width(), scene.view(v).height()));
                }
                Gaussians right = start.withEvery(2 * every).of(TrueScene.of(room), Progress.SILENT);
                GroundTruth truth = GroundTruth.of(room, scene);
                List<Scene> all = List.of(
                        scene,
                        SplatScene.of(scene, fit).cleaned(Progress.SILENT),
                        new SplatScene(scene, right, cameras, BLACK, threads).cleaned(Progress.SILENT));
                double[] pq = new double[6];
                for (int k = 0; k < 3; k++) {
                    Panoptic labels = all.get(k).panoptic().orElseThrow();
                    pq[k] = 100 * truth.quality(labels).all().pq();
                    pq[3 + k] = 100
                            * PanopticQuality.strict(truth.counts(labels, truth.views()))
                                    .all()
                                    .pq();
                }
                for (int k = 0; k < pq.length; k++) {
                    sums[k] += pq[k] / folders.size();
                }
                row(room.name(), pq);
            }
        }
        row("mean", sums);
    }

    private static void row(String room, double[] pq) {
        say("    %-12s %9.1f %8.1f %18.1f %10.1f %8.1f %18.1f", room, pq[0], pq[1], pq[2], pq[3], pq[4], pq[5]);
    }

    private Scene predicted(RoomSample photos) {
        try (Checkpoint checkpoint = Checkpoint.open(model);
                PanSt3R network = PanSt3R.load(model, Progress.SILENT)) {
            Inference inference =
                    new Inference(network).classes(checkpoint.classes().orElseThrow());
            return Scene.of(inference.run(TrueScene.views(photos), Progress.SILENT))
                    .merged(Merge.parse(network.postprocessDefault()), Progress.SILENT);
        }
    }

    private static void say(String format, Object... values) {
        System.out.printf(Locale.ROOT, format + "%n", values);
    }
}
