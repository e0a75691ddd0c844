package panst3r.magics.compare;

import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import panst3r.PanSt3RException;
import panst3r.Progress;
import panst3r.magics.Model;
import panst3r.magics.viewer.Viewer;
import panst3r.magics.viewer.ViewerOptions;
import panst3r.merge.Comparison;
import panst3r.merge.MergeStrategy;
import panst3r.merge.Segment;
import panst3r.metrics.GroundTruth;
import panst3r.picture.Images;
import panst3r.scene.Scene;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/**
 * Several merges of one scene side by side: numbers, pictures, 3D views that turn together, and which segment of one is
 * which of the other. The scene's own merge stays as it is.
 */
public final class SceneComparison {
    /** Bytes of all 3D views together, and the least of one, most of which is its script. */
    private static final long VIEWERS = 5_000_000;

    private static final long LEAST_VIEWER = 1_700_000;

    private final String name;
    private final Scene scene;
    private final Comparison comparison;
    private final List<Scene> merged;
    private final GroundTruth truth; // null for none
    private final List<Measures> measures;
    private List<Viewer> viewers; // null until drawn

    private SceneComparison(
            String name,
            Scene scene,
            Comparison comparison,
            List<Scene> merged,
            GroundTruth truth,
            List<Viewer> viewers) {
        this.name = name;
        this.scene = scene;
        this.comparison = comparison;
        this.merged = merged;
        this.truth = truth;
        this.measures =
                comparison.entries().stream().map(e -> Measures.of(e, truth)).toList();
        this.viewers = viewers;
    }

    /**
     * @param name shown above it
     * @param strategies at least one; pixels are compared with the first
     * @param truth of the scene, or null
     * @param in3d whether there are 3D views, which take most of the time and of the space; they are drawn when first
     *     shown, or by {@link #draw}
     * @throws PanSt3RException if the scene has no masks, or a merge cannot be made
     */
    public static SceneComparison of(
            Scene scene,
            String name,
            List<? extends MergeStrategy> strategies,
            GroundTruth truth,
            boolean in3d,
            Progress progress) {
        Comparison comparison =
                Comparison.of(scene.prediction().classLogits(), scene.preparedMasks(), strategies, progress);
        List<Scene> merged =
                comparison.entries().stream().map(e -> scene.with(e.panoptic())).toList();
        return new SceneComparison(name, scene, comparison, merged, truth, in3d ? null : List.of());
    }

    /** Draws the 3D views, if there are to be any and they are not drawn yet. */
    public synchronized SceneComparison draw(Progress progress) {
        if (viewers == null) {
            viewers = drawn(progress);
        }
        return this;
    }

    private List<Viewer> drawn(Progress progress) {
        int most = Math.max(1, merged.size() - 1);
        List<float[]> disagreement = new ArrayList<>();
        for (int[] counts : comparison.disagreement()) {
            float[] share = new float[counts.length];
            for (int i = 0; i < share.length; i++) {
                share[i] = counts[i] / (float) most;
            }
            disagreement.add(share);
        }
        List<Viewer> out = new ArrayList<>();
        for (int i = 0; i < merged.size(); i++) {
            progress.step("3D views", i, merged.size());
            ViewerOptions options = ViewerOptions.of(comparison.entries().get(i).strategy())
                    .withGroup(name)
                    .withLinked(true)
                    .withGlobal(false)
                    .withNotes(notes(scene))
                    .withDisagreement(disagreement)
                    .withLimits(Math.max(LEAST_VIEWER, VIEWERS / merged.size()), 0);
            out.add(Viewer.of(merged.get(i), options, progress));
        }
        return out;
    }

    private static List<String> notes(Scene scene) {
        return Model.isRandom(scene.prediction()) ? List.of("Random weights: not a result") : List.of();
    }

    /** The merges and their numbers. */
    public Comparison comparison() {
        return comparison;
    }

    /** The scene as one of the strategies segments it. */
    public Scene scene(int strategy) {
        return merged.get(strategy);
    }

    /** What the merges are measured against, if it is known. */
    public Optional<GroundTruth> truth() {
        return Optional.ofNullable(truth);
    }

    /** One row a strategy; pixels that differ are those whose query is another than with the first. */
    public Table table() {
        return Table.create("merging " + name)
                .addColumns(StringColumn.create(
                        "strategy", measures.stream().map(Measures::strategy).toArray(String[]::new)))
                .addColumns(Measures.columns(measures, truth != null).toArray(Column[]::new));
    }

    /** One row for each two segments of two strategies that share a pixel, by segment of the first, the best IoU first. */
    public Table matches(int first, int second) {
        List<Comparison.Match> matches = comparison.matches(first, second);
        Table out = Table.create("segments of " + measures.get(first).strategy() + " and of "
                + measures.get(second).strategy());
        addSegments(out, "first", matches.stream().map(Comparison.Match::first).toList());
        addSegments(
                out, "second", matches.stream().map(Comparison.Match::second).toList());
        return out.addColumns(
                LongColumn.create(
                        "shared",
                        matches.stream().mapToLong(Comparison.Match::shared).toArray()),
                DoubleColumn.create(
                        "iou",
                        matches.stream().mapToDouble(Comparison.Match::iou).toArray()));
    }

    private void addSegments(Table table, String prefix, List<Segment> segments) {
        table.addColumns(
                IntColumn.create(
                        prefix + "_id", segments.stream().mapToInt(Segment::id).toArray()),
                IntColumn.create(
                        prefix + "_query",
                        segments.stream().mapToInt(Segment::query).toArray()),
                StringColumn.create(
                        prefix + "_class",
                        segments.stream()
                                .map(s -> scene.classNames().get(s.label()))
                                .toArray(String[]::new)),
                LongColumn.create(
                        prefix + "_pixels",
                        segments.stream().mapToLong(Segment::area).toArray()));
    }

    /** Strategies in columns and views in rows, for a report; at most so many views, evenly chosen. */
    public BufferedImage picture(int views) {
        return pictures().sheet(320, Math.max(1, views));
    }

    /**
     * Writes {@link #picture} of at most six views as PNG; returns where to.
     *
     * @throws PanSt3RException if the file cannot be written
     */
    public Path save(Path file) {
        return Written.to(file, Images.png(picture(6)));
    }

    ComparisonPictures pictures() {
        return new ComparisonPictures(scene, comparison, merged);
    }

    Scene scene() {
        return scene;
    }

    String name() {
        return name;
    }

    List<Viewer> viewers() {
        return draw(Progress.SILENT).viewers;
    }

    /** For a cell, by MIME type. */
    public Map<String, Object> bundle() {
        Map<String, Object> out = new LinkedHashMap<>();
        out.put("text/html", new ComparisonHtml(this).html());
        out.put(
                "image/png",
                Base64.getEncoder().encodeToString(Images.png(pictures().sheet(200, 4))));
        out.put("text/plain", toString());
        return out;
    }

    @Override
    public String toString() {
        return name + ": " + scene.model() + "\n" + table().print(100);
    }
}
