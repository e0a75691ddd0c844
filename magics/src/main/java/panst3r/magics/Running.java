package panst3r.magics;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import panst3r.CancelledException;
import panst3r.PanSt3RException;
import panst3r.Progress;
import panst3r.image.View;
import panst3r.inference.FeatureCache;
import panst3r.inference.Inference;
import panst3r.inference.Prediction;
import panst3r.inference.RetrievalKeyframes;
import panst3r.magics.display.CellProgress;
import panst3r.magics.display.SceneSoFar;
import panst3r.magics.display.Shown;
import panst3r.magics.display.Text;
import panst3r.retrieval.ImageMatcher;
import panst3r.retrieval.Similarity;
import panst3r.scene.Scene;

/** The network over photos: scenes, how alike photos are, and their features that are kept from run to run. Parameters as at {@link Session}. */
final class Running {
    private final Jobs jobs;
    private final Bridge bridge;
    private final Workspace workspace;
    private final Opening opening;
    private volatile FeatureCache cache = FeatureCache.ofUser().orElse(null);

    Running(Jobs jobs, Bridge bridge, Workspace workspace, Opening opening) {
        this.jobs = jobs;
        this.bridge = bridge;
        this.workspace = workspace;
        this.opening = opening;
    }

    Scene run(RunRequest wanted) {
        return jobs.run("run", progress -> new Run(wanted, progress).scene());
    }

    /** One run over one set of photos. */
    private final class Run {
        private final RunRequest wanted;
        private final CellProgress progress;
        private final String photos;
        private final Model model;
        private final List<View> views;
        private final Inference inference;

        Run(RunRequest wanted, CellProgress progress) {
            this.wanted = wanted;
            this.progress = progress;
            photos = workspace.photosName(wanted.photos());
            model = opening.modelOrMini(progress);
            views = opening.views(model, photos, wanted.size(), progress);
            inference = new Inference(model.network()).cache(cache);
            model.classes().ifPresent(inference::classes);
            if (wanted.keyframes() != null) {
                inference.keyframes(wanted.keyframes());
            }
            if (wanted.batch() != null) {
                inference.batch(wanted.batch());
            }
            if (wanted.refine() != null) {
                inference.refinements(wanted.refine());
            }
        }

        Scene scene() {
            Scene scene = merged(wanted.sequence() ? oneByOne() : atOnce(), progress);
            workspace.scene(photos, scene, model.merge().describe());
            progress.finish(Text.count(scene.views(), "photo")
                    + scene.panoptic()
                            .map(p -> ", " + Text.count(p.segments().size(), "segment") + " (" + p.strategy() + ")")
                            .orElse("; " + model.abilities()));
            return scene;
        }

        /** As the model's authors do. */
        private Scene merged(Prediction prediction, Progress part) {
            Scene scene = Scene.of(model.signed(prediction));
            if (prediction.hasMasks()) {
                scene = scene.merged(model.merge(), part);
            }
            scene.cameras(); // estimated here, where an interrupt is heard
            return scene;
        }

        private Prediction atOnce() {
            try {
                return wanted.alike() == null ? predicted(false) : farApart();
            } catch (CancelledException e) {
                if (cache == null) {
                    throw e;
                }
                String kept = "photos that were encoded are kept for the next one";
                progress.note("Of this run " + kept + ".");
                throw new CancelledException("The run", kept);
            }
        }

        /** Shows what there is after every so many photos. An interrupt leaves the scene of those. */
        private Prediction oneByOne() {
            progress.note("Memory: " + inference.estimate(views) + ".");
            SceneSoFar picture = new SceneSoFar(bridge);
            Scene[] last = {null};
            String of = " of " + Text.count(views.size(), "photo");
            Progress part = progress.titled(() -> last[0] == null ? "" : "after " + last[0].views() + of);
            try {
                Prediction all = inference.sequence(views, part, soFar -> {
                    last[0] = merged(soFar, part);
                    String line = last[0].views() + of + " so far"
                            + last[0].panoptic()
                                    .map(p -> ", " + Text.count(p.segments().size(), "segment"))
                                    .orElse("");
                    picture.show(last[0], line, Shown.notice(last[0]), part);
                });
                picture.close();
                return all;
            } catch (RuntimeException e) {
                if (last[0] == null) {
                    throw e;
                }
                // what stands under that name may be more than a part
                String name = workspace.scenes().containsKey(photos) ? photos + "-part" : photos;
                workspace.scene(name, last[0], model.merge().describe());
                String kept = "the scene of the first " + last[0].views() + " photos is kept as “" + name + "”";
                progress.note("Of this run " + kept + "."); // a kernel may tell an interrupt in words of its own
                if (e instanceof CancelledException) {
                    throw new CancelledException("The run", kept);
                }
                throw e;
            }
        }

        /** With keyframes chosen by how alike the photos are, which is kept for {@link Running#similarity}. */
        private Prediction farApart() {
            RetrievalChoice alike = wanted.alike();
            ImageMatcher matcher = alike.matcher(model, progress);
            try {
                RetrievalKeyframes choice = new RetrievalKeyframes(wanted.keyframes(), matcher, wanted.seed());
                inference.keyframes(choice);
                Prediction out = predicted(choice.looks(views.size()));
                if (choice.similarity().isEmpty()) {
                    progress.note("All photos are keyframes, so there was nothing to choose.");
                }
                choice.similarity().ifPresent(s -> {
                    List<Integer> chosen = IntStream.range(0, out.views().size())
                            .filter(v -> out.views().get(v).keyframe())
                            .boxed()
                            .toList();
                    workspace.similarity(workspace.photos(photos), new SimilarityMap(photos, names(views), s, chosen));
                });
                return out;
            } finally {
                alike.done(matcher);
            }
        }

        /** @param looks whether all views are encoded before the keyframes are chosen */
        private Prediction predicted(boolean looks) {
            progress.note("Memory: " + inference.estimate(views) + ".");
            progress.expect(stages(looks));
            return inference.run(views, progress);
        }

        private Map<String, Double> stages(boolean looks) {
            boolean masks = model.network().hasMasks() && model.classes().isPresent();
            return Running.stages(views.size(), wanted.keyframes(), looks, masks);
        }
    }

    /**
     * What the stages of {@link Inference} weigh: seconds of the released v2 model at 512×384 on two cores.
     *
     * @param all photos
     * @param most of them are keyframes; null for all
     */
    static Map<String, Double> stages(int all, Integer most, boolean looks, boolean masks) {
        int keyframes = most == null ? all : Math.min(most, all);
        Map<String, Double> out = new LinkedHashMap<>();
        out.put("encode", looks ? 5.0 * all : 4.7 * keyframes);
        out.put("memory", 2.4 * keyframes);
        out.put("render", 2.4 * keyframes);
        out.put("dino", masks ? 4.4 * keyframes : 0);
        out.put("upscale", masks ? 13.3 * keyframes : 0);
        out.put("objects", masks ? 2.5 * keyframes : 0);
        out.put("masks", masks ? 0.6 * keyframes : 0);
        out.put("other views", ((masks ? 25.4 : 7.1) - (looks ? 4.7 : 0)) * (all - keyframes));
        return out;
    }

    /** Where features of photos are kept now; null if nowhere. */
    FeatureCache cache() {
        return cache;
    }

    SimilarityMap similarity(String name, RetrievalChoice alike, Integer size) {
        return jobs.run("similarity", progress -> {
            String photos = workspace.photosName(name);
            SimilarityMap known = workspace.similarity(workspace.photos(photos));
            if (known != null && alike == null && size == null) {
                return known;
            }
            Model model = opening.modelOrMini(progress);
            List<View> views = opening.views(model, photos, size, progress);
            RetrievalChoice by = alike == null ? RetrievalChoice.OWN : alike;
            ImageMatcher matcher = by.matcher(model, progress);
            try {
                Similarity similarity =
                        new Inference(model.network()).cache(cache).similarity(views, matcher, progress);
                SimilarityMap map = new SimilarityMap(photos, names(views), similarity, List.of());
                workspace.similarity(workspace.photos(photos), map);
                return map;
            } finally {
                by.done(matcher);
            }
        });
    }

    private static List<String> names(List<View> views) {
        return views.stream().map(v -> v.photo().name()).toList();
    }

    Text cache(String directory, boolean off, boolean clear, Double gigabytes) {
        return Jobs.sentence(() -> {
            if (off && (directory != null || gigabytes != null)) {
                throw new PanSt3RException("--off keeps nothing; say it without a folder and --limit.");
            }
            if (gigabytes != null && !(gigabytes > 0 && gigabytes < 1e6)) {
                throw new PanSt3RException("--limit is a number of gigabytes, more than 0, not " + gigabytes + ".");
            }
            FeatureCache next = directory == null ? cache : FeatureCache.at(Words.path(directory));
            if (next == null && gigabytes == null) {
                return new Text("Features of photos are not kept.");
            }
            next = next == null ? FeatureCache.ofUser().orElseThrow(Running::homeless) : next;
            next = gigabytes == null ? next : next.limit((long) (1e9 * gigabytes));
            long freed = clear ? next.clear() : 0;
            cache = off ? null : next;
            return new Text((clear ? "Deleted " + Text.bytes(freed) + ". " : "")
                    + (off
                            ? "Features of photos are not kept from now on."
                            : "Features of photos are kept in "
                                    + next.directory().toAbsolutePath() + ": "
                                    + Text.bytes(next.bytes()) + " of at most " + Text.bytes(next.limit())
                                    + ". They make the next run over the same photos shorter and can be deleted at any"
                                    + " time (--clear)."));
        });
    }

    private static PanSt3RException homeless() {
        return new PanSt3RException("This user has no home for a cache; name a folder: %panst3r cache DIR.");
    }
}
