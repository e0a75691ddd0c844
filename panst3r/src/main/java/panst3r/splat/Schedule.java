package panst3r.splat;

/**
 * How fast which values move, and when Gaussians are added, removed and reset: the published rules of 3D Gaussian splatting
 * (Kerbl et al. 2023, section 7; novel-views.md, "Fitting").
 *
 * @param steps after which the means have slowed down to a hundredth
 * @param meansRate first learning rate of the means, times the extent of the cameras
 * @param meansRateLast last one, likewise
 * @param dcRate of the first coefficient of the spherical harmonics
 * @param restRate of the others
 * @param opacityRate of the opacity logits
 * @param scaleRate of the log-scales
 * @param quaternionRate of the quaternions
 * @param degreeEvery steps after which the next degree of the spherical harmonics joins in; 0 for all from the start
 * @param densifyFrom last step before the first densification
 * @param densifyUntil first step without
 * @param densifyEvery steps from one to the next; 0 for none
 * @param resetEvery steps from one reset of the opacities to the next; 0 for none
 * @param gradientThreshold mean length of the centre's derivative from which a Gaussian is cloned or split
 */
public record Schedule(
        int steps,
        double meansRate,
        double meansRateLast,
        double dcRate,
        double restRate,
        double opacityRate,
        double scaleRate,
        double quaternionRate,
        int degreeEvery,
        int densifyFrom,
        int densifyUntil,
        int densifyEvery,
        int resetEvery,
        double gradientThreshold) {
    /** The published one: 30,000 steps from a sparse start. */
    public static final Schedule PUBLISHED = new Schedule(
            30_000, 1.6e-4, 1.6e-6, 0.0025, 0.000125, 0.05, 0.005, 0.001, 1000, 500, 15_000, 100, 3000, 0.0002);

    /**
     * From a dense start, which needs hundreds of steps instead of thousands: the published rates, sooner at their ends.
     * Gaussians are added between a tenth and a half of the steps, as often as in the published one, and never reset.
     */
    public static Schedule dense(int steps) {
        return new Schedule(
                Math.max(1, steps),
                PUBLISHED.meansRate,
                PUBLISHED.meansRateLast,
                PUBLISHED.dcRate,
                PUBLISHED.restRate,
                PUBLISHED.opacityRate,
                PUBLISHED.scaleRate,
                PUBLISHED.quaternionRate,
                Math.max(1, steps / 3),
                steps / 10,
                Math.max(0, steps / 2),
                PUBLISHED.densifyEvery,
                0,
                PUBLISHED.gradientThreshold);
    }

    /** The same without adding, removing and resetting Gaussians. */
    public Schedule withoutDensification() {
        return new Schedule(
                steps,
                meansRate,
                meansRateLast,
                dcRate,
                restRate,
                opacityRate,
                scaleRate,
                quaternionRate,
                degreeEvery,
                densifyFrom,
                0,
                0,
                0,
                gradientThreshold);
    }

    /** Of the means in step s = 1, 2, …: from first to last, evenly in its logarithm. */
    double meansRate(int step, double extent) {
        double part = Math.min((double) step / steps, 1);
        return extent * Math.exp((1 - part) * Math.log(meansRate) + part * Math.log(meansRateLast));
    }

    /** Degree of the spherical harmonics that takes part in a step. */
    int degree(int step) {
        return degreeEvery == 0 ? Gaussians.MAX_DEGREE : Math.min(Gaussians.MAX_DEGREE, step / degreeEvery);
    }

    boolean gathers(int step) {
        return densifyEvery > 0 && step < densifyUntil;
    }

    boolean densifies(int step) {
        return gathers(step) && step > densifyFrom && step % densifyEvery == 0;
    }

    boolean resets(int step) {
        return resetEvery > 0 && step < densifyUntil && step % resetEvery == 0;
    }
}
