package panst3r.checkpoint;

/**
 * Rotary position embedding, {@code pos_embed='RoPE100'} or {@code 'RoPE100_512:768'}.
 *
 * @param base of the frequencies, 100 in every released model
 * @param scale F0, what positions are multiplied by: 1, or 512/768
 */
public record Rope(double base, double scale) {
    public static final Rope DEFAULT = new Rope(100, 1);
}
