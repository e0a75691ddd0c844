package panst3r.training;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * The instances of one scene that any of its views sees.
 *
 * @param labels class of every instance, [M]
 * @param masks [M][V][H_v·W_v], not 0 inside
 * @param heights H_v, [V]
 * @param widths W_v, [V]
 * @param inClassSet [K]: which classes the data set knows; only these enter its loss
 */
public record Target(int[] labels, byte[][][] masks, int[] heights, int[] widths, boolean[] inClassSet) {
    public int instances() {
        return labels.length;
    }

    public int views() {
        return heights.length;
    }

    /**
     * The class in the middle of every patch of the first views, −1 where no instance is.
     *
     * @return [count·N]
     */
    int[] tokenLabels(int count, int patch) {
        List<Integer> out = new ArrayList<>();
        for (int v = 0; v < count; v++) {
            for (int y = patch / 2; y < heights[v]; y += patch) {
                for (int x = patch / 2; x < widths[v]; x += patch) {
                    int pixel = y * widths[v] + x;
                    int label = -1;
                    for (int m = 0; m < labels.length; m++) {
                        label = masks[m][v][pixel] != 0 ? labels[m] : label;
                    }
                    out.add(label);
                }
            }
        }
        return out.stream().mapToInt(Integer::intValue).toArray();
    }

    /**
     * Points at which all masks can be compared: in every view one half anywhere, the other half at instances that the view
     * shows, each as often as any other, so that small ones get their share.
     *
     * @param count P
     * @return per view [P, 2] (x, y) in [0, 1]²
     */
    float[][] points(int count, Random random) {
        float[][] out = new float[views()][2 * count];
        for (int v = 0; v < views(); v++) {
            List<int[]> shown = new ArrayList<>();
            for (byte[][] mask : masks) {
                byte[] here = mask[v];
                int[] pixels = IntStream.range(0, here.length)
                        .filter(i -> here[i] != 0)
                        .toArray();
                if (pixels.length > 0) {
                    shown.add(pixels);
                }
            }
            for (int i = 0; i < count; i++) {
                float x = random.nextFloat();
                float y = random.nextFloat();
                if (i % 2 == 1 && !shown.isEmpty()) {
                    int[] pixels = shown.get(random.nextInt(shown.size()));
                    int pixel = pixels[random.nextInt(pixels.length)];
                    x = (pixel % widths[v] + 0.5f) / widths[v];
                    y = (pixel / widths[v] + 0.5f) / heights[v];
                }
                out[v][2 * i] = x;
                out[v][2 * i + 1] = y;
            }
        }
        return out;
    }

    /**
     * Bilinear samples of an instance's mask in a view.
     *
     * @param points [P, 2] (x, y) in [0, 1]²
     */
    float[] sample(int instance, int view, float[] points) {
        int height = heights[view];
        int width = widths[view];
        byte[] mask = masks[instance][view];
        float[] out = new float[points.length / 2];
        int[] index = new int[4];
        float[] weight = new float[4];
        for (int i = 0; i < out.length; i++) {
            PointSample.corners(points[2 * i], points[2 * i + 1], height, width, index, weight);
            float sum = 0;
            for (int k = 0; k < 4; k++) {
                sum += mask[index[k]] != 0 ? weight[k] : 0;
            }
            out[i] = sum;
        }
        return out;
    }
}
