package panst3r.magics;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;

/**
 * A kernel in memory, as small as one can be: it runs magics as a notebook's line would, renders values by the
 * registered rules, keeps the cell's outputs (an update replaces all of its name, as in JupyterLab) and carries comm
 * messages both ways.
 */
public final class RecordingBridge implements Bridge {
    /** One output area of the cell. */
    public record Output(String displayId, Map<String, Object> bundle) {}

    /** One message over a comm, in either direction. */
    public record Sent(String commId, String json, List<byte[]> buffers) {}

    public final List<Output> outputs = Collections.synchronizedList(new ArrayList<>());
    public final List<Sent> sent = Collections.synchronizedList(new ArrayList<>());
    public final List<String> evaluated = new ArrayList<>();
    /** How often {@link #update} was called, whether or not there was something to replace. */
    public int updates;

    /** Everything that was ever displayed, replaced or not. */
    public final List<Map<String, Object>> shown = Collections.synchronizedList(new ArrayList<>());

    private String interrupting;

    private final Map<String, LineMagic> lines = new HashMap<>();
    private final Map<String, CellMagic> cells = new HashMap<>();
    private final Map<Class<?>, Function<Object, Map<String, Object>>> renderers = new LinkedHashMap<>();
    private final Map<String, CommListener> targets = new HashMap<>();
    private final Map<String, MemoryComm> comms = new LinkedHashMap<>();

    /** Runs {@code %name args} as part of an expression: the value, nothing shown. */
    public Object value(String name, String... args) throws Exception {
        return lines.get(name).run(List.of(args));
    }

    /** Runs {@code %name args} alone in a cell: the outputs of that cell, its value last. */
    public List<Output> show(String name, String... args) throws Exception {
        outputs.clear();
        Object value = value(name, args);
        if (value != null) {
            outputs.add(new Output(null, rendered(value)));
        }
        return List.copyOf(outputs);
    }

    /** The user interrupts the cell, once, as soon as a text that begins so is displayed. */
    public void interruptAfter(String text) {
        interrupting = text;
    }

    private void seen(Map<String, Object> bundle) {
        shown.add(Map.copyOf(bundle));
        if (interrupting != null && bundle.get("text/plain").toString().startsWith(interrupting)) {
            interrupting = null;
            Thread.currentThread().interrupt();
        }
    }

    public Object cellValue(String name, List<String> args, String body) throws Exception {
        return cells.get(name).run(args, body);
    }

    /** The bundle that a kernel would show for this value. */
    public Map<String, Object> rendered(Object value) {
        for (var entry : renderers.entrySet()) {
            if (entry.getKey().isInstance(value)) {
                return entry.getValue().apply(value);
            }
        }
        return Map.of("text/plain", String.valueOf(value));
    }

    /** The browser says something to a widget. */
    public void browserSends(String commId, String json, List<byte[]> buffers) throws Exception {
        MemoryComm comm = comms.get(commId);
        comm.listener.onMessage(comm, json, buffers);
    }

    /** The browser opens a comm to a registered target; returns its id. */
    public String browserOpens(String target) {
        MemoryComm comm = new MemoryComm(targets.get(target));
        comms.put(comm.id, comm);
        return comm.id;
    }

    public List<String> openComms() {
        return List.copyOf(comms.keySet());
    }

    @Override
    public String kernel() {
        return "memory";
    }

    @Override
    public void line(String name, LineMagic magic) {
        lines.put(name, magic);
    }

    @Override
    public void cell(String name, CellMagic magic) {
        cells.put(name, magic);
    }

    @Override
    public <T> void render(Class<T> type, Function<? super T, Map<String, Object>> bundle) {
        renderers.put(type, value -> bundle.apply(type.cast(value)));
    }

    @Override
    public void display(String displayId, Map<String, Object> bundle) {
        outputs.add(new Output(displayId, Map.copyOf(bundle)));
        seen(bundle);
    }

    @Override
    public void update(String displayId, Map<String, Object> bundle) {
        updates++;
        seen(bundle);
        outputs.replaceAll(o -> displayId.equals(o.displayId()) ? new Output(displayId, Map.copyOf(bundle)) : o);
    }

    @Override
    public Comm openComm(String target, String json, Map<String, Object> metadata, CommListener listener) {
        MemoryComm comm = new MemoryComm(listener);
        comms.put(comm.id, comm);
        comm.send(json, List.of());
        return comm;
    }

    @Override
    public void registerTarget(String target, CommListener listener) {
        targets.put(target, listener);
    }

    @Override
    public void eval(String source) {
        evaluated.add(source);
    }

    private final class MemoryComm implements Comm {
        final String id = UUID.randomUUID().toString();
        final CommListener listener;

        MemoryComm(CommListener listener) {
            this.listener = listener;
        }

        @Override
        public String id() {
            return id;
        }

        @Override
        public void send(String json, List<byte[]> buffers) {
            sent.add(new Sent(id, json, List.copyOf(buffers)));
        }

        @Override
        public void close() {
            comms.remove(id);
        }
    }
}
