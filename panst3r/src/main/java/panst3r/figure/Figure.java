package panst3r.figure;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import panst3r.PanSt3RException;
import panst3r.Progress;
import panst3r.export.ExportTarget;
import panst3r.merge.Comparison;
import panst3r.metrics.GroundTruth;
import panst3r.picture.Viewpoint;
import panst3r.scene.Scene;

/**
 * A figure for a report: PNG, SVG or PDF from one layout, with a caption made from the data. Immutable; the same figure
 * gives the same bytes.
 *
 * <pre>{@code
 * Figure.overview(scene).title("study").width(170).save(Path.of("study.pdf"), false, Progress.SILENT);
 * }</pre>
 */
public final class Figure {
    /** Names of the layouts, as the command takes them. */
    public static final List<String> LAYOUTS = List.of("overview", "comparison", "objects", "cameras", "metrics");

    static final double POINTS_PER_MM = 72 / 25.4;
    static final float JPEG_QUALITY = 0.92f;

    /** Sharp on screens of twice the usual resolution. */
    private static final int PREVIEW_DPI = 180;

    private final Layout layout;
    private final FigureOptions options;
    private Drawing drawing; // once it was needed

    private Figure(Layout layout, FigureOptions options) {
        this.layout = layout;
        this.options = options;
    }

    private static Figure of(Layout layout) {
        return new Figure(layout, new FigureOptions());
    }

    /** Photos, their segments and depths, the scene in 3D, a legend. */
    public static Figure overview(Scene scene) {
        return of(new Overview(scene));
    }

    /**
     * A catalogue: each segment cut out of the photo that shows it best, with its class, size and points.
     *
     * @throws PanSt3RException if there is no segment
     */
    public static Figure objects(Scene scene) {
        return of(new Catalogue(scene));
    }

    /** The scene from above, cut at the height of the cameras, with the cameras, a scale bar and their photos. */
    public static Figure cameras(Scene scene) {
        return of(new CameraPlan(scene));
    }

    /**
     * Strategies in columns, photos in rows, and where they differ.
     *
     * @param truth that their quality is measured against, if there is one
     * @throws PanSt3RException if fewer than two are compared, or more than fit side by side
     */
    public static Figure comparison(Scene scene, Comparison comparison, Optional<GroundTruth> truth) {
        return of(new ComparisonGrid(scene, comparison, truth));
    }

    /**
     * Bars of quality and geometry, the quality of every class, and curves of a merging option.
     *
     * @param truth name of the ground truth
     * @param runs one to four, told apart by colour and shape
     * @param curves may be empty
     * @throws PanSt3RException if there is none, or more than can be told apart
     */
    public static Figure metrics(String truth, List<Measured> runs, List<Curve> curves) {
        return of(new MetricsCharts(truth, runs, curves));
    }

    /**
     * How pictures of new views fall off with the distance and the angle to the nearest photo.
     *
     * @param series one to four, told apart by colour and shape
     * @throws PanSt3RException if there is none, or more than can be told apart
     */
    public static Figure newViews(List<NovelSeries> series) {
        return of(new FallOff(series));
    }

    /**
     * @param millimetres of the whole figure, 80 to 500, default 170; text keeps its size
     * @throws PanSt3RException if it is out of range
     */
    public Figure width(double millimetres) {
        return with(o -> o.widthMm = millimetres);
    }

    /**
     * @param dotsPerInch of PNG files and of 3D views in the others, 50 to 1200, default 300
     * @throws PanSt3RException if it is out of range
     */
    public Figure dpi(int dotsPerInch) {
        return with(o -> o.dpi = dotsPerInch);
    }

    /** The first words of the caption, such as the name of the scene. */
    public Figure title(String words) {
        return with(o -> o.title = words);
    }

    /** What one unit of the scene is, such as "m"; said beside every length. */
    public Figure unit(String name) {
        return with(o -> o.unit = name);
    }

    /** Without the caption below, for documents that set their own: {@link #caption}. */
    public Figure withoutCaption() {
        return with(o -> o.caption = false);
    }

    /** The photos to show, by index of the view, in this order; default: as many as fit, evenly chosen. */
    public Figure views(List<Integer> indices) {
        return with(o -> o.views = List.copyOf(indices));
    }

    /** Where 3D views are seen from, as from where the viewer in the browser stands; default: a good first view. */
    public Figure viewpoint(Viewpoint from) {
        return with(o -> o.viewpoint = from);
    }

    /** Another seed, another distribution of the colours. */
    public Figure seed(long ofColours) {
        return with(o -> o.seed = ofColours);
    }

    private Figure with(Consumer<FigureOptions> change) {
        FigureOptions changed = options.copy();
        change.accept(changed);
        return new Figure(layout, changed.checked());
    }

    /** What is shown, in sentences. */
    public String caption(Progress progress) {
        return drawing(progress).caption();
    }

    public byte[] png(Progress progress) {
        return PngPen.write(drawing(progress), options.dpi);
    }

    public String svg(Progress progress) {
        return SvgPen.write(drawing(progress));
    }

    public byte[] pdf(Progress progress) {
        return PdfPen.write(drawing(progress));
    }

    /**
     * Writes a file of the kind that its ending names, whole or not at all.
     *
     * @throws PanSt3RException if the ending is another, the file exists or cannot be written
     */
    public void save(Path file, boolean overwrite, Progress progress) {
        String ending = check(file, overwrite);
        ExportTarget.file(file, overwrite, target -> {
            byte[] bytes = switch (ending) {
                case "png" -> png(progress);
                case "svg" -> svg(progress).getBytes(StandardCharsets.UTF_8);
                default -> pdf(progress);
            };
            try (OutputStream out = target.create()) {
                out.write(bytes);
            }
        });
    }

    /**
     * What is wrong with the name of a file, before any work is done for it.
     *
     * @return its ending
     * @throws PanSt3RException if the ending is another, or the file exists
     */
    public static String check(Path file, boolean overwrite) {
        String name = file.getFileName() == null ? "" : file.getFileName().toString();
        String ending = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        if (!List.of("png", "svg", "pdf").contains(ending)) {
            throw new PanSt3RException("A figure is a .png, .svg or .pdf file, which “" + name + "” is not.");
        }
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS) && !overwrite) {
            throw new PanSt3RException(file + " is there already; say --overwrite to replace it.");
        }
        return ending;
    }

    /**
     * The figure for a screen, with no more pixels than one shows.
     *
     * @param svg as for a file
     * @param png for where SVG is not shown
     */
    public record Preview(double widthMm, String svg, byte[] png) {}

    /** For a notebook. */
    public Preview preview(Progress progress) {
        Drawing light = drawing(progress).atMost(PREVIEW_DPI);
        return new Preview(options.widthMm, SvgPen.write(light), PngPen.write(light, PREVIEW_DPI / 2));
    }

    synchronized Drawing drawing(Progress progress) {
        if (drawing == null) {
            drawing = layout.draw(new Sheet(options), progress);
        }
        return drawing;
    }
}
