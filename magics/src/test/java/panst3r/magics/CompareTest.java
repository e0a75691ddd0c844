package panst3r.magics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.awt.image.BufferedImage;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import panst3r.Progress;
import panst3r.checkpoint.LabelMode;
import panst3r.inference.Prediction;
import panst3r.inference.ViewPrediction;
import panst3r.magics.compare.SceneComparison;
import panst3r.magics.compare.Sweep;
import panst3r.merge.ClassLogits;
import panst3r.merge.Merge;
import panst3r.rooms.GroundTruthFolder;
import panst3r.rooms.RoomSample;
import panst3r.scene.Scene;
import tech.tablesaw.api.Table;

/** {@code %panst3r compare} and {@code sweep}: their numbers, what they show, and what they refuse. */
class CompareTest {
    private static final List<String> CLASSES = List.of("chair", "coffee table", "wall");

    private final RecordingBridge bridge = new RecordingBridge();
    private final Session session = PanSt3RMagics.start(bridge);
    private Scene before;

    @TempDir
    Path folder;

    @BeforeEach
    void aScene() {
        before = SmallScene.of(3, "small.pth", CLASSES).merged(Merge.standardV2(), Progress.SILENT);
        session.workspace().scene("room", before, "standard-v2");
    }

    private Object value(String line) throws Exception {
        return bridge.value("panst3r", Words.of(line).toArray(String[]::new));
    }

    private SceneComparison compare(String line) throws Exception {
        return (SceneComparison) value("compare --flat " + line);
    }

    private String html(Object value) {
        return (String) bridge.rendered(value).get("text/html");
    }

    /** The sentence, after which the merge before is still there. */
    private String refusal(String line) {
        Scene was = session.workspace().scene(null);
        PanSt3RError error = catchThrowableOfType(PanSt3RError.class, () -> value(line));
        assertThat(error).as(line).isNotNull();
        assertThat(error.getMessage())
                .doesNotContain("\n", "Exception", "Unexpected")
                .endsWith(".");
        assertThat(session.workspace().scene(null)).isSameAs(was);
        return error.getMessage();
    }

    /** Two views of the sample scene that the tests share: eight would take four times as long. */
    private RoomSample study() {
        RoomSample all = GroundTruthFolder.read(Path.of("../sample-scenes/study"));
        return new RoomSample(all.name(), all.description(), all.views().subList(0, 2), all.classes(), all.instances());
    }

    private Path exercise(String name, int copies) throws Exception {
        Path room = folder.resolve("study");
        if (!Files.exists(room)) {
            GroundTruthFolder.write(room, study());
        }
        value("exercise " + room + " --as " + name + " --copies " + copies);
        return room;
    }

    @Test
    void numbersOfEachStrategy() throws Exception {
        SceneComparison c = compare("--strategies standard-v2,qubo,argmax,standard-v2:class-threshold=0.97");
        Table t = c.table();
        assertThat(t.columnNames())
                .containsExactly(
                        "strategy",
                        "segments",
                        "covered",
                        "covered_pixels",
                        "confidence",
                        "differing",
                        "differing_pixels",
                        "energy",
                        "gap",
                        "seconds");
        assertThat(t.stringColumn("strategy").asList())
                .containsExactly("standard-v2", "qubo", "argmax", "standard-v2 class-threshold=0.97");
        assertThat(t.longColumn("segments").get(0)).isEqualTo(2);
        assertThat(t.longColumn("segments").get(3)).isEqualTo(1);
        assertThat(t.longColumn("differing_pixels").get(0)).isZero();
        // Query 1 is not kept: its pixels differ, whether they become void or query 0's.
        var all = c.comparison().entries().get(0).panoptic();
        var one = c.comparison().entries().get(3).panoptic();
        long ofSecond = all.segments().get(1).area();
        long gained = one.segments().get(0).area() - all.segments().get(0).area();
        assertThat(gained).isBetween(0L, ofSecond / 4);
        assertThat(t.longColumn("differing_pixels").get(3)).isEqualTo(ofSecond);
        assertThat(t.longColumn("covered_pixels").get(3))
                .isEqualTo(t.longColumn("covered_pixels").get(0) - ofSecond + gained);
        assertThat(t.doubleColumn("covered").get(0))
                .isEqualTo(t.longColumn("covered_pixels").get(0) / (3.0 * 32 * 24));
        assertThat(t.doubleColumn("energy").isMissing(0)).isTrue();
        assertThat(t.doubleColumn("energy").get(1)).isNegative();
        // argmax leaves no pixel without an owner
        assertThat(t.doubleColumn("covered").get(2)).isEqualTo(1);
        assertThat(session.workspace().scene(null)).isSameAs(before);
    }

    @Test
    void optionsForAllThatHaveThem() throws Exception {
        SceneComparison c = compare("--set class-threshold=0.2 --set lambda=0.002");
        assertThat(c.table().stringColumn("strategy").asList())
                .containsExactly(
                        "standard-v2 class-threshold=0.2", "standard-v1 class-threshold=0.2", "qubo lambda=0.002");
    }

    @Test
    void segmentsOfOneAndOfTheOther() throws Exception {
        SceneComparison c = compare("--strategies standard-v2,qubo");
        Table t = c.matches(0, 1);
        assertThat(t.columnNames())
                .containsExactly(
                        "first_id",
                        "first_query",
                        "first_class",
                        "first_pixels",
                        "second_id",
                        "second_query",
                        "second_class",
                        "second_pixels",
                        "shared",
                        "iou");
        assertThat(t.intColumn("first_query").get(0))
                .isEqualTo(t.intColumn("second_query").get(0));
        assertThat(t.doubleColumn("iou").get(0)).isGreaterThan(0.5);
        assertThat(html(c)).contains("Segments of standard-v2 and of qubo", "coffee table 2");
    }

    @Test
    void qualityWhereThereIsGroundTruth() throws Exception {
        Path room = exercise("easy", 1);
        SceneComparison c = compare("--strategies standard-v2,standard-v2:class-threshold=0.99");
        Table t = c.table();
        assertThat(t.doubleColumn("pq").get(0)).isBetween(0.8, 1.0);
        assertThat(t.doubleColumn("pq").get(1)).isLessThan(t.doubleColumn("pq").get(0));
        assertThat(html(c)).contains("ground truth of study", "not a prediction");
        // said anew, the scene has another name: then the folder must be named
        session.workspace().scene("other", session.workspace().scene("easy"), "standard-v2");
        assertThat(compare("other --strategies qubo").table().columnNames()).doesNotContain("pq");
        assertThat(compare("other --strategies qubo --truth " + room).table().columnNames())
                .contains("pq", "sq", "rq");
    }

    @Test
    void whatIsShown() throws Exception {
        SceneComparison c = (SceneComparison) value("compare --strategies standard-v2,qubo");
        String html = html(c);
        assertThat(html.split("<iframe", -1)).hasSize(3);
        // photo, two strategies and the disagreement of three views, and a still picture for each 3D view
        assertThat(html.split("<img", -1)).hasSize(3 * 4 + 2 + 1);
        assertThat(html).contains("photo2.png: qubo", "&quot;link&quot;:true", "&quot;scene&quot;:&quot;room&quot;");
        assertThat(html.length()).isLessThan(8_000_000);
        assertThat(bridge.rendered(c)).containsKeys("image/png", "text/plain");
        assertThat(html(compare("--strategies standard-v2:class-threshold=0.999,qubo")))
                .contains("standard-v2 class-threshold=0.999 keeps no query");
    }

    @Test
    void theFigureIsWritten() throws Exception {
        Path png = folder.resolve("deep/figure.png");
        compare("--strategies standard-v2,qubo --save " + png);
        BufferedImage image = ImageIO.read(png.toFile());
        assertThat(image.getWidth()).isGreaterThan(4 * SmallScene.WIDTH);
        assertThat(image.getHeight()).isGreaterThan(3 * SmallScene.HEIGHT);
        try (var files = Files.list(png.getParent())) {
            assertThat(files).containsExactly(png);
        }
        assertThat(refusal("compare --flat --save " + png + "/no.png")).contains("could not be written");
    }

    @Test
    void oneOptionRuns() throws Exception {
        Sweep sweep = (Sweep) value("sweep --option class-threshold --from 0.1 --to 0.9 --steps 5");
        Table t = sweep.table();
        assertThat(t.doubleColumn("class-threshold").asList()).containsExactly(0.1, 0.3, 0.5, 0.7, 0.9);
        // scores 0.982 and 0.953, the third query 0.002
        assertThat(t.longColumn("segments").asList()).containsOnly(2L);
        Table fine = ((Sweep) value("sweep --option class-threshold --from 0.95 --to 0.99 --steps 5")).table();
        assertThat(fine.longColumn("segments").asList()).containsExactly(2L, 1L, 1L, 1L, 0L);
        assertThat(svg(sweep.svg())).isEqualTo(3);
        assertThat(html(sweep)).contains("data:image/svg+xml;base64,").doesNotContain("http://", "https://");
    }

    /** Parses a chart; returns how many plots there are in it. */
    private static int svg(String text) throws Exception {
        var document = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new java.io.ByteArrayInputStream(text.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
        return document.getElementsByTagName("g").getLength();
    }

    @Test
    void twoOptionsRun() throws Exception {
        Path file = folder.resolve("sweep.svg");
        Sweep sweep = (Sweep) value("sweep --strategy qubo --option lambda --from 0.0001 --to 0.1 --steps 4 --log"
                + " --option probability-weighting --metric segments,energy --save " + file);
        Table t = sweep.table();
        assertThat(t.doubleColumn("lambda").asList()).containsExactly(1e-4, 1e-4, 1e-3, 1e-3, 0.01, 0.01, 0.1, 0.1);
        assertThat(t.stringColumn("probability-weighting").asList())
                .containsExactly("false", "true", "false", "true", "false", "true", "false", "true");
        assertThat(svg(Files.readString(file))).isEqualTo(2);
        assertThat(t.doubleColumn("energy").get(6))
                .isGreaterThan(t.doubleColumn("energy").get(0));
        Table steps = ((Sweep) value("sweep --option iterations --from 1 --to 3 --steps 9")).table();
        assertThat(steps.doubleColumn("iterations").asList()).containsExactly(1.0, 2.0, 3.0);
    }

    @Test
    void whatCannotBeComparedIsOneSentence() throws Exception {
        assertThat(refusal("compare --strategies standard-v2,qbo")).contains("qbo", "did you mean “qubo”");
        assertThat(refusal("compare --set mask-threshold=7")).contains("mask-threshold is 7", "0.01 … 1");
        assertThat(refusal("compare --strategies qubo --set mask-threshold=0.5"))
                .contains("qubo has no option “mask-threshold”");
        assertThat(refusal("compare --strategies qubo:time-limit=0")).contains("time-limit is 0");
        assertThat(refusal("compare --strategies qubo:lambda")).contains("no option with a value");
        assertThat(refusal("compare nowhere")).contains("no scene named “nowhere”");
        assertThat(refusal("compare --truth " + folder + "/nowhere")).contains("nowhere");
        assertThat(refusal("compare --set lambda")).contains("--set");
        session.workspace().scene("bare", Scene.of(SmallScene.geometryOnly(2)), "standard-v2");
        assertThat(refusal("compare bare")).contains("no masks");
    }

    @Test
    void whatCannotBeSweptIsOneSentence() throws Exception {
        assertThat(refusal("sweep")).contains("--option");
        assertThat(refusal("sweep --option mask-treshold --from 0.1 --to 0.9"))
                .contains("did you mean “mask-threshold”");
        assertThat(refusal("sweep --option mask-threshold --from 0.1")).contains("both --from and --to");
        assertThat(refusal("sweep --option mask-threshold")).contains("say --from and --to");
        assertThat(refusal("sweep --option mask-threshold --from 0.1 --to 7")).contains("mask-threshold is 7");
        assertThat(refusal("sweep --option mask-threshold --from 0.9 --to 0.1")).contains("less than --to");
        assertThat(refusal("sweep --option void-confidence --from 0 --to 1 --log"))
                .contains("above 0");
        assertThat(refusal("sweep --option mask-threshold --from 0.1 --to 0.9 --steps 1"))
                .contains("2 … 200 steps");
        assertThat(refusal("sweep --option mask-threshold --from 0.1 --to 0.9 --metric pq"))
                .contains("no ground truth");
        assertThat(refusal("sweep --option mask-threshold --from 0.1 --to 0.9 --metric speed"))
                .contains("no metric “speed”");
        assertThat(refusal("sweep --strategy qubo --option solver --from 0 --to 1"))
                .contains("annealing, exact");
    }

    @Test
    void aMergeThatKeepsNothingLeavesTheOneBefore() {
        assertThat(refusal("merge --class-threshold 1")).contains("keeps no query", "the merge before stays");
        assertThat(refusal("merge --strategy qubo --min-class-probability 1")).contains("keeps no query");
        assertThat(refusal("merge --strategy qubo --solver exact --time-limit 0"))
                .contains("time-limit is 0");
    }

    @Test
    void emptyGroundTruthIsRefusedOrWarnedOf() throws Exception {
        Path room = exercise("easy", 1);
        for (int v = 0; v < 2; v++) {
            BufferedImage nothing = new BufferedImage(512, 384, BufferedImage.TYPE_BYTE_GRAY);
            ImageIO.write(
                    nothing, "png", room.resolve("instances/00" + v + ".png").toFile());
        }
        assertThat(refusal("compare --truth " + room)).contains("“study” is empty", "nothing can be measured");
        assertThat(refusal("exercise " + room)).contains("“study” is empty");
        assertThat(refusal("exercise " + room + " --max 0")).contains("--max");
        assertThat(refusal("exercise " + room + " --copies 21")).contains("1 … 20 copies");
        // beside the photos, it is only a pity
        Scene scene = withPhoto(room.resolve("photos/000.png"));
        session.workspace().scene("photographed", scene, "standard-v2");
        bridge.outputs.clear();
        assertThat(compare("photographed --strategies qubo").table().columnNames())
                .doesNotContain("pq");
        assertThat((String) bridge.outputs.get(0).bundle().get("text/plain")).contains("Without quality: ");
    }

    private static Scene withPhoto(Path file) {
        Prediction p = SmallScene.prediction(1, "small.pth", CLASSES);
        var v = p.views().get(0);
        var photo = new panst3r.image.Photo(file, "000.png", 512, 384);
        var view = new panst3r.image.View(
                photo,
                32,
                24,
                v.view().pixels(),
                v.view().photoToView(),
                v.view().viewToPhoto());
        return Scene.of(new Prediction(
                List.of(new ViewPrediction(view, true, v.pointmap(), v.maskHeight(), v.maskWidth(), v.maskLogits())),
                p.activation(),
                p.classNames(),
                p.classLogits(),
                p.finalQueries(),
                p.model()));
    }

    @Test
    void logitsThatAreNoNumbers() {
        session.workspace().scene("masks", broken(true, false), "standard-v2");
        assertThat(refusal("compare")).contains("NaN");
        assertThat(refusal("merge")).contains("NaN");
        session.workspace().scene("classes", broken(false, true), "standard-v2");
        assertThat(refusal("compare")).contains("NaN");
        assertThat(refusal("sweep --option mask-threshold --from 0.1 --to 0.9")).contains("NaN");
    }

    private static Scene broken(boolean masks, boolean classes) {
        Prediction p = SmallScene.prediction(2, "small.pth", CLASSES);
        List<ViewPrediction> views = new ArrayList<>();
        for (ViewPrediction v : p.views()) {
            float[] logits = new float[v.maskLogits().capacity()];
            v.maskLogits().duplicate().get(logits);
            logits[7] = masks ? Float.NaN : logits[7];
            views.add(new ViewPrediction(
                    v.view(), v.keyframe(), v.pointmap(), v.maskHeight(), v.maskWidth(), FloatBuffer.wrap(logits)));
        }
        float[] values = p.classLogits().values().clone();
        values[1] = classes ? Float.NaN : values[1];
        return Scene.of(new Prediction(
                views,
                p.activation(),
                p.classNames(),
                new ClassLogits(3, CLASSES.size(), values, LabelMode.SIGMOID),
                p.finalQueries(),
                p.model()));
    }

    @Test
    void theSameInJava() {
        SceneComparison c =
                Notebook.compare(Merge.standardV2(), Merge.qubo().lambda(1e-3).solver("exact"));
        assertThat(c.comparison().entries().get(1).gap()).isZero();
        assertThat(c.scene(1).panoptic().orElseThrow().strategy()).isEqualTo("qubo solver=exact");
        assertThat(Notebook.compare("standard-v1", "qubo:lambda=0.5").table().rowCount())
                .isEqualTo(2);
        assertThat(Notebook.sweep("qubo", "lambda", 0.001, 0.9).table().rowCount())
                .isEqualTo(9);
        assertThat(Notebook.scene()).isSameAs(before);
    }

    @Test
    void aReopenedSceneIsMergedAgain() throws Exception {
        List<String> was =
                compare("").table().column("differing_pixels").asStringColumn().asList();
        value("save " + folder + "/room.p3r");
        value("load " + folder + "/room.p3r --as again");
        assertThat(compare("again")
                        .table()
                        .column("differing_pixels")
                        .asStringColumn()
                        .asList())
                .isEqualTo(was);
        assertThat(((Scene) value("merge again --strategy qubo")).panoptic()).isPresent();
    }

    @Test
    void hostileNamesAreText() throws Exception {
        String evil = "<img src=x onerror=alert(1)>\"'<script>alert(3)</script>";
        session.workspace()
                .scene("<script>alert(2)</script>", SmallScene.of(2, evil, List.of(evil, "b")), "standard-v2");
        String html = html(compare("--strategies standard-v2,qubo"))
                + html(value("sweep --option mask-threshold --from 0.1 --to 0.9"));
        assertThat(html).doesNotContain("<img src=x", "<script>alert").contains("&lt;img src=x");
    }
}
