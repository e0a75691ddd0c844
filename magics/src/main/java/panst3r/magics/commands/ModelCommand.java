package panst3r.magics.commands;

import panst3r.magics.Session;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "model", description = "Choose the weights that the next run uses.")
final class ModelCommand extends SessionCommand {
    @Parameters(
            paramLabel = "mini|PATH",
            description = "mini: the small model that comes with the package. PATH: a downloaded checkpoint (.pth or"
                    + " .safetensors).")
    private String model;

    @Option(
            names = "--classes",
            paramLabel = "FILE",
            description = "Class embeddings (.safetensors: a tensor “embeddings” [classes, width], names one a line in"
                    + " a .txt of the same name). A released checkpoint holds none; without them a run gives geometry"
                    + " only.")
    private String classes;

    ModelCommand(Session session) {
        super(session);
    }

    @Override
    public Object call() {
        return session.model(model, classes);
    }
}
