package panst3r.scene;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import panst3r.PanSt3RException;
import panst3r.Progress;
import panst3r.image.View;
import panst3r.inference.Prediction;
import panst3r.inference.ViewPrediction;
import panst3r.merge.Merge;
import panst3r.merge.MergeStrategy;
import panst3r.merge.Panoptic;
import panst3r.merge.PreparedMasks;
import panst3r.merge.Prominence;
import panst3r.merge.Segment;

/**
 * What was photographed: points, cameras and, once merged, segments. Immutable but for the points that somebody picked;
 * safe for several threads.
 *
 * <p>The world frame is that of the first keyframe's camera: x right, y down, z forward, in the network's scale (near
 * metric for the published weights), unless it was {@linkplain #placed placed} in another. Points are computed from the raw pointmaps when asked for, which is fast and needs
 * no memory; cameras once. The same scene gives the same bytes for any number of threads.
 */
public final class Scene {
    /** The confidence from which points are shown unless the user says otherwise (scene.md). */
    public static final double DISPLAY_CONFIDENCE = 3;

    /** Pixels from which {@link #displayConfidence()} is found; more would not change it. */
    private static final int SAMPLE = 1_000_000;

    private final Prediction prediction;
    private final Panoptic panoptic; // null until merged
    private final Placement placement; // null in the network's own world
    private final SceneReader source; // null unless opened from a file
    private final Shared shared;
    private final List<ScenePoint> picked = new CopyOnWriteArrayList<>();

    private Scene(Prediction prediction, Panoptic panoptic, Placement placement, SceneReader source, Shared shared) {
        this.prediction = prediction;
        this.panoptic = panoptic;
        this.placement = placement;
        this.source = source;
        this.shared = shared;
    }

    /** What all segmentations of one prediction have in common, worked out when first needed. */
    private static final class Shared {
        volatile List<Camera> cameras;
        PreparedMasks masks;
        Prominence prominence;

        synchronized Shared withoutCameras() {
            Shared out = new Shared();
            out.masks = masks;
            out.prominence = prominence;
            return out;
        }
    }

    /**
     * A scene with geometry, and nothing segmented yet.
     *
     * @throws PanSt3RException if there is no view
     */
    public static Scene of(Prediction prediction) {
        if (prediction.views().isEmpty()) {
            throw new PanSt3RException("A scene needs at least one view.");
        }
        return new Scene(prediction, null, null, null, new Shared());
    }

    /** A scene whose large arrays {@code source} checks when they are needed. */
    static Scene opened(Prediction prediction, Panoptic panoptic, Placement placement, SceneReader source) {
        of(prediction);
        Scene scene = new Scene(prediction, null, null, source, new Shared());
        scene = placement == null ? scene : scene.placed(placement);
        return panoptic == null ? scene : scene.with(panoptic);
    }

    /**
     * The same geometry, segmented anew; the network does not run. What the merge reads from the masks is kept for the
     * next one, of this scene and of all that come from it.
     *
     * @throws PanSt3RException if the model gave no masks
     */
    public Scene merged(MergeStrategy strategy, Progress progress) {
        return with(strategy.merge(prediction.classLogits(), preparedMasks(), progress));
    }

    /**
     * The masks, with what merges have worked out from them so far; the same object for all segmentations of one
     * prediction. Not saved with a scene: an opened one works it out again from its mask logits.
     *
     * @throws PanSt3RException if the model gave no masks
     */
    public PreparedMasks preparedMasks() {
        if (!prediction.hasMasks()) {
            throw new PanSt3RException("This scene has no masks to merge: " + prediction.model()
                    + " gives geometry only; run a PanSt3R checkpoint for segments.");
        }
        synchronized (shared) {
            if (shared.masks == null) {
                shared.masks = Merge.prepare(prediction().masks());
            }
            return shared.masks;
        }
    }

    /**
     * Queries and classes by what they have to say in the views, however these are merged: for colours that stay.
     *
     * @throws PanSt3RException if the model gave no masks
     */
    public Prominence prominence() {
        PreparedMasks masks = preparedMasks();
        synchronized (shared) {
            if (shared.prominence == null) {
                shared.prominence = Prominence.of(prediction.classLogits(), masks);
            }
            return shared.prominence;
        }
    }

    /**
     * The same geometry and masks with scores of other classes, not segmented yet. The cameras, and what merges have worked
     * out from the masks, are kept.
     *
     * @param scored this scene's prediction but for its classes
     * @throws PanSt3RException if it is of other views
     */
    public Scene withClasses(Prediction scored) {
        if (!scored.views().equals(prediction.views())) {
            throw new PanSt3RException("These class scores are of another scene: its views do not fit.");
        }
        Shared same = new Shared();
        same.cameras = shared.cameras;
        same.masks = preparedMasks();
        return new Scene(scored, null, placement, source, same);
    }

    /**
     * The same geometry with this segmentation.
     *
     * @throws PanSt3RException if it is of other views or classes
     */
    public Scene with(Panoptic segmentation) {
        if (!fits(segmentation)) {
            throw new PanSt3RException(
                    "This segmentation is of another scene: its views, segments or classes do not fit.");
        }
        return new Scene(prediction, segmentation, placement, source, shared);
    }

    /**
     * The same scene in another world, or with known cameras, or both; whatever placement it had is left first. The
     * prediction stays as it is.
     *
     * @param place null for the network's own world and cameras
     * @throws PanSt3RException if it is of another number of views, or not finite
     */
    public Scene placed(Placement place) {
        if (place == null && placement == null) {
            return this;
        }
        if (place != null && !place.fits(views())) {
            throw new PanSt3RException("These known cameras are of another scene, or hold numbers that are none.");
        }
        return new Scene(prediction, panoptic, place, source, shared.withoutCameras());
    }

    /** Where the scene stands, if that is not the network's own world. */
    public Optional<Placement> placement() {
        return Optional.ofNullable(placement);
    }

    /**
     * The raw result of the network.
     *
     * @throws PanSt3RException if the file it was opened from turns out to be damaged
     */
    public Prediction prediction() {
        if (source != null) {
            source.checkAll();
        }
        return prediction;
    }

    /** Names of the classes, in the order of their indices; empty for a geometry-only model. */
    public List<String> classNames() {
        return prediction.classNames();
    }

    /** Whether there is anything to merge. */
    public boolean hasMasks() {
        return prediction.hasMasks();
    }

    /** One line that says which weights made it. */
    public String model() {
        return prediction.model();
    }

    /** The segmentation; empty until merged. */
    public Optional<Panoptic> panoptic() {
        return Optional.ofNullable(panoptic);
    }

    /** Number of views. */
    public int views() {
        return prediction.views().size();
    }

    /** @throws PanSt3RException if there is no such view */
    public View view(int index) {
        return viewPrediction(index).view();
    }

    /** One a view, in the order of the views. Estimated at the first call. */
    public List<Camera> cameras() {
        if (shared.cameras == null) {
            Camera[] out = new Camera[views()];
            forEachView(v -> {
                Pointmap map = pointmap(v);
                ViewPrediction p = viewPrediction(v);
                Placement.KnownCamera known = placement == null ? null : placement.known(v);
                if (known != null) {
                    out[v] = new Camera(v, p.view(), p.keyframe(), known.focal(), known.cameraToWorld());
                    return;
                }
                double[] pose = CameraEstimate.pose(map);
                double[] moved = placement == null ? pose : placement.moved(pose);
                out[v] = new Camera(v, p.view(), p.keyframe(), CameraEstimate.focal(map), moved);
            });
            shared.cameras = List.of(out);
        }
        return shared.cameras;
    }

    /** Segments with positions of their points of confidence ≥ {@link #displayConfidence()}. */
    public List<SceneSegment> segments() {
        return segments(displayConfidence());
    }

    /** The least confidence of points that are shown unless the user says otherwise; of an even sample of all of them. */
    public double displayConfidence() {
        long pixels = prediction.views().stream()
                .mapToLong(v -> (long) v.view().width() * v.view().height())
                .sum();
        int step = (int) (1 + pixels / SAMPLE);
        float[] confidences = new float[(int) (pixels / step) + views()];
        int n = 0;
        for (int v = 0; v < views(); v++) {
            Pointmap map = pointmap(v);
            for (int i = 0; i < map.pixels(); i += step) {
                confidences[n++] = map.confidence(i);
            }
        }
        return displayConfidence(Arrays.copyOf(confidences, n));
    }

    /**
     * {@link #DISPLAY_CONFIDENCE}; where that would hide more than three points in four, as with a model that is nowhere so
     * sure, the confidence that one point in four is below.
     */
    public static double displayConfidence(float[] confidences) {
        int shown = 0;
        for (float c : confidences) {
            shown += c >= DISPLAY_CONFIDENCE ? 1 : 0;
        }
        if (4L * shown >= confidences.length) {
            return DISPLAY_CONFIDENCE;
        }
        float[] sorted = confidences.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 4];
    }

    /** Segments, in order of id; empty until merged. */
    public List<SceneSegment> segments(double minConfidence) {
        if (panoptic == null) {
            return List.of();
        }
        return new SegmentSummary(this, panoptic).segments(minConfidence);
    }

    /** Segments × the views that see them, by segment and view; empty until merged. */
    public List<SegmentMask> masks() {
        if (panoptic == null) {
            return List.of();
        }
        return new SegmentSummary(this, panoptic).masks();
    }

    /** The mask of a segment (0: void) in a view, [H·W] row by row. */
    public BitSet mask(int segment, int view) {
        return equal(labelMap(view), segment);
    }

    /** The mask of a segment in a view, in pixels of the upright photo, row by row; outside the view's crop unset. */
    public BitSet photoMask(int segment, int view) {
        BitSet mask = equal(photoLabelMap(view), segment);
        if (segment == 0) {
            View v = view(view);
            int width = v.photo().width();
            for (int y = 0; y < v.photo().height(); y++) {
                for (int x = 0; x < width; x++) {
                    if (pixelOf(v, x, y) < 0) {
                        mask.clear(y * width + x);
                    }
                }
            }
        }
        return mask;
    }

    /** Segment ids of a view, [H·W] row by row, 0 = void; all 0 until merged. */
    public int[] labelMap(int view) {
        View v = view(view);
        return panoptic == null
                ? new int[v.width() * v.height()]
                : panoptic.ids().get(view).clone();
    }

    /** Segment ids in pixels of the upright photo, row by row, of the nearest working pixel; 0 outside the crop too. */
    public int[] photoLabelMap(int view) {
        View v = view(view);
        int width = v.photo().width();
        int height = v.photo().height();
        int[] out = new int[Math.multiplyExact(width, height)];
        if (panoptic != null) {
            int[] ids = panoptic.ids().get(view);
            int[] columns = IntStream.range(0, width).map(v::columnOf).toArray();
            for (int y = 0; y < height; y++) {
                int row = v.rowOf(y);
                if (row >= 0 && row < v.height()) {
                    for (int x = 0; x < width; x++) {
                        if (columns[x] >= 0 && columns[x] < v.width()) {
                            out[y * width + x] = ids[row * v.width() + columns[x]];
                        }
                    }
                }
            }
        }
        return out;
    }

    /**
     * The segment at a pixel of the upright photo; 0 for void, outside the view's crop and until merged.
     *
     * @throws PanSt3RException if the pixel is not in the photo
     */
    public int segmentAtPhotoPixel(int view, int x, int y) {
        int pixel = photoPixel(view, x, y);
        return pixel < 0 || panoptic == null ? 0 : panoptic.ids().get(view)[pixel];
    }

    /**
     * The point at a pixel of the upright photo; empty outside the view's crop.
     *
     * @throws PanSt3RException if the pixel is not in the photo
     */
    public Optional<ScenePoint> pointAtPhotoPixel(int view, int x, int y) {
        int pixel = photoPixel(view, x, y);
        return pixel < 0 ? Optional.empty() : pointAt(view, pixel);
    }

    private Optional<ScenePoint> pointAt(int view, int pixel) {
        Pointmap map = pointmap(view);
        float[] p = new float[3];
        worldPoint(map, view, pixel, PointQuery.Source.LOCAL, p);
        if (!Pointmap.finite(p)) {
            return Optional.empty();
        }
        int segment = panoptic == null ? 0 : panoptic.ids().get(view)[pixel];
        return Optional.of(new ScenePoint(
                view, pixel / map.width, pixel % map.width, p[0], p[1], p[2], map.confidence(pixel), segment));
    }

    /**
     * Remembers the point at a working pixel as picked, as a click in the notebook's 3D view does.
     *
     * @return the point; empty if there is none at the pixel
     * @throws PanSt3RException if the scene has no such pixel
     */
    public Optional<ScenePoint> pick(int view, int row, int column) {
        View v = view(view);
        if (row < 0 || column < 0 || row >= v.height() || column >= v.width()) {
            throw new PanSt3RException("View " + view + " has " + v.height() + " rows and " + v.width()
                    + " columns, no pixel (" + row + ", " + column + ").");
        }
        Optional<ScenePoint> point = pointAt(view, row * v.width() + column);
        point.ifPresent(picked::add);
        return point;
    }

    /** The points that were picked, the latest last. They are not saved, and another segmentation starts without. */
    public List<ScenePoint> picked() {
        return List.copyOf(picked);
    }

    /**
     * Points by view, row and column. Pixels whose coordinates are not finite are never among them.
     *
     * @throws PanSt3RException if the query names a view, segment or class that is not there
     */
    public PointCloud points(PointQuery query) {
        return PointSelection.of(this, query);
    }

    /** Depth of the pixels of a view along its own camera's axis, [H·W] row by row, in the network's scale. */
    public float[] depth(int view) {
        Pointmap map = pointmap(view);
        float[] out = new float[map.pixels()];
        float[] p = new float[3];
        for (int i = 0; i < out.length; i++) {
            map.local(i, p);
            out[i] = p[2];
        }
        return out;
    }

    /**
     * Writes everything, the raw prediction included, to one file. What stood there before stays whole until the new
     * file is complete, whatever happens.
     *
     * @throws PanSt3RException if it cannot be written
     */
    public void save(Path file, Progress progress) {
        new SceneWriter(this, progress).write(file);
    }

    /**
     * Opens what {@link #save} wrote. Large arrays are mapped, and checked when they are first used; so the file must not
     * be written over in place while the scene is in use ({@link #save} never does that: it puts a new file there).
     *
     * @throws PanSt3RException if the file is no scene, damaged, or of a newer version
     */
    public static Scene open(Path file) {
        return new SceneReader(file).read();
    }

    ViewPrediction viewPrediction(int index) {
        if (index < 0 || index >= views()) {
            throw new PanSt3RException(
                    "There is no view " + index + "; this scene has views 0 to " + (views() - 1) + ".");
        }
        return prediction.views().get(index);
    }

    Pointmap pointmap(int view) {
        if (source != null) {
            source.check(SceneFormat.pointmap(view));
        }
        return Pointmap.of(viewPrediction(view), prediction.activation());
    }

    /** Writes the world coordinates of a pixel. */
    void worldPoint(Pointmap map, int view, int pixel, PointQuery.Source source, float[] xyz) {
        if (source == PointQuery.Source.GLOBAL) {
            map.global(pixel, xyz);
            if (placement != null) {
                placement.move(xyz);
            }
            return;
        }
        map.local(pixel, xyz);
        double[] m = cameras().get(view).cameraToWorld();
        double scale = placement == null ? 1 : placement.scale();
        double x = scale * xyz[0];
        double y = scale * xyz[1];
        double z = scale * xyz[2];
        xyz[0] = (float) (m[0] * x + m[1] * y + m[2] * z + m[3]);
        xyz[1] = (float) (m[4] * x + m[5] * y + m[6] * z + m[7]);
        xyz[2] = (float) (m[8] * x + m[9] * y + m[10] * z + m[11]);
    }

    /** Runs a task for every view on all cores; it may write only what belongs to its view. */
    void forEachView(IntConsumer task) {
        IntStream.range(0, views()).parallel().forEach(v -> {
            Progress.stopIfInterrupted("Geometry");
            task.accept(v);
        });
    }

    private boolean fits(Panoptic segmentation) {
        int[] known = segmentation.segments().stream().mapToInt(Segment::id).toArray();
        boolean fits = segmentation.ids().size() == views()
                && segmentation.confidence().size() == views();
        for (int i = 0; fits && i < known.length; i++) {
            int label = segmentation.segments().get(i).label();
            fits = known[i] > (i == 0 ? 0 : known[i - 1])
                    && label >= 0
                    && label < prediction.classNames().size();
        }
        for (int v = 0; fits && v < views(); v++) {
            int[] ids = segmentation.ids().get(v);
            int pixels = view(v).width() * view(v).height();
            fits = ids.length == pixels
                    && segmentation.confidence().get(v).length == pixels
                    && Arrays.stream(ids).allMatch(id -> id == 0 || Arrays.binarySearch(known, id) >= 0);
        }
        return fits;
    }

    private int photoPixel(int view, int x, int y) {
        View v = view(view);
        if (x < 0 || y < 0 || x >= v.photo().width() || y >= v.photo().height()) {
            throw new PanSt3RException(
                    "Pixel (" + x + ", " + y + ") is not in " + v.photo().name() + ", which has "
                            + v.photo().width() + "×" + v.photo().height() + ".");
        }
        return pixelOf(v, x, y);
    }

    /** Working pixel that shows the middle of a photo pixel, −1 if none does. */
    private static int pixelOf(View v, int x, int y) {
        int column = v.columnOf(x);
        int row = v.rowOf(y);
        return column < 0 || row < 0 || column >= v.width() || row >= v.height() ? -1 : row * v.width() + column;
    }

    private static BitSet equal(int[] ids, int segment) {
        BitSet out = new BitSet(ids.length);
        for (int i = 0; i < ids.length; i++) {
            if (ids[i] == segment) {
                out.set(i);
            }
        }
        return out;
    }
}
