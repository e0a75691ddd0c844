package panst3r.splat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import panst3r.PanSt3RException;
import panst3r.Progress;
import panst3r.merge.Panoptic;
import panst3r.picture.Facing;
import panst3r.picture.Viewpoint;
import panst3r.scene.Scene;

/**
 * A scene together with the Gaussians fitted to it: pictures of it from any camera. Immutable; labels are carried over when
 * they are first asked for, and anew after another merge of the same scene ({@link #with}), which takes a second and no fit.
 */
public final class SplatScene {
    /** A camera is behind a surface if it is this much deeper than what a photo shows there. */
    private static final double BEHIND = 1.05;

    /** A picture of less is not worth showing on a way. */
    private static final double WELL_SEEN = 0.75;

    /** Of a pixel of a {@link NovelFrame} and of its picture: colours, cover, labels, how sure they are, depths. */
    private static final long FRAME_BYTES = 64;

    /** Pixels across a picture that only asks how much of it is covered. */
    private static final int COARSE = 64;

    /**
     * How like a picture is to the photo taken with the same camera.
     *
     * @param psnr peak signal-to-noise ratio in dB
     * @param ssim structural similarity, at most 1
     * @param seen share of its pixels of which the Gaussians cover more than half
     */
    public record Likeness(double psnr, double ssim, double seen) {}

    private final Scene scene;
    private final Gaussians gaussians;
    private final List<Pinhole> cameras;
    private final float[] background;
    private final int threads;
    private LabelField labels;
    private List<float[]> depths;
    private short[] sides;

    /**
     * @param cameras one a view: those of the scene, or as a fit refined them
     * @param background [3] what shows where no photo saw anything
     */
    public SplatScene(Scene scene, Gaussians gaussians, List<Pinhole> cameras, float[] background, int threads) {
        if (cameras.size() != scene.views()) {
            throw new IllegalArgumentException(cameras.size() + " cameras for " + scene.views() + " views");
        }
        this.scene = scene;
        this.gaussians = gaussians;
        this.cameras = List.copyOf(cameras);
        this.background = background.clone();
        this.threads = threads;
    }

    /** What a fit has come to, with grey where no photo saw anything. */
    public static SplatScene of(Scene scene, Fit fit) {
        return new SplatScene(
                scene,
                fit.gaussians().copy(),
                fit.cameras(),
                TrainingView.meanGrey(TrainingView.of(scene)),
                Runtime.getRuntime().availableProcessors());
    }

    /**
     * Gaussians of a .ply file with the cameras of a scene.
     *
     * @throws PanSt3RException if the file is no such file, or damaged
     */
    public static SplatScene read(Scene scene, Path file) {
        List<TrainingView> views = TrainingView.of(scene);
        return new SplatScene(
                scene,
                GaussianPly.read(file),
                views.stream().map(TrainingView::camera).toList(),
                TrainingView.meanGrey(views),
                Runtime.getRuntime().availableProcessors());
    }

    /** The same Gaussians with the same scene merged anew. */
    public synchronized SplatScene with(Scene merged) {
        if (merged.prediction() != scene.prediction()) {
            throw new PanSt3RException("These Gaussians were fitted to another scene; fit them to this one.");
        }
        SplatScene out = new SplatScene(merged, gaussians, cameras, background, threads);
        out.depths = depths;
        out.sides = sides;
        return out;
    }

    public Scene scene() {
        return scene;
    }

    public Gaussians gaussians() {
        return gaussians;
    }

    /** One a view. */
    public List<Pinhole> cameras() {
        return cameras;
    }

    /** The labels carried over from the photos; empty until the scene is merged. */
    public synchronized Optional<LabelField> labels(Progress progress) {
        if (labels == null
                && scene.panoptic()
                        .map(Panoptic::segments)
                        .filter(s -> !s.isEmpty())
                        .isPresent()) {
            labels = LabelField.segments(gaussians, scene, cameras, threads, progress);
        }
        return Optional.ofNullable(labels);
    }

    /** [3] what shows where no photo saw anything. */
    public float[] background() {
        return background.clone();
    }

    /** [N] which way the surfaces face that the Gaussians lie on, as {@link panst3r.picture.Facing} codes it. */
    public synchronized short[] sides(Progress progress) {
        if (sides == null) {
            sides = Sides.of(gaussians, scene, cameras, progress);
        }
        return sides;
    }

    /** The colours that a camera sees. */
    public Rendering render(Pinhole camera) {
        return new Rasteriser(threads).render(gaussians, camera, background);
    }

    /** What a camera sees, labels with it if the scene has any. */
    public NovelFrame frame(Pinhole camera, Progress progress) {
        return new NovelFrame(
                camera, render(camera), labels(progress).map(field -> field.render(camera)), isInside(camera));
    }

    /** @throws PanSt3RException if frames of these cameras would not fit into the memory that is left, all of them at once */
    public void checkMemory(List<Pinhole> cameras) {
        int channels = 1 + scene.panoptic().map(p -> p.segments().size()).orElse(0);
        long need = 0;
        long largest = 0;
        for (Pinhole camera : cameras) {
            long pixels = (long) camera.width() * camera.height();
            need += FRAME_BYTES * pixels;
            largest = Math.max(largest, pixels * channels);
        }
        need += Float.BYTES * largest;
        long left = Memory.left(need);
        if (need > left || largest > Integer.MAX_VALUE) {
            throw new PanSt3RException(String.format(
                    Locale.ROOT,
                    "%,d × %d×%d pixels with %d segments take %,d MB and only %,d MB are left; ask for fewer or smaller"
                            + " pictures, or start Java with more memory (-Xmx).",
                    cameras.size(),
                    cameras.get(0).width(),
                    cameras.get(0).height(),
                    channels - 1,
                    need >> 20,
                    left >> 20));
        }
    }

    /**
     * As {@link #frame}, without surfaces that are seen from behind: what the viewer in the browser shows, which looks into a
     * room from outside.
     */
    public NovelFrame openFrame(Pinhole camera, Progress progress) {
        short[] faces = sides(progress);
        double[] eye = camera.centre();
        boolean[] shown = new boolean[gaussians.size()];
        int[] kept = IntStream.range(0, shown.length)
                .filter(i -> {
                    float[] m = gaussians.means();
                    double[] toEye = {eye[0] - m[3 * i], eye[1] - m[3 * i + 1], eye[2] - m[3 * i + 2]};
                    return shown[i] = !Facing.behind(faces[i], toEye);
                })
                .toArray();
        Rendering colours = new Rasteriser(threads).render(gaussians.select(kept), camera, background);
        return new NovelFrame(
                camera, colours, labels(progress).map(field -> field.only(shown).render(camera)), isInside(camera));
    }

    /**
     * The scene's labels cleaned by all photos together, each as sure as it is of them: see {@link LabelField#sureSegments}
     * and {@link LabelField#clean}.
     *
     * @throws PanSt3RException if the scene has no segments
     */
    public Scene cleaned(Progress progress) {
        if (scene.panoptic().map(p -> p.segments().isEmpty()).orElse(true)) {
            throw new PanSt3RException(
                    "This scene has no segments to clean; merge it first, with a model that gives masks.");
        }
        return LabelField.sureSegments(gaussians, scene, cameras, threads, progress)
                .clean(scene, cameras, progress);
    }

    /** How the photos compare to pictures of the Gaussians at their own cameras. */
    public List<Likeness> photos(Progress progress) {
        Rasteriser rasteriser = new Rasteriser(threads);
        PhotometricLoss loss = new PhotometricLoss(new Workers(threads));
        List<Likeness> out = new ArrayList<>();
        List<TrainingView> views = TrainingView.of(scene);
        for (int v = 0; v < views.size(); v++) {
            progress.step("compare", v, views.size());
            Pinhole camera = cameras.get(v);
            Rendering seen = rasteriser.render(gaussians, camera, background);
            PhotometricLoss.Value value =
                    loss.of(seen.rgb(), views.get(v).image(), 3, camera.width(), camera.height(), null);
            out.add(new Likeness(value.psnr(), value.ssim(), seen.covered()));
        }
        return out;
    }

    /** Up in the scene, as the photographers held their cameras, see {@link Viewpoint#up}. */
    public double[] up() {
        return Viewpoint.up(scene.cameras());
    }

    /** Share of a camera's pixels of which the Gaussians cover more than half, by a coarse picture. */
    public double seen(Pinhole camera) {
        int width = Math.min(COARSE, camera.width());
        return render(camera.resized(width, Math.max(1, width * camera.height() / camera.width())))
                .covered();
    }

    /** Whether the Gaussians cover three quarters of a camera's pixels, as they do at a photo whose place is known. */
    public boolean isWellSeen(Pinhole camera) {
        return seen(camera) >= WELL_SEEN;
    }

    /**
     * Whether a camera stands where the photos show something solid: some photo has its place in view, and each of those
     * shows a surface in front of it. Free in any case is what is nearer to the camera of a photo than all that it shows: a
     * photographer stood there, whatever a prediction makes of it.
     */
    public boolean isInside(Pinhole camera) {
        double[] o = camera.centre();
        boolean seen = false;
        for (int v = 0; v < cameras.size(); v++) {
            Pinhole c = cameras.get(v);
            double[] p = c.inCamera(o);
            double z = p[2];
            if (NovelViewQuality.distance(c, camera) < nearest(depths().get(v))) {
                return false;
            }
            int column = (int) Math.floor(c.fx() * p[0] / z + c.cx());
            int row = (int) Math.floor(c.fy() * p[1] / z + c.cy());
            if (z > 0 && column >= 0 && row >= 0 && column < c.width() && row < c.height()) {
                float surface = depths().get(v)[row * c.width() + column];
                if (surface == 0 || z <= BEHIND * surface) {
                    return false;
                }
                seen = true;
            }
        }
        return seen;
    }

    private static float nearest(float[] depths) {
        float least = Float.POSITIVE_INFINITY;
        for (float depth : depths) {
            least = depth > 0 && depth < least ? depth : least;
        }
        return least;
    }

    private synchronized List<float[]> depths() {
        if (depths == null) {
            List<float[]> out = new ArrayList<>();
            for (Pinhole camera : cameras) {
                out.add(new Rasteriser(threads)
                        .render(gaussians, camera, background)
                        .expectedDepth());
            }
            depths = out;
        }
        return depths;
    }
}
