package panst3r.magics.live;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import panst3r.PanSt3RException;
import panst3r.magics.RecordingBridge;

class WidgetTest {
    private final RecordingBridge bridge = new RecordingBridge();
    private final Widgets widgets = new Widgets(bridge);
    private final BlockingQueue<JsonObject> heard = new LinkedBlockingQueue<>();

    @Test
    void opensWithItsStateAndIsShownByItsId() {
        Widget widget = widgets.open("export default {}", json("{\"n\":3}"), new Widget.Listener() {});
        JsonObject open = sent(0);
        assertThat(open.getAsJsonObject("state").get("n").getAsInt()).isEqualTo(3);
        assertThat(open.getAsJsonObject("state").get("_esm").getAsString()).isEqualTo("export default {}");
        assertThat(widget.bundle("a line"))
                .containsEntry("text/plain", "a line")
                .extractingByKey("application/vnd.jupyter.widget-view+json")
                .isEqualTo(Map.of("version_major", 2, "version_minor", 0, "model_id", widget.id()));
    }

    @Test
    void valuesAndFramesGoInOneMessage() {
        Widget widget = widgets.open("", json("{}"), new Widget.Listener() {});
        widget.set(json("{\"n\":4}"), Map.of("points", new byte[] {1, 2}));
        assertThat(bridge.sent.get(1).json())
                .isEqualTo("{\"method\":\"update\",\"state\":{\"n\":4},\"buffer_paths\":[[\"points\"]]}");
        assertThat(bridge.sent.get(1).buffers()).containsExactly(new byte[] {1, 2});
        widget.send(json("{\"hello\":1}"), List.of());
        assertThat(bridge.sent.get(2).json()).isEqualTo("{\"method\":\"custom\",\"content\":{\"hello\":1}}");
    }

    @Test
    void whatChangesDuringWorkComesOnceWithTheLatestValues() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        Widget widget = widgets.open("", json("{}"), new Widget.Listener() {
            @Override
            public void changed(Widget self, JsonObject changes) {
                heard.add(changes);
                await(go);
            }
        });
        change(widget, "{\"n\":0}");
        assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo(json("{\"n\":0}"));
        for (int n = 1; n < 50; n++) {
            change(widget, "{\"n\":" + n + "}");
        }
        change(widget, "{\"m\":1}");
        go.countDown();
        assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo(json("{\"n\":49,\"m\":1}"));
        assertThat(heard.poll(100, TimeUnit.MILLISECONDS)).isNull();
        assertThat(widget.get("n")).isEqualTo(new JsonPrimitive(49));
    }

    @Test
    void whatGoesWrongIsSaidInTheWidget() throws Exception {
        Widget widget = widgets.open("", json("{}"), new Widget.Listener() {
            @Override
            public void heard(Widget self, JsonObject content, List<byte[]> buffers) {
                heard.add(content);
                if (content.has("bad")) {
                    throw new PanSt3RException("There is no bad.");
                }
            }
        });
        bridge.browserSends(widget.id(), "{\"method\":\"custom\",\"content\":{\"bad\":1}}", List.of());
        bridge.browserSends(widget.id(), "{\"method\":\"custom\",\"content\":{\"good\":1}}", List.of());
        assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo(json("{\"bad\":1}"));
        assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo(json("{\"good\":1}"));
        assertThat(widget.get("error").getAsString()).isEqualTo("There is no bad.");
        bridge.browserSends(widget.id(), "{\"method\":\"custom\"}", List.of()); // no content: nothing to hear
        bridge.browserSends(widget.id(), "{\"method\":\"custom\",\"content\":7}", List.of());
    }

    @Test
    void aPageLoadedAgainGetsEveryOpenWidget() throws Exception {
        Widget kept = widgets.open("kept", json("{}"), new Widget.Listener() {});
        Widget gone = widgets.open("gone", json("{}"), new Widget.Listener() {});
        kept.set("points", new byte[] {5});
        gone.close();
        bridge.sent.clear();

        String control = bridge.browserOpens("jupyter.widget.control");
        bridge.browserSends(control, "{\"method\":\"request_states\"}", List.of());

        JsonObject answer = sent(0);
        assertThat(answer.get("method").getAsString()).isEqualTo("update_states");
        assertThat(answer.getAsJsonObject("states").keySet()).containsExactly(kept.id());
        JsonObject model = answer.getAsJsonObject("states").getAsJsonObject(kept.id());
        assertThat(model.getAsJsonObject("state").get("_esm").getAsString()).isEqualTo("kept");
        assertThat(answer.get("buffer_paths").toString()).isEqualTo("[[\"" + kept.id() + "\",\"state\",\"points\"]]");
        assertThat(bridge.sent.get(0).buffers()).containsExactly(new byte[] {5});

        bridge.sent.clear();
        bridge.browserSends(kept.id(), "{\"method\":\"request_state\"}", List.of());
        assertThat(sent(0).getAsJsonObject("state").get("_esm").getAsString()).isEqualTo("kept");
        assertThat(bridge.sent.get(0).buffers()).containsExactly(new byte[] {5});
    }

    private void change(Widget widget, String state) throws Exception {
        bridge.browserSends(widget.id(), "{\"method\":\"update\",\"state\":" + state + "}", List.of());
    }

    private JsonObject sent(int i) {
        return json(bridge.sent.get(i).json());
    }

    private static JsonObject json(String text) {
        return new Gson().fromJson(text, JsonObject.class);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
