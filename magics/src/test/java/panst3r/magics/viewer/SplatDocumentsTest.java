package panst3r.magics.viewer;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import panst3r.Progress;
import panst3r.picture.Images;
import panst3r.picture.Palette;
import panst3r.picture.Viewpoint;
import panst3r.scene.Scene;
import panst3r.splat.DenseStart;
import panst3r.splat.Gaussians;
import panst3r.splat.LabelField;
import panst3r.splat.Pinhole;
import panst3r.splat.SplatScene;
import panst3r.splat.TrainingView;

/** Writes documents with splats and what the rasteriser shows of them, which the browser tests compare (splats.test.mjs). */
class SplatDocumentsTest {
    private static final Path OUT = Path.of("target", "viewer");
    private static final int WIDTH = 320;
    private static final int HEIGHT = 240;
    private static final float[] BACKGROUND = {0.25f, 0.5f, 0.125f};
    private static final double Y0 = 0.28209479177387814;

    /** Sixty, of all shapes and opacities, before the first photo. */
    private static Gaussians few() {
        Random random = new Random(5);
        int n = 60;
        Gaussians g =
                new Gaussians(1, new float[3 * n], new float[3 * n], new float[4 * n], new float[n], new float[12 * n]);
        for (int i = 0; i < n; i++) {
            for (int k = 0; k < 3; k++) {
                g.means()[3 * i + k] = (float) (k == 2 ? 1.6 + 1.2 * random.nextDouble() : random.nextDouble() - 0.5);
                g.logScales()[3 * i + k] = (float) (-3.5 + 1.6 * random.nextDouble());
                g.sh()[12 * i + k] = (float) (1.5 * random.nextGaussian());
            }
            for (int k = 0; k < 4; k++) {
                g.quaternions()[4 * i + k] = (float) random.nextGaussian();
            }
            for (int k = 3; k < 12; k++) {
                g.sh()[12 * i + k] = (float) (0.2 * random.nextGaussian());
            }
            g.opacityLogits()[i] = (float) (1 + 2 * random.nextGaussian());
        }
        return g;
    }

    private static SplatScene splats(Scene scene, Gaussians g) {
        List<Pinhole> cameras =
                TrainingView.of(scene).stream().map(TrainingView::camera).toList();
        return new SplatScene(scene, g, cameras, BACKGROUND, 1);
    }

    @Test
    void fewGaussiansAndWhatTheRasteriserShowsOfThem() throws IOException {
        Scene scene = TestRoom.scene(3, 128, 96);
        SplatScene splats = splats(scene, few());
        Viewer viewer = Viewer.of(scene, ViewerOptions.of("Few splats").withSplats(splats, true), Progress.SILENT);
        assertThat(viewer.summary()).contains(", 60 Gaussians, 3 photos");
        write("splats.html", viewer.document());

        double[] up = Viewpoint.up(scene.cameras());
        double[] middle = {0, 0, 2.2};
        JsonArray pictures = new JsonArray();
        for (double[] eye : new double[][] {{0, 0, 0}, {0, 0, 4.4}, {1.4, -0.6, 1.1}}) {
            Viewpoint from = new Viewpoint(eye, middle, up, 50);
            pictures.add(picture(splats, from, false));
            pictures.add(picture(splats, from, true));
        }
        JsonObject all = new JsonObject();
        JsonArray background = new JsonArray();
        for (float c : BACKGROUND) {
            background.add(c);
        }
        all.add("background", background);
        all.add("pictures", pictures);
        write("splats.json", all.toString());
    }

    /** Colours, or a colour of its segment for each Gaussian. */
    private static JsonObject picture(SplatScene splats, Viewpoint from, boolean segments) {
        Pinhole camera = Pinhole.of(from, WIDTH, HEIGHT);
        SplatScene shown = segments ? splats(splats.scene(), painted(splats)) : splats;
        JsonObject out = new JsonObject();
        out.add("position", numbers(from.position()));
        out.add("target", numbers(from.target()));
        out.addProperty("fovY", from.fovY());
        out.addProperty("mode", segments ? "segment" : "photo");
        out.addProperty("backs", true);
        out.addProperty(
                "png",
                Base64.getEncoder()
                        .encodeToString(Images.png(shown.render(camera).image())));
        return out;
    }

    private static Gaussians painted(SplatScene splats) {
        Gaussians g = splats.gaussians().withDegree(0);
        LabelField field = splats.labels(Progress.SILENT).orElseThrow();
        Palette palette = Palette.ofSegments(splats.scene(), 0);
        int[] colours = new int[g.size()];
        Arrays.fill(colours, Palette.VOID);
        for (int i = 0; i < field.origin().length; i++) {
            int id = field.labels()[i];
            colours[field.origin()[i]] = splats.scene().panoptic().orElseThrow().segments().stream()
                    .filter(s -> s.id() == id)
                    .mapToInt(s -> palette.colour(s.query()))
                    .findFirst()
                    .orElse(Palette.VOID);
        }
        for (int i = 0; i < colours.length; i++) {
            for (int c = 0; c < 3; c++) {
                g.sh()[3 * i + c] = (float) (((colours[i] >> 16 - 8 * c & 255) / 255.0 - 0.5) / Y0);
            }
        }
        return g;
    }

    /** A room from inside and, its backs left out, from outside. */
    @Test
    void aDenseRoomAndWhatTheRasteriserShowsOfIt() throws IOException {
        Scene scene = TestRoom.scene(3, 192, 144);
        SplatScene splats = splats(scene, DenseStart.DEFAULT.of(scene, Progress.SILENT));
        Viewer viewer = Viewer.of(scene, ViewerOptions.of("Room").withSplats(splats, false), Progress.SILENT);
        write("splats-room.html", viewer.document());
        Viewpoint home = viewer.start();
        JsonArray pictures = new JsonArray();
        Viewpoint inside = Viewpoint.of(scene.cameras().get(1), 2);
        inside = new Viewpoint(inside.position(), inside.target(), Viewpoint.up(scene.cameras()), inside.fovY());
        for (Viewpoint from : List.of(home, inside)) {
            JsonObject picture = new JsonObject();
            picture.add("position", numbers(from.position()));
            picture.add("target", numbers(from.target()));
            picture.addProperty("fovY", from.fovY());
            picture.addProperty("mode", "photo");
            picture.addProperty("backs", false);
            picture.addProperty(
                    "png",
                    Base64.getEncoder()
                            .encodeToString(
                                    Images.png(splats.openFrame(Pinhole.of(from, WIDTH, HEIGHT), Progress.SILENT)
                                            .colours()
                                            .image())));
            pictures.add(picture);
        }
        JsonObject all = new JsonObject();
        all.add("background", numbers(new double[] {BACKGROUND[0], BACKGROUND[1], BACKGROUND[2]}));
        all.add("pictures", pictures);
        write("splats-room.json", all.toString());
    }

    @Test
    void moreGaussiansThanThereIsRoomForAreThinned() {
        Scene scene = TestRoom.scene(4, 256, 192);
        SplatScene splats = splats(scene, DenseStart.DEFAULT.withEvery(1).of(scene, Progress.SILENT));
        ViewerOptions options = ViewerOptions.of("Room").withSplats(splats, false);
        for (long bytes : new long[] {3_000_000, 2_200_000}) {
            Viewer viewer = Viewer.of(scene, options.withLimits(bytes, 0), Progress.SILENT);
            assertThat(viewer.html().length() + (viewer.png().length + 2L) / 3 * 4)
                    .isLessThan(bytes);
            assertThat(viewer.summary()).containsPattern("[0-9,]+ of 1[0-9][0-9],[0-9]+ Gaussians");
        }
        int size = splats.gaussians().size();
        long all = SplatData.of(splats, Long.MAX_VALUE / 2, false, 0, Progress.SILENT)
                .length();
        assertThat((double) all / size).isBetween(5.0, 28.0);
    }

    private static JsonArray numbers(double[] values) {
        JsonArray out = new JsonArray();
        for (double v : values) {
            out.add(v);
        }
        return out;
    }

    private static void write(String name, String text) throws IOException {
        Files.createDirectories(OUT);
        Files.writeString(OUT.resolve(name), text);
    }
}
