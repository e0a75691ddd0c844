package panst3r.merge;

import java.nio.FloatBuffer;

/**
 * Raw mask logits, handed out one view at a time so that nothing of size queries × views × pixels is ever held.
 * Safe to read from several threads.
 */
public interface MaskSource {
    /** Number of queries, Q. */
    int queries();

    /** Number of views, V. */
    int views();

    /** Height of view {@code view} in working pixels, H. */
    int height(int view);

    /** Width of view {@code view} in working pixels, W. */
    int width(int view);

    /** Height of its mask logits; H/2 for the released models. */
    int maskHeight(int view);

    /** Width of its mask logits; W/2 for the released models. */
    int maskWidth(int view);

    /** Mask logits of one view, [Q, maskHeight, maskWidth] row-major; an independent position, not to be written. */
    FloatBuffer logits(int view);
}
