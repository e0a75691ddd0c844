package panst3r.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import panst3r.CancelledException;
import panst3r.Fixtures;
import panst3r.PanSt3RException;
import panst3r.Progress;
import panst3r.checkpoint.Checkpoint;
import panst3r.checkpoint.TensorData;
import panst3r.checkpoint.Weights;
import panst3r.image.View;
import panst3r.inference.ModelFixtures.SceneFixture;
import panst3r.model.PanSt3R;
import panst3r.nn.Parameters;
import panst3r.retrieval.ImageMatcher;
import panst3r.retrieval.PooledFeatures;
import panst3r.retrieval.Retrieval;
import panst3r.retrieval.Similarity;

/** Features on disk: what comes back is what was put there or nothing, and a run cannot tell. */
class FeatureCacheTest {
    private static final FeatureCache.Key KEY = key(1, 2);

    @TempDir
    Path folder;

    private static FeatureCache.Key key(int weights, int pixels) {
        byte[] w = new byte[32];
        byte[] p = new byte[32];
        w[0] = (byte) weights;
        p[0] = (byte) pixels;
        return new FeatureCache.Key(w, p);
    }

    private static ByteBuffer floats(int n, long seed) {
        ByteBuffer out = ByteBuffer.allocateDirect(4 * n).order(ByteOrder.nativeOrder());
        Random random = new Random(seed);
        IntStream.range(0, n).forEach(i -> out.putFloat(4 * i, random.nextFloat()));
        return out;
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> found = Files.walk(folder)) {
            return found.filter(Files::isRegularFile).sorted().toList();
        }
    }

    @Test
    void whatWasPutThereComesBack() throws IOException {
        FeatureCache cache = FeatureCache.at(folder.resolve("new/folder"));
        assertThat(cache.find(KEY, 6)).isNull();
        assertThat(cache.bytes()).isZero();
        cache.put(KEY, floats(6, 1));
        assertThat(cache.find(KEY, 6)).isEqualTo(floats(6, 1));
        assertThat(cache.find(KEY, 5)).isNull();
        assertThat(cache.find(key(1, 3), 6)).isNull();
        assertThat(cache.find(key(3, 2), 6)).isNull();
        cache.put(KEY, floats(6, 2));
        assertThat(cache.find(KEY, 6)).isEqualTo(floats(6, 2));
        assertThat(files()).hasSize(1);
        assertThat(cache.bytes()).isEqualTo(Files.size(files().get(0)));
    }

    @Test
    void everyBitThatFlipsAndEveryByteThatIsMissingIsNoticed() throws IOException {
        FeatureCache cache = FeatureCache.at(folder);
        cache.put(KEY, floats(6, 1));
        Path file = files().get(0);
        byte[] good = Files.readAllBytes(file);
        for (int bit = 0; bit < 8 * good.length; bit++) {
            byte[] bad = good.clone();
            bad[bit / 8] ^= (byte) (1 << bit % 8);
            Files.write(file, bad);
            assertThat(cache.find(KEY, 6)).as("bit %d", bit).isNull();
        }
        for (int length = 0; length < good.length; length++) {
            Files.write(file, Arrays.copyOf(good, length));
            assertThat(cache.find(KEY, 6)).as("%d bytes", length).isNull();
        }
        Files.write(file, Arrays.copyOf(good, good.length + 1));
        assertThat(cache.find(KEY, 6)).isNull();
        Files.write(file, good);
        assertThat(cache.find(KEY, 6)).isEqualTo(floats(6, 1));
    }

    @Test
    void theFileOfOtherWeightsUnderThisNameIsNotTaken() throws IOException {
        FeatureCache cache = FeatureCache.at(folder);
        cache.put(KEY, floats(6, 1));
        Path mine = files().get(0);
        for (FeatureCache.Key other : List.of(key(7, 2), key(1, 7))) {
            cache.clear();
            cache.put(other, floats(6, 2));
            Path its = files().get(0);
            Files.createDirectories(mine.getParent());
            Files.move(its, mine);
            assertThat(cache.find(KEY, 6)).isNull();
        }
        Files.delete(mine);
        Files.createDirectory(mine);
        assertThat(cache.find(KEY, 6)).isNull();
    }

    @Test
    void beyondItsLimitThoseGoThatWereNotUsedForLongest() throws IOException {
        FeatureCache cache = FeatureCache.at(folder).limit(10 * 500);
        Files.writeString(folder.resolve("notes.txt"), "somebody else's");
        Path half = Files.createDirectories(folder.resolve("00")).resolve(".123.part");
        Files.write(half, new byte[9]);
        for (int i = 0; i < 10; i++) {
            cache.put(key(1, i), floats(101, i)); // 500 bytes with header and checksum
            Path file = folder.resolve("01" + "0".repeat(30))
                    .resolve(String.format("%02x", i) + "0".repeat(30) + ".features");
            Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(1000 - i)));
        }
        assertThat(cache.find(key(1, 0), 101)).isNotNull(); // used just now
        cache.put(key(1, 10), floats(101, 10));
        assertThat(cache.bytes()).isBetween(4000L, 5000L);
        assertThat(cache.find(key(1, 0), 101)).isNotNull();
        assertThat(cache.find(key(1, 1), 101)).isNull();
        assertThat(cache.find(key(1, 10), 101)).isNotNull();
        assertThat(half).exists(); // perhaps another process is writing it

        Files.setLastModifiedTime(half, FileTime.from(Instant.now().minusSeconds(100_000)));
        FeatureCache.at(folder).put(key(1, 11), floats(101, 11));
        assertThat(half).doesNotExist();
        assertThat(cache.clear()).isPositive();
        assertThat(files()).containsExactly(folder.resolve("notes.txt"));
    }

    @Test
    void severalAtOnceSeeWholeFilesOrNone() {
        List<String> wrong = new ArrayList<>();
        IntStream.range(0, 400).parallel().forEach(i -> {
            FeatureCache cache = FeatureCache.at(folder).limit(i % 7 == 0 ? 3000 : 1 << 20);
            FeatureCache.Key key = key(1, i % 5);
            if (i % 2 == 0) {
                cache.put(key, floats(101, i % 5));
            }
            ByteBuffer found = cache.find(key, 101);
            if (found != null && !found.equals(floats(101, i % 5))) {
                synchronized (wrong) {
                    wrong.add("at " + i);
                }
            }
        });
        assertThat(wrong).isEmpty();
    }

    @Test
    void weightsAreToldApartByNameShapeAndEveryValue() {
        Map<String, TensorData> tensors = new LinkedHashMap<>();
        tensors.put("a.x", TensorData.of(new float[] {1, 2}, 2));
        tensors.put("a.y", TensorData.of(new float[] {3}, 1));
        tensors.put("b", TensorData.of(new float[] {4}, 1));
        byte[] all = new Weights(tensors).at("a").digest();
        tensors.put("b", TensorData.of(new float[] {5}, 1));
        assertThat(new Weights(tensors).at("a").digest()).isEqualTo(all);
        tensors.put("a.y", TensorData.of(new float[] {3.0000002f}, 1));
        assertThat(new Weights(tensors).at("a").digest()).isNotEqualTo(all);
        tensors.put("a.y", TensorData.of(new float[] {3}, 1, 1));
        assertThat(new Weights(tensors).at("a").digest()).isNotEqualTo(all);
        tensors.remove("a.y");
        tensors.put("a.z", TensorData.of(new float[] {3}, 1));
        assertThat(new Weights(tensors).at("a").digest()).isNotEqualTo(all);
    }

    /** Whole runs of a small model. */
    @Nested
    class Runs {
        private final SceneFixture scene = largest();
        private final List<View> views = scene.views();

        private FeatureCache cache() {
            return FeatureCache.at(folder);
        }

        private Inference inference(PanSt3R model) {
            return new Inference(model).classes(scene.classes()).keyframes(2);
        }

        private PanSt3R load() {
            return PanSt3R.load(scene.checkpoint().file(), Progress.SILENT);
        }

        @Test
        void bytesAreTheSameAndOnlyWhatIsNewIsEncoded() throws IOException {
            try (PanSt3R model = load()) {
                Prediction without = inference(model).run(views, Progress.SILENT);
                Said cold = new Said();
                same(without, inference(model).cache(cache()).run(views, cold));
                assertThat(cold.notes).isEmpty();
                assertThat(files()).hasSize(2 * views.size());
                Said warm = new Said();
                same(without, inference(model).cache(cache()).run(views, warm));
                assertThat(warm.notes).singleElement().asString().startsWith("0 of " + views.size() + " photos");

                Prediction all = new Inference(model).classes(scene.classes()).run(views, Progress.SILENT);
                Said others = new Said();
                Inference more = new Inference(model).classes(scene.classes()).cache(cache());
                same(all, more.run(views, others));
                assertThat(others.notes).singleElement().asString().startsWith("0 of ");

                cache().clear();
                more.run(views.subList(0, 2), Progress.SILENT);
                Said grown = new Said();
                same(all, more.run(views, grown));
                assertThat(grown.notes)
                        .singleElement()
                        .asString()
                        .startsWith((views.size() - 2) + " of " + views.size() + " photos");
            }
        }

        @Test
        void damagedFilesAreMadeAgain() throws IOException {
            try (PanSt3R model = load()) {
                Prediction without = inference(model).run(views, Progress.SILENT);
                inference(model).cache(cache()).run(views, Progress.SILENT);
                List<Path> files = files();
                Map<Path, byte[]> good = new LinkedHashMap<>();
                for (Path file : files) {
                    good.put(file, Files.readAllBytes(file));
                }
                for (int i = 0; i < files.size(); i++) {
                    byte[] bytes = good.get(files.get(i)).clone();
                    bytes[bytes.length / 2] ^= 4;
                    // files are never written in place by the cache itself: this is what others do to it
                    Files.delete(files.get(i));
                    Files.write(files.get(i), i % 2 == 0 ? bytes : Arrays.copyOf(bytes, bytes.length / 2));
                }
                Said said = new Said();
                same(without, inference(model).cache(cache()).run(views, said));
                assertThat(said.notes).isEmpty();
                assertThat(said.warnings).isEmpty();
                for (Path file : files) {
                    assertThat(Files.readAllBytes(file)).isEqualTo(good.get(file));
                }
            }
        }

        @Test
        void anInterruptedRunGoesOnWhereItWas() throws IOException {
            try (PanSt3R model = load()) {
                Prediction without = inference(model).run(views, Progress.SILENT);
                Progress interrupting = (stage, done, total) -> {
                    if (stage.equals("memory")) {
                        Thread.currentThread().interrupt();
                    }
                };
                assertThatThrownBy(() -> inference(model).cache(cache()).run(views, interrupting))
                        .isInstanceOf(CancelledException.class);
                assertThat(files()).hasSize(2);
                Said said = new Said();
                same(without, inference(model).cache(cache()).run(views, said));
                assertThat(files()).hasSize(2 * views.size());
            }
        }

        @Test
        void aPlaceThatCannotBeWrittenCostsOneSentence() throws IOException {
            Path file = Files.writeString(folder.resolve("file"), "no folder");
            try (PanSt3R model = load()) {
                Prediction without = inference(model).run(views, Progress.SILENT);
                Said said = new Said();
                FeatureCache nowhere = FeatureCache.at(file.resolve("below"));
                same(without, inference(model).cache(nowhere).run(views, said));
                assertThat(said.warnings).singleElement().asString().contains("cannot be kept in", "below");
            }
        }

        /** With pooled features, and with all retrieval weights of the fixtures that fit this model. */
        @TestFactory
        List<DynamicTest> keyframesThatLieFarApartAreChosenFromTheCacheToo() {
            List<DynamicTest> tests = new ArrayList<>();
            tests.add(DynamicTest.dynamicTest("pooled", () -> chosenFromTheCache(new PooledFeatures())));
            for (Fixtures.Entry e : Fixtures.entries("retrieval/", ".pth")) {
                tests.add(DynamicTest.dynamicTest(e.path(), () -> {
                    try (Retrieval retrieval = Retrieval.open(e.file(), null);
                            PanSt3R model = load()) {
                        assumeTrue(retrieval.width() == model.config().encoder().embedDim(), "of another encoder");
                        chosenFromTheCache(retrieval);
                    }
                }));
            }
            return tests;
        }

        private void chosenFromTheCache(ImageMatcher matcher) {
            try (PanSt3R model = load()) {
                cache().clear();
                Counting counting = new Counting(matcher);
                RetrievalKeyframes choice = new RetrievalKeyframes(2, counting, 1);
                Inference looking = inference(model).keyframes(choice);
                Prediction without = looking.run(views, Progress.SILENT);
                double[] scores = choice.similarity().orElseThrow().scores();
                List<Integer> order = choice.similarity().orElseThrow().keyframes(views.size(), 1);
                assertThat(counting.described).isEqualTo(views.size());

                // what a look at some of them leaves is not made again
                looking.cache(cache()).similarity(views.subList(1, views.size()), counting, Progress.SILENT);
                counting.described = 0;
                same(without, looking.run(views, Progress.SILENT));
                assertThat(counting.described).isEqualTo(1);
                assertThat(choice.similarity().orElseThrow().scores()).isEqualTo(scores);

                counting.described = 0;
                Said said = new Said();
                same(without, looking.run(views, said));
                assertThat(said.notes).singleElement().asString().startsWith("0 of " + views.size() + " photos");
                assertThat(choice.similarity().orElseThrow().scores()).isEqualTo(scores);
                assertThat(choice.similarity().orElseThrow().keyframes(views.size(), 1))
                        .isEqualTo(order);
                Similarity alone = looking.similarity(views, counting, Progress.SILENT);
                assertThat(alone.scores()).isEqualTo(scores);
                assertThat(counting.described).isZero();

                // other weights do not find it
                Counting others = new Counting(matcher, 1);
                looking.similarity(views, others, Progress.SILENT);
                assertThat(others.described).isEqualTo(views.size());
            }
        }

        @Test
        void whatRetrievalMadeOfAPhotoIsTakenWithoutItsTokens() throws IOException {
            try (PanSt3R model = load()) {
                Inference looking = new Inference(model).cache(cache());
                Similarity first = looking.similarity(views, new PooledFeatures(), Progress.SILENT);
                for (Path file : files()) {
                    if (Files.size(file) > 4L * model.config().encoder().embedDim() + 100) {
                        Files.delete(file); // tokens of an image; a mean is small
                    }
                }
                assertThat(files()).hasSize(views.size());
                Said said = new Said();
                assertThat(looking.similarity(views, new PooledFeatures(), said).scores())
                        .isEqualTo(first.scores());
                assertThat(said.notes).singleElement().asString().startsWith("0 of ");
                assertThat(files()).hasSize(views.size());

                Path damaged = files().get(0);
                byte[] bytes = Files.readAllBytes(damaged);
                bytes[bytes.length / 2] ^= 4;
                Files.delete(damaged);
                Files.write(damaged, bytes);
                assertThat(looking.similarity(views, new PooledFeatures(), Progress.SILENT)
                                .scores())
                        .isEqualTo(first.scores());
                assertThat(files()).hasSize(views.size() + 1); // this one's tokens were needed again
            }
        }

        @Test
        void weightsThatMayChangeAreNotCached() throws IOException {
            try (Checkpoint checkpoint = Checkpoint.open(scene.checkpoint().file());
                    NDManager manager = NDManager.newBaseManager("PyTorch")) {
                PanSt3R training = new PanSt3R(
                        checkpoint.config(), Parameters.of(checkpoint.weights(), manager), manager, 0, "", "");
                inference(training).cache(cache()).run(views, Progress.SILENT);
                assertThat(files()).isEmpty();
            }
        }
    }

    /** Counts of how many images a descriptor was made. */
    private static final class Counting implements ImageMatcher {
        private final ImageMatcher matcher;
        private final byte[] identity;
        private int described;

        Counting(ImageMatcher matcher) {
            this(matcher, 0);
        }

        Counting(ImageMatcher matcher, int other) {
            this.matcher = matcher;
            identity = matcher.identity();
            identity[0] += (byte) other;
        }

        @Override
        public ByteBuffer descriptor(NDArray tokens) {
            described++;
            return matcher.descriptor(tokens);
        }

        @Override
        public byte[] identity() {
            return identity;
        }

        @Override
        public Similarity similarity(List<ByteBuffer> descriptors, Progress progress) {
            return matcher.similarity(descriptors, progress);
        }

        @Override
        public int width() {
            return matcher.width();
        }

        @Override
        public String description() {
            return matcher.description();
        }
    }

    private static final class Said implements Progress {
        final List<String> notes = new ArrayList<>();
        final List<String> warnings = new ArrayList<>();

        @Override
        public void update(String stage, int done, int total) {}

        @Override
        public void note(String message) {
            notes.add(message);
        }

        @Override
        public void warn(String message) {
            warnings.add(message);
        }
    }

    static void same(Prediction expected, Prediction actual) {
        assertThat(actual.classLogits().values())
                .isEqualTo(expected.classLogits().values());
        assertThat(actual.finalQueries()).isEqualTo(expected.finalQueries());
        for (int i = 0; i < expected.views().size(); i++) {
            ViewPrediction a = actual.views().get(i);
            ViewPrediction e = expected.views().get(i);
            assertThat(a.keyframe()).isEqualTo(e.keyframe());
            assertThat(a.pointmap()).isEqualTo(e.pointmap());
            assertThat(a.maskLogits()).isEqualTo(e.maskLogits());
        }
    }

    private static SceneFixture largest() {
        Optional<SceneFixture> largest = ModelFixtures.scenes().stream()
                .filter(s -> s.classes() != null && s.views().size() > 2)
                .max(Comparator.comparingInt(s -> s.views().size()));
        assumeTrue(largest.isPresent(), "the fixtures in use hold no whole model of 3 views");
        return largest.get();
    }

    /** A message of {@link PanSt3RException} is a sentence. */
    @Test
    void aSentence() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "no folder");
        assertThatThrownBy(() -> FeatureCache.at(file).put(KEY, floats(1, 1)))
                .isInstanceOf(PanSt3RException.class)
                .hasMessageEndingWith("the next run will encode them again.");
    }
}
