package panst3r.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import panst3r.Fixtures;

/** Whole checkpoints written by the authors' implementation: names, shapes, values, configuration. */
@Tag("parity")
class CheckpointTest {
    static List<Fixtures.Entry> models() {
        return Fixtures.entries("", "/model.pth");
    }

    static Stream<Fixtures.Entry> describedModels() {
        return models().stream().filter(e -> Fixtures.has(e.folder() + "/model.json"));
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("models")
    void opens(Fixtures.Entry entry) {
        try (Checkpoint checkpoint = Checkpoint.open(entry.file())) {
            assertThat(checkpoint.weights().names()).isNotEmpty();
            assertThat(checkpoint.bytes()).isEqualTo(entry.file().toFile().length());
            assertThat(checkpoint
                            .weights()
                            .get("must3r_decoder.norm_dec.weight")
                            .shape())
                    .containsExactly(checkpoint.config().decoder().embedDim());
        }
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("describedModels")
    void hasTheTensorsOfTheDescription(Fixtures.Entry entry) {
        JsonObject expected = Fixtures.json(entry.folder() + "/model.json");
        JsonObject shapes = expected.getAsJsonObject("tensors");
        try (Checkpoint checkpoint = Checkpoint.open(entry.file())) {
            Weights weights = checkpoint.weights();
            assertThat(weights.names()).isEqualTo(shapes.keySet());
            assertThat(weights.parameters())
                    .isEqualTo(expected.get("parameters").getAsLong());
            for (String name : shapes.keySet()) {
                TensorData tensor = weights.get(name);
                assertThat(tensor.shape()).as(name).isEqualTo(longs(shapes.getAsJsonArray(name)));
                assertThat(tensor.data().isDirect()).as(name).isTrue();
                JsonObject checksum = expected.getAsJsonObject("checksums").getAsJsonObject(name);
                double sum = 0;
                double abs = 0;
                for (double v : tensor.toDoubles()) {
                    sum += v;
                    abs += Math.abs(v);
                }
                // the same float32 values summed in double: only the order of the additions may differ
                Offset<Double> rounding = Offset.offset(1e-12 * (1 + abs));
                assertThat(sum).as(name).isEqualTo(checksum.get("sum").getAsDouble(), rounding);
                assertThat(abs).as(name).isEqualTo(checksum.get("abs").getAsDouble(), rounding);
            }
        }
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("describedModels")
    void readsItsArguments(Fixtures.Entry entry) {
        JsonObject args = Fixtures.json(entry.folder() + "/model.json").getAsJsonObject("args");
        try (Checkpoint checkpoint = Checkpoint.open(entry.file())) {
            ModelDescription description = checkpoint.description();
            assertThat(description.encoder())
                    .isEqualTo(args.get("must3r_encoder").getAsString());
            assertThat(description.decoder())
                    .isEqualTo(args.get("must3r_decoder").getAsString());
            assertThat(description.dinoEncoder())
                    .hasValue(args.get("dino_encoder").getAsString());
            assertThat(description.panopticDecoder())
                    .hasValue(args.get("panoptic_decoder").getAsString());
            String strategy = args.has("postprocess_default")
                    ? args.get("postprocess_default").getAsString()
                    : "standard_v2";
            assertThat(description.postprocessDefault().replace('-', '_')).isEqualTo(strategy);
            assertThat(checkpoint.hasPanopticDecoder()).isTrue();
            assertThat(checkpoint.classes()).isEmpty();
        }
    }

    private static long[] longs(JsonArray array) {
        long[] out = new long[array.size()];
        for (int i = 0; i < out.length; i++) {
            out[i] = array.get(i).getAsLong();
        }
        return out;
    }
}
