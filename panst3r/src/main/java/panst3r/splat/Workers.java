package panst3r.splat;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import panst3r.CancelledException;

/**
 * Many short numbered tasks, several hundred times a second, on a few threads of which the caller is one. Unlike those of
 * merging, no task runs on after {@link #run} has returned, for its scratch arrays are used again at once. Tasks must not
 * depend on each other's order; then the result does not depend on the number of threads.
 */
record Workers(int threads) {
    Workers {
        if (threads < 1) {
            throw new IllegalArgumentException(threads + " threads");
        }
    }

    /** As many as the machine has cores. */
    static Workers all() {
        return new Workers(Runtime.getRuntime().availableProcessors());
    }

    /**
     * @param worker called once on each thread, so that a worker can own its scratch arrays
     * @throws CancelledException if the calling thread is interrupted; some tasks were not done then
     */
    void run(int tasks, Supplier<? extends IntConsumer> worker) {
        run(tasks, worker, true);
    }

    /** To the end even if the calling thread is interrupted: for changes that must not be made by half. */
    void runToEnd(int tasks, Supplier<? extends IntConsumer> worker) {
        run(tasks, worker, false);
    }

    private void run(int tasks, Supplier<? extends IntConsumer> worker, boolean stop) {
        AtomicInteger next = new AtomicInteger();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread[] helpers = new Thread[Math.max(0, Math.min(tasks, threads) - 1)];
        for (int t = 0; t < helpers.length; t++) {
            helpers[t] = new Thread(() -> work(tasks, next, worker, failure, null), "panst3r-splat-" + t);
            helpers[t].setDaemon(true);
            helpers[t].start();
        }
        Thread caller = Thread.currentThread();
        work(tasks, next, worker, failure, stop ? caller : null);
        boolean interrupted = false;
        for (Thread helper : helpers) {
            while (helper.isAlive()) {
                try {
                    helper.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                    if (stop) {
                        next.set(tasks);
                    }
                }
            }
        }
        if (interrupted) {
            caller.interrupt();
        }
        if (failure.get() instanceof Error e) {
            throw e;
        } else if (failure.get() instanceof RuntimeException e) {
            throw e;
        }
        if (stop && Thread.interrupted()) {
            throw new CancelledException("Splatting");
        }
    }

    /** @param interruptible the calling thread, whose interruption ends the work; else null */
    private static void work(
            int tasks,
            AtomicInteger next,
            Supplier<? extends IntConsumer> worker,
            AtomicReference<Throwable> failure,
            Thread interruptible) {
        try {
            IntConsumer mine = worker.get();
            for (int i = next.getAndIncrement(); i < tasks; i = next.getAndIncrement()) {
                if (interruptible != null && interruptible.isInterrupted()) {
                    next.set(tasks);
                    return;
                }
                mine.accept(i);
            }
        } catch (Throwable e) {
            failure.compareAndSet(null, e);
            next.set(tasks);
        }
    }
}
