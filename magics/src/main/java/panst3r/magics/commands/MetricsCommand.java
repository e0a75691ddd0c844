package panst3r.magics.commands;

import panst3r.magics.Session;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "metrics",
        description = "Measure a scene against ground truth: tables of the scene, of its classes and of its views.")
final class MetricsCommand extends SessionCommand {
    @Parameters(arity = "0..1", paramLabel = "SCENE", description = "Which scene; default: the latest.")
    private String scene;

    @Option(
            names = "--truth",
            paramLabel = "DIR",
            description = "Folder with a ground-truth.json. Default: that in which the photos’ folder lies.")
    private String truth;

    @Option(
            names = "--count-rare",
            description =
                    "Let classes count that are rare in the scene (under 0.5 %% of the pixels); the field leaves them"
                            + " out.")
    private boolean countRare;

    MetricsCommand(Session session) {
        super(session);
    }

    @Override
    public Object call() {
        return session.metrics(scene, truth, countRare);
    }
}
