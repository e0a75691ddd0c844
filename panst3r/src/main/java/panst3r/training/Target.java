package panst3r.training;

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
