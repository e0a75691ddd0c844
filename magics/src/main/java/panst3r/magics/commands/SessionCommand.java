package panst3r.magics.commands;

import java.util.concurrent.Callable;
import panst3r.magics.Session;
import picocli.CommandLine.Option;

/** A sub-command of {@code %panst3r}: reads its words, calls the method of {@link Session} that has its name. */
abstract class SessionCommand implements Callable<Object> {
    final Session session;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "What this command does and takes.")
    private boolean help;

    SessionCommand(Session session) {
        this.session = session;
    }
}
