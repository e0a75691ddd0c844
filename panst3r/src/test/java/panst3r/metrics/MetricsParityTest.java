package panst3r.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import panst3r.Fixtures;
import panst3r.Fixtures.Tensor;

/** metrics.md against the numbers in {@code metrics/}. */
@Tag("parity")
class MetricsParityTest {
    private static final String PANOPTIC = "metrics/panoptic.json";
    private static final String GEOMETRY = "metrics/geometry.json";

    @TestFactory
    Stream<DynamicTest> panoptic() {
        return !Fixtures.has(PANOPTIC)
                ? Stream.empty()
                : Fixtures.json(PANOPTIC).entrySet().stream()
                        .map(e -> dynamicTest(
                                e.getKey(),
                                () -> panoptic(e.getKey(), e.getValue().getAsJsonObject())));
    }

    private static void panoptic(String name, JsonObject expected) {
        Map<String, Tensor> maps = Fixtures.tensors("metrics/" + name + ".safetensors");
        ClassSplit split = new ClassSplit(ints(expected.get("things")), ints(expected.get("stuff")));
        int views = maps.get("true_class").shape()[0];
        LabelCounts scene = new LabelCounts(split);
        List<LabelCounts> images = new ArrayList<>();
        for (int v = 0; v < views; v++) {
            LabelCounts image = new LabelCounts(split);
            for (LabelCounts counts : List.of(scene, image)) {
                counts.add(
                        view(maps, "pred_class", v),
                        view(maps, "pred_instance", v),
                        view(maps, "true_class", v),
                        view(maps, "true_instance", v));
            }
            images.add(image);
        }
        double bound = Double.parseDouble(Fixtures.entry(PANOPTIC).tolerance());
        for (String rule : List.of("with", "without")) {
            boolean leaveOutRare = rule.equals("with");
            check(
                    name + " scene " + rule,
                    PanopticQuality.of(scene, leaveOutRare),
                    expected.get("scene_" + rule + "_rule"),
                    bound);
            List<PanopticQuality> perImage = images.stream()
                    .map(i -> PanopticQuality.of(i, leaveOutRare))
                    .toList();
            JsonElement each = expected.get("per_image_" + rule + "_rule");
            for (int v = 0; each != null && v < views; v++) {
                check(
                        name + " view " + v + " " + rule,
                        perImage.get(v),
                        each.getAsJsonArray().get(v),
                        bound);
            }
            JsonElement mean = expected.get("mean_over_images_" + rule + "_rule");
            if (mean != null) {
                quality(name + " mean " + rule, PanopticQuality.meanOverImages(perImage), mean, bound);
            }
            JsonElement semantic = expected.get("semantic_" + rule + "_rule");
            if (semantic != null) {
                semantic(name + " " + rule, Semantic.of(scene, leaveOutRare), semantic.getAsJsonObject(), bound);
            }
        }
    }

    private static void check(String what, PanopticQuality actual, JsonElement json, double bound) {
        if (json == null || json.isJsonNull()) { // nothing left to count
            if (json != null) {
                assertThat(actual.all().pq()).as(what).isNaN();
            }
            return;
        }
        JsonObject expected = json.getAsJsonObject();
        quality(what, actual.all(), expected, bound);
        quality(what + " things", actual.things(), expected.get("things"), bound);
        quality(what + " stuff", actual.stuff(), expected.get("stuff"), bound);
        if (expected.has("classes_counted")) {
            assertThat(actual.perClass().keySet()).as(what).isEqualTo(ints(expected.get("classes_counted")));
        }
        if (expected.has("classes_left_out_as_rare")) {
            assertThat(actual.rare()).as(what).isEqualTo(ints(expected.get("classes_left_out_as_rare")));
        }
        if (expected.has("per_class")) {
            for (Map.Entry<String, JsonElement> e :
                    expected.getAsJsonObject("per_class").entrySet()) {
                var of = actual.perClass().get(Integer.valueOf(e.getKey()));
                JsonObject c = e.getValue().getAsJsonObject();
                String where = what + " class " + e.getKey();
                assertThat(of.truePositives()).as(where).isEqualTo(c.get("tp").getAsInt());
                assertThat(of.falsePositives()).as(where).isEqualTo(c.get("fp").getAsInt());
                assertThat(of.falseNegatives()).as(where).isEqualTo(c.get("fn").getAsInt());
                assertThat(of.iouSum()).as(where).isCloseTo(number(c.get("iou_sum")), within(bound));
                quality(where, of.quality(), c, bound);
            }
        }
    }

    private static void quality(String what, PanopticQuality.Quality actual, JsonElement json, double bound) {
        if (json == null || json.isJsonNull()) {
            return;
        }
        JsonObject expected = json.getAsJsonObject();
        close(what + " pq", actual.pq(), expected.get("pq"), bound);
        close(what + " sq", actual.sq(), expected.get("sq"), bound);
        close(what + " rq", actual.rq(), expected.get("rq"), bound);
    }

    private static void semantic(String what, Semantic actual, JsonObject expected, double bound) {
        close(what + " miou", actual.miou(), expected.get("miou"), bound);
        close(what + " pixel accuracy", actual.pixelAccuracy(), expected.get("pixel_accuracy"), bound);
        close(what + " mean accuracy", actual.meanAccuracy(), expected.get("mean_accuracy"), bound);
        perClass(what + " iou", actual.classIou(), expected.get("class_iou"), bound);
        perClass(what + " accuracy", actual.classAccuracy(), expected.get("class_accuracy"), bound);
    }

    private static void perClass(String what, Map<Integer, Double> actual, JsonElement json, double bound) {
        if (json != null) {
            JsonObject expected = json.getAsJsonObject();
            assertThat(actual).as(what).hasSize(expected.size());
            actual.forEach((c, value) -> close(what + " " + c, value, expected.get(c.toString()), bound));
        }
    }

    @TestFactory
    Stream<DynamicTest> geometry() {
        if (!Fixtures.has(GEOMETRY)) {
            return Stream.empty();
        }
        double bound = Double.parseDouble(Fixtures.entry(GEOMETRY).tolerance());
        return Fixtures.json(GEOMETRY).getAsJsonObject("cases").entrySet().stream()
                .map(e -> dynamicTest(e.getKey(), () -> geometry(e.getKey(), e.getValue(), bound)));
    }

    private static void geometry(String name, JsonElement json, double bound) {
        if (name.startsWith("focal")) {
            for (JsonElement e : json.getAsJsonArray()) {
                JsonObject f = e.getAsJsonObject();
                close(
                        name,
                        FocalAccuracy.relativeError(number(f.get("predicted")), number(f.get("true"))),
                        f.get("relative_error"),
                        bound);
            }
            return;
        }
        JsonObject expected = json.getAsJsonObject();
        Map<String, Tensor> t = Fixtures.tensors("metrics/" + name + ".safetensors");
        if (name.startsWith("poses")) {
            PoseAccuracy a = PoseAccuracy.of(matrices(t.get("predicted_c2w")), matrices(t.get("true_c2w")));
            // Near 0 an arc cosine is good to √ε radians at best, so angles are held to the bound in radians.
            angles(name + " rotation", a.rotationDegrees(), expected.getAsJsonArray("rotation_degrees"), bound);
            angles(
                    name + " translation",
                    a.translationDegrees(),
                    expected.getAsJsonArray("translation_degrees"),
                    bound);
            expected.getAsJsonObject("rra")
                    .entrySet()
                    .forEach(e -> close(
                            name + " rra", a.rotationAccuracy(Double.parseDouble(e.getKey())), e.getValue(), bound));
            expected.getAsJsonObject("rta")
                    .entrySet()
                    .forEach(e -> close(
                            name + " rta", a.translationAccuracy(Double.parseDouble(e.getKey())), e.getValue(), bound));
            close(name + " auc30", a.auc30(), expected.get("auc30"), bound);
            close(name + " ate", a.trajectoryRmse(), expected.get("ate_rmse"), bound);
            close(name + " ate mean", a.trajectoryMean(), expected.get("ate_mean"), bound);
            alignment(name, a.alignment(), expected.getAsJsonObject("alignment"), bound);
        } else if (name.startsWith("depth")) {
            double[] truth = t.get("true").values().clone();
            double[] valid = t.get("valid").values();
            for (int i = 0; i < truth.length; i++) {
                truth[i] = valid[i] == 0 ? 0 : truth[i];
            }
            DepthAccuracy a = DepthAccuracy.of(t.get("predicted").values(), truth);
            close(name + " scale", a.scale(), expected.get("scale"), bound);
            close(name + " absolute relative", a.absoluteRelative(), expected.get("absolute_relative"), bound);
            close(name + " inliers", a.inlierRatio(), expected.get("inlier_ratio"), bound);
        } else if (name.startsWith("points")) {
            double[] predicted = t.get("predicted").values();
            double[] truth = t.get("true").values();
            Similarity alignment = Similarity.align(predicted, truth);
            alignment(name, alignment, expected.getAsJsonObject("alignment"), bound);
            // The manifest's words: "the first 300 predicted points against all 400 true ones".
            int first = (int) number(
                    Fixtures.entry("metrics/" + name + ".safetensors")
                            .json()
                            .get("checks")
                            .getAsString(),
                    "the first ");
            double[] moved = alignment.apply(Arrays.copyOf(predicted, 3 * first));
            PointAccuracy a = PointAccuracy.of(moved, truth);
            close(name + " accuracy", a.accuracyMean(), expected.get("accuracy_mean"), bound);
            close(name + " accuracy median", a.accuracyMedian(), expected.get("accuracy_median"), bound);
            close(name + " completeness", a.completenessMean(), expected.get("completeness_mean"), bound);
            close(name + " completeness median", a.completenessMedian(), expected.get("completeness_median"), bound);
        } else {
            throw new AssertionError("nothing here computes " + name);
        }
    }

    private static void alignment(String name, Similarity actual, JsonObject expected, double bound) {
        close(name + " scale", actual.scale(), expected.get("scale"), bound);
        for (int i = 0; i < 3; i++) {
            close(
                    name + " translation",
                    actual.translation()[i],
                    expected.getAsJsonArray("translation").get(i),
                    bound);
            for (int j = 0; j < 3; j++) {
                JsonArray row = expected.getAsJsonArray("rotation").get(i).getAsJsonArray();
                close(name + " rotation", actual.rotation()[3 * i + j], row.get(j), bound);
            }
        }
    }

    private static void angles(String what, double[] actual, JsonArray expected, double bound) {
        assertThat(actual).as(what).hasSize(expected.size());
        for (int i = 0; i < actual.length; i++) {
            close(what, actual[i], expected.get(i), Math.toDegrees(bound));
        }
    }

    private static void close(String what, double actual, JsonElement expected, double bound) {
        if (expected == null || expected.isJsonNull()) {
            return;
        }
        double e = number(expected);
        if (Double.isNaN(e)) {
            assertThat(actual).as(what).isNaN();
        } else {
            assertThat(actual).as(what).isCloseTo(e, within(bound * Math.max(1, Math.abs(e))));
        }
    }

    /** NaN and Infinity are strings in the fixtures. */
    private static double number(JsonElement json) {
        return Double.parseDouble(json.getAsString());
    }

    private static double number(String text, String after) {
        return Double.parseDouble(
                text.substring(text.indexOf(after) + after.length()).split("\\D")[0]);
    }

    private static Set<Integer> ints(JsonElement array) {
        return array.getAsJsonArray().asList().stream()
                .map(JsonElement::getAsInt)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static int[] view(Map<String, Tensor> maps, String name, int view) {
        Tensor t = maps.get(name);
        int pixels = t.shape()[1] * t.shape()[2];
        int[] out = new int[pixels];
        for (int i = 0; i < pixels; i++) {
            out[i] = (int) t.values()[view * pixels + i];
        }
        return out;
    }

    private static List<double[]> matrices(Tensor t) {
        List<double[]> out = new ArrayList<>();
        for (int v = 0; v < t.shape()[0]; v++) {
            out.add(Arrays.copyOfRange(t.values(), 16 * v, 16 * v + 16));
        }
        return out;
    }
}
