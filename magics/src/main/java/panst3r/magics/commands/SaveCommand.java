package panst3r.magics.commands;

import panst3r.magics.Session;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "save",
        description = "Keep a scene, raw predictions included, so that it can be merged again tomorrow.")
final class SaveCommand extends SessionCommand {
    @Parameters(index = "0", paramLabel = "PATH", description = "Where to.")
    private String path;

    @Parameters(index = "1", arity = "0..1", paramLabel = "SCENE", description = "Which scene; default: the latest.")
    private String scene;

    @Option(names = "--overwrite", description = "Replace the scene that is there.")
    private boolean overwrite;

    SaveCommand(Session session) {
        super(session);
    }

    @Override
    public Object call() {
        return session.save(path, scene, overwrite);
    }
}
