package panst3r.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;

/** Where queries may look. */
public final class Masks {
    private Masks() {}

    /**
     * A query that may look nowhere looks everywhere (network.md, "Mask transformer").
     *
     * @param hidden boolean [Q, M]
     * @return boolean [Q, M], true where a query may look
     */
    public static NDArray visible(NDArray hidden) {
        NDArray shown = hidden.logicalNot();
        NDArray some =
                shown.toType(DataType.FLOAT32, false).max(new int[] {1}, true).gt(0);
        return shown.logicalOr(some.logicalNot());
    }
}
