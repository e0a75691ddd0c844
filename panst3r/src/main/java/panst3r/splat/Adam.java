package panst3r.splat;

/** Adam (Kingma and Ba 2015) with bias correction and ε outside the root, as the published fit uses it. */
final class Adam {
    private static final double BETA1 = 0.9;
    private static final double BETA2 = 0.999;
    private static final float EPS = 1e-15f;

    private final float rate;
    private final float root;

    /** @param step 1, 2, … */
    Adam(double learningRate, int step) {
        rate = (float) (learningRate / (1 - Math.pow(BETA1, step)));
        root = (float) (1 / Math.sqrt(1 - Math.pow(BETA2, step)));
    }

    /** Moves {@code count} values by their derivatives. */
    void update(float[] values, float[] first, float[] second, int at, float[] gradient, int from, int count) {
        float b1 = (float) BETA1;
        float r1 = (float) (1 - BETA1);
        float b2 = (float) BETA2;
        float r2 = (float) (1 - BETA2);
        for (int k = 0; k < count; k++) {
            float g = gradient[from + k];
            float m = b1 * first[at + k] + r1 * g;
            float v = b2 * second[at + k] + r2 * g * g;
            first[at + k] = m;
            second[at + k] = v;
            float moved = values[at + k] - rate * (m / ((float) Math.sqrt(v) * root + EPS));
            if (Float.isFinite(moved)) { // derivatives may be numbers whose squares are none
                values[at + k] = moved;
            }
        }
    }
}
