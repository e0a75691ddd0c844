package panst3r.model;

import ai.djl.ndarray.NDArray;
import panst3r.model.CrossBlock.KeysValues;
import panst3r.nn.Attention;
import panst3r.nn.LayerNorm;
import panst3r.nn.Parameters;
import panst3r.nn.Rope2d;
import panst3r.nn.Scope;

/** One block of the {@link Decoder}: attention inside the image, attention to the memory, MLP. */
record DecoderBlock(LayerNorm norm1, Attention attn, CrossBlock cross) {
    static DecoderBlock of(Parameters p, int heads) {
        return new DecoderBlock(
                LayerNorm.of(p.at("norm1"), LayerNorm.EPS_6),
                Attention.of(p.at("attn"), heads),
                CrossBlock.of(p, heads, LayerNorm.EPS_6));
    }

    /**
     * @param x [S·G, N, D]
     * @param memory what the images look at, [S, M, D] each
     */
    NDArray forward(NDArray x, Rope2d.Table rope, KeysValues memory, Tap tap) {
        return Scope.run(() -> cross.forward(attn.addTo(x, norm1.forward(x), rope), memory, tap));
    }
}
