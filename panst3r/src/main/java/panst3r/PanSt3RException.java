package panst3r;

/**
 * Input that cannot be used: a file, an option, a scene. The message is one sentence for the user that says what is
 * wrong, where, and what to do; it is shown without a stack trace.
 */
public class PanSt3RException extends RuntimeException {
    public PanSt3RException(String message) {
        super(message);
    }

    public PanSt3RException(String message, Throwable cause) {
        super(message, cause);
    }
}
