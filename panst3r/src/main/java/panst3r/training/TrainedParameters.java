package panst3r.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import panst3r.checkpoint.ModelConfig;
import panst3r.checkpoint.ParameterLayout;
import panst3r.checkpoint.TensorData;
import panst3r.checkpoint.Weights;
import panst3r.nn.Parameters;

/**
 * All parameters of a model under training, by name, and which of them are trained. Owned by the manager they are made
 * with.
 */
public final class TrainedParameters {
    /** Raw local and global depth with which a fresh pointmap head begins: a wall some metres away. */
    private static final float FIRST_DEPTH = 1.35f;

    private final NDManager manager;
    private final Map<String, NDArray> arrays = new TreeMap<>();
    private final Map<String, NDArray> trained = new LinkedHashMap<>();

    private TrainedParameters(NDManager manager) {
        this.manager = manager;
    }

    /** Fresh ones; the same seed gives the same. */
    public static TrainedParameters fresh(ModelConfig config, long seed, NDManager manager) {
        TrainedParameters out = new TrainedParameters(manager);
        new TreeMap<>(ParameterLayout.of(config)).forEach((name, shape) -> {
            // Each from its own generator: a parameter more or less elsewhere changes nothing here.
            Random random = new Random(seed * 1_000_003 + name.hashCode());
            out.put(name, initial(name, shape, random), shape);
        });
        return out;
    }

    /** Those of a checkpoint, copied. */
    public static TrainedParameters of(Weights weights, NDManager manager) {
        TrainedParameters out = new TrainedParameters(manager);
        for (String name : weights.names()) {
            TensorData t = weights.get(name);
            out.put(name, t.toFloats(), t.shape());
        }
        return out;
    }

    /** Begins to collect gradients for all whose name starts with none of {@code frozen}. */
    public TrainedParameters trainAllBut(List<String> frozen) {
        trained.clear();
        arrays.forEach((name, array) -> {
            boolean train = frozen.stream().noneMatch(name::startsWith);
            array.setRequiresGradient(train);
            if (train) {
                trained.put(name, array);
            }
        });
        return this;
    }

    /** Everything, as modules want it. */
    public Parameters all() {
        return Parameters.of(arrays);
    }

    /** Those with gradients, by name. */
    public Map<String, NDArray> trained() {
        return trained;
    }

    public Map<String, NDArray> arrays() {
        return arrays;
    }

    /** Number of values. */
    public long count() {
        return arrays.values().stream().mapToLong(a -> a.getShape().size()).sum();
    }

    void zeroGradients() {
        trained.values().forEach(a -> JniUtils.zeroGrad((PtNDArray) a));
    }

    /** As tensors for a file. */
    public Map<String, TensorData> tensors() {
        Map<String, TensorData> out = new TreeMap<>();
        arrays.forEach((name, a) ->
                out.put(name, TensorData.of(a.toFloatArray(), a.getShape().getShape())));
        return out;
    }

    private void put(String name, float[] values, long[] shape) {
        // A copy in native memory, because the optimiser writes to it in place.
        try (NDArray source = manager.create(values, new Shape(shape))) {
            NDArray array = source.duplicate();
            array.attach(manager);
            arrays.put(name, array);
        }
    }

    private static float[] initial(String name, long[] shape, Random random) {
        float[] out = new float[(int) Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
        String last = name.substring(name.lastIndexOf('.') + 1);
        if (name.endsWith("cls_logit_scale")) {
            Arrays.fill(out, (float) Math.log(1 / 0.07));
        } else if (name.endsWith("head_dec.proj.bias")) {
            int area = out.length / 7;
            Arrays.fill(out, 2 * area, 3 * area, FIRST_DEPTH); // channels x y z of both frames, then confidence
            Arrays.fill(out, 5 * area, 6 * area, FIRST_DEPTH);
        } else if (last.endsWith("bias") || last.equals("biases") || last.equals("mask_token")) {
            return out;
        } else if (name.contains("feedback_layer") && !name.contains("fc1")) {
            return out; // feedback starts at 0 (training.md)
        } else if (last.equals("lambda1") || (last.equals("weight") && shape.length == 1)) {
            Arrays.fill(out, 1);
        } else if (last.equals("weight") && shape.length > 1 && !name.contains("query_") && !name.contains("level_")) {
            long in = Arrays.stream(shape).skip(1).reduce(1, (a, b) -> a * b);
            double bound = Math.sqrt(6.0 / (in + shape[0]));
            for (int i = 0; i < out.length; i++) {
                out[i] = (float) ((2 * random.nextDouble() - 1) * bound);
            }
        } else if (last.equals("in_proj_weight")) {
            double bound = Math.sqrt(6.0 / (shape[1] + shape[0]));
            for (int i = 0; i < out.length; i++) {
                out[i] = (float) ((2 * random.nextDouble() - 1) * bound);
            }
        } else {
            double spread = name.contains("query_") || name.contains("level_") ? 1 : 0.02;
            for (int i = 0; i < out.length; i++) {
                out[i] = (float) (random.nextGaussian() * spread);
            }
        }
        return out;
    }
}
