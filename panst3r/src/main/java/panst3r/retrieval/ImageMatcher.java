package panst3r.retrieval;

import ai.djl.ndarray.NDArray;
import java.nio.ByteBuffer;
import java.util.List;
import panst3r.Progress;

/**
 * A way of telling how alike images are, from what the encoder makes of them: first of each image alone what is needed of
 * it, then all together.
 */
public interface ImageMatcher {
    /**
     * What is needed of an image, up to some hundred kilobytes. The same bytes for the same tokens, so that they can be
     * kept from run to run; their order is the processor's.
     *
     * @param tokens of the image, [N, D] of the encoder
     */
    ByteBuffer descriptor(NDArray tokens);

    /** A digest of all that {@link #descriptor} depends on beside the tokens. */
    byte[] identity();

    /** How alike images are, in their order. */
    Similarity similarity(List<ByteBuffer> descriptors, Progress progress);

    /** Width of the encoder tokens that it wants; 0 if any will do. */
    int width();

    /** What it goes by, in a few words for the user. */
    String description();
}
