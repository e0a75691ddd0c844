package panst3r.magics.commands;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import panst3r.magics.FigureRequest;
import panst3r.magics.Session;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "figure",
        description =
                "A figure for a report, with a caption made from the data: in the notebook, and with --out as PNG,"
                        + " SVG or PDF.")
final class FigureCommand extends SessionCommand {
    @Parameters(
            index = "0",
            paramLabel = "LAYOUT",
            description =
                    "overview: photos, segments, depth, 3D view, legend. comparison: merges side by side. objects: a"
                            + " catalogue of the segments. cameras: a plan with a scale bar. metrics: charts against ground truth.")
    private String layout;

    @Parameters(index = "1", arity = "0..1", paramLabel = "SCENE", description = "Which scene; default: the latest.")
    private String scene;

    @Option(names = "--out", paramLabel = "FILE", description = "Write it there; .png, .svg or .pdf says what it is.")
    private String out;

    @Option(names = "--overwrite", description = "Replace the file that is there.")
    private boolean overwrite;

    @Option(
            names = "--width",
            paramLabel = "LENGTH",
            description = "80mm to 500mm; letters keep their size. Default: 170mm.")
    private String width;

    @Option(names = "--dpi", paramLabel = "N", description = "Pixels an inch, 50 to 1200. Default: 300.")
    private Integer dpi;

    @Option(
            names = "--title",
            paramLabel = "TEXT",
            description = "First words of the caption. Default: the scene's name.")
    private String title;

    @Option(names = "--unit", paramLabel = "UNIT", description = "What one unit of the scene is, such as m.")
    private String unit;

    @Option(
            names = "--views",
            split = ",",
            paramLabel = "VIEW",
            description = "Photos to show, by number or file name. Default: as many as fit, evenly chosen.")
    private List<String> views = List.of();

    @Option(
            names = "--viewpoint",
            paramLabel = "NUMBERS",
            description =
                    "Where the 3D view is seen from: the seven numbers of the viewer. Default: where the scene's viewer"
                            + " stands, if it was moved, else a good first view.")
    private String viewpoint;

    @Option(names = "--no-caption", description = "Without the caption below.")
    private boolean noCaption;

    @Option(
            names = "--strategies",
            split = ",",
            paramLabel = "NAME",
            description = "For comparison and metrics: how to merge, as compare takes it.")
    private List<String> strategies;

    @Option(
            names = "--set",
            paramLabel = "OPTION=VALUE",
            description = "Set an option of every strategy that has it; as often as wanted.")
    private Map<String, String> set = new LinkedHashMap<>();

    @Option(
            names = "--truth",
            paramLabel = "FOLDER",
            description = "Ground truth for metrics; default: that of the photos’ folder, if there is one.")
    private String truth;

    @Option(
            names = "--sweep",
            split = ",",
            paramLabel = "OPTION:FROM:TO",
            description = "For metrics: curves of quality against options of the first strategy.")
    private List<String> sweep = List.of();

    FigureCommand(Session session) {
        super(session);
    }

    @Override
    public Object call() {
        return session.figure(new FigureRequest(
                layout,
                scene,
                out,
                overwrite,
                width,
                dpi,
                title,
                unit,
                views,
                viewpoint,
                !noCaption,
                strategies,
                set,
                truth,
                sweep));
    }
}
