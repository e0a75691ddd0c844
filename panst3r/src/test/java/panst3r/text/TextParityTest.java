package panst3r.text;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import panst3r.Fixtures;
import panst3r.Fixtures.Entry;
import panst3r.Fixtures.Tensor;
import panst3r.Progress;
import panst3r.checkpoint.ClassTable;
import panst3r.checkpoint.PanopticConfig.TextEncoder;
import panst3r.checkpoint.SafetensorsFile;
import panst3r.checkpoint.Weights;
import panst3r.nn.Parameters;
import panst3r.nn.Scope;
import panst3r.text.TextFolders.Tower;

/** Tokens and embeddings of class names, against those of the published encoders' implementation. */
@Tag("parity")
class TextParityTest {
    private static final Pattern FIRST = Pattern.compile("(.*)_first(\\d+)");

    @TempDir
    Path folder;

    @TestFactory
    List<DynamicTest> tokens() {
        return TextFolders.tokens().stream()
                .map(e -> DynamicTest.dynamicTest(e.path(), () -> tokens(e)))
                .toList();
    }

    private static void tokens(Entry entry) {
        JsonObject json = Fixtures.json(entry.path());
        int length = json.get("max_length").getAsInt();
        try (Tokenizer tokenizer = Tokenizer.sentencePiece(TextFolders.sentencePieces(entry))) {
            assertThat(tokenizer.padding()).isEqualTo(json.get("pad_id").getAsInt());
            for (JsonElement e : json.getAsJsonArray("cases")) {
                JsonObject c = e.getAsJsonObject();
                String prompt = c.get("prompt").getAsString();
                assertThat(TextModel.prompt(TextEncoder.SIGLIP, c.get("name").getAsString()))
                        .isEqualTo(prompt);
                assertThat(tokenizer.fit(tokenizer.ids(prompt), length))
                        .as(prompt)
                        .isEqualTo(ints(c.get("ids")));
            }
            if (json.has("too_long")) {
                JsonObject c = json.getAsJsonObject("too_long");
                int[] ids = tokenizer.ids(
                        TextModel.prompt(TextEncoder.SIGLIP, c.get("name").getAsString()));
                assertThat(ids).isEqualTo(ints(c.get("ids_without_truncation")));
                assertThat(tokenizer.fit(ids, length)).isEqualTo(ints(c.get("ids_truncated")));
            }
        }
    }

    @TestFactory
    List<DynamicTest> towers() {
        return TextFolders.all().stream()
                .map(t -> DynamicTest.dynamicTest(t.toString(), () -> tower(t)))
                .toList();
    }

    private static void tower(Tower fixture) {
        Map<String, Tensor> expected = Fixtures.tensors(fixture.embeddings().path());
        int[][] ids = rows(expected.get("ids"));
        int[][] mask = expected.containsKey("attention_mask") ? rows(expected.get("attention_mask")) : null;
        Weights weights =
                new Weights(SafetensorsFile.open(fixture.weights().file()).tensors());
        TextConfig config = TextConfig.read(fixture.config().file());
        Map<String, float[]> actual = new HashMap<>();
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            TextTower tower =
                    new TextTower(config, Parameters.of(weights, manager).at("text_model"), manager);
            Scope.inference(() -> {
                NDArray embedded = tower.embed(ids);
                NDArray hidden = tower.hidden(embedded, mask);
                NDArray pooled = tower.pool(hidden, ids);
                for (String name : expected.keySet()) {
                    Matcher first = FIRST.matcher(name);
                    String rows = first.matches() ? "0:" + first.group(2) : ":";
                    switch (first.matches() ? first.group(1) : name) {
                        case "hidden0" -> actual.put(name, embedded.get(rows).toFloatArray());
                        case "hidden_last", "last_hidden" ->
                            actual.put(name, hidden.get(rows).toFloatArray());
                        case "pooled" -> actual.put(name, pooled.toFloatArray());
                        case "normalised" ->
                            actual.put(
                                    name,
                                    pooled.div(pooled.norm(new int[] {1}, true)).toFloatArray());
                        case "ids", "attention_mask" ->
                            actual.put(name, expected.get(name).floats());
                        default -> throw new AssertionError("what is " + name + "?");
                    }
                }
                return null;
            });
        }
        actual.forEach((name, values) -> Fixtures.assertClose(fixture.embeddings(), name, expected.get(name), values));
    }

    @TestFactory
    List<DynamicTest> namesToEmbeddings() {
        return TextFolders.tokens().stream()
                .flatMap(tokens -> TextFolders.all().stream()
                        .filter(t -> TextConfig.read(t.config().file()).kind() == TextEncoder.SIGLIP)
                        .map(t -> DynamicTest.dynamicTest(t.toString(), () -> names(tokens, t))))
                .toList();
    }

    private void names(Entry tokens, Tower fixture) throws IOException {
        List<String> names = TextFolders.names(tokens);
        Tensor expected = Fixtures.tensors(fixture.embeddings().path()).get("pooled");
        List<Integer> usable = TextFolders.usable(names);
        Path pieces = TextFolders.sentencePieces(tokens);
        Path made = TextFolders.assemble(folder.resolve(fixture.config().folder()), fixture, pieces);
        try (TextModel model = TextModel.open(made)) {
            int width = model.width();
            assertThat(expected.shape()).isEqualTo(new int[] {names.size(), width});
            double[] wanted = new double[usable.size() * width];
            for (int i = 0; i < usable.size(); i++) {
                System.arraycopy(expected.values(), usable.get(i) * width, wanted, i * width, width);
            }
            Vocabulary vocabulary =
                    new Vocabulary(usable.stream().map(names::get).toList());
            ClassTable table = model.embed(vocabulary, Progress.SILENT);
            assertThat(table.names()).isEqualTo(vocabulary.names());
            Tensor rows = new Tensor(expected.dtype(), new int[] {usable.size(), width}, wanted);
            Fixtures.assertClose(fixture.embeddings(), "pooled", rows, table.embeddings());
        }
    }

    private static int[] ints(JsonElement array) {
        return new Gson().fromJson(array, int[].class);
    }

    private static int[][] rows(Tensor tensor) {
        int[] all = tensor.ints();
        int n = tensor.shape()[1];
        int[][] rows = new int[tensor.shape()[0]][];
        Arrays.setAll(rows, i -> Arrays.copyOfRange(all, i * n, (i + 1) * n));
        return rows;
    }
}
