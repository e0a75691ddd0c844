package panst3r.magics.commands;

import panst3r.magics.Session;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "cameras",
        description = "One row a photo: focal length, position, rotation, size. With --from, after the scene took its"
                + " place among known cameras.")
final class CamerasCommand extends SessionCommand {
    @Mixin
    private RowsOfScene which;

    @ArgGroup
    private Source source = new Source();

    private static final class Source {
        @ArgGroup(exclusive = false)
        private Known known;

        @Option(names = "--predicted", description = "Back to the cameras and the world that the network gave.")
        private boolean predicted;
    }

    private static final class Known {
        @Option(
                names = "--from",
                required = true,
                paramLabel = "DIR",
                description = "Cameras that COLMAP or nerfstudio found for these photos: a folder, or a"
                        + " transforms.json. Photos are told by their names.")
        private String from;

        @ArgGroup
        private Use use = new Use();

        @Option(
                names = "--unit",
                paramLabel = "UNIT",
                defaultValue = "units",
                description = "Of length of these cameras, as shown after numbers. Default: units.")
        private String unit;
    }

    private static final class Use {
        @Option(
                names = "--align",
                description =
                        "Turn, move and scale the scene to where they stand, and keep the predicted cameras; this is"
                                + " what happens unless --replace is said.")
        private boolean align;

        @Option(
                names = "--replace",
                description = "Take them in the place of the predicted ones, poses and focal lengths; each photo's own"
                        + " points move with its camera, in one scale.")
        private boolean replace;
    }

    CamerasCommand(Session session) {
        super(session);
    }

    @Override
    public Object call() {
        Known known = source.known;
        if (known != null) {
            session.place(which.scene, known.from, known.use.replace, known.unit);
        } else if (source.predicted) {
            session.place(which.scene, null, false, null);
        }
        return session.cameras(which.scene, which.where());
    }
}
