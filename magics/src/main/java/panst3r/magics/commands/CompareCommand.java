package panst3r.magics.commands;

import java.util.List;
import panst3r.magics.Session;
import panst3r.magics.compare.SceneComparison;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "compare",
        description = "Merge a scene in several ways, side by side: numbers, pictures, 3D views that turn together. The"
                + " scene’s own merge stays.")
final class CompareCommand extends SessionCommand {
    @Mixin
    private ComparedScene which;

    @Option(
            names = "--strategies",
            split = ",",
            paramLabel = "NAME",
            description = "Some of standard-v2, standard-v1, qubo, argmax, with options after colons:"
                    + " qubo,qubo:lambda=0.01. Default: the first three, after the model's own way where that is"
                    + " another.")
    private List<String> strategies;

    @Option(names = "--flat", description = "Without the 3D views: quicker, and a much smaller notebook.")
    private boolean flat;

    @Option(
            names = "--live",
            description = "Sliders for every option above it, which merge anew as they move: in JupyterLab.")
    private boolean live;

    CompareCommand(Session session) {
        super(session);
    }

    @Override
    public Object call() {
        SceneComparison value = live
                ? session.live(which.scene, strategies, which.set, which.truth)
                : session.compare(which.scene, strategies, which.set, which.truth, !flat);
        if (which.file != null) {
            session.written(which.file, value::save);
        }
        return value;
    }
}
