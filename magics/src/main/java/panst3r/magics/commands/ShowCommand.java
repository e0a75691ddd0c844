package panst3r.magics.commands;

import java.util.List;
import panst3r.magics.Session;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "show",
        description = "Highlight segments in the 3D view that is on the page, or in a new one; without any, end it.")
final class ShowCommand extends SessionCommand {
    @Parameters(arity = "0..1", paramLabel = "SCENE", description = "Which scene; default: the latest.")
    private String scene;

    @Option(names = "--segments", split = ",", paramLabel = "ID", description = "Segments by id, such as 3,7.")
    private List<Integer> segments;

    @Option(names = "--class", split = ",", paramLabel = "CLASS", description = "All segments of these classes.")
    private List<String> classes;

    ShowCommand(Session session) {
        super(session);
    }

    @Override
    public Object call() {
        return session.show(scene, segments, classes);
    }
}
