package panst3r.checkpoint;

import java.util.AbstractList;
import java.util.RandomAccess;

/** A Python tuple as data; equal to another of equal elements. */
final class Tuple extends AbstractList<Object> implements RandomAccess {
    private final Object[] items;

    Tuple(Object... items) {
        this.items = items.clone();
    }

    @Override
    public Object get(int index) {
        return items[index];
    }

    @Override
    public int size() {
        return items.length;
    }

    @Override
    public String toString() {
        return "Tuple of " + items.length; // never recursive: a hostile file may nest without end
    }
}
