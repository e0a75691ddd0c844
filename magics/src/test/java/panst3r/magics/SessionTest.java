package panst3r.magics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import panst3r.CancelledException;
import panst3r.Progress;
import panst3r.merge.Merge;
import panst3r.scene.Scene;

/** What holds for every long command: one at a time, interruptible, all or nothing. */
class SessionTest {
    private final RecordingBridge bridge = new RecordingBridge();
    private final Session session = PanSt3RMagics.start(bridge);
    private Scene before;

    @BeforeEach
    void aScene() {
        before = SmallScene.of(2, "small.pth", List.of("chair", "table")).merged(Merge.standardV2(), Progress.SILENT);
        session.workspace().scene("room", before, "standard-v2");
    }

    @Test
    void anInterruptIsOneSentenceAndTheNextCommandWorks() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread cell =
                new Thread(() -> thrown.set(catchThrowable(() -> session.jobs().run("count", progress -> {
                    for (int i = 0; ; i++) {
                        progress.step("count", i % 1000, 1000);
                        started.countDown();
                    }
                }))));
        cell.start();
        started.await();
        cell.interrupt();
        cell.join(2000);
        assertThat(cell.isAlive()).isFalse();
        assertThat(thrown.get()).isInstanceOf(PanSt3RError.class).hasMessage("count was interrupted.");
        assertThat(PanSt3RError.last()).isInstanceOf(CancelledException.class);
        String last =
                (String) bridge.outputs.get(bridge.outputs.size() - 1).bundle().get("text/plain");
        assertThat(last).isEqualTo("count stopped.");
        assertThat(session.merge(null, "qubo", Map.of()).panoptic()).isPresent();
    }

    @Test
    void whatIsShownAtTheEndDoesNotLookLikeWorkGoingOn() {
        session.jobs().run("count", progress -> {
            progress.step("count", 0, 10);
            return 1;
        });
        assertThat((String) bridge.outputs.get(0).bundle().get("text/plain")).startsWith("count done in ");
        assertThat((String) bridge.outputs.get(0).bundle().get("text/html")).doesNotContain("progressbar");
    }

    @Test
    void anInterruptThatCameBeforeStopsTheCommand() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> session.merge(null, null, Map.of())).hasMessageContaining("was interrupted");
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        assertThat(session.workspace().scene(null)).isSameAs(before);
    }

    @Test
    void whileTheJobBeforeIsStillStoppingTheNextSaysSo() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        Thread deaf = new Thread(() -> session.jobs().run("deaf", progress -> {
            started.countDown();
            try {
                end.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            return null;
        }));
        deaf.start();
        started.await();
        assertThatThrownBy(() -> session.merge(null, null, Map.of()))
                .isInstanceOf(PanSt3RError.class)
                .hasMessageContaining("still stopping");
        // What only looks does not wait.
        assertThat(session.segments(null, null).rowCount()).isEqualTo(2);
        end.countDown();
        deaf.join();
        assertThat(session.merge(null, null, Map.of()))
                .isSameAs(session.workspace().scene(null));
    }

    @Test
    void whateverIsThrownIsOneLine() {
        assertThatThrownBy(() -> session.jobs().run("x", progress -> {
                    throw new IllegalStateException("first\nsecond");
                }))
                .isInstanceOf(PanSt3RError.class)
                .hasMessageContaining("first second")
                .hasMessageNotContainingAny("\n");
        assertThatThrownBy(() -> session.jobs().run("x", progress -> {
                    throw new OutOfMemoryError("Java heap space");
                }))
                .isInstanceOf(PanSt3RError.class)
                .hasMessageContaining("-Xmx");
    }

    @Test
    void installingTouchesNeitherTheNetworkNorTheTables() throws Exception {
        String loaded = LoadedClasses.afterInstall();
        assertThat(loaded).contains("panst3r.magics.Session");
        assertThat(loaded).doesNotContain("ai.djl.", "tech.tablesaw.columns.", "picocli.");
    }
}
