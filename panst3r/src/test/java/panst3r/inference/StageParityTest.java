package panst3r.inference;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import panst3r.Fixtures;
import panst3r.Fixtures.Tensor;
import panst3r.Progress;
import panst3r.inference.ModelFixtures.SceneFixture;
import panst3r.model.PanSt3R;
import panst3r.model.Tap;

/** Every stage of the network, on every model and scene of the fixtures, against the authors' numbers. */
@Tag("parity")
class StageParityTest {
    /** Derived from pointmaps by other packages, whose tests compare them. */
    private static final Pattern ELSEWHERE = Pattern.compile("view\\d+\\.(focal|c2w|conf|pts3d|pts3d_local)");

    @TestFactory
    List<DynamicTest> stages() {
        return scenes().stream()
                .map(s -> DynamicTest.dynamicTest(s.toString(), () -> stages(s, 1)))
                .toList();
    }

    @TestFactory
    List<DynamicTest> stagesInBatches() {
        return scenes().stream()
                .map(s -> DynamicTest.dynamicTest(s.toString(), () -> stages(s, 3)))
                .toList();
    }

    private static List<SceneFixture> scenes() {
        return ModelFixtures.scenes().stream()
                .filter(s -> !MemoryParityTest.concerns(s))
                .toList();
    }

    private static void stages(SceneFixture scene, int batch) {
        Map<String, Tensor> expected = Fixtures.tensors(scene.stages().path());
        Set<String> missing = new HashSet<>(expected.keySet());
        missing.removeIf(name -> ELSEWHERE.matcher(name).matches());
        List<String> faults = new ArrayList<>();
        Tap tap = (name, value) -> {
            if (missing.remove(name)) {
                try {
                    Tensor e = expected.get(name);
                    assertThat(value.getShape().getShape()).as(name).isEqualTo(e.longShape());
                    Fixtures.assertClose(scene.stages(), name, e, floats(value));
                } catch (AssertionError fault) {
                    faults.add(fault.getMessage());
                }
            }
        };
        try (PanSt3R model = PanSt3R.load(scene.checkpoint().file(), Progress.SILENT)) {
            Prediction prediction = new Inference(model)
                    .classes(scene.classes())
                    .keyframes(scene.keyframes())
                    .batch(batch)
                    .tap(tap)
                    .run(scene.views(), Progress.SILENT);
            assertThat(faults).isEmpty();
            assertThat(missing).as("stages that were not seen").isEmpty();
            report(scene, expected, prediction);
        }
    }

    /** What a caller gets is what the tap saw last. */
    private static void report(SceneFixture scene, Map<String, Tensor> expected, Prediction prediction) {
        for (int i = 0; i < prediction.views().size(); i++) {
            ViewPrediction view = prediction.views().get(i);
            compare(scene, expected, "view" + i + ".pointmap", view.pointmap());
            compare(scene, expected, "view" + i + ".mask_logits", view.maskLogits());
        }
        if (expected.containsKey("class_logits")) {
            Fixtures.assertClose(
                    scene.stages(),
                    "class_logits",
                    expected.get("class_logits"),
                    prediction.classLogits().values());
        }
    }

    private static void compare(
            SceneFixture scene, Map<String, Tensor> expected, String name, java.nio.FloatBuffer values) {
        if (expected.containsKey(name)) {
            float[] floats = new float[values.remaining()];
            values.duplicate().get(floats);
            Fixtures.assertClose(scene.stages(), name, expected.get(name), floats);
        }
    }

    static float[] floats(NDArray value) {
        return value.toType(DataType.FLOAT32, false).toFloatArray();
    }
}
