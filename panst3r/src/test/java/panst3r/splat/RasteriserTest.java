package panst3r.splat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import panst3r.CancelledException;

/** The tile rasteriser beside its plain twin, and for any number of threads. */
class RasteriserTest {
    private static final float[] BACKGROUND = {0.2f, 0.4f, 0.1f};

    /** Gaussians of all sizes in front of, beside and behind the camera; some opaque, some all but gone. */
    static Gaussians cloud(int n, int degree, long seed) {
        Random random = new Random(seed);
        Gaussians g = Gaussians.zeros(n, degree);
        int k = 3 * Gaussians.coefficients(degree);
        for (int i = 0; i < n; i++) {
            float z = (float) (0.5 + 4 * random.nextDouble()) * (i % 17 == 0 ? -1 : 1);
            g.means()[3 * i] = (float) random.nextGaussian() * Math.abs(z) * 0.6f;
            g.means()[3 * i + 1] = (float) random.nextGaussian() * Math.abs(z) * 0.5f;
            g.means()[3 * i + 2] = z;
            for (int c = 0; c < 3; c++) {
                g.logScales()[3 * i + c] = (float) (-4.5 + 1.3 * random.nextGaussian());
            }
            for (int c = 0; c < 4; c++) {
                g.quaternions()[4 * i + c] = (float) random.nextGaussian();
            }
            g.opacityLogits()[i] = (float) (3 * random.nextGaussian());
            for (int c = 0; c < k; c++) {
                g.sh()[i * k + c] = (float) (random.nextGaussian() * (c < 3 ? 0.8 : 0.2));
            }
        }
        return g;
    }

    static Pinhole camera(int width, int height) {
        double s = Math.sin(0.2);
        double c = Math.cos(0.2);
        return new Pinhole(
                width,
                height,
                0.9 * width,
                0.95 * width,
                0.48 * width,
                0.55 * height,
                new double[] {c, 0, s, 0, 1, 0, -s, 0, c},
                new double[] {0.1, -0.05, 0.2});
    }

    private static float[] random(int n, long seed) {
        Random random = new Random(seed);
        float[] out = new float[n];
        for (int i = 0; i < n; i++) {
            out[i] = (float) random.nextGaussian();
        }
        return out;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void rendersWhatThePlainTwinRenders(long seed) {
        Gaussians g = cloud(400, 3, seed);
        Pinhole camera = camera(45 + (int) seed * 7, 38);
        Rasteriser fast = new Rasteriser(1);
        fast.prepare(g, camera, 3);
        Rendering seen = fast.blend(BACKGROUND);
        PlainRasteriser plain = new PlainRasteriser(g, camera, 3);
        plain.render(BACKGROUND);
        close(plain.rgb, seen.rgb(), 2e-5);
        close(plain.alpha, seen.alpha(), 2e-5);
        close(plain.depth, seen.depth(), 1e-4);
        float[] features = random(5 * g.size(), seed);
        close(plain.features(features, 5), fast.blend(features, 5), 1e-4);
    }

    /** A float α may fall on the other side of a threshold than a double one; then a pixel differs by up to 1/255. */
    private static void close(double[] expected, float[] actual, double bound) {
        int beyond = 0;
        double most = 0;
        for (int i = 0; i < actual.length; i++) {
            double d = Math.abs(expected[i] - actual[i]);
            beyond += d > bound ? 1 : 0;
            most = Math.max(most, d);
        }
        assertThat(beyond).isLessThanOrEqualTo(actual.length / 1000);
        assertThat(most).isLessThan(0.03);
    }

    /** None to 40 Gaussians of which each value may be extreme: size, place, rotation, opacity, colour. */
    private static Gaussians nasty(Random random) {
        int degree = random.nextInt(4);
        Gaussians g = cloud(random.nextInt(41), degree, random.nextLong());
        for (int i = 0; i < g.size(); i++) {
            switch (random.nextInt(4)) {
                case 0 -> { // huge, tiny, or a needle
                    float all = (float) (20 * random.nextDouble() - 15);
                    for (int c = 0; c < 3; c++) {
                        g.logScales()[3 * i + c] = random.nextInt(3) == 0 ? 8 * random.nextFloat() - 10 : all;
                    }
                }
                case 1 -> { // around the camera, on the near plane, far away
                    float z = new float[] {-3, -0.01f, 0, 0.19f, 0.2001f, 0.21f, 1e3f, 1e6f}[random.nextInt(8)];
                    g.means()[3 * i + 2] = z;
                    g.means()[3 * i] = (float) random.nextGaussian() * (random.nextInt(4) == 0 ? 1e3f : z);
                }
                default -> {}
            }
            if (random.nextInt(3) == 0) {
                float length = new float[] {0, 1e-20f, 1e-8f, 1e8f, 1e18f}[random.nextInt(5)];
                for (int c = 0; c < 4; c++) {
                    g.quaternions()[4 * i + c] *= length;
                }
            }
            if (random.nextInt(3) == 0) {
                g.opacityLogits()[i] = new float[] {-1e30f, -90, -5.6f, 4.6f, 90, 1e30f}[random.nextInt(6)];
            }
            if (random.nextInt(5) == 0) {
                g.sh()[i * 3 * Gaussians.coefficients(degree)] = random.nextBoolean() ? 100 : -100;
            }
        }
        return g;
    }

    /** Pictures of any size, most of them no multiple of a tile; every pixel in which no decision is a matter of rounding. */
    @Property(tries = 400)
    void rendersAndDerivesWhatThePlainTwinDoesOfNastyInput(@ForAll Random random) {
        Gaussians g = nasty(random);
        Pinhole camera = camera(1 + random.nextInt(50), 1 + random.nextInt(40));
        int n = camera.width() * camera.height();
        Rasteriser fast = new Rasteriser(1 + random.nextInt(3));
        fast.prepare(g, camera, 3);
        Rendering seen = fast.blend(BACKGROUND);
        PlainRasteriser plain = new PlainRasteriser(g, camera, 3);
        plain.render(BACKGROUND);
        boolean[] doubtful = plain.doubtful();
        float[] features = random(2 * g.size(), 1);
        float[] carried = fast.blend(features, 2);
        double[] carriedByPlain = plain.features(features, 2);
        for (int i = 0; i < n; i++) {
            if (!doubtful[i]) {
                assertThat((double) seen.alpha()[i]).isCloseTo(plain.alpha[i], within(1e-3));
                near(seen.depth()[i], plain.depth[i], 1e-3);
                for (int c = 0; c < 3; c++) {
                    near(seen.rgb()[c * n + i], plain.rgb[c * n + i], 1e-3);
                }
                for (int c = 0; c < 2; c++) {
                    near(carried[c * n + i], carriedByPlain[c * n + i], 1e-3);
                }
            }
        }
        float[] rgb = random(3 * n, 2);
        float[] alpha = random(n, 3);
        float[] depth = random(n, 4);
        for (int i = 0; i < n; i++) {
            if (doubtful[i]) { // without a say
                alpha[i] = depth[i] = rgb[i] = rgb[n + i] = rgb[2 * n + i] = 0;
            }
        }
        Gradients out = new Gradients();
        fast.backward(seen, rgb, alpha, depth, out);
        PlainRasteriser.Backward expected = plain.backward(
                BACKGROUND, SplatFixtures.doubles(rgb), SplatFixtures.doubles(alpha), SplatFixtures.doubles(depth));
        for (int i = 0; i < g.size(); i++) {
            for (int c = 0; c < 3; c++) {
                near(out.colours[3 * i + c], expected.gaussians()[i][11 + c], 1e-3);
            }
            assertThat((double) out.opacityLogits[i])
                    .isCloseTo(expected.gaussians()[i][10], within(1e-3 + 1e-4 * expected.terms()[i]));
        }
    }

    private static void near(double actual, double expected, double bound) {
        assertThat(actual).isCloseTo(expected, within(bound * (1 + Math.abs(expected))));
    }

    @ParameterizedTest
    @ValueSource(longs = {4, 5})
    void derivativesAreThoseOfThePlainTwin(long seed) {
        Gaussians g = cloud(250, 2, seed);
        Pinhole camera = camera(40, 33);
        int n = 40 * 33;
        float[] rgb = random(3 * n, seed + 1);
        float[] alpha = random(n, seed + 2);
        float[] depth = random(n, seed + 3);
        Rasteriser fast = new Rasteriser(1);
        fast.prepare(g, camera, 2);
        Gradients out = new Gradients();
        fast.backward(fast.blend(BACKGROUND), rgb, alpha, depth, out);
        PlainRasteriser plain = new PlainRasteriser(g, camera, 2);
        PlainRasteriser.Backward expected = plain.backward(
                BACKGROUND, SplatFixtures.doubles(rgb), SplatFixtures.doubles(alpha), SplatFixtures.doubles(depth));
        double[] most = new double[Footprint.GRADIENT];
        for (double[] row : expected.gaussians()) {
            for (int k = 0; k < row.length; k++) {
                most[k] = Math.max(most[k], Math.abs(row[k]));
            }
        }
        for (int i = 0; i < g.size(); i++) {
            double[] e = expected.gaussians()[i];
            for (int k = 0; k < e.length; k++) {
                float actual = k < 3
                        ? out.means[3 * i + k]
                        : k < 6
                                ? out.logScales[3 * i + k - 3]
                                : k < 10
                                        ? out.quaternions[4 * i + k - 6]
                                        : k < 11 ? out.opacityLogits[i] : out.colours[3 * i + k - 11];
                assertThat((double) actual).as("gaussian %d value %d", i, k).isCloseTo(e[k], within(2e-3 * most[k]));
            }
        }
    }

    @Test
    void theNumberOfThreadsChangesNoBit() {
        Gaussians g = cloud(6000, 1, 6);
        Pinhole camera = camera(150, 101);
        float[][] first = null;
        for (int threads : new int[] {1, 2, 5}) {
            Rasteriser rasteriser = new Rasteriser(threads);
            rasteriser.prepare(g, camera, 1);
            Rendering seen = rasteriser.blend(BACKGROUND);
            Gradients d = new Gradients();
            rasteriser.backward(seen, random(3 * 150 * 101, 7), null, null, d);
            float[] sums = new float[4 * g.size()];
            int[] labels = new int[150 * 101];
            for (int i = 0; i < labels.length; i++) {
                labels[i] = i / 7 % 4;
            }
            rasteriser.gather(labels, 4, sums, null);
            float[] gradient = new float[3 * 150 * 101];
            new PhotometricLoss(new Workers(threads)).of(seen.rgb(), random(gradient.length, 8), 3, 150, 101, gradient);
            float[][] all = {
                seen.rgb(),
                seen.depth(),
                d.means,
                d.logScales,
                d.quaternions,
                d.opacityLogits,
                d.colours,
                d.view,
                sums,
                gradient,
                SplatParityTest.floats(d.twist)
            };
            first = first == null ? all : first;
            assertThat(all).isDeepEqualTo(first);
        }
    }

    @Test
    void theExponentialIsGoodToAMillionth() {
        for (float x = -12; x <= 0; x += 0.00137f) {
            assertThat(TileWalk.exponential(x) / Math.exp(x)).isCloseTo(1, within(1.5e-6));
        }
        assertThat(TileWalk.exponential(0)).isEqualTo(1);
        assertThat(TileWalk.exponential(-1000)).isBetween(0f, 1e-30f);
    }

    @Test
    void anInterruptEndsTheWorkAndLeavesTheRasteriserUsable() {
        Gaussians g = cloud(3000, 0, 9);
        Rasteriser rasteriser = new Rasteriser(2);
        Rendering before = rasteriser.render(g, camera(100, 80), BACKGROUND);
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> rasteriser.render(g, camera(100, 80), BACKGROUND))
                .isInstanceOf(CancelledException.class);
        assertThat(Thread.interrupted()).isFalse();
        assertThat(rasteriser.render(g, camera(100, 80), BACKGROUND).rgb()).isEqualTo(before.rgb());
    }

    @Test
    void nothingToSeeIsBackground() {
        Rendering seen = new Rasteriser(1).render(Gaussians.zeros(0, 0), camera(20, 18), BACKGROUND);
        assertThat(seen.rgb()[0]).isEqualTo(BACKGROUND[0]);
        assertThat(seen.alpha()).containsOnly(0);
        assertThat(seen.expectedDepth()).containsOnly(0);
    }
}
