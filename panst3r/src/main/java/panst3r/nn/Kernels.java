package panst3r.nn;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import panst3r.Progress;

/**
 * The operators that the time goes into, fused where libtorch has a fused form; {@link Plain} has the twin of each, and
 * a test compares them. While gradients are collected every operator takes a form that can be differentiated;
 * {@link Scope#inference} says that none are. A low-precision mode ({@link Precision}) would live here and nowhere else.
 */
public final class Kernels {
    private static final PtSymbolBlock COMMON = Objects.requireNonNull(load("Kernels"));

    /** Null where this build of libtorch has no oneDNN. */
    private static final PtSymbolBlock ONE_DNN = load("OneDnn");

    /** Floating-point operations of one native call, so that an interrupt acts within 2 s on a slow machine too. */
    static final double LONGEST_ATTENTION = 5e10;

    static final double LONGEST_CONVOLUTION = 1.5e11;

    private Kernels() {}

    /** What runs the linear layers, for a line in a report. */
    public static String describe() {
        return Engine.getInstance() + (ONE_DNN == null ? ", without oneDNN" : ", with oneDNN");
    }

    /**
     * y = activation(x·Wᵀ + b).
     *
     * @param x [.., in]
     * @param weight [out, in]
     * @param bias [out] or null
     * @return [.., out]
     */
    static NDArray linear(NDArray x, NDArray weight, NDArray bias, Activation then) {
        if (then.oneDnn == null) {
            return then.apply(linear(x, weight, bias, Activation.NONE));
        }
        if (useOneDnn(x)) {
            return bias == null
                    ? infer(ONE_DNN, "linear_without_bias", x, weight, then.oneDnn)
                    : infer(ONE_DNN, "linear", x, weight, bias, then.oneDnn);
        }
        return then.apply(x.getNDArrayInternal().linear(x, weight, bias).singletonOrThrow());
    }

    /** residual + x·Wᵀ + b, shapes as in {@link #linear}; {@code residual} [.., out] is left as it was. */
    static NDArray linearAdd(NDArray x, NDArray weight, NDArray bias, NDArray residual) {
        if (bias != null && useOneDnn(x)) {
            return infer(ONE_DNN, "linear_add", x, weight, bias, residual);
        }
        return residual.add(linear(x, weight, bias, Activation.NONE));
    }

    /**
     * softmax(q·kᵀ/√d)·v without ever holding the scores.
     *
     * @param q [B, heads, Nq, d]
     * @param k [B, heads, Nk, d]
     * @param v as k
     * @param visible boolean, broadcast to [B, heads, Nq, Nk], true where a query may look; null = everywhere
     * @return [B, heads, Nq, d]
     */
    static NDArray attention(NDArray q, NDArray k, NDArray v, NDArray visible) {
        if (JniUtils.isGradMode()) {
            return train(visible == null ? "attention" : "masked_attention", q, k, v, visible);
        }
        Shape shape = q.getShape();
        double work = 4.0 * shape.size() * k.getShape().get(2);
        if (visible == null && work > LONGEST_ATTENTION) {
            int parts = (int) Math.min(shape.get(2), Math.ceil(work / LONGEST_ATTENTION));
            NDList out = new NDList();
            for (int i = 0; i < parts; i++) {
                Progress.stopIfInterrupted("attention");
                long from = shape.get(2) * i / parts;
                long to = shape.get(2) * (i + 1) / parts;
                out.add(infer(COMMON, "attention", q.get(new NDIndex(":, :, {}:{}", from, to)), k, v));
            }
            return NDArrays.concat(out, 2);
        }
        return visible == null
                ? infer(COMMON, "attention", q, k, v)
                : infer(COMMON, "masked_attention", q, k, v, visible);
    }

    /**
     * Group normalisation, eps 1e-5, then an activation.
     *
     * @param x [B, C, h, w], in either memory order
     * @param weight [C]
     * @param bias [C]
     */
    static NDArray groupNorm(NDArray x, int groups, NDArray weight, NDArray bias, Activation then) {
        if (JniUtils.isGradMode()) {
            return then.apply(Plain.groupNorm(x, groups, weight, bias));
        }
        if (then == Activation.RELU) {
            return infer(COMMON, "group_norm_relu", x, groups, weight, bias);
        }
        return then.apply(infer(COMMON, "group_norm", x, groups, weight, bias));
    }

    /** x/2 · (1 + tanh(√(2/π)·(x + 0.044715x³))). */
    static NDArray geluTanh(NDArray x) {
        return JniUtils.isGradMode() ? Plain.geluTanh(x) : infer(COMMON, "gelu_tanh", x);
    }

    /** See {@link Plain#rotate}. */
    static NDArray rotate(NDArray x, NDArray cos, NDArray sin) {
        return JniUtils.isGradMode() ? Plain.rotate(x, cos, sin) : infer(COMMON, "rotate", x, cos, sin);
    }

    /** Convolution of [B, C, h, w] with [out, C, k, k], k odd, zeros around the border; strip by strip where it is long. */
    static NDArray conv2dSame(NDArray x, NDArray weight, NDArray bias) {
        int halo = (int) weight.getShape().get(2) / 2;
        long rows = x.getShape().get(2);
        double work =
                2.0 * weight.size() * x.getShape().get(0) * rows * x.getShape().get(3);
        int strips = (int) Math.min(rows, Math.ceil(work / LONGEST_CONVOLUTION));
        if (strips <= 1) {
            return conv2d(x, weight, bias, 1, halo);
        }
        NDList out = new NDList();
        for (int i = 0; i < strips; i++) {
            Progress.stopIfInterrupted("Convolution");
            long from = rows * i / strips;
            long to = rows * (i + 1) / strips;
            long first = Math.max(0, from - halo);
            long last = Math.min(rows, to + halo);
            NDIndex in = new NDIndex(":, :, {}:{}", first, last);
            NDIndex kept = new NDIndex(":, :, {}:{}", from - first, to - first);
            out.add(Scope.run(() -> conv2d(x.get(in), weight, bias, 1, halo).get(kept)));
        }
        return NDArrays.concat(out, 2);
    }

    /** Convolution of [B, C, h, w] with [out, C, k, k]. */
    static NDArray conv2d(NDArray x, NDArray weight, NDArray bias, int stride, int padding) {
        return x.getNDArrayInternal()
                .convolution(
                        x, weight, bias, new Shape(stride, stride), new Shape(padding, padding), new Shape(1, 1), 1)
                .singletonOrThrow();
    }

    private static boolean useOneDnn(NDArray x) {
        return ONE_DNN != null && !JniUtils.isGradMode() && !x.getDevice().isGpu();
    }

    private static NDArray infer(PtSymbolBlock block, String method, Object... arguments) {
        IValue[] values = new IValue[arguments.length];
        try {
            for (int i = 0; i < values.length; i++) {
                values[i] = value(arguments[i]);
            }
            try (IValue result = IValueUtils.runMethod(block, method, values)) {
                return result.toTensor(((PtNDArray) arguments[0]).getManager());
            }
        } finally {
            for (IValue value : values) {
                if (value != null) {
                    value.close();
                }
            }
        }
    }

    private static IValue value(Object argument) {
        if (argument instanceof PtNDArray array) {
            return IValue.from(array);
        } else if (argument instanceof Integer number) {
            return IValue.from(number.longValue());
        }
        return IValue.from((String) argument);
    }

    /** Like {@link #infer}, with gradients; DJL takes the method's name from the name of an argument. */
    private static NDArray train(String method, NDArray... arguments) {
        NDList list = new NDList();
        for (NDArray argument : arguments) {
            if (argument != null) {
                list.add(argument);
            }
        }
        try (NDArray name = arguments[0].getManager().create(0f)) {
            name.setName("module_method:" + method);
            list.add(name);
            return IValueUtils.forward(COMMON, list, true).singletonOrThrow();
        }
    }

    private static PtSymbolBlock load(String module) {
        try (InputStream in = Kernels.class.getResourceAsStream(module + ".ts.txt")) {
            String source = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            byte[] archive = TorchScriptArchive.pack(module, source);
            PtNDManager manager = (PtNDManager) NDManager.newBaseManager("PyTorch");
            return JniUtils.loadModule(manager, new ByteArrayInputStream(archive), false, false);
        } catch (EngineException e) {
            if (module.equals("OneDnn")) {
                return null; // another build of libtorch: the default linear layer does the same, slower
            }
            throw e;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
