package panst3r.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import panst3r.CancelledException;
import panst3r.PanSt3RException;
import panst3r.Progress;
import panst3r.checkpoint.Checkpoint;
import panst3r.checkpoint.ClassTable;
import panst3r.checkpoint.DecoderConfig;
import panst3r.checkpoint.ModelConfig;
import panst3r.image.View;
import panst3r.inference.ModelFixtures.SceneFixture;
import panst3r.model.PanSt3R;
import panst3r.nn.Parameters;

/** What a run promises besides the right numbers: the same bytes, nothing leaked, an end within two seconds. */
class InferenceTest {
    private SceneFixture scene;
    private List<View> views;
    private PanSt3R model;

    @BeforeEach
    void load() {
        Optional<SceneFixture> largest = ModelFixtures.scenes().stream()
                .filter(s -> s.classes() != null)
                .max(Comparator.comparingInt(s -> s.views().size()));
        assumeTrue(largest.isPresent(), "the fixtures in use hold no whole model");
        scene = largest.get();
        views = scene.views();
        model = PanSt3R.load(scene.checkpoint().file(), Progress.SILENT);
    }

    @AfterEach
    void close() {
        if (model != null) {
            model.close();
        }
    }

    private Inference inference() {
        return new Inference(model).classes(scene.classes()).keyframes(scene.keyframes());
    }

    @Test
    void theSameViewsGiveTheSameBytes() {
        same(inference().run(views, Progress.SILENT), inference().run(views, Progress.SILENT), 0);
    }

    @Test
    void batchesDoNotShow() {
        Prediction alone = inference().batch(1).run(views, Progress.SILENT);
        same(alone, inference().batch(2).run(views, Progress.SILENT), 1e-4);
        same(alone, inference().batch(views.size()).run(views, Progress.SILENT), 1e-4);
    }

    @Test
    void resultsOnDiskAreTheSameAndLeaveNoFile(@TempDir Path folder) throws IOException {
        Prediction onHeap = inference().run(views, Progress.SILENT);
        long most = inference().estimate(views).total() - 1; // so that mask logits must go to disk
        Inference spilling = inference().memoryBudget(most).spillDirectory(folder);
        assertThat(spilling.estimate(views).spilled()).isPositive();
        same(onHeap, spilling.run(views, Progress.SILENT), 0);
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void anInterruptedRunLeavesNothingBehindAndTheNextIsWhole() {
        Prediction fresh = inference().run(views, Progress.SILENT);
        int arrays = arrays();
        int steps = count(inference());
        for (int at = 0; at < steps; at += 3) {
            int last = at;
            int[] step = {0};
            Progress interrupting = (stage, done, total) -> {
                if (step[0]++ == last) {
                    Thread.currentThread().interrupt();
                }
            };
            if (last == steps - 1) {
                break; // nothing is left to do after the last report
            }
            assertThatThrownBy(() -> inference().run(views, interrupting)).isInstanceOf(CancelledException.class);
            assertThat(arrays()).isEqualTo(arrays);
        }
        same(fresh, inference().run(views, Progress.SILENT), 0);
    }

    @Test
    void aFailingRunLeavesNothingBehind() {
        inference().run(views, Progress.SILENT);
        int arrays = arrays();
        Progress failing = (stage, done, total) -> {
            if (stage.equals("upscale")) {
                throw new IllegalStateException("broken");
            }
        };
        assertThatThrownBy(() -> inference().run(views, failing)).hasMessage("broken");
        assertThat(arrays()).isEqualTo(arrays);
    }

    @Test
    void theFormInWhichTheMemoryIsStoredDoesNotShow() {
        Prediction expected = inference().run(views, Progress.SILENT);
        for (DecoderConfig.MemoryMode mode : DecoderConfig.MemoryMode.values()) {
            try (Checkpoint checkpoint = Checkpoint.open(scene.checkpoint().file());
                    NDManager manager = NDManager.newBaseManager("PyTorch")) {
                ModelConfig c = checkpoint.config();
                DecoderConfig d = c.decoder();
                DecoderConfig other = new DecoderConfig(
                        d.imageSize(),
                        d.encoderDim(),
                        d.patchSize(),
                        d.embedDim(),
                        d.outputDim(),
                        d.depth(),
                        d.numHeads(),
                        d.hiddenDim(),
                        d.rope(),
                        d.feedback(),
                        mode,
                        d.activation());
                PanSt3R changed = new PanSt3R(
                        new ModelConfig(c.encoder(), other, c.dino(), c.panoptic()),
                        Parameters.of(checkpoint.weights(), manager),
                        manager,
                        0,
                        "",
                        "");
                Prediction p = new Inference(changed)
                        .classes(scene.classes())
                        .keyframes(scene.keyframes())
                        .run(views, Progress.SILENT);
                same(expected, p, 0);
            }
        }
    }

    @Test
    void aSingleViewIsReportedOnce() {
        Prediction p = inference().keyframes(Keyframes.all()).run(views.subList(0, 1), Progress.SILENT);
        assertThat(p.views()).hasSize(1);
        assertThat(p.views().get(0).keyframe()).isTrue();
        assertThat(p.views().get(0).maskLogits().remaining())
                .isEqualTo(p.classLogits().queries()
                        * p.views().get(0).maskHeight()
                        * p.views().get(0).maskWidth());
    }

    @Test
    void withoutClassesThereIsGeometryAlone() {
        Prediction whole = inference().run(views, Progress.SILENT);
        Prediction p = inference().classes(null).run(views, Progress.SILENT);
        assertThat(p.hasMasks()).isFalse();
        for (int i = 0; i < views.size(); i++) {
            assertThat(floats(p.views().get(i).pointmap()))
                    .isEqualTo(floats(whole.views().get(i).pointmap()));
            assertThat(p.views().get(i).maskLogits()).isNull();
        }
    }

    @Test
    void otherClassesAreScoredWithoutAnotherRun() {
        Prediction p = inference().run(views, Progress.SILENT);
        ClassTable table = scene.classes();
        int some = table.names().size() - 1;
        ClassTable fewer = new ClassTable(
                table.names().subList(0, some), table.width(), Arrays.copyOf(table.embeddings(), some * table.width()));
        Prediction scored = inference().scoreClasses(p, fewer);
        assertThat(scored.classNames()).isEqualTo(fewer.names());
        for (int q = 0; q < p.classLogits().queries(); q++) {
            for (int k = 0; k < some; k++) {
                assertThat(scored.classLogits().at(q, k))
                        .isEqualTo(p.classLogits().at(q, k));
            }
        }
    }

    @Test
    void theEstimateGrowsWithTheWorkAndARunThatWillNotFitIsRefused() {
        MemoryEstimate few = inference().keyframes(2).estimate(views);
        MemoryEstimate many = inference().keyframes(Keyframes.all()).estimate(views);
        assertThat(many.memory()).isGreaterThan(few.memory());
        assertThatThrownBy(() -> inference().memoryBudget(1000).run(views, Progress.SILENT))
                .isInstanceOf(PanSt3RException.class)
                .hasMessageContaining("fewer keyframes");
    }

    @Test
    void inputThatCannotBeUsedIsNamed() {
        rejected(() -> inference().run(List.of(), Progress.SILENT), "no images");
        rejected(
                () -> inference()
                        .classes(new ClassTable(List.of(), 3, new float[0]))
                        .run(views, Progress.SILENT),
                "classes");
        rejected(
                () -> inference()
                        .classes(new ClassTable(List.of("x"), 3, new float[3]))
                        .run(views, Progress.SILENT),
                "3 numbers");
        ClassTable table = scene.classes();
        float[] broken = table.embeddings().clone();
        broken[table.width()] = Float.NaN;
        rejected(
                () -> inference()
                        .classes(new ClassTable(table.names(), table.width(), broken))
                        .run(views, Progress.SILENT),
                table.names().get(1));
        rejected(
                () -> inference().run(List.of(new View(null, 20, 16, new float[960], null, null)), Progress.SILENT),
                "20×16");
        rejected(() -> inference().keyframes(1), "2 keyframes");
        rejected(() -> inference().batch(0), "at least 1");
        rejected(() -> inference().keyframes(v -> List.of(0, 0)).run(views, Progress.SILENT), "different");
        rejected(() -> inference().keyframes(v -> List.of(0, 99)).run(views, Progress.SILENT), "99");
        model.close();
        rejected(() -> inference().run(views, Progress.SILENT), "closed");
    }

    private static void rejected(Runnable run, String message) {
        assertThatThrownBy(run::run).isInstanceOf(PanSt3RException.class).hasMessageContaining(message);
    }

    /** Arrays that belong to the model: its parameters and what it caches, nothing of a run. */
    private int arrays() {
        return model.manager().getManagedArrays().size();
    }

    private int count(Inference inference) {
        int[] steps = {0};
        inference.run(views, (stage, done, total) -> steps[0]++);
        return steps[0];
    }

    private static void same(Prediction expected, Prediction actual, double bound) {
        assertThat(actual.views()).hasSameSizeAs(expected.views());
        List<float[]> a = values(expected);
        List<float[]> b = values(actual);
        for (int i = 0; i < a.size(); i++) {
            if (bound == 0) {
                assertThat(Arrays.equals(a.get(i), b.get(i))).isTrue();
                continue;
            }
            float most = 1;
            float difference = 0;
            for (int j = 0; j < a.get(i).length; j++) {
                most = Math.max(most, Math.abs(a.get(i)[j]));
                difference = Math.max(difference, Math.abs(a.get(i)[j] - b.get(i)[j]));
            }
            assertThat((double) difference).isLessThanOrEqualTo(bound * most);
        }
    }

    private static List<float[]> values(Prediction p) {
        List<float[]> out = new ArrayList<>(List.of(p.classLogits().values(), p.finalQueries()));
        for (ViewPrediction v : p.views()) {
            out.add(floats(v.pointmap()));
            out.add(floats(v.maskLogits()));
        }
        return out;
    }

    private static float[] floats(FloatBuffer buffer) {
        float[] out = new float[buffer.remaining()];
        buffer.duplicate().get(out);
        return out;
    }
}
