package panst3r.picture;

import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.function.IntUnaryOperator;
import panst3r.image.View;
import panst3r.scene.Camera;
import panst3r.scene.PointCloud;
import panst3r.scene.PointQuery;
import panst3r.scene.Scene;

/** Pictures of one view, in working pixels. */
public final class ViewImage {
    private ViewImage() {}

    /** The photo as the network saw it. */
    public static BufferedImage photo(View view) {
        float[] p = view.pixels();
        int n = view.width() * view.height();
        return image(view, i -> channel(p[i]) << 16 | channel(p[n + i]) << 8 | channel(p[2 * n + i]));
    }

    /** Segment colours over the photo; {@code blend} 1 hides the photo. */
    public static BufferedImage segments(Scene scene, int view, Colouring colours, double blend) {
        View v = scene.view(view);
        int[] ids = scene.labelMap(view);
        BufferedImage photo = photo(v);
        return image(
                v,
                i -> Palette.mix(
                        photo.getRGB(i % v.width(), i / v.width()) & 0xffffff, colours.ofSegment(ids[i]), blend));
    }

    /** Confidence on the scale of {@link Colouring#ofConfidence}; black where there is no point. */
    public static BufferedImage confidence(Scene scene, int view, Colouring colours) {
        float[] values = confidences(scene, view);
        return image(scene.view(view), i -> Float.isNaN(values[i]) ? 0 : colours.ofConfidence(values[i]));
    }

    /** Depth on the scale of {@link Colouring#ofDepth}; black where there is no point. */
    public static BufferedImage depth(Scene scene, int view, Colouring colours) {
        float[] values = depths(scene, view);
        return image(scene.view(view), i -> Float.isNaN(values[i]) ? 0 : colours.ofDepth(values[i]));
    }

    /** [H, W] confidence of every pixel, NaN where there is no point. */
    public static float[] confidences(Scene scene, int view) {
        return confidences(scene.view(view), scene.points(PointQuery.all().views(view)));
    }

    /** The same, of the view's points. */
    public static float[] confidences(View view, PointCloud cloud) {
        float[] out = new float[view.width() * view.height()];
        Arrays.fill(out, Float.NaN);
        for (int i = 0; i < cloud.size(); i++) {
            out[cloud.row()[i] * view.width() + cloud.column()[i]] = cloud.confidence()[i];
        }
        return out;
    }

    /** [H, W] z in the camera's frame of every pixel, NaN where there is no point. */
    public static float[] depths(Scene scene, int view) {
        return depths(scene.cameras().get(view), scene.points(PointQuery.all().views(view)));
    }

    /** The same, of the view's points. */
    public static float[] depths(Camera camera, PointCloud cloud) {
        double[] m = camera.cameraToWorld();
        float[] p = cloud.xyz();
        float[] out = new float[camera.width() * camera.height()];
        Arrays.fill(out, Float.NaN);
        for (int i = 0; i < cloud.size(); i++) {
            double z = m[2] * (p[3 * i] - m[3]) + m[6] * (p[3 * i + 1] - m[7]) + m[10] * (p[3 * i + 2] - m[11]);
            out[cloud.row()[i] * camera.width() + cloud.column()[i]] = (float) z;
        }
        return out;
    }

    private static BufferedImage image(View view, IntUnaryOperator rgb) {
        BufferedImage out = new BufferedImage(view.width(), view.height(), BufferedImage.TYPE_INT_RGB);
        for (int y = 0, i = 0; y < view.height(); y++) {
            for (int x = 0; x < view.width(); x++, i++) {
                out.setRGB(x, y, rgb.applyAsInt(i));
            }
        }
        return out;
    }

    private static int channel(float value) {
        return Math.max(0, Math.min(255, Math.round((value + 1) * 127.5f)));
    }
}
