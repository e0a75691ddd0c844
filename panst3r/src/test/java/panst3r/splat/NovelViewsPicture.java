package panst3r.splat;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import panst3r.Progress;
import panst3r.checkpoint.Checkpoint;
import panst3r.checkpoint.ClassTable;
import panst3r.evaluation.NetworkPredictor;
import panst3r.metrics.TrueScene;
import panst3r.model.PanSt3R;
import panst3r.picture.ColourBy;
import panst3r.picture.Colouring;
import panst3r.picture.Images;
import panst3r.picture.PointSample;
import panst3r.picture.ScenePicture;
import panst3r.rooms.GroundTruthFolder;
import panst3r.rooms.RoomOptions;
import panst3r.rooms.RoomSample;
import panst3r.rooms.RoomView;
import panst3r.rooms.Rooms;
import panst3r.scene.Scene;

/**
 * Draws photos that were held out beside what the Gaussians of the other photos show from their places: docs/novel-view.png of
 * the sample room "study" as the small model makes it, docs/novel-views.png of a room with true cameras and depths, a photo a
 * row. Its argument is the top of the checkout:
 *
 * <pre>{@code
 * mvn -q -pl panst3r test-compile exec:exec@splat-pictures
 * }</pre>
 */
final class NovelViewsPicture {
    private static final List<String> CAPTIONS = List.of("photo, held out", "new view", "its segments", "its depth");
    private static final int GAP = 4;
    private static final int LINE = 20;

    private NovelViewsPicture() {}

    public static void main(String[] args) throws Exception {
        Path root = Path.of(args[0]);
        Path study = root.resolve("sample-scenes/study");
        HeldOut.Split split = HeldOut.Split.every(GroundTruthFolder.read(study), 3);
        Path mini = root.resolve("mini/src/main/resources/panst3r/mini/mini.safetensors");
        FitOptions refined = FitOptions.dense(80).withRefineCameras(true);
        draw(split, predicted(study, split.photos(), mini), refined, 1, root.resolve("docs/novel-view.png"));

        RoomOptions options = RoomOptions.defaults().withViews(12);
        int threads = Runtime.getRuntime().availableProcessors();
        split = HeldOut.Split.every(Rooms.sample(Rooms.FIRST_HELD_OUT_SEED, options, threads), 3);
        draw(split, TrueScene.of(split.photos()), FitOptions.dense(200), 2, root.resolve("docs/novel-views.png"));
    }

    private static Scene predicted(Path folder, RoomSample photos, Path file) throws Exception {
        try (Checkpoint checkpoint = Checkpoint.open(file);
                PanSt3R model = PanSt3R.load(file, Progress.SILENT)) {
            Optional<ClassTable> classes = checkpoint.classes();
            var files = GroundTruthFolder.open(folder);
            List<Path> paths = photos.viewNames().stream()
                    .map(name -> files.photos().get(files.viewNames().indexOf(name)))
                    .toList();
            return new NetworkPredictor(model, t -> classes).predict(paths, photos, Progress.SILENT);
        }
    }

    /** @param rows so many of the photos held out, the last ones */
    private static void draw(HeldOut.Split split, Scene scene, FitOptions options, int rows, Path file)
            throws IOException {
        Fit fit = new Fit(DenseStart.DEFAULT.of(scene, Progress.SILENT), TrainingView.of(scene), options);
        fit.run(Progress.SILENT, f -> {});
        SplatScene splats = SplatScene.of(scene, fit);
        Colouring colours = new Colouring(
                scene, PointSample.of(scene, 50_000, 0, Progress.SILENT), ColourBy.SEGMENT, ScenePicture.BLEND, 0);
        List<Pinhole> cameras = HeldOut.cameras(split, scene);
        int width = scene.view(0).width();
        int height = scene.view(0).height();
        int right = width + GAP;
        BufferedImage out =
                new BufferedImage(4 * right - GAP, LINE + rows * (height + GAP) - GAP, BufferedImage.TYPE_INT_RGB);
        Graphics2D ink = out.createGraphics();
        ink.setColor(Color.WHITE);
        ink.fillRect(0, 0, out.getWidth(), out.getHeight());
        ink.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        ink.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13));
        ink.setColor(Color.BLACK);
        for (int k = 0; k < CAPTIONS.size(); k++) {
            ink.drawString(CAPTIONS.get(k), k * right + 1, LINE - 6);
        }
        List<NovelFrame> frames = cameras.subList(cameras.size() - rows, cameras.size()).stream()
                .map(camera -> splats.frame(camera.resized(width, height), Progress.SILENT))
                .toList();
        NovelFrame.Depths depths = NovelFrame.Depths.of(frames);
        for (int row = 0; row < rows; row++) {
            int held = cameras.size() - rows + row;
            int y = LINE + row * (height + GAP);
            BufferedImage photo = Images.shrink(photo(split.held().views().get(held)), Math.max(width, height));
            ink.drawImage(photo, 0, y, width, height, null);
            NovelFrame frame = frames.get(row);
            ink.drawImage(frame.colours().image(), right, y, null);
            ink.drawImage(frame.labelImage(colours, ScenePicture.BLEND).orElseThrow(), 2 * right, y, null);
            ink.drawImage(frame.depthImage(depths), 3 * right, y, null);
        }
        ink.dispose();
        Files.write(file, Images.png(Images.coarser(out)));
    }

    private static BufferedImage photo(RoomView view) {
        byte[] rgb = view.rgb();
        int width = view.camera().width();
        BufferedImage out = new BufferedImage(width, view.camera().height(), BufferedImage.TYPE_INT_RGB);
        for (int i = 0; 3 * i < rgb.length; i++) {
            out.setRGB(
                    i % width,
                    i / width,
                    (rgb[3 * i] & 255) << 16 | (rgb[3 * i + 1] & 255) << 8 | rgb[3 * i + 2] & 255);
        }
        return out;
    }
}
