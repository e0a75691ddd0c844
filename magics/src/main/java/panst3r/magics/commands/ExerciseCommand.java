package panst3r.magics.commands;

import panst3r.magics.Session;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "exercise",
        description =
                "Make masks from ground truth, by rule and seed, to try merging on. An exercise, not a prediction:"
                        + " no network has seen the photos.")
final class ExerciseCommand extends SessionCommand {
    @Parameters(paramLabel = "FOLDER", description = "Ground truth: one of sample-scenes, or your own.")
    private String folder;

    @Option(
            names = "--copies",
            paramLabel = "N",
            defaultValue = "4",
            description = "Queries an instance: 1 is easy; the default of 4 is hard, near-duplicates and wrong halves.")
    private int copies;

    @Option(
            names = "--seed",
            paramLabel = "S",
            defaultValue = "0",
            description = "Another seed, other masks. Default: 0.")
    private long seed;

    @Option(names = "--max", paramLabel = "N", description = "Take the first N photos.")
    private Integer max;

    @Option(names = "--as", paramLabel = "NAME", description = "What to call the scene; default: the folder's name.")
    private String as;

    ExerciseCommand(Session session) {
        super(session);
    }

    @Override
    public Object call() {
        return session.exercise(folder, copies, seed, max, as);
    }
}
