package panst3r.magics.commands;

import panst3r.magics.Session;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "similarity",
        description =
                "How alike photos are, as a heat map and a table. Takes what a run with --retrieval found, else looks"
                        + " at the photos.")
final class SimilarityCommand extends SessionCommand {
    @Parameters(arity = "0..1", paramLabel = "NAME", description = "Which photos; default: those opened last.")
    private String name;

    @Mixin
    private RetrievalFiles files;

    @Option(names = "--size", paramLabel = "S", description = "Long side of the working images. Default: the model's.")
    private Integer size;

    SimilarityCommand(Session session) {
        super(session);
    }

    @Override
    public Object call() {
        return session.similarity(name, files.given() ? files.choice() : null, size);
    }
}
