package panst3r.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class GeometryMetricsTest {
    @Property(tries = 200)
    void nearestNeighbourEqualsLookingAtAll(@ForAll long seed) {
        Random random = new Random(seed);
        double[] points = new double[3 * (1 + random.nextInt(200))];
        for (int i = 0; i < points.length; i++) {
            points[i] = random.nextInt(3) == 0 ? random.nextInt(3) : random.nextDouble(); // ties among them
        }
        KdTree tree = new KdTree(points);
        for (int k = 0; k < 20; k++) {
            double[] q = {random.nextDouble() * 3 - 1, random.nextDouble(), random.nextInt(3)};
            double best = Double.POSITIVE_INFINITY;
            for (int i = 0; i < points.length; i += 3) {
                double dx = q[0] - points[i];
                double dy = q[1] - points[i + 1];
                double dz = q[2] - points[i + 2];
                best = Math.min(best, dx * dx + dy * dy + dz * dz);
            }
            assertThat(tree.nearestSquared(q[0], q[1], q[2])).isEqualTo(best);
        }
    }

    @Property(tries = 200)
    void alignmentFindsTheSimilarityThatMadeThePoints(@ForAll long seed) {
        Random random = new Random(seed);
        double[] from = random.doubles(3 * (4 + random.nextInt(20)), -1, 1).toArray();
        double angle = random.nextDouble() * 6;
        Similarity truth = new Similarity(
                0.1 + random.nextDouble(),
                new double[] {Math.cos(angle), -Math.sin(angle), 0, Math.sin(angle), Math.cos(angle), 0, 0, 0, 1},
                new double[] {random.nextDouble(), 2, -3});
        double[] to = truth.apply(from);
        Similarity found = Similarity.align(from, to);
        assertThat(found.scale()).isCloseTo(truth.scale(), within(1e-9));
        assertThat(found.rotation()).containsExactly(truth.rotation(), within(1e-9));
        assertThat(found.translation()).containsExactly(truth.translation(), within(1e-9));
    }

    @Test
    void aMirroredCloudIsNotMirroredBack() {
        double[] from = {0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1};
        double[] to = {0, 0, 0, -1, 0, 0, 0, 1, 0, 0, 0, 1};
        double[] r = Similarity.align(from, to).rotation();
        double det = r[0] * (r[4] * r[8] - r[5] * r[7])
                - r[1] * (r[3] * r[8] - r[5] * r[6])
                + r[2] * (r[3] * r[7] - r[4] * r[6]);
        assertThat(det).isCloseTo(1, within(1e-12));
    }

    @Test
    void depthIsJudgedAfterMedianScaling() {
        DepthAccuracy a = DepthAccuracy.of(new double[] {1, 2, 3, 7, 9}, new double[] {2, 4, 6, 0, 20});
        // medians of the valid four: predicted 2.5, true 5; scaled 2, 4, 6, 18 against 2, 4, 6, 20
        assertThat(a.scale()).isEqualTo(2);
        assertThat(a.absoluteRelative()).isCloseTo(0.1 / 4, within(1e-12));
        assertThat(a.inlierRatio()).isEqualTo(0.75);
        assertThat(a.pixels()).isEqualTo(4);
    }
}
