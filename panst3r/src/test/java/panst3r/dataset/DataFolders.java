package panst3r.dataset;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntUnaryOperator;
import javax.imageio.ImageIO;
import panst3r.rooms.RoomCategory;
import panst3r.rooms.RoomSample;
import panst3r.rooms.RoomView;

/** Small scenes in the layouts of data sets. */
public final class DataFolders {
    private DataFolders() {}

    /**
     * A room as Panoptic Lifting lays scenes out, views numbered 0000, 0001, …; the last half is for testing.
     *
     * @param root becomes the folder above {@code resources} and {@code data/replica}
     * @param shrink labels and depth are so many times smaller than the photos
     * @return the scene's folder
     */
    public static Path panopticLifting(Path root, RoomSample room, int shrink) throws IOException {
        Path scene = root.resolve("data/replica/" + room.name());
        for (String folder : List.of("color", "depth", "pose", "intrinsic", "rs_semantics", "rs_instance")) {
            Files.createDirectories(scene.resolve(folder));
        }
        Files.createDirectories(root.resolve("resources"));
        StringBuilder classes = new StringBuilder();
        for (RoomCategory c : room.classes()) {
            classes.append(c.name()).append(',').append(c.thing() ? 1 : 0).append('\n');
        }
        Files.writeString(root.resolve("resources/scannet_reduced_things.csv"), classes);
        int[] classOf = room.classOfId();
        List<String> names = new ArrayList<>();
        for (int v = 0; v < room.views().size(); v++) {
            RoomView view = room.views().get(v);
            String name = String.format("%04d", v);
            names.add("\"" + name + "\"");
            ImageIO.write(
                    photo(view), "jpg", scene.resolve("color/" + name + ".jpg").toFile());
            grey(scene.resolve("depth/" + name + ".png"), view, shrink, i -> Math.round(1000 * view.depth()[i]));
            grey(scene.resolve("rs_semantics/" + name + ".png"), view, shrink, i -> classOf[view.ids()[i]] + 1);
            grey(scene.resolve("rs_instance/" + name + ".png"), view, shrink, i -> view.ids()[i] % 11 + 1);
            double[] m = view.camera().cameraToWorld();
            Files.writeString(scene.resolve("pose/" + name + ".txt"), rows(m, 4));
            double[] k = {
                view.camera().fx(),
                0,
                view.camera().cx(),
                0,
                0,
                view.camera().fy(),
                view.camera().cy(),
                0,
                0,
                0,
                1,
                0,
                0,
                0,
                0,
                1
            };
            Files.writeString(scene.resolve("intrinsic/intrinsic_color.txt"), rows(k, 4));
        }
        int half = names.size() / 2;
        Files.writeString(
                scene.resolve("splits.json"),
                "{\"train\": " + names.subList(0, half) + ", \"test\": " + names.subList(half, names.size()) + "}");
        return scene;
    }

    private static String rows(double[] m, int columns) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < m.length; i++) {
            out.append(String.format(Locale.ROOT, "%.12g", m[i])).append(i % columns == columns - 1 ? "\n" : " ");
        }
        return out.toString();
    }

    static BufferedImage photo(RoomView view) {
        BufferedImage image = new BufferedImage(view.width(), view.height(), BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < view.ids().length; i++) {
            image.setRGB(
                    i % view.width(),
                    i / view.width(),
                    (view.rgb()[3 * i] & 255) << 16 | (view.rgb()[3 * i + 1] & 255) << 8 | view.rgb()[3 * i + 2] & 255);
        }
        return image;
    }

    private static void grey(Path file, RoomView view, int shrink, IntUnaryOperator value) throws IOException {
        int width = view.width() / shrink;
        int height = view.height() / shrink;
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_USHORT_GRAY);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int from = (y * shrink + shrink / 2) * view.width() + x * shrink + shrink / 2;
                image.getRaster().setSample(x, y, 0, value.applyAsInt(from));
            }
        }
        ImageIO.write(image, "png", file.toFile());
    }

    /** What {@link #scanNetPp} puts into its mesh: a wall of squares at z = 3 and a smaller square before it at z = 2. */
    static final float[] WALL = {-3, -2, 3, 3, -2, 3, 3, 2, 3, -3, 2, 3};

    static final float[] CHAIR = {-0.5f, -0.25f, 2, 0.5f, -0.25f, 2, 0.5f, 0.5f, 2, -0.5f, 0.5f, 2};

    /** A wall and a chair seen by two cameras of 40×30 pixels, as ScanNet++ is downloaded. */
    public static Path scanNetPp(Path root) throws IOException {
        Path scene = root.resolve("data/0a1b2c3d4e");
        for (String folder : List.of("dslr/resized_undistorted_images", "dslr/nerfstudio", "dslr/colmap", "scans")) {
            Files.createDirectories(scene.resolve(folder));
        }
        Files.createDirectories(root.resolve("splits"));
        Files.createDirectories(root.resolve("metadata/semantic_benchmark"));
        Files.writeString(root.resolve("splits/nvs_sem_val.txt"), "0a1b2c3d4e\nffffffffff\n");
        Path metadata = root.resolve("metadata/semantic_benchmark");
        Files.writeString(metadata.resolve("top100.txt"), "wall\nchair\n");
        Files.writeString(metadata.resolve("top100_instance.txt"), "chair\n");
        Files.writeString(
                metadata.resolve("map_benchmark.csv"),
                "class,count,semantic_map_to,instance_map_to\noffice chair,7,chair,chair\nwall,9,,\n");
        StringBuilder images = new StringBuilder("# Image list with two lines of data per image:\n");
        images.append("1 1 0 0 0 0 0 0 1 DSC00001.JPG\n1.5 2.5 -1 3 4 17\n");
        // a quarter turn about z, and a step to the right of the world
        images.append("2 0.7071067811865476 0 0 0.7071067811865476 0 -0.2 0 1 DSC00002.JPG\n\n");
        Files.writeString(scene.resolve("dslr/colmap/images.txt"), images);
        for (String name : List.of("DSC00001.JPG", "DSC00002.JPG")) {
            ImageIO.write(
                    new BufferedImage(40, 30, BufferedImage.TYPE_INT_RGB),
                    "jpg",
                    scene.resolve("dslr/resized_undistorted_images/" + name).toFile());
        }
        String pose = "[[1,0,0,0],[0,1,0,0],[0,0,1,0],[0,0,0,1]]";
        Files.writeString(
                scene.resolve("dslr/nerfstudio/transforms_undistorted.json"),
                "{\"fl_x\": 80, \"fl_y\": 80, \"cx\": 40, \"cy\": 30, \"w\": 80, \"h\": 60, \"camera_model\": \"PINHOLE\","
                        + "\"frames\": [{\"file_path\": \"DSC00001.JPG\", \"transform_matrix\": " + pose + "}],"
                        + "\"test_frames\": [{\"file_path\": \"DSC00002.JPG\", \"transform_matrix\": " + pose + "},"
                        + "{\"file_path\": \"DSC00003.JPG\", \"transform_matrix\": " + pose + "}]}");
        mesh(scene.resolve("scans/mesh_aligned_0.05.ply"));
        Files.writeString(
                scene.resolve("scans/segments.json"),
                "{\"sceneId\": \"0a1b2c3d4e\", \"params\": {\"k\": [1]}, \"segIndices\": [5, 5, 5, 5, 9, 9, 9, 9]}");
        Files.writeString(
                scene.resolve("scans/segments_anno.json"),
                "{\"sceneId\": \"0a1b2c3d4e\", \"segGroups\": [{\"id\": 1, \"objectId\": 1, \"label\": \"office chair\","
                        + " \"segments\": [9]}, {\"id\": 2, \"objectId\": 2, \"label\": \"wall\", \"segments\": [5, 6, 9]},"
                        + "{\"id\": 3, \"objectId\": 3, \"label\": \"REMOVE\", \"segments\": [6]}]}");
        return scene;
    }

    private static void mesh(Path file) throws IOException {
        byte[] head = ("ply\nformat binary_little_endian 1.0\ncomment made\nelement vertex 8\nproperty float x\n"
                        + "property float y\nproperty float z\nproperty uchar red\nproperty uchar green\nproperty uchar blue\n"
                        + "element face 4\nproperty list uchar int vertex_indices\nend_header\n")
                .getBytes(StandardCharsets.US_ASCII);
        ByteBuffer out = ByteBuffer.allocate(head.length + 8 * 15 + 4 * 13).order(ByteOrder.LITTLE_ENDIAN);
        out.put(head);
        for (float[] square : List.of(WALL, CHAIR)) {
            for (int i = 0; i < 4; i++) {
                out.putFloat(square[3 * i]).putFloat(square[3 * i + 1]).putFloat(square[3 * i + 2]);
                out.put(new byte[3]);
            }
        }
        for (int first : new int[] {0, 4}) {
            out.put((byte) 3).putInt(first).putInt(first + 1).putInt(first + 2);
            out.put((byte) 3).putInt(first + 2).putInt(first + 3).putInt(first);
        }
        Files.write(file, out.array());
    }
}
