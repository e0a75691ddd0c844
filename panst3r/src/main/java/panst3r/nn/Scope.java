package panst3r.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.pytorch.jni.JniUtils;
import java.util.function.Supplier;

/**
 * Frees what a computation leaves behind. An array made inside {@link #run} is freed when it ends, but for the one it
 * returns, which then belongs to the scope around it. With an outermost {@link NDScope} no failure can leak.
 *
 * <p>An array created from Java data lies in that data's buffer, and views of it (reshape, slices) do not keep the buffer
 * alive: only the array itself does, so it must not be freed before them. What is kept is created in its final shape.
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

    /** Like {@link #run}, for work that leaves its results elsewhere. */
    public static void free(Runnable work) {
        try (NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            work.run();
        }
    }

    /** Runs work that wants no gradients, on the fastest operators; whatever it made and did not keep is freed. */
    public static <T> T inference(Supplier<T> work) {
        boolean gradients = JniUtils.isGradMode();
        JniUtils.setGradMode(false);
        try (NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            return work.get();
        } finally {
            JniUtils.setGradMode(gradients);
        }
    }

    /** Whether gradients are collected, so that nothing may be taken from a cache that depends on weights. */
    public static boolean gradients() {
        return JniUtils.isGradMode();
    }

    /** Like {@link #run}, for an array that outlives every scope: it belongs to {@code owner} alone. */
    public static NDArray keep(NDManager owner, Supplier<NDArray> work) {
        NDArray result = run(work);
        NDScope.unregister(result);
        result.attach(owner);
        return result;
    }
}
