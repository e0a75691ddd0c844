package panst3r.magics.commands;

import panst3r.magics.Session;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "run", description = "Run the network over the photos and merge its masks: gives a scene.")
final class RunCommand extends SessionCommand {
    @Parameters(arity = "0..1", paramLabel = "NAME", description = "Which photos; default: those opened last.")
    private String name;

    @Option(
            names = "--keyframes",
            paramLabel = "K",
            description = "How many photos the memory is built from, evenly spaced; the others are only rendered."
                    + " Default: all.")
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

    RunCommand(Session session) {
        super(session);
    }

    @Override
    public Object call() {
        return session.run(name, keyframes, size, batch);
    }
}
