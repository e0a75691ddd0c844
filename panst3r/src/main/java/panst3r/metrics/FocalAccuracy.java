package panst3r.metrics;

/** Relative error of a focal length. */
public final class FocalAccuracy {
    private FocalAccuracy() {}

    /** |f − f*| / f*, both in the same pixels. */
    public static double relativeError(double predicted, double truth) {
        return Math.abs(predicted - truth) / truth;
    }
}
