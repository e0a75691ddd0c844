package panst3r.merge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import panst3r.CancelledException;
import panst3r.PanSt3RException;
import panst3r.Progress;
import panst3r.checkpoint.LabelMode;

class MergeOptionsTest {
    @Test
    void strategiesAreFoundByName() {
        assertThat(Merge.names()).containsExactly("standard-v2", "standard-v1", "qubo", "argmax");
        for (String name : Merge.names()) {
            assertThat(Merge.named(name).name()).isEqualTo(name);
        }
        refused(
                () -> Merge.named("qbo"),
                "There is no merging strategy “qbo”; there is standard-v2, standard-v1, qubo, argmax (did you mean “qubo”?).");
    }

    @Test
    void fluentAndTextualOptionsAreTheSame() {
        assertThat(Merge.standardV2().maskThreshold(0.3).iterations(1).describe())
                .isEqualTo("standard-v2 mask-threshold=0.3 iterations=1")
                .isEqualTo(Merge.named("standard-v2")
                        .with("iterations", "1")
                        .with("mask-threshold", " 0.30")
                        .describe());
        assertThat(Merge.standardV2().maskThreshold(0.3).maskThreshold(0.25).describe())
                .isEqualTo("standard-v2");
        assertThat(Merge.standardV1().option("mask-threshold")).isEqualTo("0.5");
        assertThat(Merge.qubo()
                        .lambda(2e-3)
                        .probabilityWeighting(true)
                        .solver("exact")
                        .describe())
                .isEqualTo("qubo lambda=0.002 probability-weighting=true solver=exact");
    }

    @Test
    void aTextIsReadAsItIsWritten() {
        for (MergeStrategy s : Merge.all()) {
            assertThat(Merge.parse(s.describe()).describe()).isEqualTo(s.name());
        }
        String text = Merge.qubo().lambda(0.25).solver("exact").describe();
        assertThat(Merge.parse(text).describe()).isEqualTo(text);
        assertThat(Merge.parse("qubo:lambda=0.25:solver=exact").describe()).isEqualTo(text);
        refused(
                () -> Merge.parse("qubo:lambda"),
                "“lambda” in “qubo:lambda” is no option with a value; write qubo:option=value.");
        assertThatThrownBy(() -> Merge.parse("qbo:lambda=1")).hasMessageContaining("did you mean “qubo”");
        assertThatThrownBy(() -> Merge.parse("qubo:lambda=2")).hasMessageContaining("0 … 1");
    }

    @Test
    void everyOptionIsDescribedAndTakesItsOwnDefaultAndEnds() {
        for (MergeStrategy s : Merge.all()) {
            for (Option o : s.options()) {
                assertThat(o.description()).isNotBlank();
                assertThat(o.range()).isNotBlank();
                assertThat(s.with(o.name(), o.initial()).describe()).isEqualTo(s.name());
                for (String choice : o.choices()) {
                    assertThat(s.with(o.name(), choice).option(o.name())).isEqualTo(choice);
                }
                if (o.choices().isEmpty()) {
                    s.with(o.name(), String.valueOf(o.min()));
                    s.with(o.name(), String.valueOf(o.max()));
                    for (String bad : List.of(
                            String.valueOf(o.max() + 1), String.valueOf(o.min() - 1), "NaN", "Infinity", "much", "")) {
                        assertThatThrownBy(() -> s.with(o.name(), bad))
                                .isInstanceOf(PanSt3RException.class)
                                .hasMessageContaining(o.name())
                                .hasMessageContaining(o.range());
                    }
                }
            }
        }
    }

    @Test
    void wrongOptionsAreOneSentence() {
        refused(
                () -> Merge.standardV2().maskThreshold(1.5),
                "mask-threshold is 1.5 but must be a number within 0.01 … 1.");
        refused(
                () -> Merge.qubo().with("restarts", "2.5"),
                "restarts is 2.5 but must be a whole number within 1 … 10000.");
        refused(() -> Merge.qubo().timeLimit(0), "time-limit is 0 but must be a number within 0.01 … 86400.");
        refused(() -> Merge.qubo().with("solver", "magic"), "solver is “magic” but must be one of annealing, exact.");
        refused(
                () -> Merge.argmax().with("mask-treshold", "0.3"),
                "argmax has no option “mask-treshold”; there is mask-threshold (did you mean “mask-threshold”?).");
        refused(() -> Merge.prepare(masks(2, 0)).threads(0), "The number of threads is 0 but must be at least 1.");
    }

    @Test
    void logitsThatAreNoNumbersAreRefused() {
        ArrayMasks masks = masks(2, 0);
        masks.values().get(0)[5] = Float.NaN;
        ClassLogits classes = classes(2);
        for (MergeStrategy s : Merge.all()) {
            refused(
                    () -> s.merge(classes, masks, Progress.SILENT),
                    "The mask logits of query 1 in view 0 hold NaN, so this prediction cannot be merged; run the model again.");
        }
        classes.values()[3] = Float.NaN;
        for (MergeStrategy s : Merge.all()) {
            refused(
                    () -> s.merge(classes, masks(2, 0), Progress.SILENT),
                    "The class logits of query 1 hold NaN, so this prediction cannot be merged; run the model again.");
        }
    }

    @Test
    void infiniteLogitsAreNumbers() {
        ArrayMasks masks = masks(2, Float.NEGATIVE_INFINITY);
        Arrays.fill(masks.values().get(0), 4, 8, Float.POSITIVE_INFINITY);
        for (MergeStrategy s : List.of(Merge.standardV2(), Merge.qubo(), Merge.argmax())) {
            Panoptic p = s.merge(classes(2), masks, Progress.SILENT);
            assertThat(p.segments()).as(s.name()).hasSize(1);
            assertThat(p.segments().get(0).query()).isEqualTo(1);
            assertThat(p.segments().get(0).area()).isEqualTo(16);
            assertThat(p.confidence().get(0)).containsOnly(1f);
        }
    }

    @Test
    void partsOfDifferentPredictionsAreRefused() {
        refused(
                () -> Merge.qubo().merge(classes(3), masks(2, 0), Progress.SILENT),
                "The class logits are of 3 queries and 2 classes but the masks of 2 queries, so they are not of one prediction.");
        ArrayMasks wrong = new ArrayMasks(3, masks(2, 0).sizes(), masks(2, 0).values());
        refused(
                () -> Merge.qubo().merge(classes(3), wrong, Progress.SILENT),
                "View 0 has 8 mask logits for 3 queries of 2 × 2 and cannot be merged; run the model again.");
        ClassLogits softmax = new ClassLogits(2, 2, new float[4], LabelMode.SOFTMAX);
        assertThatThrownBy(() -> Merge.standardV2().temperature(0.1).merge(softmax, masks(2, 0), Progress.SILENT))
                .isInstanceOf(PanSt3RException.class)
                .hasMessageStartingWith("temperature is meant for models with sigmoid classes");
    }

    @Test
    void noKeptQueryMeansAllVoid() {
        Panoptic standard = Merge.standardV2()
                .classThreshold(1)
                .voidConfidence(0.2)
                .merge(classes(2), masks(2, 3), Progress.SILENT);
        assertThat(standard.segments()).isEmpty();
        assertThat(standard.ids().get(0)).containsOnly(0);
        assertThat(standard.confidence().get(0)).containsOnly(0.2f);
        Panoptic qubo = Merge.qubo().minClassProbability(1).merge(classes(2), masks(2, 3), Progress.SILENT);
        assertThat(qubo.segments()).isEmpty();
        assertThat(qubo.ids().get(0)).containsOnly(0);
        assertThat(qubo.confidence().get(0)).containsOnly(0f);
        assertThat(qubo.solution().energy()).isZero();
    }

    @Test
    void interruptionStopsAMerge() {
        for (MergeStrategy s : Merge.all()) {
            for (int threads = 1; threads < 3; threads++) {
                PreparedMasks masks = Merge.prepare(masks(2, 0)).threads(threads);
                Thread.currentThread().interrupt();
                assertThatThrownBy(() -> s.merge(classes(2), masks, Progress.SILENT))
                        .isInstanceOf(CancelledException.class);
                assertThat(Thread.interrupted()).isFalse();
                assertThat(s.merge(classes(2), masks, Progress.SILENT).ids()).hasSize(1);
            }
        }
    }

    /** One view of 4 × 4 with masks of 2 × 2, all logits the same. */
    private static ArrayMasks masks(int queries, float logit) {
        float[] values = new float[queries * 4];
        Arrays.fill(values, logit);
        return new ArrayMasks(queries, List.of(new int[] {4, 4, 2, 2}), List.of(values));
    }

    private static ClassLogits classes(int queries) {
        float[] values = new float[queries * 2];
        Arrays.fill(values, 1f);
        return new ClassLogits(queries, 2, values, LabelMode.SIGMOID);
    }

    private static void refused(org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String sentence) {
        assertThatThrownBy(call).isInstanceOf(PanSt3RException.class).hasMessage(sentence);
    }
}
