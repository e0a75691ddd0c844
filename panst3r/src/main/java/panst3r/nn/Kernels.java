package panst3r.nn;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
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

/**
 * The operators that the time goes into, fused where libtorch has a fused form; {@link Plain} has the twin of each, and
 * a test compares them. All of them can be differentiated: where a fused form cannot, arrays that want a gradient take
 * the form that can. A low-precision mode ({@link Precision}) would live here and nowhere else.
 */
public final class Kernels {
    private static final PtSymbolBlock COMMON = Objects.requireNonNull(load("Kernels"));

    /** Null where this build of libtorch has no oneDNN. */
    private static final PtSymbolBlock ONE_DNN = load("OneDnn");

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
        if (useOneDnn(x, weight)) {
            return bias == null
                    ? infer(ONE_DNN, "linear_without_bias", x, weight, then.oneDnn)
                    : infer(ONE_DNN, "linear", x, weight, bias, then.oneDnn);
        }
        return then.apply(x.getNDArrayInternal().linear(x, weight, bias).singletonOrThrow());
    }

    /** residual + x·Wᵀ + b, shapes as in {@link #linear}; {@code residual} [.., out] is left as it was. */
    static NDArray linearAdd(NDArray x, NDArray weight, NDArray bias, NDArray residual) {
        if (bias != null && useOneDnn(x, weight) && !residual.hasGradient()) {
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
        if (q.hasGradient() || k.hasGradient() || v.hasGradient()) {
            return train(visible == null ? "attention" : "masked_attention", q, k, v, visible);
        }
        return visible == null
                ? infer(COMMON, "attention", q, k, v)
                : infer(COMMON, "masked_attention", q, k, v, visible);
    }

    /**
     * Group normalisation, eps 1e-5.
     *
     * @param x [B, C, h, w], in either memory order
     * @param weight [C]
     * @param bias [C]
     */
    static NDArray groupNorm(NDArray x, int groups, NDArray weight, NDArray bias) {
        if (x.hasGradient() || weight.hasGradient()) {
            return Plain.groupNorm(x, groups, weight, bias);
        }
        return infer(COMMON, "group_norm", x, groups, weight, bias);
    }

    /** Convolution of [B, C, h, w] with [out, C, kh, kw]. */
    static NDArray conv2d(NDArray x, NDArray weight, NDArray bias, int stride, int padding) {
        return x.getNDArrayInternal()
                .convolution(
                        x, weight, bias, new Shape(stride, stride), new Shape(padding, padding), new Shape(1, 1), 1)
                .singletonOrThrow();
    }

    private static boolean useOneDnn(NDArray x, NDArray weight) {
        return ONE_DNN != null && !x.getDevice().isGpu() && !x.hasGradient() && !weight.hasGradient();
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
