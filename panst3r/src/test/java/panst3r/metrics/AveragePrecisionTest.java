package panst3r.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class AveragePrecisionTest {
    private static final ClassSplit SPLIT = new ClassSplit(Set.of(1, 2), Set.of(3));

    private static AveragePrecision of(int[] classes, int[] ids, int[] trueClasses, int[] trueIds, double... scores) {
        LabelCounts counts = new LabelCounts(SPLIT);
        counts.add(classes, ids, trueClasses, trueIds);
        return AveragePrecision.of(counts, id -> scores[id]);
    }

    @Test
    void byHand() {
        // Two true chairs of four pixels. Found: three pixels of the first (IoU 3/4), surest; one of the second (IoU
        // 1/4);
        // and three of the second again (IoU 3/4), least sure.
        int[] trueClasses = {1, 1, 1, 1, 1, 1, 1, 1, 0};
        int[] trueIds = {1, 1, 1, 1, 2, 2, 2, 2, 0};
        int[] classes = {1, 1, 1, 0, 1, 1, 1, 1, 1};
        int[] ids = {1, 1, 1, 0, 2, 3, 3, 3, 3};
        AveragePrecision a = of(classes, ids, trueClasses, trueIds, 0, 0.9, 0.8, 0.7);
        // At 0.25 the second prediction takes the second chair: both found without a mistake before.
        assertThat(a.ap25()).isEqualTo(1);
        // At 0.5 it is a mistake between the two: precision 1 for the first half of the recall, 2/3 for the second.
        assertThat(a.ap50()).isCloseTo((1 + 2 / 3.0) / 2, within(1e-12));
        // 0.50 … 0.75 as at 0.5, from 0.80 nothing fits.
        assertThat(a.ap()).isCloseTo(6 * a.ap50() / 10, within(1e-12));
        assertThat(a.perClass().get(1).instances()).isEqualTo(2);
        assertThat(a.perClass()).doesNotContainKey(2);
    }

    @Test
    void whatIsSureAndWrongCosts() {
        int[] trueClasses = {1, 1, 3, 3};
        int[] trueIds = {1, 1, 0, 0};
        int[] classes = {1, 1, 1, 1};
        int[] ids = {1, 1, 2, 2};
        assertThat(of(classes, ids, trueClasses, trueIds, 0, 0.9, 0.1).ap()).isEqualTo(1);
        assertThat(of(classes, ids, trueClasses, trueIds, 0, 0.1, 0.9).ap()).isEqualTo(0.5);
    }

    @Test
    void withoutATrueInstanceItIsUndefined() {
        assertThat(of(new int[] {1}, new int[] {1}, new int[] {3}, new int[] {0}, 0, 1)
                        .ap())
                .isNaN();
        assertThat(of(new int[] {0}, new int[] {0}, new int[] {2}, new int[] {5})
                        .ap())
                .isZero();
    }

    /** Masks compared pixel by pixel, and for every true instance the best precision at which it is reached. */
    @Property(tries = 2000)
    void equalsItsPlainTwin(@ForAll long seed) {
        Random random = new Random(seed);
        int n = 4 + random.nextInt(30);
        int[][] maps = new int[4][n];
        for (int i = 0; i < n; i++) {
            boolean copy = random.nextInt(3) > 0;
            maps[2][i] = i > 0 && random.nextInt(4) > 0 ? maps[2][i - 1] : random.nextInt(4);
            maps[3][i] = i > 0 && random.nextInt(4) > 0 ? maps[3][i - 1] : random.nextInt(3);
            maps[0][i] = copy ? maps[2][i] : random.nextInt(4);
            maps[1][i] = copy ? maps[3][i] : random.nextInt(3);
        }
        double[] scores = random.doubles(3).toArray();
        AveragePrecision a = of(maps[0], maps[1], maps[2], maps[3], scores);
        for (int label : List.of(1, 2)) {
            double at25 = plain(maps, label, 0.25, scores);
            var actual = a.perClass().get(label);
            if (Double.isNaN(at25)) {
                assertThat(actual).isNull();
            } else {
                assertThat(actual.ap25()).as("seed %d class %d", seed, label).isCloseTo(at25, within(1e-12));
                assertThat(actual.ap50()).isCloseTo(plain(maps, label, 0.5, scores), within(1e-12));
                double ap = IntStream.range(0, 10)
                        .mapToDouble(t -> plain(maps, label, (50 + 5 * t) / 100.0, scores))
                        .average()
                        .orElseThrow();
                assertThat(actual.ap()).isCloseTo(ap, within(1e-12));
            }
        }
    }

    private static double plain(int[][] maps, int label, double threshold, double[] scores) {
        Set<Integer> truth = new HashSet<>();
        Set<Integer> predicted = new HashSet<>();
        for (int i = 0; i < maps[0].length; i++) {
            if (maps[2][i] == label) {
                truth.add(maps[3][i]);
            }
            if (maps[0][i] == label && maps[2][i] != 0) {
                predicted.add(maps[1][i]);
            }
        }
        if (truth.isEmpty()) {
            return Double.NaN;
        }
        int[] order = predicted.stream()
                .sorted((a, b) -> Double.compare(scores[b], scores[a]))
                .mapToInt(p -> p)
                .toArray();
        Set<Integer> left = new HashSet<>(truth);
        int[] hits = new int[order.length];
        for (int k = 0; k < order.length; k++) {
            int p = order[k];
            hits[k] = k == 0 ? 0 : hits[k - 1];
            Integer best = left.stream()
                    .filter(t -> iou(maps, label, p, t) >= threshold)
                    .max((a, b) -> {
                        int c = Double.compare(iou(maps, label, p, a), iou(maps, label, p, b));
                        return c != 0 ? c : Integer.compare(b, a);
                    })
                    .orElse(null);
            if (best != null) {
                left.remove(best);
                hits[k]++;
            }
        }
        double sum = 0;
        for (int t = 1; t <= truth.size(); t++) {
            int wanted = t;
            sum += IntStream.range(0, order.length)
                    .filter(k -> hits[k] >= wanted)
                    .mapToDouble(k -> hits[k] / (k + 1.0))
                    .max()
                    .orElse(0);
        }
        return sum / truth.size();
    }

    private static double iou(int[][] maps, int label, int p, int t) {
        double intersection = 0;
        double union = 0;
        for (int i = 0; i < maps[0].length; i++) {
            boolean a = maps[0][i] == label && maps[1][i] == p && maps[2][i] != 0;
            boolean b = maps[2][i] == label && maps[3][i] == t;
            intersection += a && b ? 1 : 0;
            union += a || b ? 1 : 0;
        }
        return intersection / union;
    }

    @Test
    void normalsAreComparedWithTheNearestPoint() {
        double[] points = {0, 0, 0, 1, 0, 0, 5, 0, 0};
        double[] up = {0, 0, 1, 0, 0, 1, Double.NaN, Double.NaN, Double.NaN};
        double[] tilted = {0, 0, -1, 0, 0.6, 0.8, 0, 0, 1};
        PointAccuracy a =
                PointAccuracy.of(new PointAccuracy.Cloud(points, tilted), new PointAccuracy.Cloud(points, up), 9);
        assertThat(a.accuracyMean()).isZero();
        assertThat(a.normalConsistency()).isCloseTo(0.9, within(1e-12)); // 1 whatever the side, 0.8, and one unknown
        assertThat(PointAccuracy.of(points, points).normalConsistency()).isNaN();
        double[] far = Arrays.copyOf(points, 9);
        far[6] = 9;
        assertThat(PointAccuracy.of(far, points).accuracyMean()).isCloseTo(4 / 3.0, within(1e-12));
    }
}
