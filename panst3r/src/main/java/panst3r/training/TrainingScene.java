package panst3r.training;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import panst3r.PanSt3RException;
import panst3r.rooms.RoomCamera;
import panst3r.rooms.RoomSample;
import panst3r.rooms.RoomView;

/**
 * A scene as the losses want it; all views of one size.
 *
 * @param height H
 * @param width W
 * @param pixels [V][3·H·W] in [−1, 1]
 * @param focals [V] in pixels
 * @param global [V, H, W, 3] true points in the frame of view 0's camera, 0 where unknown
 * @param local likewise, each in its own camera
 * @param valid [V, H, W] 1 where there is a true point
 * @param target the instances with at least {@link #LEAST_PIXELS} pixels
 */
record TrainingScene(
        int height,
        int width,
        float[][] pixels,
        double[] focals,
        float[] global,
        float[] local,
        float[] valid,
        Target target) {
    /** Fewer pixels in all views together are no object that anyone could find. */
    static final int LEAST_PIXELS = 24;

    /**
     * @param jitter strength of the changes of brightness and colour, 0 for none
     * @throws PanSt3RException if a view has no valid depth or another size
     */
    static TrainingScene of(RoomSample sample, double jitter, Random random) {
        List<RoomView> views = sample.views();
        int height = views.get(0).height();
        int width = views.get(0).width();
        int n = height * width;
        float[][] pixels = new float[views.size()][];
        double[] focals = new double[views.size()];
        float[] global = new float[3 * n * views.size()];
        float[] local = new float[global.length];
        float[] valid = new float[n * views.size()];
        double[] reference = views.get(0).camera().cameraToWorld();
        for (int v = 0; v < views.size(); v++) {
            RoomView view = views.get(v);
            if (view.height() != height || view.width() != width) {
                throw new PanSt3RException("View " + view.name() + " of " + sample.name() + " is " + view.width() + "×"
                        + view.height() + ", the first is " + width + "×" + height
                        + "; training needs views of one size in a scene.");
            }
            pixels[v] = jittered(view.pixels(), jitter, random);
            RoomCamera camera = view.camera();
            focals[v] = camera.fx();
            boolean any = false;
            for (int i = 0; i < n; i++) {
                double z = view.depth()[i];
                if (!(z > 0)) {
                    continue;
                }
                any = true;
                int at = v * n + i;
                valid[at] = 1;
                local[3 * at] = (float) ((i % width - camera.cx()) / camera.fx() * z);
                local[3 * at + 1] = (float) ((i / width - camera.cy()) / camera.fy() * z);
                local[3 * at + 2] = (float) z;
                toReference(camera.cameraToWorld(), reference, local, global, 3 * at);
            }
            if (!any) {
                throw new PanSt3RException("View " + view.name() + " of " + sample.name()
                        + " has no pixel with a depth; leave it out of the training set.");
            }
        }
        return new TrainingScene(height, width, pixels, focals, global, local, valid, target(sample, height, width));
    }

    int views() {
        return pixels.length;
    }

    /**
     * True points, or what else is stored by pixel, at some pixels of every patch.
     *
     * @param values [V, H, W, C]
     * @param count how many views' values; after the last of the scene it begins again with the first
     * @param pixels of a patch, row by row
     * @param out [count, N, P, C] goes here, from {@code at} on
     */
    void gather(float[] values, int channels, int count, int patch, int[] pixels, float[] out, int at) {
        int columns = width / patch;
        int tokens = height / patch * columns;
        for (int i = 0; i < count; i++) {
            int v = i % views();
            for (int t = 0; t < tokens; t++) {
                for (int pixel : pixels) {
                    int y = t / columns * patch + pixel / patch;
                    int x = t % columns * patch + pixel % patch;
                    System.arraycopy(values, ((v * height + y) * width + x) * channels, out, at, channels);
                    at += channels;
                }
            }
        }
    }

    private static void toReference(double[] c2w, double[] reference, float[] from, float[] to, int at) {
        double[] world = new double[3];
        for (int r = 0; r < 3; r++) {
            world[r] = c2w[4 * r + 3]
                    - reference[4 * r + 3]
                    + c2w[4 * r] * from[at]
                    + c2w[4 * r + 1] * from[at + 1]
                    + c2w[4 * r + 2] * from[at + 2];
        }
        for (int r = 0; r < 3; r++) {
            to[at + r] = (float) (reference[r] * world[0] + reference[4 + r] * world[1] + reference[8 + r] * world[2]);
        }
    }

    private static Target target(RoomSample sample, int height, int width) {
        long[] areas = sample.areas();
        int[] classOf = sample.classOfId();
        int[] ids = java.util.stream.IntStream.range(1, areas.length)
                .filter(id -> areas[id] >= LEAST_PIXELS && classOf[id] >= 0)
                .toArray();
        int views = sample.views().size();
        byte[][][] masks = new byte[ids.length][views][height * width];
        int[] index = new int[areas.length];
        Arrays.fill(index, -1);
        int[] labels = new int[ids.length];
        for (int m = 0; m < ids.length; m++) {
            index[ids[m]] = m;
            labels[m] = classOf[ids[m]];
        }
        for (int v = 0; v < views; v++) {
            int[] map = sample.views().get(v).ids();
            for (int i = 0; i < map.length; i++) {
                if (index[map[i]] >= 0) {
                    masks[index[map[i]]][v][i] = 1;
                }
            }
        }
        int[] heights = new int[views];
        int[] widths = new int[views];
        Arrays.fill(heights, height);
        Arrays.fill(widths, width);
        boolean[] inClassSet = new boolean[sample.classes().size()];
        Arrays.fill(inClassSet, true);
        return new Target(labels, masks, heights, widths, inClassSet);
    }

    private static float[] jittered(float[] pixels, double strength, Random random) {
        if (strength == 0) {
            return pixels;
        }
        int n = pixels.length / 3;
        float contrast = (float) (1 + strength * (2 * random.nextDouble() - 1));
        float[] shift = new float[3];
        float brightness = (float) (strength * (2 * random.nextDouble() - 1));
        for (int c = 0; c < 3; c++) {
            shift[c] = brightness + (float) (0.3 * strength * (2 * random.nextDouble() - 1));
        }
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = Math.max(-1, Math.min(1, pixels[i] * contrast + shift[i / n]));
        }
        return pixels;
    }
}
