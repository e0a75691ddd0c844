package panst3r.rooms;

/**
 * One photo with its ground truth.
 *
 * @param name unique in its sample
 * @param rgb [H, W, 3] bytes, sRGB
 * @param depth [H, W] z in the camera's frame in metres, 0 where it is not known
 * @param ids [H, W] instance ids, 0 = void
 */
public record RoomView(String name, RoomCamera camera, byte[] rgb, float[] depth, int[] ids) {
    public RoomView {
        int pixels = camera.width() * camera.height();
        if (rgb.length != 3 * pixels || depth.length != pixels || ids.length != pixels) {
            throw new IllegalArgumentException("view " + name + ": arrays do not fit its camera");
        }
    }

    public int width() {
        return camera.width();
    }

    public int height() {
        return camera.height();
    }

    /** @return [3, H, W] RGB in [−1, 1], as the network takes it */
    public float[] pixels() {
        int n = depth.length;
        float[] pixels = new float[3 * n];
        for (int i = 0; i < n; i++) {
            for (int c = 0; c < 3; c++) {
                pixels[c * n + i] = (rgb[3 * i + c] & 255) / 127.5f - 1;
            }
        }
        return pixels;
    }

    /** @return [H, W, 3] the point of every pixel in the world's frame, in metres; NaN where the depth is not known */
    public float[] points() {
        float[] points = new float[3 * depth.length];
        for (int v = 0, i = 0; v < height(); v++) {
            for (int u = 0; u < width(); u++, i++) {
                double[] p = camera.unproject(u, v, depth[i] > 0 ? depth[i] : Double.NaN);
                for (int c = 0; c < 3; c++) {
                    points[3 * i + c] = (float) p[c];
                }
            }
        }
        return points;
    }
}
