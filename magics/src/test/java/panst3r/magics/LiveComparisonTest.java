package panst3r.magics;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import panst3r.Progress;
import panst3r.merge.Merge;
import panst3r.merge.MergeStrategy;
import panst3r.merge.Panoptic;
import panst3r.merge.Segment;
import panst3r.scene.Scene;

/** {@code %panst3r compare --live}: what the page says and what it gets. */
class LiveComparisonTest {
    private static final List<String> CLASSES = List.of("chair", "coffee table", "wall");

    private final RecordingBridge bridge = new RecordingBridge();
    private final Session session = PanSt3RMagics.start(bridge);
    private Scene scene;
    private String widget;
    private int seq;

    @BeforeEach
    void aWidget() throws Exception {
        scene = SmallScene.of(2, "small.pth", CLASSES).merged(Merge.standardV2(), Progress.SILENT);
        session.workspace().scene("room", scene, "standard-v2");
        bridge.show("panst3r", "compare", "--live", "--strategies", "standard-v2,qubo");
        widget = bridge.sent.get(0).commId();
    }

    private void wish(String fields) throws Exception {
        seq++;
        bridge.browserSends(
                widget,
                "{\"method\":\"update\",\"state\":{\"wish\":{\"seq\":" + seq + "," + fields + "}},\"buffer_paths\":[]}",
                List.of());
    }

    private static JsonObject state(RecordingBridge.Sent message) {
        JsonObject data = new Gson().fromJson(message.json(), JsonObject.class);
        return data.has("state") ? data.getAsJsonObject("state") : new JsonObject();
    }

    /** The answer to the last wish. */
    private RecordingBridge.Sent answer() throws InterruptedException {
        return await(m -> state(m).has("answered") && state(m).get("answered").getAsInt() == seq);
    }

    private RecordingBridge.Sent await(Predicate<RecordingBridge.Sent> wanted) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (System.nanoTime() < end) {
            synchronized (bridge.sent) {
                for (RecordingBridge.Sent m : bridge.sent) {
                    if (wanted.test(m)) {
                        return m;
                    }
                }
            }
            Thread.sleep(10);
        }
        throw new AssertionError("no such message: " + bridge.sent);
    }

    /** Segment of every point as the page gets it: query + 1, by view, row and column (this scene shows every point). */
    private int[] colours(RecordingBridge.Sent message) {
        byte[] bytes = message.buffers().get(0);
        int[] out = new int[2 * SmallScene.WIDTH * SmallScene.HEIGHT];
        for (int i = 0; i < out.length; i++) {
            out[i] = bytes[2 * i] & 255 | (bytes[2 * i + 1] & 255) << 8;
        }
        return out;
    }

    private int[] expected(MergeStrategy strategy) {
        Panoptic p = scene.merged(strategy, Progress.SILENT).panoptic().orElseThrow();
        int[] query = new int[p.segments().size() + 1];
        for (Segment s : p.segments()) {
            query[s.id()] = s.query() + 1;
        }
        int[] out = new int[2 * SmallScene.WIDTH * SmallScene.HEIGHT];
        for (int i = 0; i < out.length; i++) {
            int[] ids = p.ids().get(i / (out.length / 2));
            out[i] = query[ids[i % (out.length / 2)]];
        }
        return out;
    }

    @Test
    void thePageGetsThePointsOnceAndEverythingToChooseFrom() throws Exception {
        assertThat(bridge.outputs.get(1).bundle())
                .containsKeys("application/vnd.jupyter.widget-view+json", "text/html", "text/plain");
        // what stands where there are no widgets
        assertThat((String) bridge.outputs.get(2).bundle().get("text/html")).contains("standard-v2", "qubo", "<img");
        JsonObject first = state(bridge.sent.get(0));
        JsonArray strategies = first.getAsJsonObject("spec").getAsJsonArray("strategies");
        assertThat(strategies).hasSameSizeAs(Merge.all());
        for (int i = 0; i < strategies.size(); i++) {
            assertThat(strategies.get(i).getAsJsonObject().getAsJsonArray("options"))
                    .hasSameSizeAs(Merge.all().get(i).options());
        }
        assertThat(first.getAsJsonObject("result").getAsJsonArray("rows")).hasSize(1);
        assertThat(first.get("_esm").getAsString()).contains("export default { render }");
        String page = new String(bridge.sent.get(1).buffers().get(0), StandardCharsets.UTF_8);
        assertThat(page).startsWith("<!DOCTYPE html>").contains("\"live\":4");
        wish("\"now\":\"qubo\",\"show\":\"now\"");
        answer();
        wish("\"now\":\"standard-v2 class-threshold=0.97\",\"show\":\"now\"");
        RecordingBridge.Sent answer = answer();
        assertThat(answer.buffers()).hasSize(1);
        assertThat(answer.json()).doesNotContain("DOCTYPE");
        assertThat(bridge.sent.stream().filter(m -> m.json().contains("\"document\"")))
                .hasSize(1);
    }

    @Test
    void aWishIsAnsweredWithTheColoursOfItsMerge() throws Exception {
        wish("\"now\":\"standard-v2 class-threshold=0.97\",\"show\":\"now\"");
        RecordingBridge.Sent one = answer();
        assertThat(colours(one)).isEqualTo(expected(Merge.standardV2().classThreshold(0.97)));
        JsonObject result = state(one).getAsJsonObject("result");
        assertThat(result.getAsJsonArray("segments")).hasSize(1);
        wish("\"now\":\"argmax\",\"show\":\"now\"");
        RecordingBridge.Sent all = answer();
        assertThat(colours(all)).isEqualTo(expected(Merge.argmax())).isNotEqualTo(colours(one));
        // the same query has the same number, name and colour
        JsonObject was = result.getAsJsonArray("segments").get(0).getAsJsonObject();
        JsonObject is = state(all)
                .getAsJsonObject("result")
                .getAsJsonArray("segments")
                .get(0)
                .getAsJsonObject();
        for (String key : List.of("id", "name", "color", "classColor")) {
            assertThat(is.get(key)).isEqualTo(was.get(key));
        }
        // how much each point differs from the start is in the last bytes
        byte[] bytes = all.buffers().get(0);
        int[] start = expected(Merge.standardV2());
        int[] now = colours(all);
        for (int i = 0; i < start.length; i++) {
            assertThat(bytes[bytes.length - start.length + i] & 255).isEqualTo(start[i] == now[i] ? 0 : 255);
        }
        assertThat(session.workspace().scene(null)).isSameAs(scene);
    }

    @Test
    void theLatestWishWins() throws Exception {
        for (int i = 1; i <= 60; i++) {
            wish("\"now\":\"standard-v2 void-confidence=" + i / 100.0 + "\",\"show\":\"now\"");
        }
        JsonObject row = state(answer())
                .getAsJsonObject("result")
                .getAsJsonArray("rows")
                .get(0)
                .getAsJsonObject();
        assertThat(row.get("strategy").getAsString()).isEqualTo("standard-v2 void-confidence=0.6");
        Thread.sleep(100);
        JsonObject last = state(bridge.sent.get(bridge.sent.size() - 1));
        assertThat(last.get("answered").getAsInt()).isEqualTo(seq);
    }

    @Test
    void twoAreKeptAndCompared() throws Exception {
        wish("\"now\":\"argmax\",\"a\":\"standard-v2\",\"b\":\"qubo lambda=0.5\",\"show\":\"a\"");
        RecordingBridge.Sent answer = answer();
        JsonObject result = state(answer).getAsJsonObject("result");
        assertThat(result.get("base").getAsString()).isEqualTo("A");
        assertThat(result.getAsJsonArray("rows")).hasSize(3);
        assertThat(colours(answer)).isEqualTo(expected(Merge.standardV2()));
        int differing = 3;
        assertThat(row(result, 1).get(differing).getAsDouble()).isZero();
        assertThat(row(result, 0).get(differing).getAsDouble()).isPositive();
    }

    private static JsonArray row(JsonObject result, int i) {
        return result.getAsJsonArray("rows").get(i).getAsJsonObject().getAsJsonArray("values");
    }

    @Test
    void aWishThatCannotBeFulfilledIsASentenceAndChangesNothing() throws Exception {
        wish("\"now\":\"standard-v2 class-threshold=1\",\"show\":\"now\"");
        RecordingBridge.Sent none = answer();
        assertThat(state(none).get("error").getAsString()).contains("keeps no query");
        assertThat(none.buffers()).isEmpty();
        assertThat(state(none).has("result")).isFalse();
        wish("\"now\":\"standard-v2 class-threshold=7\",\"show\":\"now\"");
        assertThat(state(answer()).get("error").getAsString()).contains("class-threshold is 7");
        wish("\"now\":\"qbo\",\"show\":\"now\"");
        assertThat(state(answer()).get("error").getAsString()).contains("did you mean “qubo”");
        wish("\"now\":\"qubo\",\"show\":\"now\"");
        assertThat(state(answer()).get("error").getAsString()).isEmpty();
    }

    @Test
    void aPageThatIsLoadedAgainGetsItsState() throws Exception {
        wish("\"now\":\"argmax\",\"show\":\"now\"");
        byte[] colours = answer().buffers().get(0);
        bridge.sent.clear();
        String control = bridge.browserOpens("jupyter.widget.control");
        bridge.browserSends(control, "{\"method\":\"request_states\"}", List.of());
        RecordingBridge.Sent states = await(m -> m.json().contains("update_states"));
        JsonObject all = new Gson().fromJson(states.json(), JsonObject.class).getAsJsonObject("states");
        JsonObject mine = all.getAsJsonObject(widget).getAsJsonObject("state");
        assertThat(mine.getAsJsonObject("wish").get("now").getAsString()).isEqualTo("argmax");
        assertThat(states.buffers()).hasSize(2);
        assertThat(states.buffers()).anyMatch(b -> java.util.Arrays.equals(b, colours));
    }

    @Test
    void oldWidgetsAreLetGo() throws Exception {
        for (int i = 0; i < 5; i++) {
            value("compare --live --strategies standard-v2");
        }
        assertThat(bridge.openComms()).hasSize(4).doesNotContain(widget);
    }

    private Object value(String line) throws Exception {
        return bridge.value("panst3r", Words.of(line).toArray(String[]::new));
    }

    @Test
    void theSameInJava() {
        assertThat(Notebook.compareLive().table().rowCount()).isEqualTo(3);
        assertThat(bridge.openComms()).hasSize(2);
    }
}
