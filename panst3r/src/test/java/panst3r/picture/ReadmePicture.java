package panst3r.picture;

import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import panst3r.Progress;
import panst3r.metrics.TrueScene;
import panst3r.rooms.GroundTruthFolder;
import panst3r.scene.Scene;

/**
 * Draws the picture at the top of the README: photos of a sample scene, their segments, and the points of all of them, by
 * ground truth. {@code ReadmePicture sample-scenes/living docs/scene.png}
 */
final class ReadmePicture {
    private static final int GAP = 8;
    private static final int THUMB = 256;
    private static final int WHITE = 0xffffff;

    private ReadmePicture() {}

    public static void main(String[] args) throws Exception {
        Scene scene = TrueScene.of(GroundTruthFolder.read(Path.of(args[0])));
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
        Files.write(Path.of(args[1]), Images.png(out));
    }
}
