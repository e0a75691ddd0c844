package panst3r.magics;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import panst3r.figure.Figure;
import panst3r.image.ImageSet;
import panst3r.magics.compare.SceneComparison;
import panst3r.magics.compare.Sweep;
import panst3r.magics.compare.SweepAxis;
import panst3r.magics.display.Text;
import panst3r.magics.live.Page;
import panst3r.magics.live.Widgets;
import panst3r.merge.Merge;
import panst3r.merge.MergeStrategy;
import panst3r.picture.ColourBy;
import panst3r.picture.Viewpoint;
import panst3r.scene.Scene;
import tech.tablesaw.api.Table;

/**
 * What the commands do, one method each, for one notebook. Works on the thread of the cell, so that an interrupt of the
 * cell reaches it; nothing changes unless all went well. Whatever goes wrong leaves as a {@link PanSt3RError}, of one
 * sentence.
 *
 * <p>What is said here of a call is done where its body points: {@link Opening}, {@link Running}, {@link Asking}, {@link
 * Merging}, {@link Truths}, {@link Measuring}, {@link Showing}, {@link Listing}, {@link Saving} and {@link Splatting}.
 */
public final class Session {
    private final Jobs jobs;
    private final Workspace workspace = new Workspace();
    private final Widgets widgets;
    private final Page page;
    private final Opening opening;
    private final Running running;
    private final Merging merging;
    private final Asking asking;
    private final Truths truths;
    private final Measuring measuring;
    private final Listing listing;
    private final Showing showing;
    private final Saving saving;
    private final Splatting splatting;

    public Session(Bridge bridge) {
        this.jobs = new Jobs(bridge);
        this.widgets = new Widgets(bridge);
        this.page = new Page(widgets, (scene, look) -> splatting().paint(scene, look));
        this.truths = new Truths(jobs, workspace);
        this.opening = new Opening(jobs, workspace);
        this.running = new Running(jobs, bridge, workspace, opening);
        this.merging = new Merging(jobs, bridge, workspace, widgets, truths);
        this.measuring = new Measuring(jobs, workspace, opening, running, truths);
        this.listing = new Listing(jobs, bridge, workspace, page);
        this.showing = new Showing(jobs, workspace, page, truths, merging);
        this.asking = new Asking(jobs, workspace, page, opening, showing, listing);
        this.saving = new Saving(jobs, workspace, showing);
        this.splatting = new Splatting(jobs, bridge, workspace, opening, page, truths);
    }

    /** The photos, scenes and the model at hand. */
    public Workspace workspace() {
        return workspace;
    }

    /** What the calls run on. */
    Jobs jobs() {
        return jobs;
    }

    /** The notebook's widgets. */
    public Widgets widgets() {
        return widgets;
    }

    /** What is on the notebook's page of its scenes, and what was done there. */
    public Page page() {
        return page;
    }

    /** Gaussians and new views. */
    public Splatting splatting() {
        return splatting;
    }

    /**
     * Chooses the weights.
     *
     * @param which {@code mini} or a file
     * @param classes file of class embeddings, or null
     * @param names of those classes, or null for those that the file knows
     */
    public Model model(String which, String classes, List<String> names) {
        return opening.model(which, classes, names);
    }

    /**
     * Photos to run over.
     *
     * @param sources folders, patterns or files
     * @param as the name of the set, or null for that of the folder
     * @param max take the first so many, or null for all
     */
    public ImageSet open(List<String> sources, String as, Integer max) {
        return opening.open(sources, as, max);
    }

    /** Runs the network and merges its masks as its authors do. */
    public Scene run(RunRequest wanted) {
        return running.run(wanted);
    }

    /**
     * Says where features of photos are kept from run to run, and changes it.
     *
     * @param directory or null for where it is
     * @param off whether nothing is kept from now on
     * @param clear whether what is kept is deleted
     * @param gigabytes at most to be kept, or null for as many as before
     */
    public Text cache(String directory, boolean off, boolean clear, Double gigabytes) {
        return running.cache(directory, off, clear, gigabytes);
    }

    /**
     * How alike photos are.
     *
     * @param name of a photo set, or null for the latest
     * @param alike by what; null for what the latest run found, if it looked, else for the checkpoint's own weights
     * @param size long side of the working images, or null for the model's
     */
    public SimilarityMap similarity(String name, RetrievalChoice alike, Integer size) {
        return running.similarity(name, alike, size);
    }

    /**
     * Chooses what to look for; a scene that is there is named and merged anew. The network does not run, but for its class
     * head.
     *
     * @param names of classes, or null
     * @param vocabulary a list that comes with the library or a file, or null
     * @param text folder of a text encoder, or null for the one named last
     * @param of name of a scene, or null for the latest
     * @return the scene; the model if there is no scene with masks
     */
    public Object classes(List<String> names, String vocabulary, String text, String of) {
        return asking.classes(names, vocabulary, text, of);
    }

    /**
     * Ranks the segments of a scene by how alike they are to a text.
     *
     * @param words what to look for
     * @param top how many to highlight
     * @param text folder of a text encoder, or null for the one named last
     * @param of name of a scene, or null for the latest
     */
    public Found find(String words, int top, String text, String of) {
        return asking.find(words, top, text, of);
    }

    /**
     * Merges the masks of a scene anew; the network does not run.
     *
     * @param name of a scene, or null for the latest
     * @param strategy or null for the one that the model's authors chose
     * @param options of the strategy, by name
     */
    public Scene merge(String name, String strategy, Map<String, String> options) {
        return merging.merge(name, strategy, options);
    }

    /**
     * Several merges of one scene side by side; its own merge stays.
     *
     * @param name of a scene, or null for the latest
     * @param strategies as {@link Merge#parse} takes them, or null for the published ones
     * @param set options for every strategy that has them
     * @param truth folder of ground truth, or null for that of the photos, if there is one
     * @param in3d whether with 3D views
     */
    public SceneComparison compare(
            String name, List<String> strategies, Map<String, String> set, String truth, boolean in3d) {
        return merging.compare(name, strategies, set, truth, in3d);
    }

    /** As the other, of a scene that need not be in the workspace. */
    public SceneComparison compare(Scene scene, List<? extends MergeStrategy> strategies) {
        return merging.compare(scene, strategies);
    }

    /**
     * Shows a widget whose sliders merge a scene anew, and gives the comparison that stands where there are no widgets.
     * Parameters as of {@link #compare(String, List, Map, String, boolean)}; the widget begins with the first strategy.
     */
    public SceneComparison live(String name, List<String> strategies, Map<String, String> set, String truth) {
        return merging.live(name, strategies, set, truth);
    }

    /**
     * Values of one option, in equal steps.
     *
     * @param from null together with {@code to} for all that a choice or a switch can be
     */
    public record Range(String option, Double from, Double to, int steps, boolean logarithmic) {
        SweepAxis axis(MergeStrategy strategy) {
            return from == null
                    ? SweepAxis.of(strategy, option)
                    : SweepAxis.of(strategy, option, from, to, steps, logarithmic);
        }
    }

    /**
     * One strategy with one or two options running through values.
     *
     * @param strategy as {@link Merge#parse} takes it, or null for the one that the model's authors chose
     * @param metrics to plot; empty for the usual ones
     */
    public Sweep sweep(
            String name,
            String strategy,
            Map<String, String> set,
            List<Range> ranges,
            List<String> metrics,
            String truth) {
        return merging.sweep(name, strategy, set, ranges, metrics, truth);
    }

    /**
     * How near a scene is to its ground truth.
     *
     * @param name of a scene, or null for the latest
     * @param folder of the truth, or null for that of the photos
     */
    public SceneMetrics metrics(String name, String folder) {
        return metrics(name, folder, false);
    }

    /**
     * As the shorter one.
     *
     * @param countRare whether classes that are rare in the scene count
     */
    public SceneMetrics metrics(String name, String folder, boolean countRare) {
        return measuring.metrics(name, folder, countRare);
    }

    /** As the other, of a scene that need not be in the workspace. */
    public SceneMetrics metrics(Scene scene) {
        return measuring.metrics(scene);
    }

    /** Runs the network over data sets and measures every scene; what is measured stays on disk, and is not done again. */
    public DataSetMetrics evaluate(EvaluationChoice choice) {
        return measuring.evaluate(choice);
    }

    /**
     * A scene to try merging on, made from ground truth; merged by the default strategy.
     *
     * @param max take the first so many photos, or null for all
     */
    public Scene exercise(String folder, int copies, long seed, Integer max, String as) {
        return truths.exercise(folder, copies, seed, max, as);
    }

    /** Ground truth as a scene, to look at and to try things on. */
    public Scene truth(String folder, String as) {
        return truths.scene(folder, as);
    }

    /**
     * The scene's summary and plot.
     *
     * @param points at most so many; null for as many as fit into 5 MB
     * @param by what colours say at first; null for segments where there are some
     * @param splats whether to show Gaussians at first; they can be switched to anyway if there are any
     */
    public Plot plot(String scene, Integer points, ColourBy by, boolean splats) {
        return showing.plot(scene, points, by, splats);
    }

    /** As the other, of a scene that need not be in the workspace. */
    public Plot plot(Scene scene) {
        return showing.plot(scene);
    }

    /**
     * Lets segments stand out: in the 3D views of the scene that are on the page, or in a new one where none has spoken
     * yet (because all cells run at once, or no anywidget is installed).
     *
     * @param segments ids, or null
     * @param classes names, or null; neither ends it
     * @return a {@link Text} or a {@link Plot}
     */
    public Object show(String name, List<Integer> segments, List<String> classes) {
        return showing.show(name, segments, classes);
    }

    /** Where the user looks from; null for the scene whose 3D view moved last. */
    public Viewpoint viewpoint(Scene scene) {
        return showing.viewpoint(scene);
    }

    /** A figure for a report, written to a file if the request names one. */
    public Figure figure(FigureRequest request) {
        return showing.figure(request);
    }

    /**
     * Points of a scene as a table.
     *
     * @param name of the scene, or null for the latest
     * @param views numbers or file names, or null for all
     * @param where a condition, or null
     * @param sample at most so many rows
     * @param seed of the sample
     * @param global points as the network put them into the world
     */
    public Table points(String name, List<String> views, String where, int sample, long seed, boolean global) {
        return listing.points(name, views, where, sample, seed, global);
    }

    /**
     * The masks of a scene as a table, a row for each segment in each photo.
     *
     * @param scene its name, or null for the latest
     * @param where a condition on the rows, or null
     */
    public Table masks(String scene, String where) {
        return listing.masks(scene, where);
    }

    /**
     * The segments of a scene as a table.
     *
     * @param scene its name, or null for the latest
     * @param where a condition on the rows, or null
     */
    public Table segments(String scene, String where) {
        return listing.segments(scene, where);
    }

    /**
     * The cameras of a scene as a table.
     *
     * @param scene its name, or null for the latest
     * @param where a condition on the rows, or null
     */
    public Table cameras(String scene, String where) {
        return listing.cameras(scene, where);
    }

    /** The points that were clicked in 3D views of a scene; null for the scene where that was last, or the latest. */
    public Table picked(String name) {
        return listing.picked(name);
    }

    /** A table of a scene, the rows that meet a condition; it knows its scene, and says what must be known of that. */
    Table rows(Scene scene, Function<Scene, Table> tables, String where) {
        return listing.rows(scene, tables, where);
    }

    /** What there is, as a table. */
    public Table scenes() {
        return listing.scenes();
    }

    /** Model, photos, scenes, memory and kernel in words. */
    public Text info() {
        return listing.info();
    }

    /** The stack trace of what failed last. */
    public Text lastError() {
        return listing.lastError();
    }

    /** The scene of this name, or for null the latest. */
    public Scene scene(String name) {
        return Jobs.sentence(() -> workspace.scene(name));
    }

    /** Writes a scene, raw predictions included; returns where to. */
    public Path save(String path, String scene, boolean overwrite) {
        return saving.save(path, scene, overwrite);
    }

    /**
     * Reads a scene that was saved.
     *
     * @param as the scene's name, or null for that of the file
     */
    public Scene load(String path, String as) {
        return opening.load(path, as);
    }

    /**
     * Writes a scene for other programs.
     *
     * @param path file or folder
     * @param name of a scene, or null for the latest
     * @param format see {@link Export}, or null to tell by the file's name
     * @return where it was written
     */
    public Path export(String path, String name, String format, ExportChoice choice) {
        return saving.export(path, name, format, choice);
    }

    /** Has a value written to a file. */
    public Path written(String file, Function<Path, Path> writer) {
        return saving.written(file, writer);
    }

    /**
     * Puts a scene among known cameras, or back into the world that the network gave it.
     *
     * @param name of a scene, or null for the latest
     * @param from folder or file of known cameras, or null for the predicted ones
     * @param replace whether they take the places of the predicted ones, instead of only giving world and unit
     * @param unit of length of their world
     */
    public Scene place(String name, String from, boolean replace, String unit) {
        return opening.place(name, from, replace, unit);
    }
}
