package panst3r.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import panst3r.Fixtures;
import panst3r.Fixtures.Entry;
import panst3r.Fixtures.Tensor;
import panst3r.checkpoint.LabelMode;

/** training.md against the numbers in {@code training/}: every term, its gradient, every matching. */
@Tag("parity")
class LossParityTest {
    private static final double RELATIVE = 1e-4;

    @TestFactory
    Stream<DynamicTest> segmentation() {
        return Fixtures.entries("training/", ".safetensors").stream()
                .filter(e -> Fixtures.has(e.folder() + "/" + e.stem() + ".json"))
                .map(e -> dynamicTest(e.stem(), () -> segmentation(e)));
    }

    private static void segmentation(Entry entry) {
        JsonObject expected = Fixtures.json(entry.folder() + "/" + entry.stem() + ".json");
        Map<String, Tensor> t = Fixtures.tensors(entry.path());
        LabelMode mode =
                LabelMode.valueOf(expected.get("label_mode").getAsString().toUpperCase());
        int points = expected.get("num_points").getAsInt();
        double oversample = expected.get("oversample").getAsDouble();
        double importance = expected.get("importance").getAsDouble();
        PanopticLoss loss = new PanopticLoss(mode, points, oversample, importance);
        try (NDManager manager = NDManager.newBaseManager();
                GradientCollector gradients = Engine.getInstance().newGradientCollector()) {
            List<Target> targets = targets(t);
            int layers = count(t, "output", ".class_logits");
            List<NDArray> leaves = new ArrayList<>();
            NDArray total = null;
            for (int layer = 0; layer < layers; layer++) {
                String name = "output" + layer + ".";
                NDArray classLogits = leaf(manager, t.get(name + "class_logits"));
                NDArray maskLogits = leaf(manager, t.get(name + "mask_logits"));
                leaves.add(classLogits);
                leaves.add(maskLogits);
                List<PanopticLoss.Output> outputs = new ArrayList<>();
                for (int s = 0; s < targets.size(); s++) {
                    List<NDArray> views = new ArrayList<>();
                    for (int v = 0; v < targets.get(s).views(); v++) {
                        views.add(maskLogits.get(s).get(v));
                    }
                    outputs.add(new PanopticLoss.Output(classLogits.get(s), MaskLogits.of(views)));
                }
                PanopticLoss.Points recorded = recorded(t, name, importance, points);
                List<int[]> matches = new ArrayList<>();
                for (int s = 0; s < targets.size(); s++) {
                    Tensor cost = t.get(name + "cost" + s);
                    if (cost != null) {
                        double[][] costs = loss.costs(outputs.get(s), targets.get(s), s, recorded);
                        Fixtures.assertClose(entry, name + "cost" + s, cost, flat(costs));
                    }
                    matches.add(loss.match(outputs.get(s), targets.get(s), s, recorded));
                }
                matches(expected, layer, matches);
                PanopticLoss.Terms terms = loss.terms(outputs, targets, matches, recorded);
                String suffix = layer == layers - 1 ? "" : "_" + layer;
                JsonObject values = expected.getAsJsonObject("terms");
                term(entry, "loss_ce" + suffix, terms.classes(), values);
                term(entry, "loss_mask" + suffix, terms.mask(), values);
                term(entry, "loss_dice" + suffix, terms.dice(), values);
                total = total == null
                        ? terms.weighted(PanopticLoss.Weights.PAPER)
                        : total.add(terms.weighted(PanopticLoss.Weights.PAPER));
            }
            close(entry + " total", total.getFloat(), expected.get("total").getAsDouble());
            gradients.backward(total);
            for (int layer = 0; layer < layers; layer++) {
                String name = "output" + layer + ".";
                gradient(entry, name + "class_logits_gradient", t, leaves.get(2 * layer));
                gradient(entry, name + "mask_logits_gradient", t, leaves.get(2 * layer + 1));
            }
        }
    }

    private static void matches(JsonObject expected, int layer, List<int[]> actual) {
        for (JsonElement e : expected.getAsJsonArray("matches")) {
            JsonObject m = e.getAsJsonObject();
            if (m.get("output").getAsInt() != layer) {
                continue;
            }
            int[] match = actual.get(m.get("batch").getAsInt());
            int matched = 0;
            for (int instance : match) {
                matched += instance >= 0 ? 1 : 0;
            }
            assertThat(matched).isEqualTo(m.getAsJsonArray("queries").size());
            for (int i = 0; i < matched; i++) {
                assertThat(match[m.getAsJsonArray("queries").get(i).getAsInt()])
                        .isEqualTo(m.getAsJsonArray("instances").get(i).getAsInt());
            }
        }
    }

    /** The points that the reference drew; they check the choice among the candidates too. */
    private static PanopticLoss.Points recorded(Map<String, Tensor> t, String name, double importance, int points) {
        return new PanopticLoss.Points() {
            @Override
            public float[] matching(int scene, int view, int count) {
                return row(t.get(name + "matching_points" + scene), view);
            }

            @Override
            public float[] candidates(int mask, int count) {
                float[] out = row(t.get(name + "candidate_points"), mask);
                assertThat(out).hasSize(2 * count);
                return out;
            }

            @Override
            public float[] rest(int mask, int count) {
                float[] all = row(t.get(name + "loss_points"), mask);
                return java.util.Arrays.copyOfRange(all, all.length - 2 * count, all.length);
            }
        };
    }

    @TestFactory
    Stream<DynamicTest> geometry() {
        String values = "training/geometry.json";
        return !Fixtures.has(values)
                ? Stream.empty()
                : Fixtures.json(values).entrySet().stream()
                        .map(e -> dynamicTest(
                                e.getKey(),
                                () -> geometry(e.getKey(), e.getValue().getAsJsonObject())));
    }

    private static void geometry(String name, JsonObject expected) {
        Entry entry = Fixtures.entry("training/geometry-" + name + ".safetensors");
        Map<String, Tensor> t = Fixtures.tensors(entry.path());
        GeometryLoss.Space space = switch (expected.get("in_log").getAsString()) {
            case "true" -> GeometryLoss.Space.LOG;
            case "before" -> GeometryLoss.Space.LOG_GLOBAL;
            default -> GeometryLoss.Space.LINEAR;
        };
        GeometryLoss loss = new GeometryLoss(
                expected.get("alpha").getAsDouble(),
                space,
                expected.get("sky_value").getAsDouble());
        try (NDManager manager = NDManager.newBaseManager();
                GradientCollector gradients = Engine.getInstance().newGradientCollector()) {
            NDArray global = leaf(manager, t.get("predicted_global"));
            NDArray local = leaf(manager, t.get("predicted_local"));
            NDArray confidence = leaf(manager, t.get("confidence"));
            Tensor world = t.get("true_points_world");
            Tensor pose = t.get("camera_to_world");
            GeometryLoss.Terms terms = loss.terms(new GeometryLoss.Batch(
                    global,
                    local,
                    confidence,
                    manager.create(inCamera(world, pose, true), new Shape(world.longShape())),
                    manager.create(inCamera(world, pose, false), new Shape(world.longShape())),
                    array(manager, t.get("valid")),
                    array(manager, t.get("metric")),
                    array(manager, t.get("sky"))));
            NDArray total = terms.total();
            JsonObject values = expected.getAsJsonObject("terms");
            term(entry, "conf_loss_g", terms.global(), values);
            term(entry, "conf_loss_l", terms.local(), values);
            term(entry, "Regr3D_pts3d", terms.globalRegression(), values);
            term(entry, "Regr3D_pts3d_local", terms.localRegression(), values);
            close(name, total.getFloat(), expected.get("value").getAsDouble());
            gradients.backward(total);
            gradient(entry, "gradient_global", t, global);
            gradient(entry, "gradient_local", t, local);
            gradient(entry, "gradient_confidence", t, confidence);
        }
    }

    /** World points in the camera of view 0 of their scene, or each in its own. */
    private static float[] inCamera(Tensor world, Tensor pose, boolean first) {
        int views = world.shape()[1];
        int pixels = world.shape()[2] * world.shape()[3];
        float[] out = new float[world.values().length];
        for (int i = 0; i < out.length / 3; i++) {
            int view = i / pixels;
            int camera = 16 * (first ? view / views * views : view);
            for (int a = 0; a < 3; a++) {
                double sum = 0; // rotation transposed times (point − centre)
                for (int b = 0; b < 3; b++) {
                    sum += pose.values()[camera + 4 * b + a]
                            * (world.values()[3 * i + b] - pose.values()[camera + 4 * b + 3]);
                }
                out[3 * i + a] = (float) sum;
            }
        }
        return out;
    }

    @TestFactory
    Stream<DynamicTest> singleTerms() {
        String path = "training/terms.safetensors";
        if (!Fixtures.has(path)) {
            return Stream.empty();
        }
        Entry entry = Fixtures.entry(path);
        Map<String, Tensor> t = Fixtures.tensors(path);
        return Stream.of(
                dynamicTest("sample", () -> sample(entry, t)),
                dynamicTest("pair", () -> pair(entry, t)),
                dynamicTest("bce", () -> single(entry, t, "bce")),
                dynamicTest("dice", () -> single(entry, t, "dice")),
                dynamicTest("focal", () -> focal(entry, t)));
    }

    private static void sample(Entry entry, Map<String, Tensor> t) {
        Tensor input = t.get("sample.input");
        try (NDManager manager = NDManager.newBaseManager()) {
            int[] s = input.shape();
            NDArray maps = array(manager, input);
            NDList out = new NDList();
            for (int b = 0; b < s[0]; b++) {
                NDArray rows = maps.get(b).reshape(s[1], -1).transpose();
                out.add(PointSample.rows(rows, s[2], s[3], row(t.get("sample.points"), b))
                        .transpose());
            }
            Fixtures.assertClose(
                    entry,
                    "sample.output",
                    t.get("sample.output"),
                    ai.djl.ndarray.NDArrays.stack(out).toFloatArray());
        }
    }

    private static void pair(Entry entry, Map<String, Tensor> t) {
        try (NDManager manager = NDManager.newBaseManager()) {
            NDArray logits = array(manager, t.get("pair.logits"));
            int instances = t.get("pair.bce_matrix").shape()[1];
            NDArray targets = array(manager, t.get("pair.targets")).get("0:" + instances);
            Fixtures.assertClose(
                    entry,
                    "bce",
                    t.get("pair.bce_matrix"),
                    MaskLoss.bceMatrix(logits, targets).toFloatArray());
            Fixtures.assertClose(
                    entry,
                    "dice",
                    t.get("pair.dice_matrix"),
                    MaskLoss.diceMatrix(logits, targets).toFloatArray());
        }
    }

    /** The manifest: "BCE and dice of 5 masks / 5", on the logits and targets of the pair matrices. */
    private static void single(Entry entry, Map<String, Tensor> t, String term) {
        try (NDManager manager = NDManager.newBaseManager();
                GradientCollector gradients = Engine.getInstance().newGradientCollector()) {
            NDArray logits = leaf(manager, t.get("pair.logits"));
            NDArray truth = array(manager, t.get("pair.targets"));
            double masks = logits.getShape().get(0);
            NDArray value =
                    term.equals("bce") ? MaskLoss.bce(logits, truth, masks) : MaskLoss.dice(logits, truth, masks);
            Fixtures.assertClose(entry, term, t.get(term + ".value"), value.toFloatArray());
            gradients.backward(value);
            gradient(entry, term + ".gradient", t, logits);
        }
    }

    /** The manifest: "focal loss (2 instances)". */
    private static void focal(Entry entry, Map<String, Tensor> t) {
        try (NDManager manager = NDManager.newBaseManager();
                GradientCollector gradients = Engine.getInstance().newGradientCollector()) {
            NDArray logits = leaf(manager, t.get("focal.logits"));
            NDArray value = MaskLoss.focal(
                            logits, array(manager, t.get("focal.targets")), array(manager, t.get("focal.in_class_set")))
                    .div(2);
            Fixtures.assertClose(entry, "focal", t.get("focal.value"), value.toFloatArray());
            gradients.backward(value);
            gradient(entry, "focal.gradient", t, logits);
        }
    }

    @TestFactory
    Stream<DynamicTest> learningRate() {
        String path = "training/learning-rate.json";
        if (!Fixtures.has(path)) {
            return Stream.empty();
        }
        JsonObject json = Fixtures.json(path);
        LearningRate schedule = new LearningRate(
                json.get("lr").getAsDouble(),
                json.get("min_lr").getAsDouble(),
                json.get("warmup_epochs").getAsDouble(),
                json.get("epochs").getAsDouble());
        double bound = Double.parseDouble(Fixtures.entry(path).tolerance());
        return json.getAsJsonArray("values").asList().stream()
                .map(JsonElement::getAsJsonObject)
                .map(v -> dynamicTest(
                        "epoch " + v.get("epoch"),
                        () -> assertThat(schedule.at(v.get("epoch").getAsDouble()))
                                .isCloseTo(v.get("lr").getAsDouble(), within(bound))));
    }

    private static List<Target> targets(Map<String, Tensor> t) {
        List<Target> out = new ArrayList<>();
        for (int s = 0; t.containsKey("target" + s + ".labels"); s++) {
            Tensor masks = t.get("target" + s + ".masks");
            int[] shape = masks.shape();
            int pixels = shape[2] * shape[3];
            byte[][][] bits = new byte[shape[0]][shape[1]][pixels];
            for (int i = 0; i < masks.values().length; i++) {
                bits[i / pixels / shape[1]][i / pixels % shape[1]][i % pixels] = (byte) masks.values()[i];
            }
            int[] heights = new int[shape[1]];
            int[] widths = new int[shape[1]];
            java.util.Arrays.fill(heights, shape[2]);
            java.util.Arrays.fill(widths, shape[3]);
            double[] known = t.get("target" + s + ".in_class_set").values();
            boolean[] inClassSet = new boolean[known.length];
            for (int c = 0; c < known.length; c++) {
                inClassSet[c] = known[c] != 0;
            }
            out.add(new Target(t.get("target" + s + ".labels").ints(), bits, heights, widths, inClassSet));
        }
        return out;
    }

    private static int count(Map<String, Tensor> t, String prefix, String suffix) {
        int n = 0;
        while (t.containsKey(prefix + n + suffix)) {
            n++;
        }
        return n;
    }

    private static float[] row(Tensor t, int row) {
        int width = t.values().length / t.shape()[0];
        float[] out = new float[width];
        for (int i = 0; i < width; i++) {
            out[i] = (float) t.values()[row * width + i];
        }
        return out;
    }

    private static float[] flat(double[][] rows) {
        float[] out = new float[rows.length * rows[0].length];
        for (int i = 0; i < out.length; i++) {
            out[i] = (float) rows[i / rows[0].length][i % rows[0].length];
        }
        return out;
    }

    private static NDArray array(NDManager manager, Tensor t) {
        return manager.create(t.floats(), new Shape(t.longShape()));
    }

    private static NDArray leaf(NDManager manager, Tensor t) {
        NDArray leaf = array(manager, t);
        leaf.setRequiresGradient(true);
        return leaf;
    }

    private static void term(Entry entry, String name, NDArray actual, JsonObject values) {
        if (values.has(name)) {
            close(entry + " " + name, actual.getFloat(), values.get(name).getAsDouble());
        }
    }

    private static void close(String what, double actual, double expected) {
        assertThat(actual).as(what).isCloseTo(expected, within(RELATIVE * Math.max(1e-3, Math.abs(expected))));
    }

    private static void gradient(Entry entry, String name, Map<String, Tensor> t, NDArray leaf) {
        Tensor expected = t.get(name);
        if (expected != null) {
            Fixtures.assertClose(entry, name, expected, leaf.getGradient().toFloatArray());
        }
    }
}
