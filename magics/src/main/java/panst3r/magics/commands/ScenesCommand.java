package panst3r.magics.commands;

import panst3r.magics.Session;
import picocli.CommandLine.Command;

@Command(name = "scenes", description = "The photos and scenes of this notebook.")
final class ScenesCommand extends SessionCommand {
    ScenesCommand(Session session) {
        super(session);
    }

    @Override
    public Object call() {
        return session.scenes();
    }
}
