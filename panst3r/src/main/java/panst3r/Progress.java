package panst3r;

/**
 * Where long work reports to, and where it learns that it should stop. Called on the thread that does the work, often
 * enough that no more than a second or two passes between calls.
 */
public interface Progress {
    /** Says nothing; stops on {@link Thread#interrupt()} like any other. */
    Progress SILENT = (stage, done, total) -> {};

    /**
     * @param stage what is being done, in a word or two: "encode", "memory", "masks"
     * @param done how many of {@code total} steps of this stage are finished
     */
    void update(String stage, int done, int total);

    /**
     * As {@link #update}, with what is being done within the step in hand: a stage of its own.
     *
     * @param part that stage
     * @param partDone how many of {@code partTotal} of its steps are finished
     */
    default void within(String stage, int done, int total, String part, int partDone, int partTotal) {
        update(stage, done, total);
    }

    /** One line that the user should see even if all goes well: an image left out, a default chosen. */
    default void warn(String message) {}

    /** One line that the user may like to know beside the progress. */
    default void note(String message) {}

    /** Reports, and stops the work if its thread was interrupted. */
    default void step(String stage, int done, int total) {
        stopIfInterrupted(stage);
        update(stage, done, total);
    }

    /** @throws CancelledException if the calling thread was interrupted; the flag is cleared */
    static void stopIfInterrupted(String what) {
        if (Thread.interrupted()) {
            throw new CancelledException(what);
        }
    }
}
