package panst3r.jjava;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.dflib.jjava.jupyter.kernel.BaseKernel;
import org.dflib.jjava.jupyter.kernel.comm.CommManager;
import org.dflib.jjava.jupyter.kernel.display.DisplayData;
import org.dflib.jjava.jupyter.messages.Message;
import org.dflib.jjava.jupyter.messages.comm.CommCloseCommand;
import org.dflib.jjava.jupyter.messages.comm.CommMsgCommand;
import panst3r.magics.Bridge;
import panst3r.magics.PanSt3RError;

/**
 * {@link Bridge} onto JJava. Compiled against jjava-jupyter 1.0-a6, the newest on Maven Central, and run on the pip
 * package's 1.0a8, in which {@code DisplayData.setDisplayId} and {@code MagicsArgs.builder} have other signatures, and
 * whatever names a Gson type has it under another package; none of those is called from here ({@link Json}).
 */
final class JJavaBridge implements Bridge {
    private final BaseKernel kernel;

    JJavaBridge(BaseKernel kernel) {
        this.kernel = kernel;
    }

    @Override
    public String kernel() {
        return kernel.getName() + " " + kernel.getVersion();
    }

    @Override
    public void line(String name, LineMagic magic) {
        kernel.getMagicsRegistry().registerLineMagic(name, (org.dflib.jjava.jupyter.kernel.magic.LineMagic<
                        Object, BaseKernel>)
                (self, args) -> {
                    try {
                        return magic.run(args);
                    } catch (Throwable t) {
                        throw PanSt3RError.of(t);
                    }
                });
    }

    @Override
    public void cell(String name, CellMagic magic) {
        kernel.getMagicsRegistry().registerCellMagic(name, (org.dflib.jjava.jupyter.kernel.magic.CellMagic<
                        Object, BaseKernel>)
                (self, args, body) -> {
                    try {
                        return magic.run(args, body);
                    } catch (Throwable t) {
                        throw PanSt3RError.of(t);
                    }
                });
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
            data.putTransientData("display_id", displayId);
        }
        return data;
    }

    @Override
    public Comm openComm(String target, String json, Map<String, Object> metadata, CommListener listener) {
        return kernel.getCommManager().openComm(target, (manager, id, name, open) -> {
            Json.fill(open.getContent(), json);
            open.getNonNullMetadata().putAll(metadata);
            return new JJavaComm(manager, id, name, listener);
        });
    }

    @Override
    public void registerTarget(String target, CommListener listener) {
        kernel.getCommManager()
                .registerTarget(target, (manager, id, name, open) -> new JJavaComm(manager, id, name, listener));
    }

    @Override
    public void eval(String source) {
        kernel.evalRaw(source);
    }

    private static final class JJavaComm extends org.dflib.jjava.jupyter.kernel.comm.Comm implements Comm {
        private final CommManager manager;
        private final CommListener listener;

        JJavaComm(CommManager manager, String id, String target, CommListener listener) {
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
            Json.send(this, json, buffers.isEmpty() ? null : buffers);
        }

        @Override
        protected void onMessage(Message<CommMsgCommand> message) {
            // only a cell's execution sets the context by itself; without it replies name the wrong parent
            manager.setMessageContext(message);
            List<byte[]> buffers = message.getBlobs();
            try {
                listener.onMessage(this, Json.data(message.getContent()), buffers == null ? List.of() : buffers);
            } catch (Exception e) {
                // no cell to show it in: the server's log
                e.printStackTrace();
            }
        }

        @Override
        protected void onClose(Message<CommCloseCommand> message, boolean sending) {}
    }
}
