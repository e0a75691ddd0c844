package panst3r.splat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import panst3r.PanSt3RException;
import panst3r.Progress;
import panst3r.merge.Panoptic;
import panst3r.metrics.GroundTruth;
import panst3r.metrics.TrueScene;
import panst3r.picture.Palette;
import panst3r.rooms.RoomOptions;
import panst3r.rooms.RoomSample;
import panst3r.rooms.RoomView;
import panst3r.rooms.Rooms;
import panst3r.scene.Scene;

/** From a scene to Gaussians and back to labels, on a room of which everything is known. */
class SplatSceneTest {
    private static final double[] UP = {0, -1, 0};

    private static RoomSample room;
    private static Scene scene;
    private static Gaussians start;
    private static SplatScene splats;

    @BeforeAll
    static void aRoom() {
        room = Rooms.sample(
                Rooms.FIRST_HELD_OUT_SEED + 7,
                RoomOptions.defaults().withViews(3).withSize(64, 48).withNoise(0));
        scene = TrueScene.of(room);
        start = DenseStart.DEFAULT.withEvery(1).withDegree(0).of(scene, Progress.SILENT);
        splats = new SplatScene(scene, start, cameras(), new float[3], 1);
    }

    private static List<Pinhole> cameras() {
        return TrainingView.of(scene).stream().map(TrainingView::camera).toList();
    }

    @Test
    void aDenseStartIsOneGaussianAPixelAsLargeAsThePixel() {
        assertThat(start.size()).isEqualTo(3 * 64 * 48);
        int i = 20 * 64 + 30; // of the first view, whose frame is the world's
        double z = start.means()[3 * i + 2];
        assertThat(z).isCloseTo(room.views().get(0).depth()[i], within(1e-4));
        assertThat(Math.exp(start.logScales()[3 * i]))
                .isCloseTo(0.5 * z / cameras().get(0).fx(), within(1e-5));
        assertThat(start.opacity(i)).isCloseTo(1 - 1 / 11.0, within(1e-5));
        double red = 0.5 + SphericalHarmonics.Y0 * start.sh()[3 * i];
        assertThat(red).isCloseTo((room.views().get(0).rgb()[3 * i] & 255) / 255.0, within(1e-6));
        assertThat(DenseStart.DEFAULT.withEvery(2).of(scene, Progress.SILENT).size())
                .isEqualTo(3 * 32 * 24);
    }

    /** Each Gaussian lies on its pixel's centre, or the half pixel of the two conventions was taken the wrong way. */
    @Test
    void gaussiansProjectOntoTheirPixels() {
        for (int v = 0; v < 3; v++) {
            Footprint f = new Footprint(cameras().get(v));
            for (int pixel : new int[] {0, 1000, 64 * 48 - 1}) {
                assertThat(f.project(start, v * 64 * 48 + pixel)).isTrue();
                assertThat(f.u).isCloseTo(pixel % 64 + 0.5, within(0.05));
                assertThat(f.v).isCloseTo(pixel / 64 + 0.5, within(0.05));
            }
        }
    }

    @Test
    void theStartShowsThePhotosAndAFitShowsThemBetter() {
        Fit fit = new Fit(start, TrainingView.of(scene), FitOptions.dense(24).withThreads(1));
        double before = mean(splats);
        assertThat(before).isGreaterThan(20);
        fit.run(Progress.SILENT, f -> {});
        SplatScene after = new SplatScene(scene, fit.gaussians(), fit.cameras(), new float[3], 1);
        assertThat(mean(after)).isGreaterThan(before + 0.8);
    }

    private static double mean(SplatScene of) {
        return of.photos(Progress.SILENT).stream()
                .mapToDouble(SplatScene.Likeness::psnr)
                .average()
                .orElseThrow();
    }

    @Test
    void labelsComeBackAtTheirOwnCameras() {
        LabelField field = splats.labels(Progress.SILENT).orElseThrow();
        for (int v = 0; v < 3; v++) {
            LabelMap map = field.render(cameras().get(v));
            int[] truth = room.views().get(v).ids();
            int same = 0;
            for (int i = 0; i < truth.length; i++) {
                same += map.labels()[i] == truth[i] ? 1 : 0;
                assertThat(map.confidence()[i]).isBetween(0f, 1.0001f);
            }
            assertThat(same / (double) truth.length).isGreaterThan(0.93);
        }
        LabelField classes = LabelField.classes(start, scene, cameras(), 1, Progress.SILENT);
        int[] seen = classes.render(cameras().get(1)).labels();
        int[] truth = room.classIds(1);
        int same = 0;
        for (int i = 0; i < truth.length; i++) {
            same += seen[i] == truth[i] + 1 ? 1 : 0;
        }
        assertThat(same / (double) truth.length).isGreaterThan(0.93);
    }

    @Test
    void theNumberOfThreadsChangesNoLabel() {
        LabelField one = LabelField.segments(start, scene, cameras(), 1, Progress.SILENT);
        LabelField three = LabelField.segments(start, scene, cameras(), 3, Progress.SILENT);
        assertThat(three.features()).isEqualTo(one.features());
        assertThat(three.render(cameras().get(2)))
                .usingRecursiveComparison()
                .isEqualTo(one.render(cameras().get(2)));
    }

    @Test
    void cleaningMendsSpecksThatOnePhotoGotWrong() {
        // every eighth pixel is another segment's
        Panoptic right = scene.panoptic().orElseThrow();
        List<int[]> ids = new ArrayList<>();
        int wrong = right.segments().get(0).id();
        for (int[] map : right.ids()) {
            int[] specked = map.clone();
            for (int i = 0; i < specked.length; i += 8) {
                specked[i] = wrong;
            }
            ids.add(specked);
        }
        Scene specked = scene.with(new Panoptic("specks", ids, right.confidence(), right.segments()));
        Scene clean = splats.with(specked).cleaned(Progress.SILENT);
        GroundTruth truth = GroundTruth.of(room, scene);
        double before = truth.quality(specked.panoptic().orElseThrow()).all().pq();
        double after = truth.quality(clean.panoptic().orElseThrow()).all().pq();
        assertThat(after).isGreaterThan(before + 0.05);
        assertThat(clean.panoptic().orElseThrow().strategy()).isEqualTo("specks, cleaned by Gaussians");
        long pixels = clean.panoptic().orElseThrow().segments().stream()
                .mapToLong(s -> s.area())
                .sum();
        assertThat(pixels)
                .isEqualTo(clean.panoptic().orElseThrow().ids().stream()
                        .mapToLong(m -> Arrays.stream(m).filter(id -> id > 0).count())
                        .sum());
    }

    /** Near is bright, far dark, on one scale for all frames; what nothing covers is grey. */
    @Test
    void depthIsToldOnTheScaleOfTheFrames() {
        int middle = 24 * 64 + 32;
        double[] pose = cameras().get(0).cameraToWorld();
        for (int k = 0; k < 3; k++) {
            pose[4 * k + 3] += 0.3 * room.views().get(0).depth()[middle] * pose[4 * k + 2];
        }
        NovelFrame far = splats.frame(cameras().get(0), Progress.SILENT);
        NovelFrame near = splats.frame(cameras().get(0).at(pose), Progress.SILENT);
        NovelFrame.Depths both = NovelFrame.Depths.of(List.of(near, far));
        NovelFrame.Depths alone = NovelFrame.Depths.of(List.of(far));
        NovelFrame.Depths other = NovelFrame.Depths.of(List.of(near));
        assertThat(other.far()).isLessThan(alone.far());
        assertThat(both.far()).isBetween(other.far(), alone.far());
        assertThat(both.near()).isBetween(Math.min(other.near(), alone.near()), Math.max(other.near(), alone.near()));
        float[] depth = far.colours().expectedDepth();
        int bright = 0;
        int dark = 0;
        for (int i = 0; i < depth.length; i++) {
            bright = depth[i] < depth[bright] ? i : bright;
            dark = depth[i] > depth[dark] ? i : dark;
        }
        BufferedImage image = far.depthImage(alone);
        assertThat(image.getRGB(bright % 64, bright / 64) & 0xffffff).isEqualTo(Palette.ramp(1));
        assertThat(image.getRGB(dark % 64, dark / 64) & 0xffffff).isEqualTo(Palette.ramp(0));
        assertThat(alone.near()).isLessThanOrEqualTo(0.7 * alone.far() + 1e-9); // of a flat wall no grain is told
        Gaussians nothing = start.select(new int[0]);
        NovelFrame none = new SplatScene(scene, nothing, cameras(), new float[3], 1)
                .frame(cameras().get(0), Progress.SILENT);
        assertThat(none.depthImage(NovelFrame.Depths.of(List.of(none))).getRGB(3, 3) & 0xffffff)
                .isEqualTo(Palette.VOID);
    }

    @Test
    void aCameraBehindAWallIsInside() {
        for (Pinhole camera : cameras()) {
            assertThat(splats.isInside(camera)).isFalse();
        }
        Pinhole first = cameras().get(0);
        int middle = 24 * 64 + 32;
        double z = room.views().get(0).depth()[middle];
        double[] pose = first.cameraToWorld();
        double[] beyond = pose.clone();
        double[] before = pose.clone();
        for (int k = 0; k < 3; k++) {
            beyond[4 * k + 3] += 5 * z * pose[4 * k + 2];
            before[4 * k + 3] += 0.5 * z * pose[4 * k + 2];
        }
        assertThat(splats.isInside(first.at(beyond))).isTrue();
        assertThat(splats.isInside(first.at(before))).isFalse();
    }

    @Test
    void waysBeginAndEndAtPhotos() {
        List<Pinhole> photos = cameras();
        for (CameraPath way : List.of(CameraPath.BETWEEN, CameraPath.SPLINE)) {
            List<Pinhole> frames = way.frames(photos, UP, 5);
            assertThat(frames).hasSize(5);
            for (int k : new int[] {0, 1, 2}) { // frames 0, 2 and 4 of 5 meet the three photos
                assertThat(NovelViewQuality.distance(frames.get(2 * k), photos.get(k)))
                        .isLessThan(1e-9);
                assertThat(NovelViewQuality.angle(frames.get(2 * k), photos.get(k)))
                        .isLessThan(1e-4);
            }
        }
        List<Pinhole> orbit = CameraPath.ORBIT.frames(photos, UP, 8);
        double[] target = CameraPath.meeting(photos);
        for (Pinhole frame : orbit) {
            double[] o = frame.centre();
            double[] r = frame.rotation();
            double[] t = {target[0] - o[0], target[1] - o[1], target[2] - o[2]};
            double length = Math.sqrt(t[0] * t[0] + t[1] * t[1] + t[2] * t[2]);
            assertThat((r[6] * t[0] + r[7] * t[1] + r[8] * t[2]) / length).isCloseTo(1, within(1e-9));
            assertThat(r[1]).isCloseTo(0, within(1e-9)); // level: right is at right angles to up
        }
        // what is in the way is gone round: of a way along it, of an orbit towards its middle
        double[] from = photos.get(0).centre();
        Predicate<Pinhole> near = c -> {
            double[] o = c.centre();
            return Math.hypot(Math.hypot(o[0] - from[0], o[1] - from[1]), o[2] - from[2]) < 0.1;
        };
        assertThat(near.test(CameraPath.BETWEEN.frames(photos, UP, 5).get(0))).isTrue();
        assertThat(CameraPath.BETWEEN.frames(photos, UP, 5, near, c -> true))
                .hasSize(5)
                .noneMatch(near);
        Predicate<Pinhole> far = c -> NovelViewQuality.distance(c, orbit.get(0)) < 1e-6;
        List<Pinhole> nearer = CameraPath.ORBIT.frames(photos, UP, 8, far, c -> true);
        assertThat(nearer).hasSize(8).noneMatch(far);
        assertThat(NovelViewQuality.angle(nearer.get(3), orbit.get(3))).isLessThan(1e-4);
        // seen from four steps of ten degrees to one side and eight to the other: a pendulum from the first photo's
        // side
        List<Pinhole> circle = CameraPath.ORBIT.frames(photos, UP, 36);
        List<Pinhole> seen = new ArrayList<>(circle.subList(0, 9));
        seen.addAll(circle.subList(32, 36));
        Predicate<Pinhole> shown = c -> seen.stream().anyMatch(s -> NovelViewQuality.distance(s, c) < 1e-9);
        List<Pinhole> swing = CameraPath.ORBIT.frames(photos, UP, 40, c -> false, shown);
        assertThat(NovelViewQuality.distance(swing.get(0), circle.get(0))).isLessThan(1e-9);
        double[] sides = {0, 0};
        for (int f = 0; f < 40; f++) {
            double turn = NovelViewQuality.angle(swing.get(f), circle.get(0));
            int side = NovelViewQuality.angle(swing.get(f), circle.get(1))
                            < NovelViewQuality.angle(swing.get(f), circle.get(35))
                    ? 1
                    : 0;
            sides[side] = Math.max(sides[side], turn);
            assertThat(NovelViewQuality.angle(swing.get(f), swing.get((f + 1) % 40)))
                    .isLessThan(11);
        }
        assertThat(sides[0]).isCloseTo(40, within(3.0));
        assertThat(sides[1]).isCloseTo(80, within(3.0));
        assertThatThrownBy(() -> CameraPath.SPLINE.frames(photos.subList(0, 1), UP, 5))
                .isInstanceOf(PanSt3RException.class)
                .hasMessageContaining("needs two");
    }

    @Test
    void camerasThatAreHeldOutStandWhereTheyStood() {
        HeldOut.Split split = HeldOut.Split.every(room, 3);
        List<Pinhole> held = HeldOut.cameras(split, TrueScene.of(split.photos()));
        double[] world = room.views().get(0).camera().cameraToWorld();
        Pinhole last = Pinhole.of(room.views().get(2).camera()).inFrameOf(world);
        assertThat(held).hasSize(1);
        assertThat(NovelViewQuality.distance(held.get(0), last)).isLessThan(1e-3);
        assertThat(NovelViewQuality.angle(held.get(0), last)).isLessThan(0.05);
    }

    /** Where there is no Gaussian all is background and void; with those of the photo itself almost all is right. */
    @Test
    void newViewsAreMeasuredAgainstTheTruth() {
        RoomView view = room.views().get(1);
        RoomSample held = new RoomSample("held", "", room.views().subList(1, 2), room.classes(), room.instances());
        List<Pinhole> photos = List.of(
                Pinhole.of(room.views().get(0).camera()),
                Pinhole.of(room.views().get(2).camera()));
        float[] grey = {0.25f, 0.5f, 0.75f};
        double squared = 0;
        for (int i = 0; i < view.rgb().length; i++) {
            squared += Math.pow((view.rgb()[i] & 255) / 255.0 - grey[i % 3], 2) / view.rgb().length;
        }
        List<Pinhole> camera = cameras().subList(1, 2);
        LabelField labels = splats.labels(Progress.SILENT).orElseThrow();
        NovelViewQuality nothing =
                NovelViewQuality.of(held, Gaussians.zeros(0, 0), camera, photos, grey, null, scene, 1);
        assertThat(nothing.psnr()).isCloseTo(-10 * Math.log10(squared), within(1e-3));
        assertThat(nothing.views().get(0).seen()).isZero();
        assertThat(nothing.labels()).isEmpty();
        Pinhole place = Pinhole.of(view.camera());
        assertThat(nothing.views().get(0).distance())
                .isEqualTo(Math.min(
                        NovelViewQuality.distance(place, photos.get(0)),
                        NovelViewQuality.distance(place, photos.get(1))));
        NovelViewQuality all = NovelViewQuality.of(held, start, camera, photos, grey, labels, scene, 1);
        assertThat(all.psnr()).isGreaterThan(nothing.psnr() + 5);
        assertThat(all.views().get(0).seen()).isGreaterThan(0.99);
        assertThat(all.labels().orElseThrow().miou()).isGreaterThan(0.7);
        // half of the picture void: the papers' rule forgives what the strict one counts as missed
        Footprint f = new Footprint(camera.get(0));
        boolean[] left = new boolean[start.size()];
        for (int i = 0; i < left.length; i++) {
            left[i] = f.project(start, i) && f.u < 32;
        }
        NovelViewQuality.Labels half = NovelViewQuality.of(
                        held, start, camera, photos, grey, labels.only(left), scene, 1)
                .labels()
                .orElseThrow();
        double whole = all.labels().orElseThrow().strictPq();
        assertThat(all.labels().orElseThrow().pq()).isGreaterThanOrEqualTo(whole);
        assertThat(half.strictPq()).isBetween(0.1 * whole, 0.75 * whole);
        assertThat(half.pq()).isGreaterThan(half.strictPq() + 0.1);
        // labels of what is not there are void: nothing is right
        LabelField none = labels.only(new boolean[start.size()]);
        assertThat(NovelViewQuality.of(held, start, camera, photos, grey, none, scene, 1)
                        .labels()
                        .orElseThrow()
                        .pq())
                .isZero();
    }

    @Test
    void wrongInputIsSaidInOneSentence() {
        assertThatThrownBy(() -> DenseStart.DEFAULT.withMinConfidence(50).of(scene, Progress.SILENT))
                .isInstanceOf(PanSt3RException.class)
                .hasMessageContaining("confidence of 50");
        assertThatThrownBy(() -> DenseStart.DEFAULT.withEvery(0)).isInstanceOf(PanSt3RException.class);
        assertThatThrownBy(() -> DenseStart.DEFAULT.withDegree(4)).isInstanceOf(PanSt3RException.class);
        List<String> warnings = new ArrayList<>();
        RoomSample one = new RoomSample("one", "", room.views().subList(0, 1), room.classes(), room.instances());
        Scene single = TrueScene.of(one);
        Gaussians g = DenseStart.DEFAULT.of(single, new Progress() {
            @Override
            public void update(String stage, int done, int total) {}

            @Override
            public void warn(String message) {
                warnings.add(message);
            }
        });
        assertThat(warnings).hasSize(1).first().asString().contains("one view only");
        Fit fit = new Fit(g, TrainingView.of(single), FitOptions.dense(3).withThreads(1));
        fit.run(Progress.SILENT, f -> {});
        assertThat(fit.psnr()).isFinite();
    }
}
