package panst3r.rooms;

/** SplitMix64 (Steele et al. 2014): the same numbers on every machine and in every version of Java. */
final class Rng {
    private long state;

    Rng(long seed) {
        state = seed;
    }

    /** A stream of its own for part of the work, so that a draw more in one part changes nothing in another. */
    static Rng of(long seed, long part) {
        return new Rng(mix(mix(seed) ^ part * 0x9E3779B97F4A7C15L));
    }

    static long mix(long z) {
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    long next() {
        state += 0x9E3779B97F4A7C15L;
        return mix(state);
    }

    /** Uniform in [0, 1). */
    double unit() {
        return (next() >>> 11) * 0x1p-53;
    }

    double between(double low, double high) {
        return low + (high - low) * unit();
    }

    /** Uniform in low … high, both included. */
    int between(int low, int high) {
        return low + (int) Math.floorMod(next() >>> 1, (long) (high - low + 1));
    }

    boolean chance(double probability) {
        return unit() < probability;
    }

    @SafeVarargs
    final <T> T pick(T... choices) {
        return choices[between(0, choices.length - 1)];
    }
}
