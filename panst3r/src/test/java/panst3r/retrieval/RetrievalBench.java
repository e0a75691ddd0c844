package panst3r.retrieval;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import panst3r.Fixtures;
import panst3r.Progress;
import panst3r.checkpoint.TensorData;
import panst3r.checkpoint.Weights;
import panst3r.image.View;
import panst3r.inference.FeatureCache;
import panst3r.inference.Inference;
import panst3r.model.PanSt3R;
import panst3r.nn.Scope;

/**
 * Times retrieval on made-up features, the fast forms beside their plain twins.
 *
 * <pre>{@code
 * mvn -q -pl panst3r -am test-compile && mvn -q -pl panst3r exec:exec@retrieval-bench
 * java -cp … panst3r.retrieval.RetrievalBench [photos 500] [features 300] [width 1024] [words 20000] [keyframes 20]
 * }</pre>
 */
final class RetrievalBench {
    private static final int TOKENS = 768; // of a photo of 512×384

    private RetrievalBench() {}

    public static void main(String[] args) throws IOException {
        int photos = number(args, 0, 500);
        int features = number(args, 1, 300);
        int width = number(args, 2, 1024);
        int words = number(args, 3, 20000);
        int keyframes = number(args, 4, 20);
        Random random = new Random(1);
        float[] centroids = floats(random, words * width, 1);
        System.out.printf(
                "%d photos, %d features of width %d, %d words; load average %.1f%n",
                photos,
                features,
                width,
                words,
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
        RetrievalFile file = new RetrievalFile(
                width,
                List.of(),
                false,
                features,
                new Weights(Map.of()),
                TensorData.of(centroids, words, width),
                1,
                5,
                0,
                3);
        try (NDManager manager = NDManager.newBaseManager("PyTorch");
                Retrieval retrieval = new Retrieval(file)) {
            time("identity of the weights, once", retrieval::identity);
            assignment(retrieval, random, centroids, manager, features, width, words);
            List<Words> queries = new ArrayList<>();
            List<Words> database = new ArrayList<>();
            for (int i = 0; i < photos; i++) {
                queries.add(RetrievalTest.words(random, words, width, 5 * features));
                database.add(RetrievalTest.words(random, words, width, features));
            }
            Asmk asmk = new Asmk(width, 0, 3);
            double[] scores = null;
            for (int run = 0; run < 3; run++) {
                scores = time("all scores", () -> asmk.scores(queries, database, words, Progress.SILENT));
            }
            int some = Math.min(photos, 20);
            double[] plain = time(
                    "  plain, " + some + " queries",
                    () -> PlainRetrieval.scores(queries.subList(0, some), database, width, 0, 3));
            double worst = 0;
            for (int i = 0; i < plain.length; i++) {
                worst = Math.max(worst, Math.abs(plain[i] - scores[i]));
            }
            System.out.println("  largest difference: " + worst);
            Similarity similarity = new Similarity(photos, scores, "bench");
            System.out.println(time("order of keyframes", () -> similarity.keyframes(keyframes, 0L)));
            pooled(random, photos, width, manager);
            secondRun(retrieval, database, queries, scores, keyframes);
        }
    }

    private static void assignment(
            Retrieval retrieval,
            Random random,
            float[] centroids,
            NDManager manager,
            int features,
            int width,
            int words) {
        NDArray matrix = manager.create(centroids, new Shape(words, width));
        for (int i = 0; i < 3; i++) {
            float[] tokens = features(random, centroids, words, width, Math.max(features, TOKENS));
            float[] of = Arrays.copyOf(tokens, features * width);
            time("matrix product of a photo", () -> Scope.inference(() -> product(of, width, matrix)));
            int[] fast = time(
                    "nearest words of a photo",
                    () -> Scope.inference(() -> retrieval.codebook().nearest(of, 5)));
            if (i == 0) {
                int[] plain = time("  plain", () -> PlainRetrieval.nearest(centroids, width, of, 5));
                System.out.println("  the same: " + Arrays.equals(fast, plain));
            }
            time("codes of a photo", () -> Words.of(retrieval.codebook(), of, fast, 5));
            NDArray all = manager.create(tokens, new Shape(tokens.length / width, width));
            time("all of a photo", () -> Scope.inference(() -> retrieval.descriptor(all)));
        }
    }

    private static float product(float[] features, int width, NDArray matrix) {
        NDArray f = matrix.getManager().create(features, new Shape(features.length / width, width));
        return f.matMul(matrix.transpose()).get(0, 0).getFloat();
    }

    private static void pooled(Random random, int photos, int width, NDManager manager) {
        ImageMatcher matcher = new PooledFeatures();
        List<ByteBuffer> descriptors = new ArrayList<>();
        for (int i = 0; i < photos; i++) {
            descriptors.add(matcher.descriptor(manager.create(floats(random, 2 * width, 1), new Shape(2, width))));
        }
        time("all scores of pooled features", () -> matcher.similarity(descriptors, Progress.SILENT));
    }

    /** Photos of 512×384 whose words are in the cache, through a small encoder: all but encoding. */
    private static void secondRun(
            Retrieval retrieval, List<Words> database, List<Words> queries, double[] scores, int keyframes)
            throws IOException {
        List<View> views = new ArrayList<>();
        for (int i = 0; i < database.size(); i++) {
            float[] pixels = new float[3 * 384 * 512];
            pixels[0] = i;
            views.add(new View(null, 512, 384, pixels, null, null));
        }
        Path folder = Files.createTempDirectory("retrieval-bench");
        FeatureCache cache = FeatureCache.at(folder);
        Path checkpoint = Fixtures.entries("tiny-", "/model.pth").get(0).file();
        try (PanSt3R model = PanSt3R.load(checkpoint, Progress.SILENT)) {
            Inference inference = new Inference(model).cache(cache);
            Made made = new Made(retrieval, database, queries);
            time("first run, words made before", () -> inference.similarity(views, made, Progress.SILENT));
            for (int run = 0; run < 3; run++) {
                List<Integer> order = time("second run, from the cache", () -> {
                    Similarity found = inference.similarity(views, made, Progress.SILENT);
                    if (!Arrays.equals(found.scores(), scores)) {
                        throw new IllegalStateException("other scores from the cache");
                    }
                    return found.keyframes(keyframes, 0L);
                });
                System.out.println("  the same scores; " + order);
            }
        } finally {
            cache.clear();
            try (var left = Files.walk(folder)) {
                left.sorted((a, b) -> b.compareTo(a)).forEach(f -> f.toFile().delete());
            }
        }
    }

    /** The words of one photo after the other, whatever its tokens. */
    private static final class Made implements ImageMatcher {
        private final Retrieval retrieval;
        private final List<Words> database;
        private final List<Words> queries;
        private int next;

        Made(Retrieval retrieval, List<Words> database, List<Words> queries) {
            this.retrieval = retrieval;
            this.database = database;
            this.queries = queries;
        }

        @Override
        public ByteBuffer descriptor(NDArray tokens) {
            Words own = database.get(next);
            Words asked = queries.get(next++);
            ByteBuffer out = ByteBuffer.allocate(own.bytes() + asked.bytes()).order(ByteOrder.nativeOrder());
            own.write(out);
            asked.write(out);
            return out.flip();
        }

        @Override
        public byte[] identity() {
            return retrieval.identity();
        }

        @Override
        public Similarity similarity(List<ByteBuffer> descriptors, Progress progress) {
            return retrieval.similarity(descriptors, progress);
        }

        @Override
        public int width() {
            return 0;
        }

        @Override
        public String description() {
            return "bench";
        }
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
        long processor = processor();
        T result = work.get();
        System.out.printf(
                "%-34s %8.3f s, processor %8.3f s%n",
                what, (System.nanoTime() - start) / 1e9, (processor() - processor) / 1e9);
        return result;
    }

    /** Of all threads: other work on the machine does not count. */
    private static long processor() {
        return ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class)
                .getProcessCpuTime();
    }

    private static int number(String[] args, int i, int otherwise) {
        return i < args.length ? Integer.parseInt(args[i]) : otherwise;
    }
}
