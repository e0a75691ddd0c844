package panst3r.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import panst3r.PanSt3RException;
import panst3r.Progress;
import panst3r.checkpoint.ClassTable;
import panst3r.checkpoint.PanopticConfig.TextEncoder;
import panst3r.text.TextFolders.Tower;

/** Folders as users have them, good and bad; the cache; lists of names. */
class TextModelTest {
    @TempDir
    Path directory;

    private Path siglip;

    @BeforeEach
    void folder() throws IOException {
        List<Tower> towers = TextFolders.all().stream()
                .filter(t -> TextConfig.read(t.config().file()).kind() == TextEncoder.SIGLIP)
                .toList();
        assumeFalse(towers.isEmpty() || TextFolders.tokens().isEmpty(), "no text encoder in this set of fixtures");
        Path pieces = TextFolders.sentencePieces(TextFolders.tokens().get(0));
        siglip = TextFolders.assemble(directory.resolve("siglip"), towers.get(0), pieces);
    }

    @Test
    void embeddingsAreKeptByModelAndText() throws IOException {
        Path cache = directory.resolve("cache");
        Vocabulary first = new Vocabulary(List.of("chair", "../table", "a/b\\c:*?"));
        ClassTable fresh;
        try (TextModel model = TextModel.open(siglip).cache(cache)) {
            fresh = model.embed(first, Progress.SILENT);
        }
        List<Path> files = files(cache);
        assertThat(files).hasSize(3).allMatch(f -> f.getFileName().toString().matches("[0-9a-f]{32}\\.f32"));
        Files.write(files.get(0), new byte[] {1, 2, 3});
        List<Integer> totals = new ArrayList<>();
        Progress counting = (stage, done, total) -> totals.add(total);
        try (TextModel model = TextModel.open(siglip).cache(cache)) {
            Vocabulary more = new Vocabulary(List.of("a/b\\c:*?", "lamp", "chair", "../table"));
            ClassTable again = model.embed(more, counting);
            for (int i = 0; i < 3; i++) {
                assertThat(row(again, more.names().indexOf(first.names().get(i))))
                        .isEqualTo(row(fresh, i));
            }
        }
        assertThat(totals).as("the new name and the damaged file").containsOnly(2);
        assertThat(files(cache))
                .hasSize(4)
                .allSatisfy(f -> assertThat(Files.size(f)).isEqualTo(4L * fresh.width()));
    }

    @Test
    void aCacheThatCannotBeWrittenIsNoFault() throws IOException {
        Path file = Files.writeString(directory.resolve("occupied"), "");
        try (TextModel model = TextModel.open(siglip).cache(file)) {
            assertThat(model.embed(new Vocabulary(List.of("chair")), Progress.SILENT)
                            .size())
                    .isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"config.json", "model.safetensors", "spiece.model"})
    void aMissingFile(String name) throws IOException {
        Files.delete(siglip.resolve(name));
        refused("The text encoder's folder " + siglip + " lacks " + name + ";");
    }

    @Test
    void aMissingFolder() {
        siglip = directory.resolve("nowhere");
        refused("There is no folder " + siglip + ";");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "{", "{\"model_type\": \"bert\"}", "{\"model_type\": 3}"})
    void aConfigurationOfSomethingElse(String json) throws IOException {
        Files.writeString(siglip.resolve("config.json"), json);
        refused("config.json");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"hidden_size\": -3",
                "\"num_hidden_layers\": 9000000",
                "\"hidden_act\": \"tanhish\"",
                "\"num_attention_heads\": 5000000",
                "\"vocab_size\": \"many\"",
                "\"layer_norm_eps\": \"x\""
            })
    void aConfigurationThatDoesNotFit(String field) throws IOException {
        JsonObject json = new Gson().fromJson(Files.readString(siglip.resolve("config.json")), JsonObject.class);
        JsonObject text = json.has("text_config") ? json.getAsJsonObject("text_config") : json;
        new Gson()
                .fromJson("{" + field + "}", JsonObject.class)
                .entrySet()
                .forEach(e -> text.add(e.getKey(), e.getValue()));
        Files.writeString(siglip.resolve("config.json"), json.toString());
        refused("config.json");
    }

    @Test
    void aTokenizerThatIsNone() throws IOException {
        Files.writeString(siglip.resolve("spiece.model"), "version https://git-lfs.github.com/spec/v1\n");
        refused("spiece.model cannot be used as a sentencepiece model");
    }

    @Test
    void tokenizerJson() throws IOException {
        Path file = directory.resolve("tokenizer.json");
        Files.writeString(file, """
                {"version": "1.0", "truncation": null, "padding": null,
                 "added_tokens": [
                   {"id": 0, "content": "<pad>", "single_word": false, "lstrip": false, "rstrip": false, "normalized": false, "special": true},
                   {"id": 1, "content": "<eos>", "single_word": false, "lstrip": false, "rstrip": false, "normalized": false, "special": true}],
                 "normalizer": {"type": "Lowercase"},
                 "pre_tokenizer": {"type": "Whitespace"},
                 "post_processor": {"type": "TemplateProcessing",
                   "single": [{"Sequence": {"id": "A", "type_id": 0}}, {"SpecialToken": {"id": "<eos>", "type_id": 0}}],
                   "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 0}}],
                   "special_tokens": {"<eos>": {"id": "<eos>", "ids": [1], "tokens": ["<eos>"]}}},
                 "decoder": null,
                 "model": {"type": "WordLevel", "unk_token": "<unk>",
                   "vocab": {"<pad>": 0, "<eos>": 1, "<unk>": 2, "this": 3, "is": 4, "a": 5, "photo": 6, "of": 7, "chair": 8}}}
                """);
        try (Tokenizer tokenizer = Tokenizer.huggingFace(file, "<pad>")) {
            int[] ids = tokenizer.ids(TextModel.prompt(TextEncoder.SIGLIP2, "Chair"));
            assertThat(ids).containsExactly(3, 4, 5, 6, 7, 8, 1);
            assertThat(tokenizer.fit(ids, 9)).containsExactly(3, 4, 5, 6, 7, 8, 1, 0, 0);
            assertThat(tokenizer.fit(ids, 4)).containsExactly(3, 4, 5, 1);
        }
        assertThatThrownBy(() -> Tokenizer.huggingFace(file, "<|endoftext|>"))
                .isInstanceOf(PanSt3RException.class)
                .hasMessageContaining("no padding token");
        Files.writeString(file, "{\"added_tokens\": [{\"id\": 0, \"content\": \"<pad>\"}]}");
        assertThatThrownBy(() -> Tokenizer.huggingFace(file, "<pad>"))
                .isInstanceOf(PanSt3RException.class)
                .hasMessageContaining("cannot be used as a tokenizer");
    }

    @Test
    void listsOfNames() throws IOException {
        assertThat(Vocabulary.of("scannet").names()).hasSize(100).contains("paper bag");
        assertThat(Vocabulary.of("COCO").names()).hasSize(133);
        assertThat(Vocabulary.of("ade20k").names()).hasSize(150).contains("basket, handbasket");
        Path file = directory.resolve("my classes.txt");
        Files.writeString(file, "chair\r\n\n  floor lamp \ncafé");
        assertThat(Vocabulary.of(file.toString()).names()).containsExactly("chair", "floor lamp", "café");
        sentence(() -> Vocabulary.of("nyu40"), "There is no vocabulary “nyu40”: name scannet, coco, ade20k");
        Files.writeString(file, "\ufeffchair\r\nlamp\r\n");
        assertThat(Vocabulary.of(file.toString()).names()).containsExactly("chair", "lamp");
        sentence(() -> Vocabulary.of(file.getParent().toString()), "is a folder, not a vocabulary: name scannet");
        sentence(() -> new Vocabulary(List.of("a", "b\u0007c")), "“b\ufffdc” has a control character");
        sentence(() -> Vocabulary.ofText(" "), "a text of 1 to 200 characters, not of 0");
        sentence(() -> Vocabulary.ofText("x".repeat(2000)), "not of 2000");
        Files.write(file, new byte[9 << 20]);
        sentence(() -> Vocabulary.of(file.toString()), "too large for a list of names");
        sentence(() -> new Vocabulary(List.of()), "The list of classes is empty");
        sentence(() -> new Vocabulary(List.of("a", " ")), "empty name");
        sentence(() -> new Vocabulary(List.of("a", "b", "a ")), "“a” is named twice");
        sentence(() -> new Vocabulary(List.of("a", "x".repeat(2000))), "has 2000 characters; use at most");
        List<String> many =
                IntStream.range(0, 10_000).mapToObj(i -> "thing " + i).toList();
        sentence(() -> new Vocabulary(many), "A list of 10000 classes is too long");
        Files.write(file, new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1});
        sentence(() -> Vocabulary.of(file.toString()), "no text in UTF-8");
        Files.writeString(file, "\n \n");
        sentence(() -> Vocabulary.of(file.toString()), "cannot be used as a vocabulary: The list of classes is empty");
    }

    @Test
    void classesOfATable() {
        ClassTable table = new ClassTable(List.of("Chair", "table", "sofa"), 2, new float[] {1, 2, 3, 4, 5, 6});
        ClassTable some = new Vocabulary(List.of("sofa", "chair")).in(table);
        assertThat(some.names()).containsExactly("sofa", "Chair");
        assertThat(some.embeddings()).containsExactly(5, 6, 1, 2);
        sentence(
                () -> new Vocabulary(List.of("lamp", "sofa")).in(table),
                "“lamp” is not among them (“Chair”, “table”, “sofa”); name the folder of a text encoder with --text FOLDER.");
        ClassTable wide = new ClassTable(Collections.nCopies(300, "x"), 1, new float[300]);
        sentence(() -> new Vocabulary(List.of("lamp", "sofa")).in(wide), "and 288 more");
    }

    private void refused(String why) {
        sentence(() -> TextModel.open(siglip).close(), why);
    }

    private static void sentence(ThrowingCallable call, String part) {
        assertThatThrownBy(call)
                .isInstanceOf(PanSt3RException.class)
                .hasMessageContaining(part)
                .satisfies(e -> assertThat(e.getMessage()).endsWith(".").doesNotContain("\n"));
    }

    private static float[] row(ClassTable table, int i) {
        return Arrays.copyOfRange(table.embeddings(), i * table.width(), (i + 1) * table.width());
    }

    private static List<Path> files(Path cache) throws IOException {
        try (Stream<Path> all = Files.walk(cache)) {
            return all.filter(Files::isRegularFile).sorted().toList();
        }
    }
}
