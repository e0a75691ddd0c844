package panst3r.magics;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import panst3r.PanSt3RException;
import panst3r.Progress;
import panst3r.evaluation.NetworkPredictor;
import panst3r.figure.Figure;
import panst3r.figure.NovelSeries;
import panst3r.magics.display.CellProgress;
import panst3r.magics.display.FigureHtml;
import panst3r.magics.live.Page;
import panst3r.magics.novel.LivePicture;
import panst3r.magics.novel.NovelViews;
import panst3r.magics.novel.Splats;
import panst3r.magics.tables.SplatTables;
import panst3r.magics.tables.Tables;
import panst3r.metrics.GroundTruth;
import panst3r.metrics.LabelCounts;
import panst3r.metrics.PanopticQuality;
import panst3r.metrics.TrueScene;
import panst3r.picture.Images;
import panst3r.picture.PointSample;
import panst3r.picture.ScenePicture;
import panst3r.picture.Viewpoint;
import panst3r.rooms.FolderTruth;
import panst3r.rooms.GroundTruthFolder;
import panst3r.rooms.RoomSample;
import panst3r.scene.Scene;
import panst3r.splat.CameraPath;
import panst3r.splat.DenseStart;
import panst3r.splat.Fit;
import panst3r.splat.FitOptions;
import panst3r.splat.Gaussians;
import panst3r.splat.HeldOut;
import panst3r.splat.Pinhole;
import panst3r.splat.Schedule;
import panst3r.splat.SplatScene;
import panst3r.splat.TrainingView;
import tech.tablesaw.api.Table;
import tech.tablesaw.selection.Selection;

/** What the commands do about Gaussians and new views, one method each; part of the {@link Session}. */
public final class Splatting {
    /** Steps of a fit unless others are asked for. */
    public static final int STEPS = 300;

    private static final int MOST_STEPS = 1_000_000;

    /** Frames of a way unless others are asked for. */
    public static final int FRAMES = 24;

    /** The word for what the scene's 3D view shows. */
    public static final String VIEW = "view";

    /** How tables name a fit to true cameras, depth and labels. */
    private static final String TRUTH = "truth";

    /** And to what the model in use makes of the photos. */
    private static final String PREDICTED = "predicted";

    /** A picture of which Gaussians cover less is empty. */
    private static final double EMPTY = 0.01;

    /** Labels of photos of which Gaussians cover less are mostly void after cleaning. */
    private static final double MOSTLY_VOID = 0.5;

    private static final int START_WIDTH = 640;
    private static final int START_HEIGHT = 480;
    private static final int SAMPLE = 100_000;

    private final Jobs jobs;
    private final Bridge bridge;
    private final Workspace workspace;
    private final Opening opening;
    private final Page page;
    private final Truths truths;

    Splatting(Jobs jobs, Bridge bridge, Workspace workspace, Opening opening, Page page, Truths truths) {
        this.jobs = jobs;
        this.bridge = bridge;
        this.workspace = workspace;
        this.opening = opening;
        this.page = page;
        this.truths = truths;
    }

    /**
     * Fits Gaussians to a scene's photos; what is reached stays if it is interrupted.
     *
     * @param name of a scene, or null for the latest
     * @param steps how many, or null for {@value #STEPS}
     * @param start what to start from
     * @param refineCameras whether the cameras move too
     * @param densify whether Gaussians are cloned, split and removed on the way
     * @param more whether to go on with the fit before instead
     */
    public Splats splat(
            String name, Integer steps, DenseStart start, boolean refineCameras, boolean densify, boolean more) {
        return jobs.run("splat", progress -> {
            int wanted = checkSteps(steps == null ? STEPS : steps);
            String of = workspace.sceneName(name);
            Scene scene = workspace.scene(of);
            Fit fit = more ? workspace.fit(of) : null;
            if (fit == null) {
                List<TrainingView> views = TrainingView.of(scene);
                Gaussians gaussians = start.of(scene, progress);
                FitOptions options = FitOptions.dense(wanted).withRefineCameras(refineCameras);
                fit = new Fit(gaussians, views, densify ? options.withSchedule(Schedule.dense(wanted)) : options);
            }
            int last = fit.steps() + wanted;
            LivePicture live = new LivePicture(bridge, scene, last);
            try {
                fit.run(last, progress, live::show);
            } finally {
                live.close();
                workspace.splats(of, SplatScene.of(scene, fit), fit);
                if (fit.steps() < last) {
                    progress.warn(
                            "What " + fit.steps() + " steps gave stays; %panst3r splat --more goes on from there.");
                }
            }
            progress.finish(String.format(
                    Locale.ROOT,
                    "%,d Gaussians, %,d steps, PSNR of the photos %.1f dB",
                    fit.gaussians().size(),
                    fit.steps(),
                    fit.psnr()));
            return Splats.of(of, workspace.splats(of), fit);
        });
    }

    private static int checkSteps(int steps) {
        if (steps < 1 || steps > MOST_STEPS) {
            throw new PanSt3RException(
                    String.format(Locale.ROOT, "--steps must be 1 to %d, not %d.", MOST_STEPS, steps));
        }
        return steps;
    }

    /** Gaussians of a .ply file for a scene, in its frame, instead of a fit; or a fit that was kept, to go on with. */
    public Splats read(String name, String file) {
        return jobs.run("splat", progress -> {
            String of = workspace.sceneName(name);
            Path path = Words.path(file);
            if (Splats.isFit(path)) {
                Scene scene = workspace.scene(of);
                Fit fit = Fit.resume(path, TrainingView.of(scene));
                workspace.splats(of, SplatScene.of(scene, fit), fit);
                return Splats.of(of, workspace.splats(of), fit);
            }
            SplatScene splats = SplatScene.read(workspace.scene(of), path);
            if (splats.gaussians().size() == 0) {
                throw new PanSt3RException(path + " holds no Gaussian; give a file that does, or fit some.");
            }
            workspace.splats(of, splats, null);
            return Splats.read(of, splats, path);
        });
    }

    /**
     * Pictures from new cameras.
     *
     * @param camera the seven numbers that the viewer gives, the number of a photo, or {@value #VIEW} for what the scene's 3D
     *     view shows; or null for a way
     * @param way of the camera
     * @param frames on the way, or null for {@value #FRAMES}
     * @param width of the pictures, or null for that of the working photos
     */
    public NovelViews novel(String name, String camera, CameraPath way, Integer frames, Integer width) {
        return jobs.run("novel", progress -> {
            String of = workspace.sceneName(name);
            SplatScene splats = workspace.splats(of);
            if (camera != null && camera.strip().equalsIgnoreCase(VIEW)) {
                NovelViews out = seen(of, splats, look(splats, progress), width, progress);
                if (out.inside() > 0) {
                    progress.note("This view stands behind all that the photos show there: beyond a wall or within an"
                            + " object.");
                }
                progress.finish(out.toString());
                return out;
            }
            List<Pinhole> cameras = camera == null
                    ? way(splats, way, frames == null ? FRAMES : frames, progress)
                    : List.of(camera(splats, camera));
            cameras = cameras.stream().map(c -> resized(c, width)).toList();
            if (camera != null && splats.isInside(cameras.get(0))) {
                throw new PanSt3RException(
                        "The camera " + camera + " stands behind all that the photos show there, within"
                                + " an object or beyond a wall; move it to where a photo sees free space.");
            }
            NovelViews out = NovelViews.of(of, splats, cameras, progress);
            if (out.covered() < EMPTY) {
                progress.warn("There is next to nothing to see from there: no photo shows what that camera looks at.");
            }
            if (out.inside() > 0) {
                progress.warn(
                        out.inside() + " of " + out.frames().size() + " frames stand behind all that the photos show"
                                + " there, within an object or beyond a wall.");
            }
            progress.finish(out.toString());
            return out;
        });
    }

    /** By the photos that the scene knows the places of; the others are said. */
    private static List<Pinhole> way(SplatScene splats, CameraPath way, int frames, CellProgress progress) {
        List<Pinhole> cameras = splats.cameras();
        int[] known = IntStream.range(0, cameras.size())
                .filter(v -> splats.isWellSeen(cameras.get(v)))
                .toArray();
        boolean some = known.length >= 2 && known.length < cameras.size();
        List<Pinhole> stops = some ? Arrays.stream(known).mapToObj(cameras::get).toList() : cameras;
        List<Pinhole> out = way.frames(stops, splats.up(), frames, splats::isInside, splats::isWellSeen);
        if (some) {
            String left = IntStream.range(0, cameras.size())
                    .filter(v -> Arrays.binarySearch(known, v) < 0)
                    .mapToObj(String::valueOf)
                    .collect(Collectors.joining(", "));
            progress.note("The way leaves out photo " + left + ", where Gaussians cover less than three quarters of the"
                    + " picture: the scene is not sure of its place.");
        }
        return out;
    }

    private static Pinhole resized(Pinhole camera, Integer width) {
        if (width == null) {
            return camera;
        }
        if (width < 1) {
            throw new PanSt3RException("--width must be 1 or more, not " + width + ".");
        }
        return camera.resized(width, Math.max(1, (int) Math.round((double) camera.height() * width / camera.width())));
    }

    /** What the 3D view of a scene shows that was moved last; where one starts if none was. */
    private Page.Look look(SplatScene splats, CellProgress progress) {
        Scene scene = splats.scene();
        return page.look(scene).orElseGet(() -> {
            progress.note("No 3D view of it was moved yet: this is where one starts.");
            List<PointSample> samples = PointSample.of(scene, SAMPLE, 0, progress);
            Viewpoint start = ScenePicture.of(scene, samples, 0).viewpoint();
            return new Page.Look(start, START_WIDTH, START_HEIGHT, false);
        });
    }

    private static NovelViews seen(String name, SplatScene splats, Page.Look look, Integer width, Progress progress) {
        Pinhole camera = resized(Pinhole.of(look.viewpoint(), look.width(), look.height()), width);
        return NovelViews.of(name, splats, List.of(camera), look.backs(), progress);
    }

    /** For the page: what one of its 3D views shows, as a picture. */
    Page.Picture paint(Scene scene, Page.Look look) {
        SplatScene splats = workspace.splatsOf(scene);
        if (splats == null) {
            throw new PanSt3RException("There are no Gaussians of this scene yet; fit some with %panst3r splat.");
        }
        NovelViews out = seen(workspace.titleOf(scene), splats, look, null, Progress.SILENT);
        return new Page.Picture(Images.png(out.image(0)), out.panels());
    }

    private static Pinhole camera(SplatScene splats, String text) {
        String number = text.strip();
        if (number.matches("[+-]?\\d+")) {
            int view = number.matches("\\d{1,6}") ? Integer.parseInt(number) : -1;
            if (view < 0 || view >= splats.cameras().size()) {
                throw new PanSt3RException("There is no photo " + number + "; this scene has 0 to "
                        + (splats.cameras().size() - 1) + ".");
            }
            return splats.cameras().get(view);
        }
        Viewpoint place = Viewpoint.parse(text, splats.up());
        if (Arrays.equals(place.position(), place.target())) {
            throw new PanSt3RException(
                    "The camera " + number + " looks at the very place where it stands; the first three"
                            + " numbers are its place, the next three another one, which it looks at.");
        }
        Pinhole like = splats.cameras().get(0);
        return Pinhole.of(place, like.width(), like.height());
    }

    /**
     * The scene with the labels that all photos together agree on, and what that does to its quality where the truth is
     * known.
     */
    public Scene clean(String name) {
        return jobs.run("clean", progress -> {
            String of = workspace.sceneName(name);
            SplatScene splats = workspace.splats(of);
            Scene before = splats.scene();
            double covered = splats.cameras().stream()
                    .mapToDouble(splats::seen)
                    .average()
                    .orElse(0);
            if (covered < MOSTLY_VOID) {
                progress.warn(String.format(
                        Locale.ROOT,
                        "The Gaussians cover %.0f %% of the photos, and what they do not cover becomes void; fit others, or"
                                + " merge without --clean.",
                        100 * covered));
            }
            Scene after = splats.cleaned(progress);
            GroundTruth truth = truths.of(of, before, null, Progress.SILENT);
            if (truth != null) {
                LabelCounts was = truth.counts(before.panoptic().orElseThrow(), truth.views());
                LabelCounts is = truth.counts(after.panoptic().orElseThrow(), truth.views());
                progress.note(String.format(
                        Locale.ROOT,
                        "PQ %.1f before, %.1f after; strict PQ, to which void is missed, %.1f before, %.1f after",
                        100 * PanopticQuality.of(was, true).all().pq(),
                        100 * PanopticQuality.of(is, true).all().pq(),
                        100 * PanopticQuality.strict(was).all().pq(),
                        100 * PanopticQuality.strict(is).all().pq()));
            }
            workspace.scene(of, after, workspace.strategy(of));
            return after;
        });
    }

    /** A sample of the Gaussians as a table. */
    public Table gaussians(String name, String where, int sample, long seed) {
        return jobs.run("gaussians", progress -> {
            if (sample < 1) {
                throw new PanSt3RException("--sample must be 1 or more, not " + sample + ".");
            }
            SplatScene splats = workspace.splats(workspace.sceneName(name));
            Table all = SplatTables.gaussians(splats, where == null ? sample : Integer.MAX_VALUE, seed, progress);
            Table rows = Tables.where(all, where);
            return workspace.remember(drawn(rows, sample, seed), splats.scene());
        });
    }

    /** So many rows, in their order. */
    private static Table drawn(Table rows, int count, long seed) {
        int[] order = IntStream.range(0, rows.rowCount()).toArray();
        Random random = new Random(seed);
        for (int i = 0; i < Math.min(count, order.length); i++) {
            int j = i + random.nextInt(order.length - i);
            int chosen = order[j];
            order[j] = order[i];
            order[i] = chosen;
        }
        return order.length <= count ? rows : rows.where(Selection.with(Arrays.copyOf(order, count)));
    }

    /** How like the photos are to the pictures of the Gaussians, as a table. */
    public Table views(String name) {
        return jobs.run("splat views", progress -> {
            String of = workspace.sceneName(name);
            SplatScene splats = workspace.splats(of);
            GroundTruth truth = truths.of(of, splats.scene(), null, progress);
            return workspace.remember(SplatTables.views(splats, truth, progress), splats.scene());
        });
    }

    /**
     * What is asked about new views where the truth is known.
     *
     * @param folders of ground truth
     * @param every of so many photos the last is held out
     * @param first how many photos are fitted to, all others being held out; null for {@code every}
     * @param predicted whether what the model in use makes of the same photos is fitted to as well
     * @param chart file for a figure of how quality falls off, or null
     */
    public record Quality(
            List<String> folders,
            int every,
            Integer first,
            boolean predicted,
            DenseStart start,
            int steps,
            String chart,
            boolean overwrite) {}

    /** What new views are worth: fits to some photos, and their pictures at the cameras of the others. */
    public Table quality(Quality asked) {
        return jobs.run("splat-quality", progress -> {
            checkSteps(asked.steps);
            Path chart = asked.chart == null ? null : Words.path(asked.chart);
            if (chart != null) {
                Figure.check(chart, asked.overwrite);
            }
            Model model = asked.predicted ? opening.modelOrMini(progress) : null;
            List<SplatTables.Held> all = new ArrayList<>();
            for (String folder : asked.folders) {
                RoomSample sample = GroundTruthFolder.read(Words.path(folder));
                HeldOut.Split split = asked.first == null
                        ? HeldOut.Split.every(sample, asked.every)
                        : HeldOut.Split.first(sample, asked.first);
                all.add(held(split, TrueScene.of(split.photos()), TRUTH, asked, progress));
                if (model != null) {
                    Scene scene = predicted(split.photos(), folder, model, progress);
                    all.add(held(split, scene, PREDICTED, asked, progress));
                }
            }
            Table table = SplatTables.quality(all);
            if (chart != null) {
                Figure figure = chart(all);
                figure.save(chart, asked.overwrite, progress);
                bridge.display("panst3r-" + UUID.randomUUID(), FigureHtml.bundle(figure));
            }
            progress.finish(table.name());
            return table;
        });
    }

    private static SplatTables.Held held(
            HeldOut.Split split, Scene scene, String cameras, Quality asked, Progress progress) {
        FitOptions options = FitOptions.dense(asked.steps).withRefineCameras(cameras.equals(PREDICTED));
        // as many Gaussians, whatever size the model works at
        double smaller =
                scene.view(0).width() / (double) split.photos().views().get(0).width();
        DenseStart start = asked.start.withEvery((int) Math.max(1, Math.round(asked.start.every() * smaller)));
        HeldOut held = HeldOut.of(split, scene, start, options, f -> {}, progress);
        return new SplatTables.Held(split.photos().name(), cameras, held.quality());
    }

    private static Scene predicted(RoomSample photos, String folder, Model model, Progress progress) {
        FolderTruth files = GroundTruthFolder.open(Words.path(folder));
        List<Path> paths = photos.viewNames().stream()
                .map(name -> files.photos().get(files.viewNames().indexOf(name)))
                .toList();
        return new NetworkPredictor(model.network(), t -> model.classes()).predict(paths, photos, progress);
    }

    private static Figure chart(List<SplatTables.Held> all) {
        List<NovelSeries> series = new ArrayList<>();
        for (String cameras :
                all.stream().map(SplatTables.Held::cameras).distinct().toList()) {
            series.add(new NovelSeries(
                    cameras.equals(TRUTH) ? "true cameras, depth and labels" : "predicted by the model",
                    all.stream()
                            .filter(h -> h.cameras().equals(cameras))
                            .flatMap(h -> h.quality().views().stream())
                            .toList()));
        }
        String rooms = all.stream().map(SplatTables.Held::room).distinct().collect(Collectors.joining(", "));
        return Figure.newViews(series).title(rooms);
    }

    /** What there is of a scene, for those who write their own Java. */
    public SplatScene splats(String name) {
        return Jobs.sentence(() -> workspace.splats(workspace.sceneName(name)));
    }
}
