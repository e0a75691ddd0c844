package panst3r.splat;

/**
 * How Gaussians are fitted to photos.
 *
 * @param schedule rates and when what happens
 * @param refineCameras whether the cameras move too, but for the first, which holds the world's frame
 * @param mostGaussians densification adds none beyond this number
 * @param background [3] what shows where nothing covers; null for another colour in every step, so that no Gaussian can do
 *     its part by letting the background through
 * @param seed of the places of split Gaussians
 * @param threads that may work at once; the result is the same for any number
 */
public record FitOptions(
        Schedule schedule, boolean refineCameras, int mostGaussians, float[] background, long seed, int threads) {
    private static final int MOST = 3_000_000;

    /** The published rules, black background. */
    public static FitOptions published() {
        return new FitOptions(
                Schedule.PUBLISHED,
                false,
                MOST,
                new float[3],
                0,
                Runtime.getRuntime().availableProcessors());
    }

    /** From a dense start: as many steps as given, without densification, over backgrounds of all colours. */
    public static FitOptions dense(int steps) {
        FitOptions p = published();
        return new FitOptions(
                Schedule.dense(steps).withoutDensification(),
                p.refineCameras,
                p.mostGaussians,
                null,
                p.seed,
                p.threads);
    }

    public FitOptions withSchedule(Schedule other) {
        return new FitOptions(other, refineCameras, mostGaussians, background, seed, threads);
    }

    public FitOptions withRefineCameras(boolean refine) {
        return new FitOptions(schedule, refine, mostGaussians, background, seed, threads);
    }

    public FitOptions withBackground(float red, float green, float blue) {
        return new FitOptions(schedule, refineCameras, mostGaussians, new float[] {red, green, blue}, seed, threads);
    }

    public FitOptions withThreads(int count) {
        return new FitOptions(schedule, refineCameras, mostGaussians, background, seed, count);
    }
}
