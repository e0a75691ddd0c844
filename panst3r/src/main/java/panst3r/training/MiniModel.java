package panst3r.training;

import static panst3r.training.PanopticLoss.Weights.FROM_SCRATCH;
import static panst3r.training.PanopticLoss.Weights.PAPER;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import panst3r.PanSt3RException;
import panst3r.Progress;
import panst3r.checkpoint.Checkpoint;
import panst3r.checkpoint.ClassTable;
import panst3r.checkpoint.ModelDescription;
import panst3r.rooms.Baseline;
import panst3r.rooms.RoomOptions;
import panst3r.rooms.Rooms;

/**
 * The small model that ships: the published architecture with smaller sizes, everything trained from scratch on generated
 * rooms, in stages. A stage starts from the weights that the one before it left; each can be interrupted and goes on
 * where it was.
 *
 * <pre>{@code java -cp … panst3r.training.MiniModel FOLDER [--until STAGE] [--threads 1]}</pre>
 *
 * leaves {@code FOLDER/<stage>/model.safetensors}, a log and a learning curve for every stage.
 */
public final class MiniModel {
    private static final int EMBEDDING = 768;

    /** The stage, by its seed, from which on all masks of a view are compared at the same points. */
    private static final int COMMON_POINTS_FROM = 6;

    private MiniModel() {}

    /**
     * A part of the training.
     *
     * @param stop after how many of the plan's steps the next stage begins
     * @param kinds of rooms
     * @param views of a scene
     * @param repeats how often a room is used
     */
    record Stage(String name, TrainingPlan plan, int stop, List<RoomOptions> kinds, int views, int repeats) {}

    /** 3.8 million parameters. */
    public static ModelDescription description() {
        return new ModelDescription(
                "Dust3rEncoder(img_size=(256, 256), embed_dim=128, depth=5, num_heads=4)",
                "MUSt3R(img_size=(256, 256), enc_embed_dim=128, embed_dim=128, depth=4, num_heads=4,"
                        + " feedback_type='single_mlp')",
                Optional.of("DinoV2Encoder()"),
                Optional.of("PanopticDecoder(input_mixer=None, upscaler=PixelShuffleUpscaler(input_dim=320,"
                        + " hidden_dim_factor=1, fp_dim=[128, 64, 48, 32]), mask_dim=32, fpn_dim=[128], hidden_dim=128,"
                        + " ff_dim=256, num_queries=48, num_heads=4, dec_layers=3, label_mode='sigmoid')"),
                Map.of(
                        "hidden_size", 64,
                        "num_hidden_layers", 3,
                        "num_attention_heads", 2,
                        "mlp_ratio", 4,
                        "patch_size", 14,
                        "image_size", 140),
                "standard-v2");
    }

    /** A fixed direction for every class of the rooms: the model knows these and no others. */
    public static ClassTable classes() {
        List<String> names = Rooms.CLASSES.stream().map(c -> c.name()).toList();
        Random random = new Random(20);
        float[] embeddings = new float[names.size() * EMBEDDING];
        for (int i = 0; i < embeddings.length; i++) {
            embeddings[i] = (float) random.nextGaussian();
        }
        return new ClassTable(names, EMBEDDING, embeddings);
    }

    /** What is trained, in this order (docs/training.md says why). */
    static List<Stage> stages() {
        List<String> geometryAlone = List.of("dino_encoder", "panoptic_decoder");
        return List.of(
                new Stage(
                        "1-single",
                        plan(1, 1000, 16, 1e-3, 0.05, PAPER, 0, 0, false, 16, List.of()),
                        1000,
                        small(4, 4),
                        1,
                        4),
                new Stage(
                        "2-match",
                        plan(2, 6000, 16, 1e-3, 0, PAPER, 0, 0.3, false, 16, geometryAlone),
                        2500,
                        small(4, 4),
                        2,
                        3),
                new Stage(
                        "3-pairs",
                        plan(3, 5000, 16, 1e-3, 0, PAPER, 0, 0.2, true, 16, geometryAlone),
                        5000,
                        small(4, 8),
                        2,
                        4),
                new Stage(
                        "4-joint",
                        plan(4, 2000, 6, 7e-4, 0.05, PAPER, 0, 0.1, true, 16, List.of()),
                        2000,
                        small(5, 8),
                        4,
                        3),
                new Stage(
                        "5-medium",
                        plan(5, 3000, 4, 8e-4, 0.05, PAPER, 0, 0.1, true, 16, List.of()),
                        1000,
                        medium(5, 8),
                        4,
                        3),
                new Stage(
                        "6-medium",
                        plan(6, 2400, 4, 8e-4, 0.05, PAPER, 0, 0.1, true, 16, List.of()),
                        1500,
                        medium(5, 8),
                        4,
                        3),
                new Stage(
                        "7-large",
                        plan(7, 3200, 2, 6e-4, 0.08, FROM_SCRATCH, 0.1, 0.05, true, 24, List.of()),
                        1500,
                        large(5, 8),
                        4,
                        3),
                new Stage(
                        "8-medium",
                        plan(8, 6000, 4, 8e-4, 0.08, FROM_SCRATCH, 0.5, 0.05, true, 16, List.of()),
                        2750,
                        medium(5, 8),
                        4,
                        3),
                new Stage(
                        "9-large",
                        plan(9, 1300, 2, 5e-4, 0.08, FROM_SCRATCH, 0.5, 0.05, true, 24, List.of()),
                        1300,
                        large(5, 8),
                        4,
                        3),
                new Stage(
                        "10-medium",
                        plan(10, 7000, 4, 8e-4, 0.08, FROM_SCRATCH, 0.5, 0.05, true, 16, List.of()),
                        3300,
                        medium(5, 8),
                        4,
                        3),
                new Stage(
                        "11-large",
                        plan(11, 2300, 2, 5e-4, 0.08, FROM_SCRATCH, 0.5, 0.05, true, 24, List.of()),
                        2300,
                        large(5, 8),
                        4,
                        3),
                new Stage(
                        "12-medium",
                        plan(12, 7000, 4, 8e-4, 0.08, FROM_SCRATCH, 0.5, 0.05, true, 16, List.of()),
                        2600,
                        medium(5, 8),
                        4,
                        3),
                new Stage(
                        "13-large",
                        plan(13, 2300, 2, 5e-4, 0.08, FROM_SCRATCH, 0.5, 0.05, true, 24, List.of()),
                        2300,
                        large(5, 8),
                        4,
                        3));
    }

    private static TrainingPlan plan(
            long seed,
            int steps,
            int batch,
            double rate,
            double masks,
            PanopticLoss.Weights terms,
            double tokens,
            double attention,
            boolean firstPass,
            int pixels,
            List<String> frozen) {
        boolean common = seed >= COMMON_POINTS_FROM;
        return TrainingPlan.fromScratch(seed, steps)
                .change()
                .batch(batch)
                .rate(rate)
                .warmup(100)
                .points(common ? 1024 : 256)
                .commonPoints(common)
                .pixels(pixels)
                .masksWeight(masks)
                .terms(terms)
                .tokensWeight(tokens)
                .attentionWeight(attention)
                .firstPass(firstPass)
                .frozen(frozen)
                .saveEvery(250)
                .build();
    }

    /** Seven by five patches and others of about that many: a quarter of the work, for what needs many rooms. */
    private static List<RoomOptions> small(int wide, int narrow) {
        return kinds(wide, narrow, new int[][] {{112, 80}, {80, 112}, {112, 80}, {96, 96}, {112, 80}, {128, 80}});
    }

    private static List<RoomOptions> medium(int wide, int narrow) {
        return kinds(wide, narrow, new int[][] {{176, 128}, {128, 176}, {176, 112}, {176, 128}, {144, 144}});
    }

    private static List<RoomOptions> large(int wide, int narrow) {
        return kinds(
                wide, narrow, new int[][] {{256, 192}, {192, 256}, {256, 192}, {256, 144}, {256, 192}, {256, 160}});
    }

    /**
     * Every size with views from all over the room and with neighbouring ones, by turns.
     *
     * @param wide photos of a room
     * @param narrow likewise; the more, the further apart are two of them
     */
    private static List<RoomOptions> kinds(int wide, int narrow, int[][] sizes) {
        List<RoomOptions> out = new ArrayList<>();
        for (Baseline baseline : List.of(Baseline.WIDE, Baseline.NARROW)) {
            for (int[] size : sizes) {
                out.add(RoomOptions.defaults()
                        .withViews(baseline == Baseline.WIDE ? wide : narrow)
                        .withSize(size[0], size[1])
                        .withBaseline(baseline)
                        .withMaxLights(1));
            }
        }
        return out;
    }

    public static void main(String[] args) {
        try {
            Map<String, String> options = new LinkedHashMap<>();
            for (int i = 1; i + 1 < args.length; i += 2) {
                options.put(args[i], args[i + 1]);
            }
            System.setProperty("ai.djl.pytorch.num_threads", options.getOrDefault("--threads", "1"));
            train(Path.of(args[0]), options.getOrDefault("--until", ""));
        } catch (PanSt3RException | ArrayIndexOutOfBoundsException e) {
            System.err.println(e.getMessage());
            System.err.println("usage: MiniModel FOLDER [--until STAGE] [--threads 1]");
            System.exit(1);
        }
    }

    private static void train(Path folder, String until) {
        Optional<Path> before = Optional.empty();
        for (Stage stage : stages()) {
            Path place = folder.resolve(stage.name());
            Path model = place.resolve("model.safetensors");
            if (!Files.exists(model)) {
                train(stage, before, place, model);
            }
            if (stage.name().equals(until)) {
                return;
            }
            before = Optional.of(model);
        }
    }

    private static void train(Stage stage, Optional<Path> before, Path place, Path model) {
        TrainingPlan plan = stage.plan();
        TrainingRooms rooms = new TrainingRooms(
                stage.kinds(),
                stage.views(),
                plan.batch(),
                stage.repeats(),
                Rooms.FIRST_TRAINING_SEED + plan.seed() * 10_000_000);
        Optional<Checkpoint> start = before.map(Checkpoint::open);
        try (Trainer trainer = new Trainer(description(), start, classes(), plan, place)) {
            start.ifPresent(Checkpoint::close);
            trainer.run(rooms, stage.stop(), progress(stage.name()));
            trainer.export(model);
        }
    }

    /** A line for every hundred steps. */
    private static Progress progress(String stage) {
        long began = System.nanoTime();
        return (task, done, of) -> {
            if (done % 100 == 0) {
                System.out.printf("%s: %d of %d, %.0f s%n", stage, done, of, (System.nanoTime() - began) / 1e9);
            }
        };
    }
}
