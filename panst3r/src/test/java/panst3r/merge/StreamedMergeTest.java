package panst3r.merge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import panst3r.Progress;
import panst3r.checkpoint.LabelMode;

/** The streamed path against its plain twin, to the last bit, on any sizes. */
class StreamedMergeTest {
    @Property(tries = 150)
    void standardIsTheTwins(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 12) int queries,
            @ForAll @IntRange(min = 1, max = 100) int maskPercent,
            @ForAll @IntRange(min = 0, max = 60) int classPercent,
            @ForAll @IntRange(min = 1, max = 3) int rounds) {
        double maskThreshold = maskPercent / 100.0;
        double classThreshold = classPercent / 100.0;
        SplittableRandom random = new SplittableRandom(seed);
        MaskSource masks = random(queries, random);
        ClassLogits classes = classes(queries, random);
        Panoptic actual = Merge.standardV2()
                .maskThreshold(maskThreshold)
                .classThreshold(classThreshold)
                .overlapThreshold(0.3)
                .iterations(rounds)
                .merge(classes, masks, Progress.SILENT);
        float[] score = ClassScores.of(classes).score();
        int[] kept = IntStream.range(0, queries)
                .filter(q -> score[q] > (float) classThreshold)
                .toArray();
        same(actual, new PlainMerge(masks).standard(kept, score, (float) maskThreshold, 0.3, rounds, 0.1f));
    }

    @Property(tries = 150)
    void mapOfChosenQueriesIsTheTwins(@ForAll long seed, @ForAll @IntRange(min = 1, max = 12) int queries) {
        SplittableRandom random = new SplittableRandom(seed);
        MaskSource masks = random(queries, random);
        ClassLogits classes = classes(queries, random);
        int[] chosen =
                IntStream.range(0, queries).filter(q -> random.nextBoolean()).toArray();
        QuboMerge all = Merge.qubo().minConfidence(0);
        same(all.assign(chosen, classes, masks, Progress.SILENT), new PlainMerge(masks).own(chosen, null));
        int[] every = IntStream.range(0, queries).toArray();
        same(Merge.argmax().merge(classes, masks, Progress.SILENT), new PlainMerge(masks).own(every, null));
    }

    @Property(tries = 100)
    void overlapsAreTheTwinsWithinTheBound(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 40) int queries, @ForAll boolean weighted) {
        SplittableRandom random = new SplittableRandom(seed);
        MaskSource masks = random(queries, random);
        float[] weights = weighted ? ClassScores.of(classes(queries, random)).score() : null;
        PlainMerge plain = new PlainMerge(masks);
        Overlaps actual = Merge.prepare(masks).threads(1).overlaps(weights, Progress.SILENT);
        Overlaps other = Merge.prepare(masks).threads(3).overlaps(weights, Progress.SILENT);
        for (int i = 0; i < queries; i++) {
            for (int j = 0; j < queries; j++) {
                assertThat(actual.share(i, j))
                        .isEqualTo(plain.share(i, j, weights), within(Overlaps.errorBound()))
                        .isEqualTo(actual.share(j, i))
                        .isEqualTo(other.share(i, j));
            }
        }
    }

    /** Probabilities just below the cutoff everywhere: the bound is reached, not passed. */
    @Test
    void theBoundOfTheOverlapsIsTight() {
        float[] logits = new float[2 * 64];
        Arrays.fill(logits, Sigmoid.inverse(0.999e-6f));
        MaskSource masks = new ArrayMasks(2, List.of(new int[] {16, 16, 8, 8}), List.of(logits));
        double lost = new PlainMerge(masks).share(0, 1, null)
                - Merge.prepare(masks).overlaps(null, Progress.SILENT).share(0, 1);
        assertThat(lost).isBetween(0.99e-6, Overlaps.errorBound());
        assertThat(Overlaps.errorBound()).isLessThan(1e-5);
    }

    @Property(tries = 40)
    void threadsAndTheSpillChangeNothing(@ForAll long seed, @ForAll @IntRange(min = 2, max = 12) int queries) {
        SplittableRandom random = new SplittableRandom(seed);
        MaskSource masks = random(queries, random);
        ClassLogits classes = classes(queries, random);
        for (MergeStrategy s :
                List.of(Merge.standardV2(), Merge.qubo(), Merge.qubo().solver("exact"), Merge.argmax())) {
            Panoptic one = s.merge(classes, Merge.prepare(masks).threads(1), Progress.SILENT);
            for (PreparedMasks other : List.of(
                    Merge.prepare(masks).threads(2),
                    Merge.prepare(masks).threads(7),
                    Merge.prepare(masks).heapLimit(0))) {
                identical(s.merge(classes, other, Progress.SILENT), one);
            }
        }
    }

    /** A prepared source gives what a fresh one gives, whatever was merged from it before. */
    @Test
    void preparedMasksRememberNothingThatMatters() {
        SyntheticMasks synthetic = new SyntheticMasks(30, 10, 3);
        MaskSource raw = synthetic.masks(3, 48, 64);
        ClassLogits classes = synthetic.classes(5);
        PreparedMasks prepared = Merge.prepare(raw);
        List<MergeStrategy> strategies = new ArrayList<>(Merge.all());
        strategies.add(Merge.standardV2().maskThreshold(0.02).classThreshold(0));
        strategies.add(Merge.qubo().probabilityWeighting(true).penalty(0.5));
        strategies.addAll(Merge.all());
        for (MergeStrategy s : strategies) {
            Panoptic fresh = s.merge(classes, raw, Progress.SILENT);
            identical(s.merge(classes, prepared, Progress.SILENT), fresh);
            assertThat(fresh.strategy()).isEqualTo(s.describe());
        }
    }

    @Test
    void sigmoidIsThatOfTheMathLibrary() {
        for (float x = -100; x <= 100; x += 0.00317f) {
            double exact = 1 / (1 + Math.exp(-(double) x));
            assertThat((double) Sigmoid.of(x)).isEqualTo(exact, within(2e-7 * exact + 1e-37));
        }
        assertThat(Sigmoid.of(0)).isEqualTo(0.5f);
        assertThat(Sigmoid.of(Float.POSITIVE_INFINITY)).isEqualTo(1f);
        assertThat(Sigmoid.of(Float.NEGATIVE_INFINITY)).isEqualTo(0f);
        assertThat(Sigmoid.of(Float.NaN)).isNaN();
    }

    @Test
    void resizingOneAxisByHand() {
        Axis twice = new Axis(2, 4);
        assertThat(twice.lo).containsExactly(0, 0, 0, 1);
        assertThat(twice.hi).containsExactly(1, 1, 1, 1);
        assertThat(twice.weight).containsExactly(0f, 0.25f, 0.75f, 0.25f);
        Axis half = new Axis(4, 2);
        assertThat(half.lo).containsExactly(0, 2);
        assertThat(half.weight).containsExactly(0.5f, 0.5f);
    }

    private static void same(Panoptic actual, PlainMerge.Result expected) {
        int[] queryOf = new int[actual.segments().size() + 1];
        queryOf[0] = -1;
        long[] area = new long[queryOf.length];
        actual.segments().forEach(s -> queryOf[s.id()] = s.query());
        for (int v = 0; v < actual.ids().size(); v++) {
            int[] owners =
                    Arrays.stream(actual.ids().get(v)).map(id -> queryOf[id]).toArray();
            assertThat(owners).isEqualTo(expected.owner()[v]);
            assertThat(actual.confidence().get(v)).isEqualTo(expected.confidence()[v]);
            Arrays.stream(actual.ids().get(v)).forEach(id -> area[id]++);
        }
        actual.segments().forEach(s -> assertThat(s.area()).isEqualTo(area[s.id()]));
    }

    private static void identical(Panoptic actual, Panoptic expected) {
        assertThat(actual.segments()).isEqualTo(expected.segments());
        for (int v = 0; v < expected.ids().size(); v++) {
            assertThat(actual.ids().get(v)).isEqualTo(expected.ids().get(v));
            assertThat(actual.confidence().get(v))
                    .isEqualTo(expected.confidence().get(v));
        }
        if (expected.solution() != null) {
            assertThat(actual.solution().chosen()).isEqualTo(expected.solution().chosen());
            assertThat(actual.solution().energy()).isEqualTo(expected.solution().energy());
            assertThat(actual.solution().lowerBound())
                    .isEqualTo(expected.solution().lowerBound());
        }
    }

    /** Views of random sizes, masks smaller, larger or of one pixel; logits anywhere, some constant, some extreme. */
    private static MaskSource random(int queries, SplittableRandom random) {
        List<int[]> sizes = new ArrayList<>();
        List<float[]> values = new ArrayList<>();
        int views = 1 + random.nextInt(3);
        for (int v = 0; v < views; v++) {
            int[] size = {1 + random.nextInt(40), 1 + random.nextInt(40), 1 + random.nextInt(24), 1 + random.nextInt(24)
            };
            float[] logits = new float[queries * size[2] * size[3]];
            float offset = (float) random.nextDouble(-18, 3);
            float spread = (float) random.nextDouble(0, 12);
            for (int i = 0; i < logits.length; i++) {
                logits[i] = random.nextInt(50) == 0 ? 8 : offset + spread * (float) random.nextDouble(-1, 1);
            }
            sizes.add(size);
            values.add(logits);
        }
        return new ArrayMasks(queries, sizes, values);
    }

    private static ClassLogits classes(int queries, SplittableRandom random) {
        float[] values = new float[queries * 3];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextDouble(-5, 5);
        }
        return new ClassLogits(queries, 3, values, LabelMode.SIGMOID);
    }
}
