package panst3r.model;

import ai.djl.ndarray.NDArray;
import java.util.List;

/**
 * Sees the arrays that pass between the stages of the network, under the names that the fixtures use. For tests and for
 * looking inside; with {@link #NONE} nothing is computed for it.
 */
@FunctionalInterface
public interface Tap {
    Tap NONE = (name, value) -> {};

    /** @param value to be read now; it is freed after the call */
    void see(String name, NDArray value);

    /** Whether anyone looks. */
    default boolean isOpen() {
        return this != NONE;
    }

    /** The same tap, for arrays whose names begin with {@code prefix}. */
    default Tap at(String prefix) {
        return isOpen() ? (name, value) -> see(prefix + name, value) : NONE;
    }

    /** The same tap, for batches: row i of an array called {@code name} is shown as {@code view<i>.name}. */
    default Tap views(List<Integer> views) {
        return isOpen()
                ? (name, value) -> {
                    for (int i = 0; i < views.size(); i++) {
                        see("view" + views.get(i) + "." + name, value.get(i));
                    }
                }
                : NONE;
    }
}
