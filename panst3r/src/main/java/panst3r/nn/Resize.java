package panst3r.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/**
 * Resampling of maps with half-pixel centres and without antialias: one small matrix for the rows and one for the
 * columns, so that it is exact, differentiable, and plainly linear.
 */
public final class Resize {
    private final int fromHeight;
    private final int fromWidth;
    private final int toHeight;
    private final int toWidth;
    private final NDArray rows;
    private final NDArray columns;

    private Resize(NDManager manager, Kernel kernel, int fromHeight, int fromWidth, int toHeight, int toWidth) {
        this.fromHeight = fromHeight;
        this.fromWidth = fromWidth;
        this.toHeight = toHeight;
        this.toWidth = toWidth;
        rows = matrix(manager, kernel, fromHeight, toHeight);
        columns = matrix(manager, kernel, fromWidth, toWidth);
    }

    private static NDArray matrix(NDManager manager, Kernel kernel, int from, int to) {
        // duplicated into native memory: a backward pass may want it after this object is gone
        return Scope.run(() ->
                manager.create(kernel.weights(from, to), new Shape(to, from)).duplicate());
    }

    /** @param manager owns the matrices */
    public static Resize bilinear(NDManager manager, int fromHeight, int fromWidth, int toHeight, int toWidth) {
        return new Resize(manager, Kernel.LINEAR, fromHeight, fromWidth, toHeight, toWidth);
    }

    /** Cubic convolution with a = −0.75; beyond the border the outermost value is repeated. */
    public static Resize bicubic(NDManager manager, int fromHeight, int fromWidth, int toHeight, int toWidth) {
        return new Resize(manager, Kernel.CUBIC, fromHeight, fromWidth, toHeight, toWidth);
    }

    /** [.., h, w] to [.., h', w']. */
    public NDArray planes(NDArray x) {
        return rows.matMul(x).matMul(columns.transpose());
    }

    /** [h·w, C] to [h'·w', C]. */
    public NDArray tokens(NDArray x) {
        long channels = x.getShape().get(1);
        NDArray tall = rows.matMul(x.reshape(fromHeight, fromWidth * channels));
        return columns.matMul(tall.reshape(toHeight, fromWidth, channels)).reshape((long) toHeight * toWidth, channels);
    }

    private enum Kernel {
        LINEAR {
            @Override
            void add(float[] row, int offset, int from, double at) {
                double clamped = Math.max(at, 0);
                int first = (int) clamped;
                row[offset + Math.min(first, from - 1)] += (float) (1 - (clamped - first));
                row[offset + Math.min(first + 1, from - 1)] += (float) (clamped - first);
            }
        },
        CUBIC {
            @Override
            void add(float[] row, int offset, int from, double at) {
                int first = (int) Math.floor(at);
                for (int tap = first - 1; tap <= first + 2; tap++) {
                    row[offset + Math.max(0, Math.min(tap, from - 1))] += (float) cubic(Math.abs(at - tap));
                }
            }
        };

        /** Adds to a row of the matrix what the input at (fractional) index {@code at} is made of. */
        abstract void add(float[] row, int offset, int from, double at);

        float[] weights(int from, int to) {
            float[] matrix = new float[to * from];
            for (int i = 0; i < to; i++) {
                add(matrix, i * from, from, (i + 0.5) * from / to - 0.5);
            }
            return matrix;
        }

        private static double cubic(double x) {
            double a = -0.75;
            return x <= 1 ? ((a + 2) * x - (a + 3)) * x * x + 1 : ((a * x - 5 * a) * x + 8 * a) * x - 4 * a;
        }
    }
}
