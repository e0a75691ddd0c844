package panst3r.magics;

import panst3r.PanSt3RException;

/**
 * What a notebook user sees when a command cannot do what it was asked. An {@link Error} without a stack trace,
 * because that is what both kernels print as exactly one red line; an exception would come as nine lines (JJava) or
 * four (IJava) around the one that matters.
 */
public final class PanSt3RError extends Error {
    private static volatile Throwable last;

    public PanSt3RError(String message) {
        // One line, read from left to right, whatever file names or parsers put into it.
        super(
                message.replaceAll("[\\p{Cntrl}\\s\u2028\u2029]+", " ")
                        .replaceAll("[\\u202a-\\u202e\\u2066-\\u2069]", "\ufffd")
                        .strip(),
                null,
                false,
                false);
    }

    /**
     * The one line for what a command threw: its own sentence if it is a {@link PanSt3RException}, else an apology
     * that names the problem. The whole story stays in {@link #last()}.
     */
    public static PanSt3RError of(Throwable thrown) {
        if (thrown instanceof PanSt3RError error) {
            return error;
        }
        last = thrown;
        return new PanSt3RError(
                thrown instanceof PanSt3RException
                        ? thrown.getMessage()
                        : "Unexpected: " + thrown + "; %panst3r last-error tells where.");
    }

    /** What the latest failed command threw, with its stack trace, or null. */
    public static Throwable last() {
        return last;
    }
}
