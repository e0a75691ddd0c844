package panst3r.splat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import panst3r.PanSt3RException;
import panst3r.Progress;

/**
 * Fits Gaussians to photos, a photo a step (Kerbl et al. 2023; novel-views.md, "Fitting"). Between two steps everything is
 * whole: {@link #gaussians} can be shown, {@link #save} writes all that {@link #resume} needs to go on as if nothing had
 * happened. A step that is interrupted changes nothing. Not for several threads.
 */
public final class Fit {
    private static final int CHUNK = 2048;
    /** Radians a step, or as far as that looks at the distance of the Gaussians. */
    private static final double CAMERA_RATE = 2e-4;
    /** Bytes a Gaussian besides its values and their moments: derivatives, what blending needs, its shares of tiles. */
    private static final int WORKING_BYTES = 290;

    private final List<TrainingView> views;
    private final FitOptions options;
    private final double extent;
    private final Workers workers;
    private final Rasteriser rasteriser;
    private final PhotometricLoss loss;
    private final Gradients gradients = new Gradients();
    private float[] imageGradient = {};

    final FitState state;

    /**
     * A fit that has made no step yet.
     *
     * @param start copied; Gaussians with values that are not finite are left out
     * @throws PanSt3RException if there is no view or no Gaussian, or not enough memory
     */
    public Fit(Gaussians start, List<TrainingView> views, FitOptions options) {
        this(FitState.start(checked(start), views), views, options);
    }

    Fit(FitState state, List<TrainingView> views, FitOptions options) {
        this.state = state;
        this.views = List.copyOf(views);
        this.options = options;
        extent = state.extent;
        workers = new Workers(options.threads());
        rasteriser = new Rasteriser(workers);
        loss = new PhotometricLoss(workers);
    }

    private static Gaussians checked(Gaussians g) {
        checkMemory(g.size(), g.degree());
        int[] kept = IntStream.range(0, g.size()).filter(g::isFinite).toArray();
        return kept.length == g.size() ? g.copy() : g.select(kept);
    }

    /** Bytes that fitting so many Gaussians takes, photos apart. */
    public static long memory(long gaussians, int degree) {
        return gaussians * (3 * Gaussians.bytes(degree) + WORKING_BYTES);
    }

    /** @throws PanSt3RException if fitting so many Gaussians would not fit into the memory that is left */
    public static void checkMemory(long gaussians, int degree) {
        long need = memory(gaussians, degree);
        long left = Memory.left(need);
        if (need > left) {
            throw new PanSt3RException(String.format(
                    Locale.ROOT,
                    "Fitting %,d Gaussians takes %,d MB and only %,d MB are left; take every second pixel or fewer, a lower"
                            + " degree, or start Java with more memory (-Xmx).",
                    gaussians,
                    need >> 20,
                    left >> 20));
        }
    }

    /**
     * One step: the next photo in turn, its loss, derivatives, and one move of all Gaussians.
     *
     * @return the loss before the step
     * @throws panst3r.CancelledException if the thread is interrupted; nothing has changed then
     */
    public double step() {
        int step = state.step + 1;
        int view = state.step % views.size();
        Gaussians g = state.gaussians;
        TrainingView photo = views.get(view);
        Pinhole camera = state.cameras[view];
        int degree = Math.min(g.degree(), options.schedule().degree(step));
        rasteriser.prepare(g, camera, degree);
        Rendering seen = rasteriser.blend(background(step));
        if (imageGradient.length != photo.image().length) {
            imageGradient = new float[photo.image().length];
        }
        PhotometricLoss.Value value =
                loss.of(seen.rgb(), photo.image(), 3, camera.width(), camera.height(), imageGradient);
        if (!Double.isFinite(value.loss())) {
            state.step = step;
            state.skipped++;
            return value.loss();
        }
        rasteriser.backward(seen, imageGradient, null, null, gradients);
        move(step, view, degree);
        state.step = step;
        state.squared[view] = value.squared();
        return value.loss();
    }

    private float[] background(int step) {
        if (options.background() != null) {
            return options.background();
        }
        SplittableRandom random = new SplittableRandom(options.seed() * 31 + step);
        return new float[] {(float) random.nextDouble(), (float) random.nextDouble(), (float) random.nextDouble()};
    }

    /** To the last step of the schedule. */
    public void run(Progress progress, Consumer<Fit> afterEachStep) {
        run(options.schedule().steps(), progress, afterEachStep);
    }

    /** To this step; beyond the schedule's last one the rates stay as they are there. */
    public void run(int last, Progress progress, Consumer<Fit> afterEachStep) {
        while (state.step < last) {
            progress.step("fit", state.step, last);
            step();
            afterEachStep.accept(this);
        }
        progress.step("fit", last, last);
    }

    /** From here on nothing stops until the state is whole again. */
    private void move(int step, int view, int degree) {
        Schedule schedule = options.schedule();
        int n = state.gaussians.size();
        boolean gathers = schedule.gathers(step);
        int[] bad = new int[(n + CHUNK - 1) / CHUNK];
        workers.runToEnd(bad.length, () -> chunk -> {
            for (int i = chunk * CHUNK; i < Math.min(n, (chunk + 1) * CHUNK); i++) {
                if (!gradients.isFinite(i)) {
                    gradients.clearOne(i);
                    bad[chunk]++;
                }
                if (gathers && rasteriser.radius(i) > 0) {
                    state.gradientSum[i] += gradients.view[i];
                    state.seen[i]++;
                }
            }
        });
        state.skippedGradients += Arrays.stream(bad).sum();
        boolean densified = schedule.densifies(step);
        if (densified) {
            densify(step);
        }
        boolean reset = schedule.resets(step);
        if (reset) {
            Densification.reset(state.gaussians, state.first, state.second);
        }
        if (!densified) {
            adam(step, view, degree, !reset);
        }
        if (options.refineCameras() && view > 0) {
            moveCamera(view);
        }
    }

    private void densify(int step) {
        Random normal = new Random(options.seed() * 31 + step);
        Densification.Result result = Densification.apply(
                state.gaussians,
                state.gradientSum,
                state.seen,
                step,
                extent,
                options.schedule().gradientThreshold(),
                options.mostGaussians(),
                (child, split, axis) -> normal.nextGaussian());
        if (result.gaussians().size() > 0) {
            state.replace(result);
        }
    }

    private void adam(int step, int view, int degree, boolean opacities) {
        Schedule schedule = options.schedule();
        Gaussians g = state.gaussians;
        Gaussians m = state.first;
        Gaussians v = state.second;
        int n = g.size();
        int updates = ++state.updates;
        state.opacityUpdates += opacities ? 1 : 0;
        Adam means = new Adam(schedule.meansRate(step, extent), updates);
        Adam dc = new Adam(schedule.dcRate(), updates);
        Adam rest = new Adam(schedule.restRate(), updates);
        Adam opacity = new Adam(schedule.opacityRate(), Math.max(1, state.opacityUpdates));
        Adam scales = new Adam(schedule.scaleRate(), updates);
        Adam quaternions = new Adam(schedule.quaternionRate(), updates);
        int stored = 3 * Gaussians.coefficients(g.degree());
        int active = 3 * Gaussians.coefficients(degree);
        workers.runToEnd((n + CHUNK - 1) / CHUNK, () -> {
            Footprint footprint = new Footprint(state.cameras[view]);
            float[] sh = new float[active];
            return chunk -> {
                int i0 = chunk * CHUNK;
                int count = Math.min(n, i0 + CHUNK) - i0;
                // the directions are those that the picture was taken with, so colours come before means
                for (int i = i0; i < i0 + count; i++) {
                    harmonics(footprint, i, degree, sh);
                    dc.update(g.sh(), m.sh(), v.sh(), i * stored, sh, 0, 3);
                    rest.update(g.sh(), m.sh(), v.sh(), i * stored + 3, sh, 3, active - 3);
                }
                means.update(g.means(), m.means(), v.means(), 3 * i0, gradients.means, 3 * i0, 3 * count);
                scales.update(
                        g.logScales(), m.logScales(), v.logScales(), 3 * i0, gradients.logScales, 3 * i0, 3 * count);
                quaternions.update(
                        g.quaternions(),
                        m.quaternions(),
                        v.quaternions(),
                        4 * i0,
                        gradients.quaternions,
                        4 * i0,
                        4 * count);
                if (opacities) {
                    opacity.update(
                            g.opacityLogits(),
                            m.opacityLogits(),
                            v.opacityLogits(),
                            i0,
                            gradients.opacityLogits,
                            i0,
                            count);
                }
            };
        });
    }

    /** Derivatives of the harmonics: each Y_k times that of the colour. */
    private void harmonics(Footprint footprint, int i, int degree, float[] out) {
        float r = gradients.colours[3 * i];
        float g = gradients.colours[3 * i + 1];
        float b = gradients.colours[3 * i + 2];
        if (r == 0 && g == 0 && b == 0) {
            Arrays.fill(out, 0);
            return;
        }
        double[] basis = footprint.view(state.gaussians, i, degree);
        for (int k = 0; 3 * k < out.length; k++) {
            out[3 * k] = (float) (basis[k] * r);
            out[3 * k + 1] = (float) (basis[k] * g);
            out[3 * k + 2] = (float) (basis[k] * b);
        }
    }

    private void moveCamera(int view) {
        double[] twist = gradients.twist;
        if (Arrays.stream(twist).allMatch(Double::isFinite)) {
            state.cameras[view] =
                    state.cameras[view].moved(state.cameraMoves[view].next(twist, CAMERA_RATE, state.distance));
        }
    }

    /** The Gaussians so far. They change with the next step; take a {@link Gaussians#copy} to keep them. */
    public Gaussians gaussians() {
        return state.gaussians;
    }

    /** The cameras so far, one a photo; those given, unless they are refined. */
    public List<Pinhole> cameras() {
        return List.of(state.cameras.clone());
    }

    /** Steps made. */
    public int steps() {
        return state.step;
    }

    /** Steps whose loss was no number, so that nothing was moved. */
    public int skippedSteps() {
        return state.skipped;
    }

    /** How often the derivatives of a Gaussian were not numbers, so that it was left where it was. */
    public long skippedGradients() {
        return state.skippedGradients;
    }

    /** Peak signal-to-noise ratio in dB so far: mean over the photos of that when each was last seen; NaN before the first. */
    public double psnr() {
        return Arrays.stream(state.squared)
                .filter(s -> !Double.isNaN(s))
                .map(s -> -10 * Math.log10(s))
                .average()
                .orElse(Double.NaN);
    }

    /**
     * What the Gaussians show so far, with the degree of harmonics reached; over black where the fit has no background of its
     * own.
     */
    public Rendering render(Pinhole camera) {
        rasteriser.prepare(state.gaussians, camera, options.schedule().degree(state.step));
        return rasteriser.blend(options.background() == null ? new float[3] : options.background());
    }

    /**
     * Everything that the fit needs to go on, but for the photos.
     *
     * @throws PanSt3RException if it cannot be written
     */
    public void save(Path file) {
        FitFile.write(state, views, options, file);
    }

    /**
     * Goes on where {@link #save} left off, to the same bytes, with as many threads as the machine has cores.
     *
     * @param views those of the fit, in the same order
     * @throws PanSt3RException if the file is no saved fit, or of other photos
     */
    public static Fit resume(Path file, List<TrainingView> views) {
        return FitFile.read(file, views);
    }
}
