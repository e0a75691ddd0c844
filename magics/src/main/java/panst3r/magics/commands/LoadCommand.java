package panst3r.magics.commands;

import panst3r.magics.Session;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "load", description = "Open a saved scene.")
final class LoadCommand extends SessionCommand {
    @Parameters(paramLabel = "PATH", description = "Where save put it.")
    private String path;

    @Option(names = "--as", paramLabel = "NAME", description = "What to call it; default: the file's name.")
    private String as;

    LoadCommand(Session session) {
        super(session);
    }

    @Override
    public Object call() {
        return session.load(path, as);
    }
}
