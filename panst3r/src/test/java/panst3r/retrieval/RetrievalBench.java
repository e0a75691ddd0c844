package panst3r.retrieval;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import panst3r.Progress;
import panst3r.nn.Scope;

/**
 * Times retrieval on made-up features, the fast forms beside their plain twins.
 *
 * <pre>{@code java -cp … panst3r.retrieval.RetrievalBench [images 500] [features 300] [width 1024] [words 20000] [keyframes 20] }</pre>
 */
final class RetrievalBench {
    private RetrievalBench() {}

    public static void main(String[] args) {
        int images = number(args, 0, 500);
        int features = number(args, 1, 300);
        int width = number(args, 2, 1024);
        int words = number(args, 3, 20000);
        int keyframes = number(args, 4, 20);
        Random random = new Random(1);
        float[] centroids = floats(random, words * width, 1);
        System.out.printf(
                "%d images, %d features of width %d, %d words; load average %.1f%n",
                images,
                features,
                width,
                words,
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            Codebook codebook = new Codebook(centroids, words, width, manager);
            List<Words> queries = new ArrayList<>();
            List<Words> database = new ArrayList<>();
            int measured = Math.min(3, images);
            for (int i = 0; i < measured; i++) {
                float[] of = features(random, centroids, words, width, features);
                int[] fast = time("nearest words of an image", () -> Scope.inference(() -> codebook.nearest(of, 5)));
                if (i == 0) {
                    int[] plain = time("  plain", () -> PlainRetrieval.nearest(centroids, width, of, 5));
                    System.out.println("  the same: " + Arrays.equals(fast, plain));
                }
                time("codes of an image", () -> Words.of(codebook, of, fast, 5));
            }
            for (int i = 0; i < images; i++) {
                queries.add(RetrievalTest.words(random, words, width, 5 * features));
                database.add(RetrievalTest.words(random, words, width, features));
            }
            Asmk asmk = new Asmk(width, 0, 3);
            double[] scores = null;
            for (int run = 0; run < 3; run++) {
                scores = time("all scores", () -> asmk.scores(queries, database, words, Progress.SILENT));
            }
            int some = Math.min(images, 20);
            double[] plain = time(
                    "  plain, " + some + " queries",
                    () -> PlainRetrieval.scores(queries.subList(0, some), database, width, 0, 3));
            double worst = 0;
            for (int i = 0; i < plain.length; i++) {
                worst = Math.max(worst, Math.abs(plain[i] - scores[i]));
            }
            System.out.println("  largest difference: " + worst);
            Similarity similarity = new Similarity(images, scores, "bench");
            System.out.println(time("keyframes", () -> similarity.keyframes(keyframes, 0L)));
            pooled(random, images, width, manager);
        }
    }

    private static void pooled(Random random, int images, int width, NDManager manager) {
        ImageMatcher.Gallery gallery = new PooledFeatures().gallery();
        for (int i = 0; i < images; i++) {
            gallery.add(manager.create(floats(random, 2 * width, 1), new Shape(2, width)));
        }
        time("all scores of pooled features", () -> gallery.similarity(Progress.SILENT));
    }

    /** Near some of the words, as real ones are. */
    private static float[] features(Random random, float[] centroids, int words, int width, int n) {
        float[] out = floats(random, n * width, 0.5);
        for (int i = 0; i < n; i++) {
            int word = random.nextInt(words);
            for (int j = 0; j < width; j++) {
                out[i * width + j] += centroids[word * width + j];
            }
        }
        return out;
    }

    private static float[] floats(Random random, int n, double scale) {
        float[] out = new float[n];
        for (int i = 0; i < n; i++) {
            out[i] = (float) (scale * random.nextGaussian());
        }
        return out;
    }

    private static <T> T time(String what, Supplier<T> work) {
        long start = System.nanoTime();
        T result = work.get();
        System.out.printf("%-34s %8.3f s%n", what, (System.nanoTime() - start) / 1e9);
        return result;
    }

    private static int number(String[] args, int i, int otherwise) {
        return i < args.length ? Integer.parseInt(args[i]) : otherwise;
    }
}
