package panst3r.magics.commands;

import java.util.List;
import panst3r.magics.Session;
import panst3r.magics.tables.Tables;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "points",
        description = "One row a point: place, colour, confidence, pixel, segment. A sample unless --all is said.")
final class PointsCommand extends SessionCommand {
    @Mixin
    private RowsOfScene which;

    @Option(
            names = "--view",
            split = ",",
            paramLabel = "VIEW",
            description = "Only points of these photos, by number or file name.")
    private List<String> views;

    @ArgGroup
    private Size size = new Size();

    @Option(names = "--seed", paramLabel = "S", defaultValue = "0", description = "Of the sample. Default: 0.")
    private long seed;

    @Option(names = "--global", description = "Points as the network put them into the world, not moved by the pose.")
    private boolean global;

    private static final class Size {
        @Option(
                names = "--sample",
                paramLabel = "N",
                description = "How many rows, drawn at random. Default: " + Tables.SAMPLE + ".")
        private Integer sample;

        @Option(names = "--all", description = "Every point. A scene of 50 photos has ten million.")
        private boolean all;
    }

    PointsCommand(Session session) {
        super(session);
    }

    @Override
    public Object call() {
        int sample = size.all ? Integer.MAX_VALUE : size.sample == null ? Tables.SAMPLE : size.sample;
        return session.points(which.scene, views, which.where(), sample, seed, global);
    }
}
