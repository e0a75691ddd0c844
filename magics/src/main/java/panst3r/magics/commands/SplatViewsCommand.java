package panst3r.magics.commands;

import panst3r.magics.Session;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "splat-views",
        description =
                "One row a photo: how like it is to the picture of the Gaussians with its camera, in colours and labels.")
final class SplatViewsCommand extends SessionCommand {
    @Parameters(arity = "0..1", paramLabel = "SCENE", description = "Which scene; default: the latest.")
    private String scene;

    SplatViewsCommand(Session session) {
        super(session);
    }

    @Override
    public Object call() {
        return session.splatting().views(scene);
    }
}
