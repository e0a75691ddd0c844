package panst3r.merge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import panst3r.Fixtures;
import panst3r.Fixtures.Tensor;
import panst3r.Progress;
import panst3r.merge.qubo.Qubo;

/** Maps, segments and energies as the authors' implementation has them. */
@Tag("parity")
class MergingParityTest {
    @TestFactory
    Stream<DynamicTest> standard() {
        return MergingCase.all().stream().flatMap(c -> {
            MaskSource masks = Merge.prepare(c.masks());
            return elements(c.numbers(), "standard")
                    .filter(e -> c.has(text(e, "label_mode")))
                    .map(e -> DynamicTest.dynamicTest(c + " " + text(e, "variant"), () -> {
                        StandardMerge strategy =
                                text(e, "variant").startsWith("v1") ? Merge.standardV1() : Merge.standardV2();
                        if (e.has("temperature") && !e.get("temperature").isJsonNull()) {
                            strategy = strategy.temperature(e.get("temperature").getAsDouble());
                        }
                        Panoptic actual = strategy.merge(c.classes(text(e, "label_mode")), masks, Progress.SILENT);
                        check(c, text(e, "variant"), e, actual, "score");
                    }));
        });
    }

    @TestFactory
    Stream<DynamicTest> mapOfChosenQueries() {
        return MergingCase.all().stream().flatMap(c -> {
            MaskSource masks = Merge.prepare(c.masks());
            return elements(c.numbers(), "qubo_merge")
                    .filter(e -> c.has(text(e, "label_mode")))
                    .map(e -> {
                        String name = text(e, "variant") + "." + text(e, "solution");
                        return DynamicTest.dynamicTest(c + " " + name, () -> {
                            int[] chosen = ints(e.getAsJsonArray("chosen_queries"));
                            Panoptic actual = Merge.qubo()
                                    .assign(chosen, c.classes(text(e, "label_mode")), masks, Progress.SILENT);
                            check(c, name, e, actual, "class_prob");
                        });
                    });
        });
    }

    @TestFactory
    Stream<DynamicTest> energyMatrix() {
        return MergingCase.all().stream()
                .filter(c -> c.has("sigmoid") && c.qubo() != null && c.tensors().containsKey("qubo.A"))
                .map(c -> DynamicTest.dynamicTest(c.toString(), () -> {
                    Qubo q = Merge.qubo()
                            .penalty(c.qubo().get("penalty").getAsDouble())
                            .problem(c.classes("sigmoid"), c.masks(), Progress.SILENT);
                    float[] a = new float[q.a().length];
                    for (int i = 0; i < a.length; i++) {
                        a[i] = (float) q.a()[i];
                    }
                    double bound = Fixtures.bound(c.entry(), "qubo.A", 1e-5);
                    Fixtures.assertWithin(c + " qubo.A", c.tensors().get("qubo.A"), a, bound);
                }));
    }

    private static void check(MergingCase c, String variant, JsonObject e, Panoptic actual, String scoreName) {
        int ambiguous = e.get("ambiguous_pixels").getAsInt();
        double confidence = Fixtures.bound(c.entry(), "confidences", 1e-4);
        int different = 0;
        for (int v = 0; v < actual.ids().size(); v++) {
            Tensor ids = c.tensors().get(variant + ".pan.view" + v);
            Tensor conf = c.tensors().get(variant + ".conf.view" + v);
            if (ids == null || conf == null) {
                continue;
            }
            assertThat(actual.ids().get(v)).hasSameSizeAs(ids.values());
            for (int i = 0; i < ids.values().length; i++) {
                if (actual.ids().get(v)[i] != ids.values()[i]) {
                    different++;
                } else {
                    assertThat((double) actual.confidence().get(v)[i])
                            .as("confidence in view %d at %d", v, i)
                            .isEqualTo(conf.values()[i], within(confidence));
                }
            }
        }
        assertThat(different).as("pixels with another id").isLessThanOrEqualTo(ambiguous);
        checkSegments(e.getAsJsonArray("segments"), actual.segments(), ambiguous, scoreName, confidence);
    }

    private static void checkSegments(
            JsonArray expected, List<Segment> actual, int ambiguous, String scoreName, double confidence) {
        List<String> want = new ArrayList<>();
        List<String> have = new ArrayList<>();
        expected.forEach(s -> want.add(
                s.getAsJsonObject().get("id") + ": query " + s.getAsJsonObject().get("query_id") + " class "
                        + s.getAsJsonObject().get("category_id")));
        actual.forEach(s -> have.add(s.id() + ": query " + s.query() + " class " + s.label()));
        assertThat(have).isEqualTo(want);
        for (int i = 0; i < have.size(); i++) {
            JsonObject s = expected.get(i).getAsJsonObject();
            Segment a = actual.get(i);
            assertThat(a.classScore()).isEqualTo(s.get(scoreName).getAsDouble(), within(confidence));
            assertThat((double) a.area()).isEqualTo(s.get("area").getAsDouble(), within((double) ambiguous));
            if (s.has("mask_conf") && a.area() == s.get("area").getAsLong()) {
                assertThat(a.maskConfidence()).isEqualTo(s.get("mask_conf").getAsDouble(), within(confidence));
            }
        }
    }

    private static Stream<JsonObject> elements(JsonObject json, String name) {
        return json.has(name)
                ? json.getAsJsonArray(name).asList().stream().map(JsonElement::getAsJsonObject)
                : Stream.of();
    }

    private static String text(JsonObject e, String name) {
        return e.get(name).getAsString();
    }

    private static int[] ints(JsonArray a) {
        return a.asList().stream().mapToInt(JsonElement::getAsInt).toArray();
    }
}
