package panst3r.merge;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import panst3r.Progress;
import panst3r.checkpoint.Checkpoint;
import panst3r.image.ImageSet;
import panst3r.image.View;
import panst3r.inference.Inference;
import panst3r.inference.Prediction;
import panst3r.merge.qubo.Annealer;
import panst3r.merge.qubo.BranchAndBound;
import panst3r.merge.qubo.Qubo;
import panst3r.merge.qubo.Solution;
import panst3r.merge.qubo.Solver;
import panst3r.model.PanSt3R;

/**
 * Time (of the clock, and of the processors, which tells how disturbed the clock was) and memory of merging beside its plain twin, on made-up logits that are mapped from a file as those of a saved
 * scene are. From the top of the checkout:
 *
 * <pre>mvn -q -pl panst3r test-compile exec:exec@merge-bench</pre>
 *
 * Arguments of the class: queries, views, height, width, threads; {@code plain} to run the twin, too; {@code soft} for masks
 * that say no only weakly (logits about −9, not −14). Then the solvers on the matrices of the fixtures. With {@code growth},
 * instead: what stays in memory as the views become more, up to so many. With {@code model MODEL PHOTOS [threads [size]]},
 * instead: the masks that a model makes of the photos in a folder.
 */
final class MergeBench {
    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private MergeBench() {}

    public static void main(String[] args) throws Exception {
        List<String> given = new ArrayList<>(List.of(args));
        if (given.remove("model")) {
            int threads = given.size() > 2 ? Integer.parseInt(given.get(2)) : 2;
            Integer size = given.size() > 3 ? Integer.valueOf(given.get(3)) : null;
            predicted(Path.of(given.get(0)), Path.of(given.get(1)), threads, size);
            return;
        }
        boolean plain = given.remove("plain");
        boolean growth = given.remove("growth");
        boolean soft = given.remove("soft");
        int[] n = {200, 10, 384, 512, Runtime.getRuntime().availableProcessors()};
        for (int i = 0; i < given.size(); i++) {
            n[i] = Integer.parseInt(given.get(i));
        }
        SyntheticMasks synthetic =
                new SyntheticMasks(n[0], Math.max(1, n[0] / 5), 1, soft ? -9 : Double.NEGATIVE_INFINITY);
        if (growth) {
            growth(synthetic, n);
            return;
        }
        Path file = Files.createTempFile("merge-bench", ".logits");
        try {
            run(synthetic.classes(20), mapped(synthetic, file, n[0], n[1], n[2], n[3]), n, plain);
        } finally {
            Files.delete(file);
        }
        solvers();
    }

    /**
     * Merges of what a model sees in photos, with the plain twin beside them.
     *
     * @param longSide of the working images; null for the model's
     */
    private static void predicted(Path file, Path photos, int threads, Integer longSide) throws Exception {
        Prediction prediction;
        try (PanSt3R model = PanSt3R.load(file, Progress.SILENT);
                Checkpoint checkpoint = Checkpoint.open(file)) {
            int size = longSide == null ? model.config().encoder().imageSize() : longSide;
            List<View> views = ImageSet.open(photos).load(size, Progress.SILENT);
            prediction = new Inference(model)
                    .classes(checkpoint.classes().orElseThrow())
                    .run(views, Progress.SILENT);
        }
        MaskSource source = prediction.masks();
        int[] n = {source.queries(), source.views(), source.height(0), source.width(0), threads};
        run(prediction.classLogits(), source, n, true);
    }

    /** Heap in use after a merge, beside its result maps (8 bytes a pixel) and the lists, of which 64 MB may be on the heap. */
    private static void growth(SyntheticMasks synthetic, int[] n) throws Exception {
        ClassLogits classes = synthetic.classes(20);
        for (int views : new int[] {Math.max(1, n[1] / 20), Math.max(1, n[1] / 4), n[1]}) {
            Path file = Files.createTempFile("merge-bench", ".logits");
            try {
                MaskSource source = mapped(synthetic, file, n[0], views, n[2], n[3]);
                PreparedMasks prepared = Merge.prepare(source).threads(n[4]).heapLimit(64_000_000);
                System.out.printf("%d queries, %d views of %d × %d%n", n[0], views, n[3], n[2]);
                for (MergeStrategy strategy : List.of(Merge.standardV2(), Merge.qubo(), Merge.standardV1())) {
                    Panoptic p = time(strategy.name(), () -> strategy.merge(classes, prepared, Progress.SILENT));
                    System.gc();
                    Runtime rt = Runtime.getRuntime();
                    System.out.printf(
                            Locale.ROOT,
                            "    after it %.0f MB in use, of these maps %.0f MB; lists %.0f MB, on the heap or not%n",
                            (rt.totalMemory() - rt.freeMemory()) / 1e6,
                            8e-6 * p.ids().stream().mapToLong(m -> m.length).sum(),
                            ((KeptMasks) prepared.above(StandardMerge.CUTOFF, Progress.SILENT)).bytes() / 1e6);
                }
            } finally {
                Files.delete(file);
            }
        }
    }

    /** Both solvers, second run, on the matrices of the authors' implementation. */
    private static void solvers() throws Exception {
        System.out.println("solvers on the fixtures' matrices: energy above the recorded optimum");
        for (MergingCase c : MergingCase.all()) {
            var a = c.tensors().get("qubo.A");
            if (a == null || c.qubo() == null) {
                continue;
            }
            Qubo q = new Qubo(a.shape()[0], a.values(), c.qubo().get("lambda_").getAsDouble());
            double best = c.qubo().get("energy_best").getAsDouble();
            for (Solver s : List.of(new Annealer(1, Annealer.RESTARTS, 2), new BranchAndBound())) {
                s.solve(q, Progress.SILENT);
                Solution found = time(
                        c.entry().folder() + " " + s.getClass().getSimpleName(), () -> s.solve(q, Progress.SILENT));
                System.out.printf(
                        Locale.ROOT, "%45.1e above, gap %.2g%n", found.energy() - best, Math.max(0, found.gap()));
            }
        }
    }

    private static void run(ClassLogits classes, MaskSource source, int[] n, boolean plain) throws Exception {
        double load = SYSTEM.getSystemLoadAverage();
        System.out.printf(
                Locale.ROOT,
                "%d queries, %d views of %d × %d, %d threads of %d processors, load average %.1f%n",
                n[0],
                n[1],
                n[3],
                n[2],
                n[4],
                Runtime.getRuntime().availableProcessors(),
                load);
        System.out.printf(
                "cutoffs: standard %s (the map is exact), overlaps %s (an entry of A is off by at most %.3g)%n",
                StandardMerge.CUTOFF, Overlaps.CUTOFF, Overlaps.errorBound());
        shares(source);
        for (int round = 1; round <= 3; round++) {
            System.out.println(round == 1 ? "cold:" : "again:");
            PreparedMasks first = Merge.prepare(source).threads(n[4]);
            Panoptic v2 =
                    time("standard v2, from logits", () -> Merge.standardV2().merge(classes, first, Progress.SILENT));
            time(
                    "standard v2, other thresholds",
                    () -> Merge.standardV2()
                            .maskThreshold(0.4)
                            .classThreshold(0.2)
                            .merge(classes, first, Progress.SILENT));
            time("standard v1, second merge", () -> Merge.standardV1().merge(classes, first, Progress.SILENT));
            PreparedMasks second = Merge.prepare(source).threads(n[4]);
            time("qubo, from logits", () -> Merge.qubo().merge(classes, second, Progress.SILENT));
            Panoptic qubo = time(
                    "qubo, other λ and π",
                    () -> Merge.qubo().lambda(5e-3).penalty(0.8).merge(classes, second, Progress.SILENT));
            time("qubo, proven optimal", () -> Merge.qubo().solver("exact").merge(classes, second, Progress.SILENT));
            System.out.printf(
                    "  %d and %d segments; kept probabilities %.0f MB%n",
                    v2.segments().size(),
                    qubo.segments().size(),
                    ((KeptMasks) first.above(StandardMerge.CUTOFF, Progress.SILENT)).bytes() / 1e6);
        }
        if (plain) {
            System.out.println("plain twin, one thread, everything in memory:");
            PlainMerge twin = time("masks", () -> new PlainMerge(source));
            ClassScores scores = ClassScores.of(classes);
            int[] kept = IntStream.range(0, n[0])
                    .filter(q -> scores.score()[q] > 0.1f)
                    .toArray();
            time("standard v2", () -> twin.standard(kept, scores.score(), 0.25f, 0.5, 2, 0.1f));
            time("overlaps", () -> {
                double sum = 0;
                for (int i = 0; i < n[0]; i++) {
                    for (int j = i; j < n[0]; j++) {
                        sum += twin.share(i, j, null);
                    }
                }
                return sum;
            });
        }
    }

    /** How soft the masks are. */
    private static void shares(MaskSource source) {
        FloatBuffer logits = source.logits(0);
        double[] levels = {0.5, 0.1, 0.01, 1e-3, 1e-5};
        long[] above = new long[levels.length];
        for (int i = 0; i < logits.limit(); i++) {
            for (int l = 0; l < levels.length; l++) {
                above[l] += logits.get(i) > Sigmoid.inverse((float) levels[l]) ? 1 : 0;
            }
        }
        StringBuilder out = new StringBuilder("share of mask values above");
        for (int l = 0; l < levels.length; l++) {
            out.append(String.format(Locale.ROOT, " %s: %.1f %%", levels[l], 100.0 * above[l] / logits.limit()));
        }
        System.out.println(out);
    }

    private static <T> T time(String what, Callable<T> work) throws Exception {
        System.gc();
        Runtime rt = Runtime.getRuntime();
        long before = rt.totalMemory() - rt.freeMemory();
        ManagementFactory.getMemoryPoolMXBeans().forEach(p -> p.resetPeakUsage());
        long cpu = SYSTEM.getProcessCpuTime();
        long start = System.nanoTime();
        T result = work.call();
        double seconds = (System.nanoTime() - start) / 1e9;
        double cpuSeconds = (SYSTEM.getProcessCpuTime() - cpu) / 1e9;
        long peak = ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(p -> p.getType() == java.lang.management.MemoryType.HEAP)
                .mapToLong(p -> p.getPeakUsage().getUsed())
                .sum();
        System.out.printf(
                Locale.ROOT,
                "  %-40s %7.3f s wall, %7.3f s of all processors, heap at most %5.0f MB%n",
                what,
                seconds,
                cpuSeconds,
                peak / 1e6);
        return result;
    }

    private static MaskSource mapped(SyntheticMasks masks, Path file, int queries, int views, int height, int width)
            throws IOException {
        int mh = height / 2;
        int mw = width / 2;
        long bytes = 4L * queries * mh * mw;
        List<FloatBuffer> logits = new ArrayList<>();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            for (int v = 0; v < views; v++) {
                ByteBuffer b = channel.map(FileChannel.MapMode.READ_WRITE, v * bytes, bytes)
                        .order(ByteOrder.nativeOrder());
                masks.fill(v, mh, mw, b.asFloatBuffer());
                logits.add(b.asFloatBuffer());
            }
        }
        return new MaskSource() {
            @Override
            public int queries() {
                return queries;
            }

            @Override
            public int views() {
                return views;
            }

            @Override
            public int height(int view) {
                return height;
            }

            @Override
            public int width(int view) {
                return width;
            }

            @Override
            public int maskHeight(int view) {
                return mh;
            }

            @Override
            public int maskWidth(int view) {
                return mw;
            }

            @Override
            public FloatBuffer logits(int view) {
                return logits.get(view).duplicate();
            }
        };
    }
}
