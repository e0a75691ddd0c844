package panst3r.scene;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import panst3r.PanSt3RException;
import panst3r.Progress;
import panst3r.image.Photo;
import panst3r.image.View;
import panst3r.merge.Panoptic;
import panst3r.merge.Segment;

/** A room whose truth is known, asked as a user asks. */
class SceneTest {
    private final SyntheticRoom room = new SyntheticRoom(4, 48, 32, 3);
    private final Scene scene = Scene.of(room.prediction).with(room.panoptic());

    @Test
    void camerasAreWhereTheyStood() {
        for (Camera camera : scene.cameras()) {
            double[] truth = room.poses.get(camera.index());
            assertThat(camera.focal()).isCloseTo(room.focal, within(1e-4 * room.focal));
            for (int i = 0; i < 16; i++) {
                assertThat(camera.cameraToWorld()[i]).isCloseTo(truth[i], within(1e-4));
            }
            assertThat(camera.position())
                    .containsExactly(camera.cameraToWorld()[3], camera.cameraToWorld()[7], camera.cameraToWorld()[11]);
            assertThat(camera.verticalFov()).isCloseTo(2 * Math.atan(16 / room.focal), within(1e-4));
            // the photo is twice as large, and its crop begins at column 4
            double[] k = camera.photoIntrinsics();
            assertThat(k[0]).isCloseTo(2 * camera.focal(), within(1e-9));
            assertThat(k[1]).isCloseTo(2 * camera.focal(), within(1e-9));
            assertThat(k[2]).isEqualTo(52);
            assertThat(k[3]).isEqualTo(32);
        }
    }

    @Test
    void localAndGlobalPointsOfAPerfectNetworkAgree() {
        PointCloud local = scene.points(PointQuery.all());
        PointCloud global = scene.points(PointQuery.all().source(PointQuery.Source.GLOBAL));
        assertThat(local.size()).isEqualTo(4 * 48 * 32);
        for (int i = 0; i < local.xyz().length; i++) {
            assertThat(local.xyz()[i]).isCloseTo(global.xyz()[i], within(1e-4f));
        }
    }

    @Test
    void whatIsPickedIsThePointOfThePixel() {
        assertThat(scene.picked()).isEmpty();
        assertThat(scene.pick(1, 31, 47)).contains(scene.picked().get(0));
        scene.pick(0, 2, 3);
        assertThat(scene.picked()).hasSize(2);
        ScenePoint last = scene.picked().get(1);
        PointCloud cloud = scene.points(PointQuery.all().views(0));
        int i = 2 * 48 + 3;
        assertThat(new float[] {last.x(), last.y(), last.z(), last.confidence()})
                .containsExactly(
                        cloud.xyz()[3 * i], cloud.xyz()[3 * i + 1], cloud.xyz()[3 * i + 2], cloud.confidence()[i]);
        assertThat(last.segment()).isEqualTo(cloud.segment()[i]);
        for (int[] wrong : new int[][] {{0, 32, 0}, {0, 0, 48}, {0, -1, 0}, {4, 0, 0}}) {
            assertThatThrownBy(() -> scene.pick(wrong[0], wrong[1], wrong[2])).isInstanceOf(PanSt3RException.class);
        }
        assertThat(scene.picked()).hasSize(2);
    }

    @Test
    void pointsCarryWhatTheirPixelHas() {
        PointCloud cloud = scene.points(PointQuery.all());
        for (int i = 0; i < cloud.size(); i++) {
            int v = cloud.view()[i];
            int pixel = cloud.row()[i] * 48 + cloud.column()[i];
            assertThat(i).isEqualTo(v * 48 * 32 + pixel);
            int query = room.queries.get(v)[pixel];
            assertThat(cloud.segment()[i]).isEqualTo(query == 2 ? 0 : query + 1);
            assertThat(cloud.label()[i]).isEqualTo((short) (query == 2 ? PointCloud.NO_LABEL : query));
            for (int c = 0; c < 3; c++) {
                float value = scene.view(v).pixels()[c * 48 * 32 + pixel];
                assertThat((cloud.rgb()[3 * i + c] & 255) / 127.5f - 1).isCloseTo(value, within(1 / 255f + 1e-6f));
            }
        }
    }

    @Test
    void queriesNarrow() {
        PointCloud all = scene.points(PointQuery.all());
        PointCloud confident = scene.points(PointQuery.displayed());
        assertThat(confident.size())
                .isEqualTo((int) IntStream.range(0, all.size())
                        .filter(i -> all.confidence()[i] >= 3)
                        .count())
                .isBetween(1, all.size() - 1);
        assertThat(confident.confidence()).doesNotContain(0);
        for (float c : confident.confidence()) {
            assertThat(c).isGreaterThanOrEqualTo(3);
        }

        PointCloud two = scene.points(PointQuery.all().views(2, 0));
        assertThat(two.size()).isEqualTo(2 * 48 * 32);
        assertThat(two.view()[0]).isZero();
        assertThat(two.view()[two.size() - 1]).isEqualTo((short) 2);

        assertThat(scene.points(PointQuery.all().stride(5)).size()).isEqualTo(4 * 10 * 7);

        PointCloud ball = scene.points(PointQuery.all().classes("ball"));
        assertThat(ball.segment()).containsOnly(1);
        assertThat(ball.size())
                .isEqualTo(scene.points(PointQuery.all().segments(1)).size())
                .isPositive();
        assertThat(scene.points(PointQuery.all().segments(0)).label()).containsOnly(PointCloud.NO_LABEL);
        assertThat(scene.points(PointQuery.all().segments(1).classes("floor")).size())
                .isZero();

        int most = scene.points(PointQuery.all().minPercentile(75)).size();
        assertThat((double) most / all.size()).isCloseTo(0.25, within(0.01));
        assertThat(scene.points(PointQuery.all().minPercentile(100)).size()).isEqualTo(1);
    }

    @Property(tries = 50)
    void samplesAreSeededSubsetsInOrder(@ForAll @IntRange(min = 0, max = 7000) int n, @ForAll long seed) {
        SyntheticRoom small = new SyntheticRoom(4, 48, 32, 3);
        Scene s = Scene.of(small.prediction);
        PointCloud a = s.points(PointQuery.all().sample(n, seed));
        PointCloud b = s.points(PointQuery.all().sample(n, seed));
        assertThat(a.size()).isEqualTo(Math.min(n, 4 * 48 * 32));
        assertThat(a.xyz()).isEqualTo(b.xyz());
        int last = -1;
        for (int i = 0; i < a.size(); i++) {
            int at = (a.view()[i] * 32 + a.row()[i]) * 48 + a.column()[i];
            assertThat(at).isGreaterThan(last);
            last = at;
        }
    }

    @Test
    void aSampleIsSpreadEvenly() {
        PointCloud sample = scene.points(PointQuery.all().sample(3000, 1));
        Integer[] ofView = {0, 0, 0, 0};
        for (short v : sample.view()) {
            ofView[v]++;
        }
        assertThat(ofView).allSatisfy(n -> assertThat(n).isBetween(650, 850));
        assertThat(scene.points(PointQuery.all().sample(3000, 2)).xyz()).isNotEqualTo(sample.xyz());
    }

    @Test
    void wrongQueriesAreNamed() {
        assertRefused(
                "There is no view 9; this scene has views 0 to 3.",
                PointQuery.all().views(9));
        assertRefused(
                "There is no segment 7; this scene has 2.", PointQuery.all().segments(7));
        assertRefused("The model knows no class “<b>chair”.", PointQuery.all().classes("<b>chair"));
        assertThatThrownBy(
                        () -> Scene.of(room.prediction).points(PointQuery.all().segments(1)))
                .isInstanceOf(PanSt3RException.class)
                .hasMessageContaining("once the scene is merged");
        assertThatThrownBy(() -> PointQuery.all().stride(0)).isInstanceOf(PanSt3RException.class);
        assertThatThrownBy(() -> PointQuery.all().sample(-1, 0)).isInstanceOf(PanSt3RException.class);
        assertThatThrownBy(() -> PointQuery.all().minPercentile(101)).isInstanceOf(PanSt3RException.class);
        assertThatThrownBy(() -> PointQuery.all().minConfidence(Double.NaN)).isInstanceOf(PanSt3RException.class);
    }

    @Test
    void segmentsAreSummedUp() {
        List<SceneSegment> segments = scene.segments(2);
        assertThat(segments).extracting(SceneSegment::className).containsExactly("ball", "floor");
        for (SceneSegment s : segments) {
            PointCloud points = scene.points(PointQuery.all().segments(s.id()).minConfidence(2));
            assertThat(s.points()).isEqualTo(points.size());
            assertThat(s.pixels())
                    .isEqualTo(scene.points(PointQuery.all().segments(s.id())).size());
            for (int k = 0; k < 3; k++) {
                int axis = k;
                double[] sorted = IntStream.range(0, points.size())
                        .mapToDouble(i -> points.xyz()[3 * i + axis])
                        .sorted()
                        .toArray();
                int n = sorted.length;
                assertThat(s.min()[k]).isEqualTo((float) sorted[0]);
                assertThat(s.max()[k]).isEqualTo((float) sorted[n - 1]);
                assertThat((double) s.labelPosition()[k])
                        .isCloseTo((sorted[(n - 1) / 2] + sorted[n / 2]) / 2, within(1e-6));
                assertThat((double) s.centroid()[k])
                        .isCloseTo(Arrays.stream(sorted).average().orElseThrow(), within(1e-5));
                assertThat(s.extent()[k]).isEqualTo(s.max()[k] - s.min()[k]);
            }
        }
        assertThat(segments.get(1).centroid()[1]).as("the floor is 1.5 below").isCloseTo(1.5f, within(1e-4f));
        assertThat(scene.segments(1e9)).allSatisfy(s -> {
            assertThat(s.points()).isZero();
            assertThat(s.pixels()).isPositive();
            assertThat(s.labelPosition()).containsOnly(Float.NaN);
        });
        assertThat(Scene.of(room.prediction).segments()).isEmpty();
        assertThat(Scene.of(room.prediction).masks()).isEmpty();
    }

    @Test
    void masksAgreeWithTheLabelMap() {
        for (SegmentMask m : scene.masks()) {
            BitSet mask = scene.mask(m.segment(), m.view());
            assertThat(mask.cardinality()).isEqualTo(m.pixels());
            assertThat(m.confidence()).isEqualTo(m.segment() == 1 ? 0.5 : 0.75);
            int[] xs = mask.stream().map(i -> i % 48).toArray();
            int[] ys = mask.stream().map(i -> i / 48).toArray();
            assertThat(m.box())
                    .isEqualTo(new Box(
                            Arrays.stream(xs).min().orElseThrow(),
                            Arrays.stream(ys).min().orElseThrow(),
                            Arrays.stream(xs).max().orElseThrow() + 1,
                            Arrays.stream(ys).max().orElseThrow() + 1));
            // pixels of the photo are half as large and begin 4 columns further left
            assertThat(m.photoBox())
                    .isEqualTo(new Box(
                            2 * m.box().left() + 4,
                            2 * m.box().top(),
                            2 * m.box().right() + 4,
                            2 * m.box().bottom()));
            assertThat(scene.photoMask(m.segment(), m.view()).cardinality()).isEqualTo(4 * m.pixels());
        }
        for (SceneSegment s : scene.segments()) {
            assertThat(scene.masks().stream().filter(m -> m.segment() == s.id()).map(SegmentMask::view))
                    .containsExactlyElementsOf(s.views());
        }
    }

    @Test
    void photoPixelsAreLookedUp() {
        View view = scene.view(1);
        Photo photo = view.photo();
        int[] map = scene.photoLabelMap(1);
        PointCloud all = scene.points(PointQuery.all().views(1));
        for (int y = 0; y < photo.height(); y++) {
            for (int x = 0; x < photo.width(); x++) {
                assertThat(scene.segmentAtPhotoPixel(1, x, y)).isEqualTo(map[y * photo.width() + x]);
                boolean inside = x >= 4 && x < photo.width() - 4;
                assertThat(scene.pointAtPhotoPixel(1, x, y).isPresent()).isEqualTo(inside);
                if (inside) {
                    ScenePoint p = scene.pointAtPhotoPixel(1, x, y).orElseThrow();
                    int pixel = y / 2 * 48 + (x - 4) / 2;
                    assertThat(p.row() * 48 + p.column()).isEqualTo(pixel);
                    assertThat(p.x()).isEqualTo(all.xyz()[3 * pixel]);
                    assertThat(p.z()).isEqualTo(all.xyz()[3 * pixel + 2]);
                    assertThat(p.segment()).isEqualTo(scene.labelMap(1)[pixel]);
                } else {
                    assertThat(map[y * photo.width() + x]).isZero();
                }
            }
        }
        assertThat(scene.photoMask(0, 1).cardinality())
                .as("void, without what the crop left out")
                .isEqualTo(4 * scene.mask(0, 1).cardinality());
        assertThatThrownBy(() -> scene.segmentAtPhotoPixel(1, photo.width(), 0))
                .isInstanceOf(PanSt3RException.class)
                .hasMessageContaining("is not in 1.jpg, which has 104×64.");
        assertThatThrownBy(() -> scene.pointAtPhotoPixel(1, 0, -1)).isInstanceOf(PanSt3RException.class);
    }

    @Test
    void segmentationsOfAnotherSceneAreRefused() {
        Scene bare = Scene.of(room.prediction);
        Panoptic good = room.panoptic();
        for (Panoptic bad : List.of(
                new SyntheticRoom(3, 48, 32, 3).panoptic(),
                new SyntheticRoom(4, 32, 40, 3).panoptic(),
                new Panoptic("x", good.ids(), good.confidence(), good.segments().subList(0, 1)),
                new Panoptic(
                        "x",
                        good.ids(),
                        good.confidence(),
                        List.of(good.segments().get(1), good.segments().get(0))),
                new Panoptic(
                        "x",
                        good.ids(),
                        good.confidence(),
                        List.of(new Segment(1, 0, 3, 1, 1, 1), good.segments().get(1))))) {
            assertThatThrownBy(() -> bare.with(bad)).isInstanceOf(PanSt3RException.class);
        }
        assertThat(bare.panoptic()).isEmpty();
        assertThatThrownBy(() -> Scene.of(room.geometryOnly()).merged(null, Progress.SILENT))
                .isInstanceOf(PanSt3RException.class)
                .hasMessageContaining("has no masks to merge");
    }

    @Test
    void oneThreadOrManyGiveTheSameBytes() throws Exception {
        Object[] many = everything();
        ForkJoinPool one = new ForkJoinPool(1);
        try {
            Object[] single = one.submit(this::everything).get();
            assertThat(Arrays.deepEquals(single, many)).isTrue();
        } finally {
            one.shutdown();
        }
    }

    /** Asked of a fresh scene, so that nothing is remembered. */
    private Object[] everything() {
        Scene fresh = Scene.of(room.prediction).with(room.panoptic());
        PointCloud cloud = fresh.points(PointQuery.displayed().sample(1000, 5));
        return new Object[] {
            cloud.xyz(),
            cloud.rgb(),
            cloud.confidence(),
            cloud.segment(),
            fresh.cameras().stream().map(Camera::cameraToWorld).toArray(),
            fresh.segments().stream().map(SceneSegment::labelPosition).toArray(),
            fresh.segments().stream().map(SceneSegment::centroid).toArray()
        };
    }

    private void assertRefused(String sentence, PointQuery query) {
        assertThatThrownBy(() -> scene.points(query))
                .isInstanceOf(PanSt3RException.class)
                .hasMessage(sentence);
    }

    @Test
    void aModelThatIsNowhereSureShowsThreePointsInFour() {
        float[] sure = {1, 1, 1, 3};
        assertThat(Scene.displayConfidence(sure)).isEqualTo(Scene.DISPLAY_CONFIDENCE);
        float[] unsure = new float[100];
        for (int i = 0; i < 100; i++) {
            unsure[i] = 1 + (i * 37 % 100) / 100f;
        }
        unsure[3] = 5;
        double least = Scene.displayConfidence(unsure);
        int shown = 0;
        for (float c : unsure) {
            shown += c >= least ? 1 : 0;
        }
        assertThat(shown).isEqualTo(75);
    }
}
