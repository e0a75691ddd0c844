package panst3r.inference;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import panst3r.PanSt3RException;
import panst3r.Progress;
import panst3r.checkpoint.ClassTable;
import panst3r.image.View;
import panst3r.model.PanSt3R;
import panst3r.nn.Kernels;

/**
 * Times a checkpoint on made-up images (what they show changes nothing): seconds and processor seconds of every stage, and
 * the peak of resident memory.
 *
 * <pre>{@code
 * java -cp … panst3r.inference.Bench CHECKPOINT [--views 4] [--size 512x384] [--keyframes K] [--batch 2] [--runs 1]
 * }</pre>
 */
public final class Bench {
    private Bench() {}

    public static void main(String[] args) throws IOException {
        try {
            run(Path.of(args[0]), options(args));
        } catch (PanSt3RException | ArrayIndexOutOfBoundsException | NumberFormatException e) {
            System.err.println(e.getMessage());
            System.err.println(
                    "usage: Bench CHECKPOINT [--views 4] [--size 512x384] [--keyframes K] [--batch 2] [--runs 1]");
            System.exit(1);
        }
    }

    private static Map<String, String> options(String[] args) {
        Map<String, String> options = new LinkedHashMap<>();
        for (int i = 1; i < args.length; i += 2) {
            options.put(args[i], args[i + 1]);
        }
        return options;
    }

    private static void run(Path checkpoint, Map<String, String> options) throws IOException {
        int count = Integer.parseInt(options.getOrDefault("--views", "4"));
        String[] size = options.getOrDefault("--size", "512x384").split("x");
        List<View> views = views(count, Integer.parseInt(size[0]), Integer.parseInt(size[1]));
        Clock clock = new Clock();
        try (PanSt3R model = PanSt3R.load(checkpoint, clock)) {
            clock.end();
            System.out.println(model.description() + "; " + Kernels.describe());
            Inference inference = new Inference(model)
                    .classes(classes(model))
                    .batch(Integer.parseInt(options.getOrDefault("--batch", "2")));
            if (options.containsKey("--keyframes")) {
                inference.keyframes(Integer.parseInt(options.get("--keyframes")));
            }
            System.out.println("estimate: " + inference.estimate(views));
            for (int run = 0; run < Integer.parseInt(options.getOrDefault("--runs", "1")); run++) {
                inference.run(views, clock);
                clock.end();
                clock.print(String.format("%d views %s×%s, run %d", count, size[0], size[1], run + 1));
            }
        }
        long peak = peakResident();
        System.out.printf(
                "peak resident memory %.2f GB = %.2f × the file of %.2f GB; load average %.1f%n",
                peak / 1e9,
                peak / (double) Files.size(checkpoint),
                Files.size(checkpoint) / 1e9,
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
    }

    private static List<View> views(int count, int width, int height) {
        Random random = new Random(1);
        return IntStream.range(0, count)
                .mapToObj(i -> {
                    float[] pixels = new float[3 * width * height];
                    for (int p = 0; p < pixels.length; p++) {
                        pixels[p] = 2 * random.nextFloat() - 1;
                    }
                    return new View(null, width, height, pixels, null, null);
                })
                .toList();
    }

    private static ClassTable classes(PanSt3R model) {
        int width = model.config().panoptic().map(p -> p.textEncoder().width()).orElse(0);
        float[] embeddings = new float[20 * width];
        Random random = new Random(2);
        for (int i = 0; i < embeddings.length; i++) {
            embeddings[i] = (float) random.nextGaussian();
        }
        List<String> names = new ArrayList<>();
        IntStream.range(0, 20).forEach(k -> names.add("class " + k));
        return new ClassTable(names, width, embeddings);
    }

    /** Highest resident set so far, in bytes; 0 where the system does not tell. */
    private static long peakResident() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.exists(status)) {
            return 0;
        }
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElse(0);
    }

    /** Adds up the time between reports of progress, by stage. */
    private static final class Clock implements Progress {
        private final Map<String, double[]> stages = new LinkedHashMap<>();
        private String stage;
        private double wall;
        private double cpu;

        @Override
        public void update(String next, int done, int total) {
            end();
            stage = next;
            wall = System.nanoTime() * 1e-9;
            cpu = cpu();
        }

        void end() {
            if (stage != null) {
                double[] spent = stages.computeIfAbsent(stage, s -> new double[2]);
                spent[0] += System.nanoTime() * 1e-9 - wall;
                spent[1] += cpu() - cpu;
                stage = null;
            }
        }

        void print(String title) {
            System.out.printf("%-28s %9s %9s%n", title, "seconds", "cpu");
            double[] sum = new double[2];
            stages.forEach((name, spent) -> {
                System.out.printf("%-28s %9.2f %9.2f%n", "  " + name, spent[0], spent[1]);
                sum[0] += spent[0];
                sum[1] += spent[1];
            });
            System.out.printf("%-28s %9.2f %9.2f%n", "  together", sum[0], sum[1]);
            stages.clear();
        }

        private static double cpu() {
            return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime() * 1e-9;
        }
    }
}
