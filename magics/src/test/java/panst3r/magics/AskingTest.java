package panst3r.magics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import panst3r.checkpoint.SafetensorsFile;
import panst3r.checkpoint.SafetensorsWriter;
import panst3r.checkpoint.TensorData;
import panst3r.scene.Scene;
import tech.tablesaw.api.Table;

/** Own classes, free text, keyframes by how alike photos are: with the tiny checkpoint and a tiny text encoder. */
class AskingTest {
    private static final Path TINY = TestFiles.fixtures().resolve("tiny-v2");
    private static final Path RETRIEVAL = TestFiles.fixtures().resolve("retrieval");

    private final RecordingBridge bridge = new RecordingBridge();
    private final Session session = PanSt3RMagics.start(bridge);

    @TempDir
    Path folder;

    private Path text;

    @BeforeEach
    void aNotebook() throws Exception {
        System.setProperty("panst3r.cache", folder.resolve("cache").toString());
        text = textEncoder(768);
        value("model " + TINY + "/model.pth --classes " + TINY + "/classes.safetensors"
                + " --names wall,floor,chair,table,lamp,book,plant,window,sofa");
        value("open " + TINY + "/scene-b --as room");
    }

    @AfterEach
    void done() {
        System.clearProperty("panst3r.cache");
    }

    /** The tiny text encoder of the fixtures with a head of another width. */
    private Path textEncoder(int width) throws IOException {
        Path from = TestFiles.fixtures().resolve("text");
        Path to = Files.createDirectories(folder.resolve("text" + width));
        Files.copy(from.resolve("spiece.model"), to.resolve("spiece.model"));
        Files.copy(from.resolve("text-only/config.json"), to.resolve("config.json"));
        Map<String, TensorData> tensors =
                new LinkedHashMap<>(SafetensorsFile.open(from.resolve("text-only/model.safetensors"))
                        .tensors());
        long d = tensors.get("text_model.head.weight").shape()[1];
        Random random = new Random(5);
        float[] head = new float[(int) (width * d)];
        for (int i = 0; i < head.length; i++) {
            head[i] = (float) random.nextGaussian();
        }
        tensors.put("text_model.head.weight", TensorData.of(head, width, d));
        tensors.put("text_model.head.bias", TensorData.of(new float[width], width));
        SafetensorsWriter.write(to.resolve("model.safetensors"), tensors, Map.of());
        return to;
    }

    private Object value(String line) throws Exception {
        return bridge.value("panst3r", Words.of(line).toArray(String[]::new));
    }

    private String refusal(String line) {
        PanSt3RError error = catchThrowableOfType(PanSt3RError.class, () -> value(line));
        assertThat(error).as(line).isNotNull();
        assertThat(error.getMessage())
                .doesNotContain("\n", "Exception", "Unexpected")
                .endsWith(".");
        return error.getMessage();
    }

    private String shown() {
        return bridge.outputs.stream()
                .map(o -> o.bundle().get("text/plain").toString())
                .collect(Collectors.joining("\n"));
    }

    @Test
    void classesChangeWithoutTheNetwork() throws Exception {
        Scene before = (Scene) value("run --size 224");
        List<String> wall = List.of("sofa", "wall", "chair");
        bridge.outputs.clear();
        Scene after = (Scene) value("classes sofa,wall, chair");
        assertThat(shown()).doesNotContain("encode", "memory 1");
        assertThat(after.classNames()).isEqualTo(wall);
        assertThat(after.prediction().views()).isEqualTo(before.prediction().views());
        assertThat(after.preparedMasks()).isSameAs(before.preparedMasks());
        int q = after.prediction().classLogits().queries();
        for (int i = 0; i < q; i++) {
            assertThat(after.prediction().classLogits().at(i, 1))
                    .isCloseTo(before.prediction().classLogits().at(i, 0), within(1e-4f));
        }
        assertThat(session.workspace().model().classes().orElseThrow().names()).isEqualTo(wall);
        assertThat(session.workspace().scene("room")).isSameAs(after);

        Scene all = (Scene) value("classes wall,floor,chair,table,lamp,book,plant,window,sofa");
        assertThat(all.panoptic().orElseThrow().ids().get(0))
                .isEqualTo(before.panoptic().orElseThrow().ids().get(0));

        // the text encoder, said once; the network would give the same
        Scene own = (Scene) value("classes \"comfy chair,floor lamp,</b>\" --text " + text);
        assertThat(own.classNames()).containsExactly("comfy chair", "floor lamp", "</b>");
        Scene run = (Scene) value("run --size 224");
        assertThat(run.classNames()).isEqualTo(own.classNames());
        assertThat(run.prediction().classLogits().values())
                .isEqualTo(own.prediction().classLogits().values());
        try (var kept = Files.walk(folder.resolve("cache"))) {
            assertThat(kept.filter(Files::isRegularFile)).hasSize(3);
        }
        Scene many = (Scene) value("classes --vocabulary scannet");
        assertThat(many.classNames()).hasSize(100);
    }

    @Test
    void segmentsByFreeText() throws Exception {
        value("run --size 224");
        assertThat(refusal("find something to sit on"))
                .contains("“something to sit on” is not among them", "--text FOLDER");
        Found found = (Found) value("find something to sit on --top 2 --text " + text);
        Table table = found.table();
        Scene scene = session.workspace().scene("room");
        assertThat(table.rowCount())
                .isEqualTo(scene.panoptic().orElseThrow().segments().size());
        assertThat(table.name()).contains("find: something to sit on");
        double[] similarity = table.doubleColumn("similarity").asDoubleArray();
        IntStream.range(1, similarity.length)
                .forEach(i -> assertThat(similarity[i]).isLessThanOrEqualTo(similarity[i - 1]));
        assertThat(similarity[0]).isBetween(-1.0, 1.0);

        // a class that the model knows is found without the text encoder's help
        Found wall = (Found) value("find wall");
        int best = wall.table().intColumn("segment").get(0);
        int query = scene.panoptic().orElseThrow().segments().get(best - 1).query();
        float most = scene.prediction().classLogits().at(query, 0);
        scene.panoptic()
                .orElseThrow()
                .segments()
                .forEach(s -> assertThat(scene.prediction().classLogits().at(s.query(), 0))
                        .isLessThanOrEqualTo(most));
        assertThat((String) bridge.rendered(value("find \"<script>alert(1)</script>\""))
                        .get("text/html"))
                .contains("<table", "<iframe")
                .doesNotContain("<script>alert(1)");
    }

    @Test
    void keyframesThatLieFarApart() throws Exception {
        bridge.outputs.clear();
        Scene scene = (Scene) value("run --keyframes 2 --retrieval --seed 3 --refine 1 --size 224");
        assertThat(shown()).contains("no retrieval weights, so photos are compared by pooled encoder features");
        assertThat(scene.prediction().views()).filteredOn(v -> v.keyframe()).hasSize(2);
        SimilarityMap map = (SimilarityMap) value("similarity");
        assertThat(map.similarity().source()).contains("pooled");
        assertThat(map.table().columnCount()).isEqualTo(5);
        Map<String, Object> bundle = bridge.rendered(map);
        assertThat((String) bundle.get("text/html")).contains("data:image/png;base64,", "2 keyframes", "view3.png");
        assertThat(((SimilarityMap) value("similarity --size 224")).similarity().scores())
                .containsExactly(map.similarity().scores(), within(1e-6));

        // the retrieval fixtures are of an encoder as wide as the tiny one
        Path weights = RETRIEVAL.resolve("MUSt3R_tiny_retrieval_trainingfree.pth");
        value("run --keyframes 2 --retrieval --size 224 --retrieval-weights " + weights);
        assertThat(((SimilarityMap) value("similarity")).similarity().source()).contains("ASMK", "64 visual words");
    }

    @Test
    void whatCannotBe() throws Exception {
        value("run --size 224");
        Scene before = session.workspace().scene("room");
        assertThat(refusal("classes")).contains("The list of classes is empty");
        assertThat(refusal("classes ,")).contains("The list of classes is empty");
        assertThat(refusal("classes \"\"")).contains("An empty word, “”");
        assertThat(refusal("classes chair,unicorn"))
                .contains("“unicorn” is not among them (“wall”, “floor”,", "--text FOLDER");
        assertThat(refusal("classes chair,lamp,chair")).contains("“chair” is named twice");
        assertThat(refusal("classes Chair,chair")).contains("“chair” is named twice, in another case");
        assertThat(refusal("classes \"cha\u0007ir\"")).contains("has a control character");
        assertThat(refusal("classes --vocabulary a\0b")).contains("is no path");
        assertThat(refusal("classes --vocabulary " + folder)).contains("is a folder, not a vocabulary");
        assertThat(refusal("classes --vocabulary " + TINY + "/model.pth")).contains("is no text in UTF-8");
        assertThat(refusal("classes --vocabulary " + Files.createFile(folder.resolve("empty.txt"))))
                .contains("The list of classes is empty");
        assertThat(refusal("find \"\"")).contains("An empty word");
        assertThat(refusal("find \" \"")).contains("a text of 1 to 200 characters, not of 0");
        assertThat(refusal("find " + "x".repeat(2000))).contains("not of 2000");
        assertThat(refusal("find a\u0007b")).contains("has a control character");
        assertThat(refusal("classes --vocabulary ade20k")).contains("“basket, handbasket”");
        assertThat(refusal("classes --vocabulary nyu40")).contains("There is no vocabulary “nyu40”");
        assertThat(refusal("classes chair --vocabulary coco")).contains("not both");
        assertThat(refusal("classes " + "x".repeat(2000))).contains("has 2000 characters");
        Path many = Files.write(
                folder.resolve("many.txt"),
                IntStream.range(0, 10_000).mapToObj(i -> "thing " + i).toList());
        assertThat(refusal("classes --vocabulary " + many)).contains("A list of 10000 classes is too long");
        assertThat(refusal("classes chair --scene attic")).contains("There is no scene named “attic”");
        assertThat(refusal("classes chair --text " + folder.resolve("none"))).contains("There is no folder");
        assertThat(refusal("classes chair --text " + TINY)).contains("lacks config.json");
        assertThat(refusal("classes chair --text " + textEncoder(24)))
                .contains("gives embeddings of width 24", "siglip, of width 768");
        assertThat(refusal("find")).contains("TEXT");
        assertThat(refusal("find chair --top 0")).contains("--top must be 1 or more");
        assertThat(refusal("run --retrieval")).contains("--keyframes K");
        assertThat(refusal("run --seed 3")).contains("--retrieval, which is not said");
        assertThat(refusal("run --refine -1")).contains("0 to 10 times");
        assertThat(refusal("run --keyframes 2 --retrieval --retrieval-weights " + TINY + "/model.pth --size 224"))
                .contains("it holds no codebook");
        assertThat(refusal("run --keyframes 2 --retrieval --codebook x.pkl")).contains("--retrieval-weights FILE");
        assertThat(session.workspace().scene("room")).isSameAs(before);
        assertThat(session.workspace().model().classes().orElseThrow().size()).isEqualTo(9);
    }
}
