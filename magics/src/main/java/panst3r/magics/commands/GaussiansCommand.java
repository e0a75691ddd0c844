package panst3r.magics.commands;

import panst3r.magics.Session;
import panst3r.magics.tables.Tables;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "gaussians", description = "One row a Gaussian: place, size, opacity, colour, segment.")
final class GaussiansCommand extends SessionCommand {
    @Mixin
    private RowsOfScene which;

    @Option(names = "--sample", paramLabel = "N", description = "At most so many rows. Default: 10,000.")
    private int sample = Tables.SAMPLE;

    @Option(names = "--seed", paramLabel = "S", description = "Of the draw. Default: 0.")
    private long seed;

    GaussiansCommand(Session session) {
        super(session);
    }

    @Override
    public Object call() {
        return session.splatting().gaussians(which.scene, which.where(), sample, seed);
    }
}
