package panst3r.retrieval;

import ai.djl.ndarray.NDArray;
import panst3r.Progress;

/** A way of telling how alike images are, from what the encoder makes of them. */
public interface ImageMatcher {
    /** An empty collection of images to be compared with each other. */
    Gallery gallery();

    /** Width of the encoder tokens that it wants; 0 if any will do. */
    int width();

    /** What it goes by, in a few words for the user. */
    String description();

    /** Images in order of arrival. Keeps some kilobytes of each, no tokens. */
    interface Gallery {
        /** @param tokens of the next image, [N, D] of the encoder */
        void add(NDArray tokens);

        /** How alike all images are. */
        Similarity similarity(Progress progress);
    }
}
