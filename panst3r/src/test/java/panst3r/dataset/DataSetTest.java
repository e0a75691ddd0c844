package panst3r.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import panst3r.CancelledException;
import panst3r.PanSt3RException;
import panst3r.Progress;
import panst3r.dataset.DataSet.Split;
import panst3r.evaluation.SceneEvaluation;
import panst3r.metrics.GroundTruth;
import panst3r.metrics.TrueScene;
import panst3r.rooms.GroundTruthFolder;
import panst3r.rooms.RoomCamera;
import panst3r.rooms.RoomOptions;
import panst3r.rooms.RoomSample;
import panst3r.rooms.RoomView;
import panst3r.rooms.Rooms;
import panst3r.rooms.SceneTruth;

class DataSetTest {
    private static final RoomSample ROOM =
            Rooms.sample(7, RoomOptions.defaults().withViews(4).withSize(96, 64));

    @TempDir
    Path folder;

    /** Whoever finds the room itself in photos of these names finds everything. */
    private static SceneEvaluation truthAgainst(SceneTruth truth, List<RoomView> views, List<String> names) {
        List<RoomView> renamed = new ArrayList<>();
        for (int i = 0; i < views.size(); i++) {
            RoomView v = views.get(i);
            renamed.add(new RoomView(names.get(i), v.camera(), v.rgb(), v.depth(), v.ids()));
        }
        var scene = TrueScene.of(new RoomSample("room", "", renamed, ROOM.classes(), ROOM.instances()));
        return SceneEvaluation.of(GroundTruth.of(truth, scene), scene, Progress.SILENT);
    }

    private static void perfect(SceneEvaluation e, int views) {
        assertThat(e.views()).hasSize(views);
        assertThat(e.panoptic().orElseThrow().all().pq()).isEqualTo(1);
        assertThat(e.semantic().orElseThrow().pixelAccuracy()).isEqualTo(1);
        assertThat(e.depth().absoluteRelative()).isLessThan(1e-3);
        assertThat(e.poses().orElseThrow().trajectoryRmse()).isLessThan(1e-3);
        assertThat(e.views().get(0).focalError()).isLessThan(1e-3);
    }

    @Test
    void rooms() {
        GroundTruthFolder.write(folder.resolve("one"), ROOM);
        GroundTruthFolder.writeWithJpegPhotos(folder.resolve("two"), ROOM, 0.9f);
        DataSet set = DataSet.open(folder, Split.TEST);
        assertThat(set.kind()).isEqualTo(DataSet.Kind.ROOMS);
        assertThat(set.scenes()).extracting(DataScene::name).containsExactly("one", "two");
        DataScene two = set.scenes().get(1);
        assertThat(two.photos()).hasSize(4).allSatisfy(p -> assertThat(p).isRegularFile());
        perfect(truthAgainst(two.truth(), ROOM.views(), List.of("000.jpg", "001.jpg", "002.jpg", "003.jpg")), 4);
        assertThat(DataSet.open(folder.resolve("one"), Split.TEST).scenes()).hasSize(1);
    }

    @Test
    void panopticLifting() throws IOException {
        Path scene = DataFolders.panopticLifting(folder, ROOM, 1);
        DataSet set = DataSet.open(folder.resolve("data/replica"), Split.TEST);
        assertThat(set.kind()).isEqualTo(DataSet.Kind.PANOPTIC_LIFTING);
        DataScene only = set.scenes().get(0);
        assertThat(only.name()).isEqualTo("room-7");
        assertThat(only.photos()).extracting(p -> p.getFileName().toString()).containsExactly("0002.jpg", "0003.jpg");
        perfect(truthAgainst(only.truth(), ROOM.views().subList(2, 4), List.of("0002.jpg", "0003.jpg")), 2);
        DataScene train = DataSet.open(scene, Split.TRAIN).scenes().get(0);
        assertThat(train.photos()).hasSize(2);
        assertThat(DataSet.open(scene, Split.ALL).scenes().get(0).photos()).hasSize(4);
        // Where tracking was lost there is nothing to measure against.
        Files.writeString(scene.resolve("pose/0001.txt"), "-inf -inf -inf -inf ".repeat(4));
        assertThat(train.photos()).hasSize(1);
        Files.delete(scene.resolve("depth/0002.png"));
        assertThat(only.truth().view(0).depth()).containsOnly(0);
    }

    @Test
    void labelsOfAnotherSizeAreBroughtToThatOfThePhoto() throws IOException {
        Path scene = DataFolders.panopticLifting(folder, ROOM, 2);
        SceneTruth truth = DataSet.open(scene, Split.TEST).scenes().get(0).truth();
        RoomView view = truth.view(0);
        assertThat(view.width()).isEqualTo(96);
        int[] classOf = truth.classOfId();
        int[] original = ROOM.classIds(2);
        int same = 0;
        for (int y = 0; y < 64; y++) {
            for (int x = 0; x < 96; x++) {
                int i = y * 96 + x;
                int middle = (y / 2 * 2 + 1) * 96 + x / 2 * 2 + 1;
                same += classOf[view.ids()[i]] == original[middle] ? 1 : 0;
            }
        }
        assertThat(same).isEqualTo(96 * 64);
        // Intrinsics of the full photo beside smaller ones.
        double[] k = {200, 0, 96, 0, 200, 64, 0, 0, 1};
        Files.writeString(
                scene.resolve("intrinsic/intrinsic_color.txt"),
                String.join(" ", Arrays.stream(k).mapToObj(Double::toString).toList()));
        RoomCamera camera =
                DataSet.open(scene, Split.TEST).scenes().get(0).truth().view(0).camera();
        assertThat(camera.fx()).isEqualTo(100);
        assertThat(camera.cx()).isEqualTo(48);
    }

    @Test
    void whatIsWrongInAPanopticLiftingFolderIsSaid() throws IOException {
        Path scene = DataFolders.panopticLifting(folder, ROOM, 1);
        DataScene only = DataSet.open(scene, Split.TEST).scenes().get(0);
        Path csv = folder.resolve("resources/scannet_reduced_things.csv");
        String classes = Files.readString(csv);
        Files.writeString(csv, "wall,0\n");
        refused(only::truth, "rs_semantics", "of class", "has 1 only");
        Files.writeString(csv, "wall\n");
        refused(only::truth, "“wall”", "not a name and 0 or 1");
        Files.writeString(csv, "");
        refused(only::truth, "list of classes is empty");
        Files.writeString(csv, "x".repeat(2000) + ",1\n");
        refused(only::truth, "2000 characters");
        Files.delete(csv);
        refused(only::truth, "scannet_reduced_things.csv", "folder or one above");
        Files.writeString(csv, classes);
        ImageIO.write(
                new BufferedImage(50, 50, BufferedImage.TYPE_BYTE_GRAY),
                "png",
                scene.resolve("rs_instance/0002.png").toFile());
        refused(only::truth, "0002.png", "50×50", "96×64");
        Files.delete(scene.resolve("rs_instance/0002.png"));
        refused(only::truth, "0002.png is missing");
        Files.writeString(scene.resolve("pose/0003.txt"), "1 2 3");
        refused(only::photos, "0003.txt", "3 numbers");
        Files.delete(scene.resolve("pose/0003.txt"));
        refused(only::photos, "0003.txt is missing");
        Files.writeString(scene.resolve("splits.json"), "[]");
        refused(only::photos, "splits.json");
        Path fresh = DataFolders.panopticLifting(folder.resolve("fresh"), ROOM, 1);
        DataScene bent = DataSet.open(fresh, Split.TEST).scenes().get(0);
        Files.writeString(fresh.resolve("pose/0002.txt"), "1 0 0 0 0 2 0 0 0 0 1 0 0 0 0 1");
        refused(() -> bent.truth().view(0), "0002.txt", "rotation");
        Files.delete(fresh.resolve("intrinsic/intrinsic_color.txt"));
        refused(bent::truth, "intrinsic_color.txt is missing");
        refused(() -> DataSet.open(folder.resolve("resources"), Split.TEST), "layout that is known", "evaluation.md");
        refused(() -> DataSet.open(folder.resolve("nowhere"), Split.TEST), "not a folder");
    }

    private static void refused(ThrowingCallable call, String... words) {
        assertThatThrownBy(call).isInstanceOf(PanSt3RException.class).hasMessageContainingAll(words);
    }

    @Test
    void scanNetPp() throws IOException {
        Path scene = DataFolders.scanNetPp(folder);
        DataSet set = DataSet.open(folder, Split.TEST);
        assertThat(set.kind()).isEqualTo(DataSet.Kind.SCANNETPP);
        DataScene only = set.scenes().get(0);
        assertThat(only.name()).isEqualTo("0a1b2c3d4e");
        assertThat(only.photos())
                .extracting(p -> p.getFileName().toString())
                .containsExactly("DSC00001.JPG", "DSC00002.JPG");
        SceneTruth truth = only.truth();
        assertThat(truth.classes().get(0).thing()).isFalse();
        assertThat(truth.classes().get(1).thing()).isTrue();
        assertThat(truth.instances()).as("nothing of what was to be removed").hasSize(2);
        RoomView first = truth.view(0);
        assertThat(first.camera().fx()).as("of an image half as large").isEqualTo(40);
        int[] classOf = truth.classOfId();
        int middle = 15 * 40 + 20;
        assertThat(first.depth()[middle]).isCloseTo(2, within(1e-6f));
        assertThat(classOf[first.ids()[middle]]).isEqualTo(1);
        assertThat(first.depth()[0]).isCloseTo(3, within(1e-6f));
        assertThat(classOf[first.ids()[0]]).isZero();
        // x = 0.5 at z = 2 lies 10 pixels right of the middle
        assertThat(classOf[first.ids()[middle + 10]]).isEqualTo(1);
        assertThat(classOf[first.ids()[middle + 11]]).isZero();
        RoomView turned = truth.view(1);
        // cam = R·w + t with a quarter turn about z: the camera stands at −Rᵀt
        double[] m = turned.camera().cameraToWorld();
        assertThat(m[3]).isCloseTo(0.2, within(1e-12));
        assertThat(turned.depth()[0]).isCloseTo(3, within(1e-6f));
        assertThat(DataSet.open(scene, Split.TEST).scenes().get(0).photos()).hasSize(2);
    }

    @Test
    void readingWhatIsLongIsInterrupted() throws IOException {
        Path scene = DataFolders.scanNetPp(folder);
        DataScene only = DataSet.open(folder, Split.TEST).scenes().get(0);
        List<ThrowingCallable> reads = List.of(
                () -> TriangleMesh.read(scene.resolve("scans/mesh_aligned_0.05.ply")),
                () -> ScanNetPpScene.segments(scene.resolve("scans/segments.json"), 8),
                only::photos,
                only::truth);
        for (ThrowingCallable read : reads) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(read).isInstanceOf(CancelledException.class).hasMessageContaining("was interrupted");
            assertThat(Thread.interrupted()).isFalse();
        }
    }

    @Test
    void posesOfManyPhotosAreFoundAmongTheirPoints() throws IOException {
        Path scene = DataFolders.scanNetPp(folder);
        List<Path> before = DataSet.open(folder, Split.TEST).scenes().get(0).photos();
        Path images = scene.resolve("dslr/colmap/images.txt");
        String points = "1.5 2.5 -1 ".repeat(100_000);
        try (var out = Files.newBufferedWriter(images, StandardOpenOption.APPEND)) {
            for (int i = 0; i < 80; i++) {
                out.write((3 + i) + " 1 0 0 0 0 0 0 1 DSC1" + i + ".JPG\n" + points + "\n");
            }
        }
        assertThat(Files.size(images)).isGreaterThan(80_000_000);
        assertThat(DataSet.open(folder, Split.TEST).scenes().get(0).photos())
                .hasSize(2)
                .isEqualTo(before);
    }

    @Test
    void whatIsWrongInAScanNetPpFolderIsSaid() throws IOException {
        Path scene = DataFolders.scanNetPp(folder);
        DataScene only = DataSet.open(folder, Split.TEST).scenes().get(0);
        Path segments = scene.resolve("scans/segments.json");
        Files.writeString(segments, "{\"segIndices\": [1, 2]}");
        refused(only::truth, "2 segIndices", "8 vertices");
        Files.writeString(segments, "{\"segIndices\": [1, \"a\"]}");
        refused(only::truth, "segments.json");
        Path mesh = scene.resolve("scans/mesh_aligned_0.05.ply");
        byte[] bytes = Files.readAllBytes(mesh);
        Files.write(mesh, Arrays.copyOf(bytes, bytes.length - 20));
        refused(only::truth, "cut off");
        Files.delete(mesh);
        refused(only::truth, "mesh_aligned_0.05.ply is missing");
        Files.write(mesh, "no mesh at all\n".getBytes());
        refused(only::truth, "mesh_aligned_0.05.ply");
        Files.delete(folder.resolve("metadata/semantic_benchmark/map_benchmark.csv"));
        refused(only::truth, "map_benchmark.csv is missing");
        Files.writeString(scene.resolve("dslr/colmap/images.txt"), "# nothing\n");
        refused(only::photos, "None of the frames");
        Files.writeString(folder.resolve("splits/nvs_sem_val.txt"), "ffffffffff\n");
        refused(() -> DataSet.open(folder, Split.TEST), "--split all");
        assertThat(DataSet.open(folder, Split.ALL).scenes()).hasSize(1);
    }

    /** Bytes changed, cut off and added: whatever a file says, a sentence or a scene. */
    @Test
    void damagedFilesAreReadOrRefused() throws IOException {
        Path lifted = DataFolders.panopticLifting(folder.resolve("lifted"), ROOM, 2);
        Path plus = DataFolders.scanNetPp(folder.resolve("plus"));
        Random random = new Random(11);
        for (Path file : List.of(
                lifted.resolve("splits.json"),
                lifted.resolve("pose/0002.txt"),
                lifted.resolve("intrinsic/intrinsic_color.txt"),
                lifted.resolve("rs_semantics/0002.png"),
                lifted.resolve("../../../resources/scannet_reduced_things.csv"),
                plus.resolve("scans/mesh_aligned_0.05.ply"),
                plus.resolve("scans/segments.json"),
                plus.resolve("scans/segments_anno.json"),
                plus.resolve("dslr/colmap/images.txt"),
                plus.resolve("dslr/nerfstudio/transforms_undistorted.json"),
                plus.resolve("../../metadata/semantic_benchmark/map_benchmark.csv"))) {
            Path scene = file.startsWith(lifted) ? lifted : plus;
            byte[] good = Files.readAllBytes(file);
            int refused = 0;
            for (int i = 0; i < 150; i++) {
                byte[] bad = Arrays.copyOf(good, i % 5 == 0 ? random.nextInt(good.length + 9) : good.length);
                for (int k = random.nextInt(4); k >= 0 && bad.length > 0; k--) {
                    bad[random.nextInt(bad.length)] = (byte)
                            (random.nextBoolean() ? random.nextInt(256) : "0-9,.{}[]\"a \n".charAt(random.nextInt(13)));
                }
                Files.write(file, bad);
                try {
                    DataScene read = DataSet.open(scene, Split.TEST).scenes().get(0);
                    read.truth().view(0);
                } catch (PanSt3RException e) {
                    refused++;
                    assertThat(e.getMessage()).matches("[^\n]*[.?]");
                }
            }
            assertThat(refused).as(file.toString()).isPositive();
            Files.write(file, good);
            DataSet.open(scene, Split.TEST).scenes().get(0).truth().view(0);
        }
    }

    /** Every pixel's ray against every triangle. */
    @Test
    void aMeshIsSeenAsRaysSeeIt() {
        Random random = new Random(3);
        float[] vertices = new float[3 * 60];
        for (int i = 0; i < vertices.length; i++) {
            vertices[i] = i % 3 == 2 ? 1 + 3 * random.nextFloat() : 4 * random.nextFloat() - 2;
        }
        int[] triangles = random.ints(3 * 40, 0, 60).toArray();
        int[] ids = random.ints(40, 1, 100).toArray();
        RoomCamera camera = RoomCamera.at(60, 40, 50, 0.3, -0.1, -0.5, 0.2, 0.1, 0.05);
        TriangleMesh.Seen seen = new TriangleMesh(vertices, triangles).seen(camera, ids);
        int hits = 0;
        for (int i = 0; i < seen.ids().length; i++) {
            double[] origin = camera.unproject(i % 60, i / 60, 0);
            double[] through = camera.unproject(i % 60, i / 60, 1);
            double best = Double.POSITIVE_INFINITY;
            int id = 0;
            for (int t = 0; t < ids.length; t++) {
                double depth = depth(origin, through, vertices, triangles, t);
                if (depth > 0 && depth < best) {
                    best = depth;
                    id = ids[t];
                }
            }
            if (id != 0 || seen.ids()[i] != 0) {
                hits++;
                assertThat(seen.ids()[i]).as("pixel %d", i).isEqualTo(id);
                assertThat(seen.depth()[i]).isCloseTo((float) best, within(1e-4f));
            }
        }
        assertThat(hits).isGreaterThan(500);
    }

    /** Möller and Trumbore 1997; the ray's parameter is the depth, for its direction is one deep. */
    private static double depth(double[] origin, double[] through, float[] v, int[] triangles, int t) {
        double[] d = new double[3];
        double[] e1 = new double[3];
        double[] e2 = new double[3];
        double[] s = new double[3];
        for (int a = 0; a < 3; a++) {
            float corner = v[3 * triangles[3 * t] + a];
            d[a] = through[a] - origin[a];
            e1[a] = v[3 * triangles[3 * t + 1] + a] - corner;
            e2[a] = v[3 * triangles[3 * t + 2] + a] - corner;
            s[a] = origin[a] - corner;
        }
        double[] h = cross(d, e2);
        double det = dot(e1, h);
        double[] q = cross(s, e1);
        double u = dot(s, h) / det;
        double w = dot(d, q) / det;
        return det == 0 || u < 0 || w < 0 || u + w > 1 ? -1 : dot(e2, q) / det;
    }

    private static double[] cross(double[] a, double[] b) {
        return new double[] {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
    }

    private static double dot(double[] a, double[] b) {
        return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
    }
}
