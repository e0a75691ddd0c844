package panst3r.magics.live;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import panst3r.magics.Bridge;

/**
 * The widgets of one notebook. They are anywidget models, so JupyterLab needs the Python package {@code anywidget}
 * beside it ({@code pip install anywidget}) and no extension of ours; without it their messages go nowhere.
 */
public final class Widgets {
    private final Bridge bridge;
    private final Map<String, Widget> open = new LinkedHashMap<>();

    public Widgets(Bridge bridge) {
        this.bridge = bridge;
        // A page that is loaded again asks here for all its widgets; the other way, comm_info, does not work with
        // these kernels, see Bridge.registerTarget.
        bridge.registerTarget("jupyter.widget.control", (comm, json, buffers) -> {
            if (method(json(json)).equals("request_states")) {
                sendStates(comm);
            }
        });
    }

    /**
     * Opens a widget, which lives until {@link Widget#close} or the end of the kernel. Its model is made in the page at
     * once; to be seen it must also be shown, by {@link Widget#bundle}.
     *
     * @param script an ES module in anywidget's form: {@code export default {initialize({model}), render({model, el})}}
     * @param state names of traits and their first values; binary ones are set after
     */
    public Widget open(String script, JsonObject state, Widget.Listener listener) {
        Widget widget = new Widget(this, script, state, listener);
        JsonObject data = new JsonObject();
        data.add("state", widget.state());
        data.add("buffer_paths", new JsonArray());
        Bridge.Comm comm = bridge.openComm(
                "jupyter.widget",
                data.toString(),
                Map.of("version", "2.1.0"),
                (from, json, buffers) -> widget.receive(json(json), buffers));
        widget.opened(comm);
        synchronized (open) {
            open.put(comm.id(), widget);
        }
        return widget;
    }

    void closed(Widget widget) {
        synchronized (open) {
            open.remove(widget.id());
        }
    }

    private void sendStates(Bridge.Comm to) {
        JsonObject states = new JsonObject();
        JsonArray paths = new JsonArray();
        List<byte[]> buffers = new ArrayList<>();
        List<Widget> all;
        synchronized (open) {
            all = List.copyOf(open.values());
        }
        for (Widget widget : all) {
            JsonObject model = new JsonObject();
            model.addProperty("model_module", Widget.MODULE);
            model.addProperty("model_name", Widget.MODEL);
            model.addProperty("model_module_version", Widget.MODULE_VERSION);
            model.add("state", widget.state());
            states.add(widget.id(), model);
            widget.binary().forEach((name, bytes) -> {
                JsonArray path = new JsonArray();
                List.of(widget.id(), "state", name).forEach(path::add);
                paths.add(path);
                buffers.add(bytes);
            });
        }
        JsonObject answer = new JsonObject();
        answer.addProperty("method", "update_states");
        answer.add("states", states);
        answer.add("buffer_paths", paths);
        to.send(answer.toString(), buffers);
    }

    static String method(JsonObject message) {
        return message.has("method") ? message.get("method").getAsString() : "";
    }

    static JsonObject json(String text) {
        return new Gson().fromJson(text, JsonObject.class); // JsonParser.parseString is newer than IJava's Gson
    }
}
