package panst3r.metrics;

import java.util.Set;
import java.util.TreeSet;

/**
 * Which classes are counted one by one and which are not.
 *
 * @param things class ids whose instances are told apart
 * @param stuff class ids that are one segment each: floor, wall, …
 */
public record ClassSplit(Set<Integer> things, Set<Integer> stuff) {
    public ClassSplit {
        things = Set.copyOf(things);
        stuff = Set.copyOf(stuff);
        if (things.contains(0) || stuff.contains(0)) {
            throw new IllegalArgumentException("class 0 is void");
        }
    }

    /** All classes, ascending. */
    public TreeSet<Integer> all() {
        TreeSet<Integer> all = new TreeSet<>(things);
        all.addAll(stuff);
        return all;
    }
}
