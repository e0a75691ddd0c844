package panst3r.splat;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import panst3r.Progress;
import panst3r.checkpoint.Checkpoint;
import panst3r.inference.Inference;
import panst3r.merge.Merge;
import panst3r.metrics.GroundTruth;
import panst3r.metrics.MergingExercise;
import panst3r.metrics.Similarity;
import panst3r.metrics.TrueScene;
import panst3r.model.PanSt3R;
import panst3r.rooms.Baseline;
import panst3r.rooms.RoomOptions;
import panst3r.rooms.RoomSample;
import panst3r.rooms.RoomView;
import panst3r.rooms.Rooms;
import panst3r.scene.PointCloud;
import panst3r.scene.PointQuery;
import panst3r.scene.Scene;

/**
 * Time and memory of Gaussians beside their plain twin, then a fit to held-out rooms with true cameras and depth. From the top
 * of the checkout:
 *
 * <pre>mvn -q -pl panst3r test-compile exec:exec@splat-bench</pre>
 *
 * Arguments of the class: {@code speed}, {@code rooms} or both; {@code rooms=3}, {@code steps=400}, {@code every=2},
 * {@code degree=1}, {@code baseline=wide}, {@code threads=2}, {@code model=FILE} (of which the prediction takes the place of the
 * true cameras and depths).
 */
final class SplatBench {
    private static final float[] BLACK = new float[3];

    private int rooms = 3;
    private int steps = 400;
    private int every = 2;
    private int degree = 1;
    private Baseline baseline = Baseline.WIDE;
    private Path model;
    private int threads = Runtime.getRuntime().availableProcessors();

    private SplatBench() {}

    public static void main(String[] args) {
        SplatBench bench = new SplatBench();
        List<String> parts = new ArrayList<>();
        for (String arg : args) {
            String value = arg.substring(arg.indexOf('=') + 1);
            switch (arg.replaceFirst("=.*", "")) {
                case "steps" -> bench.steps = Integer.parseInt(value);
                case "every" -> bench.every = Integer.parseInt(value);
                case "degree" -> bench.degree = Integer.parseInt(value);
                case "model" -> bench.model = Path.of(value);
                case "threads" -> bench.threads = Integer.parseInt(value);
                case "baseline" -> bench.baseline = Baseline.valueOf(value.toUpperCase(Locale.ROOT));
                case "rooms" -> {
                    bench.rooms = arg.contains("=") ? Integer.parseInt(value) : bench.rooms;
                    parts.add("rooms");
                }
                default -> parts.add(arg);
            }
        }
        if (parts.isEmpty() || parts.contains("speed")) {
            bench.plain();
            bench.speed();
        }
        if (parts.isEmpty() || parts.contains("rooms")) {
            for (int i = 0; i < bench.rooms; i++) {
                bench.room(Rooms.FIRST_HELD_OUT_SEED + i);
            }
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
        List<RoomView> photos = new ArrayList<>();
        List<RoomView> held = new ArrayList<>();
        for (int v = 0; v < 12; v++) {
            (v % 3 == 2 ? held : photos).add(all.views().get(v));
        }
        RoomSample seen = new RoomSample(all.name(), all.description(), photos, all.classes(), all.instances());
        RoomSample novel = new RoomSample(all.name(), all.description(), held, all.classes(), all.instances());
        Scene truth = TrueScene.of(seen);
        Scene scene = model == null ? truth : predicted(seen);
        Similarity toScene = alignment(truth, scene);
        double[] world = photos.get(0).camera().cameraToWorld();
        List<Pinhole> novelCameras = held.stream()
                .map(v -> moved(toScene, Pinhole.of(v.camera()).inFrameOf(world)))
                .toList();

        List<TrainingView> views = TrainingView.of(scene);
        List<Pinhole> cameras = views.stream().map(TrainingView::camera).toList();
        float[] mean = TrainingView.meanColour(views);
        double unit = 1 / toScene.scale();
        long start = System.nanoTime();
        double startCpu = cpu();
        Gaussians g = DenseStart.DEFAULT.withEvery(every).withDegree(degree).of(scene, Progress.SILENT);
        Fit fit = new Fit(g, views, FitOptions.dense(steps).withThreads(threads).withRefineCameras(model != null));
        fit.run(Progress.SILENT, f -> {});
        double seconds = (System.nanoTime() - start) / 1e9;
        double processors = (cpu() - startCpu) / 1e3;
        start = System.nanoTime();
        LabelField labels = LabelField.segments(fit.gaussians(), scene, fit.cameras(), threads, Progress.SILENT);
        double uplift = (System.nanoTime() - start) / 1e9;
        LabelField startLabels = LabelField.segments(g, scene, cameras, threads, Progress.SILENT);
        NovelViewQuality before =
                NovelViewQuality.of(novel, g, novelCameras, cameras, unit, mean, startLabels, scene, threads);
        NovelViewQuality after = NovelViewQuality.of(
                novel, fit.gaussians(), novelCameras, fit.cameras(), unit, mean, labels, scene, threads);
        say(
                "%s %s: %,d Gaussians, %d steps, %.1f s (%.1f processor s): PSNR of the photos %.2f, of 4 novel views %.2f"
                        + " → %.2f (goal 28), SSIM %.3f; PQ %.1f → %.1f (goal 85), mIoU %.1f; uplift %.2f s",
                all.name(),
                baseline,
                g.size(),
                steps,
                seconds,
                processors,
                fit.psnr(),
                before.psnr(),
                after.psnr(),
                after.ssim(),
                100 * before.quality().orElseThrow().all().pq(),
                100 * after.quality().orElseThrow().all().pq(),
                100 * after.semantic().orElseThrow().miou(),
                uplift);
        for (NovelViewQuality.View view : after.views()) {
            say(
                    "    view %s, %.2f m and %.0f° from the nearest photo: PSNR %.2f (%.2f where covered), SSIM %.3f, PQ %.1f,"
                            + " covered %.3f",
                    view.name(),
                    view.distance(),
                    view.angle(),
                    view.psnr(),
                    view.coveredPsnr(),
                    view.ssim(),
                    100 * view.quality().orElseThrow().all().pq(),
                    view.alpha());
        }
        clean(seen, scene, fit);
    }

    /** What cleaning does to the labels of the photos: of the model, or of masks simulated from the truth. */
    private void clean(RoomSample seen, Scene scene, Fit fit) {
        Scene merged =
                model != null ? scene : MergingExercise.of(seen, 2, 1).merged(Merge.standardV2(), Progress.SILENT);
        GroundTruth truth = GroundTruth.of(seen, merged);
        Scene clean = LabelField.segments(fit.gaussians(), merged, fit.cameras(), threads, Progress.SILENT)
                .clean(merged, fit.cameras(), Progress.SILENT);
        say(
                "    labels of the photos by %s: PQ %.1f, cleaned by the Gaussians %.1f",
                merged.panoptic().orElseThrow().strategy(),
                100 * truth.quality(merged.panoptic().orElseThrow()).all().pq(),
                100 * truth.quality(clean.panoptic().orElseThrow()).all().pq());
    }

    private Scene predicted(RoomSample seen) {
        try (Checkpoint checkpoint = Checkpoint.open(model);
                PanSt3R network = PanSt3R.load(model, Progress.SILENT)) {
            Inference inference =
                    new Inference(network).classes(checkpoint.classes().orElseThrow());
            return Scene.of(inference.run(TrueScene.views(seen), Progress.SILENT))
                    .merged(Merge.named(network.postprocessDefault()), Progress.SILENT);
        }
    }

    /** The similarity that best maps the true points to the predicted ones, pixel for pixel. */
    private static Similarity alignment(Scene truth, Scene scene) {
        PointQuery some = PointQuery.all().stride(4);
        PointCloud from = truth.points(some);
        PointCloud to = scene.points(some);
        Map<Long, Integer> pixels = new HashMap<>();
        for (int i = 0; i < to.size(); i++) {
            pixels.put((long) to.view()[i] << 32 | to.row()[i] << 16 | to.column()[i], i);
        }
        List<double[]> pairs = new ArrayList<>();
        for (int i = 0; i < from.size(); i++) {
            Integer j = pixels.get((long) from.view()[i] << 32 | from.row()[i] << 16 | from.column()[i]);
            for (int k = 0; k < 3 && j != null; k++) {
                pairs.add(new double[] {from.xyz()[3 * i + k], to.xyz()[3 * j + k]});
            }
        }
        return Similarity.align(
                pairs.stream().mapToDouble(p -> p[0]).toArray(),
                pairs.stream().mapToDouble(p -> p[1]).toArray());
    }

    private static Pinhole moved(Similarity s, Pinhole camera) {
        double[] pose = camera.cameraToWorld();
        double[] centre = s.apply(camera.centre());
        double[] out = new double[16];
        for (int r = 0; r < 3; r++) {
            for (int c = 0; c < 3; c++) {
                for (int k = 0; k < 3; k++) {
                    out[4 * r + c] += s.rotation()[3 * r + k] * pose[4 * k + c];
                }
            }
            out[4 * r + 3] = centre[r];
        }
        out[15] = 1;
        return camera.at(out);
    }

    private static void say(String format, Object... values) {
        System.out.printf(Locale.ROOT, format + "%n", values);
    }
}
