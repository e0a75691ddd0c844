package panst3r.magics.commands;

import panst3r.magics.Session;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "masks", description = "One row a segment and view: pixels, bounding box, confidence.")
final class MasksCommand extends SessionCommand {
    @Mixin
    private RowsOfScene which;

    MasksCommand(Session session) {
        super(session);
    }

    @Override
    public Object call() {
        return session.masks(which.scene, which.where());
    }
}
