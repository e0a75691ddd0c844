package panst3r.kernel;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/** The other end of a kernel's wire: Jupyter's protocol over ZeroMQ, as much of it as the adapters' tests need. */
public final class Browser implements AutoCloseable {
    private static final byte[] DELIMITER = "<IDS|MSG>".getBytes(StandardCharsets.US_ASCII);
    private static final int PATIENCE_MS = 20_000;

    /** The kernel's connection file. */
    public final String connection;

    private final JsonObject ports;
    private final Mac signer;
    private final ZContext context = new ZContext();
    private final ZMQ.Socket shell = context.createSocket(SocketType.DEALER);
    private final ZMQ.Socket iopub = context.createSocket(SocketType.SUB);
    private final String session = UUID.randomUUID().toString();

    public record Message(
            String type, JsonObject parent, JsonObject metadata, JsonObject content, List<byte[]> buffers) {
        public String parentId() {
            return parent.has("msg_id") ? parent.get("msg_id").getAsString() : "";
        }
    }

    public Browser() throws Exception {
        ports = new JsonObject();
        ports.addProperty("transport", "tcp");
        ports.addProperty("ip", "127.0.0.1");
        ports.addProperty("signature_scheme", "hmac-sha256");
        ports.addProperty("key", UUID.randomUUID().toString());
        Set<Integer> taken = new HashSet<>();
        for (String channel : List.of("shell", "iopub", "stdin", "control", "hb")) {
            ports.addProperty(channel + "_port", freePort(taken));
        }
        connection = ports.toString();
        signer = Mac.getInstance("HmacSHA256");
        signer.init(new SecretKeySpec(ports.get("key").getAsString().getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
    }

    /** Below the ports that the system hands out by itself, so that none of these is taken before the kernel binds. */
    private static int freePort(Set<Integer> taken) {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(20_000, 32_000);
            try (ServerSocket socket = new ServerSocket(port)) {
                if (taken.add(port)) {
                    return socket.getLocalPort();
                }
            } catch (IOException otherwiseUsed) {
                // the next one
            }
        }
    }

    /** Connects once the kernel is there, and waits until both sides hear each other. */
    public void connect() {
        shell.connect("tcp://127.0.0.1:" + ports.get("shell_port").getAsInt());
        iopub.connect("tcp://127.0.0.1:" + ports.get("iopub_port").getAsInt());
        iopub.subscribe("");
        iopub.setReceiveTimeOut(200);
        for (int i = 0; i < PATIENCE_MS / 200; i++) {
            String id = send("kernel_info_request", "{}", List.of());
            Message heard = receive();
            if (heard != null) {
                iopub.setReceiveTimeOut(PATIENCE_MS);
                while (!idle(id).test(heard)) {
                    heard = receive();
                }
                return;
            }
        }
        throw new AssertionError("the kernel does not answer");
    }

    /** Sends to the shell channel; returns the message's id. */
    public String send(String type, String content, List<byte[]> buffers) {
        String id = UUID.randomUUID().toString();
        JsonObject header = new JsonObject();
        header.addProperty("msg_id", id);
        header.addProperty("msg_type", type);
        header.addProperty("username", "test");
        header.addProperty("session", session);
        header.addProperty("date", "2026-01-01T00:00:00.000000Z");
        header.addProperty("version", "5.3");
        List<byte[]> parts = new ArrayList<>();
        for (String part : List.of(header.toString(), "{}", "{}", content)) {
            parts.add(part.getBytes(StandardCharsets.UTF_8));
        }
        parts.forEach(signer::update);
        shell.sendMore(DELIMITER);
        shell.sendMore(HexFormat.of().formatHex(signer.doFinal()));
        parts.addAll(buffers);
        for (int i = 0; i < parts.size(); i++) {
            shell.send(parts.get(i), i + 1 < parts.size() ? ZMQ.SNDMORE : 0);
        }
        return id;
    }

    /** Runs a cell; what it put out, in order. */
    public List<Message> run(String code) {
        JsonObject content = new JsonObject();
        content.addProperty("code", code);
        content.addProperty("silent", false);
        content.addProperty("store_history", true);
        content.add("user_expressions", new JsonObject());
        content.addProperty("allow_stdin", false);
        content.addProperty("stop_on_error", true);
        return until(send("execute_request", content.toString(), List.of()));
    }

    /** What the kernel says in answer to a message, until it is idle again. */
    public List<Message> until(String id) {
        List<Message> said = new ArrayList<>();
        while (true) {
            Message message = next();
            if (idle(id).test(message)) {
                return said;
            }
            if (!message.type.equals("status") && !message.type.equals("execute_input")) {
                said.add(message);
            }
        }
    }

    /** The next message of the kernel to all its listeners. */
    public Message next() {
        Message message = receive();
        if (message == null) {
            throw new AssertionError("nothing more from the kernel within " + PATIENCE_MS + " ms");
        }
        return message;
    }

    private static Predicate<Message> idle(String id) {
        return m -> m.type.equals("status")
                && m.parentId().equals(id)
                && m.content.get("execution_state").getAsString().equals("idle");
    }

    private Message receive() {
        byte[] frame = iopub.recv();
        if (frame == null) {
            return null;
        }
        List<byte[]> frames = new ArrayList<>();
        frames.add(frame);
        while (iopub.hasReceiveMore()) {
            frames.add(iopub.recv());
        }
        int start = 0;
        while (!Arrays.equals(frames.get(start), DELIMITER)) {
            start++;
        }
        return new Message(
                json(frames.get(start + 2)).get("msg_type").getAsString(),
                json(frames.get(start + 3)),
                json(frames.get(start + 4)),
                json(frames.get(start + 5)),
                List.copyOf(frames.subList(start + 6, frames.size())));
    }

    private static JsonObject json(byte[] text) {
        return JsonParser.parseString(new String(text, StandardCharsets.UTF_8)).getAsJsonObject();
    }

    @Override
    public void close() {
        context.close();
    }
}
