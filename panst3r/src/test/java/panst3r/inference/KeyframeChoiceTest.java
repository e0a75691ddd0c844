package panst3r.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonElement;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import panst3r.Fixtures;
import panst3r.Fixtures.Tensor;
import panst3r.PanSt3RException;
import panst3r.Progress;
import panst3r.checkpoint.ClassTable;
import panst3r.image.View;
import panst3r.inference.ModelFixtures.SceneFixture;
import panst3r.model.PanSt3R;
import panst3r.retrieval.PooledFeatures;
import panst3r.retrieval.Similarity;

/** Keyframes by how alike photos are, refinement passes, and texts compared with the queries of a run. */
class KeyframeChoiceTest {
    @Test
    void aRunThatLooksIsARunWithTheKeyframesThatItChose(@TempDir Path folder) {
        SceneFixture scene = largest();
        List<View> views = scene.views();
        try (PanSt3R model = PanSt3R.load(scene.checkpoint().file(), Progress.SILENT)) {
            RetrievalKeyframes choice = new RetrievalKeyframes(2, new PooledFeatures(), 3);
            List<String> stages = new ArrayList<>();
            Prediction looked = new Inference(model)
                    .classes(scene.classes())
                    .batch(1)
                    .keyframes(choice)
                    .run(views, (stage, done, total) -> stages.add(stage + " " + done + "/" + total));
            Similarity similarity = choice.similarity().orElseThrow();
            List<Integer> chosen = similarity.keyframes(2, 3L);
            assertThat(IntStream.range(0, views.size())
                            .filter(i -> looked.views().get(i).keyframe())
                            .boxed())
                    .containsExactlyInAnyOrderElementsOf(chosen);
            assertThat(stages).contains("encode " + views.size() + "/" + views.size());

            Prediction told = new Inference(model)
                    .classes(scene.classes())
                    .batch(1)
                    .keyframes(v -> chosen)
                    .run(views, Progress.SILENT);
            Prediction spilled = new Inference(model)
                    .classes(scene.classes())
                    .batch(1)
                    .keyframes(choice)
                    .memoryBudget(new Inference(model)
                                    .keyframes(choice)
                                    .estimate(views)
                                    .total()
                            - 1)
                    .spillDirectory(folder)
                    .run(views, Progress.SILENT);
            for (int i = 0; i < views.size(); i++) {
                ViewPrediction wanted = told.views().get(i);
                for (Prediction p : List.of(looked, spilled)) {
                    assertThat(p.views().get(i).maskLogits()).isEqualTo(wanted.maskLogits());
                    assertThat(p.views().get(i).pointmap()).isEqualTo(wanted.pointmap());
                }
            }
            Similarity apart = new Inference(model).similarity(views, new PooledFeatures(), Progress.SILENT);
            assertThat(apart.scores()).containsExactly(similarity.scores(), within(1e-9));
        }
    }

    @Test
    void cosinesAreLogitsWithoutTheirScale() {
        SceneFixture scene = largest();
        try (PanSt3R model = PanSt3R.load(scene.checkpoint().file(), Progress.SILENT)) {
            Inference inference = new Inference(model).classes(scene.classes());
            Prediction p = inference.run(scene.views(), Progress.SILENT);
            int k = scene.classes().size();
            int columns = p.classLogits().columns();
            float[] cosines = inference.cosines(p, scene.classes());
            assertThat(cosines).hasSize(p.classLogits().queries() * k);
            double factor = p.classLogits().values()[0] / cosines[0];
            for (int q = 0; q < p.classLogits().queries(); q++) {
                for (int c = 0; c < k; c++) {
                    float cosine = cosines[q * k + c];
                    assertThat(Math.abs(cosine)).isLessThanOrEqualTo(1 + 1e-5f);
                    assertThat(p.classLogits().values()[q * columns + c])
                            .isCloseTo((float) (cosine * factor), within((float) (1e-4 * factor)));
                }
            }
            ClassTable none = new ClassTable(List.of(), scene.classes().width(), new float[0]);
            assertThatThrownBy(() -> inference.cosines(p, none))
                    .isInstanceOf(PanSt3RException.class)
                    .hasMessageContaining("name at least one");
        }
    }

    @Tag("parity")
    @TestFactory
    List<DynamicTest> refinements() {
        List<DynamicTest> tests = new ArrayList<>();
        for (SceneFixture scene : ModelFixtures.scenes()) {
            Map<String, Tensor> expected = Fixtures.tensors(scene.stages().path());
            for (int n = 0; n < 10; n++) {
                int passes = n;
                if (expected.containsKey("refine" + n + ".view0.pointmap") && inOrder(scene)) {
                    tests.add(DynamicTest.dynamicTest(
                            scene + ", " + n + " passes", () -> refined(scene, expected, passes)));
                }
            }
        }
        return tests;
    }

    private static void refined(SceneFixture scene, Map<String, Tensor> expected, int passes) {
        try (PanSt3R model = PanSt3R.load(scene.checkpoint().file(), Progress.SILENT)) {
            Prediction p = new Inference(model).refinements(passes).run(scene.views(), Progress.SILENT);
            for (int i = 0; i < p.views().size(); i++) {
                String name = "refine" + passes + ".view" + i + ".pointmap";
                if (expected.containsKey(name)) {
                    float[] map = new float[expected.get(name).values().length];
                    p.views().get(i).pointmap().duplicate().get(map);
                    Fixtures.assertClose(scene.stages(), name, expected.get(name), map);
                }
            }
        }
    }

    @Test
    void aNumberOfPassesThatMakesNoSense() {
        for (int passes : new int[] {-1, 1000}) {
            assertThatThrownBy(() -> new Inference(null).refinements(passes))
                    .isInstanceOf(PanSt3RException.class)
                    .hasMessageContaining("0 to 10 times, not " + passes);
        }
    }

    /** Whether all views are keyframes, a pair first and then one at a time, as a run without options has it. */
    private static boolean inOrder(SceneFixture scene) {
        List<List<Integer>> groups = new ArrayList<>();
        for (JsonElement group : Fixtures.json(scene.folder() + "/scene.json").getAsJsonArray("groups")) {
            List<Integer> members = new ArrayList<>();
            group.getAsJsonArray().forEach(i -> members.add(i.getAsInt()));
            groups.add(members);
        }
        List<List<Integer>> usual = new ArrayList<>(List.of(Arrays.asList(0, 1)));
        IntStream.range(2, scene.views().size()).forEach(i -> usual.add(List.of(i)));
        return groups.equals(usual);
    }

    private static SceneFixture largest() {
        Optional<SceneFixture> largest = ModelFixtures.scenes().stream()
                .filter(s -> s.classes() != null && s.views().size() > 2)
                .findFirst();
        assumeTrue(largest.isPresent(), "the fixtures in use hold no whole model of 3 views");
        return largest.get();
    }
}
