package panst3r.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import panst3r.PanSt3RException;
import panst3r.Progress;
import panst3r.merge.Segment;
import panst3r.picture.ViewImage;
import panst3r.scene.Camera;
import panst3r.scene.PointQuery;
import panst3r.scene.Scene;
import panst3r.scene.SyntheticRoom;

/** Segmentations, masks, depth and nerfstudio's cameras, read back from their files; NumPy and pycocotools read them in notebooks/tests. */
class ImageExportsTest {
    private static final SyntheticRoom ROOM = new SyntheticRoom(3, 64, 48, 5);

    /** Its photos are twice as large as the views, and four columns wider on either side. */
    private final Scene scene = Scene.of(ROOM.prediction).with(ROOM.panoptic());

    @TempDir
    Path folder;

    private static JsonElement json(Path file) throws IOException {
        return JsonParser.parseString(Files.readString(file));
    }

    private int[] labels(int view, boolean original) {
        return original ? scene.photoLabelMap(view) : scene.labelMap(view);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void cocoPanoptic(boolean original) throws IOException {
        ExportOptions options =
                ExportOptions.defaults().withOriginalPixels(original).withStuff(java.util.List.of("Floor "));
        ExportFormat.COCO.export(scene, folder.resolve("coco"), options, Progress.SILENT);
        JsonObject json = json(folder.resolve("coco/panoptic.json")).getAsJsonObject();
        JsonArray annotations = json.getAsJsonArray("annotations");
        assertThat(annotations).hasSize(3);
        for (int v = 0; v < 3; v++) {
            JsonObject image = json.getAsJsonArray("images").get(v).getAsJsonObject();
            JsonObject annotation = annotations.get(v).getAsJsonObject();
            assertThat(annotation.get("image_id")).isEqualTo(image.get("id"));
            BufferedImage png = ImageIO.read(folder.resolve(
                            "coco/panoptic/" + annotation.get("file_name").getAsString())
                    .toFile());
            assertThat(png.getWidth()).isEqualTo(image.get("width").getAsInt()).isEqualTo(original ? 136 : 64);
            assertThat(png.getHeight())
                    .isEqualTo(image.get("height").getAsInt())
                    .isEqualTo(original ? 96 : 48);
            int[] expected = labels(v, original);
            long known = 0;
            for (int i = 0; i < expected.length; i++) {
                int rgb = png.getRGB(i % png.getWidth(), i / png.getWidth());
                int id = (rgb >> 16 & 255) + 256 * (rgb >> 8 & 255) + 65536 * (rgb & 255);
                assertThat(id).isEqualTo(expected[i]);
                known += id == 0 ? 0 : 1;
            }
            for (JsonElement e : annotation.getAsJsonArray("segments_info")) {
                JsonObject info = e.getAsJsonObject();
                int id = info.get("id").getAsInt();
                int area = 0;
                int left = 9999;
                int top = 9999;
                int right = -1;
                int bottom = -1;
                for (int i = 0; i < expected.length; i++) {
                    if (expected[i] == id) {
                        area++;
                        left = Math.min(left, i % png.getWidth());
                        right = Math.max(right, i % png.getWidth());
                        top = Math.min(top, i / png.getWidth());
                        bottom = Math.max(bottom, i / png.getWidth());
                    }
                }
                assertThat(info.get("area").getAsInt()).isEqualTo(area);
                assertThat(info.getAsJsonArray("bbox").toString())
                        .isEqualTo("[" + left + "," + top + "," + (right - left + 1) + "," + (bottom - top + 1) + "]");
                known -= area;
            }
            assertThat(known).as("pixels of segments that are not told").isZero();
        }
        JsonArray categories = json.getAsJsonArray("categories");
        assertThat(categories).hasSize(3);
        for (Segment s : ROOM.panoptic().segments()) {
            JsonObject category = categories.get(s.label()).getAsJsonObject();
            assertThat(category.get("id").getAsInt()).isEqualTo(s.label() + 1);
            assertThat(category.get("name").getAsString())
                    .isEqualTo(scene.classNames().get(s.label()));
            assertThat(category.get("isthing").getAsInt()).isEqualTo(s.label() == 1 ? 0 : 1);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void masks(boolean original) throws IOException {
        ExportOptions options = ExportOptions.defaults().withOriginalPixels(original);
        ExportFormat.MASKS.export(scene, folder.resolve("m"), options, Progress.SILENT);
        JsonArray index = json(folder.resolve("m/masks.json")).getAsJsonArray();
        assertThat(index).hasSize(scene.masks().size());
        for (JsonElement e : index) {
            JsonObject entry = e.getAsJsonObject();
            int view = entry.get("view").getAsInt();
            int segment = entry.get("segment").getAsInt();
            BufferedImage png = ImageIO.read(
                    folder.resolve("m").resolve(entry.get("file").getAsString()).toFile());
            BitSet expected = original ? scene.photoMask(segment, view) : scene.mask(segment, view);
            assertThat(entry.get("pixels").getAsInt()).isEqualTo(expected.cardinality());
            assertThat(png.getWidth() * png.getHeight()).isEqualTo(labels(view, original).length);
            for (int i = 0; i < png.getWidth() * png.getHeight(); i++) {
                int grey = png.getRaster().getSample(i % png.getWidth(), i / png.getWidth(), 0);
                assertThat(grey).isEqualTo(expected.get(i) ? 255 : 0);
            }
        }
    }

    @Test
    void withoutSegmentsThereIsNothingToMask() {
        Scene bare = Scene.of(ROOM.prediction);
        for (ExportFormat format : new ExportFormat[] {ExportFormat.COCO, ExportFormat.MASKS}) {
            assertThatThrownBy(
                            () -> format.export(bare, folder.resolve("x"), ExportOptions.defaults(), Progress.SILENT))
                    .isInstanceOf(PanSt3RException.class)
                    .hasMessageContaining("merge it first");
        }
        assertThat(folder).isEmptyDirectory();
    }

    /** As NEP 1 describes it. */
    private static float[] numpy(Path file, int height, int width) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        byte[] magic = new byte[8];
        in.get(magic);
        assertThat(magic).containsExactly(0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0);
        byte[] header = new byte[in.getShort()];
        in.get(header);
        assertThat(in.position() % 64).isZero();
        assertThat(new String(header, StandardCharsets.US_ASCII))
                .matches("\\{'descr': '<f4', 'fortran_order': False, 'shape': \\(" + height + ", " + width
                        + "\\), \\} *\n");
        float[] out = new float[in.remaining() / 4];
        in.asFloatBuffer().get(out);
        assertThat(out).hasSize(height * width);
        return out;
    }

    @Test
    void depth() throws IOException {
        ExportFormat.DEPTH.export(TruthScene.SCENE, folder.resolve("d"), ExportOptions.defaults(), Progress.SILENT);
        JsonObject json = json(folder.resolve("d/depth.json")).getAsJsonObject();
        double step = json.get("step").getAsDouble();
        assertThat(step).isEqualTo(0.001);
        for (int v = 0; v < 3; v++) {
            JsonObject view = json.getAsJsonArray("views").get(v).getAsJsonObject();
            assertThat(view.get("photo").getAsString())
                    .isEqualTo(TruthScene.SCENE.view(v).photo().name());
            float[] depth = numpy(folder.resolve("d").resolve(view.get("npy").getAsString()), 64, 96);
            float[] confidence =
                    numpy(folder.resolve("d").resolve(view.get("confidence").getAsString()), 64, 96);
            BufferedImage png = ImageIO.read(
                    folder.resolve("d").resolve(view.get("png").getAsString()).toFile());
            assertThat(png.getColorModel().getPixelSize()).isEqualTo(16);
            float[] truth = TruthScene.ROOM.views().get(v).depth();
            float[] sure = ViewImage.confidences(TruthScene.SCENE, v);
            for (int i = 0; i < truth.length; i++) {
                if (truth[i] > 0) {
                    assertThat(depth[i]).isCloseTo(truth[i], within(1e-5f));
                }
                assertThat(confidence[i]).isEqualTo(sure[i]);
                assertThat(step * png.getRaster().getSample(i % 96, i / 96, 0))
                        .isCloseTo(Math.max(0, depth[i]), within(0.50001 * step));
            }
        }
    }

    @Test
    void nerfstudio() throws IOException {
        PointQuery query = PointQuery.displayed().stride(4);
        ExportOptions options =
                ExportOptions.defaults().withOriginalPixels(true).withPoints(query);
        ExportFormat.NERFSTUDIO.export(scene, folder.resolve("n"), options, Progress.SILENT);
        JsonObject json = json(folder.resolve("n/transforms.json")).getAsJsonObject();
        assertThat(folder.resolve("n").resolve(json.get("ply_file_path").getAsString()))
                .exists();
        assertThat(json.getAsJsonArray("frames")).hasSize(3);
        for (Camera camera : scene.cameras()) {
            JsonObject frame = json.getAsJsonArray("frames").get(camera.index()).getAsJsonObject();
            double[] m = new double[16];
            for (int i = 0; i < 16; i++) {
                m[i] = frame.getAsJsonArray("transform_matrix")
                        .get(i / 4)
                        .getAsJsonArray()
                        .get(i % 4)
                        .getAsDouble();
            }
            var cloud = scene.points(query.views(camera.index()));
            for (int i = 0; i < cloud.size(); i++) {
                double[] c = new double[3]; // in a camera with y up that looks along −z
                for (int r = 0; r < 3; r++) {
                    for (int k = 0; k < 3; k++) {
                        c[r] += m[4 * k + r] * (cloud.xyz()[3 * i + k] - m[4 * k + 3]);
                    }
                }
                double x = frame.get("fl_x").getAsDouble() * c[0] / -c[2]
                        + frame.get("cx").getAsDouble();
                double y = frame.get("cy").getAsDouble() - frame.get("fl_y").getAsDouble() * c[1] / -c[2];
                // the photo is twice as large, and the crop begins at column 4
                assertThat(x).isCloseTo(2 * (cloud.column()[i] + 0.5) + 4, within(2e-2));
                assertThat(y).isCloseTo(2 * (cloud.row()[i] + 0.5), within(2e-2));
            }
            assertThat(frame.get("w").getAsInt()).isEqualTo(136);
            assertThat(frame.get("h").getAsInt()).isEqualTo(96);
        }
    }
}
