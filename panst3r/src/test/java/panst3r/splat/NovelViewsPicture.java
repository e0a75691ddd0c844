package panst3r.splat;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import panst3r.Progress;
import panst3r.metrics.TrueScene;
import panst3r.picture.ColourBy;
import panst3r.picture.Colouring;
import panst3r.picture.Images;
import panst3r.picture.PointSample;
import panst3r.picture.ScenePicture;
import panst3r.rooms.RoomOptions;
import panst3r.rooms.Rooms;
import panst3r.scene.Scene;

/** Draws docs/novel-views.png: a held-out room between its photos. {@code NovelViewsPicture docs/novel-views.png} */
final class NovelViewsPicture {
    private static final int GAP = 6;

    private NovelViewsPicture() {}

    public static void main(String[] args) throws Exception {
        int threads = Runtime.getRuntime().availableProcessors();
        Scene scene = TrueScene.of(
                Rooms.sample(Rooms.FIRST_HELD_OUT_SEED, RoomOptions.defaults().withViews(8), threads));
        Gaussians start = DenseStart.DEFAULT.of(scene, Progress.SILENT);
        Fit fit = new Fit(start, TrainingView.of(scene), FitOptions.dense(200));
        fit.run(Progress.SILENT, f -> {});
        SplatScene splats = SplatScene.of(scene, fit);
        Colouring colours = new Colouring(
                scene, PointSample.of(scene, 50_000, 0, Progress.SILENT), ColourBy.SEGMENT, ScenePicture.BLEND, 0);
        List<Pinhole> way = CameraPath.SPLINE.frames(splats.cameras(), splats.up(), 12);
        BufferedImage out = null;
        Graphics2D ink = null;
        int row = 0;
        for (int k : new int[] {1, 4, 7}) {
            BufferedImage image = splats.frame(way.get(k), Progress.SILENT).sideBySide(colours, ScenePicture.BLEND);
            if (out == null) {
                out = new BufferedImage(image.getWidth(), 3 * image.getHeight() + 2 * GAP, BufferedImage.TYPE_INT_RGB);
                ink = out.createGraphics();
                ink.setColor(Color.WHITE);
                ink.fillRect(0, 0, out.getWidth(), out.getHeight());
            }
            ink.drawImage(image, 0, row++ * (image.getHeight() + GAP), null);
        }
        ink.dispose();
        Files.write(Path.of(args[0]), Images.png(out));
    }
}
