package panst3r.inference;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonElement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import panst3r.Fixtures;
import panst3r.Fixtures.Tensor;
import panst3r.Progress;
import panst3r.image.View;
import panst3r.inference.ModelFixtures.SceneFixture;
import panst3r.model.Decoder;
import panst3r.model.Grid;
import panst3r.model.Memory;
import panst3r.model.PanSt3R;
import panst3r.model.Tap;
import panst3r.nn.Scope;

/** Geometry alone: the memory, refinement passes over it, and a memory begun with one single image. */
@Tag("parity")
class MemoryParityTest {
    private static final Pattern STAGE = Pattern.compile("(refine(\\d+)|alone)\\..*");
    private static final Pattern ELSEWHERE = Pattern.compile("view\\d+\\.(focal|c2w|conf|pts3d|pts3d_local)");

    @TestFactory
    List<DynamicTest> memory() {
        return ModelFixtures.scenes().stream()
                .filter(MemoryParityTest::concerns)
                .map(s -> DynamicTest.dynamicTest(s.toString(), () -> memory(s)))
                .toList();
    }

    static boolean concerns(SceneFixture scene) {
        return Fixtures.tensors(scene.stages().path()).keySet().stream()
                .anyMatch(name -> STAGE.matcher(name).matches());
    }

    private static void memory(SceneFixture scene) {
        Map<String, Tensor> expected = Fixtures.tensors(scene.stages().path());
        Map<String, float[]> seen = new HashMap<>();
        int passes = 0;
        boolean alone = false;
        for (String name : expected.keySet()) {
            Matcher m = STAGE.matcher(name);
            if (m.matches()) {
                passes = Math.max(passes, m.group(2) == null ? 0 : Integer.parseInt(m.group(2)));
                alone |= name.startsWith("alone.");
            }
        }
        int refinements = passes;
        boolean single = alone;
        try (PanSt3R model = PanSt3R.load(scene.checkpoint().file(), Progress.SILENT)) {
            Scope.inference(() -> {
                run(model, scene, refinements, seen);
                if (single) {
                    alone(model, scene, seen);
                }
                return null;
            });
        }
        Set<String> missing = new HashSet<>(expected.keySet());
        missing.removeIf(name -> ELSEWHERE.matcher(name).matches());
        missing.removeAll(seen.keySet());
        assertThat(missing).as("stages that were not seen").isEmpty();
        List<String> faults = new ArrayList<>();
        for (Map.Entry<String, float[]> e : seen.entrySet()) {
            if (expected.containsKey(e.getKey())) {
                try {
                    Fixtures.assertClose(scene.stages(), e.getKey(), expected.get(e.getKey()), e.getValue());
                } catch (AssertionError fault) {
                    faults.add(fault.getMessage());
                }
            }
        }
        assertThat(faults).isEmpty();
    }

    private static void run(PanSt3R model, SceneFixture scene, int passes, Map<String, float[]> seen) {
        List<View> views = scene.views();
        List<Decoder.Image> images = views.stream().map(v -> image(model, v)).toList();
        int capacity = images.stream().mapToInt(i -> i.grid().tokens()).sum();
        List<List<Integer>> groups = new ArrayList<>();
        for (JsonElement group : Fixtures.json(scene.folder() + "/scene.json").getAsJsonArray("groups")) {
            List<Integer> members = new ArrayList<>();
            group.getAsJsonArray().forEach(i -> members.add(i.getAsInt()));
            groups.add(members);
        }
        List<Integer> order = groups.stream().flatMap(List::stream).toList();
        try (Memory memory = model.decoder().newMemory(capacity)) {
            for (int pass = 0; pass <= passes; pass++) {
                String stem = "refine" + pass + ".";
                for (List<Integer> group : groups) {
                    Tap tap = tap(stem, group, seen);
                    List<Decoder.Image> members =
                            group.stream().map(images::get).toList();
                    if (pass == 0) {
                        model.decoder().update(memory, members, tap);
                    } else {
                        int[] labels = group.stream().mapToInt(order::indexOf).toArray();
                        model.decoder().refine(memory, members, labels, tap);
                    }
                }
                for (int i : order) {
                    NDArray map = model.decoder()
                            .render(
                                    memory,
                                    images.get(i).tokens(),
                                    images.get(i).grid())
                            .pointmaps();
                    seen.put(stem + "view" + i + ".pointmap", map.toFloatArray());
                }
            }
        }
    }

    private static void alone(PanSt3R model, SceneFixture scene, Map<String, float[]> seen) {
        Decoder.Image image = image(model, scene.views().get(0));
        try (Memory memory = model.decoder().newMemory(image.grid().tokens())) {
            model.decoder().update(memory, List.of(image), (name, value) -> {
                if (name.equals("pointmap.0")) {
                    seen.put("alone.first_pass", StageParityTest.floats(value));
                } else if (name.startsWith("memory")) {
                    seen.put("alone." + name, StageParityTest.floats(value));
                }
            });
            NDArray map =
                    model.decoder().render(memory, image.tokens(), image.grid()).pointmaps();
            seen.put("alone.pointmap", map.toFloatArray());
        }
    }

    private static Tap tap(String stem, List<Integer> group, Map<String, float[]> seen) {
        return (name, value) -> {
            if (name.startsWith("pointmap.")) {
                int view = group.get(Integer.parseInt(name.substring(9)));
                seen.put(stem + "view" + view + ".first_pass", StageParityTest.floats(value));
            } else if (name.startsWith("memory") || name.equals("labels")) {
                seen.put(stem + name, StageParityTest.floats(value));
            }
        };
    }

    private static Decoder.Image image(PanSt3R model, View view) {
        NDArray pixels = model.manager().create(view.pixels(), new Shape(3, view.height(), view.width()));
        NDArray encoded = model.encoder().forward(NDArrays.stack(new NDList(pixels)), Tap.NONE);
        Grid grid =
                Grid.of(view.height(), view.width(), model.config().encoder().patchSize());
        return new Decoder.Image(model.decoder().embed(encoded), grid);
    }
}
