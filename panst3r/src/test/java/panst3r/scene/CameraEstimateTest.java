package panst3r.scene;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.FloatBuffer;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import panst3r.checkpoint.PointmapActivation;

/** Focal length and pose where the right answer is known. */
class CameraEstimateTest {
    /** One pixel column, two rows: pixels at v − 1 = −1 and 0, and u − ½ = −½. */
    @Test
    void focalOfTwoPixelsByHand() {
        // rays (−0.25, −0.5) and (−0.25, 0): both at f = 2 exactly
        Pointmap map = linear(1, 2, new double[][] {{-0.5, -1, 2}, {-1, 0, 4}});
        assertThat(CameraEstimate.focal(map)).isCloseTo(2, within(1e-7));
    }

    @Test
    void outliersDoNotMoveTheFocalLength() {
        double[][] points = pinhole(20, 20, 25, 3);
        for (int i = 0; i < points.length; i += 7) {
            points[i] = new double[] {-points[i][0], -points[i][1], points[i][2]};
        }
        assertThat(CameraEstimate.focal(linear(20, 20, points))).isCloseTo(25, within(0.05));
    }

    @Property(tries = 50)
    void aPerfectPinholeGivesItsFocalLength(
            @ForAll @IntRange(min = 2, max = 40) int width,
            @ForAll @IntRange(min = 2, max = 40) int height,
            @ForAll @DoubleRange(min = 5, max = 500) double focal,
            @ForAll int seed) {
        double[][] points = pinhole(width, height, focal, seed);
        assertThat(CameraEstimate.focal(linear(width, height, points))).isCloseTo(focal, within(1e-5 * focal));
        // the scale of the scene does not matter
        for (double[] p : points) {
            for (int k = 0; k < 3; k++) {
                p[k] *= 37;
            }
        }
        assertThat(CameraEstimate.focal(linear(width, height, points))).isCloseTo(focal, within(1e-5 * focal));
    }

    @Test
    void whatHasNoDirectionHasNoFocalLength() {
        assertThat(CameraEstimate.focal(linear(2, 2, new double[4][3]))).isZero();
        assertThat(CameraEstimate.focal(linear(1, 2, new double[][] {{1, 1, 2}, {1, 1, 2}})))
                .isZero();
    }

    /** Three points on the axes, turned a quarter about z and moved. */
    @Test
    void poseByHand() {
        double[][] local = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}, {0, 0, 0}};
        double[][] global = {{10, 21, 30}, {9, 20, 30}, {10, 20, 31}, {10, 20, 30}};
        double[] pose = CameraEstimate.pose(map(4, 1, local, global, new double[4]));
        assertVector(pose, new double[] {0, -1, 0, 10, 1, 0, 0, 20, 0, 0, 1, 30, 0, 0, 0, 1}, 1e-6);
    }

    /** Two clouds under different motions: the one that counts is the one with the weight. */
    @Test
    void confidenceDecides() {
        double[][] local = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}, {1, 2, 3}, {-3, 1, 2}, {2, 2, -5}};
        double[][] global = {{1, 0, 5}, {0, 1, 5}, {0, 0, 6}, {9, 9, 9}, {-9, 0, 3}, {4, 5, 6}};
        double[] pose = CameraEstimate.pose(map(6, 1, local, global, new double[] {0, 0, 0, -40, -40, -40}));
        assertVector(pose, new double[] {1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 5, 0, 0, 0, 1}, 1e-6);
    }

    @Property(tries = 100)
    void aRigidMotionIsFoundExactly(@ForAll int seed, @ForAll @IntRange(min = 3, max = 60) int points) {
        Random random = new Random(seed);
        double[] truth = randomPose(random);
        double[][] local = new double[points][3];
        double[][] global = new double[points][];
        double[] confidence = new double[points];
        for (int i = 0; i < points; i++) {
            for (int k = 0; k < 3; k++) {
                local[i][k] = 4 * random.nextGaussian();
            }
            global[i] = SyntheticRoom.move(truth, local[i]);
            confidence[i] = random.nextGaussian();
        }
        double[] pose = CameraEstimate.pose(map(points, 1, local, global, confidence));
        assertRotation(pose);
        for (int i = 0; i < points; i++) {
            assertVector(SyntheticRoom.move(pose, local[i]), global[i], 2e-4);
        }
    }

    @Property(tries = 100)
    void whateverTheNetworkSaysThePoseIsARotation(@ForAll int seed, @ForAll @IntRange(min = 1, max = 20) int points) {
        Random random = new Random(seed);
        float[] raw = new float[7 * points];
        for (int i = 0; i < raw.length; i++) {
            raw[i] = switch (random.nextInt(12)) {
                case 0 -> Float.NaN;
                case 1 -> Float.POSITIVE_INFINITY;
                case 2 -> 0;
                case 3 -> 1e30f;
                default -> (float) random.nextGaussian();
            };
        }
        for (PointmapActivation activation : PointmapActivation.values()) {
            Pointmap map = new Pointmap(points, 1, FloatBuffer.wrap(raw), activation);
            assertRotation(CameraEstimate.pose(map));
            assertThat(CameraEstimate.focal(map)).isGreaterThanOrEqualTo(0);
        }
    }

    @Test
    void aMirroredCloudIsNeverMirroredBack() {
        double[] rotation = CameraEstimate.nearestRotation(new double[] {3, 0, 0, 0, 2, 0, 0, 0, -1});
        assertVector(rotation, new double[] {1, 0, 0, 0, 1, 0, 0, 0, 1}, 1e-12);
    }

    @Test
    void activationByHand() {
        // ‖(3, 4, 0)‖ = 5: direction (0.6, 0.8, 0), length e⁵ − 1
        Pointmap map =
                new Pointmap(1, 1, FloatBuffer.wrap(new float[] {3, 4, 0, 0, 0, 0, 0}), PointmapActivation.NORM_EXP);
        float[] p = new float[3];
        map.global(0, p);
        assertThat(p[0]).isCloseTo((float) (0.6 * 147.4131591), within(1e-4f));
        assertThat(p[1]).isCloseTo((float) (0.8 * 147.4131591), within(1e-4f));
        map.local(0, p);
        assertThat(p).containsExactly(0, 0, 0);
        assertThat(map.confidence(0)).isEqualTo(2);
    }

    private static double[][] pinhole(int width, int height, double focal, int seed) {
        Random random = new Random(seed);
        double[][] points = new double[width * height][];
        for (int v = 0, i = 0; v < height; v++) {
            for (int u = 0; u < width; u++, i++) {
                double z = 0.5 + 5 * random.nextDouble();
                points[i] = new double[] {(u - width / 2.0) / focal * z, (v - height / 2.0) / focal * z, z};
            }
        }
        return points;
    }

    private static Pointmap linear(int width, int height, double[][] local) {
        return map(width, height, local, local, new double[local.length]);
    }

    private static Pointmap map(int width, int height, double[][] local, double[][] global, double[] confidence) {
        float[] raw = new float[7 * local.length];
        for (int i = 0; i < local.length; i++) {
            for (int k = 0; k < 3; k++) {
                raw[7 * i + k] = (float) global[i][k];
                raw[7 * i + 3 + k] = (float) local[i][k];
            }
            raw[7 * i + 6] = (float) confidence[i];
        }
        return new Pointmap(width, height, FloatBuffer.wrap(raw), PointmapActivation.LINEAR);
    }

    private static double[] randomPose(Random random) {
        double[] q = new double[4];
        double norm = 0;
        for (int i = 0; i < 4; i++) {
            q[i] = random.nextGaussian();
            norm += q[i] * q[i];
        }
        double s = 2 / norm;
        double w = q[0];
        double x = q[1];
        double y = q[2];
        double z = q[3];
        return new double[] {
            1 - s * (y * y + z * z),
            s * (x * y - w * z),
            s * (x * z + w * y),
            random.nextGaussian(),
            s * (x * y + w * z),
            1 - s * (x * x + z * z),
            s * (y * z - w * x),
            random.nextGaussian(),
            s * (x * z - w * y),
            s * (y * z + w * x),
            1 - s * (x * x + y * y),
            random.nextGaussian(),
            0,
            0,
            0,
            1
        };
    }

    private static void assertRotation(double[] pose) {
        for (int a = 0; a < 3; a++) {
            for (int b = 0; b < 3; b++) {
                double dot = pose[a] * pose[b] + pose[4 + a] * pose[4 + b] + pose[8 + a] * pose[8 + b];
                assertThat(dot).isCloseTo(a == b ? 1 : 0, within(1e-9));
            }
        }
        double determinant = pose[0] * (pose[5] * pose[10] - pose[6] * pose[9])
                - pose[1] * (pose[4] * pose[10] - pose[6] * pose[8])
                + pose[2] * (pose[4] * pose[9] - pose[5] * pose[8]);
        assertThat(determinant).isCloseTo(1, within(1e-9));
    }

    private static void assertVector(double[] actual, double[] expected, double tolerance) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < expected.length; i++) {
            assertThat(actual[i]).as("element " + i).isCloseTo(expected[i], within(tolerance));
        }
    }
}
