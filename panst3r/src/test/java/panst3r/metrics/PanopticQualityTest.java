package panst3r.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.GenerationMode;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.statistics.Statistics;
import org.junit.jupiter.api.Test;

class PanopticQualityTest {
    private static final ClassSplit SPLIT = new ClassSplit(Set.of(1, 2), Set.of(3));

    /**
     * Each pair of segments compared pixel by pixel, as the definitions read; no counting shared with the real one. Every seed
     * once, so these are 10,000 cases; the shares say that what is special is among them.
     */
    @Property(tries = 10_000, generation = GenerationMode.EXHAUSTIVE)
    void equalsBruteForceMatching(@ForAll @IntRange(max = 9_999) int seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int n = 4 + random.nextInt(30);
        int labels = 2 + random.nextInt(3);
        int[][] maps = new int[4][n];
        for (int i = 0; i < n; i++) {
            boolean copy = random.nextInt(3) > 0; // mostly right, so that there are matches
            maps[2][i] = i > 0 && random.nextInt(4) > 0 ? maps[2][i - 1] : random.nextInt(labels);
            maps[3][i] = i > 0 && random.nextInt(4) > 0 ? maps[3][i - 1] : random.nextInt(2);
            maps[0][i] = copy ? maps[2][i] : random.nextInt(labels);
            maps[1][i] = copy ? maps[3][i] : random.nextInt(2);
        }
        if (random.nextInt(10) == 0) {
            Arrays.fill(maps[random.nextInt(2) * 2], 0); // nothing predicted, or nothing labelled
        }
        LabelCounts counts = new LabelCounts(SPLIT);
        // several views give what one gives
        int views = 1 + random.nextInt(4);
        for (int v = 0, from = 0; v < views; v++) {
            int to = v == views - 1 ? n : from + random.nextInt(n - from + 1);
            int begin = from;
            int[][] view = Arrays.stream(maps)
                    .map(m -> Arrays.copyOfRange(m, begin, to))
                    .toArray(int[][]::new);
            counts.add(view[0], view[1], view[2], view[3]);
            from = to;
        }
        int matched = 0;
        for (boolean forgiving : List.of(true, false)) {
            PanopticQuality quality = forgiving ? PanopticQuality.of(counts, false) : PanopticQuality.strict(counts);
            for (int label : List.of(1, 2, 3)) {
                double[] expected = bruteForce(maps, label, forgiving);
                var actual = quality.perClass().get(label);
                if (expected == null) {
                    assertThat(actual).isNull();
                    continue;
                }
                matched += (int) expected[1];
                assertThat(new double[] {
                            actual.iouSum(), actual.truePositives(), actual.falsePositives(), actual.falseNegatives()
                        })
                        .as("seed %d class %d", seed, label)
                        .containsExactly(expected, within(1e-12));
            }
        }
        covered("several views", views > 1, 50);
        covered("void truth", Arrays.stream(maps[2]).anyMatch(l -> l == 0), 50);
        covered("void prediction", Arrays.stream(maps[0]).anyMatch(l -> l == 0), 50);
        covered("nothing labelled", Arrays.stream(maps[2]).allMatch(l -> l == 0), 1);
        covered("nothing predicted", Arrays.stream(maps[0]).allMatch(l -> l == 0), 1);
        covered("matches", matched > 0, 50);
    }

    /** At least so many per cent of the cases are of this kind. */
    private static void covered(String kind, boolean is, double least) {
        Statistics.label(kind).collect(is).coverage(c -> c.check(true).percentage(p -> p >= least));
    }

    /** Of the wall 40 % are left void, of two chairs one altogether, and a class is rare. */
    @Test
    void whatIsLeftVoidIsForgivenByThePapersRuleAndMissedByTheStrictOne() {
        LabelCounts counts = new LabelCounts(SPLIT);
        add(counts, 600, 3, 0, 3, 0);
        add(counts, 400, 0, 0, 3, 0);
        add(counts, 100, 2, 5, 2, 1);
        add(counts, 100, 0, 0, 2, 2);
        add(counts, 3, 1, 7, 1, 3);
        PanopticQuality papers = PanopticQuality.of(counts, true);
        assertThat(papers.all().pq()).isEqualTo(1);
        assertThat(papers.rare()).containsExactly(1);
        // IoU 0.6; one of two found: 1 / (1 + 1/2); the rare one found
        assertThat(PanopticQuality.strict(counts).all().pq()).isEqualTo((0.6 + 2.0 / 3 + 1) / 3, within(1e-12));
    }

    private static void add(LabelCounts counts, int n, int... of) {
        int[][] maps = Arrays.stream(of)
                .mapToObj(value -> {
                    int[] map = new int[n];
                    Arrays.fill(map, value);
                    return map;
                })
                .toArray(int[][]::new);
        counts.add(maps[0], maps[1], maps[2], maps[3]);
    }

    /** @param forgiving pixels of a true segment that are left void, as the papers do */
    private static double[] bruteForce(int[][] maps, int label, boolean forgiving) {
        int n = maps[0].length;
        Set<Integer> predicted = new HashSet<>();
        Set<Integer> truth = new HashSet<>();
        for (int i = 0; i < n; i++) {
            if (maps[2][i] == 0) {
                continue;
            }
            if (maps[0][i] == label) {
                predicted.add(SPLIT.stuff().contains(label) ? 0 : maps[1][i]);
            }
            if (maps[2][i] == label) {
                truth.add(SPLIT.stuff().contains(label) ? 0 : maps[3][i]);
            }
        }
        if (predicted.isEmpty() && truth.isEmpty()) {
            return null;
        }
        double[] out = new double[4];
        Set<Integer> found = new HashSet<>();
        for (int p : predicted) {
            boolean hit = false;
            for (int t : truth) {
                double intersection = 0;
                double union = 0;
                for (int i = 0; i < n; i++) {
                    boolean inPrediction = is(maps[0], maps[1], i, label, p);
                    boolean inTruth = is(maps[2], maps[3], i, label, t);
                    boolean counts = maps[2][i] != 0 && !(forgiving && inTruth && maps[0][i] == 0);
                    intersection += counts && inPrediction && inTruth ? 1 : 0;
                    union += counts && (inPrediction || inTruth) ? 1 : 0;
                }
                if (intersection / union > 0.5) {
                    out[0] += intersection / union;
                    out[1]++;
                    hit = true;
                    found.add(t);
                }
            }
            out[2] += hit ? 0 : 1;
        }
        for (int t : truth) {
            int area = 0;
            int unseen = 0;
            for (int i = 0; i < n; i++) {
                if (is(maps[2], maps[3], i, label, t)) {
                    area++;
                    unseen += maps[0][i] == 0 ? 1 : 0;
                }
            }
            out[3] += found.contains(t) || forgiving && 2 * unseen > area ? 0 : 1;
        }
        return out;
    }

    private static boolean is(int[] labels, int[] instances, int i, int label, int instance) {
        return labels[i] == label && (SPLIT.stuff().contains(label) || instances[i] == instance);
    }

    @Test
    void aPerfectPredictionScoresOne() {
        LabelCounts counts = new LabelCounts(SPLIT);
        int[] labels = {1, 1, 2, 2, 3, 3, 0, 0};
        int[] instances = {1, 2, 1, 1, 5, 6, 9, 9};
        counts.add(labels, instances, labels, instances);
        PanopticQuality quality = PanopticQuality.of(counts, true);
        assertThat(quality.all()).isEqualTo(new PanopticQuality.Quality(1, 1, 1));
        assertThat(quality.perClass().get(1).truePositives()).isEqualTo(2);
        assertThat(quality.perClass().get(3).truePositives())
                .as("stuff is one segment")
                .isEqualTo(1);
        assertThat(counts.pixels()).as("void truth is left out").isEqualTo(6);
    }

    @Test
    void noCountedClassLeavesTheMeanUndefined() {
        LabelCounts counts = new LabelCounts(SPLIT);
        counts.add(new int[] {1}, new int[] {1}, new int[] {0}, new int[] {0});
        assertThat(PanopticQuality.of(counts, false).all().pq()).isNaN();
        assertThat(Semantic.of(counts, false).miou()).isNaN();
    }
}
