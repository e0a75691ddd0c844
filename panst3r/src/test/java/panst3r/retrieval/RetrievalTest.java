package panst3r.retrieval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import panst3r.Fixtures;
import panst3r.PanSt3RException;
import panst3r.Progress;
import panst3r.checkpoint.TensorData;
import panst3r.checkpoint.Weights;

/** Fast forms against their plain twins, properties of the choice, files that cannot be used. */
class RetrievalTest {
    @Property(tries = 60)
    void nearestWordsAreThoseOfAPlainSearch(
            @ForAll @IntRange(min = 1, max = 90) int words,
            @ForAll @IntRange(min = 1, max = 70) int width,
            @ForAll @IntRange(max = 30) int n,
            @ForAll @IntRange(min = 1, max = 6) int k,
            @ForAll long seed) {
        Random random = new Random(seed);
        float[] centroids = floats(random, words * width);
        float[] features = floats(random, n * width);
        if (words > 1) {
            System.arraycopy(centroids, 0, centroids, (words - 1) * width, width); // a tie
        }
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            assertThat(new Codebook(centroids, words, width, manager).nearest(features, k))
                    .isEqualTo(PlainRetrieval.nearest(centroids, width, features, Math.min(k, words)));
        }
    }

    @Property(tries = 60)
    void scoresAreThoseOfAllPairs(
            @ForAll @IntRange(min = 1, max = 12) int images,
            @ForAll @IntRange(min = 1, max = 40) int words,
            @ForAll @IntRange(min = 1, max = 140) int width,
            @ForAll long seed) {
        Random random = new Random(seed);
        List<Words> queries = new ArrayList<>();
        List<Words> database = new ArrayList<>();
        for (int i = 0; i < images; i++) {
            queries.add(words(random, words, width, 12));
            database.add(words(random, words, width, 5));
        }
        double[] fast = new Asmk(width, 0, 3).scores(queries, database, words, Progress.SILENT);
        assertThat(fast).containsExactly(PlainRetrieval.scores(queries, database, width, 0, 3), within(1e-12));
    }

    @Property(tries = 60)
    void wordsComeBackAsTheyWereWritten(
            @ForAll @IntRange(max = 20) int most, @ForAll @IntRange(min = 1, max = 140) int width, @ForAll long seed) {
        Words words = words(new Random(seed), 40, width, most);
        ByteBuffer buffer = ByteBuffer.allocate(words.bytes());
        words.write(buffer);
        assertThat(buffer.hasRemaining()).isFalse();
        Words read = Words.read(buffer.flip(), width);
        assertThat(buffer.hasRemaining()).isFalse();
        assertThat(read.words()).isEqualTo(words.words());
        assertThat(read.codes()).isEqualTo(words.codes());
    }

    @Test
    void whatPhotosBecomeIsToldApartByEveryWeight() throws IOException {
        List<String> seen = new ArrayList<>(List.of(HexFormat.of().formatHex(new PooledFeatures().identity())));
        for (Fixtures.Entry e : Fixtures.entries("retrieval/", ".pth")) {
            if (!e.path().endsWith("_trainingfree.pth")) { // those are one of the others in another form
                seen.add(identity(RetrievalFile.read(e.file(), null)));
                assertThat(identity(RetrievalFile.read(e.file(), null))).isEqualTo(seen.get(seen.size() - 1));
            }
        }
        assertThat(seen).doesNotHaveDuplicates();
        TensorData centroids = TensorData.of(new float[] {1, 2, 3, 4}, 2, 2);
        RetrievalFile file = file(1, centroids, 1, 5);
        assertThat(List.of(
                        identity(file(2, centroids, 1, 5)),
                        identity(file(1, TensorData.of(new float[] {1, 2, 3, 4.0000005f}, 2, 2), 1, 5)),
                        identity(file(1, centroids, 2, 5)),
                        identity(file(1, centroids, 1, 4))))
                .doesNotHaveDuplicates()
                .doesNotContain(identity(file));
    }

    private static RetrievalFile file(double features, TensorData centroids, int databaseWords, int queryWords) {
        return new RetrievalFile(
                2, List.of(), false, features, new Weights(Map.of()), centroids, databaseWords, queryWords, 0, 3);
    }

    private static String identity(RetrievalFile file) {
        return HexFormat.of().formatHex(file.digest());
    }

    @Test
    void scoresByHand() {
        // two words shared; of 32 bits 0 and 8 differ: 1 and 0.5³
        Words query = new Words(new int[] {1, 4, 6}, new long[] {0, 0, -1L << 32});
        Words image = new Words(new int[] {1, 6}, new long[] {0, -1L << 40 & -1L << 32});
        double[] scores = new Asmk(32, 0, 3).scores(List.of(query), List.of(image), 10, Progress.SILENT);
        assertThat(scores[0]).isCloseTo((1 + 0.125) / Math.sqrt(2) / Math.sqrt(3), within(1e-12));
    }

    @Property(tries = 200)
    void keyframesAreDifferentImages(
            @ForAll @IntRange(min = 1, max = 25) int images,
            @ForAll @IntRange(min = 1, max = 25) int k,
            @ForAll long seed) {
        Random random = new Random(seed);
        double[] scores = new double[images * images];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = random.nextInt(4) / 3.0; // many ties
        }
        Similarity similarity = new Similarity(images, scores, "");
        List<Integer> chosen = similarity.keyframes(Math.min(k, images), seed);
        assertThat(chosen).hasSize(Math.min(k, images)).isEqualTo(similarity.keyframes(Math.min(k, images), seed));
        assertThat(new HashSet<>(chosen)).hasSameSizeAs(chosen);
    }

    @Test
    void pooledFeaturesTellImagesApart() {
        ImageMatcher matcher = new PooledFeatures();
        List<ByteBuffer> descriptors = new ArrayList<>();
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            float[][] means = {{5, 1}, {5, -1}, {5, 1.1f}, {6, 0}};
            for (float[] m : means) {
                // tokens whose mean is m
                float[] tokens = {m[0] - 1, m[1] + 2, m[0] + 1, m[1] - 2};
                descriptors.add(matcher.descriptor(manager.create(tokens, new Shape(2, 2))));
            }
        }
        Similarity similarity = matcher.similarity(descriptors, Progress.SILENT);
        assertThat(similarity.of(0, 0)).isCloseTo(1, within(1e-6));
        assertThat(similarity.of(0, 1)).isEqualTo(similarity.of(1, 0)).isLessThan(0);
        assertThat(similarity.of(0, 2)).isGreaterThan(0.9);
        assertThat(similarity.keyframes(2, 0)).containsExactlyInAnyOrder(0, 1);
    }

    @TempDir
    Path directory;

    @Test
    void filesThatAreMissing() throws IOException {
        Path weights = directory.resolve("MUSt3R_512_retrieval_trainingfree.pth");
        refused(weights, "There is no file " + weights);
        List<Fixtures.Entry> separate = Fixtures.entries("retrieval/", "_trainingfree.pth");
        if (!separate.isEmpty()) {
            Files.copy(separate.get(0).file(), weights);
            refused(weights, "There is no file " + directory.resolve("MUSt3R_512_retrieval_codebook.pkl"));
            Path renamed = Files.copy(weights, directory.resolve("weights.pth"));
            refused(renamed, "it holds no codebook; name the file of the codebook too");
        }
    }

    @TestFactory
    List<DynamicTest> filesOfSomethingElse() {
        return Fixtures.entries("", "/model.pth").stream()
                .limit(1)
                .map(e -> DynamicTest.dynamicTest(
                        e.path(),
                        () -> assertThatThrownBy(() -> Retrieval.open(e.file(), e.file()))
                                .isInstanceOf(PanSt3RException.class)
                                .hasMessageContaining("cannot be used for retrieval")))
                .toList();
    }

    private static void refused(Path weights, String why) {
        assertThatThrownBy(() -> Retrieval.open(weights, null))
                .isInstanceOf(PanSt3RException.class)
                .hasMessageContaining(why)
                .satisfies(e -> assertThat(e.getMessage()).endsWith(".").doesNotContain("\n"));
    }

    private static float[] floats(Random random, int n) {
        float[] out = new float[n];
        for (int i = 0; i < n; i++) {
            out[i] = (float) random.nextGaussian();
        }
        return out;
    }

    static Words words(Random random, int vocabulary, int width, int most) {
        int[] some = random.ints(most, 0, vocabulary).distinct().sorted().toArray();
        int longs = Words.longs(width);
        long[] codes = new long[some.length * longs];
        for (int i = 0; i < codes.length; i++) {
            // most bits alike, none beyond the width
            long used = width - i % longs * 64 >= 64 ? -1L : ~(-1L >>> (width - i % longs * 64));
            codes[i] = random.nextLong() & random.nextLong() & used;
        }
        return new Words(some, codes);
    }
}
