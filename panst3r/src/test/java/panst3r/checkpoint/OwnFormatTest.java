package panst3r.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import panst3r.PanSt3RException;

/** The project's own model files, and .pth files that its test tools write. */
class OwnFormatTest {
    private static final ModelDescription SMALL = new ModelDescription(
            "Dust3rEncoder(img_size=(224, 224), embed_dim=32, depth=1, num_heads=2)",
            "MUSt3R(img_size=(224, 224), enc_embed_dim=32, embed_dim=16, depth=2, num_heads=2, "
                    + "feedback_type='single_mlp', pointmaps_activation='linear')",
            Optional.of("DinoV2Encoder()"),
            Optional.of(
                    "PanopticDecoder(input_mixer=InputMixer(in_dim=64, hidden_dim=16, num_heads=2, num_layers=1), "
                            + "upscaler=LoftUpUpscaler(input_dim=16, dim=16), fpn_dim=[16], hidden_dim=16, mask_dim=16, "
                            + "ff_dim=32, num_queries=6, num_heads=2, dec_layers=1, label_mode='softmax', text_encoder='clip')"),
            Map.of(
                    "hidden_size", 16L,
                    "num_hidden_layers", 1L,
                    "num_attention_heads", 2L,
                    "mlp_ratio", 4L,
                    "patch_size", 14L,
                    "image_size", 28L,
                    "use_swiglu_ffn", false,
                    "layer_norm_eps", 1e-6,
                    "qkv_bias", true),
            "standard-v1");

    @TempDir
    Path folder;

    @Test
    void survivesBothForms() {
        Path pth = folder.resolve("small.pth");
        Path own = folder.resolve("small.safetensors");
        RandomCheckpoint.write(pth, SMALL, 7);
        ClassTable classes = new ClassTable(List.of("wall", "<b>\"ü\"</b>"), 512, new float[1024]);
        classes.embeddings()[513] = 0.25f;
        try (Checkpoint first = Checkpoint.open(pth)) {
            assertThat(first.description()).isEqualTo(SMALL);
            assertThat(first.retrieval()).isEmpty();
            Checkpoint.write(own, first.description(), tensors(first), Optional.of(classes));
            try (Checkpoint second = Checkpoint.open(own)) {
                assertThat(second.description()).isEqualTo(SMALL);
                assertThat(second.config()).isEqualTo(first.config());
                assertThat(second.classes().orElseThrow().names()).isEqualTo(classes.names());
                assertThat(second.classes().orElseThrow().embeddings()).isEqualTo(classes.embeddings());
                assertThat(second.weights().names()).isEqualTo(first.weights().names());
                for (String name : first.weights().names()) {
                    assertThat(second.weights().get(name).data())
                            .isEqualTo(first.weights().get(name).data());
                }
            }
        }
    }

    @Test
    void sameSeedSameBytes() throws Exception {
        RandomCheckpoint.write(folder.resolve("a.pth"), SMALL, 7);
        Files.createDirectory(folder.resolve("again"));
        RandomCheckpoint.write(folder.resolve("again/a.pth"), SMALL, 7);
        assertThat(folder.resolve("again/a.pth")).hasSameBinaryContentAs(folder.resolve("a.pth"));
    }

    @Test
    void aModelThatDoesNotFitIsNotWritten() {
        Path file = folder.resolve("bad.safetensors");
        assertThatThrownBy(() -> Checkpoint.write(file, SMALL, Map.of(), Optional.empty()))
                .isInstanceOf(PanSt3RException.class)
                .hasMessageContaining("missing");
        assertThat(file).doesNotExist();
    }

    @Test
    void otherModelsAndNewerFormats() {
        Path file = folder.resolve("other.safetensors");
        SafetensorsWriter.write(file, Map.of(), Map.of("format", "pt"));
        assertThatThrownBy(() -> Checkpoint.open(file))
                .isInstanceOf(PanSt3RException.class)
                .hasMessageContaining("some other model");
        SafetensorsWriter.write(file, Map.of(), Map.of("format", "panst3r-2"));
        assertThatThrownBy(() -> Checkpoint.open(file))
                .isInstanceOf(PanSt3RException.class)
                .hasMessageContaining("newer version");
    }

    @Test
    void aStrategyThatThereIsNot() {
        Path pth = folder.resolve("small.pth");
        Path file = folder.resolve("other.safetensors");
        RandomCheckpoint.write(pth, SMALL, 7);
        try (Checkpoint model = Checkpoint.open(pth)) {
            Checkpoint.write(
                    file, SMALL.withPostprocessDefault("votes mask-threshold=0.6"), tensors(model), Optional.empty());
        }
        assertThatThrownBy(() -> Checkpoint.open(file))
                .isInstanceOf(PanSt3RException.class)
                .hasMessageContaining("begins with none of [qubo, standard-v1, standard-v2]");
    }

    @Test
    void geometryAlone() {
        ModelDescription d = ModelDescription.geometry(SMALL.encoder(), SMALL.decoder());
        Map<String, TensorData> tensors = new LinkedHashMap<>();
        ParameterLayout.of(d.config()).forEach((name, shape) -> {
            long n = 1;
            for (long s : shape) {
                n *= s;
            }
            tensors.put(name, TensorData.of(new float[(int) n], shape));
        });
        Path file = folder.resolve("geometry.safetensors");
        Checkpoint.write(file, d, tensors, Optional.empty());
        try (Checkpoint c = Checkpoint.open(file)) {
            assertThat(c.hasPanopticDecoder()).isFalse();
            assertThat(c.weights().parameters())
                    .isEqualTo(tensors.values().stream()
                            .mapToLong(TensorData::elements)
                            .sum());
        }
    }

    @Test
    void classTable() {
        Path file = folder.resolve("classes.safetensors");
        ClassTable table = new ClassTable(List.of("a", "b"), 3, new float[] {1, 2, 3, 4, 5, 6});
        table.write(file);
        assertThat(ClassTable.read(file).names()).containsExactly("a", "b");
        assertThat(ClassTable.read(file).embeddings()).containsExactly(1, 2, 3, 4, 5, 6);
        assertThat(ClassTable.read(file, List.of("x", "y")).names()).containsExactly("x", "y");
        assertThatThrownBy(() -> ClassTable.read(file, List.of("x")))
                .isInstanceOf(PanSt3RException.class)
                .hasMessageContaining("[2, 3]");
    }

    /** Offsets beyond 4 GB are written in another place; the same small file in that form. */
    @Test
    void zip64() throws Exception {
        Path file = folder.resolve("large.pth");
        try (TorchZip zip = new TorchZip(file, "large", true)) {
            zip.entry("data.pkl", PickleWriter.write(Map.of("t", new PickleWriter.Tensor(DType.U8, "0", new long[] {3
            }))));
            zip.entry("data/0", new byte[] {1, 2, 3});
        }
        Map<?, ?> read = (Map<?, ?>) PickleFile.read(file);
        assertThat(((TensorData) read.get("t")).toFloats()).containsExactly(1, 2, 3);
    }

    @Test
    void weightsSeenFromAPrefix() {
        Weights all = new Weights(Map.of("a.b.c", TensorData.of(new float[] {1}, 1)));
        Weights inner = all.at("a").at("b");
        assertThat(inner.names()).containsExactly("c");
        assertThat(inner.get("c").toFloats()).containsExactly(1);
        assertThat(inner.find("d")).isEmpty();
        assertThat(inner.fullName("c")).isEqualTo("a.b.c");
        assertThatThrownBy(() -> inner.get("d"))
                .isInstanceOf(PanSt3RException.class)
                .hasMessageContaining("a.b.d");
    }

    /** Every half, against its definition. */
    @Test
    void halves() {
        for (int bits = 0; bits < 1 << 16; bits++) {
            int exponent = bits >> 10 & 31;
            int fraction = bits & 1023;
            double magnitude = exponent == 0
                    ? fraction * Math.pow(2, -24)
                    : exponent < 31
                            ? (1 + fraction / 1024.0) * Math.pow(2, exponent - 15)
                            : fraction == 0 ? 1 / 0.0 : 0 / 0.0;
            double expected = bits >> 15 == 0 ? magnitude : -magnitude;
            assertThat(Double.compare(TensorData.halfToFloat((short) bits), expected))
                    .isZero();
        }
    }

    /** To nearest: every half comes back from itself, ties go to the even neighbour, the rest to the nearer one. */
    @Test
    void floatsToHalves() {
        for (int bits = 0; bits < 0x7c00; bits++) {
            float here = TensorData.halfToFloat((short) bits);
            float next = bits == 0x7bff ? 0x1p16f : TensorData.halfToFloat((short) (bits + 1));
            float middle = (here + next) / 2;
            assertThat(TensorData.floatToHalf(here)).isEqualTo((short) bits);
            assertThat(TensorData.floatToHalf(-here)).isEqualTo((short) (0x8000 | bits));
            assertThat(TensorData.floatToHalf(Math.nextDown(middle))).isEqualTo((short) bits);
            assertThat(TensorData.floatToHalf(Math.nextUp(middle))).isEqualTo((short) (bits + 1));
            assertThat(TensorData.floatToHalf(middle)).isEqualTo((short) (bits + (bits & 1)));
        }
        assertThat(TensorData.halfToFloat(TensorData.floatToHalf(Float.NaN))).isNaN();
        assertThat(TensorData.floatToHalf(Float.NEGATIVE_INFINITY)).isEqualTo((short) 0xfc00);
        assertThatThrownBy(() -> TensorData.half(new float[] {1, 7e4f}, 2))
                .isInstanceOf(PanSt3RException.class)
                .hasMessageContaining("70000");
    }

    @Test
    void noFileAndAFolder() {
        assertThatThrownBy(() -> Checkpoint.open(folder.resolve("none.pth")))
                .isInstanceOf(PanSt3RException.class)
                .hasMessageContaining("There is no file")
                .hasMessageContaining("none.pth");
        assertThatThrownBy(() -> Checkpoint.open(folder))
                .isInstanceOf(PanSt3RException.class)
                .hasMessageContaining("folder");
    }

    private static Map<String, TensorData> tensors(Checkpoint checkpoint) {
        Map<String, TensorData> out = new LinkedHashMap<>();
        checkpoint
                .weights()
                .names()
                .forEach(n -> out.put(n, checkpoint.weights().get(n)));
        return out;
    }
}
