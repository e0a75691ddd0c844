package panst3r.nn;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.GradientCollector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every fused operator against its plain twin. */
class KernelsTest {
    private NDManager m;

    @BeforeEach
    void open() {
        m = NDManager.newBaseManager("PyTorch");
        Engine.getInstance().setRandomSeed(7);
        JniUtils.setGradMode(false); // else the plain twins would be compared with themselves
    }

    @AfterEach
    void close() {
        m.close();
    }

    @ParameterizedTest
    @EnumSource
    void linear(Activation then) {
        NDArray x = random(2, 5, 24);
        NDArray w = random(31, 24);
        NDArray b = random(31);
        same(Kernels.linear(x, w, b, then), Plain.linear(x, w, b, then), 2e-5);
        same(Kernels.linear(x, w, null, then), Plain.linear(x, w, null, then), 2e-5);
    }

    @Test
    void linearAddLeavesTheResidualAlone() {
        NDArray x = random(2, 5, 24);
        NDArray w = random(31, 24);
        NDArray b = random(31);
        NDArray residual = random(2, 5, 31);
        float[] before = residual.toFloatArray();
        same(
                Kernels.linearAdd(x, w, b, residual),
                Plain.linear(x, w, b, Activation.NONE).add(residual),
                2e-5);
        assertThat(residual.toFloatArray()).isEqualTo(before);
    }

    @Test
    void linearOfAStridedInput() {
        NDArray x = random(5, 2, 24).swapAxes(0, 1);
        NDArray w = random(31, 24);
        NDArray b = random(31);
        same(Kernels.linear(x, w, b, Activation.GELU), Plain.linear(x, w, b, Activation.GELU), 2e-5);
    }

    @Test
    void attention() {
        NDArray q = random(2, 3, 40, 16);
        NDArray k = random(2, 3, 70, 16);
        NDArray v = random(2, 3, 70, 16);
        same(Kernels.attention(q, k, v, null), Plain.attention(q, k, v, null), 1e-5);
        NDArray visible = random(1, 1, 40, 70).gt(0.5f);
        same(Kernels.attention(q, k, v, visible), Plain.attention(q, k, v, visible), 1e-5);
    }

    @Test
    void attentionTooLongForOneCallIsSplit() {
        NDArray q = random(1, 2, 5000, 64);
        NDArray k = random(1, 2, 30000, 64);
        assertThat(4.0 * q.size() * 30000).isGreaterThan(Kernels.LONGEST_ATTENTION);
        NDArray whole = Kernels.attention(q, k, k, null);
        same(whole.get(":, :, 4990:"), Plain.attention(q.get(":, :, 4990:"), k, k, null), 1e-5);
    }

    @Test
    void convolutionTooLongForOneCallIsDoneInStrips() {
        NDArray x = random(1, 96, 300, 300);
        NDArray w = random(1000, 96, 3, 3).mul(0.03f);
        NDArray b = random(1000);
        assertThat(2.0 * w.size() * 300 * 300).isGreaterThan(Kernels.LONGEST_CONVOLUTION);
        same(Kernels.conv2dSame(x, w, b), Kernels.conv2d(x, w, b, 1, 1), 1e-5);
    }

    @Test
    void rotate() {
        NDArray x = random(2, 5, 3, 2, 2, 4);
        NDArray angle = random(5, 1, 2, 1, 4);
        same(Kernels.rotate(x, angle.cos(), angle.sin()), Plain.rotate(x, angle.cos(), angle.sin()), 1e-6);
    }

    @Test
    void groupNorm() {
        NDArray x = random(1, 24, 5, 7);
        NDArray w = random(24);
        NDArray b = random(24);
        same(Kernels.groupNorm(x, 8, w, b, Activation.NONE), Plain.groupNorm(x, 8, w, b), 2e-5);
        NDArray last = random(1, 5, 7, 24).transpose(0, 3, 1, 2); // channels last in memory
        same(
                Kernels.groupNorm(last, 1, w, b, Activation.RELU),
                Plain.groupNorm(last, 1, w, b).maximum(0),
                2e-5);
    }

    @Test
    void layerNorm() {
        NDArray x = random(2, 5, 24);
        NDArray w = random(24);
        NDArray b = random(24);
        same(new LayerNorm(w, b, 1e-6f).forward(x), Plain.layerNorm(x, w, b, 1e-6f), 2e-5);
    }

    @Test
    void gradientsPassThroughABlock() {
        NDArray x = random(1, 6, 16);
        Block block = new Block(
                new LayerNorm(random(16), random(16), 1e-6f),
                new Attention(new Linear(random(48, 16), random(48)), new Linear(random(16, 16), random(16)), 2),
                new LayerNorm(random(16), random(16), 1e-6f),
                new Mlp(
                        new Linear(random(32, 16), random(32)),
                        Activation.GELU,
                        new Linear(random(16, 32), random(16))));
        NDArray weight = block.attn().qkv().weight();
        weight.setRequiresGradient(true);
        Rope2d.Table rope = new Rope2d(100, 1, 8, m).grid(2, 3);
        try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
            collector.backward(block.forward(x, rope).sum());
        }
        float got = weight.getGradient().getFloat(3, 5);
        weight.setRequiresGradient(false);
        // the same by finite differences, through the fused forms
        float step = 1e-2f;
        NDArray nudge = m.zeros(weight.getShape());
        nudge.set(new ai.djl.ndarray.index.NDIndex("3, 5"), step);
        float up = with(block, weight.add(nudge)).forward(x, rope).sum().getFloat();
        float down = with(block, weight.sub(nudge)).forward(x, rope).sum().getFloat();
        assertThat((double) got)
                .isCloseTo(
                        (up - down) / (2 * step),
                        org.assertj.core.data.Offset.offset(2e-2 * Math.max(1, Math.abs(got))));
    }

    private static Block with(Block block, NDArray qkv) {
        Attention attn = new Attention(
                new Linear(qkv, block.attn().qkv().bias()),
                block.attn().proj(),
                block.attn().heads());
        return new Block(block.norm1(), attn, block.norm2(), block.mlp());
    }

    private NDArray random(long... shape) {
        return m.randomNormal(0, 1, new Shape(shape), DataType.FLOAT32);
    }

    private static void same(NDArray actual, NDArray expected, double bound) {
        assertThat(actual.getShape()).isEqualTo(expected.getShape());
        float difference = actual.sub(expected).abs().max().getFloat();
        float scale = Math.max(1, expected.abs().max().getFloat());
        assertThat((double) difference).isLessThan(bound * scale);
    }
}
