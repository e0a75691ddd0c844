package panst3r.magics.commands;

import panst3r.magics.Session;
import picocli.CommandLine.Command;

@Command(name = "last-error", description = "The whole story of the last error, for a report.")
final class LastErrorCommand extends SessionCommand {
    LastErrorCommand(Session session) {
        super(session);
    }

    @Override
    public Object call() {
        return session.lastError();
    }
}
