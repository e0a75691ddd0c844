package panst3r.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import panst3r.PanSt3RException;
import panst3r.Progress;
import panst3r.checkpoint.Checkpoint;
import panst3r.checkpoint.ClassTable;
import panst3r.checkpoint.ModelDescription;
import panst3r.rooms.RoomOptions;
import panst3r.rooms.Rooms;

class TrainerTest {
    private static final String PIXEL_SHUFFLE =
            "input_mixer=None, upscaler=PixelShuffleUpscaler(input_dim=80, hidden_dim_factor=1, fp_dim=[32, 32, 24, 16]), mask_dim=16";
    private static final String LOFT_UP = "input_mixer=InputMixer(in_dim=80, hidden_dim=32, num_heads=4, num_layers=1),"
            + " upscaler=LoftUpUpscaler(input_dim=32, dim=16, n_freqs=4, num_layers=1), mask_dim=16";
    private static final RoomOptions SMALL = RoomOptions.defaults().withViews(3).withSize(64, 48);

    private static ModelDescription small(String upscaler, String labelMode) {
        return new ModelDescription(
                "Dust3rEncoder(img_size=(64, 64), embed_dim=32, depth=2, num_heads=4)",
                "MUSt3R(img_size=(64, 64), enc_embed_dim=32, embed_dim=32, depth=2, num_heads=4, feedback_type='single_mlp')",
                Optional.of("DinoV2Encoder()"),
                Optional.of("PanopticDecoder(" + upscaler
                        + ", fpn_dim=[32], hidden_dim=32, ff_dim=32, num_queries=12, num_heads=4, dec_layers=2, label_mode='"
                        + labelMode + "')"),
                Map.of(
                        "hidden_size", 16,
                        "num_hidden_layers", 1,
                        "num_attention_heads", 2,
                        "mlp_ratio", 2,
                        "patch_size", 14,
                        "image_size", 70),
                "standard-v2");
    }

    private static ClassTable classes() {
        List<String> names = Rooms.CLASSES.stream().map(c -> c.name()).toList();
        float[] embeddings = new float[names.size() * 768];
        Random random = new Random(1);
        for (int i = 0; i < embeddings.length; i++) {
            embeddings[i] = (float) random.nextGaussian();
        }
        return new ClassTable(names, 768, embeddings);
    }

    private static Trainer trainer(Path folder, int steps) {
        TrainingPlan plan = TrainingPlan.fromScratch(7, steps)
                .change()
                .batch(1)
                .rate(2e-3)
                .warmup(2)
                .points(64)
                .terms(PanopticLoss.Weights.FROM_SCRATCH)
                .tokensWeight(0.1)
                .attentionWeight(0.1)
                .firstPass(true)
                .jitter(0.1)
                .saveEvery(3)
                .build();
        return new Trainer(small(PIXEL_SHUFFLE, "sigmoid"), Optional.empty(), classes(), plan, folder);
    }

    private static TrainingScene scene(long seed) {
        return TrainingScene.of(Rooms.sample(Rooms.FIRST_TRAINING_SEED + seed, SMALL), 0, new Random(0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"sigmoid", "softmax", "loftup"})
    void everyParameterLearns(String what, @TempDir Path folder) {
        ModelDescription model = what.equals("loftup") ? small(LOFT_UP, "sigmoid") : small(PIXEL_SHUFFLE, what);
        TrainingPlan plan = TrainingPlan.fromScratch(7, 10);
        try (Trainer trainer = new Trainer(model, Optional.empty(), classes(), plan, folder)) {
            // Feedback starts at 0, so what comes before it has no gradient yet: one step is made first.
            trainer.run(i -> Rooms.sample(Rooms.FIRST_TRAINING_SEED + i, SMALL), 2, Progress.SILENT);
            List<String> idle = new ArrayList<>();
            trainer.gradients(scene(9)).forEach((name, gradient) -> {
                float[] values = gradient.toFloatArray();
                boolean any = false;
                for (float v : values) {
                    assertThat(v).as(name).isFinite();
                    any |= v != 0;
                }
                // No output depends on these: a bias of keys cancels in a softmax without rotary positions.
                boolean cancels = name.endsWith("mask_token")
                        || name.endsWith("attention.key.bias")
                        || name.endsWith("projk.bias");
                if (!any && !cancels) {
                    idle.add(name);
                }
            });
            assertThat(idle).isEmpty();
        }
    }

    @Test
    void interruptedTrainingGoesOnToTheSameNumbers(@TempDir Path folder) throws Exception {
        Path whole = folder.resolve("whole");
        Path parts = folder.resolve("parts");
        try (Trainer trainer = trainer(whole, 6)) {
            trainer.run(i -> Rooms.sample(Rooms.FIRST_TRAINING_SEED + i, SMALL), 6, Progress.SILENT);
        }
        for (int until : new int[] {2, 5, 6}) {
            try (Trainer trainer = trainer(parts, 6)) {
                trainer.run(i -> Rooms.sample(Rooms.FIRST_TRAINING_SEED + i, SMALL), until, Progress.SILENT);
                assertThat(trainer.step()).isEqualTo(until);
            }
        }
        assertThat(losses(parts)).isEqualTo(losses(whole));
        assertThat(parts.resolve("state.safetensors")).hasSameBinaryContentAs(whole.resolve("state.safetensors"));
    }

    @Test
    void theLossFallsAndTheModelOpens(@TempDir Path folder) throws Exception {
        try (Trainer trainer = trainer(folder, 40)) {
            trainer.run(i -> Rooms.sample(Rooms.FIRST_TRAINING_SEED + i % 2, SMALL), 40, Progress.SILENT);
            trainer.export(folder.resolve("model.safetensors"));
        }
        List<Double> losses = losses(folder).stream()
                .map(l -> Double.parseDouble(l.split(",")[1]))
                .toList();
        double first =
                losses.subList(0, 5).stream().mapToDouble(x -> x).average().orElseThrow();
        double last =
                losses.subList(35, 40).stream().mapToDouble(x -> x).average().orElseThrow();
        assertThat(last).isLessThan(0.8 * first);
        assertThat(folder.resolve("curve.png")).exists();
        try (Checkpoint checkpoint = Checkpoint.open(folder.resolve("model.safetensors"))) {
            assertThat(checkpoint.classes().orElseThrow().names()).contains("chair");
        }
    }

    @Test
    void anotherPlanIsRefused(@TempDir Path folder) {
        try (Trainer trainer = trainer(folder, 6)) {
            trainer.save();
        }
        assertThatThrownBy(() -> trainer(folder, 7).close())
                .isInstanceOf(PanSt3RException.class)
                .hasMessage(
                        "The training in " + folder.resolve("state.safetensors")
                                + " follows another plan (steps 6 there, 7 here); go on with that plan or choose another folder.");
    }

    @Test
    void differencesOfPlansAreNamed() {
        TrainingPlan one = TrainingPlan.panopticOnly(7, 4);
        TrainingPlan other = one.change()
                .rate(0.5)
                .terms(PanopticLoss.Weights.FROM_SCRATCH)
                .frozen(List.of())
                .build();
        assertThat(TrainingPlan.difference(one.toString(), other.toString()))
                .isEqualTo("rate 1.0E-4 there, 0.5 here; "
                        + "terms Weights[classes=1.0, mask=20.0, dice=1.0] there, Weights[classes=4.0, mask=10.0, dice=3.0] here; "
                        + "frozen [must3r_encoder, must3r_decoder, dino_encoder] there, [] here");
        assertThat(TrainingPlan.difference("null", one.toString())).contains("saveEvery null there, 200 here");
        assertThat(TrainingPlan.difference(one.toString(), one.toString())).isEqualTo("of another version");
    }

    @Test
    void aStateThatIsCutIsSaidToBeAState(@TempDir Path folder) throws Exception {
        try (Trainer trainer = trainer(folder, 6)) {
            trainer.save();
        }
        Path state = folder.resolve("state.safetensors");
        byte[] bytes = Files.readAllBytes(state);
        for (int length : new int[] {0, 7, 100, bytes.length - 1}) {
            Files.write(state, Arrays.copyOf(bytes, length));
            assertThatThrownBy(() -> trainer(folder, 6).close())
                    .hasMessage("The state of a training in " + state
                            + " cannot be read; delete it to begin anew, or choose another folder.");
        }
    }

    @Test
    void anotherFileIsNoState(@TempDir Path folder) {
        try (Trainer trainer = trainer(folder, 6)) {
            trainer.export(folder.resolve("state.safetensors"));
        }
        assertThatThrownBy(() -> trainer(folder, 6).close())
                .hasMessage(folder.resolve("state.safetensors")
                        + " is no state of a training; move it away, or choose another folder.");
    }

    /** A last line that a full disk or a kill cut is no reason not to go on. */
    @Test
    void aLogThatIsCutGoesOn(@TempDir Path folder) throws Exception {
        Path log = folder.resolve("log.csv");
        try (Trainer trainer = trainer(folder, 6)) {
            trainer.run(i -> Rooms.sample(Rooms.FIRST_TRAINING_SEED + i, SMALL), 3, Progress.SILENT);
        }
        List<String> before = losses(folder);
        Files.writeString(log, "4,3.1", StandardOpenOption.APPEND);
        try (Trainer trainer = trainer(folder, 6)) {
            trainer.run(i -> Rooms.sample(Rooms.FIRST_TRAINING_SEED + i, SMALL), 4, Progress.SILENT);
        }
        assertThat(losses(folder)).hasSize(4).startsWith(before.toArray(String[]::new));
    }

    @Test
    void whatCannotBeWrittenLeavesNothingBesideIt(@TempDir Path folder) throws Exception {
        Files.createDirectories(folder.resolve("curve.png/in-the-way"));
        try (Trainer trainer = trainer(folder, 6)) {
            assertThatThrownBy(() ->
                            trainer.run(i -> Rooms.sample(Rooms.FIRST_TRAINING_SEED + i, SMALL), 2, Progress.SILENT))
                    .isInstanceOf(PanSt3RException.class)
                    .hasMessageContaining("cannot be written");
        }
        try (var files = Files.list(folder)) {
            assertThat(files.map(f -> f.getFileName().toString()))
                    .containsExactlyInAnyOrder("curve.png", "log.csv", "state.safetensors");
        }
    }

    @Test
    void aTrainingThatLearnsNoMoreIsEnded(@TempDir Path folder) {
        TrainingPlan plan = TrainingPlan.fromScratch(7, 60)
                .change()
                .batch(1)
                .rate(1e30)
                .warmup(0)
                .points(64)
                .build();
        try (Trainer trainer =
                new Trainer(small(PIXEL_SHUFFLE, "sigmoid"), Optional.empty(), classes(), plan, folder)) {
            assertThatThrownBy(() -> trainer.run(
                            i -> Rooms.sample(Rooms.FIRST_TRAINING_SEED + i % 2, SMALL), 60, Progress.SILENT))
                    .isInstanceOf(PanSt3RException.class)
                    .hasMessageStartingWith("The training in " + folder + " learns no more")
                    .hasMessageEndingWith("with a lower rate.");
            assertThat(trainer.step()).isLessThan(60);
        }
    }

    @Test
    void tooLittleMemoryIsNotHidden(@TempDir Path folder) {
        try (Trainer trainer = trainer(folder, 6)) {
            assertThatThrownBy(() -> trainer.run(
                            i -> {
                                throw new OutOfMemoryError("of a test");
                            },
                            6,
                            Progress.SILENT))
                    .isInstanceOf(OutOfMemoryError.class);
        }
    }

    @Test
    void aFirstSceneThatFailsLeavesNoState(@TempDir Path folder) {
        try (Trainer trainer = trainer(folder, 6)) {
            assertThatThrownBy(() -> trainer.run(
                            i -> {
                                throw new PanSt3RException("scene.png is missing.");
                            },
                            6,
                            Progress.SILENT))
                    .hasMessage("scene.png is missing.");
        }
        assertThat(folder.resolve("state.safetensors")).doesNotExist();
        trainer(folder, 7).close(); // so another plan may begin here
    }

    @Test
    void frozenPartsStay(@TempDir Path folder) {
        TrainingPlan plan = TrainingPlan.panopticOnly(7, 4)
                .change()
                .batch(1)
                .rate(1e-3)
                .warmup(1)
                .points(64)
                .pixels(32)
                .jitter(0)
                .saveEvery(9)
                .build();
        try (Trainer trainer =
                new Trainer(small(PIXEL_SHUFFLE, "sigmoid"), Optional.empty(), classes(), plan, folder)) {
            Map<String, NDArray> arrays = trainer.parameters().arrays();
            float[] encoder =
                    arrays.get("must3r_encoder.patch_embed.proj.weight").toFloatArray();
            float[] queries = arrays.get("panoptic_decoder.mask_transformer.query_feat.weight")
                    .toFloatArray();
            trainer.run(i -> Rooms.sample(Rooms.FIRST_TRAINING_SEED + i, SMALL), 2, Progress.SILENT);
            assertThat(arrays.get("must3r_encoder.patch_embed.proj.weight").toFloatArray())
                    .isEqualTo(encoder);
            assertThat(arrays.get("panoptic_decoder.mask_transformer.query_feat.weight")
                            .toFloatArray())
                    .isNotEqualTo(queries);
        }
    }

    /** The log without its last column, the seconds. */
    private static List<String> losses(Path folder) throws Exception {
        return Files.readAllLines(folder.resolve("log.csv")).stream()
                .skip(1)
                .map(line -> line.substring(0, line.lastIndexOf(',')))
                .toList();
    }
}
