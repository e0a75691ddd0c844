package panst3r.merge;

import java.nio.FloatBuffer;
import panst3r.PanSt3RException;
import panst3r.Progress;

/**
 * The masks of a prediction together with what merges have already worked out from them: the probabilities above a
 * cutoff at mask resolution, the areas, the overlaps. Made by {@link Merge#prepare}; filled when first needed; safe to
 * use from several threads.
 */
public final class PreparedMasks implements MaskSource {
    private final MaskSource source;
    private final int threads;
    private final long heapLimit;
    private KeptMasks kept;
    private long[] areas;
    private Overlaps overlaps;
    private float[] overlapWeights;

    PreparedMasks(MaskSource source) {
        this(
                source,
                Runtime.getRuntime().availableProcessors(),
                Runtime.getRuntime().maxMemory() / 16);
    }

    private PreparedMasks(MaskSource source, int threads, long heapLimit) {
        this.source = source;
        this.threads = threads;
        this.heapLimit = heapLimit;
        check(source);
    }

    /** The same masks, worked on by so many threads; the results are the same to the last bit. */
    public PreparedMasks threads(int count) {
        if (count < 1) {
            throw new PanSt3RException("The number of threads is " + count + " but must be at least 1.");
        }
        return new PreparedMasks(source, count, heapLimit);
    }

    /**
     * The same masks, of which at most so many bytes are kept on the heap and the rest in a mapped temporary file; without
     * this, a sixteenth of the heap: a notebook holds several scenes.
     */
    public PreparedMasks heapLimit(long bytes) {
        return new PreparedMasks(source, threads, bytes);
    }

    /** @throws PanSt3RException if the classes are those of another prediction */
    PreparedMasks fitting(ClassLogits classes) {
        if (classes.queries() != queries() || classes.classes() < 1) {
            throw new PanSt3RException("The class logits are of " + classes.queries() + " queries and "
                    + classes.classes() + " classes but the masks of " + queries()
                    + " queries, so they are not of one prediction.");
        }
        return this;
    }

    int threads() {
        return threads;
    }

    /** Probabilities of which every pixel above {@code cutoff} is exact. */
    synchronized Probabilities above(float cutoff, Progress progress) {
        if (kept == null || kept.cutoff() > cutoff) {
            kept = KeptMasks.of(source, cutoff, new Spill(heapLimit), threads, progress);
        }
        return kept;
    }

    /** Per query, pixels with probability ≥ ½ over all views. */
    synchronized long[] areas(Progress progress) {
        if (areas == null) {
            Probabilities half = above(StandardMerge.CUTOFF, progress);
            long[] sums = new long[queries()];
            int views = views();
            Parallel.run(queries() * views, threads, "areas", progress, () -> {
                BandReader reader = new BandReader(source, half);
                return task -> {
                    int query = task / views;
                    int view = task % views;
                    long n = 0;
                    for (int y = 0; y < height(view); y += Owners.BAND) {
                        n += atLeastHalf(reader, view, query, y, Math.min(height(view), y + Owners.BAND));
                    }
                    synchronized (sums) {
                        sums[query] += n;
                    }
                };
            });
            areas = sums;
        }
        return areas;
    }

    private int atLeastHalf(BandReader reader, int view, int query, int y0, int y1) {
        if (!reader.read(view, query, y0, y1)) {
            return 0;
        }
        int n = 0;
        for (int y = 0; y < y1 - y0; y++) {
            int at = y * width(view);
            for (int x = reader.from[y]; x < reader.to[y]; x++) {
                n += reader.values[at + x] >= 0.5f ? 1 : 0;
            }
        }
        return n;
    }

    /** Overlaps of all pairs, each mask weighted first; {@code weights} may be null. */
    synchronized Overlaps overlaps(float[] weights, Progress progress) {
        if (overlaps == null || !java.util.Arrays.equals(overlapWeights, weights)) {
            overlaps = Overlaps.of(source, weights, threads, progress);
            overlapWeights = weights;
        }
        return overlaps;
    }

    private static void check(MaskSource s) {
        if (s.queries() < 1 || s.queries() > Short.MAX_VALUE || s.views() < 1) {
            throw new PanSt3RException("Masks of " + s.queries() + " queries in " + s.views()
                    + " views cannot be merged; there must be at least one view and 1 … " + Short.MAX_VALUE
                    + " queries.");
        }
        for (int v = 0; v < s.views(); v++) {
            int mask = s.maskHeight(v) * s.maskWidth(v);
            if (mask < 1 || s.height(v) < 1 || s.width(v) < 1 || s.logits(v).limit() < (long) mask * s.queries()) {
                throw new PanSt3RException("View " + v + " has " + s.logits(v).limit() + " mask logits for "
                        + s.queries() + " queries of " + s.maskHeight(v) + " × " + s.maskWidth(v)
                        + " and cannot be merged; run the model again.");
            }
        }
    }

    @Override
    public int queries() {
        return source.queries();
    }

    @Override
    public int views() {
        return source.views();
    }

    @Override
    public int height(int view) {
        return source.height(view);
    }

    @Override
    public int width(int view) {
        return source.width(view);
    }

    @Override
    public int maskHeight(int view) {
        return source.maskHeight(view);
    }

    @Override
    public int maskWidth(int view) {
        return source.maskWidth(view);
    }

    @Override
    public FloatBuffer logits(int view) {
        return source.logits(view);
    }
}
