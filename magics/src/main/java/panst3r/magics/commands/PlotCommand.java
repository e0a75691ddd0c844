package panst3r.magics.commands;

import panst3r.magics.Session;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "plot", description = "Look around in a scene.")
final class PlotCommand extends SessionCommand {
    @Parameters(arity = "0..1", paramLabel = "SCENE", description = "Which scene; default: the latest.")
    private String scene;

    @Option(
            names = "--points",
            paramLabel = "N",
            description = "At most so many points. Default: as many as fit into 5 MB.")
    private Integer points;

    PlotCommand(Session session) {
        super(session);
    }

    @Override
    public Object call() {
        return session.plot(scene, points);
    }
}
