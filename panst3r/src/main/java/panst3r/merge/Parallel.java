package panst3r.merge;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import panst3r.CancelledException;
import panst3r.Progress;

/**
 * Many small numbered tasks on a few threads. The tasks must not depend on each other's order; then the result does not
 * depend on the number of threads. Progress and interruption belong to the calling thread.
 */
public final class Parallel {
    private Parallel() {}

    /**
     * @param worker called once on each thread, so that a worker can own its scratch arrays
     * @throws CancelledException if the calling thread is interrupted
     */
    public static void run(
            int tasks, int threads, String stage, Progress progress, Supplier<? extends IntConsumer> worker) {
        progress.step(stage, 0, tasks);
        if (Math.min(tasks, threads) <= 1) {
            IntConsumer only = worker.get();
            for (int i = 0; i < tasks; i++) {
                only.accept(i);
                progress.step(stage, i + 1, tasks);
            }
            return;
        }
        int n = Math.min(tasks, threads);
        AtomicInteger next = new AtomicInteger();
        AtomicInteger done = new AtomicInteger();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        CountDownLatch finished = new CountDownLatch(n);
        for (int t = 0; t < n; t++) {
            Thread thread = new Thread(
                    () -> {
                        try {
                            IntConsumer mine = worker.get();
                            for (int i = next.getAndIncrement(); i < tasks; i = next.getAndIncrement()) {
                                mine.accept(i);
                                done.incrementAndGet();
                            }
                        } catch (Throwable e) {
                            failure.compareAndSet(null, e);
                            next.set(tasks);
                        } finally {
                            finished.countDown();
                        }
                    },
                    "panst3r-" + stage);
            thread.setDaemon(true);
            thread.start();
        }
        try {
            while (!finished.await(100, TimeUnit.MILLISECONDS)) {
                progress.step(stage, done.get(), tasks);
            }
        } catch (InterruptedException e) {
            throw new CancelledException(stage);
        } finally {
            next.set(tasks);
        }
        if (failure.get() instanceof Error e) {
            throw e;
        } else if (failure.get() instanceof RuntimeException e) {
            throw e;
        }
        progress.step(stage, tasks, tasks);
    }
}
