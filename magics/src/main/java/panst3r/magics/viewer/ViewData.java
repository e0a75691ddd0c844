package panst3r.magics.viewer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import panst3r.Progress;
import panst3r.image.View;
import panst3r.picture.Images;
import panst3r.picture.PointSample;
import panst3r.picture.ViewImage;
import panst3r.scene.Camera;
import panst3r.scene.PointCloud;
import panst3r.scene.PointQuery;
import panst3r.scene.Scene;

/**
 * What the document holds of one view, gathered in one pass over its points.
 *
 * @param photo JPEG
 * @param mapWidth of the small maps under the photo
 * @param mapHeight of the small maps
 * @param segment [mapHeight, mapWidth] ids
 * @param confidence [mapHeight, mapWidth], NaN where there is no point
 * @param depth [mapHeight, mapWidth], NaN where there is no point
 * @param medianDepth of the points before the camera
 */
record ViewData(
        PointSample sample,
        byte[] photo,
        int mapWidth,
        int mapHeight,
        char[] segment,
        float[] confidence,
        float[] depth,
        double medianDepth) {

    /** @param photos longest side of the photos in the document, in pixels; @param maps of the maps */
    static List<ViewData> of(Scene scene, int points, ViewerOptions options, int photos, int maps, Progress progress) {
        double share = PointSample.share(scene, points);
        List<ViewData> out = new ArrayList<>();
        for (int v = 0; v < scene.views(); v++) {
            progress.step("points", v, scene.views());
            PointCloud all = scene.points(PointQuery.all().views(v));
            PointCloud global =
                    options.global() ? scene.points(PointQuery.all().views(v).source(PointQuery.Source.GLOBAL)) : null;
            PointSample sample = PointSample.of(scene, v, all, global, share, options.seed());
            out.add(of(scene.cameras().get(v), scene.labelMap(v), all, sample, photos, maps));
        }
        return out;
    }

    private static ViewData of(Camera camera, int[] ids, PointCloud all, PointSample sample, int photos, int maps) {
        int width = camera.width();
        int height = camera.height();
        double scale = Math.min(1, (double) maps / Math.max(width, height));
        int mapWidth = Math.max(1, (int) Math.round(width * scale));
        int mapHeight = Math.max(1, (int) Math.round(height * scale));
        float[] confidences = ViewImage.confidences(camera.view(), all);
        float[] depths = ViewImage.depths(camera, all);
        char[] segment = new char[mapWidth * mapHeight];
        float[] confidence = new float[segment.length];
        float[] depth = new float[segment.length];
        eachMapPixel(width, height, mapWidth, mapHeight, (i, pixel) -> {
            segment[i] = (char) ids[pixel];
            confidence[i] = confidences[pixel];
            depth[i] = depths[pixel];
        });
        byte[] photo = Images.jpeg(Images.shrink(ViewImage.photo(camera.view()), photos), 0.8f);
        return new ViewData(sample, photo, mapWidth, mapHeight, segment, confidence, depth, median(depth));
    }

    interface MapPixel {
        void at(int index, int pixel);
    }

    /** Every pixel of the small maps and the working pixel that it shows. */
    void eachMapPixel(View view, MapPixel action) {
        eachMapPixel(view.width(), view.height(), mapWidth, mapHeight, action);
    }

    private static void eachMapPixel(int width, int height, int mapWidth, int mapHeight, MapPixel action) {
        for (int y = 0, i = 0; y < mapHeight; y++) {
            for (int x = 0; x < mapWidth; x++, i++) {
                action.at(i, (2 * y + 1) * height / (2 * mapHeight) * width + (2 * x + 1) * width / (2 * mapWidth));
            }
        }
    }

    /** With fewer points. */
    ViewData thinned(double share, long seed) {
        return new ViewData(
                sample.thinned(share, seed), photo, mapWidth, mapHeight, segment, confidence, depth, medianDepth);
    }

    private static double median(float[] depths) {
        float[] sorted = new float[depths.length];
        int n = 0;
        for (float d : depths) {
            if (d > 0) {
                sorted[n++] = d;
            }
        }
        Arrays.sort(sorted, 0, n);
        return n == 0 ? 1 : sorted[n / 2];
    }
}
