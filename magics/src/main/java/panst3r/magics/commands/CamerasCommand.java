package panst3r.magics.commands;

import panst3r.magics.Session;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "cameras", description = "One row a photo: focal length, position, rotation, size.")
final class CamerasCommand extends SessionCommand {
    @Mixin
    private RowsOfScene which;

    CamerasCommand(Session session) {
        super(session);
    }

    @Override
    public Object call() {
        return session.cameras(which.scene, which.where());
    }
}
