package panst3r.magics.commands;

import panst3r.magics.Session;
import picocli.CommandLine.Command;

@Command(name = "info", description = "Model, photos, scenes, memory and versions.")
final class InfoCommand extends SessionCommand {
    InfoCommand(Session session) {
        super(session);
    }

    @Override
    public Object call() {
        return session.info();
    }
}
