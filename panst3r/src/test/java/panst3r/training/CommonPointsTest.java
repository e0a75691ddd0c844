package panst3r.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import panst3r.checkpoint.LabelMode;

/** The quick way to compare masks, at points common to all of a view, against the paper's with those same points. */
class CommonPointsTest {
    private static final int VIEWS = 2;
    private static final int HEIGHT = 5;
    private static final int WIDTH = 7;
    private static final int QUERIES = 6;
    private static final int CLASSES = 4;
    private static final int CHANNELS = 3;

    @Property(tries = 20)
    void sameLossAndGradientsAsPointByPoint(@ForAll LabelMode mode, @ForAll long seed) {
        Random random = new Random(seed);
        Target target = target(random.nextInt(5), random);
        float[][] points = target.points(16, random);
        try (NDManager manager = NDManager.newBaseManager();
                GradientCollector gradients = Engine.getInstance().newGradientCollector()) {
            int columns = mode == LabelMode.SIGMOID ? CLASSES : CLASSES + 1;
            List<NDArray> leaves = List.of(
                    leaf(manager, random, QUERIES, CHANNELS),
                    leaf(manager, random, QUERIES, CHANNELS),
                    leaf(manager, random, HEIGHT * WIDTH, CHANNELS),
                    leaf(manager, random, HEIGHT * WIDTH, CHANNELS),
                    leaf(manager, random, QUERIES, columns),
                    leaf(manager, random, QUERIES, columns));
            PanopticLoss loss = new PanopticLoss(mode, 16, 1, 1, new PanopticLoss.Weights(2, 3, 4));
            List<PanopticLoss.Output> layers = IntStream.range(0, 2)
                    .mapToObj(i -> new PanopticLoss.Output(
                            leaves.get(4 + i),
                            new MaskLogits(leaves.get(i), leaves.subList(2, 4), new int[] {HEIGHT, HEIGHT}, new int[] {
                                WIDTH, WIDTH
                            })))
                    .toList();

            NDArray slow = loss.total(layers.stream().map(List::of).toList(), List.of(target), new Given(points));
            gradients.backward(slow);
            List<float[]> expected =
                    leaves.stream().map(a -> a.getGradient().toFloatArray()).toList();
            leaves.forEach(a -> a.getGradient().set(new float[(int) a.size()]));
            NDArray fast = loss.total(layers, target, points);
            gradients.backward(fast);

            assertThat(fast.getFloat()).isCloseTo(slow.getFloat(), within(1e-4f * Math.abs(slow.getFloat())));
            for (int i = 0; i < leaves.size(); i++) {
                assertThat(leaves.get(i).getGradient().toFloatArray()).containsExactly(expected.get(i), within(2e-4f));
            }
        }
    }

    @Test
    void everyInstanceOfAViewGetsPoints() {
        Target target = target(4, new Random(3)); // the last is a single pixel of view 1
        float[][] points = target.points(400, new Random(1));
        int[] inside = new int[4];
        for (int m = 0; m < 4; m++) {
            for (float share : target.sample(m, 1, points[1])) {
                inside[m] += share == 1 ? 1 : 0;
            }
        }
        // 200 of 400 points are dealt to the 4 instances
        assertThat(inside[3]).isBetween(30, 75);
        assertThat(points).hasDimensions(VIEWS, 800);
    }

    @Test
    void aTokenHasTheClassOfItsMiddle() {
        byte[][][] masks = {{{1, 1, 0, 0, 1, 1, 0, 0}}, {{0, 0, 0, 0, 0, 0, 0, 1}}};
        Target target = new Target(
                new int[] {5, 7}, masks, new int[] {2}, new int[] {4}, new boolean[] {true, true, true, true});
        assertThat(target.tokenLabels(1, 2)).containsExactly(5, 7); // (1, 1) and (3, 1)
        assertThat(target.tokenLabels(1, 1)).containsExactly(5, 5, -1, -1, 5, 5, -1, 7);
    }

    /** Every pixel belongs to a random instance; the last instance is one pixel of the last view. */
    private static Target target(int instances, Random random) {
        byte[][][] masks = new byte[instances][VIEWS][HEIGHT * WIDTH];
        for (int v = 0; v < VIEWS && instances > 0; v++) {
            for (int i = 0; i < HEIGHT * WIDTH; i++) {
                masks[random.nextInt(Math.max(1, instances - 1))][v][i] = 1;
            }
        }
        if (instances > 1) {
            for (byte[][] mask : masks) {
                mask[1][10] = 0;
            }
            masks[instances - 1][1][10] = 1;
        }
        return new Target(
                IntStream.range(0, instances).map(m -> m % CLASSES).toArray(),
                masks,
                new int[] {HEIGHT, HEIGHT},
                new int[] {WIDTH, WIDTH},
                new boolean[] {true, true, true, false});
    }

    private static NDArray leaf(NDManager manager, Random random, long... shape) {
        float[] values = new float[(int) new Shape(shape).size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        NDArray out = manager.create(values, new Shape(shape));
        out.setRequiresGradient(true);
        return out;
    }

    /** The same points for every mask of a view. */
    private record Given(float[][] points) implements PanopticLoss.Points {
        @Override
        public float[] matching(int scene, int view, int count) {
            return points[view];
        }

        @Override
        public float[] candidates(int mask, int count) {
            return points[mask % VIEWS];
        }

        @Override
        public float[] rest(int mask, int count) {
            throw new IllegalStateException("no plainly random points are asked for");
        }
    }
}
