package panst3r.training;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import panst3r.PanSt3RException;
import panst3r.image.Framing;
import panst3r.image.WorkingSize;
import panst3r.rooms.GroundTruthFolder;
import panst3r.rooms.RoomCamera;
import panst3r.rooms.RoomSample;
import panst3r.rooms.RoomView;

/**
 * Scenes with ground truth from folders (docs/ground-truth.md), in an order of their own in every epoch, each time with
 * other photos. Photos are cut to a working size of the model; all of a scene to the same, that of its first photo.
 */
public final class TrainingFolder implements Trainer.Scenes {
    private final List<Path> scenes;
    private final List<String> classes;
    private final List<WorkingSize> sizes;
    private final int views;
    private final long seed;

    /**
     * @param data a scene's folder, or one that holds several
     * @param classes names of the model's classes
     * @param sizes landscape working sizes of the model
     * @param views photos of a scene
     * @throws PanSt3RException if there is no scene
     */
    public TrainingFolder(Path data, List<String> classes, List<WorkingSize> sizes, int views, long seed) {
        this.scenes = GroundTruthFolder.scenes(data);
        this.classes = List.copyOf(classes);
        this.sizes = List.copyOf(sizes);
        this.views = views;
        this.seed = seed;
    }

    /** Number of scenes, an epoch's length. */
    public int size() {
        return scenes.size();
    }

    /** @throws PanSt3RException naming the file, if the scene cannot be read or has too few photos */
    @Override
    public RoomSample get(long index) {
        int[] order = IntStream.range(0, scenes.size()).toArray();
        shuffle(order, new Random(seed * 31 + index / scenes.size()));
        RoomSample scene = GroundTruthFolder.read(scenes.get(order[(int) (index % order.length)]))
                .withClasses(classes);
        if (scene.views().size() < views) {
            throw new PanSt3RException("The scene " + scene.name() + " has "
                    + scene.views().size() + " photos, but " + views
                    + " are to be used of each; ask for fewer views or leave it out.");
        }
        List<RoomView> chosen = new ArrayList<>(scene.views());
        Collections.shuffle(chosen, new Random(seed * 0x9E3779B97F4A7C15L + index));
        RoomView first = chosen.get(0);
        WorkingSize size = WorkingSize.nearest(sizes, first.width(), first.height());
        return new RoomSample(
                scene.name(),
                scene.description(),
                chosen.subList(0, views).stream().map(v -> cut(v, size)).toList(),
                scene.classes(),
                scene.instances());
    }

    /** Colours filtered; depth and ids of the nearest pixel, for a mean of two things is neither. */
    static RoomView cut(RoomView view, WorkingSize size) {
        Framing framing = Framing.of(size, view.width(), view.height());
        float[] colours = framing.cut(view.pixels());
        int n = size.width() * size.height();
        byte[] rgb = new byte[3 * n];
        float[] depth = new float[n];
        int[] ids = new int[n];
        double[] back = framing.viewToPhoto();
        for (int y = 0, i = 0; y < size.height(); y++) {
            int row = (int) (back[4] * (y + 0.5) + back[5]);
            for (int x = 0; x < size.width(); x++, i++) {
                int from = row * view.width() + (int) (back[0] * (x + 0.5) + back[2]);
                depth[i] = view.depth()[from];
                ids[i] = view.ids()[from];
                for (int c = 0; c < 3; c++) {
                    rgb[3 * i + c] = (byte) Math.max(0, Math.min(255, Math.round((colours[c * n + i] + 1) * 127.5f)));
                }
            }
        }
        RoomCamera camera = view.camera();
        double[] to = framing.photoToView(); // in it pixel centres lie at halves, in a camera at integers
        RoomCamera moved = new RoomCamera(
                size.width(),
                size.height(),
                camera.fx() * to[0],
                camera.fy() * to[4],
                to[0] * (camera.cx() + 0.5) + to[2] - 0.5,
                to[4] * (camera.cy() + 0.5) + to[5] - 0.5,
                camera.cameraToWorld());
        return new RoomView(view.name(), moved, rgb, depth, ids);
    }

    private static void shuffle(int[] order, Random random) {
        for (int i = order.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int other = order[j];
            order[j] = order[i];
            order[i] = other;
        }
    }
}
