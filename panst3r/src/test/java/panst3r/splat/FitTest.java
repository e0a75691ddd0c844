package panst3r.splat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import panst3r.CancelledException;
import panst3r.PanSt3RException;
import panst3r.Progress;

/** Fitting: better with every step, the same after a pause, whole after an interrupt. */
class FitTest {
    @TempDir
    Path folder;

    private static final Pinhole HERE = RasteriserTest.camera(64, 48);
    private static final Pinhole THERE = HERE.moved(new double[] {0.2, 0.05, 0.1, 0.02, -0.08, 0.01});

    /** Photos of one cloud, to which another is fitted. */
    private static List<TrainingView> photos(Pinhole... cameras) {
        Gaussians truth = RasteriserTest.cloud(300, 1, 11);
        List<TrainingView> out = new ArrayList<>();
        for (Pinhole camera : cameras) {
            out.add(new TrainingView(
                    camera,
                    new Rasteriser(1).render(truth, camera, new float[3]).rgb()));
        }
        return out;
    }

    private static FitOptions options() {
        Schedule p = Schedule.PUBLISHED;
        return FitOptions.published()
                .withThreads(1)
                .withSchedule(new Schedule(
                        60,
                        p.meansRate(),
                        p.meansRateLast(),
                        p.dcRate(),
                        p.restRate(),
                        p.opacityRate(),
                        p.scaleRate(),
                        p.quaternionRate(),
                        10,
                        5,
                        40,
                        10,
                        25,
                        1e-5));
    }

    private static Gaussians start() {
        return RasteriserTest.cloud(250, 1, 12);
    }

    @Test
    void goesOnAfterAPauseAsIfNothingHadHappened() {
        List<TrainingView> photos = photos(HERE, THERE);
        FitOptions options = options().withRefineCameras(true);
        Fit through = new Fit(start(), photos, options);
        Fit paused = new Fit(start(), photos, options);
        for (int s = 0; s < 23; s++) {
            through.step();
            paused.step();
        }
        Path file = folder.resolve("fit.safetensors");
        paused.save(file);
        Fit resumed = Fit.resume(file, photos);
        assertThat(resumed.steps()).isEqualTo(23);
        assertThat(resumed.psnr()).isEqualTo(paused.psnr());
        for (int s = 0; s < 20; s++) {
            assertThat(resumed.step()).isEqualTo(through.step());
        }
        assertThat(resumed.gaussians()).isEqualTo(through.gaussians());
        assertThat(resumed.gaussians().size()).isNotEqualTo(250); // it was densified on the way
        assertThat(resumed.cameras().get(1).rotation())
                .containsExactly(through.cameras().get(1).rotation())
                .isNotEqualTo(THERE.rotation());
        assertThat(resumed.cameras().get(0).rotation()).isEqualTo(HERE.rotation());
    }

    @Test
    void changingBackgroundsComeBackTheSameAfterAPause() {
        List<TrainingView> photos = photos(HERE);
        FitOptions options = FitOptions.dense(20).withThreads(1);
        assertThat(options.background()).isNull();
        Fit through = new Fit(start(), photos, options);
        for (int s = 0; s < 4; s++) {
            through.step();
        }
        Path file = folder.resolve("fit.safetensors");
        through.save(file);
        Fit resumed = Fit.resume(file, photos);
        assertThat(resumed.step()).isEqualTo(through.step());
        assertThat(resumed.step()).isEqualTo(through.step());
    }

    @Test
    void theNumberOfThreadsChangesNoBit() {
        List<TrainingView> photos = photos(HERE, THERE);
        Fit one = new Fit(start(), photos, options());
        Fit three = new Fit(start(), photos, options().withThreads(3));
        for (int s = 0; s < 25; s++) {
            assertThat(three.step()).isEqualTo(one.step());
        }
        assertThat(three.gaussians()).isEqualTo(one.gaussians());
    }

    @Test
    void aWrongCameraMovesTowardsTheRightOne() {
        Gaussians truth = RasteriserTest.cloud(300, 1, 11);
        List<TrainingView> right = photos(HERE, THERE);
        Pinhole off = THERE.moved(new double[] {0.02, -0.01, 0.015, 0.006, -0.005, 0.004});
        List<TrainingView> wrong =
                List.of(right.get(0), new TrainingView(off, right.get(1).image()));
        Schedule still = new Schedule(200, 1e-12, 1e-12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1);
        Fit fit = new Fit(
                truth,
                wrong,
                FitOptions.published().withThreads(1).withSchedule(still).withRefineCameras(true));
        double before = error(fit, wrong);
        fit.run(Progress.SILENT, f -> {});
        assertThat(error(fit, wrong)).isLessThan(0.1 * before);
        assertThat(distance(fit.cameras().get(1), THERE)).isLessThan(0.3 * distance(off, THERE));
    }

    /** Mean squared error of the second photo at the camera so far. */
    private static double error(Fit fit, List<TrainingView> photos) {
        float[] seen = fit.render(fit.cameras().get(1)).rgb();
        double sum = 0;
        for (int i = 0; i < seen.length; i++) {
            sum += Math.pow(seen[i] - photos.get(1).image()[i], 2);
        }
        return sum / seen.length;
    }

    private static double distance(Pinhole a, Pinhole b) {
        double sum = 0;
        for (int k = 0; k < 3; k++) {
            sum += Math.pow(a.translation()[k] - b.translation()[k], 2);
        }
        for (int k = 0; k < 9; k++) {
            sum += Math.pow(a.rotation()[k] - b.rotation()[k], 2);
        }
        return Math.sqrt(sum);
    }

    @Test
    void anInterruptLeavesTheStateOfTheLastStep() {
        Fit fit = new Fit(start(), photos(HERE), options());
        assertThatThrownBy(() -> fit.run(Progress.SILENT, f -> {
                    if (f.steps() == 7) {
                        Thread.currentThread().interrupt();
                    }
                }))
                .isInstanceOf(CancelledException.class);
        Fit same = new Fit(start(), photos(HERE), options());
        for (int s = 0; s < 7; s++) {
            same.step();
        }
        assertThat(fit.steps()).isEqualTo(7);
        assertThat(fit.gaussians()).isEqualTo(same.gaussians());
        assertThat(fit.step()).isEqualTo(same.step());
    }

    @Test
    void aPhotoWithHolesIsSkippedAndCounted() {
        List<TrainingView> photos = photos(HERE, THERE);
        photos.get(1).image()[1000] = Float.NaN;
        Fit fit = new Fit(start(), photos, options());
        for (int s = 0; s < 10; s++) {
            fit.step();
        }
        assertThat(fit.skippedSteps()).isEqualTo(5);
        assertThat(fit.steps()).isEqualTo(10);
        assertThat(fit.gaussians().means()).doesNotContain(Float.NaN);
        assertThat(fit.psnr()).isFinite();
    }

    @Test
    void gradientsThatAreNoNumbersMoveNothing() {
        Gaussians g = start();
        g.logScales()[30] = 60; // e^60 squared is beyond a float, and derivatives by it are not
        g.means()[33] = Float.NaN;
        Fit fit = new Fit(g, photos(HERE), options());
        assertThat(fit.gaussians().size()).isEqualTo(249);
        for (int s = 0; s < 5; s++) {
            fit.step();
        }
        for (int i = 0; i < 249; i++) {
            assertThat(fit.gaussians().isFinite(i)).isTrue();
        }
    }

    @Test
    void wrongInputIsSaidInOneSentence() throws Exception {
        List<TrainingView> photos = photos(HERE);
        assertThatThrownBy(() -> new Fit(Gaussians.zeros(0, 0), photos, options()))
                .isInstanceOf(PanSt3RException.class)
                .hasMessageContaining("no Gaussian");
        assertThatThrownBy(() -> new Fit(start(), List.of(), options()))
                .isInstanceOf(PanSt3RException.class)
                .hasMessageContaining("no photo");
        assertThatThrownBy(() -> Fit.checkMemory(2_000_000_000L, 3))
                .isInstanceOf(PanSt3RException.class)
                .hasMessageContaining("2,000,000,000 Gaussians");
        Path file = folder.resolve("fit.safetensors");
        Fit fit = new Fit(start(), photos, options());
        fit.save(file);
        assertThatThrownBy(() -> Fit.resume(file, photos(HERE, THERE)))
                .isInstanceOf(PanSt3RException.class)
                .hasMessageContaining("1 photos, not to 2");
        byte[] bytes = Files.readAllBytes(file);
        Files.write(folder.resolve("cut"), Arrays.copyOf(bytes, bytes.length - 100));
        assertThatThrownBy(() -> Fit.resume(folder.resolve("cut"), photos)).isInstanceOf(PanSt3RException.class);
    }

    @Test
    void aGaussianTakesLessThanAKilobyte() {
        assertThat(Fit.memory(1, Gaussians.MAX_DEGREE)).isLessThanOrEqualTo(1000);
    }
}
