package panst3r.magics.commands;

import java.util.List;
import panst3r.magics.Session;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "find",
        description = "Rank the segments of a scene by how alike they are to a text, and highlight the best.")
final class FindCommand extends SessionCommand {
    @Parameters(arity = "1..*", paramLabel = "TEXT", description = "What to look for, such as “something to sit on”.")
    private List<String> words;

    @Option(names = "--top", paramLabel = "N", defaultValue = "3", description = "How many to highlight. Default: 3.")
    private int top;

    @Option(
            names = "--text",
            paramLabel = "FOLDER",
            description = "The text encoder, as in %%panst3r classes. Said once, it stays.")
    private String text;

    @Option(names = "--scene", paramLabel = "SCENE", description = "Which scene; default: the latest.")
    private String scene;

    FindCommand(Session session) {
        super(session);
    }

    @Override
    public Object call() {
        return session.find(String.join(" ", words), top, text, scene);
    }
}
