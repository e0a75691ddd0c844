package panst3r.training;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import panst3r.PanSt3RException;
import panst3r.Progress;
import panst3r.checkpoint.Checkpoint;
import panst3r.checkpoint.ClassTable;
import panst3r.image.WorkingSize;

/**
 * Trains a model further on one's own scenes with ground truth (docs/ground-truth.md).
 *
 * <pre>{@code
 * java -cp … panst3r.training.FineTune MODEL DATA FOLDER [--train panoptic|all] [--classes FILE] [--steps 2000]
 *     [--batch 1] [--rate 1e-4] [--views 5] [--points 12288] [--seed 1] [--save-every 100]
 * }</pre>
 *
 * {@code panoptic} leaves encoder, decoder and DINOv2 as they are, as the paper does. {@code --classes} names the embeddings
 * of a model that has none of its own (docs/classes.md). FOLDER keeps the state, a log and a learning curve, and gets
 * {@code model.safetensors} at the end; started again on it, the training goes on where it was.
 */
public final class FineTune {
    private static final String USAGE = "usage: FineTune MODEL DATA FOLDER [--train panoptic|all] [--classes FILE]"
            + " [--steps 2000] [--batch 1] [--rate 1e-4] [--views 5] [--points 12288] [--seed 1] [--save-every 100]";
    private static final Set<String> OPTIONS = Set.of(
            "--train", "--classes", "--steps", "--batch", "--rate", "--views", "--points", "--seed", "--save-every");

    private FineTune() {}

    public static void main(String[] args) {
        try {
            run(args);
        } catch (PanSt3RException e) {
            System.err.println(e.getMessage());
            System.exit(1);
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            System.err.println(e.getMessage());
            System.err.println(USAGE);
            System.exit(2);
        }
    }

    private static void run(String[] args) {
        Map<String, String> options = new LinkedHashMap<>();
        for (int i = 3; i < args.length; i += 2) {
            if (!OPTIONS.contains(args[i])) {
                throw new IllegalArgumentException("There is no option " + args[i] + ".");
            }
            options.put(args[i], args[i + 1]);
        }
        Path file = Path.of(args[0]);
        Path folder = Path.of(args[2]);
        TrainingPlan plan = plan(options);
        try (Checkpoint checkpoint = Checkpoint.open(file)) {
            ClassTable classes = options.containsKey("--classes")
                    ? ClassTable.read(Path.of(options.get("--classes")))
                    : checkpoint
                            .classes()
                            .orElseThrow(() -> new PanSt3RException(
                                    file + " has no class embeddings of its own; name a file of them with --classes."));
            TrainingFolder scenes = new TrainingFolder(
                    Path.of(args[1]),
                    classes.names(),
                    WorkingSize.table(checkpoint.config().encoder().imageSize()),
                    Integer.parseInt(options.getOrDefault("--views", "5")),
                    plan.seed());
            System.out.println(scenes.size() + " scenes; state, log.csv and curve.png in " + folder);
            try (Trainer trainer =
                    new Trainer(checkpoint.description(), Optional.of(checkpoint), classes, plan, folder)) {
                trainer.run(scenes, plan.steps(), line(trainer));
                trainer.export(folder.resolve("model.safetensors"));
            }
            System.out.println("\n" + folder.resolve("model.safetensors"));
        }
    }

    private static TrainingPlan plan(Map<String, String> options) {
        int steps = Integer.parseInt(options.getOrDefault("--steps", "2000"));
        String parts = options.getOrDefault("--train", "panoptic");
        if (!parts.equals("panoptic") && !parts.equals("all")) {
            throw new IllegalArgumentException("--train is panoptic or all, not " + parts + ".");
        }
        boolean all = parts.equals("all");
        TrainingPlan paper = TrainingPlan.panopticOnly(Long.parseLong(options.getOrDefault("--seed", "1")), steps);
        return new TrainingPlan(
                paper.seed(),
                steps,
                Integer.parseInt(options.getOrDefault("--batch", "1")),
                Double.parseDouble(options.getOrDefault("--rate", "1e-4")),
                paper.warmup(),
                paper.decay(),
                paper.clip(),
                paper.minKeyframes(),
                Integer.parseInt(options.getOrDefault("--points", "12288")),
                paper.commonPoints(),
                all ? 64 : 1,
                all ? 1 : 0,
                1,
                paper.terms(),
                0,
                0,
                false,
                paper.jitter(),
                all ? List.of() : paper.frozen(),
                Integer.parseInt(options.getOrDefault("--save-every", "100")));
    }

    private static Progress line(Trainer trainer) {
        long began = System.nanoTime();
        return (task, done, of) -> System.err.printf(
                Locale.ROOT,
                "\rstep %d of %d, loss %.4g, %.0f s ",
                done,
                of,
                trainer.loss(),
                (System.nanoTime() - began) / 1e9);
    }
}
