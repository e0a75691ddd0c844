package panst3r.magics.commands;

import java.util.List;
import panst3r.export.ExportOptions;
import panst3r.magics.ExportChoice;
import panst3r.magics.Session;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "export", description = "Write a scene for other programs, or as a page that opens from disk.")
final class ExportCommand extends SessionCommand {
    private enum Pixels {
        working,
        original
    }

    @Parameters(
            index = "0",
            paramLabel = "PATH",
            description = "A file, whose name tells the format: .ply, .glb, .html, .csv, .parquet; or a folder, with"
                    + " --format.")
    private String path;

    @Parameters(index = "1", arity = "0..1", paramLabel = "SCENE", description = "Which scene; default: the latest.")
    private String scene;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "ply, glb, html; csv or parquet (a table, or a folder of all); folders: colmap, colmap-text,"
                    + " nerfstudio, coco (panoptic), depth, masks.")
    private String format;

    @Option(names = "--overwrite", description = "Replace files that are there.")
    private boolean overwrite;

    @Option(
            names = "--pixels",
            paramLabel = "WHICH",
            defaultValue = "working",
            description = "Images, masks and cameras in working or original pixels, those of the upright photos.")
    private Pixels pixels;

    @Option(
            names = "--points",
            paramLabel = "N",
            description = "At most so many points, drawn at random. Default: all that the viewer shows at first;"
                    + " 100,000 for colmap and nerfstudio; as many as fit into 5 MB for html.")
    private Integer points;

    @Option(names = "--seed", paramLabel = "S", defaultValue = "0", description = "Of that draw. Default: 0.")
    private long seed;

    @Option(
            names = "--min-confidence",
            paramLabel = "C",
            description = "Only points of at least this confidence; 0 for all. Default: that of the viewer.")
    private Double minConfidence;

    @Option(
            names = "--view",
            split = ",",
            paramLabel = "VIEW",
            description = "Only points of these photos, by number or file name.")
    private List<String> views;

    @Option(names = "--segment", split = ",", paramLabel = "ID", description = "Only points of these segments.")
    private List<Integer> segments;

    @Option(names = "--class", split = ",", paramLabel = "NAME", description = "Only points of these classes.")
    private List<String> classes;

    @Option(names = "--global", description = "Points as the network put them into the world, not moved by the pose.")
    private boolean global;

    @Option(names = "--mesh", description = "glb: a surface a photo instead of points.")
    private boolean mesh;

    @Option(
            names = "--stuff",
            split = ",",
            paramLabel = "NAME",
            description = "coco: classes whose instances are not counted. Default: wall, floor, ceiling.")
    private List<String> stuff;

    @Option(
            names = "--table",
            paramLabel = "TABLE",
            description = "csv, parquet: points, segments, masks or cameras. Default: the one that the file is named"
                    + " after.")
    private String table;

    ExportCommand(Session session) {
        super(session);
    }

    @Override
    public Object call() {
        ExportOptions options = ExportOptions.defaults()
                .withOverwrite(overwrite)
                .withMeshes(mesh)
                .withOriginalPixels(pixels == Pixels.original);
        if (stuff != null) {
            options = options.withStuff(stuff);
        }
        ExportChoice choice =
                new ExportChoice(views, segments, classes, minConfidence, points, seed, global, table, options);
        return session.export(path, scene, format, choice);
    }
}
