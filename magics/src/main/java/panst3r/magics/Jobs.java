package panst3r.magics;

import java.nio.channels.ClosedByInterruptException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import panst3r.CancelledException;
import panst3r.PanSt3RException;
import panst3r.magics.display.CellProgress;

/** Runs the work of cells: one long job at a time, and whatever goes wrong leaves in one sentence. */
final class Jobs {
    private static final int PATIENCE_SECONDS = 3;

    private final Bridge bridge;
    private final ReentrantLock lock = new ReentrantLock();

    Jobs(Bridge bridge) {
        this.bridge = bridge;
    }

    /** Work that may take long: one at a time, shown while it goes on, stopped by an interrupt of the cell. */
    <T> T run(String title, Function<CellProgress, T> work) {
        return sentence(() -> {
            try {
                // What was interrupted may need a moment to notice.
                if (!lock.tryLock(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                    throw new PanSt3RException("The command before is still stopping; try again in a moment.");
                }
            } catch (InterruptedException e) {
                throw new CancelledException(title);
            }
            CellProgress progress = new CellProgress(bridge, title);
            try {
                T value = work.apply(progress);
                progress.finishIfOpen(title + " done");
                return value;
            } catch (RuntimeException | Error e) {
                progress.stopped(title + " stopped.");
                throw e;
            } finally {
                lock.unlock();
            }
        });
    }

    static <T> T sentence(Supplier<T> work) {
        try {
            return work.get();
        } catch (OutOfMemoryError e) {
            throw PanSt3RError.of(new PanSt3RException(
                    "Java's heap is full; ask for fewer points, or start the kernel with a larger -Xmx.", e));
        } catch (RuntimeException | Error e) {
            throw PanSt3RError.of(interrupted(e) ? new CancelledException("The command") : e);
        }
    }

    private static boolean interrupted(Throwable thrown) {
        for (Throwable t = thrown; t != null; t = t.getCause()) {
            if (t instanceof InterruptedException || t instanceof ClosedByInterruptException) {
                return true;
            }
        }
        return false;
    }
}
