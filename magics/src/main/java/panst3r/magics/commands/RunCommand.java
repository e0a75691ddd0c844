package panst3r.magics.commands;

import panst3r.PanSt3RException;
import panst3r.magics.RunRequest;
import panst3r.magics.Session;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "run", description = "Run the network over the photos and merge its masks: gives a scene.")
final class RunCommand extends SessionCommand {
    @Parameters(arity = "0..1", paramLabel = "NAME", description = "Which photos; default: those opened last.")
    private String name;

    @Option(
            names = "--keyframes",
            paramLabel = "K",
            description =
                    "How many photos the memory is built from, evenly spaced unless --retrieval is said; the others"
                            + " are only rendered. Default: all.")
    private Integer keyframes;

    @Option(
            names = "--size",
            paramLabel = "S",
            description = "Long side of the working images: 224, 256, 336, 384, 448, 512 or 768. Default: the model's.")
    private Integer size;

    @Option(
            names = "--batch",
            paramLabel = "B",
            description = "How many photos go through the network at once. Changes time and memory, not the result.")
    private Integer batch;

    @Option(
            names = "--retrieval",
            description = "Choose the keyframes by how alike the photos are, so that they lie far apart.")
    private boolean retrieval;

    @Mixin
    private RetrievalFiles files;

    @Option(
            names = "--seed",
            paramLabel = "S",
            description = "Of the photo that the choice by --retrieval begins with. Default: 0.")
    private Long seed;

    @Option(
            names = "--refine",
            paramLabel = "N",
            description =
                    "How often the keyframes pass through the memory again once it is full; helps where a walk comes"
                            + " back to its beginning. Default: 0.")
    private Integer refine;

    @Option(
            names = "--sequence",
            description = "Photos in order: the memory grows with them, and the scene so far is shown after 2, 4, 8, …"
                    + " photos. An interrupt leaves the last of these. The scene at the end is the same; it takes up to"
                    + " twice as long.")
    private boolean sequence;

    RunCommand(Session session) {
        super(session);
    }

    @Override
    public Object call() {
        if (retrieval && sequence) {
            throw new PanSt3RException(
                    "--retrieval looks at all photos before it chooses, --sequence takes them as they"
                            + " come; leave one of the two out.");
        }
        files.check(retrieval, seed, keyframes);
        return session.run(new RunRequest(
                name,
                keyframes,
                retrieval ? files.choice() : null,
                seed == null ? 0 : seed,
                size,
                batch,
                refine,
                sequence));
    }
}
