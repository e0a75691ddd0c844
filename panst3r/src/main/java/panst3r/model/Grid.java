package panst3r.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/** How the tokens of an image lie: {@code rows × columns} patches, row by row. */
public record Grid(int rows, int columns) {
    /** Of an image whose sides are multiples of the patch size. */
    public static Grid of(int height, int width, int patchSize) {
        return new Grid(height / patchSize, width / patchSize);
    }

    /** Row and column of every token, int32 [batch, N, 2]. */
    NDArray positions(NDManager manager, long batch) {
        int[] yx = new int[2 * tokens()];
        for (int t = 0; t < tokens(); t++) {
            yx[2 * t] = t / columns;
            yx[2 * t + 1] = t % columns;
        }
        return manager.create(yx).reshape(1, tokens(), 2).repeat(0, batch);
    }

    /** Number of tokens, N. */
    public int tokens() {
        return rows * columns;
    }
}
