package panst3r.inference;

import ai.djl.ndarray.NDArray;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.IntStream;
import panst3r.PanSt3RException;
import panst3r.Progress;
import panst3r.image.View;
import panst3r.retrieval.ImageMatcher;

/** Chooses the views that go into the memory (inference.md, step 2). Another way of choosing is another lambda. */
@FunctionalInterface
public interface Keyframes {
    /**
     * @param views at least two
     * @return indices into {@code views}, each once, in the order in which they enter the memory; the first is the
     *     reference frame of the world
     */
    List<Integer> choose(List<View> views);

    /** Whether the choice among so many views depends on what they show, so that it asks for what the encoder makes of them. */
    default boolean looks(int views) {
        return false;
    }

    /**
     * The choice after a look, where {@link #looks} says so; {@link #choose(List)} then gives as many, for an estimate of
     * what the run needs.
     */
    default List<Integer> choose(List<View> views, Encodings encodings, Progress progress) {
        return choose(views);
    }

    /** What the encoder makes of views. */
    @FunctionalInterface
    interface Encodings {
        /** Tokens [N, D] of a view. */
        NDArray of(int view);

        /** What is needed of a view to compare it with others; perhaps from an earlier run, and then without its tokens. */
        default ByteBuffer descriptor(int view, ImageMatcher matcher) {
            return matcher.descriptor(of(view));
        }
    }

    /** Every view, in order. */
    static Keyframes all() {
        return views -> IntStream.range(0, views.size()).boxed().toList();
    }

    /**
     * {@code count} views evenly spaced over the sequence, or all if there are no more.
     *
     * @throws PanSt3RException if {@code count} is less than 2
     */
    static Keyframes evenlySpaced(int count) {
        checkCount(count);
        return views -> {
            int v = views.size();
            if (count >= v) {
                return all().choose(views);
            }
            double step = (v - 1) / (double) (count - 1);
            // the last is set as it is, not computed, as NumPy's linspace does
            return IntStream.range(0, count)
                    .mapToObj(i -> i == count - 1 ? v - 1 : (int) (i * step))
                    .toList();
        };
    }

    /** @throws PanSt3RException if it is less than 2 */
    static void checkCount(int count) {
        if (count < 2) {
            throw new PanSt3RException("At least 2 keyframes are needed, not " + count + ".");
        }
    }
}
