package panst3r.magics.commands;

import java.util.Arrays;
import panst3r.PanSt3RException;
import panst3r.magics.Session;
import panst3r.picture.ColourBy;
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

    @Option(
            names = "--by",
            paramLabel = "WHAT",
            description = "What colours say at first: photo, segment, class, confidence, depth or view.")
    private String by;

    @Option(
            names = "--splats",
            description = "Show the Gaussians of %%panst3r splat at first; G in the view changes to points and back.")
    private boolean splats;

    PlotCommand(Session session) {
        super(session);
    }

    @Override
    public Object call() {
        return session.plot(scene, points, by == null ? null : colour(), splats);
    }

    private ColourBy colour() {
        return Arrays.stream(ColourBy.values())
                .filter(c -> c.name().equalsIgnoreCase(by))
                .findFirst()
                .orElseThrow(() -> new PanSt3RException("There is no colouring by “" + by
                        + "”; take photo, segment, class, confidence, depth or view."));
    }
}
