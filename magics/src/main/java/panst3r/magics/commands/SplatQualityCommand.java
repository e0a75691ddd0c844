package panst3r.magics.commands;

import panst3r.magics.Session;
import panst3r.magics.Splatting;
import panst3r.splat.DenseStart;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "splat-quality",
        description =
                "What new views are worth: of photos with ground truth some are held out, Gaussians are fitted to the others,"
                        + " and one row for each photo held out says how like it the picture at its camera is.")
final class SplatQualityCommand extends SessionCommand {
    @Parameters(arity = "1", paramLabel = "FOLDER", description = "Ground truth in the documented layout.")
    private String folder;

    @Option(
            names = "--hold-out",
            paramLabel = "K",
            description = "Leave the last of every K photos out. Default: 4.")
    private int every = 4;

    @Option(names = "--steps", paramLabel = "N", description = "Of the fit. Default: 300.")
    private int steps = Splatting.STEPS;

    @Option(
            names = "--every",
            paramLabel = "K",
            description = "Start from every K-th row and column of pixels. Default: 2.")
    private int stride = 2;

    SplatQualityCommand(Session session) {
        super(session);
    }

    @Override
    public Object call() {
        return session.splatting().quality(folder, every, DenseStart.DEFAULT.withEvery(stride), steps);
    }
}
