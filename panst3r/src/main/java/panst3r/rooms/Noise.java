package panst3r.rooms;

/** Value noise from one table of random numbers: smooth, repeatable, a few nanoseconds. */
final class Noise {
    private static final float[] TABLE = new float[1 << 16];

    static {
        Rng rng = new Rng(20260101);
        for (int i = 0; i < TABLE.length; i++) {
            TABLE[i] = (float) rng.unit();
        }
    }

    private Noise() {}

    static int floor(double x) {
        int i = (int) x;
        return x < i ? i - 1 : i;
    }

    /** Uniform in [0, 1) for a cell of a lattice. */
    static double cell(int i, int j, int seed) {
        int h = i * 0x27D4EB2D ^ j * 0x165667B1 ^ seed * 0x9E3779B1;
        h = (h ^ (h >>> 15)) * 0x85EBCA6B;
        h = (h ^ (h >>> 13)) * 0xC2B2AE35;
        return ((h ^ (h >>> 16)) >>> 8) * 0x1p-24;
    }

    /** In [0, 1), wave length 1. */
    static double at(double x, double y) {
        int i = floor(x);
        int j = floor(y);
        double fx = x - i;
        double fy = y - j;
        fx = fx * fx * (3 - 2 * fx);
        fy = fy * fy * (3 - 2 * fy);
        int r0 = (j & 255) << 8;
        int r1 = ((j + 1) & 255) << 8;
        int c0 = i & 255;
        int c1 = (i + 1) & 255;
        double a = TABLE[r0 | c0] + fx * (TABLE[r0 | c1] - TABLE[r0 | c0]);
        double b = TABLE[r1 | c0] + fx * (TABLE[r1 | c1] - TABLE[r1 | c0]);
        return a + fy * (b - a);
    }

    /** In [0, 1), wave length 1. */
    static double at(double x, double y, double z) {
        int k = floor(z);
        double fz = z - k;
        fz = fz * fz * (3 - 2 * fz);
        double a = at(x + 57 * k, y + 113 * k);
        return a + fz * (at(x + 57 * (k + 1), y + 113 * (k + 1)) - a);
    }

    /** Two octaves, in [0, 1). */
    static double rough(double x, double y, double z) {
        return 0.65 * at(x, y, z) + 0.35 * at(2.1 * x + 17, 2.1 * y + 5, 2.1 * z + 11);
    }
}
