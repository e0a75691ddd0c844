package panst3r.magics.live;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import panst3r.PanSt3RException;
import panst3r.magics.Bridge;

/**
 * One widget: named values (traits) that Java and the page keep alike, and messages. Java may set and send at any time,
 * from any thread, also while no cell runs; the page is heard only between cells.
 */
public final class Widget {
    static final String MODULE = "anywidget";
    static final String MODEL = "AnyModel";
    static final String MODULE_VERSION = "*"; // whatever version of anywidget is there
    private static final int IDLE_SECONDS = 20;

    /**
     * What to do when the page speaks. Runs on a thread of the widget's own, one call after the other, so it may take
     * its time. What it throws becomes the trait {@code error}: the sentence of a {@link PanSt3RException}.
     */
    public interface Listener {
        /**
         * The page changed traits ({@code model.set(…); model.save_changes()}). What changed while an earlier call was
         * under way comes in one call, with the latest values only.
         *
         * @param changes name → value
         */
        default void changed(Widget widget, JsonObject changes) {}

        /** The page said something ({@code model.send(content, undefined, buffers)}); each message is heard. */
        default void heard(Widget widget, JsonObject content, List<byte[]> buffers) {}
    }

    private final Widgets home;
    private final Listener listener;
    private final JsonObject state = new JsonObject();
    private final Map<String, byte[]> binary = new LinkedHashMap<>();
    private final ExecutorService worker;
    private JsonObject changes;
    private Bridge.Comm comm;

    Widget(Widgets home, String script, JsonObject first, Listener listener) {
        this.home = home;
        this.listener = listener;
        ClassLoader loader = Thread.currentThread().getContextClassLoader(); // the cell's: native libraries go by it
        ThreadPoolExecutor one =
                new ThreadPoolExecutor(1, 1, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), work -> {
                    Thread thread = new Thread(work, "panst3r widget");
                    thread.setDaemon(true);
                    thread.setContextClassLoader(loader);
                    return thread;
                });
        one.allowCoreThreadTimeOut(true);
        worker = one;
        state.addProperty("_model_module", MODULE);
        state.addProperty("_model_name", MODEL);
        state.addProperty("_model_module_version", MODULE_VERSION);
        state.addProperty("_view_module", MODULE);
        state.addProperty("_view_name", "AnyView");
        state.addProperty("_view_module_version", MODULE_VERSION);
        state.add("_view_count", JsonNull.INSTANCE);
        state.add("_dom_classes", new JsonArray());
        state.addProperty("_anywidget_id", "panst3r");
        state.addProperty("_esm", script);
        state.addProperty("error", "");
        first.entrySet().forEach(e -> state.add(e.getKey(), e.getValue()));
    }

    void opened(Bridge.Comm line) {
        comm = line;
    }

    public String id() {
        return comm.id();
    }

    /** The value of a trait as last set by either side; null if there is none of the name. */
    public synchronized JsonElement get(String name) {
        return state.get(name);
    }

    public void set(String name, JsonElement value) {
        JsonObject one = new JsonObject();
        one.add(name, value);
        set(one, Map.of());
    }

    /** The page gets a {@code DataView}. */
    public void set(String name, byte[] value) {
        set(new JsonObject(), Map.of(name, value));
    }

    /**
     * Several traits in one message, so that the page never sees half of them.
     *
     * @param values name → value, none NaN or infinite
     * @param frames name → bytes, which must not change afterwards
     */
    public synchronized void set(JsonObject values, Map<String, byte[]> frames) {
        values.entrySet().forEach(e -> state.add(e.getKey(), e.getValue()));
        binary.putAll(frames);
        update(values, frames);
    }

    private void update(JsonObject values, Map<String, byte[]> frames) {
        JsonArray paths = new JsonArray();
        List<byte[]> buffers = new ArrayList<>();
        frames.forEach((name, bytes) -> {
            JsonArray path = new JsonArray();
            path.add(name);
            paths.add(path);
            buffers.add(bytes);
        });
        JsonObject message = new JsonObject();
        message.addProperty("method", "update");
        message.add("state", values);
        message.add("buffer_paths", paths);
        comm.send(message.toString(), buffers);
    }

    /** Says something to the page: {@code model.on("msg:custom", (content, buffers) => …)}. */
    public void send(JsonObject content, List<byte[]> buffers) {
        JsonObject message = new JsonObject();
        message.addProperty("method", "custom");
        message.add("content", content);
        comm.send(message.toString(), buffers);
    }

    /**
     * What shows the widget in a cell. Where no widget can run it shows nothing but the line, so something that lasts
     * must stand beside it.
     *
     * @param plain one line
     */
    public Map<String, Object> bundle(String plain) {
        Map<String, Object> bundle = new LinkedHashMap<>();
        bundle.put(
                "application/vnd.jupyter.widget-view+json",
                Map.of("version_major", 2, "version_minor", 0, "model_id", id()));
        bundle.put("text/plain", plain);
        return bundle;
    }

    /** Whether the page has changed something since the call to the listener that is under way began. */
    public synchronized boolean overtaken() {
        return changes != null;
    }

    /** Takes the widget from the page. */
    public void close() {
        home.closed(this);
        worker.shutdown();
        comm.close();
    }

    synchronized JsonObject state() {
        return state.deepCopy();
    }

    synchronized Map<String, byte[]> binary() {
        return new LinkedHashMap<>(binary);
    }

    /** On the kernel's shell thread, which must not be kept. */
    void receive(JsonObject message, List<byte[]> buffers) {
        switch (Widgets.method(message)) {
            case "request_state" -> {
                synchronized (this) {
                    update(state, binary);
                }
            }
            case "update" -> change(message.getAsJsonObject("state"));
            case "custom" -> {
                JsonElement content = message.get("content");
                if (content != null && content.isJsonObject()) {
                    work(() -> listener.heard(this, content.getAsJsonObject(), buffers));
                }
            }
            default -> {
                // nothing else is said to us
            }
        }
    }

    private void change(JsonObject values) {
        boolean first;
        synchronized (this) {
            first = changes == null;
            if (first) {
                changes = new JsonObject();
            }
            values.entrySet().forEach(e -> {
                state.add(e.getKey(), e.getValue());
                changes.add(e.getKey(), e.getValue());
            });
        }
        if (first) {
            work(() -> {
                JsonObject latest;
                synchronized (this) {
                    latest = changes;
                    changes = null;
                }
                listener.changed(this, latest);
            });
        }
    }

    private void work(Runnable task) {
        if (worker.isShutdown()) {
            return;
        }
        worker.execute(() -> {
            try {
                task.run();
            } catch (RuntimeException | Error e) {
                JsonObject error = new JsonObject();
                error.addProperty("error", e instanceof PanSt3RException ? e.getMessage() : "Unexpected: " + e);
                set(error, Map.of());
            }
        });
    }
}
