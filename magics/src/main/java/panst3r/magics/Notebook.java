package panst3r.magics;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import panst3r.Progress;
import panst3r.export.ExportFormat;
import panst3r.export.ExportOptions;
import panst3r.figure.Figure;
import panst3r.image.ImageSet;
import panst3r.magics.compare.SceneComparison;
import panst3r.magics.compare.Sweep;
import panst3r.magics.display.Text;
import panst3r.magics.novel.NovelViews;
import panst3r.magics.novel.Splats;
import panst3r.magics.tables.Tables;
import panst3r.merge.MergeStrategy;
import panst3r.picture.ColourBy;
import panst3r.picture.Viewpoint;
import panst3r.scene.PointQuery;
import panst3r.scene.Scene;
import panst3r.splat.CameraPath;
import panst3r.splat.DenseStart;
import panst3r.splat.SplatScene;
import tech.tablesaw.api.Table;

/**
 * The commands as plain Java calls of the same names, imported into every notebook: {@code run()} is {@code %panst3r
 * run}. All work on the notebook's photos and scenes; where no name is given, on the latest.
 */
public final class Notebook {
    private static volatile Session session;

    private Notebook() {}

    static void use(Session started) {
        session = started;
    }

    private static Session session() {
        Session current = session;
        if (current == null) {
            throw new PanSt3RError("This call works in a notebook with the PanSt3R magics.");
        }
        return current;
    }

    /** Chooses the weights: {@code mini} or a file. */
    public static Model model(String which) {
        return session().model(which, null, null);
    }

    /** @param classes file of class embeddings */
    public static Model model(String which, String classes) {
        return session().model(which, classes, null);
    }

    /** @param names of the classes, in order, where the file has none */
    public static Model model(String which, String classes, List<String> names) {
        return session().model(which, classes, names);
    }

    /** Folders, patterns or files. */
    public static ImageSet open(String... sources) {
        return session().open(List.of(sources), null, null);
    }

    /** As {@link #open}, under a name. */
    public static ImageSet openAs(String name, String... sources) {
        return session().open(List.of(sources), name, null);
    }

    /** Runs the network over the photos opened last, all of them keyframes. */
    public static Scene run() {
        return run(RunRequest.DEFAULT);
    }

    public static Scene run(String photos) {
        return run(RunRequest.DEFAULT.withPhotos(photos));
    }

    /**
     * @param photos name of the set, or null for the latest
     * @param keyframes how many, or null for all
     * @param size long side of the working images, or null for the model's
     */
    public static Scene run(String photos, Integer keyframes, Integer size) {
        return run(
                RunRequest.DEFAULT.withPhotos(photos).withKeyframes(keyframes).withSize(size));
    }

    /** As {@code RunRequest.DEFAULT.withKeyframes(20).withSequence(true)} says. */
    public static Scene run(RunRequest request) {
        return session().run(request);
    }

    /** Photos in order; the scene so far is shown while it grows, and what an interrupt leaves can be used. */
    public static Scene sequence() {
        return run(RunRequest.DEFAULT.withSequence(true));
    }

    /** Where features of photos are kept from run to run, and how many bytes they take. */
    public static Text cache() {
        return session().cache(null, false, false, null);
    }

    /** From now on features of photos are kept in this folder. */
    public static Text cache(String folder) {
        return session().cache(folder, false, false, null);
    }

    /** Merges the latest scene as its model's authors do. */
    public static Scene merge() {
        return session().merge(null, null, Map.of());
    }

    public static Scene merge(String strategy) {
        return session().merge(null, strategy, Map.of());
    }

    /** @param options of the strategy, by name, such as {@code Map.of("mask-threshold", "0.4")} */
    public static Scene merge(String strategy, Map<String, String> options) {
        return session().merge(null, strategy, options);
    }

    /** The latest scene, merged in the published ways side by side. */
    public static SceneComparison compare() {
        return session().compare(null, null, Map.of(), null, true);
    }

    /** @param strategies names, perhaps with options: {@code "qubo:lambda=0.01"} */
    public static SceneComparison compare(String... strategies) {
        return session().compare(null, List.of(strategies), Map.of(), null, true);
    }

    /** @param strategies such as {@code Merge.qubo().lambda(0.01).solver("exact")} */
    public static SceneComparison compare(MergeStrategy... strategies) {
        return compare(scene(), strategies);
    }

    public static SceneComparison compare(Scene scene, MergeStrategy... strategies) {
        return session().compare(scene, List.of(strategies));
    }

    /** The latest scene with sliders that merge it anew. */
    public static SceneComparison compareLive() {
        return session().live(null, null, Map.of(), null);
    }

    /** The latest scene, with an option running through nine values. */
    public static Sweep sweep(String strategy, String option, double from, double to) {
        return session()
                .sweep(
                        null,
                        strategy,
                        Map.of(),
                        List.of(new Session.Range(option, from, to, 9, false)),
                        List.of(),
                        null);
    }

    /** A scene to try merging on, made from ground truth: not a prediction. */
    public static Scene exercise(String folder, int copies) {
        return session().exercise(folder, copies, 0, null, null);
    }

    /** Of the first so many photos. */
    public static Scene exercise(String folder, int copies, int max) {
        return session().exercise(folder, copies, 0, max, null);
    }

    /** The ground truth of a folder as a scene: no prediction. */
    public static Scene truth(String folder) {
        return session().truth(folder, null);
    }

    /** Chooses what to look for; the latest scene is named and merged anew. */
    public static Object classes(String... names) {
        return session().classes(List.of(names), null, null, null);
    }

    /** As {@link #classes}, of a list: {@code scannet}, {@code coco}, {@code ade20k}, or a file of names. */
    public static Object vocabulary(String list) {
        return session().classes(null, list, null, null);
    }

    /** As {@link #vocabulary(String)}, by the text encoder in this folder. */
    public static Object vocabulary(String list, String textFolder) {
        return session().classes(null, list, textFolder, null);
    }

    /** Segments of the latest scene by how alike they are to a text. */
    public static Found find(String text) {
        return session().find(text, 3, null, null);
    }

    /** How alike the photos opened last are. */
    public static SimilarityMap similarity() {
        return session().similarity(null, null, null);
    }

    /** The latest scene. */
    public static Scene scene() {
        return session().scene(null);
    }

    public static Scene scene(String name) {
        return session().scene(name);
    }

    /** A sample of {@value Tables#SAMPLE} points. */
    public static Table points() {
        return points(Tables.SAMPLE);
    }

    public static Table points(int sample) {
        return session().points(null, null, null, sample, 0, false);
    }

    /** Points that meet a condition, such as {@code class = chair and confidence > 3}. */
    public static Table points(String where, int sample) {
        return session().points(null, null, where, sample, 0, false);
    }

    /** Exactly these points. */
    public static Table points(Scene scene, PointQuery query) {
        return Jobs.sentence(() -> session().rows(scene, of -> Tables.points(of, query, null, Progress.SILENT), null));
    }

    public static Table masks() {
        return session().masks(null, null);
    }

    public static Table masks(Scene scene) {
        return Jobs.sentence(() -> session().rows(scene, Tables::masks, null));
    }

    public static Table segments() {
        return session().segments(null, null);
    }

    public static Table segments(Scene scene) {
        return Jobs.sentence(() -> session().rows(scene, Tables::segments, null));
    }

    public static Table cameras() {
        return session().cameras(null, null);
    }

    public static Table cameras(Scene scene) {
        return Jobs.sentence(() -> session().rows(scene, Tables::cameras, null));
    }

    /** How near the latest scene is to the ground truth of its photos. */
    public static SceneMetrics metrics() {
        return session().metrics(null, null);
    }

    /** How near a scene is to the ground truth of its photos. */
    public static SceneMetrics metrics(Scene scene) {
        return session().metrics(scene);
    }

    /** How near the latest scene is to the ground truth in a folder. */
    public static SceneMetrics metrics(String truth) {
        return session().metrics(null, truth);
    }

    /** Data sets run and measured scene by scene; the same call goes on after an interruption. */
    public static DataSetMetrics evaluate(String... datasets) {
        return evaluate(EvaluationChoice.of(List.of(datasets)));
    }

    /** As the other, with settings of one's own. */
    public static DataSetMetrics evaluate(EvaluationChoice choice) {
        return session().evaluate(choice);
    }

    /** The latest scene to look around in. */
    public static Plot plot() {
        return session().plot(null, null, null, false);
    }

    /** The latest scene, coloured at first by this. */
    public static Plot plot(ColourBy by) {
        return session().plot(null, null, by, false);
    }

    public static Plot plot(Scene scene) {
        return session().plot(scene);
    }

    /** Lets segments stand out in the scene's 3D view; none ends it. */
    public static Object show(Integer... segments) {
        return session().show(null, List.of(segments), null);
    }

    /** The points that were clicked in a 3D view, the latest last; each also in its scene's {@link Scene#picked}. */
    public static Table picked() {
        return session().picked(null);
    }

    public static Table picked(Scene scene) {
        return Jobs.sentence(() -> session().rows(scene, Tables::picked, null));
    }

    /** Where the 3D view that was moved last is looked at from. */
    public static Viewpoint viewpoint() {
        return session().viewpoint(null);
    }

    /** Where a 3D view of this scene is looked at from. */
    public static Viewpoint viewpoint(Scene scene) {
        return session().viewpoint(scene);
    }

    /** A figure of the latest scene: overview, comparison, objects, cameras or metrics. */
    public static Figure figure(String layout) {
        return session().figure(FigureRequest.of(layout));
    }

    public static Figure figure(FigureRequest request) {
        return session().figure(request);
    }

    public static Table scenes() {
        return session().scenes();
    }

    public static Text info() {
        return session().info();
    }

    /** Saves the latest scene; refuses to replace a file. */
    public static Path save(String path) {
        return session().save(path, null, false);
    }

    public static Scene load(String path) {
        return session().load(path, null);
    }

    /** The latest scene for other programs, in the format that the file's name says: ply, glb, html, csv, parquet. */
    public static Path export(String path) {
        return export(path, null);
    }

    /**
     * @param format ply, glb, colmap, colmap-text, nerfstudio, coco, depth, masks, html, csv or parquet; null to tell by the
     *     file's name
     */
    public static Path export(String path, String format) {
        return session().export(path, null, format, ExportChoice.DEFAULT);
    }

    /** A scene with options, to a file or, if the format is one, a folder. */
    public static Path export(Scene scene, Path place, ExportFormat format, ExportOptions options) {
        return Jobs.sentence(() -> {
            format.export(scene, place, options, Progress.SILENT);
            return place;
        });
    }

    /**
     * Puts the latest scene among cameras that COLMAP or nerfstudio found.
     *
     * @param from folder or transforms.json
     * @param replace whether they take the places of the predicted cameras, instead of only giving world and unit
     * @param unit of length of their world, as shown after numbers
     */
    public static Scene place(String from, boolean replace, String unit) {
        return session().place(null, from, replace, unit);
    }

    /** Fits Gaussians to the photos of the latest scene. */
    public static Splats splat() {
        return splat(Splatting.STEPS);
    }

    public static Splats splat(int steps) {
        return session().splatting().splat(null, steps, DenseStart.DEFAULT, false, false, false);
    }

    /** @param every start from every so many rows and columns of pixels */
    public static Splats splat(int steps, int every) {
        return session().splatting().splat(null, steps, DenseStart.DEFAULT.withEvery(every), false, false, false);
    }

    /** New views of the latest scene, from photo to photo. */
    public static NovelViews novel() {
        return novel(CameraPath.BETWEEN, Splatting.FRAMES);
    }

    public static NovelViews novel(CameraPath way, int frames) {
        return session().splatting().novel(null, null, way, frames, null);
    }

    /** @param camera the seven numbers that the viewer gives, the number of a photo, or {@code view} for what its 3D view shows */
    public static NovelViews novel(String camera) {
        return session().splatting().novel(null, camera, null, null, null);
    }

    /** What new views are worth: every fourth photo of a folder with ground truth is held out, the others are fitted to. */
    public static Table splatQuality(String folder, int steps) {
        return session()
                .splatting()
                .quality(
                        new Splatting.Quality(List.of(folder), 4, null, false, DenseStart.DEFAULT, steps, null, false));
    }

    /** The Gaussians of the latest scene: pictures from any camera, labels. */
    public static SplatScene splats() {
        return session().splatting().splats(null);
    }

    /** A sample of {@value Tables#SAMPLE} Gaussians of the latest scene. */
    public static Table gaussians() {
        return session().splatting().gaussians(null, null, Tables.SAMPLE, 0);
    }
}
