package panst3r.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import panst3r.PanSt3RException;
import panst3r.Progress;
import panst3r.scene.Camera;
import panst3r.scene.Placement;
import panst3r.scene.PointCloud;
import panst3r.scene.PointQuery;
import panst3r.scene.Scene;
import panst3r.scene.SyntheticRoom;

/** Cameras of other tools: what is written comes back, and a scene finds its place among them. */
class KnownCamerasTest {
    private static final SyntheticRoom ROOM = new SyntheticRoom(4, 48, 32, 9);

    private final Scene scene = Scene.of(ROOM.prediction).with(ROOM.panoptic());

    /** A turn of 90° about y and one of 30° about z, three and a half times as large, elsewhere. */
    private final Placement elsewhere = new Placement(
            3.5,
            product(
                    new double[] {0, 0, 1, 0, 1, 0, -1, 0, 0},
                    new double[] {Math.sqrt(0.75), -0.5, 0, 0.5, Math.sqrt(0.75), 0, 0, 0, 1}),
            new double[] {10, -20, 5},
            List.of(),
            "ft",
            "elsewhere");

    @TempDir
    Path folder;

    private static double[] product(double[] a, double[] b) {
        double[] out = new double[9];
        for (int i = 0; i < 27; i++) {
            out[i / 9 * 3 + i % 3] += a[i / 9 * 3 + i / 3 % 3] * b[i / 3 % 3 * 3 + i % 3];
        }
        return out;
    }

    private Path exported(Scene of, ExportFormat format, boolean original) {
        Path place = folder.resolve("known");
        ExportOptions options = ExportOptions.defaults().withOriginalPixels(original);
        format.export(of, place, options, Progress.SILENT);
        return place;
    }

    private static void assertSameCameras(Scene actual, Scene expected, double tolerance) {
        for (Camera camera : expected.cameras()) {
            Camera other = actual.cameras().get(camera.index());
            assertThat(other.focal()).isCloseTo(camera.focal(), within(1e-9 * camera.focal()));
            for (int i = 0; i < 16; i++) {
                assertThat(other.cameraToWorld()[i]).isCloseTo(camera.cameraToWorld()[i], within(tolerance));
            }
        }
    }

    private static void assertSamePoints(Scene actual, Scene expected, double tolerance) {
        for (PointQuery.Source source : PointQuery.Source.values()) {
            PointCloud a = actual.points(PointQuery.all().source(source));
            PointCloud b = expected.points(PointQuery.all().source(source));
            assertThat(a.size()).isEqualTo(b.size());
            for (int i = 0; i < a.xyz().length; i++) {
                assertThat(a.xyz()[i]).isCloseTo(b.xyz()[i], within((float) tolerance));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"COLMAP", "COLMAP_TEXT", "NERFSTUDIO"})
    void aSceneIsAlignedToWhereItsCamerasAreKnownToBe(ExportFormat format) {
        Scene there = scene.placed(elsewhere);
        for (boolean original : new boolean[] {false, true}) {
            Path place = exported(there, format, original);
            Scene aligned = scene.placed(KnownCameras.read(place).aligned(scene, "ft", Progress.SILENT));
            assertThat(aligned.placement().orElseThrow().scale()).isCloseTo(3.5, within(1e-9));
            assertThat(aligned.placement().orElseThrow().note())
                    .contains("Aligned", "4 of 4 photos", "scale 3.5")
                    .contains(place.toString());
            assertSameCameras(aligned, there, 1e-9);
            assertSamePoints(aligned, there, 1e-5);
            removeAll(place);
        }
    }

    private static void removeAll(Path place) {
        try (var all = Files.walk(place)) {
            for (Path p : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(p);
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void pointsAreAsLargeAsTheWorldTheyStandIn() {
        Scene there = scene.placed(elsewhere);
        PointCloud here = scene.points(PointQuery.all());
        PointCloud moved = there.points(PointQuery.all());
        for (int i = 0; i + 1 < here.size(); i += 50) {
            double a = 0;
            double b = 0;
            for (int k = 0; k < 3; k++) {
                a += Math.pow(here.xyz()[3 * i + k] - here.xyz()[k], 2);
                b += Math.pow(moved.xyz()[3 * i + k] - moved.xyz()[k], 2);
            }
            assertThat(Math.sqrt(b)).isCloseTo(3.5 * Math.sqrt(a), within(1e-4));
        }
        float[] extent = scene.segments().get(0).extent();
        assertThat(extent[0]).isPositive();
        assertThat(there.placed(null).points(PointQuery.all()).xyz()).containsExactly(here.xyz());
    }

    /** Known cameras with other focal lengths, of photos where one has none. */
    private Path text(String images, double focal) throws IOException {
        Path place = Files.createDirectories(folder.resolve("colmap/sparse/0"))
                .getParent()
                .getParent();
        Files.writeString(
                place.resolve("sparse/0/cameras.txt"), "# a comment\n1 SIMPLE_RADIAL 104 64 " + focal + " 52 32 0.1\n");
        Files.writeString(place.resolve("sparse/0/images.txt"), images);
        return place;
    }

    @Test
    void knownCamerasTakeThePlacesOfPredictedOnes() throws IOException {
        // two cameras, looking along z as the first, at 0 and at twice the second's predicted place
        double[] p = scene.cameras().get(1).position();
        double[] r = scene.cameras().get(1).quaternion();
        double[] m = scene.cameras().get(1).rotation();
        StringBuilder line = new StringBuilder("2 " + r[0] + " " + -r[1] + " " + -r[2] + " " + -r[3]);
        for (int k = 0; k < 3; k++) {
            line.append(' ').append(-2 * (m[k] * p[0] + m[3 + k] * p[1] + m[6 + k] * p[2]));
        }
        Path place = text("1 1 0 0 0 0 0 0 1 0.jpg\n\n" + line + " 1 some folder/1.JPG\n1 2 -1\n", 90);
        List<String> warnings = new ArrayList<>();
        Progress progress = new Progress() {
            @Override
            public void update(String stage, int done, int total) {}

            @Override
            public void warn(String message) {
                warnings.add(message);
            }
        };
        KnownCameras known = KnownCameras.read(place);
        assertThat(known.size()).isEqualTo(2);
        // “some folder/1.JPG” is found once names are compared without folder and extension; “0.jpg” then too
        Path renamed = text("1 1 0 0 0 0 0 0 1 0.png\n\n" + line + " 1 some folder/1.JPG\n1 2 -1\n", 90);
        Placement placement = KnownCameras.read(renamed).replacing(scene, "m", progress);
        Scene placed = scene.placed(placement);
        assertThat(placement.scale()).isCloseTo(2, within(1e-6));
        assertThat(placement.note()).contains("in the place of predicted ones", "2 of 4 photos");
        assertThat(warnings).hasSize(3);
        assertThat(warnings.get(0)).contains("2 of 4 photos have no known camera");
        assertThat(warnings.get(1)).contains("bend lines");
        assertThat(placed.cameras().get(0).focal()).as("half as many pixels").isCloseTo(45, within(1e-9));
        assertThat(placed.cameras().get(2).focal())
                .isEqualTo(scene.cameras().get(2).focal());
        for (int k = 0; k < 3; k++) {
            assertThat(placed.cameras().get(1).position()[k]).isCloseTo(2 * p[k], within(1e-9));
            assertThat(placed.cameras().get(2).position()[k])
                    .isCloseTo(2 * scene.cameras().get(2).position()[k], within(1e-5));
        }
        // the local pointmap, twice as large, moved by the known camera
        PointCloud before = scene.points(PointQuery.all().views(0, 1));
        PointCloud after = placed.points(PointQuery.all().views(0, 1));
        for (int i = 0; i < before.xyz().length; i++) {
            assertThat(after.xyz()[i]).isCloseTo(2 * before.xyz()[i], within(1e-4f));
        }
    }

    @Test
    void oneKnownCameraGivesAPlaceButNoScale() throws IOException {
        Path place = text("1 1 0 0 0 1 2 3 1 2.jpg\n\n", 90);
        KnownCameras known = KnownCameras.read(place);
        Scene placed = scene.placed(known.replacing(scene, "m", Progress.SILENT));
        assertThat(placed.placement().orElseThrow().scale()).isCloseTo(1, within(1e-9));
        assertThat(placed.placement().orElseThrow().note()).contains("1 of 4 photos, in one place");
        assertThat(placed.cameras().get(2).position()).containsExactly(-1, -2, -3);
        assertThatThrownBy(() -> known.aligned(scene, "m", Progress.SILENT))
                .isInstanceOf(PanSt3RException.class)
                .hasMessageContaining("two or more known cameras in different places");
    }

    @Test
    void thePlaceIsSavedWithTheScene() {
        List<Placement.KnownCamera> known = new ArrayList<>();
        for (Camera c : scene.placed(elsewhere).cameras()) {
            known.add(c.index() == 2 ? null : new Placement.KnownCamera(c.focal() + 1, c.cameraToWorld()));
        }
        Placement placement =
                new Placement(elsewhere.scale(), elsewhere.rotation(), elsewhere.translation(), known, "ft", "by hand");
        Scene placed = scene.placed(placement);
        placed.save(folder.resolve("a.panst3r"), Progress.SILENT);
        Scene opened = Scene.open(folder.resolve("a.panst3r"));
        assertSameCameras(opened, placed, 0);
        assertSamePoints(opened, placed, 0);
        assertThat(opened.placement().orElseThrow().note()).isEqualTo("by hand");
        assertSameCameras(opened.placed(null), scene, 0);
        assertThat(opened.merged(panst3r.merge.Merge.standardV2(), Progress.SILENT)
                        .placement())
                .isPresent();
    }

    @Test
    void camerasOfOtherImagesAreRefused() throws IOException {
        assertThatThrownBy(() -> KnownCameras.read(text("1 1 0 0 0 0 0 0 1 x.jpg\n\n", 90))
                        .aligned(scene, "m", Progress.SILENT))
                .hasMessageContaining("None of the 1 cameras")
                .hasMessageContaining("x.jpg")
                .hasMessageContaining("0.jpg");
        Path wrong = text("1 1 0 0 0 0 0 0 1 0.jpg\n\n", 90);
        Files.writeString(wrong.resolve("sparse/0/cameras.txt"), "1 PINHOLE 640 640 500 500 320 320\n");
        assertThatThrownBy(() -> KnownCameras.read(wrong).replacing(scene, "m", Progress.SILENT))
                .hasMessageContaining("640×640")
                .hasMessageContaining("104×64");
        assertThatThrownBy(() -> scene.placed(new Placement(
                        1,
                        elsewhere.rotation(),
                        elsewhere.translation(),
                        java.util.Collections.nCopies(3, null),
                        "m",
                        "")))
                .isInstanceOf(PanSt3RException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1 1 0 0 0 0 0 0 1\n\n",
                "1 0 0 0 0 0 0 0 1 0.jpg\n\n",
                "1 1 0 0 0 NaN 0 0 1 0.jpg\n\n",
                "1 1 0 0 0 0 0 0 7 0.jpg\n\n",
                "1 a b c d 0 0 0 1 0.jpg\n\n",
                "hello\n",
                ""
            })
    void filesThatAreNotWhatTheySayAreOneSentence(String images) throws IOException {
        Path place = text(images, 90);
        assertThatThrownBy(() -> KnownCameras.read(place))
                .isInstanceOf(PanSt3RException.class)
                .message()
                .contains(place.toString())
                .doesNotContain("\n")
                .endsWith(".");
    }

    @Test
    void placesWithoutCameras() throws IOException {
        assertThatThrownBy(() -> KnownCameras.read(folder)).hasMessageContaining("There are no cameras in");
        assertThatThrownBy(() -> KnownCameras.read(folder.resolve("nowhere"))).hasMessageContaining("nowhere");
        Path json = folder.resolve("transforms.json");
        for (String text : new String[] {
            "",
            "{",
            "[]",
            "{\"frames\": 1}",
            "{\"frames\": [{}]}",
            "{\"frames\": []}",
            "[".repeat(100_000),
            "{\"frames\": [{\"file_path\": \"0.jpg\", \"transform_matrix\": [[2,0,0,0],[0,1,0,0],[0,0,1,0],[0,0,0,1]]}]}"
        }) {
            Files.writeString(json, text);
            assertThatThrownBy(() -> KnownCameras.read(folder))
                    .as(text.substring(0, Math.min(50, text.length())))
                    .isInstanceOf(PanSt3RException.class)
                    .hasMessageEndingWith(".");
        }
        Files.delete(json);
        Files.write(folder.resolve("cameras.bin"), new byte[] {1, 0, 0, 0, 0, 0, 0, 0, 1});
        assertThatThrownBy(() -> KnownCameras.read(folder)).hasMessageContaining("ends too early");
        Files.write(folder.resolve("cameras.bin"), new byte[8]);
        assertThatThrownBy(() -> KnownCameras.read(folder)).hasMessageContaining("images.bin cannot be read");
    }

    /** Any bytes as COLMAP's binary files: cameras or one sentence. */
    @Test
    void damagedBinaryFilesAreOneSentence() throws IOException {
        Path place = exported(scene, ExportFormat.COLMAP, false).resolve("sparse/0");
        for (String name : new String[] {"cameras.bin", "images.bin"}) {
            byte[] good = Files.readAllBytes(place.resolve(name));
            java.util.Random random = new java.util.Random(4);
            int refused = 0;
            for (int i = 0; i < 300; i++) {
                byte[] bad = java.util.Arrays.copyOf(good, i % 3 == 0 ? random.nextInt(good.length) : good.length);
                for (int k = 0; k < 4 && bad.length > 0; k++) {
                    bad[random.nextInt(Math.min(bad.length, 200))] = (byte) random.nextInt();
                }
                Files.write(place.resolve(name), bad);
                try {
                    KnownCameras.read(place);
                } catch (PanSt3RException e) {
                    refused++;
                }
            }
            assertThat(refused).isPositive();
            Files.write(place.resolve(name), good);
        }
    }
}
