package panst3r.splat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
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
    void goesOnAfterAPauseAsIfNothingHadHappened() throws IOException {
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
        assertThat(bytes(resumed)).containsExactlyElementsOf(bytes(through));
        assertThat(resumed.gaussians().size()).isNotEqualTo(250); // it was densified on the way
        assertThat(resumed.cameras().get(1).rotation())
                .containsExactly(through.cameras().get(1).rotation())
                .isNotEqualTo(THERE.rotation());
        assertThat(resumed.cameras().get(0).rotation()).isEqualTo(HERE.rotation());
    }

    /** All that there is of a fit: its saved state and its .ply, as they lie on the disk. */
    private List<byte[]> bytes(Fit fit) throws IOException {
        Path state = folder.resolve("state");
        Path ply = folder.resolve("ply");
        fit.save(state);
        GaussianPly.write(fit.gaussians(), ply);
        return List.of(Files.readAllBytes(state), Files.readAllBytes(ply));
    }

    /** Saved and resumed after every step, through densification, resets and growing degrees, over changing backgrounds. */
    @Test
    void aPauseAfterEveryStepChangesNoByte() throws IOException {
        List<TrainingView> photos = photos(HERE, THERE);
        for (FitOptions options :
                List.of(options().withRefineCameras(true), FitOptions.dense(30).withThreads(1))) {
            Fit through = new Fit(start(), photos, options);
            Path file = folder.resolve("fit.safetensors");
            new Fit(start(), photos, options).save(file);
            for (int s = 0; s < 30; s++) {
                Fit resumed = Fit.resume(file, photos);
                assertThat(resumed.step()).isEqualTo(through.step());
                resumed.save(file);
            }
            assertThat(bytes(Fit.resume(file, photos))).containsExactlyElementsOf(bytes(through));
        }
    }

    @Test
    void theNumberOfThreadsChangesNoByte() throws IOException {
        List<TrainingView> photos = photos(HERE, THERE);
        for (FitOptions options : List.of(options().withRefineCameras(true), FitOptions.dense(26))) {
            List<byte[]> one = null;
            for (int threads : new int[] {1, 2, 3, 5, 8}) {
                Fit fit = new Fit(start(), photos, options.withThreads(threads));
                fit.run(26, Progress.SILENT, f -> {});
                List<byte[]> all = bytes(fit);
                one = one == null ? all : one;
                assertThat(all).as(threads + " threads").containsExactlyElementsOf(one);
                if (options.refineCameras()) { // with a reset, and densified, at moved cameras
                    assertThat(fit.gaussians().size()).isNotEqualTo(250);
                    assertThat(fit.cameras().get(1).rotation()).isNotEqualTo(THERE.rotation());
                }
            }
        }
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

    /** An interrupt at any moment, between steps or within one: what is saved then is what so many whole steps give. */
    @Test
    void anInterruptAtAnyMomentLeavesWholeSteps() throws Exception {
        List<TrainingView> photos = photos(HERE, THERE);
        FitOptions options = options().withThreads(2);
        List<List<byte[]>> whole = new ArrayList<>();
        Fit reference = new Fit(start(), photos, options);
        whole.add(bytes(reference));
        for (int s = 0; s < 30; s++) {
            reference.step();
            whole.add(bytes(reference));
        }
        Thread caller = Thread.currentThread();
        for (int trial = 0; trial < 12; trial++) {
            Fit fit = new Fit(start(), photos, options);
            int moment = trial;
            Thread user = new Thread(() -> {
                LockSupport.parkNanos(moment * 1_700_000L);
                caller.interrupt();
            });
            user.start();
            try {
                fit.run(30, Progress.SILENT, f -> {});
            } catch (CancelledException e) {
                // as asked
            }
            while (user.isAlive()) {
                try {
                    user.join();
                } catch (InterruptedException e) {
                    // it came late
                }
            }
            Thread.interrupted();
            assertThat(bytes(fit)).as(fit.steps() + " steps").containsExactlyElementsOf(whole.get(fit.steps()));
        }
    }

    /** A Gaussian brighter than all bounds, half of it out of the picture: the derivatives by its place are beyond a float, so it alone stays. */
    @Test
    void derivativesThatAreNoNumbersAreSkippedAndCounted() {
        Pinhole camera =
                new Pinhole(16, 12, 5000, 5000, 8, 6, new double[] {1, 0, 0, 0, 1, 0, 0, 0, 1}, new double[] {0, 0, 0});
        Gaussians g = Gaussians.zeros(2, 0);
        for (int i = 0; i < 2; i++) {
            g.means()[3 * i] = (float) ((i == 0 ? -7.8 : 4.3) * 2 / 5000);
            g.means()[3 * i + 2] = 2;
            Arrays.fill(g.logScales(), 3 * i, 3 * i + 3, (float) Math.log(1.2 * 2 / 5000));
            g.quaternions()[4 * i] = 1;
            g.opacityLogits()[i] = 1;
        }
        Arrays.fill(g.sh(), 0, 3, 3e38f);
        float[] photo = new float[3 * 16 * 12];
        Fit fit = new Fit(
                g, List.of(new TrainingView(camera, photo)), FitOptions.dense(5).withThreads(1));
        fit.run(Progress.SILENT, f -> {});
        assertThat(fit.steps()).isEqualTo(5);
        assertThat(fit.skippedSteps()).isZero();
        assertThat(fit.skippedGradients()).isEqualTo(5);
        Gaussians after = fit.gaussians();
        assertThat(after.select(new int[] {0})).isEqualTo(g.select(new int[] {0}));
        assertThat(after.select(new int[] {1})).isNotEqualTo(g.select(new int[] {1}));
        assertThat(after.isFinite(1)).isTrue();
    }

    /** Values as any file may hold them. */
    @Property(tries = 300)
    void whateverFiniteValuesTheyHaveGaussiansAreShownAndFitted(@ForAll Random random) {
        Gaussians g = Gaussians.zeros(6, 1);
        for (float[] values : List.of(g.means(), g.logScales(), g.quaternions(), g.opacityLogits(), g.sh())) {
            for (int k = 0; k < values.length; k++) {
                float any = Float.intBitsToFloat(random.nextInt());
                values[k] = random.nextInt(3) == 0 && Float.isFinite(any) ? any : (float) random.nextGaussian();
            }
        }
        Pinhole camera = RasteriserTest.camera(24, 18);
        Rendering seen = new Rasteriser(1).render(g, camera, new float[3]);
        for (int i = 0; i < seen.alpha().length; i++) {
            assertThat(seen.alpha()[i]).isBetween(0f, 1f);
            assertThat(seen.expectedDepth()[i]).isNotNaN();
        }
        Fit fit = new Fit(
                g,
                List.of(new TrainingView(camera, new float[3 * 24 * 18])),
                FitOptions.dense(4).withThreads(1));
        fit.run(Progress.SILENT, f -> {});
        assertThat(fit.steps()).isEqualTo(4);
        for (int i = 0; i < 6; i++) {
            assertThat(fit.gaussians().isFinite(i)).isTrue();
        }
    }

    /** The system lets a child write files of so many blocks only, as a disk that fills up. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void aFullDiskLeavesWhatWasThere() throws Exception {
        Fit fit = new Fit(start(), photos(HERE), options());
        List<byte[]> before = bytes(fit);
        Process child = new ProcessBuilder(
                        "sh",
                        "-c",
                        "ulimit -f 20; exec \"$@\"",
                        "sh",
                        System.getProperty("java.home") + "/bin/java",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:-UsePerfData",
                        "-cp",
                        System.getProperty("java.class.path"),
                        FullDisk.class.getName(),
                        folder.toString())
                .redirectErrorStream(true)
                .start();
        List<String> said = child.inputReader().lines().toList();
        assertThat(child.waitFor()).as(said.toString()).isZero();
        assertThat(said).hasSize(2);
        assertThat(said.get(0)).startsWith(folder.resolve("state").toString()).endsWith(".");
        assertThat(said.get(1)).startsWith(folder.resolve("ply").toString()).endsWith(".");
        assertThat(said).allMatch(line -> line.contains("could not be written"));
        assertThat(Files.readAllBytes(folder.resolve("state"))).isEqualTo(before.get(0));
        assertThat(Files.readAllBytes(folder.resolve("ply"))).isEqualTo(before.get(1));
        assertThat(folder.toFile().list()).containsExactlyInAnyOrder("state", "ply");
    }

    /** Saves a larger fit over those of a folder. */
    static final class FullDisk {
        public static void main(String[] folder) {
            Fit fit = new Fit(RasteriserTest.cloud(500, 1, 12), photos(HERE), options());
            for (Runnable save : List.<Runnable>of(
                    () -> fit.save(Path.of(folder[0], "state")),
                    () -> GaussianPly.write(fit.gaussians(), Path.of(folder[0], "ply")))) {
                try {
                    save.run();
                    System.out.println("saved");
                } catch (PanSt3RException e) {
                    System.out.println(e.getMessage());
                }
            }
        }
    }

    @Test
    void valuesBeyondAllBoundsBreakNothing() {
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

    /** Any byte of a small file changed: it is refused in a sentence, or goes on with what it says. */
    @Test
    void aDamagedFitIsRefusedOrGoesOn() throws IOException {
        Pinhole camera = RasteriserTest.camera(12, 9);
        List<TrainingView> photos = List.of(new TrainingView(camera, new float[3 * 12 * 9]));
        Path file = folder.resolve("fit.safetensors");
        Fit fit = new Fit(RasteriserTest.cloud(3, 0, 12), photos, options());
        fit.step();
        fit.save(file);
        byte[] whole = Files.readAllBytes(file);
        Random random = new Random(4);
        int refused = 0;
        for (int at = 0; at < whole.length; at += 2) {
            byte[] bytes = whole.clone();
            bytes[at] ^= (byte) (1 << random.nextInt(8));
            Files.write(file, bytes);
            try {
                Fit.resume(file, photos).step();
            } catch (PanSt3RException e) {
                assertThat(e.getMessage()).startsWith(file.toString()).doesNotContain("\n");
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(whole.length / 8);
    }

    @Test
    void aFitOfOtherPhotosIsRefused() {
        Path file = folder.resolve("fit.safetensors");
        new Fit(start(), photos(HERE), options()).save(file);
        assertThatThrownBy(() -> Fit.resume(file, photos(THERE)))
                .isInstanceOf(PanSt3RException.class)
                .hasMessageContaining("was fitted to other photos");
    }

    @Test
    void aGaussianTakesLessThanAKilobyte() {
        assertThat(Fit.memory(1, Gaussians.MAX_DEGREE)).isLessThanOrEqualTo(1000);
    }
}
