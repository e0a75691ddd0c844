package panst3r.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import panst3r.checkpoint.TensorData;
import panst3r.nn.Scope;

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter 2019), β 0.9 and 0.95 (training.md). Biases, norms and other
 * vectors are not decayed. Its state can be saved and restored exactly, which DJL's own optimiser does not offer.
 */
final class AdamW {
    private static final float BETA1 = 0.9f;
    private static final float BETA2 = 0.95f;
    private static final float EPS = 1e-8f;

    private final Map<String, NDArray> parameters;
    private final Map<String, NDArray> first = new LinkedHashMap<>();
    private final Map<String, NDArray> second = new LinkedHashMap<>();
    private final double decay;
    private long steps;

    /** @param manager owns the moments */
    AdamW(Map<String, NDArray> parameters, double decay, NDManager manager) {
        this.parameters = parameters;
        this.decay = decay;
        parameters.forEach((name, p) -> {
            first.put(name, manager.zeros(p.getShape()));
            second.put(name, manager.zeros(p.getShape()));
        });
    }

    long steps() {
        return steps;
    }

    /**
     * Applies the gradients that the parameters hold.
     *
     * @param clip largest norm of all gradients together; they are scaled down to it
     * @return the norm before that; if it is not finite nothing is changed
     */
    double step(double rate, double clip) {
        return Scope.inference(() -> {
            Map<String, NDArray> gradients = new LinkedHashMap<>();
            double squares = 0;
            for (Map.Entry<String, NDArray> e : parameters.entrySet()) {
                NDArray g = e.getValue().getGradient();
                gradients.put(e.getKey(), g);
                squares += g.square().sum().getFloat();
            }
            double norm = Math.sqrt(squares);
            if (!Double.isFinite(norm)) {
                return norm;
            }
            steps++;
            float scale = (float) Math.min(1, clip / Math.max(norm, 1e-12));
            float correction1 = (float) (1 - Math.pow(BETA1, steps));
            float correction2 = (float) (1 - Math.pow(BETA2, steps));
            parameters.forEach((name, p) -> update(
                    p,
                    gradients.get(name).mul(scale),
                    first.get(name),
                    second.get(name),
                    rate,
                    correction1,
                    correction2));
            return norm;
        });
    }

    private void update(NDArray p, NDArray g, NDArray m, NDArray v, double rate, float correction1, float correction2) {
        try (NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            m.muli(BETA1).addi(g.mul(1 - BETA1));
            v.muli(BETA2).addi(g.square().mul(1 - BETA2));
            if (p.getShape().dimension() > 1) {
                p.muli((float) (1 - rate * decay));
            }
            NDArray size = v.div(correction2).sqrt().add(EPS);
            p.subi(m.mul((float) (rate / correction1)).div(size));
        }
    }

    /** Moments, for a file. */
    Map<String, TensorData> state() {
        Map<String, TensorData> out = new TreeMap<>();
        first.forEach((name, a) -> out.put("first." + name, tensor(a)));
        second.forEach((name, a) -> out.put("second." + name, tensor(a)));
        return out;
    }

    /** Takes back what {@link #state} gave. */
    void restore(Map<String, TensorData> state, long stepsSoFar) {
        first.forEach((name, a) -> a.set(state.get("first." + name).toFloats()));
        second.forEach((name, a) -> a.set(state.get("second." + name).toFloats()));
        steps = stepsSoFar;
    }

    private static TensorData tensor(NDArray a) {
        return TensorData.of(a.toFloatArray(), a.getShape().getShape());
    }
}
