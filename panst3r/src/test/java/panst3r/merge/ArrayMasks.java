package panst3r.merge;

import java.nio.FloatBuffer;
import java.util.List;

/**
 * Masks from arrays.
 *
 * @param sizes per view H, W, mask height, mask width
 * @param values per view [Q, mask height, mask width]
 */
record ArrayMasks(int queries, List<int[]> sizes, List<float[]> values) implements MaskSource {
    @Override
    public int views() {
        return sizes.size();
    }

    @Override
    public int height(int view) {
        return sizes.get(view)[0];
    }

    @Override
    public int width(int view) {
        return sizes.get(view)[1];
    }

    @Override
    public int maskHeight(int view) {
        return sizes.get(view)[2];
    }

    @Override
    public int maskWidth(int view) {
        return sizes.get(view)[3];
    }

    @Override
    public FloatBuffer logits(int view) {
        return FloatBuffer.wrap(values.get(view));
    }
}
