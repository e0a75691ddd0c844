package panst3r.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import panst3r.PanSt3RException;
import panst3r.Progress;
import panst3r.checkpoint.PointmapActivation;
import panst3r.image.Photo;
import panst3r.image.View;
import panst3r.inference.Prediction;
import panst3r.inference.ViewPrediction;
import panst3r.scene.Camera;
import panst3r.scene.Scene;

class RendererTest {
    private static final int SIZE = 32;
    private static final double FOCAL = 40;
    private static final int WHITE = 0xffffffff;

    /** A view of SIZE×SIZE whose pixel (u, v) is a point on its ray at this depth, with this colour. */
    private static ViewPrediction view(IntFunction<Double> depth, IntFunction<Integer> colour, double confidence) {
        int n = SIZE * SIZE;
        float[] pixels = new float[3 * n];
        float[] map = new float[7 * n];
        for (int i = 0; i < n; i++) {
            double z = depth.apply(i);
            double[] p = {(i % SIZE - SIZE / 2.0) / FOCAL * z, (i / SIZE - SIZE / 2.0) / FOCAL * z, z};
            for (int k = 0; k < 3; k++) {
                map[7 * i + k] = (float) p[k];
                map[7 * i + 3 + k] = (float) p[k];
                pixels[k * n + i] = (colour.apply(i) >> (16 - 8 * k) & 255) / 127.5f - 1;
            }
            map[7 * i + 6] = (float) Math.log(confidence - 1);
        }
        double[] one = {1, 0, 0, 0, 1, 0, 0, 0, 1};
        View view = new View(new Photo(Path.of("p"), "p", SIZE, SIZE), SIZE, SIZE, pixels, one, one);
        return new ViewPrediction(view, true, FloatBuffer.wrap(map), 1, 1, null);
    }

    private static Scene scene(ViewPrediction... views) {
        return Scene.of(new Prediction(
                List.of(views), PointmapActivation.LINEAR, List.of(), null, new float[0], "drawn by hand"));
    }

    private static List<PointSample> all(Scene scene) {
        return PointSample.of(scene, Integer.MAX_VALUE, 0, Progress.SILENT);
    }

    private static BufferedImage draw(Scene scene, int size, int background) {
        List<PointSample> samples = all(scene);
        Viewpoint eye = Viewpoint.of(scene.cameras().get(0), 2);
        return new ScenePicture(scene, samples, eye, ColourBy.PHOTO, 0, 2, false, true, 0)
                .draw(size, size, background, Progress.SILENT);
    }

    @Test
    void fromThePhotosOwnCameraThePhotoComesBack() {
        Scene scene = scene(view(i -> 2.0 + i % SIZE * 0.02, i -> (i % SIZE * 8) << 16 | (i / SIZE * 8) << 8, 5));
        BufferedImage image = draw(scene, SIZE, WHITE);
        for (int v = 2; v < SIZE - 2; v++) {
            for (int u = 2; u < SIZE - 2; u++) {
                int rgb = image.getRGB(u, v);
                // a point stands on the corner of its pixel (scene.md counts from 0), so half a pixel mixes in
                assertThat(Math.abs((rgb >> 16 & 255) - 8 * u)).isLessThanOrEqualTo(10);
                assertThat(Math.abs((rgb >> 8 & 255) - 8 * v)).isLessThanOrEqualTo(10);
                assertThat(rgb & 255).isLessThan(60); // next to no background shows through
            }
        }
    }

    @Test
    void nearPointsHideFarOnesInAnyOrder() {
        ViewPrediction near = view(i -> 1.0, i -> 0xff0000, 5);
        ViewPrediction far = view(i -> 3.0, i -> 0x0000ff, 5);
        for (Scene scene : List.of(scene(near, far), scene(far, near))) {
            assertThat(draw(scene, SIZE, WHITE).getRGB(SIZE / 2, SIZE / 2)).isEqualTo(0xffff0000);
        }
    }

    @Test
    void pointsOfLittleConfidenceAreLeftOut() {
        Scene scene = scene(view(i -> 1.0, i -> 0xff0000, 1.5), view(i -> 3.0, i -> 0x0000ff, 5));
        assertThat(draw(scene, SIZE, WHITE).getRGB(SIZE / 2, SIZE / 2)).isEqualTo(0xff0000ff);
    }

    @Test
    void aRoughSlopedWallFacesItsCamera() {
        double[] normal = Vectors.unit(new double[] {-0.7, 0.2, -0.68});
        SplittableRandom random = new SplittableRandom(1);
        PointSample wall = all(scene(view(
                        i -> {
                            double[] ray = {(i % SIZE - SIZE / 2.0) / FOCAL, (i / SIZE - SIZE / 2.0) / FOCAL, 1};
                            return -1.5 / Vectors.dot(normal, ray) * (1 + 0.002 * (random.nextDouble() - 0.5));
                        },
                        i -> 0,
                        5)))
                .get(0);
        for (int i = 0; i < wall.size(); i++) {
            double[] facing = Vectors.unit(Facing.direction(wall.facing()[i]));
            assertThat(Math.toDegrees(Math.acos(Vectors.dot(facing, normal)))).isLessThan(15);
        }
    }

    @Test
    void whatIsSeenFromBehindCanBeLeftOut() {
        Scene scene = scene(view(i -> 2.0, i -> 0x204060, 5));
        ScenePicture picture = ScenePicture.of(scene, all(scene), 0).by(ColourBy.PHOTO);
        double[] up = {0, -1, 0};
        Viewpoint front = new Viewpoint(new double[] {0.5, 0, 0}, new double[] {0, 0, 2}, up, 40);
        Viewpoint back = new Viewpoint(new double[] {0.5, 0, 4}, new double[] {0, 0, 2}, up, 40);
        assertThat(painted(picture.from(front), 0x204060)).isGreaterThan(0.2);
        assertThat(painted(picture.from(back), 0x204060)).isZero();
        assertThat(painted(picture.from(back).backs(true), 0x204060)).isGreaterThan(0.2);
    }

    @Test
    void aCameraOfNextToNoFocalLengthDoesNotCoverTheScene() {
        Scene scene = scene(view(i -> 2.0, i -> 0, 5));
        Camera camera = scene.cameras().get(0);
        Viewpoint eye = new Viewpoint(new double[] {0, 0, -4}, new double[] {0, 0, 2}, new double[] {0, -1, 0}, 50);
        for (double focal : new double[] {FOCAL, 1, 0.01}) {
            BufferedImage image = new Renderer(200, 200, eye)
                    .camera(new Camera(0, camera.view(), true, focal, camera.cameraToWorld()), 0.3, 0xff0000)
                    .draw(0, Progress.SILENT);
            double pixels = 200 / 2.0 / Math.tan(Math.toRadians(25)); // of 1 at distance 1
            double reach = 1.4 * 0.3 * pixels / 4; // with the tip that tells which side is up
            for (int i = 0; i < 200 * 200; i++) {
                if (image.getRGB(i % 200, i / 200) >>> 24 > 0) {
                    assertThat(Math.hypot(i % 200 - 100, i / 200 - 100)).isLessThan(reach + 2);
                }
            }
        }
    }

    /** Share of a picture that has about this colour. */
    private static double painted(ScenePicture picture, int rgb) {
        BufferedImage image = picture.draw(60, 60, WHITE, Progress.SILENT);
        int n = 0;
        for (int i = 0; i < 3600; i++) {
            n += (image.getRGB(i % 60, i / 60) & 0xffffff) == rgb ? 1 : 0;
        }
        return n / 3600.0;
    }

    @Test
    void edgesAreSmoothAndTheBackgroundMayBeTransparent() {
        Scene scene = scene(view(i -> 2.0, i -> 0x204060, 5));
        List<PointSample> samples = all(scene);
        Viewpoint away = new Viewpoint(new double[] {0, 0, -6}, new double[] {0, 0, 2}, new double[] {0.3, -1, 0}, 40);
        BufferedImage image = new ScenePicture(scene, samples, away, ColourBy.PHOTO, 0, 2, false, true, 0)
                .draw(90, 90, 0, Progress.SILENT);
        int clear = 0;
        int partial = 0;
        int full = 0;
        for (int i = 0; i < 90 * 90; i++) {
            int argb = image.getRGB(i % 90, i / 90);
            int alpha = argb >>> 24;
            clear += alpha == 0 ? 1 : 0;
            full += alpha == 255 ? 1 : 0;
            partial += alpha > 0 && alpha < 255 ? 1 : 0;
            if (alpha > 0) {
                assertThat(argb & 0xffffff).isEqualTo(0x204060); // the background's colour does not bleed in
            }
        }
        assertThat(clear).isGreaterThan(4000);
        assertThat(full).isGreaterThan(200);
        assertThat(partial).isBetween(20, 400);
    }

    @Test
    void sameBytesForAnyNumberOfThreadsAndAnySizeOfBand() throws Exception {
        Scene scene = scene(view(i -> 2 + 0.5 * Math.sin(i), i -> 7919 * i & 0xffffff, 5));
        byte[] expected = Images.png(draw(scene, 200, WHITE));
        for (int threads : new int[] {1, 3}) {
            ForkJoinPool pool = new ForkJoinPool(threads);
            byte[] again =
                    pool.submit(() -> Images.png(draw(scene, 200, WHITE))).get(60, TimeUnit.SECONDS);
            pool.shutdown();
            assertThat(again).isEqualTo(expected);
        }
    }

    @Test
    void lineRunsBetweenItsEnds() {
        Scene scene = scene(view(i -> 2.0, i -> 0, 5));
        Viewpoint eye = Viewpoint.of(scene.cameras().get(0), 2);
        BufferedImage image = new Renderer(100, 100, eye)
                .line(new double[] {-0.5, 0, 2}, new double[] {0.5, 0, 2}, 0xff0000)
                .line(new double[] {0, 0, -3}, new double[] {0, 0, -1}, 0x0000ff) // behind
                .draw(WHITE, Progress.SILENT);
        double pixels = 100 / 2.0 / (SIZE / 2.0 / FOCAL); // at distance 1
        int left = (int) (50 - 0.25 * pixels);
        assertThat(image.getRGB(left + 2, 50) & 0xffff).isLessThan(0x9000);
        assertThat(image.getRGB(50, 50) >> 16 & 255).isGreaterThan(200);
        assertThat(image.getRGB(left - 3, 50)).isEqualTo(WHITE);
        assertThat(image.getRGB(50, 47)).isEqualTo(WHITE);
    }

    @Test
    void viewpointIsToldAndReadInOneWay() {
        double[] up = {0, -1, 0};
        Viewpoint v = new Viewpoint(new double[] {1.5, -2, 3.25}, new double[] {0, 0.125, -4}, up, 50);
        assertThat(Viewpoint.parse(v.toString(), up).toString()).isEqualTo(v.toString());
        for (String wrong :
                List.of("", "1,2,3", "a,b,c,d,e,f,g", "1,2,3,4,5,6,180", "1,2,3,4,5,6,NaN", "1,2,3,4,5,6,7,8")) {
            assertThatThrownBy(() -> Viewpoint.parse(wrong, up))
                    .isInstanceOf(PanSt3RException.class)
                    .hasMessageContaining("is no viewpoint");
        }
    }

    @Test
    void spreadTakesOneOfEachPart() {
        assertThat(PointSample.spread(10, 10, 3)).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        int[] some = PointSample.spread(1000, 100, 3);
        for (int i = 0; i < 100; i++) {
            assertThat(some[i]).isBetween(10 * i, 10 * i + 9);
        }
        assertThat(PointSample.spread(3, 0, 0)).isEmpty();
    }

    @Test
    void imagesOfAView() {
        Scene scene = scene(view(i -> 1.0 + i / SIZE, i -> 0x123456, 5));
        Colouring colours = new Colouring(scene, all(scene), ColourBy.DEPTH, 1, 0);
        assertThat(ViewImage.photo(scene.view(0)).getRGB(3, 3)).isEqualTo(0xff123456);
        BufferedImage depth = ViewImage.depth(scene, 0, colours);
        assertThat(depth.getRGB(0, SIZE - 1) & 0xffffff).isEqualTo(0x440154); // the furthest row is darkest
        assertThat(ViewImage.depths(scene, 0)[5 * SIZE]).isEqualTo(6f);
        assertThat(ViewImage.confidences(scene, 0)[7]).isEqualTo(5f, org.assertj.core.api.Assertions.within(1e-5f));
    }
}
