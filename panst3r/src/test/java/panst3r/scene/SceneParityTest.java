package panst3r.scene;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import panst3r.Fixtures;
import panst3r.checkpoint.PointmapActivation;
import panst3r.image.Framing;
import panst3r.image.Photo;
import panst3r.image.View;
import panst3r.image.WorkingSize;
import panst3r.inference.Prediction;
import panst3r.inference.ViewPrediction;
import panst3r.merge.Panoptic;
import panst3r.merge.Segment;

/** Points, confidences, cameras and labels are those of the reference implementation (scene.md). */
@Tag("parity")
class SceneParityTest {
    @TestFactory
    Stream<DynamicTest> rawPointmaps() {
        return Fixtures.entries("scene/", ".safetensors").stream()
                .filter(entry -> Fixtures.tensors(entry.path()).containsKey("raw"))
                .filter(entry -> Fixtures.has("scene/" + entry.stem() + ".json")) // says the activation
                .map(entry -> DynamicTest.dynamicTest(entry.stem(), () -> assertScene(entry)));
    }

    /** The network's own pointmaps, where a file holds a view's pointmap and what follows from it. */
    @TestFactory
    Stream<DynamicTest> networkPointmaps() {
        List<DynamicTest> tests = new ArrayList<>();
        for (Fixtures.Entry entry : Fixtures.entries("", "/stages.safetensors")) {
            Map<String, Fixtures.Tensor> tensors = Fixtures.tensors(entry.path());
            PointmapActivation activation = networkActivation(entry);
            for (String name : tensors.keySet()) {
                // a geometry checkpoint records its pointmaps by refinement pass; what follows is of the plain one
                String view = name.replaceFirst("^refine0\\.", "");
                if (view.matches("view\\d+\\.pointmap")) {
                    view = view.substring(0, view.indexOf('.'));
                    if (tensors.containsKey(view + ".focal")
                            || tensors.containsKey(view + ".c2w")
                            || tensors.containsKey(view + ".conf")) {
                        String v = view;
                        tests.add(DynamicTest.dynamicTest(
                                entry + " " + v, () -> assertView(entry, tensors, name, v, activation)));
                    }
                }
            }
        }
        return tests.stream();
    }

    private static void assertView(
            Fixtures.Entry entry,
            Map<String, Fixtures.Tensor> tensors,
            String pointmap,
            String view,
            PointmapActivation activation) {
        Fixtures.Tensor raw = tensors.get(pointmap);
        Pointmap map = new Pointmap(raw.shape()[1], raw.shape()[0], FloatBuffer.wrap(raw.floats()), activation);
        Fixtures.Tensor focal = tensors.get(view + ".focal");
        if (focal != null) {
            Fixtures.assertClose(entry, view + ".focal", focal, new float[] {(float) CameraEstimate.focal(map)});
        }
        Fixtures.Tensor pose = tensors.get(view + ".c2w");
        if (pose != null) {
            Fixtures.assertClose(entry, view + ".c2w", pose, floats(CameraEstimate.pose(map)));
        }
        Fixtures.Tensor confidence = tensors.get(view + ".conf");
        if (confidence != null) {
            float[] actual = new float[map.pixels()];
            for (int i = 0; i < actual.length; i++) {
                actual[i] = map.confidence(i);
            }
            Fixtures.assertClose(entry, view + ".conf", confidence, actual);
        }
    }

    /** {@code pointmaps_activation} as the scene says it, or the arguments of the model; norm_exp if neither does. */
    private static PointmapActivation networkActivation(Fixtures.Entry entry) {
        String scene = entry.folder() + "/scene.json";
        if (Fixtures.has(scene) && Fixtures.json(scene).has("activation")) {
            return activation(Fixtures.json(scene));
        }
        String model = entry.path().substring(0, entry.path().indexOf('/')) + "/model.";
        String arguments =
                Fixtures.has(model + "json") ? Fixtures.json(model + "json").toString() : "";
        if (Fixtures.has(model + "pth")) {
            arguments += Fixtures.entry(model + "pth").json();
        }
        return arguments.contains("pointmaps_activation=ActivationType.LINEAR")
                ? PointmapActivation.LINEAR
                : PointmapActivation.NORM_EXP;
    }

    private static PointmapActivation activation(JsonObject json) {
        return PointmapActivation.valueOf(json.get("activation").getAsString().toUpperCase(Locale.ROOT));
    }

    private static void assertScene(Fixtures.Entry entry) {
        Map<String, Fixtures.Tensor> t = Fixtures.tensors(entry.path());
        JsonObject json = Fixtures.json("scene/" + entry.stem() + ".json");
        Scene scene = scene(t, json);

        int pixels = scene.pointmap(0).pixels();
        int views = scene.views();
        float[] points = new float[3 * views * pixels];
        float[] local = new float[3 * views * pixels];
        float[] displayed = new float[3 * views * pixels];
        float[] confidence = new float[views * pixels];
        float[] focal = new float[views];
        float[] fov = new float[views];
        float[] pose = new float[16 * views];
        float[] p = new float[3];
        for (int v = 0; v < views; v++) {
            Pointmap map = scene.pointmap(v);
            for (int i = 0; i < pixels; i++) {
                int at = v * pixels + i;
                confidence[at] = map.confidence(i);
                map.global(i, p);
                System.arraycopy(p, 0, points, 3 * at, 3);
                map.local(i, p);
                System.arraycopy(p, 0, local, 3 * at, 3);
                scene.worldPoint(map, v, i, PointQuery.Source.LOCAL, p);
                System.arraycopy(p, 0, displayed, 3 * at, 3);
            }
            Camera camera = scene.cameras().get(v);
            focal[v] = (float) camera.focal();
            fov[v] = (float) camera.verticalFov();
            System.arraycopy(floats(camera.cameraToWorld()), 0, pose, 16 * v, 16);
        }
        check(entry, t, "points", points);
        check(entry, t, "points_local", local);
        check(entry, t, "points_displayed", displayed);
        check(entry, t, "conf", confidence);
        check(entry, t, "frustum_fov", fov);
        if (t.containsKey("focal")) {
            double relative = Fixtures.bound(entry, "focal", 1e-3);
            for (int v = 0; v < views; v++) {
                double e = t.get("focal").values()[v];
                assertThat((double) focal[v]).as("focal " + v).isCloseTo(e, within(relative * Math.abs(e)));
            }
        }
        if (t.containsKey("c2w")) {
            // like the named tolerance, per unit of the tensor: at positions of 1e3, 1e-4 is less than a float32 step
            double bound = Fixtures.bound(entry, "c2w", 1e-4) / 1e-4 * Fixtures.named("float", t.get("c2w"));
            Fixtures.assertWithin(entry + " c2w", t.get("c2w"), pose, bound);
        }
        assertLabels(scene, json, Fixtures.entry("scene/" + entry.stem() + ".json"));
    }

    private static void assertLabels(Scene scene, JsonObject json, Fixtures.Entry entry) {
        double tolerance = Fixtures.bound(entry, "", 1e-4);
        if (json.has("label_positions") && scene.panoptic().isPresent()) {
            json.getAsJsonObject("label_positions").entrySet().forEach(threshold -> {
                List<SceneSegment> segments = scene.segments(Double.parseDouble(threshold.getKey()));
                JsonObject positions = threshold.getValue().getAsJsonObject();
                for (SceneSegment s : segments) {
                    JsonElement expected = positions.get(String.valueOf(s.id()));
                    if (expected == null) {
                        assertThat(s.points())
                                .as("points of a segment without a label")
                                .isZero();
                        continue;
                    }
                    for (int k = 0; k < 3; k++) {
                        assertThat((double) s.labelPosition()[k])
                                .as("label of " + s.id() + " at " + threshold.getKey())
                                .isCloseTo(expected.getAsJsonArray().get(k).getAsDouble(), within(tolerance));
                    }
                }
            });
        }
        if (json.has("points_kept")) {
            json.getAsJsonObject("points_kept").entrySet().forEach(kept -> {
                double threshold = Double.parseDouble(kept.getKey());
                assertThat(scene.points(PointQuery.all().minConfidence(threshold))
                                .size())
                        .isEqualTo(kept.getValue().getAsInt());
            });
        }
    }

    private static Scene scene(Map<String, Fixtures.Tensor> t, JsonObject json) {
        Fixtures.Tensor raw = t.get("raw");
        int views = raw.shape()[0];
        int height = raw.shape()[1];
        int width = raw.shape()[2];
        PointmapActivation activation = activation(json);
        List<ViewPrediction> predictions = new ArrayList<>();
        Framing framing = Framing.of(new WorkingSize(width, height), width, height);
        int size = height * width * 7;
        for (int v = 0; v < views; v++) {
            View view = View.of(new Photo(null, "view" + v, width, height), framing, new float[3 * width * height]);
            FloatBuffer pointmap = FloatBuffer.wrap(Arrays.copyOfRange(raw.floats(), v * size, (v + 1) * size));
            predictions.add(new ViewPrediction(view, true, pointmap, 0, 0, null));
        }
        Scene scene = Scene.of(new Prediction(predictions, activation, List.of("thing"), null, null, "fixture"));
        if (!t.containsKey("segments")) {
            return scene;
        }
        int[] all = t.get("segments").ints();
        List<int[]> ids = new ArrayList<>();
        List<float[]> confidence = new ArrayList<>();
        TreeSet<Integer> known = new TreeSet<>();
        for (int v = 0; v < views; v++) {
            int[] ofView = Arrays.copyOfRange(all, v * width * height, (v + 1) * width * height);
            Arrays.stream(ofView).filter(id -> id > 0).forEach(known::add);
            ids.add(ofView);
            confidence.add(new float[width * height]);
        }
        List<Segment> segments =
                known.stream().map(id -> new Segment(id, id, 0, 1, 1, 0)).toList();
        return scene.with(new Panoptic("fixture", ids, confidence, segments));
    }

    private static void check(Fixtures.Entry entry, Map<String, Fixtures.Tensor> t, String name, float[] actual) {
        Fixtures.Tensor expected = t.get(name);
        if (expected != null) {
            Fixtures.assertClose(entry, name, expected, actual);
        }
    }

    private static float[] floats(double[] values) {
        float[] out = new float[values.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = (float) values[i];
        }
        return out;
    }
}
