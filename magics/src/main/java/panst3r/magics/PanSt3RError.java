package panst3r.magics;

/**
 * What a notebook user sees when a command cannot do what it was asked. An {@link Error} without a stack trace,
 * because that is what both kernels print as exactly one red line; an exception would come as nine lines (JJava) or
 * four (IJava) around the one that matters. The cause keeps the whole story for {@code %panst3r info --last-error}.
 */
public final class PanSt3RError extends Error {
    /** Not passed to {@link Error}: the kernels print the causes that they find. */
    private final transient Throwable hidden;

    public PanSt3RError(String message, Throwable hidden) {
        super(message, null, false, false);
        this.hidden = hidden;
    }

    /** What went wrong underneath, or null. */
    public Throwable hidden() {
        return hidden;
    }

    @Override
    public String toString() {
        return getMessage();
    }
}
