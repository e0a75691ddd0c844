package panst3r.magics.commands;

import panst3r.magics.Session;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "cache",
        description =
                "Where features of photos are kept, so that the next run encodes only what is new, and how much room"
                        + " they take.")
final class CacheCommand extends SessionCommand {
    @Parameters(arity = "0..1", paramLabel = "DIR", description = "Keep them in this folder from now on.")
    private String directory;

    @Option(names = "--off", description = "Keep nothing from now on.")
    private boolean off;

    @Option(names = "--clear", description = "Delete what is kept.")
    private boolean clear;

    @Option(
            names = "--limit",
            paramLabel = "GB",
            description = "Keep at most so many gigabytes; what was not used for longest goes first. Default: 10.")
    private Double limit;

    CacheCommand(Session session) {
        super(session);
    }

    @Override
    public Object call() {
        return session.cache(directory, off, clear, limit);
    }
}
