package panst3r.inference;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import panst3r.PanSt3RException;
import panst3r.Progress;
import panst3r.image.View;
import panst3r.retrieval.ImageMatcher;
import panst3r.retrieval.Similarity;

/**
 * Keyframes that lie far apart, chosen by how alike the photos are (retrieval.md). Good where photos are in no order, or
 * where some places were photographed far more often than others.
 */
public final class RetrievalKeyframes implements Keyframes {
    private final int count;
    private final ImageMatcher matcher;
    private final long seed;
    private volatile Similarity similarity;

    /**
     * @param seed the search for far ones begins with an image drawn at random
     * @throws PanSt3RException if {@code count} is less than 2
     */
    public RetrievalKeyframes(int count, ImageMatcher matcher, long seed) {
        Keyframes.checkCount(count);
        this.count = count;
        this.matcher = matcher;
        this.seed = seed;
    }

    @Override
    public List<Integer> choose(List<View> views) {
        return Keyframes.evenlySpaced(count).choose(views);
    }

    @Override
    public boolean looks(int views) {
        return views > count;
    }

    @Override
    public List<Integer> choose(List<View> views, Encodings encodings, Progress progress) {
        List<ByteBuffer> descriptors = new ArrayList<>();
        for (int v = 0; v < views.size(); v++) {
            progress.step("encode", v, views.size());
            descriptors.add(encodings.descriptor(v, matcher));
        }
        progress.step("encode", views.size(), views.size());
        similarity = matcher.similarity(descriptors, progress);
        return similarity.keyframes(count, seed);
    }

    /** How alike the views of the latest run are; empty if there was none, or all its views were keyframes. */
    public Optional<Similarity> similarity() {
        return Optional.ofNullable(similarity);
    }
}
