package panst3r.magics.commands;

import java.util.List;
import panst3r.PanSt3RException;
import panst3r.magics.Session;
import panst3r.magics.compare.Sweep;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "sweep",
        description = "Merge a scene with one or two options running through values: a table, and a plot of any number"
                + " against them.")
final class SweepCommand extends SessionCommand {
    @Mixin
    private ComparedScene which;

    @Option(
            names = "--strategy",
            paramLabel = "NAME",
            description =
                    "Which one, perhaps with options after colons. Default: the one that the model's authors chose.")
    private String strategy;

    @ArgGroup(exclusive = false, multiplicity = "1..2")
    private List<Axis> axes;

    @Option(
            names = "--metric",
            split = ",",
            paramLabel = "NAME",
            description = "What to plot: segments, covered, confidence, differing, energy, gap, seconds, pq, sq, rq.")
    private List<String> metrics = List.of();

    /** One option and its values. */
    static final class Axis {
        @Option(names = "--option", required = true, paramLabel = "OPTION", description = "What runs; once or twice.")
        String option;

        @Option(names = "--from", paramLabel = "A", description = "The first value of the option before.")
        Double from;

        @Option(names = "--to", paramLabel = "B", description = "The last value of the option before.")
        Double to;

        @Option(
                names = "--steps",
                paramLabel = "N",
                description = "How many values. Default: 9 for one option, 5 for each of two.")
        Integer steps;

        @Option(names = "--log", description = "Equal factors instead of equal steps.")
        boolean logarithmic;
    }

    SweepCommand(Session session) {
        super(session);
    }

    @Override
    public Object call() {
        List<Session.Range> ranges = axes.stream()
                .map(a -> {
                    if ((a.from == null) != (a.to == null)) {
                        throw new PanSt3RException("The sweep of " + a.option + " needs both --from and --to.");
                    }
                    int steps = a.steps != null ? a.steps : axes.size() == 1 ? 9 : 5;
                    return new Session.Range(a.option, a.from, a.to, steps, a.logarithmic);
                })
                .toList();
        Sweep value = session.sweep(which.scene, strategy, which.set, ranges, metrics, which.truth);
        if (which.file != null) {
            session.written(which.file, value::save);
        }
        return value;
    }
}
