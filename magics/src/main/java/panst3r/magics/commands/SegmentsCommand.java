package panst3r.magics.commands;

import panst3r.magics.Session;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "segments", description = "One row a segment: class, score, size, place.")
final class SegmentsCommand extends SessionCommand {
    @Mixin
    private RowsOfScene which;

    SegmentsCommand(Session session) {
        super(session);
    }

    @Override
    public Object call() {
        return session.segments(which.scene, which.where());
    }
}
