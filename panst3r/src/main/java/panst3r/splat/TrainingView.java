package panst3r.splat;

import java.util.ArrayList;
import java.util.List;
import panst3r.rooms.RoomView;
import panst3r.scene.Scene;

/**
 * A photo and the camera that took it.
 *
 * @param image [3, H, W], 0 … 1
 */
public record TrainingView(Pinhole camera, float[] image) {
    public TrainingView {
        if (image.length != 3 * camera.width() * camera.height()) {
            throw new IllegalArgumentException(
                    image.length + " values for a picture of " + camera.width() + "×" + camera.height());
        }
    }

    /** The photos of a scene at the network's working size, with the scene's cameras. */
    public static List<TrainingView> of(Scene scene) {
        List<TrainingView> out = new ArrayList<>();
        for (int v = 0; v < scene.views(); v++) {
            out.add(of(Pinhole.of(scene.cameras().get(v)), scene.view(v).pixels()));
        }
        return out;
    }

    /** A photo of a room, with its camera or another. */
    public static TrainingView of(RoomView photo, Pinhole camera) {
        return of(camera, photo.pixels());
    }

    /** Grey of the mean lightness of all photos, [3]: it stands for what no photo shows, and is told from what one does. */
    public static float[] meanGrey(List<TrainingView> views) {
        double sum = 0;
        long values = 0;
        for (TrainingView view : views) {
            for (float value : view.image) {
                if (Float.isFinite(value)) { // a picture with a hole still has a mean
                    sum += value;
                    values++;
                }
            }
        }
        float grey = (float) (sum / Math.max(1, values));
        return new float[] {grey, grey, grey};
    }

    private static TrainingView of(Pinhole camera, float[] pixels) {
        float[] image = new float[pixels.length];
        for (int i = 0; i < image.length; i++) {
            image[i] = (pixels[i] + 1) / 2;
        }
        return new TrainingView(camera, image);
    }
}
