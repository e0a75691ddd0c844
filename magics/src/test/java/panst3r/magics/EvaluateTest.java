package panst3r.magics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import panst3r.rooms.GroundTruthFolder;
import panst3r.rooms.RoomOptions;
import panst3r.rooms.Rooms;
import tech.tablesaw.api.Table;

/** {@code %panst3r evaluate}: its tables, what it leaves on disk, and what it refuses. */
class EvaluateTest {
    private final RecordingBridge bridge = new RecordingBridge();
    private final Session session = PanSt3RMagics.start(bridge);

    @TempDir
    Path folder;

    @BeforeEach
    void model() throws Exception {
        for (int i = 0; i < 2; i++) {
            GroundTruthFolder.write(
                    folder.resolve("rooms/room-" + i),
                    Rooms.sample(i, RoomOptions.defaults().withViews(2).withSize(64, 48)));
        }
        Path tiny = TestFiles.fixtures().resolve("tiny-v2");
        bridge.value(
                "panst3r",
                "model",
                tiny + "/model.pth",
                "--classes",
                tiny + "/classes.safetensors",
                "--names",
                "wall,floor,chair,table,lamp,book,plant,window,sofa");
    }

    private DataSetMetrics evaluate(String... more) throws Exception {
        List<String> words = new ArrayList<>(
                List.of("evaluate", folder.resolve("rooms").toString(), "--out", out(), "--size", "224"));
        words.addAll(List.of(more));
        return (DataSetMetrics) bridge.value("panst3r", words.toArray(String[]::new));
    }

    private String out() {
        return folder.resolve("out").toString();
    }

    @Test
    void aDataSetBecomesTables() throws Exception {
        DataSetMetrics metrics = evaluate("--photos", "9", "--keyframes", "2", "--merge", "argmax", "--refine", "1");
        assertThat(metrics.scenes().stringColumn("scene").asList()).containsExactly("room-0", "room-1");
        assertThat(metrics.scenes().stringColumn("error").asList()).containsOnly("");
        assertThat(metrics.scenes().intColumn("photos").asList()).containsOnly(2);
        assertThat(metrics.scenes().doubleColumn("depth_error").asList()).doesNotContainNull();
        assertThat(metrics.views().rowCount()).isEqualTo(4);
        assertThat(metrics.classes().booleanColumn("thing").countTrue()).isPositive();
        Table summary = metrics.summary();
        assertThat(summary.columnNames()).containsExactly("method", "PQ rooms", "SQ rooms", "RQ rooms", "mIoU rooms");
        String html = (String) bridge.rendered(metrics).get("text/html");
        assertThat(html).contains("model.pth", "PQ rooms", "room-1").doesNotContain("<th>error", "Published");
        assertThat(Files.readString(Path.of(out(), "rooms", "settings.txt")))
                .contains("keyframes 2", "argmax", "refinements 1", "at most 9");
        // The same again costs nothing; others are not mixed in.
        double seconds = metrics.scenes().doubleColumn("seconds").get(0);
        assertThat(evaluate("--photos", "9", "--keyframes", "2", "--merge", "argmax", "--refine", "1")
                        .scenes()
                        .doubleColumn("seconds")
                        .get(0))
                .isEqualTo(seconds);
        assertThatThrownBy(() -> evaluate()).isInstanceOf(PanSt3RError.class).hasMessageContaining("--overwrite");
        Path words = Files.writeString(folder.resolve("words.txt"), "chair\nwall\n");
        assertThat(evaluate("--overwrite", "--vocabulary", words.toString(), "--split", "all")
                        .views()
                        .rowCount())
                .isEqualTo(4);
        assertThat(Notebook.evaluate(EvaluationChoice.of(
                                        List.of(folder.resolve("rooms/room-0").toString()))
                                .out(folder.resolve("one").toString())
                                .size(224)
                                .photos(1))
                        .scenes()
                        .rowCount())
                .isOne();
    }

    @Test
    void keyframesMayLieFarApart() throws Exception {
        Path weights = TestFiles.fixtures().resolve("retrieval/MUSt3R_tiny_retrieval_trainingfree.pth");
        DataSetMetrics far = evaluate("--keyframes", "2", "--retrieval", "--seed", "3", "--batch", "1");
        assertThat(far.scenes().stringColumn("error").asList()).containsOnly("");
        Path settings = Path.of(out(), "rooms", "settings.txt");
        assertThat(Files.readString(settings)).contains("keyframes 2 by cosine of pooled", "with seed 3");
        // How many go through at once changes nothing, so what was measured stays.
        double seconds = far.scenes().doubleColumn("seconds").get(1);
        assertThat(evaluate("--keyframes", "2", "--retrieval", "--seed", "3", "--batch", "2")
                        .scenes()
                        .doubleColumn("seconds")
                        .get(1))
                .isEqualTo(seconds);
        assertThatThrownBy(() -> evaluate("--keyframes", "2", "--retrieval", "--seed", "4"))
                .hasMessageContaining("other settings");
        evaluate("--overwrite", "--keyframes", "2", "--retrieval", "--retrieval-weights", weights.toString());
        assertThat(Files.readString(settings)).contains("keyframes 2 by retrieval (ASMK", "with seed 0");
        for (String wrong : List.of("--seed 3", "--retrieval-weights x.pth", "--retrieval", "--batch 0")) {
            assertThatThrownBy(() -> evaluate(wrong.split(" "))).isInstanceOf(PanSt3RError.class);
        }
    }

    @Test
    void whatIsRefused() {
        assertThatThrownBy(() -> bridge.value(
                        "panst3r", "evaluate", folder.resolve("nothing").toString()))
                .isInstanceOf(PanSt3RError.class)
                .hasMessageContaining("not a folder");
        assertThatThrownBy(() -> evaluate("--split", "half"))
                .isInstanceOf(PanSt3RError.class)
                .hasMessageContaining("half");
        assertThatThrownBy(() -> evaluate("--merge", "guess"))
                .isInstanceOf(PanSt3RError.class)
                .hasMessageContaining("guess");
        assertThatThrownBy(() -> evaluate("--keyframes", "1"))
                .isInstanceOf(PanSt3RError.class)
                .hasMessageContaining("At least 2 keyframes");
        assertThatThrownBy(() ->
                        evaluate("--vocabulary", folder.resolve("none.txt").toString()))
                .isInstanceOf(PanSt3RError.class)
                .hasMessageContaining("There is no vocabulary");
        assertThatThrownBy(() -> evaluate("--photos", "0"))
                .isInstanceOf(PanSt3RError.class)
                .hasMessageContaining("0");
        assertThatThrownBy(() -> bridge.value("panst3r", "evaluate")).hasMessageContaining("DATASET");
        assertThatThrownBy(() -> Notebook.evaluate()).hasMessageContaining("at least one data set");
    }

    @Test
    void classesOfTheTruthThatCannotBeLookedForAreSaidBeforeHoursAreSpent() throws Exception {
        assertThat(evaluate("--vocabulary", "truth")
                        .scenes()
                        .stringColumn("error")
                        .get(0))
                .contains("Without a text encoder", "--text FOLDER");
        Path cats = Files.writeString(folder.resolve("cats.txt"), "book\n");
        assertThat(evaluate("--overwrite", "--vocabulary", cats.toString())
                        .scenes()
                        .stringColumn("error")
                        .get(0))
                .contains("looks for none that occurs", "“book”");
    }

    @Test
    void aSceneThatFailsIsARowWithItsSentence() throws Exception {
        Files.delete(folder.resolve("rooms/room-1/instances/001.png"));
        DataSetMetrics metrics = evaluate();
        assertThat(metrics.toString()).contains("2 scenes, 1 of which could not be measured");
        assertThat(metrics.scenes().stringColumn("error").get(1)).contains("001.png is missing");
        assertThat((String) bridge.rendered(metrics).get("text/html")).contains("001.png is missing");
    }
}
