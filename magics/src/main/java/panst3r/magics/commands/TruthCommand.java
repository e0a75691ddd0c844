package panst3r.magics.commands;

import panst3r.magics.Session;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "truth", description = "Take ground truth as a scene, to look at and to try things on. No prediction.")
final class TruthCommand extends SessionCommand {
    @Parameters(paramLabel = "FOLDER", description = "Ground truth: one of sample-scenes, or your own.")
    private String folder;

    @Option(names = "--as", paramLabel = "NAME", description = "What to call the scene; default: the folder's name.")
    private String as;

    TruthCommand(Session session) {
        super(session);
    }

    @Override
    public Object call() {
        return session.truth(folder, as);
    }
}
