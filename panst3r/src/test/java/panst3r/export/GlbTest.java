package panst3r.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import de.javagl.jgltf.model.AccessorFloatData;
import de.javagl.jgltf.model.AccessorIntData;
import de.javagl.jgltf.model.AccessorModel;
import de.javagl.jgltf.model.AccessorShortData;
import de.javagl.jgltf.model.CameraPerspectiveModel;
import de.javagl.jgltf.model.GltfModel;
import de.javagl.jgltf.model.MeshPrimitiveModel;
import de.javagl.jgltf.model.NodeModel;
import de.javagl.jgltf.model.io.GltfModelReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import panst3r.PanSt3RException;
import panst3r.Progress;
import panst3r.scene.Camera;
import panst3r.scene.PointCloud;
import panst3r.scene.PointQuery;
import panst3r.scene.Scene;

/** GLB files read back with JglTF. */
class GlbTest {
    private final Scene scene = TruthScene.SCENE;

    @TempDir
    Path folder;

    private GltfModel written(ExportOptions options) throws IOException {
        Path file = folder.resolve("room.glb");
        ExportFormat.GLB.export(scene, file, options.withOverwrite(true), Progress.SILENT);
        return new GltfModelReader().read(file.toUri());
    }

    private static MeshPrimitiveModel primitive(NodeModel node) {
        return node.getMeshModels().get(0).getMeshPrimitiveModels().get(0);
    }

    private static List<NodeModel> nodes(GltfModel model, String prefix) {
        NodeModel root = model.getSceneModels().get(0).getNodeModels().get(0);
        return root.getChildren().stream()
                .filter(n -> n.getName().startsWith(prefix))
                .toList();
    }

    /** What a viewer shows of a colour: from linear light to 8-bit sRGB, by the standard's formula. */
    private static int shown(short stored) {
        double linear = (stored & 0xffff) / 65535.0;
        double c = linear <= 0.0031308 ? 12.92 * linear : 1.055 * Math.pow(linear, 1 / 2.4) - 0.055;
        return (int) Math.round(255 * c);
    }

    @Test
    void pointsComeBackInGltfsAxes() throws IOException {
        GltfModel model = written(ExportOptions.defaults());
        List<NodeModel> views = nodes(model, "view");
        assertThat(views).hasSize(scene.views());
        for (int v = 0; v < scene.views(); v++) {
            PointCloud cloud = scene.points(PointQuery.displayed().views(v));
            MeshPrimitiveModel points = primitive(views.get(v));
            assertThat(points.getMode()).isZero();
            AccessorModel position = points.getAttributes().get("POSITION");
            AccessorFloatData xyz = AccessorFloatData.class.cast(position.getAccessorData());
            AccessorShortData rgb = AccessorShortData.class.cast(
                    points.getAttributes().get("COLOR_0").getAccessorData());
            AccessorShortData segment = AccessorShortData.class.cast(
                    points.getAttributes().get("_SEGMENT").getAccessorData());
            assertThat(position.getCount()).isEqualTo(cloud.size());
            float[] turn = views.get(v).computeGlobalTransform(null);
            Number[] least = position.getMin();
            for (int i = 0; i < cloud.size(); i++) {
                float[] p = new float[3];
                for (int k = 0; k < 3; k++) {
                    p[k] = xyz.get(i, k);
                    assertThat(p[k]).isEqualTo(cloud.xyz()[3 * i + k]).isGreaterThanOrEqualTo(least[k].floatValue());
                    assertThat(shown(rgb.get(i, k))).isEqualTo(cloud.rgb()[3 * i + k] & 255);
                }
                assertThat(segment.get(i, 0)).isEqualTo((short) cloud.segment()[i]);
                // y up, and what is before the first camera at negative z
                assertThat(turn[1] * p[0] + turn[5] * p[1] + turn[9] * p[2] + turn[13])
                        .isCloseTo(-p[1], within(1e-5f));
                assertThat(turn[2] * p[0] + turn[6] * p[1] + turn[10] * p[2] + turn[14])
                        .isCloseTo(-p[2], within(1e-5f));
            }
        }
    }

    /** A glTF camera looks along its −z: with its matrices, a point must fall on the pixel that it comes from. */
    @Test
    void aPointFallsOnItsPixelInGltfsCamera() throws IOException {
        GltfModel model = written(ExportOptions.defaults());
        List<NodeModel> cameras = nodes(model, "camera");
        assertThat(cameras).hasSize(scene.views());
        for (Camera camera : scene.cameras()) {
            NodeModel node = cameras.get(camera.index());
            CameraPerspectiveModel lens =
                    ((de.javagl.jgltf.model.impl.DefaultCameraModel) node.getCameraModel()).getCameraPerspectiveModel();
            float[] turn = nodes(model, "view").get(0).computeGlobalTransform(null);
            float[] m = node.computeGlobalTransform(null);
            PointCloud cloud =
                    scene.points(PointQuery.displayed().views(camera.index()).stride(7));
            double focal = 1 / Math.tan(lens.getYfov() / 2);
            for (int i = 0; i < cloud.size(); i++) {
                double[] w = new double[3];
                for (int r = 0; r < 3; r++) {
                    w[r] = turn[12 + r] - m[12 + r];
                    for (int k = 0; k < 3; k++) {
                        w[r] += turn[4 * k + r] * cloud.xyz()[3 * i + k];
                    }
                }
                double[] c = new double[3];
                for (int r = 0; r < 3; r++) {
                    for (int k = 0; k < 3; k++) {
                        c[r] += m[4 * r + k] * w[k];
                    }
                }
                assertThat(c[2]).isNegative();
                // glTF's principal point is the middle of the image, half a pixel from the estimate's
                double x = (focal / lens.getAspectRatio() * c[0] / -c[2] + 1) / 2 * camera.width();
                double y = (1 - focal * c[1] / -c[2]) / 2 * camera.height();
                assertThat(x).isCloseTo(cloud.column()[i], within(0.01));
                assertThat(y).isCloseTo(cloud.row()[i], within(0.01));
            }
        }
    }

    @Test
    void aMeshAViewHasTheSurfaceThatTheViewSees() throws IOException {
        GltfModel model = written(ExportOptions.defaults().withMeshes(true));
        for (int v = 0; v < scene.views(); v++) {
            PointCloud cloud = scene.points(PointQuery.displayed().views(v));
            MeshPrimitiveModel surface = primitive(nodes(model, "view").get(v));
            assertThat(surface.getMode()).isEqualTo(4);
            AccessorIntData corners =
                    AccessorIntData.class.cast(surface.getIndices().getAccessorData());
            int n = corners.getNumElements();
            assertThat(n % 3).isZero();
            assertThat(n / 3).isBetween(cloud.size(), 2 * cloud.size());
            double[] eye = scene.cameras().get(v).position();
            for (int t = 0; t < n; t += 3) {
                int[] c = {corners.get(t, 0), corners.get(t + 1, 0), corners.get(t + 2, 0)};
                double[][] p = new double[3][3];
                for (int k = 0; k < 9; k++) {
                    p[k / 3][k % 3] = cloud.xyz()[3 * c[k / 3] + k % 3] - eye[k % 3];
                }
                // in front: the camera is on the side from which the corners run counter-clockwise
                double volume = p[0][0] * (p[1][1] * p[2][2] - p[1][2] * p[2][1])
                        - p[0][1] * (p[1][0] * p[2][2] - p[1][2] * p[2][0])
                        + p[0][2] * (p[1][0] * p[2][1] - p[1][1] * p[2][0]);
                assertThat(volume).isNegative();
                assertThat(Math.abs(cloud.row()[c[0]] - cloud.row()[c[1]])).isLessThanOrEqualTo(1);
                assertThat(Math.abs(cloud.column()[c[0]] - cloud.column()[c[1]]))
                        .isLessThanOrEqualTo(1);
            }
        }
        assertThatThrownBy(() -> written(ExportOptions.defaults()
                        .withMeshes(true)
                        .withPoints(PointQuery.all().sample(10, 0))))
                .isInstanceOf(PanSt3RException.class)
                .hasMessageContaining("mesh");
    }

    @Test
    void segmentsHaveTheirClassesInTheExtras() throws IOException {
        GltfModel model = written(
                ExportOptions.defaults().withPoints(PointQuery.displayed().sample(50, 1)));
        assertThat(nodes(model, "points")).hasSize(1);
        assertThat(String.valueOf(model.getSceneModels().get(0).getExtras()))
                .contains("class=" + scene.segments().get(0).className());
    }
}
