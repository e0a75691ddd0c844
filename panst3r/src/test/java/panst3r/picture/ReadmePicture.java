package panst3r.picture;

import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import panst3r.Progress;
import panst3r.checkpoint.Checkpoint;
import panst3r.evaluation.SceneEvaluation;
import panst3r.image.ImageSet;
import panst3r.image.View;
import panst3r.inference.Inference;
import panst3r.merge.Merge;
import panst3r.metrics.GroundTruth;
import panst3r.metrics.TrueScene;
import panst3r.model.PanSt3R;
import panst3r.rooms.GroundTruthFolder;
import panst3r.scene.Scene;

/**
 * Draws the picture at the top of the README: photos of a sample scene, their segments, and the points of all of them, as a
 * model predicts them; without a model, by ground truth.
 * {@code ReadmePicture sample-scenes/study docs/scene.png [MODEL.safetensors]}
 */
final class ReadmePicture {
    private static final int GAP = 8;
    private static final int THUMB = 256;
    private static final int WHITE = 0xffffff;

    private ReadmePicture() {}

    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args[0]);
        draw(
                args.length > 2 ? predicted(folder, Path.of(args[2])) : TrueScene.of(GroundTruthFolder.read(folder)),
                Path.of(args[1]));
    }

    private static Scene predicted(Path folder, Path file) {
        try (Checkpoint checkpoint = Checkpoint.open(file);
                PanSt3R model = PanSt3R.load(file, Progress.SILENT)) {
            int size = model.config().encoder().imageSize();
            List<View> views = ImageSet.open(folder.resolve("photos")).load(size, Progress.SILENT);
            Inference inference =
                    new Inference(model).classes(checkpoint.classes().orElseThrow());
            Scene scene = Scene.of(inference.run(views, Progress.SILENT))
                    .merged(Merge.parse(model.postprocessDefault()), Progress.SILENT);
            SceneEvaluation measured =
                    SceneEvaluation.of(GroundTruth.of(GroundTruthFolder.read(folder), scene), scene, Progress.SILENT);
            System.out.printf(
                    "%s: PQ %.1f, depth %.3f, AUC@30 %.2f%n",
                    folder,
                    100 * measured.panoptic().orElseThrow().all().pq(),
                    measured.viewDepthError(),
                    measured.poses().orElseThrow().auc30());
            return scene;
        }
    }

    private static void draw(Scene scene, Path file) throws Exception {
        List<PointSample> samples = PointSample.of(scene, 1_500_000, 0, Progress.SILENT);
        Colouring colours = new Colouring(scene, samples, ColourBy.SEGMENT, 0.75, 0);
        int[] shown = {0, 2, 5};
        int row = THUMB * 3 / 4;
        int height = 3 * row + 2 * GAP;
        int width = 1280;
        int left = 2 * THUMB + 2 * GAP;
        BufferedImage out = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D g = out.createGraphics();
        g.setColor(java.awt.Color.WHITE);
        g.fillRect(0, 0, width, height);
        for (int i = 0; i < shown.length; i++) {
            int y = i * (row + GAP);
            g.drawImage(Images.shrink(ViewImage.photo(scene.view(shown[i])), THUMB), 0, y, null);
            g.drawImage(Images.shrink(ViewImage.segments(scene, shown[i], colours, 0.75), THUMB), THUMB + GAP, y, null);
        }
        g.drawImage(
                ScenePicture.of(scene, samples, 0)
                        .by(ColourBy.SEGMENT)
                        .draw(width - left, height, WHITE, Progress.SILENT),
                left,
                0,
                null);
        g.dispose();
        Files.write(file, Images.png(out));
    }
}
