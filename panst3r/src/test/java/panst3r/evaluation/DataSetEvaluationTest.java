package panst3r.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import panst3r.CancelledException;
import panst3r.PanSt3RException;
import panst3r.Progress;
import panst3r.checkpoint.Checkpoint;
import panst3r.checkpoint.ClassTable;
import panst3r.checkpoint.HalfPrecision;
import panst3r.checkpoint.TinyModel;
import panst3r.dataset.DataFolders;
import panst3r.dataset.DataSet;
import panst3r.dataset.DataSet.Split;
import panst3r.inference.FeatureCache;
import panst3r.merge.Merge;
import panst3r.metrics.GroundTruth;
import panst3r.metrics.TrueScene;
import panst3r.model.PanSt3R;
import panst3r.rooms.GroundTruthFolder;
import panst3r.rooms.RoomCategory;
import panst3r.rooms.RoomOptions;
import panst3r.rooms.RoomSample;
import panst3r.rooms.RoomView;
import panst3r.rooms.Rooms;
import panst3r.rooms.SceneTruth;
import panst3r.scene.Scene;

class DataSetEvaluationTest {
    private static final RoomOptions SMALL = RoomOptions.defaults().withViews(3).withSize(64, 48);

    private static final List<RoomSample> ROOMS =
            IntStream.range(0, 3).mapToObj(i -> Rooms.sample(i, SMALL)).toList();

    @TempDir
    Path folder;

    private final List<String> predicted = new ArrayList<>();

    @BeforeEach
    void rooms() {
        for (int i = 0; i < 3; i++) {
            GroundTruthFolder.write(folder.resolve("rooms/room-" + i), ROOMS.get(i));
        }
    }

    private DataSet set() {
        return DataSet.open(folder.resolve("rooms"), Split.TEST);
    }

    private Path out() {
        return folder.resolve("out");
    }

    /** Looks at the truth, which nobody else may. */
    private Scene oracle(List<Path> photos, SceneTruth truth, Progress progress) {
        predicted.add(truth.name());
        List<RoomView> views = IntStream.range(0, truth.viewNames().size())
                .filter(i -> photos.stream()
                        .anyMatch(p -> p.endsWith(truth.viewNames().get(i))))
                .mapToObj(i -> {
                    RoomView v = truth.view(i);
                    return new RoomView(truth.viewNames().get(i), v.camera(), v.rgb(), v.depth(), v.ids());
                })
                .toList();
        return TrueScene.of(new RoomSample(truth.name(), "", views, truth.classes(), truth.instances()));
    }

    private DataSetReport run(Predictor predictor) {
        return new DataSetEvaluation(predictor, "oracle").run(set(), out(), false, Progress.SILENT);
    }

    @Test
    void everySceneHasARowOfEverything() throws IOException {
        DataSetReport report = run(this::oracle);
        assertThat(report.scenes().rows())
                .extracting(r -> r.texts().get(0))
                .containsExactly("room-0", "room-1", "room-2");
        assertThat(report.failed()).isZero();
        assertThat(report.scenes().mean("pq")).isEqualTo(1);
        assertThat(report.scenes().mean("photos")).isEqualTo(3);
        assertThat(report.views().rows()).hasSize(9);
        assertThat(report.views().mean("pq")).isEqualTo(1);
        assertThat(report.classes().rows()).hasSizeGreaterThan(9);
        assertThat(report.classes().mean("ap")).isEqualTo(1);
        List<String> lines = Files.readAllLines(out().resolve("scenes.csv"));
        assertThat(lines).hasSize(4);
        assertThat(lines.get(0)).startsWith("scene,error,photos,seconds,pq,sq,rq,");
        assertThat(Files.list(out()).map(p -> p.getFileName().toString()))
                .containsExactlyInAnyOrder("settings.txt", "scenes.csv", "classes.csv", "views.csv");
        // Once more: nothing is done again, and all is the same.
        byte[] before = Files.readAllBytes(out().resolve("classes.csv"));
        DataSetReport again = run((photos, truth, progress) -> {
            throw new AssertionError("measured already");
        });
        assertThat(again.scenes().rows()).isEqualTo(report.scenes().rows());
        assertThat(again.classes().rows()).isEqualTo(report.classes().rows());
        assertThat(Files.readAllBytes(out().resolve("classes.csv"))).isEqualTo(before);
    }

    @Test
    void anInterruptionCostsTheSceneInHand() {
        assertThatThrownBy(() -> run((photos, truth, progress) -> {
                    if (predicted.size() == 1) {
                        Thread.currentThread().interrupt();
                        progress.step("render", 1, 2);
                    }
                    return oracle(photos, truth, progress);
                }))
                .isInstanceOf(CancelledException.class);
        assertThat(predicted).containsExactly("room-0");
        assertThat(run(this::oracle).scenes().mean("pq")).isEqualTo(1);
        assertThat(predicted).containsExactly("room-0", "room-1", "room-2");
    }

    @Test
    void mergesAsTheModelSaysUnlessToldOtherwise() {
        Path plain = folder.resolve("plain.safetensors");
        Path own = folder.resolve("own.safetensors");
        TinyModel.write(plain, List.of("floor", "chair"), 1);
        HalfPrecision.convert(plain, own, Optional.of("standard-v2:mask-threshold=0.6"));
        try (PanSt3R model = PanSt3R.load(own, Progress.SILENT)) {
            NetworkPredictor predictor = new NetworkPredictor(model, truth -> Optional.empty());
            assertThat(predictor.describe()).contains("merged by standard-v2 mask-threshold=0.6");
            assertThat(predictor.strategy(Merge.qubo()).describe()).contains("merged by qubo");
        }
    }

    /** A real network: within the second scene the thread is interrupted, at every stage once. */
    @Test
    void anInterruptIsHeardInEveryStageOfAScene() throws IOException {
        Path file = folder.resolve("tiny.safetensors");
        TinyModel.write(file, Rooms.CLASSES.stream().map(RoomCategory::name).toList(), 1);
        ClassTable classes;
        try (Checkpoint checkpoint = Checkpoint.open(file)) {
            classes = checkpoint.classes().orElseThrow();
        }
        try (PanSt3R model = PanSt3R.load(file, Progress.SILENT)) {
            FeatureCache cache = FeatureCache.at(folder.resolve("cache"));
            NetworkPredictor predictor = new NetworkPredictor(model, truth -> Optional.of(classes))
                    .keyframes(2)
                    .size(224)
                    .cache(cache);
            Listening all = new Listening();
            new DataSetEvaluation(predictor, "network").run(set(), folder.resolve("whole"), false, all);
            assertThat(all.parts.keySet()).contains("encode", "memory", "render", "masks", "other views", "measure");
            assertThat(all.parts.get("measure")).contains("0 of 3", "1 of 3", "2 of 3");
            cache.clear();
            for (String stage : all.parts.keySet()) {
                Path out = folder.resolve("stopped at " + stage);
                Listening stopping = new Listening();
                stopping.stopAt = stage;
                DataSetEvaluation evaluation = new DataSetEvaluation(predictor, "network");
                assertThatThrownBy(() -> evaluation.run(set(), out, false, stopping))
                        .as(stage)
                        .isInstanceOf(CancelledException.class);
                assertThat(Files.readAllLines(out.resolve("scenes.csv")))
                        .as(stage)
                        .hasSize(2);
                assertThat(cache.bytes()).as(stage).isPositive();
            }
            Path out = folder.resolve("stopped at measure");
            new DataSetEvaluation(predictor, "network").run(set(), out, false, Progress.SILENT);
            for (String table : List.of("classes.csv", "views.csv")) {
                assertThat(Files.readString(out.resolve(table)))
                        .isEqualTo(Files.readString(folder.resolve("whole").resolve(table)));
            }
        }
    }

    /** What is told within scenes, by part; interrupts at a part of the second scene. */
    private static final class Listening implements Progress {
        final Map<String, List<String>> parts = new LinkedHashMap<>();
        String stopAt;

        @Override
        public void update(String stage, int done, int total) {}

        @Override
        public void within(String stage, int done, int total, String part, int partDone, int partTotal) {
            parts.computeIfAbsent(part, p -> new ArrayList<>()).add(partDone + " of " + partTotal);
            if (done == 1 && part.equals(stopAt)) {
                stopAt = null;
                Thread.currentThread().interrupt();
            }
        }
    }

    @Test
    void aSceneThatFailsCostsItsRow() throws IOException {
        Path broken = folder.resolve("rooms/room-1/depth/002.png");
        byte[] whole = Files.readAllBytes(broken);
        Files.write(broken, new byte[10]);
        List<String> warnings = new ArrayList<>();
        Progress listening = new Progress() {
            @Override
            public void update(String stage, int done, int total) {}

            @Override
            public void warn(String message) {
                warnings.add(message);
            }
        };
        DataSetEvaluation evaluation = new DataSetEvaluation(this::oracle, "oracle");
        DataSetReport report = evaluation.run(set(), out(), false, listening);
        assertThat(report.failed()).isOne();
        assertThat(report.scenes().rows().get(1).texts().get(1)).contains("002.png is not an image");
        assertThat(report.scenes().mean("pq")).isEqualTo(1);
        assertThat(warnings).hasSize(1);
        // Mended, it is measured, and only it.
        Files.write(broken, whole);
        predicted.clear();
        assertThat(run(this::oracle).failed()).isZero();
        assertThat(predicted).containsExactly("room-1");
    }

    @Test
    void whatWasMeasuredOtherwiseIsNotMixedIn() {
        run(this::oracle);
        assertThatThrownBy(() -> new DataSetEvaluation(this::oracle, "another")
                        .photos(2)
                        .run(set(), out(), false, Progress.SILENT))
                .isInstanceOf(PanSt3RException.class)
                .hasMessageContainingAll("other settings", "oracle", "another", "--overwrite");
        DataSetReport two =
                new DataSetEvaluation(this::oracle, "another").photos(2).run(set(), out(), true, Progress.SILENT);
        assertThat(two.scenes().mean("photos")).isEqualTo(2);
        assertThat(two.views().rows()).extracting(r -> r.texts().get(1)).contains("000.png", "002.png");
        assertThatThrownBy(() -> new DataSetEvaluation(this::oracle, "x").photos(0))
                .isInstanceOf(PanSt3RException.class);
    }

    @Test
    void publishedFiguresStandBesideTheirDataSets() throws IOException {
        Path scene = DataFolders.panopticLifting(folder, Rooms.sample(5, SMALL.withViews(4)), 1);
        DataSetEvaluation evaluation = new DataSetEvaluation(this::oracle, "oracle");
        DataSetReport replica =
                evaluation.run(DataSet.open(scene.getParent(), Split.TEST), out(), false, Progress.SILENT);
        DataSetReport rooms = evaluation.run(set(), folder.resolve("more"), false, Progress.SILENT);
        ResultTable table = SummaryTable.of("oracle", List.of(replica, rooms));
        assertThat(table.rows()).hasSize(3);
        assertThat(table.number(table.rows().get(0), "PQ replica")).isEqualTo(100);
        assertThat(table.rows().get(1).texts().get(0)).contains("v1, published");
        assertThat(table.number(table.rows().get(1), "PQ replica")).isEqualTo(62.0);
        assertThat(table.number(table.rows().get(2), "PQ replica")).isEqualTo(61.8);
        assertThat(table.number(table.rows().get(2), "PQ rooms")).isNaN();
        assertThat(SummaryTable.of("oracle", List.of(rooms)).rows()).hasSize(1);
        assertThat(table.toString()).contains("PQ replica", "61.8");
    }

    @Test
    void cellsMayHoldAnything() {
        ResultTable table = new ResultTable("t", List.of("a", "b"), List.of("n"));
        List<String> odd = List.of("a \"quoted\", word\nand a line", "");
        table.add(odd, Map.of("n", 0.1));
        table.add(List.of("", "é"), Map.of());
        table.write(folder.resolve("t.csv"));
        ResultTable read = new ResultTable("t", List.of("a", "b"), List.of("n"));
        read.read(folder.resolve("t.csv"));
        assertThat(read.rows()).isEqualTo(table.rows());
        ResultTable other = new ResultTable("t", List.of("a"), List.of("n"));
        assertThatThrownBy(() -> other.read(folder.resolve("t.csv")))
                .isInstanceOf(PanSt3RException.class)
                .hasMessageContaining("other columns");
    }

    @Test
    void photosAreTakenEvenly() {
        List<Integer> all = IntStream.range(0, 10).boxed().toList();
        assertThat(DataSetEvaluation.evenly(all, 4)).containsExactly(0, 3, 6, 9);
        assertThat(DataSetEvaluation.evenly(all, 1)).containsExactly(0);
        assertThat(DataSetEvaluation.evenly(all, 20)).isEqualTo(all);
    }

    @Test
    void classesThatAreNotLookedForAreSaid() {
        RoomSample room = ROOMS.get(1);
        List<String> names = room.classes().stream().map(RoomCategory::name).toList();
        List<String> warnings = new ArrayList<>();
        Progress listening = new Progress() {
            @Override
            public void update(String stage, int done, int total) {}

            @Override
            public void warn(String message) {
                warnings.add(message);
            }
        };
        GroundTruth.checkVocabulary(room, names, listening);
        GroundTruth.checkVocabulary(room, List.of(), listening);
        assertThat(warnings).isEmpty();
        GroundTruth.checkVocabulary(room, List.of("FLOOR", "x".repeat(2000)), listening);
        assertThat(warnings).singleElement().asString().contains("“wall”").doesNotContain("“floor”");
        assertThatThrownBy(() -> GroundTruth.checkVocabulary(room, List.of("cat", "x".repeat(2000)), listening))
                .isInstanceOf(PanSt3RException.class)
                .hasMessageContainingAll("“wall”", "“cat”", "looks for none that occurs")
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(700));
    }

    @Test
    void fromTheCommandLine() throws IOException {
        Path model = folder.resolve("tiny.safetensors");
        TinyModel.write(model, Rooms.CLASSES.stream().map(RoomCategory::name).toList(), 1);
        List<String> words = List.of(
                model.toString(),
                folder.resolve("rooms/room-2").toString(),
                "--out",
                out().toString(),
                "--photos",
                "2",
                "--merge",
                "standard-v1",
                "--size",
                "224");
        String table = Evaluate.run(words);
        assertThat(table).contains("tiny.safetensors", "PQ room-2");
        assertThat(Evaluate.run(words)).as("measured already").isEqualTo(table);
        assertThat(Files.readString(out().resolve("room-2/scenes.csv"))).contains("room-2,,2");
        Files.delete(folder.resolve("rooms/room-1/instances/001.png"));
        assertThat(Evaluate.run(List.of(
                        model.toString(),
                        folder.resolve("rooms/room-1").toString(),
                        "--size",
                        "224",
                        "--out",
                        folder.resolve("failing").toString())))
                .contains("1 of 1 scenes of room-1 could not be measured");
        assertThatThrownBy(() -> Evaluate.run(List.of(model.toString(), folder.toString(), "--size", "64")))
                .as("said before anything is read")
                .hasMessageContaining("model size 64");
        for (List<String> wrong : List.of(List.of("--nothing", "1"), List.of("a"), List.of("a", "b", "--split"))) {
            assertThatThrownBy(() -> Evaluate.run(wrong)).isInstanceOf(PanSt3RException.class);
        }
    }
}
