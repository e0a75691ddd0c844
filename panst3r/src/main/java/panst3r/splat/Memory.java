package panst3r.splat;

/** How much of Java's heap is left, asked before something large is begun. */
final class Memory {
    private Memory() {}

    /** Bytes that are left; if they are fewer than needed, what nobody uses any more is cleared away first. */
    static long left(long need) {
        long left = left();
        if (left < need) {
            System.gc();
            left = left();
        }
        return left;
    }

    private static long left() {
        Runtime java = Runtime.getRuntime();
        return java.maxMemory() - (java.totalMemory() - java.freeMemory());
    }
}
