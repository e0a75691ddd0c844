package panst3r.magics;

import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * What the commands need of a Java kernel, and all they know of it. JJava and IJava have the same abilities under
 * other class names; one adapter each (module kernel-ext) offers them here, so that every command is written once.
 *
 * <p>A <em>bundle</em> maps MIME types to data, as Jupyter's display messages do: text as {@link String}, images as
 * base64 in a {@link String}, {@code application/…+json} as {@link Map}s, {@link List}s, numbers and strings. Every
 * bundle should hold {@code text/plain}, a short line for places that show nothing better. JupyterLab shows the richest
 * type only: an {@code image/png} beside {@code text/html} is for other viewers, and when a notebook is not trusted,
 * JupyterLab removes scripts and iframes from the HTML rather than fall back to the image.
 *
 * <p>Messages over comms cross as JSON <em>text</em>, because the JSON library of a kernel may be hidden under
 * another package name (JJava), or be another version than ours (IJava).
 */
public interface Bridge {
    /** {@code %name args}: a value to give back, or null. */
    @FunctionalInterface
    interface LineMagic {
        /**
         * @param args split at blanks; double quotes keep blanks together; a backslash escapes what follows, so that a
         *     Windows path loses its backslashes before it gets here
         */
        Object run(List<String> args) throws Exception;
    }

    /** {@code %%name args} over a cell of text. */
    @FunctionalInterface
    interface CellMagic {
        Object run(List<String> args, String body) throws Exception;
    }

    /** What the browser said. Runs on the kernel's shell thread: never while a cell runs, and out of reach of an
     * interrupt, so anything longer than some milliseconds belongs on a thread of one's own. */
    @FunctionalInterface
    interface CommListener {
        /**
         * @param json the message's data: a JSON object
         * @param buffers its binary frames, possibly none
         */
        void onMessage(Comm comm, String json, List<byte[]> buffers) throws Exception;
    }

    /** One open line to the browser. Unlike displays, it also carries messages while no cell runs, from any thread. */
    interface Comm {
        String id();

        /**
         * @param json a JSON object
         * @param buffers binary frames; may be empty (the adapters know that the kernels' own {@code send} never
         *     finishes a message with an empty list)
         */
        void send(String json, List<byte[]> buffers);

        void close();
    }

    /** The kernel in a word or two, for {@code info} and error reports. */
    String kernel();

    /**
     * Registers {@code %name}. A returned value becomes the value of the expression ({@code Table t = %name …}; with
     * {@code var} its type would be Object) and is shown, by {@link #render}'s rules, when the magic stands alone, in
     * both kernels: so a command returns its value and does not also display it. A
     * {@link panst3r.PanSt3RException} reaches the user as one red line.
     */
    void line(String name, LineMagic magic);

    /** Registers {@code %%name}; otherwise as {@link #line}. */
    void cell(String name, CellMagic magic);

    /** Says how values of a type (and of its subtypes) are shown when they are the value of a cell. */
    <T> void render(Class<T> type, Function<? super T, Map<String, Object>> bundle);

    /**
     * Shows a bundle now, under the running cell. What is shown when no cell runs (from a thread that outlives its
     * cell) is silently lost.
     *
     * @param displayId a name by which {@link #update} can replace this output, or null
     */
    void display(String displayId, Map<String, Object> bundle);

    /** Replaces what was displayed under this name. Only while a cell runs, as {@link #display}. */
    void update(String displayId, Map<String, Object> bundle);

    /**
     * Opens a comm. A widget is a comm with target {@code jupyter.widget} and metadata {@code version = 2.1.0}.
     *
     * @param json the open message's data: a JSON object. The kernels cannot open a comm with binary frames; send
     *     them in a first {@code update} right after.
     */
    Comm openComm(String target, String json, Map<String, Object> metadata, CommListener listener);

    /**
     * Listens for comms that the browser opens. The target {@code jupyter.widget.control} must be registered for
     * widgets to survive a reload of the page: the browser asks it for the state of all of them
     * ({@code request_states} → {@code update_states}); its other way, {@code comm_info}, is ignored because neither
     * kernel's reply says {@code status: ok}.
     */
    void registerTarget(String target, CommListener listener);

    /** Runs Java source in the notebook's shell, without output: for imports. */
    void eval(String source);
}
