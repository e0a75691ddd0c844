package panst3r.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import panst3r.model.CrossBlock.KeysValues;
import panst3r.nn.Scope;

/**
 * The decoder's memory: for every block the keys and values of the tokens of all images put in so far, projected once and
 * then looked at by every image that is rendered. The checkpoint's {@code memory_mode} says in which form the authors'
 * program stores tokens (raw, normed, or projected); the results are the same, and this form computes least.
 *
 * <p>Holds native memory until closed: 2 · blocks · tokens · width floats.
 */
public final class Memory implements AutoCloseable {
    private final NDManager manager;
    private final int capacity;
    private final List<NDArray> keys = new ArrayList<>();
    private final List<NDArray> values = new ArrayList<>();

    /** First token of each image, in order of arrival; one more entry for the end. */
    private final List<Integer> starts = new ArrayList<>(List.of(0));

    /** Per block and image the stored form of the checkpoint's mode; filled only while a tap is open. */
    private final List<List<NDArray>> stored = new ArrayList<>();

    /**
     * @param scenes S, side by side; 1 but in training
     * @param capacity tokens of all images that will be put in, of one scene
     */
    Memory(NDManager parent, int blocks, int width, int scenes, int capacity) {
        manager = parent.newSubManager();
        this.capacity = capacity;
        for (int l = 0; l < blocks; l++) {
            keys.add(owned(manager.create(new Shape(scenes, capacity, width))));
            values.add(owned(manager.create(new Shape(scenes, capacity, width))));
            stored.add(new ArrayList<>());
        }
    }

    /** Number of images put in so far. */
    public int images() {
        return starts.size() - 1;
    }

    /** Number of tokens put in so far. */
    public int tokens() {
        return starts.get(images());
    }

    /** Which image, in order of arrival, each token came from. */
    public int[] labels() {
        int[] labels = new int[tokens()];
        for (int image = 0; image < images(); image++) {
            Arrays.fill(labels, starts.get(image), starts.get(image + 1), image);
        }
        return labels;
    }

    /** Everything in it, as block {@code l} sees it. */
    KeysValues at(int l) {
        NDIndex all = new NDIndex(":, 0:{}", tokens());
        return new KeysValues(keys.get(l).get(all), values.get(l).get(all));
    }

    /** Makes room for the tokens of one more image and returns its number. */
    int add(int tokens) {
        if (tokens() + tokens > capacity) {
            throw new IllegalStateException("memory for " + capacity + " tokens is full");
        }
        starts.add(tokens() + tokens);
        return images() - 1;
    }

    void put(int l, int image, KeysValues of) {
        put(keys, l, image, of.keys());
        put(values, l, image, of.values());
    }

    private void put(List<NDArray> store, int l, int image, NDArray tokens) {
        int from = starts.get(image);
        int to = starts.get(image + 1);
        NDArray all = store.get(l);
        if (!Scope.gradients()) {
            all.set(new NDIndex(":, {}:{}", from, to), tokens);
            return;
        }
        // a backward pass needs what was looked at as it was
        NDArray before = all.get(new NDIndex(":, 0:{}", from));
        NDArray after = all.get(new NDIndex(":, {}:{}", to, capacity));
        NDArray changed = owned(NDArrays.concat(new NDList(before, tokens, after), 1));
        changed.attach(manager);
        store.set(l, changed);
    }

    void record(int l, int image, NDArray form) {
        List<NDArray> images = stored.get(l);
        NDArray copy = owned(form.duplicate());
        copy.attach(manager);
        if (image < images.size()) {
            images.set(image, copy).close();
        } else {
            images.add(copy);
        }
    }

    /** What the tap saw go in, one after the other. */
    void show(Tap tap) {
        try (NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            for (int l = 0; l < stored.size(); l++) {
                tap.see(
                        "memory" + l,
                        NDArrays.concat(new NDList(stored.get(l)), 1).get(0));
            }
            tap.see("labels", manager.create(labels()));
        }
    }

    private static NDArray owned(NDArray array) {
        NDScope.unregister(array);
        return array;
    }

    @Override
    public void close() {
        manager.close();
    }
}
