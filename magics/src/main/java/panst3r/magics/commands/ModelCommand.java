package panst3r.magics.commands;

import java.util.List;
import panst3r.magics.Session;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "model", description = "Choose the weights that the next run uses.")
final class ModelCommand extends SessionCommand {
    @Parameters(
            arity = "0..1",
            defaultValue = "mini",
            paramLabel = "mini|PATH",
            description = "mini: the small model that comes with the package, the default; a run takes it, too, if no"
                    + " model was chosen. PATH: a downloaded checkpoint (.pth or .safetensors).")
    private String model;

    @Option(
            names = "--classes",
            paramLabel = "FILE",
            description = "Class embeddings: a .safetensors with a tensor “embeddings” [classes, width]. A released"
                    + " checkpoint holds none; without them a run gives geometry only.")
    private String classes;

    @Option(
            names = "--names",
            paramLabel = "NAME,…",
            split = ",",
            description = "The classes' names, in order. Default: the list “names” in the header of the embeddings, or"
                    + " the lines of a .txt of the same name beside it.")
    private List<String> names;

    ModelCommand(Session session) {
        super(session);
    }

    @Override
    public Object call() {
        return session.model(model, classes, names);
    }
}
