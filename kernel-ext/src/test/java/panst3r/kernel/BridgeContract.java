package panst3r.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import panst3r.magics.Bridge;
import panst3r.magics.Notebook;
import panst3r.magics.PanSt3RMagics;

/** What {@link Bridge} promises, on the wire of a real kernel. */
public abstract class BridgeContract {
    protected Browser browser;
    protected Bridge bridge;

    /** Starts the kernel on the browser's connection. */
    protected abstract Bridge start(String connection) throws Exception;

    protected abstract void stop();

    /** The type of message by which the value of a magic that stands alone arrives. */
    protected abstract String shownAs();

    /** A value with a renderer. */
    protected record Box(String name) {}

    @BeforeEach
    void connect() throws Exception {
        browser = new Browser();
        bridge = start(browser.connection);
        browser.connect();
    }

    @AfterEach
    void disconnect() throws InterruptedException {
        // The kernels' sockets wait without limit for what a listener has not yet taken: the kernel ends first, and
        // the test does not wait for it for ever.
        Thread end = new Thread(this::stop, "end of the kernel");
        end.setDaemon(true);
        end.start();
        end.join(500);
        browser.close();
    }

    @Test
    void aBareMagicShowsItsValueOnceAndRendered() {
        bridge.render(Box.class, box -> Map.of("text/html", "<b>" + box.name + "</b>", "text/plain", box.name));
        bridge.line("box", args -> new Box(String.join("+", args)));

        List<Browser.Message> said = browser.run("%box a \"b c\"");

        assertThat(said).hasSize(1);
        assertThat(said.get(0).type()).isEqualTo(shownAs());
        var data = said.get(0).content().getAsJsonObject("data");
        assertThat(data.get("text/html").getAsString()).isEqualTo("<b>a+b c</b>");
        assertThat(data.get("text/plain").getAsString()).isEqualTo("a+b c");
    }

    @Test
    void subtypesAreRenderedToo() {
        bridge.render(Number.class, n -> Map.of("text/html", "<i>" + n + "</i>", "text/plain", "" + n));
        bridge.line("number", args -> 42);
        var data = browser.run("%number").get(0).content().getAsJsonObject("data");
        assertThat(data.get("text/html").getAsString()).isEqualTo("<i>42</i>");
    }

    @Test
    void aMagicWithoutValueShowsNothing() {
        bridge.line("nothing", args -> null);
        assertThat(browser.run("%nothing")).isEmpty();
    }

    @Test
    void cellMagicsGetTheirBody() {
        bridge.cell("upper", (args, body) -> args + body.strip().toUpperCase(Locale.ROOT));
        var data = browser.run("%%upper x\nsome text").get(0).content().getAsJsonObject("data");
        assertThat(data.get("text/plain").getAsString()).isEqualTo("[x]SOME TEXT");
    }

    @Test
    void aDisplayIsUpdatedUnderItsName() {
        bridge.line("progress", args -> {
            bridge.display("p1", Map.of("text/plain", "0 of 2"));
            bridge.update("p1", Map.of("text/plain", "1 of 2"));
            bridge.display(null, Map.of("image/png", "iVBORw0KGgo=", "text/plain", "picture"));
            return null;
        });
        List<Browser.Message> said = browser.run("%progress");
        assertThat(said)
                .extracting(Browser.Message::type)
                .containsExactly("display_data", "update_display_data", "display_data");
        for (int i = 0; i < 2; i++) {
            var content = said.get(i).content();
            assertThat(content.getAsJsonObject("transient").get("display_id").getAsString())
                    .isEqualTo("p1");
            assertThat(content.getAsJsonObject("data").get("text/plain").getAsString())
                    .isEqualTo(i + " of 2");
        }
        assertThat(said.get(2)
                        .content()
                        .getAsJsonObject("data")
                        .get("image/png")
                        .getAsString())
                .isEqualTo("iVBORw0KGgo=");
    }

    @Test
    void structuredBundlesArriveAsJson() {
        bridge.line("widget", args -> {
            bridge.display(
                    null,
                    Map.of("application/vnd.jupyter.widget-view+json", Map.of("version_major", 2, "model_id", "m")));
            return null;
        });
        var view = browser.run("%widget")
                .get(0)
                .content()
                .getAsJsonObject("data")
                .getAsJsonObject("application/vnd.jupyter.widget-view+json");
        assertThat(view.get("version_major").getAsInt()).isEqualTo(2);
        assertThat(view.get("model_id").getAsString()).isEqualTo("m");
    }

    @Test
    void aCommOpensWithDataAndMetadata() {
        Browser.Message opened = open((comm, json, buffers) -> {});
        assertThat(opened.content().get("target_name").getAsString()).isEqualTo("jupyter.widget");
        assertThat(opened.content().getAsJsonObject("data").toString())
                .isEqualTo("{\"state\":{\"n\":1.5},\"buffer_paths\":[]}");
        assertThat(opened.metadata().get("version").getAsString()).isEqualTo("2.1.0");
    }

    @Test
    void binaryFramesCrossBothWays() throws Exception {
        CompletableFuture<Map<String, Object>> heard = new CompletableFuture<>();
        Browser.Message opened = open((comm, json, buffers) -> {
            heard.complete(new HashMap<>(Map.of("json", json, "buffers", buffers)));
            comm.send("{\"got\":" + buffers.size() + "}", List.of(new byte[] {1, 2, 3}, new byte[0], new byte[] {-1}));
        });
        String id = say(opened, "{\"method\":\"update\"}", List.of(new byte[] {9, 8}));

        List<Browser.Message> said = browser.until(id);

        assertThat(heard.get(20, TimeUnit.SECONDS).get("json")).isEqualTo("{\"method\":\"update\"}");
        assertThat((List<?>) heard.get().get("buffers")).hasSize(1).first().isEqualTo(new byte[] {9, 8});
        assertThat(said).hasSize(1);
        assertThat(said.get(0).type()).isEqualTo("comm_msg");
        assertThat(said.get(0).parentId()).as("the answer's parent").isEqualTo(id);
        assertThat(said.get(0).content().getAsJsonObject("data").toString()).isEqualTo("{\"got\":1}");
        assertThat(said.get(0).buffers()).containsExactly(new byte[] {1, 2, 3}, new byte[0], new byte[] {-1});
    }

    @Test
    void aMessageWithoutFramesIsFinished() {
        Browser.Message opened =
                open((comm, json, buffers) -> comm.send("{\"frames\":" + buffers.size() + "}", List.of()));
        List<Browser.Message> said = browser.until(say(opened, "{}", List.of()));
        assertThat(said).hasSize(1);
        assertThat(said.get(0).content().getAsJsonObject("data").toString()).isEqualTo("{\"frames\":0}");
        assertThat(said.get(0).buffers()).isEmpty();
    }

    @Test
    void aCommSpeaksFromItsOwnThreadWhileNoCellRuns() throws Exception {
        CompletableFuture<Bridge.Comm> line = new CompletableFuture<>();
        bridge.line("open", args -> {
            line.complete(bridge.openComm("jupyter.widget", "{}", Map.of(), (comm, json, buffers) -> {}));
            return null;
        });
        browser.run("%open");
        Thread thread = new Thread(() -> line.join().send("{\"late\":true}", List.of(new byte[] {7})));
        thread.start();
        Browser.Message said = browser.next();
        thread.join();
        assertThat(said.type()).isEqualTo("comm_msg");
        assertThat(said.buffers()).containsExactly(new byte[] {7});
    }

    @Test
    void aListenerThatFailsLeavesTheLineOpen() {
        Browser.Message opened = open((comm, json, buffers) -> {
            if (buffers.isEmpty()) {
                throw new IllegalStateException("on purpose");
            }
            comm.send("{\"fine\":true}", List.of());
        });
        browser.until(say(opened, "{}", List.of()));
        assertThat(browser.until(say(opened, "{}", List.of(new byte[] {1})))).hasSize(1);
    }

    @Test
    void theBrowserOpensACommToOurTarget() {
        bridge.registerTarget(
                "jupyter.widget.control",
                (comm, json, buffers) ->
                        comm.send("{\"method\":\"update_states\",\"asked\":" + json + "}", List.of(new byte[] {5})));
        browser.until(browser.send(
                "comm_open", "{\"comm_id\":\"c1\",\"target_name\":\"jupyter.widget.control\",\"data\":{}}", List.of()));
        String id =
                browser.send("comm_msg", "{\"comm_id\":\"c1\",\"data\":{\"method\":\"request_states\"}}", List.of());
        List<Browser.Message> said = browser.until(id);
        assertThat(said).hasSize(1);
        assertThat(said.get(0).content().get("comm_id").getAsString()).isEqualTo("c1");
        assertThat(said.get(0).content().getAsJsonObject("data").toString())
                .isEqualTo("{\"method\":\"update_states\",\"asked\":{\"method\":\"request_states\"}}");
        assertThat(said.get(0).buffers()).containsExactly(new byte[] {5});
    }

    /** The whole of it on the wire: the commands, the widget, a slider, and a page that is loaded again. */
    @Test
    void theLiveComparisonMergesAnewAsThePageWishes() {
        PanSt3RMagics.install(bridge);
        bridge.line("quiet", args -> {
            Notebook.exercise("../sample-scenes/study", 1, 1);
            return null;
        });
        browser.run("%quiet");
        List<Browser.Message> said = browser.run("%panst3r compare --live --strategies standard-v2");
        Browser.Message opened = said.stream()
                .filter(m -> m.type().equals("comm_open")
                        && m.content()
                                .getAsJsonObject("data")
                                .getAsJsonObject("state")
                                .has("spec"))
                .findFirst()
                .orElseThrow();
        assertThat(said)
                .anyMatch(m -> m.content().has("data")
                        && m.content().getAsJsonObject("data").has("application/vnd.jupyter.widget-view+json"));
        say(
                opened,
                "{\"method\":\"update\",\"state\":{\"wish\":"
                        + "{\"seq\":7,\"now\":\"standard-v2 class-threshold=0.6\",\"show\":\"now\"}}}",
                List.of());
        Browser.Message answer = browser.next();
        while (!answer.type().equals("comm_msg")
                || !answer.content().getAsJsonObject("data").toString().contains("\"answered\":7")) {
            answer = browser.next();
        }
        assertThat(answer.content().getAsJsonObject("data").toString())
                .contains("standard-v2 class-threshold=0.6", "\"buffer_paths\":[[\"colours\"]]");
        // at least two bytes for every point and one more
        assertThat(answer.buffers()).hasSize(1);
        assertThat(answer.buffers().get(0).length).isGreaterThan(3 * 50_000);

        browser.until(browser.send(
                "comm_open", "{\"comm_id\":\"c9\",\"target_name\":\"jupyter.widget.control\",\"data\":{}}", List.of()));
        Browser.Message states = browser.until(browser.send(
                        "comm_msg", "{\"comm_id\":\"c9\",\"data\":{\"method\":\"request_states\"}}", List.of()))
                .get(0);
        assertThat(states.content().toString()).contains("class-threshold=0.6");
        assertThat(states.buffers()).hasSize(2).contains(answer.buffers().get(0));
    }

    private Browser.Message open(Bridge.CommListener listener) {
        bridge.line("open", args -> {
            bridge.openComm(
                    "jupyter.widget",
                    "{\"state\":{\"n\":1.5},\"buffer_paths\":[]}",
                    Map.of("version", "2.1.0"),
                    listener);
            return null;
        });
        List<Browser.Message> said = browser.run("%open");
        assertThat(said).hasSize(1);
        assertThat(said.get(0).type()).isEqualTo("comm_open");
        return said.get(0);
    }

    private String say(Browser.Message opened, String data, List<byte[]> buffers) {
        String comm = opened.content().get("comm_id").getAsString();
        return browser.send("comm_msg", "{\"comm_id\":\"" + comm + "\",\"data\":" + data + "}", buffers);
    }
}
