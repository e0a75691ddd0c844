package panst3r.magics.commands;

import panst3r.magics.Session;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "picked",
        description = "One row a point that was clicked in the 3D view. Needs the Python package anywidget.")
final class PickedCommand extends SessionCommand {
    @Parameters(
            arity = "0..1",
            paramLabel = "SCENE",
            description = "Which scene; default: where a point was clicked last.")
    private String scene;

    PickedCommand(Session session) {
        super(session);
    }

    @Override
    public Object call() {
        return session.picked(scene);
    }
}
