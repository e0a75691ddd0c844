package panst3r.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.HashMap;
import java.util.Map;

/**
 * Rotary position embedding in two dimensions (RoPE, Su et al. 2021): the first half of every head is turned by angles
 * that grow with the row of a token, the second half with its column, so that scores depend on where tokens lie relative
 * to each other.
 */
public final class Rope2d {
    private final double base;
    private final double scale;
    private final int headDim;
    private final NDManager manager;
    private final Map<Long, Table> grids = new HashMap<>();

    /**
     * @param base of the frequencies; 100 in the released models
     * @param scale what positions are multiplied by
     * @param headDim width of one head, a multiple of 4
     * @param manager owns the tables
     */
    public Rope2d(double base, double scale, int headDim, NDManager manager) {
        this.base = base;
        this.scale = scale;
        this.headDim = headDim;
        this.manager = manager;
    }

    /** Positions of the tokens of an image, row by row; computed once for each size. */
    public Table grid(int rows, int columns) {
        return grids.computeIfAbsent((long) rows << 32 | columns, key -> {
            int[] y = new int[rows * columns];
            int[] x = new int[rows * columns];
            for (int i = 0; i < y.length; i++) {
                y[i] = i / columns;
                x[i] = i % columns;
            }
            return positions(y, x);
        });
    }

    /** Any positions. */
    public Table positions(int[] y, int[] x) {
        int quarter = headDim / 4; // one angle turns a pair of numbers of one of the two halves
        float[] cos = new float[y.length * 2 * quarter];
        float[] sin = new float[cos.length];
        int at = 0;
        for (int token = 0; token < y.length; token++) {
            for (int axis = 0; axis < 2; axis++) {
                for (int j = 0; j < quarter; j++) {
                    double angle = (axis == 0 ? y[token] : x[token]) * scale / Math.pow(base, j / (double) quarter);
                    cos[at] = (float) Math.cos(angle);
                    sin[at++] = (float) Math.sin(angle);
                }
            }
        }
        Shape shape = new Shape(y.length, 1, 2, 1, quarter);
        return new Table(
                Scope.keep(manager, () -> manager.create(cos, shape)),
                Scope.keep(manager, () -> manager.create(sin, shape)));
    }

    /** Cosines and sines, [N, 1, 2 axes, 1, headDim / 4]. */
    public record Table(NDArray cos, NDArray sin) {
        /**
         * @param x [B, N, heads, headDim]
         * @return the same, turned; pairs are (j, j + headDim/4) within each half
         */
        public NDArray rotate(NDArray x) {
            Shape shape = x.getShape();
            NDArray halves = x.reshape(shape.get(0), shape.get(1), shape.get(2), 2, 2, shape.get(3) / 4);
            return Kernels.rotate(halves, cos, sin).reshape(shape);
        }
    }
}
