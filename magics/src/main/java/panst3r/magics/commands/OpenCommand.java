package panst3r.magics.commands;

import java.util.List;
import panst3r.magics.Session;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "open", description = "Choose the photos of a scene. Only their headers are read.")
final class OpenCommand extends SessionCommand {
    @Parameters(
            arity = "1..*",
            paramLabel = "DIR|GLOB|FILE",
            description = "Folders, patterns such as room/*.jpg, or files; on Windows with / or in double quotes.")
    private List<String> sources;

    @Option(names = "--as", paramLabel = "NAME", description = "What to call them; default: the folder's name.")
    private String as;

    @Option(names = "--max", paramLabel = "N", description = "Take the first N photos.")
    private Integer max;

    OpenCommand(Session session) {
        super(session);
    }

    @Override
    public Object call() {
        return session.open(sources, as, max);
    }
}
