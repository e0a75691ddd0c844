package panst3r.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import panst3r.metrics.ClassSplit;
import panst3r.metrics.GroundTruth.MeasuredView;
import panst3r.metrics.PointAccuracy;
import panst3r.metrics.Similarity;
import panst3r.rooms.RoomCamera;
import panst3r.rooms.RoomView;

/** Distances between clouds, beside a twin that looks at every pair of points. */
class PointAccuracyTest {
    private static final int WIDTH = 5;
    private static final int HEIGHT = 4;

    @Property(tries = 1000)
    void equalsLookingAtEveryPair(@ForAll long seed) {
        Random random = new Random(seed);
        double[] a = cloud(random);
        double[] b = random.nextInt(5) == 0 ? a.clone() : cloud(random);
        PointAccuracy found = PointAccuracy.of(a, b);
        expect(found, a, b);
        assertThat(found.normalConsistency()).isNaN();
        PointAccuracy other = PointAccuracy.of(b, a);
        assertThat(other.accuracyMean()).isEqualTo(found.completenessMean());
        assertThat(other.completenessMedian()).isEqualTo(found.accuracyMedian());
    }

    @Property(tries = 500)
    void normalsAreThoseOfANearestPoint(@ForAll long seed) {
        Random random = new Random(seed);
        double[] a = cloud(random);
        double[] b = cloud(random);
        double[] ofA = random.doubles(a.length, -1, 1).toArray();
        double[] ofB = random.doubles(b.length, -1, 1).toArray();
        double found = PointAccuracy.of(
                        new PointAccuracy.Cloud(a, ofA), new PointAccuracy.Cloud(b, ofB), Integer.MAX_VALUE)
                .normalConsistency();
        // of points that are equally near, any will do
        double[] one = consistency(a, ofA, b, ofB);
        double[] other = consistency(b, ofB, a, ofA);
        assertThat(found).isBetween((one[0] + other[0]) / 2 - 1e-12, (one[1] + other[1]) / 2 + 1e-12);
    }

    /** Several views, some of them without a true or a predicted point, make one cloud. */
    @Property(tries = 500)
    void ofSeveralViews(@ForAll long seed) {
        Random random = new Random(seed);
        RunningEvaluation running =
                new RunningEvaluation("room", List.of(), new ClassSplit(Set.of(), Set.of()), 0, false);
        List<double[]> truth = new ArrayList<>();
        List<double[]> predicted = new ArrayList<>();
        List<double[]> matching = new ArrayList<>();
        int views = 1 + random.nextInt(3);
        for (int v = 0; v < views; v++) {
            int n = WIDTH * HEIGHT;
            double[] pose = {1, 0, 0, v, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1};
            RoomCamera camera = new RoomCamera(WIDTH, HEIGHT, 4, 4, 2, 1.5, pose);
            boolean blind = random.nextInt(4) == 0;
            boolean silent = random.nextInt(4) == 0;
            float[] depth = new float[n];
            float[] points = new float[3 * n];
            for (int i = 0; i < n; i++) {
                depth[i] = blind ? 0 : random.nextInt(4); // 0 where there is none
                boolean none = silent || random.nextInt(5) == 0;
                for (int a = 0; a < 3; a++) {
                    points[3 * i + a] = none ? Float.NaN : (float) random.nextGaussian();
                }
                if (depth[i] > 0) {
                    double[] p = {
                        (float) (v + (i % WIDTH - 2) / 4.0 * depth[i]),
                        (float) ((i / WIDTH - 1.5) / 4 * depth[i]),
                        depth[i]
                    };
                    truth.add(p);
                    if (!none) {
                        matching.add(p);
                        predicted.add(new double[] {points[3 * i], points[3 * i + 1], points[3 * i + 2]});
                    }
                }
            }
            RoomView photo = new RoomView("view" + v, camera, new byte[3 * n], depth, new int[n]);
            int[] pixels = IntStream.range(0, n).toArray();
            running.add(
                    new RunningEvaluation.PredictedView(
                            v, photo.name(), WIDTH, HEIGHT, null, null, new float[n], points, 4, pose),
                    new MeasuredView(v, photo, pixels, new int[n], new int[n]));
        }
        Optional<PointAccuracy> found = running.finish(id -> 0).points();
        assertThat(found.isPresent()).isEqualTo(!predicted.isEmpty());
        if (found.isPresent()) {
            Similarity alignment = Similarity.align(flat(predicted), flat(matching));
            expect(found.get(), alignment.apply(flat(predicted)), flat(truth));
        }
    }

    @Test
    void byHand() {
        // (0,0,0) and (3,4,0) against (0,0,1) and twice (0,0,0)
        PointAccuracy found =
                PointAccuracy.of(new double[] {0, 0, 0, 3, 4, 0}, new double[] {0, 0, 1, 0, 0, 0, 0, 0, 0});
        assertThat(found.accuracyMean()).isEqualTo(2.5);
        assertThat(found.completenessMean()).isEqualTo(1 / 3.0);
        assertThat(found.completenessMedian()).isZero();
    }

    @Test
    void withoutPointsThereIsNoDistance() {
        assertThatThrownBy(() -> PointAccuracy.of(new double[0], new double[3]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no points");
    }

    /** Some of its points lie on a grid, so that several are equally near. */
    private static double[] cloud(Random random) {
        double[] out = new double[3 * (1 + random.nextInt(40))];
        boolean grid = random.nextBoolean();
        Arrays.setAll(out, i -> grid ? random.nextInt(3) : random.nextDouble() * 3);
        return out;
    }

    private static double[] flat(List<double[]> points) {
        return points.stream().flatMapToDouble(Arrays::stream).toArray();
    }

    private static void expect(PointAccuracy found, double[] a, double[] b) {
        double[] there = distances(a, b);
        double[] back = distances(b, a);
        assertThat(found.accuracyMean()).isCloseTo(mean(there), within(1e-9));
        assertThat(found.completenessMean()).isCloseTo(mean(back), within(1e-9));
        assertThat(found.accuracyMedian()).isCloseTo(median(there), within(1e-9));
        assertThat(found.completenessMedian()).isCloseTo(median(back), within(1e-9));
    }

    private static double distance(double[] a, int i, double[] b, int j) {
        return Math.sqrt(Math.pow(a[3 * i] - b[3 * j], 2)
                + Math.pow(a[3 * i + 1] - b[3 * j + 1], 2)
                + Math.pow(a[3 * i + 2] - b[3 * j + 2], 2));
    }

    private static double[] distances(double[] from, double[] to) {
        double[] out = new double[from.length / 3];
        Arrays.fill(out, Double.POSITIVE_INFINITY);
        for (int i = 0; i < out.length; i++) {
            for (int j = 0; j < to.length / 3; j++) {
                out[i] = Math.min(out[i], distance(from, i, to, j));
            }
        }
        return out;
    }

    /** Least and greatest mean of |cos| that a choice among the nearest points can give. */
    private static double[] consistency(double[] from, double[] ofFrom, double[] to, double[] ofTo) {
        double[] nearest = distances(from, to);
        double[] out = new double[2];
        for (int i = 0; i < nearest.length; i++) {
            double least = Double.POSITIVE_INFINITY;
            double most = 0;
            for (int j = 0; j < to.length / 3; j++) {
                if (distance(from, i, to, j) <= nearest[i] + 1e-12) {
                    double cosine = 0;
                    for (int a = 0; a < 3; a++) {
                        cosine += ofFrom[3 * i + a] * ofTo[3 * j + a];
                    }
                    least = Math.min(least, Math.abs(cosine));
                    most = Math.max(most, Math.abs(cosine));
                }
            }
            out[0] += least / nearest.length;
            out[1] += most / nearest.length;
        }
        return out;
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).average().orElseThrow();
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int n = sorted.length;
        return n % 2 == 1 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
    }
}
