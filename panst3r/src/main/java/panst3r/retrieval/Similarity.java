package panst3r.retrieval;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * How alike images are.
 *
 * @param images V
 * @param scores [V, V] row-major, query and database image; not symmetric in general, higher is more alike
 * @param source what they go by, in a few words
 */
public record Similarity(int images, double[] scores, String source) {
    public Similarity {
        if (scores.length != images * images) {
            throw new IllegalArgumentException(scores.length + " scores of " + images + " images");
        }
    }

    public double of(int query, int image) {
        return scores[query * images + image];
    }

    /**
     * Keyframes that lie far apart, in an order in which each is alike to one before it (retrieval.md, step 3).
     *
     * @param count k, at most V
     * @param start the image that the search for far ones begins with; it is among the keyframes, but seldom the first
     */
    public List<Integer> keyframes(int count, int start) {
        return inOrder(anchors(count, start));
    }

    /** As {@link #keyframes(int, int)}, from an image drawn at random. */
    public List<Integer> keyframes(int count, long seed) {
        return keyframes(count, new Random(seed).nextInt(images));
    }

    /** Farthest-point sampling on 1 − score. */
    List<Integer> anchors(int count, int start) {
        double[] distance = new double[images];
        Arrays.fill(distance, Double.POSITIVE_INFINITY);
        List<Integer> anchors = new ArrayList<>();
        int next = start;
        while (next >= 0 && anchors.size() < count) {
            anchors.add(next);
            distance[next] = Double.NEGATIVE_INFINITY; // each image once, however unlike itself it is
            int farthest = -1;
            for (int i = 0; i < images; i++) {
                distance[i] = Math.min(distance[i], 1 - of(next, i));
                if (distance[i] > Double.NEGATIVE_INFINITY && (farthest < 0 || distance[i] > distance[farthest])) {
                    farthest = i;
                }
            }
            next = farthest;
        }
        return anchors;
    }

    /** Begins with the anchor that is most alike to the others; each next is the most alike to any before it. */
    private List<Integer> inOrder(List<Integer> anchors) {
        List<Integer> left = new ArrayList<>(anchors);
        List<Integer> order = new ArrayList<>();
        double[] best = new double[images];
        for (int a : anchors) {
            for (int b : anchors) {
                best[a] += a == b ? 0 : of(a, b);
            }
        }
        while (!left.isEmpty()) {
            int next = left.get(0);
            for (int a : left) {
                next = best[a] > best[next] ? a : next;
            }
            boolean first = order.isEmpty();
            order.add(next);
            left.remove((Integer) next);
            for (int a : left) {
                best[a] = first ? of(next, a) : Math.max(best[a], of(next, a));
            }
        }
        return order;
    }
}
