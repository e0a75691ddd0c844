package panst3r.magics.display;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import panst3r.magics.RecordingBridge;

class CellProgressTest {
    private final RecordingBridge bridge = new RecordingBridge();
    private final AtomicLong clock = new AtomicLong();
    private final CellProgress progress = new CellProgress(bridge, "run", clock::get);

    private String plain() {
        return (String) bridge.outputs.get(bridge.outputs.size() - 1).bundle().get("text/plain");
    }

    private String html() {
        return (String) bridge.outputs.get(bridge.outputs.size() - 1).bundle().get("text/html");
    }

    @Test
    void oneDisplayAtMostFiveTimesASecond() {
        for (int i = 0; i < 1000; i++) {
            progress.step("encode", i, 1000);
            clock.addAndGet(10_000_000);
        }
        progress.finish("8 views");
        assertThat(bridge.outputs).hasSize(1);
        assertThat(bridge.updates).isBetween(40, 51);
        assertThat(plain()).isEqualTo("8 views in 10 s.");
    }

    @Test
    void saysStageStepsAndTimeLeft() {
        progress.update("encode", 0, 4);
        clock.set(10_000_000_000L);
        progress.update("encode", 1, 4);
        assertThat(plain()).isEqualTo("run · encode 1 of 4 · 10 s · about 30 s left in this stage");
        assertThat(html()).contains("aria-valuenow=\"25\"").contains("width:25.0%");
        clock.set(90_000_000_000L);
        progress.update("masks", 0, 2);
        assertThat(html()).contains("encode 1 min 30 s");
    }

    @Test
    void theBarGoesOnWithinAStepAndNeverBack() {
        Map<String, Double> plan = new LinkedHashMap<>();
        plan.put("encode", 1.0);
        plan.put("masks", 3.0);
        progress.expect(plan);
        String[] parts = {"load", "encode", "encode", "masks", "encode", "measure"};
        String[] bars = {"50", "50", "56", "81", "81", "81"}; // of two scenes the second
        for (int i = 0; i < parts.length; i++) {
            clock.addAndGet(1_000_000_000L);
            progress.within("scenes", 1, 2, parts[i], i == 1 ? 0 : 2, 4);
            assertThat(html()).as(parts[i]).contains("aria-valuenow=\"" + bars[i] + "\"");
            assertThat(plain()).contains("scenes 1 of 2 · " + parts[i] + " " + (i == 1 ? 0 : 2) + " of 4 · ");
        }
        clock.addAndGet(1_000_000_000L);
        progress.update("scenes", 2, 2);
        assertThat(html()).contains("aria-valuenow=\"100\"");
        assertThat(plain()).isEqualTo("run · scenes 2 of 2 · 7.0 s");
    }

    @Test
    void aPlanTellsTheTimeLeftForAllOfIt() {
        Map<String, Double> plan = new LinkedHashMap<>();
        plan.put("encode", 1.0);
        plan.put("nothing", 0.0);
        plan.put("masks", 3.0);
        progress.update("load", 0, 1);
        progress.expect(plan);
        clock.set(5_000_000_000L);
        progress.update("encode", 0, 4);
        clock.set(15_000_000_000L);
        progress.update("masks", 0, 4);
        assertThat(plain()).isEqualTo("run · masks 0 of 4 · 15 s · about 30 s left");
        clock.set(35_000_000_000L);
        progress.update("masks", 2, 3);
        assertThat(plain()).isEqualTo("run · masks 2 of 3 · 35 s · about 10 s left");
        assertThat(html()).contains("width:75.0%");
    }

    @Test
    void warningsStayAndAreEscaped() {
        progress.note("Needs about 2 GB.");
        progress.warn("<img src=x onerror=alert(1)>.jpg was left out");
        progress.finish("3 views");
        assertThat(plain())
                .isEqualTo(
                        "3 views in 0.0 s.\nNeeds about 2 GB.\nWarning: <img src=x onerror=alert(1)>.jpg was left out");
        assertThat(html()).contains("&lt;img src=x onerror=alert(1)&gt;.jpg").doesNotContain("<img");
    }

    @Test
    void times() {
        assertThat(CellProgress.time(400_000_000L)).isEqualTo("0.4 s");
        assertThat(CellProgress.time(59_600_000_000L)).isEqualTo("1 min");
        assertThat(CellProgress.time(185_000_000_000L)).isEqualTo("3 min 5 s");
    }
}
