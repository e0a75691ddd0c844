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

    /** Mean colour of all photos, [3]: a fair guess of what no photo shows. */
    public static float[] meanColour(List<TrainingView> views) {
        double[] sums = new double[3];
        long[] counts = new long[3];
        for (TrainingView view : views) {
            int n = view.image.length / 3;
            for (int i = 0; i < view.image.length; i++) {
                if (Float.isFinite(view.image[i])) { // a picture with a hole still has a mean
                    sums[i / n] += view.image[i];
                    counts[i / n]++;
                }
            }
        }
        float[] out = new float[3];
        for (int c = 0; c < 3; c++) {
            out[c] = (float) (sums[c] / Math.max(1, counts[c]));
        }
        return out;
    }

    private static TrainingView of(Pinhole camera, float[] pixels) {
        float[] image = new float[pixels.length];
        for (int i = 0; i < image.length; i++) {
            image[i] = (pixels[i] + 1) / 2;
        }
        return new TrainingView(camera, image);
    }
}
