package panst3r.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import java.util.function.Supplier;

/**
 * Frees what a computation leaves behind. An array made inside {@link #run} is freed when it ends, but for the one it
 * returns, which then belongs to the scope around it. With an outermost {@link NDScope} no failure can leak.
 */
public final class Scope {
    private Scope() {}

    /** @param work must return an array that it made itself, not one that was handed in */
    public static NDArray run(Supplier<NDArray> work) {
        NDArray result;
        try (NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            result = work.get();
            NDScope.unregister(result);
        }
        NDScope.register(result);
        return result;
    }

    /** Like {@link #run}, for an array that outlives every scope: it belongs to {@code owner} alone. */
    public static NDArray keep(NDManager owner, Supplier<NDArray> work) {
        NDArray result = run(work);
        NDScope.unregister(result);
        result.attach(owner);
        return result;
    }
}
