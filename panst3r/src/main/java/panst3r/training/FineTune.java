package panst3r.training;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import panst3r.Arguments;
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
 * {@code model.safetensors} at the end; started again on it with the same words, the training goes on where it was; only DATA may have
 * grown or been mended.
 */
public final class FineTune {
    private static final String USAGE = "usage: FineTune MODEL DATA FOLDER [--train panoptic|all] [--classes FILE]"
            + " [--steps 2000] [--batch 1] [--rate 1e-4] [--views 5] [--points 12288] [--seed 1] [--save-every 100]";

    private FineTune() {}

    public static void main(String[] args) {
        Arguments.main(USAGE, args, FineTune::run);
    }

    private static void run(Arguments words) {
        Path file = Path.of(words.place(0));
        Path folder = Path.of(words.place(2));
        String embeddings = words.option("--classes", null);
        TrainingPlan plan = plan(words);
        try (Checkpoint checkpoint = Checkpoint.open(file)) {
            ClassTable classes = embeddings != null
                    ? ClassTable.read(Path.of(embeddings))
                    : checkpoint
                            .classes()
                            .orElseThrow(() -> new PanSt3RException(
                                    file + " has no class embeddings of its own; name a file of them with --classes."));
            TrainingFolder scenes = new TrainingFolder(
                    Path.of(words.place(1)),
                    classes.names(),
                    WorkingSize.table(checkpoint.config().encoder().imageSize()),
                    words.count("--views", 5),
                    plan.seed());
            System.out.println(scenes.size() + (scenes.size() == 1 ? " scene" : " scenes")
                    + "; state, log.csv and curve.png in " + folder);
            try (Trainer trainer =
                    new Trainer(checkpoint.description(), Optional.of(checkpoint), classes, plan, folder)) {
                try {
                    trainer.run(scenes, plan.steps(), line(trainer));
                } finally {
                    System.err.println(); // what went wrong stands on a line of its own
                }
                trainer.export(folder.resolve("model.safetensors"));
            }
            System.out.println(folder.resolve("model.safetensors"));
        }
    }

    private static TrainingPlan plan(Arguments words) {
        int steps = words.count("--steps", 2000);
        boolean all = words.choice("--train", "panoptic", "all").equals("all");
        TrainingPlan paper = TrainingPlan.panopticOnly(words.whole("--seed", 1, Long.MIN_VALUE), steps);
        return paper.change()
                .batch(words.count("--batch", 1))
                .rate(words.number("--rate", 1e-4, 0, 1))
                .points(words.count("--points", 12288, 1_000_000))
                .pixels(all ? 64 : 1)
                .geometryWeight(all ? 1 : 0)
                .frozen(all ? List.of() : paper.frozen())
                .saveEvery(words.count("--save-every", 100))
                .build();
    }

    private static Progress line(Trainer trainer) {
        long began = System.nanoTime();
        long first = trainer.step();
        return (task, done, of) -> System.err.printf(
                Locale.ROOT,
                "\rstep %d of %d, %s%.0f s ",
                done,
                of,
                done == first ? "" : String.format(Locale.ROOT, "loss %.4g, ", trainer.loss()),
                (System.nanoTime() - began) / 1e9);
    }
}
