package panst3r.inference;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.security.MessageDigest;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import panst3r.PanSt3RException;
import panst3r.Progress;
import panst3r.UserCache;
import panst3r.image.View;
import panst3r.model.Grid;
import panst3r.model.PanSt3R;
import panst3r.model.Tap;
import panst3r.retrieval.ImageMatcher;

/**
 * What the network makes of each view alone: taken from the cache, or computed and put there. One view at a time, because
 * the last bits of a batch depend on who is in it, and a view from the cache must be the same as one that is computed.
 */
final class Features implements AutoCloseable {
    private final PanSt3R model;
    private final List<View> views;
    private final Progress progress;
    private final byte[][] pixels;
    private final BitSet anew = new BitSet();
    private final BitSet found = new BitSet();
    private final Spill spill; // null: what is not in the cache is computed when asked for
    private final NDManager held;
    private final Map<String, NDArray> kept = new HashMap<>();
    private FeatureCache cache; // null: none, or not any more

    /**
     * @param cache or null
     * @param spill where arrays go that are not in the cache and will be asked for again, or null if none will
     */
    Features(PanSt3R model, List<View> views, FeatureCache cache, Spill spill, Progress progress) {
        this.spill = spill;
        this.held = model.manager().newSubManager();
        this.model = model;
        this.views = views;
        this.cache = cache;
        this.progress = progress;
        this.pixels = new byte[views.size()][];
    }

    /** Whether arrays lie in the cache's files rather than in memory. */
    boolean onDisk() {
        return cache != null;
    }

    /** Tokens of the encoder, [1, N, De]. */
    NDArray encoded(int view, Tap tap) {
        Supplier<NDArray> forward = () -> model.encoder().forward(image(view), tap);
        byte[] weights = cache == null ? null : model.encoderIdentity().orElse(null);
        return kept(
                "encoder " + view,
                () -> get(view, weights, model.config().encoder().embedDim(), tap, forward));
    }

    /** Tokens of DINOv2, [1, N, D]. */
    NDArray seen(int view, Tap tap) {
        Supplier<NDArray> forward = () -> model.panoptic().dino().forward(image(view), tap);
        byte[] weights = cache == null ? null : model.dinoIdentity().orElse(null);
        int width = model.config().dino().orElseThrow().hiddenSize();
        return kept("dino " + view, () -> get(view, weights, width, tap, forward));
    }

    /**
     * What a matcher needs of a view, which is kept like what it is made of.
     *
     * @param tokens asked for if it is not there: [N, De] of the encoder
     */
    ByteBuffer descriptor(int view, ImageMatcher matcher, Supplier<NDArray> tokens) {
        byte[] encoder = cache == null ? null : model.encoderIdentity().orElse(null);
        if (encoder == null) {
            return matcher.descriptor(tokens.get());
        }
        MessageDigest both = UserCache.digest();
        both.update(encoder);
        FeatureCache.Key key = new FeatureCache.Key(both.digest(matcher.identity()), pixels(view));
        ByteBuffer known = cache.find(key);
        if (known != null) {
            found.set(view);
            return known;
        }
        ByteBuffer made = matcher.descriptor(tokens.get());
        keep(key, made);
        return made;
    }

    /** A line for the user, if the cache was of use. */
    void report() {
        BitSet whole = (BitSet) found.clone();
        whole.andNot(anew);
        if (!whole.isEmpty()) {
            progress.note(String.format(
                    "%d of %d photos encoded anew, the others taken from the cache.",
                    anew.cardinality(), anew.cardinality() + whole.cardinality()));
        }
    }

    /** A copy of what was made before; else what is made, of which a copy is kept if it is not in the cache. */
    private NDArray kept(String name, Supplier<NDArray> make) {
        if (kept.containsKey(name)) {
            return kept.get(name).duplicate();
        }
        NDArray made = make.get();
        if (spill != null && cache == null) {
            NDArray copy = spill.keep(made.duplicate());
            NDScope.unregister(copy);
            copy.attach(held);
            kept.put(name, copy);
        }
        return made;
    }

    @Override
    public void close() {
        held.close();
    }

    private NDArray get(int view, byte[] weights, int width, Tap tap, Supplier<NDArray> forward) {
        if (weights == null || tap.isOpen()) { // who looks inside wants to see how it is made
            return forward.get();
        }
        FeatureCache.Key key = new FeatureCache.Key(weights, pixels(view));
        Shape shape = new Shape(1, grid(view).tokens(), width);
        ByteBuffer known = cache.find(key, (int) shape.size());
        (known == null ? anew : found).set(view);
        if (known == null) {
            NDArray computed = forward.get();
            keep(key, computed.toByteBuffer(true));
            known = cache == null ? null : cache.find(key, (int) shape.size());
            if (known == null) {
                return computed;
            }
            computed.close();
        }
        return model.manager().create(known, shape, DataType.FLOAT32);
    }

    private void keep(FeatureCache.Key key, ByteBuffer values) {
        if (cache == null) {
            return;
        }
        try {
            cache.put(key, values);
        } catch (PanSt3RException e) {
            progress.warn(e.getMessage());
            cache = null; // one sentence is enough
        }
    }

    private byte[] pixels(int i) {
        if (pixels[i] == null) {
            View view = views.get(i);
            ByteBuffer bytes = ByteBuffer.allocate(8 + 4 * view.pixels().length)
                    .putInt(view.height())
                    .putInt(view.width());
            bytes.asFloatBuffer().put(FloatBuffer.wrap(view.pixels()));
            pixels[i] = UserCache.digest().digest(bytes.array());
        }
        return pixels[i];
    }

    private Grid grid(int i) {
        View view = views.get(i);
        return Grid.of(view.height(), view.width(), model.config().encoder().patchSize());
    }

    private NDArray image(int i) {
        View view = views.get(i);
        return model.manager().create(view.pixels(), new Shape(1, 3, view.height(), view.width()));
    }
}
