package panst3r.magics.commands;

import java.util.List;
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
    @Parameters(arity = "1..*", paramLabel = "FOLDER", description = "Ground truth in the documented layout.")
    private List<String> folders;

    @Option(names = "--hold-out", paramLabel = "K", description = "Leave the last of every K photos out. Default: 4.")
    private int every = 4;

    @Option(
            names = "--first",
            paramLabel = "N",
            description =
                    "Fit to the first N photos and hold all others out instead: along a walk they are ever farther"
                            + " away.")
    private Integer first;

    @Option(
            names = "--predicted",
            description =
                    "Beside the true cameras, depth and labels, fit to what the model in use makes of the same photos.")
    private boolean predicted;

    @Option(
            names = "--chart",
            paramLabel = "FILE",
            description =
                    "Draw how quality falls off with distance and angle to the nearest photo: a .png, .svg or .pdf.")
    private String chart;

    @Option(names = "--overwrite", description = "Replace the chart's file if it is there.")
    private boolean overwrite;

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
        return session.splatting()
                .quality(new Splatting.Quality(
                        folders,
                        every,
                        first,
                        predicted,
                        DenseStart.DEFAULT.withEvery(stride),
                        steps,
                        chart,
                        overwrite));
    }
}
