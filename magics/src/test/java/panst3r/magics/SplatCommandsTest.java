package panst3r.magics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import java.io.RandomAccessFile;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import panst3r.Progress;
import panst3r.inference.Prediction;
import panst3r.inference.ViewPrediction;
import panst3r.magics.novel.NovelViews;
import panst3r.magics.novel.Splats;
import panst3r.merge.Merge;
import panst3r.merge.Segment;
import panst3r.metrics.TrueScene;
import panst3r.rooms.Baseline;
import panst3r.rooms.GroundTruthFolder;
import panst3r.rooms.RoomOptions;
import panst3r.rooms.Rooms;
import panst3r.scene.Scene;
import panst3r.splat.DenseStart;
import panst3r.splat.GaussianPly;
import panst3r.splat.Gaussians;
import panst3r.splat.Pinhole;
import panst3r.splat.SplatScene;
import tech.tablesaw.api.Table;

/** Gaussians and new views as a notebook's lines, on a scene that needs no network. */
class SplatCommandsTest {
    private final RecordingBridge bridge = new RecordingBridge();
    private Session session;

    @TempDir
    Path folder;

    @BeforeEach
    void aNotebookWithAScene() {
        session = PanSt3RMagics.start(bridge);
        Scene scene = SmallScene.of(3, "small.pth", List.of("chair", "coffee table", "wall"));
        session.workspace().scene("room", scene.merged(Merge.standardV2(), Progress.SILENT), "standard-v2");
    }

    private Object value(String line) throws Exception {
        return bridge.value("panst3r", Words.of(line).toArray(String[]::new));
    }

    private String refusal(String line) {
        PanSt3RError error = catchThrowableOfType(PanSt3RError.class, () -> value(line));
        assertThat(error).as(line).isNotNull();
        assertThat(error.getMessage().trim()).doesNotContain("\n").matches("(?s).*[.?]");
        return error.getMessage();
    }

    @Test
    void aFitGoesOnAndShowsItself() throws Exception {
        List<RecordingBridge.Output> shown = bridge.show(
                "panst3r",
                "splat",
                "--steps",
                "6",
                "--every",
                "1",
                "--to",
                folder.resolve("room.ply").toString());
        Map<String, Object> last = shown.get(shown.size() - 1).bundle();
        assertThat((String) last.get("text/plain"))
                .startsWith("room: ")
                .contains("Gaussians after 6 steps, PSNR of the photos ");
        assertThat((String) last.get("text/html"))
                .contains("data:image/png;base64,")
                .doesNotContain("http");
        assertThat(value("splat --steps 20 --densify --every 2").toString()).contains("after 20 steps");
        value("splat --steps 6 --every 1");
        Splats more = (Splats) value("splat --steps 4 --more");
        assertThat(more.toString()).contains("after 10 steps");
        assertThat(GaussianPly.read(folder.resolve("room.ply")).size())
                .isEqualTo(more.gaussians().size());
        assertThat(value("splat --from " + folder.resolve("room.ply")).toString())
                .contains("Gaussians of room.ply");
        assertThat(refusal("splat --more")).contains("no fit of “room” to go on with");
        assertThat(refusal("splat --more --every 2")).contains("leave one of them out");
    }

    /** As in another kernel, later: to the byte what it would have been without the pause. */
    @Test
    void aFitThatWasKeptGoesOn() throws Exception {
        Path kept = folder.resolve("kept.safetensors");
        Path through = folder.resolve("through.safetensors");
        Path resumed = folder.resolve("resumed.safetensors");
        value("splat --steps 5 --every 2 --refine-cameras --to " + kept);
        value("splat --more --steps 4 --to " + through);
        assertThat(value("splat --steps 1 --every 4").toString()).contains("after 1 steps");
        assertThat(value("splat --from " + kept).toString()).contains("after 5 steps, PSNR of the photos ");
        assertThat(value("splat --more --steps 4 --to " + resumed).toString()).contains("after 9 steps");
        assertThat(Files.readAllBytes(resumed)).isEqualTo(Files.readAllBytes(through));
        SplatScene before = session.splatting().splats(null);
        Files.write(kept, Arrays.copyOf(Files.readAllBytes(kept), 3000));
        assertThat(refusal("splat --from " + kept)).contains(kept.toString());
        assertThat(session.splatting().splats(null)).isSameAs(before);
        value("splat --more --steps 1 --to " + folder.resolve("some.ply"));
        assertThat(refusal("splat --from " + folder.resolve("some.ply") + " --to " + folder.resolve("no.safetensors")))
                .contains("there is no fit to keep");
    }

    @Test
    void anInterruptedFitKeepsWhatItReached() throws Exception {
        bridge.interruptAfter("step ");
        assertThat(refusal("splat --steps 1000000 --every 4")).contains("interrupted");
        assertThat(session.splatting().splats(null).gaussians().size()).isPositive();
        assertThat(value("splat --steps 1 --more").toString()).contains("after 2 steps");
    }

    @Test
    void ofManyGaussiansThatAreAskedForSomeAreDrawn() throws Exception {
        value("splat --steps 1 --every 1");
        Table some = (Table) value("gaussians --sample 20 --where \"gaussian >= 100\" --seed 3");
        assertThat(some.rowCount()).isEqualTo(20);
        assertThat(some.intColumn("gaussian").asList()).isSorted().allMatch(id -> id >= 100);
        assertThat(some.intColumn("gaussian").max()).isGreaterThan(300);
    }

    @Test
    void newViewsAreStillOrMove() throws Exception {
        assertThat(refusal("novel")).contains("no Gaussians of “room” yet");
        value("splat --steps 3 --every 1");
        NovelViews way = (NovelViews) value("novel --path spline --frames 5 --to " + folder.resolve("way.gif"));
        assertThat(way.frames()).hasSize(5);
        assertThat(way.frames().get(0).labels()).isPresent();
        assertThat(way.image(0).getWidth()).isEqualTo(3 * SmallScene.WIDTH + 4);
        assertThat(Files.size(folder.resolve("way.gif"))).isPositive();
        Map<String, Object> bundle = way.bundle();
        assertThat((String) bundle.get("text/html"))
                .contains("colours, labels, depth")
                .doesNotContain("http");
        assertThat((String) bundle.get("text/plain")).startsWith("room: 5 new views of 32×24");

        NovelViews one = (NovelViews) value("novel --camera 1 --width 64");
        assertThat(one.frames()).hasSize(1);
        assertThat(one.frames().get(0).camera().height()).isEqualTo(48);
        assertThat(value("novel --camera 0,0,-0.2,0,0,2,40").toString()).contains("1 new view");
        assertThat(refusal("novel --camera 0,0,50,0,0,60,40")).contains("stands behind all that the photos show");
        assertThat(refusal("novel --camera 9")).contains("no photo 9");
        assertThat(refusal("novel --camera here")).contains("no viewpoint");
        assertThat(refusal("novel --path zigzag")).contains("between, spline or orbit");
        assertThat(refusal("novel --frames 0")).contains("1 to 2000 frames");
        // before anything is drawn
        for (String wrong : List.of("--frames 2 --to " + folder.resolve("way.mp4"), "--frames -1", "--frames 100000")) {
            bridge.shown.clear();
            assertThat(refusal("novel " + wrong)).containsPattern("neither .gif nor .png|1 to 2000 frames");
            assertThat(bridge.shown).noneMatch(shown -> shown.toString().contains("frames 0"));
        }
        assertThat(refusal("novel --frames 2000 --width 8000"))
                .contains("2,000 × 8000×6000 pixels with 2 segments take")
                .contains("ask for fewer or smaller pictures");
        assertThat(refusal("novel --camera -1")).contains("There is no photo -1; this scene has 0 to 2");
        assertThat(refusal("novel --camera 99999999999")).contains("There is no photo 99999999999");
        assertThat(refusal("novel --camera 0,0,-1,0,0,-1,40")).contains("looks at the very place where it stands");
        assertThat(refusal("novel --camera 0,0,-1,0,0,2,180")).contains("no viewpoint");
        assertThat(refusal("novel --camera nan,0,-1,0,0,2,50")).contains("no viewpoint");
        assertThat(refusal("novel --camera 0 --width 0")).contains("--width must be 1 or more");
        bridge.shown.clear();
        value("novel --camera 0,0,-0.2,0,0,-9,40"); // the other way, where nothing is
        assertThat(bridge.shown).anyMatch(shown -> shown.toString().contains("next to nothing to see from there"));
        assertThat(refusal("novel --camera 1 --path orbit")).contains("leave one of them out");
    }

    /** Gaussians of two photos alone: the third looks at what these did not see. */
    @Test
    void aWayLeavesOutPhotosThatTheSceneIsNotSureOf() throws Exception {
        Scene scene = TrueScene.of(Rooms.sample(
                Rooms.FIRST_HELD_OUT_SEED,
                RoomOptions.defaults().withViews(3).withSize(64, 48).withBaseline(Baseline.WIDE)));
        session.workspace().scene("wide", scene, "truth");
        Gaussians all = DenseStart.DEFAULT.withEvery(1).of(scene, Progress.SILENT);
        Path file = folder.resolve("two.ply");
        GaussianPly.write(all.select(IntStream.range(0, 2 * 64 * 48).toArray()), file);
        value("splat --from " + file);
        bridge.shown.clear();
        NovelViews way = (NovelViews) value("novel --frames 3");
        assertThat(bridge.shown).anyMatch(bundle -> bundle.toString().contains("The way leaves out photo 2, where"));
        double[] end = way.frames().get(2).camera().centre();
        assertThat(end).containsExactly(Pinhole.of(scene.cameras().get(1)).centre(), within(1e-9));
        Table views = (Table) value("splat-views");
        assertThat(views.doubleColumn("seen").get(2)).isLessThan(0.75);
        assertThat(views.doubleColumn("seen").get(0)).isGreaterThan(0.75);
    }

    @Test
    void aPlotHasThePointsAndTheGaussians() throws Exception {
        assertThat(((Plot) value("plot")).toString()).doesNotContain("Gaussians");
        assertThat(refusal("plot --splats")).contains("no Gaussians of “room” yet");
        value("splat --steps 3 --every 1");
        Plot both = (Plot) value("plot");
        assertThat(both.toString()).containsPattern("points, [0-9,]+ (of [0-9,]+ )?Gaussians, 3 photos");
        assertThat(both.document()).contains("panst3r-splats\"").contains("\"first\":false");
        assertThat(((Plot) value("plot --splats")).document()).contains("\"first\":true");
        value("export " + folder.resolve("room.html"));
        assertThat(Files.readString(folder.resolve("room.html"))).contains("panst3r-splats\"");
        // nobody has moved a view: what it starts with
        NovelViews seen = (NovelViews) value("novel --camera view");
        assertThat(seen.frames().get(0).camera().width()).isEqualTo(640);
    }

    @Test
    void tablesOfGaussiansAndPhotos() throws Exception {
        value("splat --steps 3 --every 1");
        Table gaussians = (Table) value("gaussians --sample 50");
        assertThat(gaussians.rowCount()).isEqualTo(50);
        assertThat(gaussians.columnNames()).contains("x", "size_0", "opacity", "red", "segment");
        Table chair = (Table) value("gaussians --where segment = 1");
        assertThat(chair.intColumn("segment").unique().asList()).containsExactly(1);
        Table views = (Table) value("splat-views");
        assertThat(views.rowCount()).isEqualTo(3);
        assertThat(views.doubleColumn("psnr").min()).isGreaterThan(10);
        assertThat(views.doubleColumn("same_label").min()).isGreaterThan(0.8);
    }

    @Test
    void whatNewViewsAreWorth() throws Exception {
        Path room = folder.resolve("room");
        GroundTruthFolder.write(
                room,
                Rooms.sample(
                        Rooms.FIRST_HELD_OUT_SEED + 7,
                        RoomOptions.defaults().withViews(4).withSize(64, 48).withBaseline(Baseline.NARROW)));
        Table held = (Table) value("splat-quality " + room + " --hold-out 4 --steps 8 --every 1");
        assertThat(held.rowCount()).isEqualTo(1);
        assertThat(held.name()).contains("at cameras held out, truth: PSNR ").contains("mIoU");
        assertThat(held.doubleColumn("psnr_seen").get(0))
                .isGreaterThanOrEqualTo(held.doubleColumn("psnr").get(0) - 0.5)
                .isGreaterThan(15);
        assertThat(held.doubleColumn("pq").get(0)).isBetween(0.2, 1.0);
        assertThat(held.name()).containsPattern("PQ [0-9.]+, strict [0-9.]+, mIoU");
        assertThat(held.doubleColumn("strict_pq").get(0)).isBetween(0.1, 1.0);
        Path chart = folder.resolve("falloff.svg");
        Table walk = (Table) value("splat-quality " + room + " --first 2 --steps 2 --every 2 --chart " + chart);
        assertThat(walk.rowCount()).isEqualTo(2);
        assertThat(walk.doubleColumn("distance").get(1))
                .isGreaterThan(walk.doubleColumn("distance").get(0));
        assertThat(Files.readString(chart)).contains("PSNR, dB").contains("nearest photo");
        assertThat(refusal("splat-quality " + room + " --first 4")).contains("first 2 to 3");
        assertThat(refusal("splat-quality " + room + " --first 2 --chart " + chart))
                .contains("is there already");
        assertThat(refusal("splat-quality " + room + " --hold-out 1")).contains("not every 1");
        assertThat(refusal("splat-quality " + folder)).contains("ground");
    }

    /** What is wrong with a file is said in a sentence, and the Gaussians that were there stay. */
    @Test
    void aFileThatHoldsNoGaussiansLeavesThoseBefore() throws Exception {
        value("splat --steps 1 --every 2");
        SplatScene before = session.splatting().splats(null);
        Path bad = TestFiles.fixtures().resolve("splat/ply/bad");
        try (Stream<Path> files = Files.list(bad)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".ply")).toList()) {
                assertThat(refusal("splat --from " + file))
                        .contains(file.toString())
                        .contains("; ")
                        .doesNotContain("Exception");
            }
        }
        assertThat(refusal("splat --from " + folder)).contains("is a folder; name the .ply file in it");
        assertThat(refusal("splat --from " + folder.resolve("no.ply"))).contains("check the path");
        Path large = folder.resolve("large.ply");
        GaussianPly.write(before.gaussians(), large);
        byte[] start = Files.readAllBytes(large);
        int size = before.gaussians().size();
        long row = 4 * (14 + 3 * Gaussians.coefficients(before.gaussians().degree()));
        long many = Runtime.getRuntime().maxMemory() / 60;
        String header = new String(start, StandardCharsets.ISO_8859_1)
                .substring(0, (int) (start.length - row * size))
                .replace("vertex " + size, "vertex " + many);
        try (RandomAccessFile sparse = new RandomAccessFile(large.toFile(), "rw")) {
            sparse.writeBytes(header);
            sparse.setLength(header.length() + row * many);
        }
        assertThat(refusal("splat --from " + large)).contains("MB are left; give a part of them, or start Java");
        Files.delete(large);
        assertThat(session.splatting().splats(null)).isSameAs(before);
    }

    @Test
    void oneViewIsFittedAndOnlyAnOrbitLeadsAwayFromIt() throws Exception {
        session.workspace().scene("one", SmallScene.of(1, "small.pth", List.of("chair", "wall")), "standard-v2");
        bridge.show("panst3r", "splat", "--steps", "2", "--every", "1");
        assertThat(bridge.shown).anyMatch(bundle -> bundle.toString().contains("one view only"));
        assertThat(refusal("novel")).contains("needs two of them at least; this scene has 1, so take an orbit");
        assertThat(((NovelViews) value("novel --path orbit --frames 3")).frames())
                .hasSize(3);
        // it is not merged: there is nothing to clean, and no label to carry over
        assertThat(((NovelViews) value("novel --camera 0")).frames().get(0).labels())
                .isEmpty();
    }

    /** Said before anything is done, and what was there stays. */
    @Test
    void optionsThatMakeNoSenseAreRefused() throws Exception {
        assertThat(refusal("merge --clean")).contains("no Gaussians of “room” yet");
        assertThat(bridge.shown).isEmpty();
        value("splat --steps 1 --every 2");
        SplatScene before = session.splatting().splats(null);
        bridge.shown.clear();
        for (String steps : List.of("0", "-1", "1000000001", "2147483647")) {
            assertThat(refusal("splat --steps " + steps)).contains("--steps must be 1 to 1000000, not " + steps);
            assertThat(refusal("splat --more --steps " + steps)).contains("--steps must be 1 to 1000000");
        }
        for (String steps : List.of("1e9", "99999999999", "many")) {
            assertThat(refusal("splat --steps " + steps)).contains("takes a whole number for --steps, not “" + steps);
        }
        assertThat(refusal("splat --every 0")).contains("every second (2) and so on, not every 0");
        assertThat(refusal("splat --every -1")).contains("not every -1");
        assertThat(refusal("splat --degree 4")).contains("degree of 0 to 3");
        assertThat(refusal("splat --steps 2 --to " + folder.resolve("room.obj")))
                .contains("room.obj” ends in neither .ply");
        assertThat(refusal("splat none --steps 2")).contains("no scene named “none”");
        assertThat(refusal("gaussians --sample 0")).contains("--sample must be 1 or more, not 0");
        assertThat(refusal("gaussians --sample -5")).contains("--sample must be 1 or more, not -5");
        assertThat(bridge.shown).isEmpty();
        assertThat(session.splatting().splats(null)).isSameAs(before);
        assertThat(value("splat --more --steps 1").toString()).contains("after 2 steps");
    }

    @Test
    void beforeARunThereIsNothingToFit() {
        Session empty = PanSt3RMagics.start(bridge);
        assertThat(empty.workspace().scenes()).isEmpty();
        for (String line : List.of("splat", "novel", "gaussians", "splat-views", "merge --clean", "plot --splats")) {
            assertThat(refusal(line)).contains("There is no scene yet; make one with %panst3r run");
        }
    }

    @Test
    void whatTheFitCannotUseIsSaid() throws Exception {
        assertThat(refusal("splat --min-confidence 50")).contains("No point of this scene has a confidence of 50");
        assertThat(refusal("novel")).contains("no Gaussians of “room” yet");
        session.workspace().scene("room").view(1).pixels()[7] = Float.NaN;
        Splats fitted = (Splats) value("splat --steps 6 --every 1");
        assertThat(fitted.toString())
                .contains("after 6 steps, PSNR of the photos ")
                .contains("left out as no numbers: 2 steps and the derivatives of 0 Gaussians");
        assertThat(((NovelViews) value("novel --camera 0")).toString()).contains("1 new view");
    }

    /** Another merge needs no other fit: the same Gaussians have the ids and classes of the new segments. */
    @Test
    void anotherMergeNeedsNoOtherFit() throws Exception {
        value("splat --steps 3 --every 1");
        Gaussians fitted = session.splatting().splats(null).gaussians();
        assertThat(labels()).containsExactlyInAnyOrder(1, 2);
        bridge.shown.clear();
        Scene other = (Scene) value("merge --strategy argmax");
        assertThat(session.splatting().splats(null).gaussians()).isSameAs(fitted);
        assertThat(labels())
                .isSubsetOf(other.panoptic().orElseThrow().segments().stream()
                        .map(Segment::id)
                        .toList())
                .isNotEmpty();
        assertThat(session.splatting().splats(null).scene()).isSameAs(other); // which has the classes of the ids
        Table views = (Table) value("splat-views");
        assertThat(views.doubleColumn("same_label").min()).isGreaterThan(0.8);
        assertThat(bridge.shown)
                .isNotEmpty()
                .noneMatch(bundle -> bundle.get("text/plain").toString().startsWith("fit"))
                .noneMatch(bundle -> bundle.get("text/plain").toString().startsWith("step"));
        assertThat(value("splat --steps 1 --more").toString()).contains("after 4 steps");
        // of another run of the same photos they are not
        session.workspace().scene("room", SmallScene.of(3, "small.pth", List.of("chair", "wall")), "standard-v2");
        assertThat(refusal("novel")).contains("no Gaussians of “room” yet");
    }

    /** Labels that show from the first photo's place, void apart. */
    private List<Integer> labels() throws Exception {
        int[] map = ((NovelViews) value("novel --camera 0"))
                .frames()
                .get(0)
                .labels()
                .orElseThrow()
                .labels();
        return Arrays.stream(map).filter(id -> id > 0).distinct().boxed().toList();
    }

    @Test
    void labelsFollowTheMerge() throws Exception {
        value("splat --steps 3 --every 1");
        Scene clean = (Scene) value("merge --clean");
        assertThat(clean.panoptic().orElseThrow().strategy()).endsWith("cleaned by Gaussians");
        assertThat(session.splatting().splats(null).scene())
                .isSameAs(session.workspace().scene(null));
        assertThat(((NovelViews) value("novel --camera 0")).frames().get(0).labels())
                .isPresent();
    }

    /** How it was cleaned is no option of the merge before. */
    @Test
    void aCleanedSceneThatWasSavedIsMergedAsBefore() throws Exception {
        value("splat --steps 3 --every 1");
        value("merge --strategy standard-v2 --mask-threshold 0.4 --clean");
        Path file = folder.resolve("room.panst3r");
        value("save " + file);
        Scene loaded = (Scene) value("load " + file + " --as again");
        String cleaned = loaded.panoptic().orElseThrow().strategy();
        assertThat(cleaned).endsWith("mask-threshold=0.4, cleaned by Gaussians");
        Scene merged = (Scene) value("merge");
        assertThat(merged.panoptic().orElseThrow().strategy() + ", cleaned by Gaussians")
                .isEqualTo(cleaned);
    }

    /** Of points that are no numbers, or of which the network knows nothing. */
    @Test
    void withoutAConfidentPointThereIsNothingToStartFrom() throws Exception {
        for (float value : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
            for (int views : new int[] {1, 2}) {
                session.workspace().scene("none", points(p -> p.put(p.position(), value), views), "standard-v2");
                assertThat(refusal("splat none --steps 2"))
                        .contains("View 0 (photo0.png) has no focal length")
                        .endsWith("run other photos.");
            }
        }
        // nowhere sure: what there is is taken
        session.workspace()
                .scene(
                        "unsure",
                        points(p -> p.put(p.position(), p.position() % 7 == 6 ? -30 : p.get(p.position())), 2),
                        "standard-v2");
        assertThat(value("splat unsure --steps 2 --every 1").toString()).contains("after 2 steps");
    }

    private static Scene points(Consumer<FloatBuffer> change, int views) {
        Prediction all = SmallScene.prediction(2, "small.pth", List.of("chair", "wall"));
        for (ViewPrediction view : all.views().subList(0, views)) {
            FloatBuffer points = view.pointmap();
            for (int i = 0; i < points.capacity(); i++) {
                change.accept(points.position(i));
            }
            points.rewind();
        }
        return Scene.of(all);
    }

    /** Gaussians of something else cover little of the photos; a file of none is none. */
    @Test
    void gaussiansThatShowLittleAreSaid() throws Exception {
        value("splat --steps 1 --every 2");
        SplatScene before = session.splatting().splats(null);
        Path file = folder.resolve("few.ply");
        GaussianPly.write(before.gaussians().select(new int[0]), file);
        assertThat(refusal("splat --from " + file)).contains("few.ply holds no Gaussian");
        assertThat(session.splatting().splats(null)).isSameAs(before);
        GaussianPly.write(before.gaussians().select(new int[] {0, 1}), file);
        value("splat --from " + file);
        bridge.shown.clear();
        value("merge --clean");
        assertThat(bridge.shown)
                .anyMatch(shown -> shown.toString().contains("and what they do not cover becomes void"));
    }
}
