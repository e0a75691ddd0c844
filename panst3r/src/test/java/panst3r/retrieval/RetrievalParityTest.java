package panst3r.retrieval;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import panst3r.Fixtures;
import panst3r.Fixtures.Entry;
import panst3r.Fixtures.Tensor;
import panst3r.Progress;
import panst3r.nn.Scope;

/** Retrieval, stage by stage, and the choice of keyframes, against the authors' numbers. */
@Tag("parity")
class RetrievalParityTest {
    @TestFactory
    List<DynamicTest> stages() {
        return Fixtures.entries("retrieval/", ".pth").stream()
                .filter(e -> Fixtures.has(numbers(e)))
                .map(e -> DynamicTest.dynamicTest(e.path(), () -> {
                    try (Retrieval retrieval = Retrieval.open(e.file(), null)) {
                        stages(retrieval, Fixtures.entry(numbers(e)));
                    }
                }))
                .toList();
    }

    /** The form of two files holds the same as one of the others, which the name does not tell. */
    @TestFactory
    List<DynamicTest> separateFiles() {
        return Fixtures.entries("retrieval/", "_trainingfree.pth").stream()
                .map(e -> DynamicTest.dynamicTest(e.path(), () -> {
                    try (Retrieval retrieval = Retrieval.open(e.file(), null)) {
                        List<Entry> same = Fixtures.entries("retrieval/", ".pth").stream()
                                .filter(other -> Fixtures.has(numbers(other)) && sameCodebook(retrieval, other))
                                .toList();
                        assertThat(same).isNotEmpty();
                        stages(retrieval, Fixtures.entry(numbers(same.get(0))));
                    }
                }))
                .toList();
    }

    private static boolean sameCodebook(Retrieval retrieval, Entry other) {
        Tensor centroids = Fixtures.tensors(numbers(other)).get("centroids");
        return centroids != null && Arrays.equals(retrieval.codebook().centroids(), centroids.floats());
    }

    private static String numbers(Entry e) {
        return e.folder() + "/" + e.stem() + ".safetensors";
    }

    private static void stages(Retrieval retrieval, Entry numbers) {
        Map<String, Tensor> expected = Fixtures.tensors(numbers.path());
        List<Integer> databaseWords = new ArrayList<>();
        List<Integer> queryWords = new ArrayList<>();
        List<ByteBuffer> descriptors = new ArrayList<>();
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            for (int i = 0; expected.containsKey("image" + i + ".tokens"); i++) {
                Check check = new Check(numbers, expected, "image" + i + ".");
                Tensor given = expected.get("image" + i + ".tokens");
                assertThat(retrieval.width()).isEqualTo(given.shape()[1]);
                float[] chosen = Scope.inference(() -> {
                    NDArray tokens = manager.create(given.floats(), new Shape(given.longShape()));
                    image(retrieval, tokens, check);
                    descriptors.add(retrieval.descriptor(tokens));
                    return retrieval.features().forward(tokens).features();
                });
                int[] one = retrieval.codebook().nearest(chosen, 1);
                Words words = Words.of(retrieval.codebook(), chosen, one, 1);
                check.ints("database_words", words.words());
                check.ints("database_codes", halves(words, retrieval.codebook().width()));
                IntStream.of(one).forEach(databaseWords::add);
                IntStream.of(retrieval.codebook().nearest(chosen, 5)).forEach(queryWords::add);
            }
        }
        Check check = new Check(numbers, expected, "");
        check.ints("words_database", databaseWords.stream().mapToLong(w -> w).toArray());
        check.ints("words_query", queryWords.stream().mapToLong(w -> w).toArray());
        if (expected.containsKey("scores")) {
            double[] scores = retrieval.similarity(descriptors, Progress.SILENT).scores();
            double[] wanted = expected.get("scores").values();
            assertThat(scores).hasSameSizeAs(wanted);
            double bound = Fixtures.bound(numbers, "scores", 1e-5);
            for (int i = 0; i < wanted.length; i++) {
                assertThat(Math.abs(scores[i] - wanted[i])).as("score " + i).isLessThanOrEqualTo(bound);
            }
        }
    }

    private static void image(Retrieval retrieval, NDArray tokens, Check check) {
        LocalFeatures features = retrieval.features();
        NDArray whitened = features.whiten(tokens);
        check.floats("prewhitened", whitened.toFloatArray());
        NDArray projected = features.project(whitened);
        float[] attention = features.attention(projected);
        check.floats("attention", attention);
        int[] all = IntStream.range(0, attention.length).toArray();
        check.floats("all_features", features.features(projected, all));
        LocalFeatures.Chosen chosen = features.forward(tokens);
        check.ints("chosen", chosen.tokens());
        float[] lengths = new float[chosen.tokens().length];
        for (int i = 0; i < lengths.length; i++) {
            lengths[i] = attention[chosen.tokens()[i]];
        }
        check.floats("chosen_attention", lengths);
        check.floats("features", chosen.features());
    }

    /** Codes as the fixtures have them: halves of 32 bits, as many as the width needs. */
    private static long[] halves(Words words, int width) {
        int count = (width + 31) / 32;
        long[] out = new long[words.words().length * count];
        for (int w = 0; w < words.words().length; w++) {
            for (int j = 0; j < count; j++) {
                long code = words.codes()[w * Words.longs(width) + j / 2];
                out[w * count + j] = (j % 2 == 0 ? code >>> 32 : code) & 0xffffffffL;
            }
        }
        return out;
    }

    /** Compares what the file holds. */
    private record Check(Entry numbers, Map<String, Tensor> expected, String prefix) {
        void floats(String name, float[] actual) {
            if (expected.containsKey(prefix + name)) {
                Fixtures.assertClose(numbers, prefix + name, expected.get(prefix + name), actual);
            }
        }

        void ints(String name, int[] actual) {
            ints(name, IntStream.of(actual).asLongStream().toArray());
        }

        void ints(String name, long[] actual) {
            if (expected.containsKey(prefix + name)) {
                long[] wanted = Arrays.stream(expected.get(prefix + name).values())
                        .mapToLong(v -> (long) v)
                        .toArray();
                assertThat(actual).as(prefix + name).isEqualTo(wanted);
            }
        }
    }

    @TestFactory
    List<DynamicTest> keyframes() {
        List<DynamicTest> tests = new ArrayList<>();
        for (Entry e : Fixtures.entries("retrieval/", "keyframes.json")) {
            int number = 0;
            for (JsonElement c : Fixtures.json(e.path()).getAsJsonArray("cases")) {
                JsonObject o = c.getAsJsonObject();
                String name = number++ + " " + o.get("kind").getAsString();
                tests.add(DynamicTest.dynamicTest(name, () -> keyframes(o)));
            }
        }
        return tests;
    }

    private static void keyframes(JsonObject c) {
        int n = c.get("n").getAsInt();
        double[] scores = new double[n * n];
        JsonArray rows = c.getAsJsonArray("similarity");
        for (int i = 0; i < scores.length; i++) {
            scores[i] = rows.get(i / n).getAsJsonArray().get(i % n).getAsDouble();
        }
        Similarity similarity = new Similarity(n, scores, "fixture");
        int k = c.get("k").getAsInt();
        int start = c.get("start").getAsInt();
        assertThat(similarity.anchors(k, start)).as("anchors").isEqualTo(list(c.get("expected_anchors")));
        assertThat(similarity.keyframes(k, start)).as("keyframes").isEqualTo(list(c.get("expected")));
    }

    private static List<Integer> list(JsonElement array) {
        List<Integer> out = new ArrayList<>();
        array.getAsJsonArray().forEach(e -> out.add(e.getAsInt()));
        return out;
    }
}
