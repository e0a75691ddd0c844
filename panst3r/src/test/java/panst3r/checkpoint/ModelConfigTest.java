package panst3r.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import panst3r.PanSt3RException;
import panst3r.checkpoint.DecoderConfig.Feedback;
import panst3r.checkpoint.DecoderConfig.MemoryMode;
import panst3r.checkpoint.PanopticConfig.TextEncoder;

/** The defaults of checkpoint.md, and what the released strings come to. */
class ModelConfigTest {
    @Test
    void encoderDefaults() {
        assertThat(ConfigReader.encoder("it", "Dust3rEncoder()"))
                .isEqualTo(new EncoderConfig(224, 16, 1024, 24, 16, 4096, Rope.DEFAULT));
    }

    @Test
    void decoderDefaults() {
        assertThat(ConfigReader.decoder("it", "MUSt3R()"))
                .isEqualTo(new DecoderConfig(
                        224,
                        1024,
                        16,
                        768,
                        1792,
                        12,
                        12,
                        3072,
                        Rope.DEFAULT,
                        Feedback.NONE,
                        MemoryMode.NORM_Y,
                        PointmapActivation.NORM_EXP));
    }

    @Test
    void decoderOptions() {
        DecoderConfig c = ConfigReader.decoder(
                "it",
                "CausalMUSt3R(img_size=[512, 384], pos_embed='RoPE100_512:768', feedback_type='single_linear', "
                        + "memory_mode='raw', pointmaps_activation=ActivationType.LINEAR, mem_dropout=0.1, "
                        + "protected_imgs=1, dropout_mode='temporary', use_xformers_mask=True, use_mem_mask=False)");
        assertThat(c.imageSize()).isEqualTo(512);
        assertThat(c.rope()).isEqualTo(new Rope(100, 512 / 768.0));
        assertThat(c.feedback()).isEqualTo(Feedback.SINGLE_LINEAR);
        assertThat(c.memoryMode()).isEqualTo(MemoryMode.RAW);
        assertThat(c.activation()).isEqualTo(PointmapActivation.LINEAR);
        assertThat(ConfigReader.decoder("it", "MUSt3R(feedback_type=None, pointmaps_activation='linear')")
                        .activation())
                .isEqualTo(PointmapActivation.LINEAR);
    }

    @ParameterizedTest
    @CsvSource({
        "small, 384, 12, 6, 1536, false",
        "base, 768, 12, 12, 3072, false",
        "large, 1024, 24, 16, 4096, false",
        "giant, 1536, 40, 24, 4096, true"
    })
    void dinoSizes(String name, int hidden, int layers, int heads, int mlp, boolean swiGlu) {
        assertThat(ConfigReader.dino("it", "DinoV2Encoder(dino_model='facebook/dinov2-" + name + "')", Map.of()))
                .isEqualTo(new DinoConfig(hidden, layers, heads, mlp, 14, 518, swiGlu, 1e-6, true, 16));
    }

    @Test
    void panopticDefaults() {
        PanopticConfig c =
                ConfigReader.panoptic("it", "PanopticDecoder(upscaler=PixelShuffleUpscaler(input_dim=2816))");
        assertThat(c)
                .isEqualTo(new PanopticConfig(
                        Optional.empty(),
                        new UpscalerConfig.PixelShuffle(2816, 16, 4, java.util.List.of(768, 512, 384, 256)),
                        768,
                        768,
                        256,
                        2048,
                        200,
                        8,
                        6,
                        TextEncoder.SIGLIP,
                        LabelMode.SIGMOID,
                        false));
    }

    /** Parameters of the released sizes, from checkpoint.md's "0.8–0.9 billion" and 3.3–3.6 GB. */
    @Test
    void releasedSizes() {
        assertThat(count(RandomCheckpoint.V1)).isBetween(800_000_000L, 900_000_000L);
        assertThat(count(RandomCheckpoint.V2)).isBetween(800_000_000L, 900_000_000L);
        Map<String, long[]> v2 = ParameterLayout.of(RandomCheckpoint.V2.config());
        assertThat(v2.get("must3r_decoder.head_dec.proj.weight")).containsExactly(1792, 768);
        assertThat(v2.get("must3r_decoder.feedback_layer.fc1.weight")).containsExactly(3072, 768);
        assertThat(v2.get("panoptic_decoder.input_mixer.in_proj.weight")).containsExactly(768, 2816);
        assertThat(v2.get("panoptic_decoder.upscaler.first_conv.1.weight")).containsExactly(384, 203, 3, 3);
        assertThat(v2.get("panoptic_decoder.upscaler.lr_input_proj.0.weight")).containsExactly(384, 788);
        assertThat(v2).doesNotContainKey("panoptic_decoder.nocls_token");
        Map<String, long[]> v1 = ParameterLayout.of(RandomCheckpoint.V1.config());
        assertThat(v1.get("panoptic_decoder.upscaler.proj_16.fc1.weight")).containsExactly(11264, 2816);
        assertThat(v1.get("panoptic_decoder.upscaler.proj_8.fc2.weight")).containsExactly(2048, 11264);
        assertThat(v1.get("panoptic_decoder.upscaler.proj_4.fc1.weight")).containsExactly(2048, 512);
        assertThat(v1.get("panoptic_decoder.upscaler.proj_2.fc2.weight")).containsExactly(1024, 1536);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "MUSt3R(embed_dim=770)",
                "MUSt3R(depth=0)",
                "MUSt3R(depth=1000000)",
                "MUSt3R(depth=True)",
                "MUSt3R(depth=3.5)",
                "MUSt3R(output_dim=7)",
                "MUSt3R(head='DPT')",
                "MUSt3R(memory_mode='other')",
                "MUSt3R(mem_dropout=0.1)",
                "MUSt3R(pos_embed='sine')",
                "MUSt3R(pos_embed='RoPE100_512:0')",
                "MUSt3R(mlp_ratio=0)",
                "MUSt3R(img_size='512')",
                "MUSt3R(img_size=())",
                "MUSt3R(feedback_type='double')"
            })
    void refusesWhatItCannotBe(String decoder) {
        assertThatThrownBy(() -> ConfigReader.decoder("must3r_decoder", decoder))
                .isInstanceOf(PanSt3RException.class)
                .hasMessageStartingWith("must3r_decoder cannot be understood at character 8:");
    }

    @Test
    void refusesModulesThatDoNotFitTogether() {
        ModelDescription d = RandomCheckpoint.V2;
        assertThatThrownBy(() -> new ModelDescription(
                                d.encoder().replace(")'", ")', embed_dim=512"),
                                d.decoder(),
                                d.dinoEncoder(),
                                Optional.of("PanopticDecoder(upscaler=PixelShuffleUpscaler(input_dim=99))"),
                                Map.of(),
                                "qubo")
                        .config())
                .isInstanceOf(PanSt3RException.class)
                .hasMessageContaining("99")
                .hasMessageContaining("2816");
    }

    @Test
    void everyDifferenceIsListedAndNoMoreThanCanBeRead() {
        ModelConfig config = ModelDescription.geometry(
                        "Dust3rEncoder(embed_dim=16, depth=2, num_heads=2)",
                        "MUSt3R(enc_embed_dim=16, embed_dim=16, depth=2, num_heads=2)")
                .config();
        Map<String, TensorData> tensors = new LinkedHashMap<>();
        ParameterLayout.of(config).forEach((name, shape) -> tensors.put(name, zeros(shape)));
        assertThat(ParameterLayout.differences(config, tensors)).isEmpty();

        tensors.remove("must3r_encoder.norm_enc.bias");
        tensors.put("must3r_decoder.image2_embed", zeros(1, 1, 17));
        tensors.put("extra\n\u202e.weight", zeros(1));
        assertThat(ParameterLayout.differences(config, tensors))
                .isEqualTo("1 missing (must3r_encoder.norm_enc.bias); "
                        + "1 of another shape (must3r_decoder.image2_embed is [1, 1, 17] instead of [1, 1, 16]); "
                        + "1 surplus ('extra??.weight')");
        assertThat(ParameterLayout.differences(config, Map.of()))
                // 28 of the encoder, 55 of the decoder
                .startsWith("83 missing (must3r_encoder.patch_embed.proj.weight, ")
                .endsWith(" and 75 more)")
                .hasSizeLessThan(500);
    }

    @Test
    void integerTensorsAreNoWeights() {
        ModelConfig config = ModelDescription.geometry(
                        "Dust3rEncoder(embed_dim=16, depth=1, num_heads=2)",
                        "MUSt3R(enc_embed_dim=16, embed_dim=16, depth=1, num_heads=2)")
                .config();
        Map<String, TensorData> tensors = new LinkedHashMap<>();
        ParameterLayout.of(config).forEach((name, shape) -> tensors.put(name, zeros(shape)));
        tensors.put(
                "must3r_encoder.norm_enc.bias",
                new TensorData(DType.I32, new long[] {16}, java.nio.ByteBuffer.allocate(64)));
        assertThat(ParameterLayout.differences(config, tensors))
                .isEqualTo("1 of another shape (must3r_encoder.norm_enc.bias is of type I32)");
    }

    private static TensorData zeros(long... shape) {
        int n = (int) Arrays.stream(shape).reduce(1, (a, b) -> a * b);
        return TensorData.of(new float[n], shape);
    }

    private static long count(ModelDescription description) {
        return ParameterLayout.of(description.config()).values().stream()
                .mapToLong(s -> Arrays.stream(s).reduce(1, (a, b) -> a * b))
                .sum();
    }
}
