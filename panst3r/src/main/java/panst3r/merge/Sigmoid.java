package panst3r.merge;

/** The logistic function in float, to about 1e-7 of its value; several times faster than {@link Math#exp}. */
final class Sigmoid {
    private static final float LOG2_E = 1.442695041f;

    private Sigmoid() {}

    static float of(float x) {
        float e = expOfNegative(-Math.abs(x));
        float r = 1f / (1f + e);
        return x >= 0 ? r : e * r;
    }

    /** The logit of a probability. */
    static float inverse(float p) {
        return (float) Math.log(p / (1.0 - p));
    }

    /** e^x for x ≤ 0: a whole power of two times 2^f, |f| ≤ ½, by its Taylor polynomial (remainder 5e-9). */
    private static float expOfNegative(float x) {
        if (!(x > -87f)) {
            return x != x ? x : 0f;
        }
        // The product's rounding error counts in full in the exponent, so it is made up for in f.
        int k = (int) (x * LOG2_E - 0.5f);
        float t = (x - k * 0.693359375f) + k * 2.12194440e-4f;
        float p = 1f / 5040f;
        p = p * t + 1f / 720f;
        p = p * t + 1f / 120f;
        p = p * t + 1f / 24f;
        p = p * t + 1f / 6f;
        p = p * t + 0.5f;
        p = p * t + 1f;
        p = p * t + 1f;
        return p * Float.intBitsToFloat((k + 127) << 23);
    }
}
