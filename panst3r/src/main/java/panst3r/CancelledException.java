package panst3r;

/** The user interrupted the work. What was finished before stays usable. */
public final class CancelledException extends PanSt3RException {
    public CancelledException(String what) {
        super(what + " was interrupted.");
    }

    /** @param kept what is left of the work: "… is kept" */
    public CancelledException(String what, String kept) {
        super(what + " was interrupted; " + kept + ".");
    }
}
