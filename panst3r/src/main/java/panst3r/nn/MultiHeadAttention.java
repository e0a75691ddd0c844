package panst3r.nn;

import ai.djl.ndarray.NDArray;

/**
 * Attention of queries to other tokens, without positions (Vaswani et al. 2017). Keys and values are projected apart, so
 * that those of a memory can be computed once and looked at by many images.
 */
public record MultiHeadAttention(Linear query, Linear key, Linear value, Linear out, int heads) {
    /** Parameters {@code projq}, {@code projk}, {@code projv}, {@code proj}. */
    public static MultiHeadAttention cross(Parameters p, int heads) {
        return new MultiHeadAttention(
                Linear.of(p.at("projq")),
                Linear.of(p.at("projk")),
                Linear.of(p.at("projv")),
                Linear.of(p.at("proj")),
                heads);
    }

    /**
     * @param queries [B, N, D]
     * @param keys tokens to project, [B, M, D]
     * @param values tokens to project, [B, M, D]
     * @param visible boolean [N, M], true where a query may look; null = everywhere
     */
    public NDArray forward(NDArray queries, NDArray keys, NDArray values, NDArray visible) {
        return out.forward(seen(query.forward(queries), key.forward(keys), value.forward(values), visible));
    }

    /**
     * residual + attention, of what {@link #query}, {@link #key} and {@link #value} have projected already.
     *
     * @param queries [S·G, N, D]
     * @param keys [S, M, D]: G entries of the batch, one after the other, look at the same
     * @param values like keys
     */
    public NDArray addTo(NDArray residual, NDArray queries, NDArray keys, NDArray values) {
        return out.addTo(residual, seen(queries, keys, values, null));
    }

    private NDArray seen(NDArray q, NDArray keys, NDArray values, NDArray visible) {
        long b = q.getShape().get(0);
        long sets = keys.getShape().get(0);
        boolean shared = b > sets;
        if (shared) {
            q = q.reshape(sets, -1, q.getShape().get(2)); // queries do not see each other: one long row of them
        }
        NDArray seen = Heads.join(Kernels.attention(
                Heads.split(q, heads), Heads.split(keys, heads), Heads.split(values, heads), visible));
        return shared ? seen.reshape(b, -1, seen.getShape().get(2)) : seen;
    }
}
