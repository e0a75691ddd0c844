package panst3r.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

/** Multi-head self-attention (Vaswani et al. 2017), with positions by rotation where a table is given. */
public record Attention(Linear qkv, Linear proj, int heads) {
    /** Parameters {@code qkv} (queries, keys, values stacked) and {@code proj}. */
    public static Attention of(Parameters p, int heads) {
        return new Attention(Linear.of(p.at("qkv")), Linear.of(p.at("proj")), heads);
    }

    /**
     * residual + attention(x).
     *
     * @param x [B, N, D]
     * @param rope positions of the N tokens, or null
     */
    public NDArray addTo(NDArray residual, NDArray x, Rope2d.Table rope) {
        return proj.addTo(residual, heads(x, rope));
    }

    public NDArray forward(NDArray x, Rope2d.Table rope) {
        return proj.forward(heads(x, rope));
    }

    private NDArray heads(NDArray x, Rope2d.Table rope) {
        long b = x.getShape().get(0);
        long n = x.getShape().get(1);
        NDArray all = qkv.forward(x).reshape(b, n, 3L * heads, -1); // 3 × heads, so queries and keys rotate together
        NDList parts = all.split(new long[] {2L * heads}, 2);
        NDArray qk = rope == null ? parts.get(0) : rope.rotate(parts.get(0));
        NDList queriesAndKeys = qk.split(new long[] {heads}, 2);
        return Heads.join(Kernels.attention(
                queriesAndKeys.get(0).swapAxes(1, 2),
                queriesAndKeys.get(1).swapAxes(1, 2),
                parts.get(1).swapAxes(1, 2),
                null));
    }
}
