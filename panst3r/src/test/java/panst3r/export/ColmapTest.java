package panst3r.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import panst3r.Progress;
import panst3r.image.Photo;
import panst3r.picture.ViewImage;
import panst3r.scene.PointCloud;
import panst3r.scene.PointQuery;
import panst3r.scene.Scene;
import panst3r.scene.SyntheticRoom;

/** COLMAP files read back by {@link ColmapFiles}; what they say is checked by projecting every point into its image. */
class ColmapTest {
    private static final PointQuery QUERY = PointQuery.displayed().stride(3);

    @TempDir
    Path folder;

    private ColmapFiles written(Scene scene, ExportFormat format, boolean original) throws IOException {
        Path place = folder.resolve(format.id() + original);
        ExportOptions options = ExportOptions.defaults().withPoints(QUERY).withOriginalPixels(original);
        format.export(scene, place, options, Progress.SILENT);
        Path files = place.resolve("sparse/0");
        return format == ExportFormat.COLMAP ? ColmapFiles.binary(files) : ColmapFiles.text(files);
    }

    private static void assertSame(ColmapFiles files, Scene scene) {
        PointCloud cloud = scene.points(QUERY);
        assertThat(files.points).hasSize(cloud.size());
        assertThat(files.images).hasSize(scene.views());
        int i = 0;
        for (ColmapFiles.Point point : files.points.values()) {
            for (int k = 0; k < 3; k++) {
                assertThat(point.xyz()[k]).isCloseTo(cloud.xyz()[3 * i + k], within(1e-6));
                assertThat(point.rgb()[k]).isEqualTo(cloud.rgb()[3 * i + k] & 255);
            }
            assertThat(point.track()).hasSize(2);
            assertThat(point.track()[0]).isEqualTo(cloud.view()[i] + 1);
            i++;
        }
        for (ColmapFiles.Image image : files.images.values()) {
            double[] m = scene.cameras().get(image.id() - 1).cameraToWorld();
            // the centre of the camera becomes 0, a step along each of its axes that axis
            double[] centre = {m[3], m[7], m[11]};
            for (int k = 0; k < 3; k++) {
                assertThat(image.toCamera(centre)[k]).isCloseTo(0, within(1e-12));
                double[] step = {m[3] + m[k], m[7] + m[4 + k], m[11] + m[8 + k]};
                for (int a = 0; a < 3; a++) {
                    assertThat(image.toCamera(step)[a]).isCloseTo(a == k ? 1 : 0, within(1e-12));
                }
            }
        }
    }

    /** @param tolerance pixels */
    private static void assertPointsFallOnTheirPixels(ColmapFiles files, double tolerance) {
        int seen = 0;
        for (ColmapFiles.Image image : files.images.values()) {
            ColmapFiles.Lens lens = files.lenses.get(image.camera());
            for (int o = 0; o < image.observations().size(); o++) {
                ColmapFiles.Observation at = image.observations().get(o);
                ColmapFiles.Point point = files.points.get(at.point());
                assertThat(point.track()).containsExactly(image.id(), o);
                double[] p = image.toCamera(point.xyz());
                double[] k = lens.parameters();
                assertThat(k[0] * p[0] / p[2] + k[2]).isCloseTo(at.x(), within(tolerance));
                assertThat(k[1] * p[1] / p[2] + k[3]).isCloseTo(at.y(), within(tolerance));
                assertThat(at.x()).isBetween(0.0, (double) lens.width());
                assertThat(at.y()).isBetween(0.0, (double) lens.height());
                seen++;
            }
        }
        assertThat(seen).isEqualTo(files.points.size()).isGreaterThan(500);
    }

    @Test
    void textAndBinaryComeBackAndSayTheSame() throws IOException {
        Scene scene = TruthScene.SCENE;
        ColmapFiles text = written(scene, ExportFormat.COLMAP_TEXT, false);
        ColmapFiles binary = written(scene, ExportFormat.COLMAP, false);
        assertSame(text, scene);
        assertSame(binary, scene);
        for (int id : text.images.keySet()) {
            assertThat(text.images.get(id).q())
                    .containsExactly(binary.images.get(id).q());
            assertThat(text.images.get(id).t())
                    .containsExactly(binary.images.get(id).t());
            assertThat(text.images.get(id).name())
                    .isEqualTo(binary.images.get(id).name());
            assertThat(text.images.get(id).observations())
                    .isEqualTo(binary.images.get(id).observations());
            assertThat(text.lenses.get(id).parameters())
                    .containsExactly(binary.lenses.get(id).parameters());
        }
    }

    @Test
    void everyPointFallsOnThePixelItComesFrom() throws IOException {
        // the focal lengths are estimated: to a thousandth of a pixel
        assertPointsFallOnTheirPixels(written(TruthScene.SCENE, ExportFormat.COLMAP, false), 5e-3);
    }

    @Test
    void alsoInThePixelsOfTheOriginalPhotos() throws IOException {
        SyntheticRoom room = new SyntheticRoom(4, 64, 48, 5);
        Scene scene = Scene.of(room.prediction).with(room.panoptic());
        ColmapFiles files = written(scene, ExportFormat.COLMAP, true);
        assertThat(files.lenses.get(1).width()).isEqualTo(2 * 64 + 8);
        assertThat(files.lenses.get(1).height()).isEqualTo(2 * 48);
        assertPointsFallOnTheirPixels(files, 2e-2);
    }

    @Test
    void thePhotosAreThere() throws IOException {
        Scene scene = TruthScene.SCENE;
        ColmapFiles files = written(scene, ExportFormat.COLMAP, false);
        for (ColmapFiles.Image image : files.images.values()) {
            BufferedImage photo = ImageIO.read(
                    folder.resolve("colmapfalse/images/" + image.name()).toFile());
            BufferedImage expected = ViewImage.photo(scene.view(image.id() - 1));
            assertThat(photo.getWidth())
                    .isEqualTo((int) files.lenses.get(image.camera()).width());
            assertThat(photo.getRGB(0, 0, 96, 64, null, 0, 96)).isEqualTo(expected.getRGB(0, 0, 96, 64, null, 0, 96));
        }
        try (Stream<Path> all = Files.walk(folder.resolve("colmapfalse"))) {
            assertThat(all.filter(Files::isRegularFile)).hasSize(3 + scene.views());
        }
    }

    @Test
    void anOriginalThatIsGoneIsLeftOutWithAWarning() throws IOException {
        List<String> warnings = new ArrayList<>();
        Progress progress = new Progress() {
            @Override
            public void update(String stage, int done, int total) {}

            @Override
            public void warn(String message) {
                warnings.add(message);
            }
        };
        Photo photo = TruthScene.SCENE.view(0).photo();
        assertThat(photo.file()).doesNotExist();
        ExportOptions options = ExportOptions.defaults().withOriginalPixels(true);
        ExportFormat.COLMAP.export(TruthScene.SCENE, folder.resolve("gone"), options, progress);
        assertThat(warnings).hasSize(3).first().asString().startsWith("images/").contains(photo.name());
        assertThat(folder.resolve("gone/sparse/0/points3D.bin")).exists();
    }
}
