package panst3r.magics.commands;

import java.util.Locale;
import panst3r.PanSt3RException;
import panst3r.magics.Session;
import panst3r.magics.novel.NovelViews;
import panst3r.splat.CameraPath;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "novel",
        description =
                "A scene from new cameras, after %%panst3r splat: colours, labels and depth side by side, still or"
                        + " moving.")
final class NovelCommand extends SessionCommand {
    @Parameters(arity = "0..1", paramLabel = "SCENE", description = "Which scene; default: the latest.")
    private String scene;

    @Option(
            names = "--camera",
            paramLabel = "PLACE",
            description =
                    "One picture: “view” for what the 3D view shows, the seven numbers that its “Picture as PNG” gives, or the"
                            + " number of a photo for its camera.")
    private String camera;

    @Option(
            names = "--path",
            paramLabel = "WAY",
            description =
                    "Many pictures: between (from photo to photo, the default), spline (the same in one smooth curve)"
                            + " or orbit (all around).")
    private String path;

    @Option(names = "--frames", paramLabel = "N", description = "How many pictures on the way. Default: 24.")
    private Integer frames;

    @Option(
            names = "--width",
            paramLabel = "PIXELS",
            description = "Of a picture. Default: that of the photos as the network saw them.")
    private Integer width;

    @Option(
            names = "--to",
            paramLabel = "FILE",
            description = "Write an animation, too: .gif, or .png in true colours.")
    private String to;

    NovelCommand(Session session) {
        super(session);
    }

    @Override
    public Object call() {
        if (camera != null && (path != null || frames != null)) {
            throw new PanSt3RException("--camera is one picture, --path many; leave one of them out.");
        }
        if (to != null) {
            NovelViews.checkEnding(to);
        }
        NovelViews out = session.splatting().novel(scene, camera, way(), frames, width);
        if (to != null) {
            session.written(to, out::save);
        }
        return out;
    }

    private CameraPath way() {
        if (path == null) {
            return CameraPath.BETWEEN;
        }
        for (CameraPath way : CameraPath.values()) {
            if (way.name().toLowerCase(Locale.ROOT).equals(path.strip().toLowerCase(Locale.ROOT))) {
                return way;
            }
        }
        throw new PanSt3RException("There is no way “" + path + "”; take between, spline or orbit.");
    }
}
