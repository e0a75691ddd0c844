package panst3r.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/**
 * Bilinear samples at points in [0, 1]²; pixel centres at half-integers, zero outside (training.md). Differentiable with
 * respect to the map.
 */
final class PointSample {
    private PointSample() {}

    /** The four pixels around a point and what each weighs; one outside weighs 0. */
    static void corners(float x, float y, int height, int width, int[] index, float[] weight) {
        float px = x * width - 0.5f;
        float py = y * height - 0.5f;
        int x0 = (int) Math.floor(px);
        int y0 = (int) Math.floor(py);
        float fx = px - x0;
        float fy = py - y0;
        for (int k = 0; k < 4; k++) {
            int cx = x0 + (k & 1);
            int cy = y0 + (k >> 1);
            boolean inside = cx >= 0 && cx < width && cy >= 0 && cy < height;
            index[k] = inside ? cy * width + cx : 0;
            weight[k] = inside ? ((k & 1) == 0 ? 1 - fx : fx) * (k < 2 ? 1 - fy : fy) : 0;
        }
    }

    /**
     * @param rows [h·w, C], a map by pixels
     * @param points [P, 2]
     * @return [P, C]
     */
    static NDArray rows(NDArray rows, int height, int width, float[] points) {
        NDManager manager = rows.getManager();
        int n = points.length / 2;
        long[][] index = new long[4][n];
        float[][] weight = new float[4][n];
        int[] pixel = new int[4];
        float[] share = new float[4];
        for (int i = 0; i < n; i++) {
            corners(points[2 * i], points[2 * i + 1], height, width, pixel, share);
            for (int k = 0; k < 4; k++) {
                index[k][i] = pixel[k];
                weight[k][i] = share[k];
            }
        }
        NDArray out = null;
        for (int k = 0; k < 4; k++) {
            NDArray corner = rows.get(manager.create(index[k])).mul(manager.create(weight[k], new Shape(n, 1)));
            out = out == null ? corner : out.add(corner);
        }
        return out;
    }
}
