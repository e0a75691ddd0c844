package panst3r.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

/** The formulas of {@link Kernels}, spelled out in simple operations: what the fused forms are tested against. */
final class Plain {
    private Plain() {}

    static NDArray linear(NDArray x, NDArray weight, NDArray bias, Activation then) {
        NDArray y = x.matMul(weight.transpose());
        if (bias != null) {
            y = y.add(bias);
        }
        return switch (then) {
            case NONE -> y;
            case GELU -> y.mul(y.div(Math.sqrt(2)).erf().add(1)).mul(0.5);
            case GELU_TANH -> geluTanh(y);
            case QUICK_GELU -> y.div(y.mul(-1.702f).exp().add(1));
            case RELU -> y.maximum(0);
        };
    }

    static NDArray geluTanh(NDArray x) {
        NDArray cubic = x.add(x.pow(3).mul(0.044715f));
        return x.mul(cubic.mul(Math.sqrt(2 / Math.PI)).tanh().add(1)).mul(0.5f);
    }

    static NDArray attention(NDArray q, NDArray k, NDArray v, NDArray visible) {
        long d = q.getShape().get(q.getShape().dimension() - 1);
        NDArray scores = q.matMul(k.swapAxes(-2, -1)).div(Math.sqrt(d));
        if (visible != null) {
            NDArray hidden = visible.logicalNot().toType(DataType.FLOAT32, false);
            scores = scores.sub(hidden.mul(1e30f));
        }
        return scores.softmax(-1).matMul(v);
    }

    static NDArray layerNorm(NDArray x, NDArray weight, NDArray bias, float eps) {
        NDArray centred = x.sub(x.mean(new int[] {-1}, true));
        NDArray variance = centred.square().mean(new int[] {-1}, true);
        return centred.div(variance.add(eps).sqrt()).mul(weight).add(bias);
    }

    /**
     * Turns pairs of numbers: (u, v) to (u·cos − v·sin, v·cos + u·sin).
     *
     * @param x [.., 2, n], u and v along the last axis but one
     * @param cos broadcast to [.., 1, n]
     * @param sin as cos
     */
    static NDArray rotate(NDArray x, NDArray cos, NDArray sin) {
        int axis = x.getShape().dimension() - 2;
        NDList halves = x.split(2, axis);
        NDArray u = halves.get(0);
        NDArray v = halves.get(1);
        return u.mul(cos).sub(v.mul(sin)).concat(v.mul(cos).add(u.mul(sin)), axis);
    }

    static NDArray groupNorm(NDArray x, int groups, NDArray weight, NDArray bias) {
        Shape shape = x.getShape();
        NDArray grouped = x.reshape(shape.get(0), groups, -1);
        NDArray centred = grouped.sub(grouped.mean(new int[] {2}, true));
        NDArray variance = centred.square().mean(new int[] {2}, true);
        return centred.div(variance.add(1e-5f).sqrt())
                .reshape(shape)
                .mul(weight.reshape(-1, 1, 1))
                .add(bias.reshape(-1, 1, 1));
    }
}
