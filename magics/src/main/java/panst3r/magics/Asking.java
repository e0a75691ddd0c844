package panst3r.magics;

import java.util.List;
import java.util.function.Supplier;
import panst3r.PanSt3RException;
import panst3r.Progress;
import panst3r.checkpoint.ClassTable;
import panst3r.inference.Inference;
import panst3r.inference.Prediction;
import panst3r.magics.display.Text;
import panst3r.magics.live.Page;
import panst3r.merge.Merge;
import panst3r.merge.MergeStrategy;
import panst3r.merge.Panoptic;
import panst3r.scene.Scene;
import panst3r.text.Vocabulary;
import tech.tablesaw.api.Table;

/** What is looked for in a scene: classes, a text. Parameters as at {@link Session}. */
final class Asking {
    private final Jobs jobs;
    private final Workspace workspace;
    private final Opening opening;
    private final Page page;
    private final Showing showing;
    private final Listing listing;

    Asking(Jobs jobs, Workspace workspace, Page page, Opening opening, Showing showing, Listing listing) {
        this.jobs = jobs;
        this.workspace = workspace;
        this.opening = opening;
        this.page = page;
        this.showing = showing;
        this.listing = listing;
    }

    Object classes(List<String> names, String vocabulary, String text, String of) {
        return jobs.run("classes", progress -> {
            if (names != null && vocabulary != null) {
                throw new PanSt3RException("Name classes or a --vocabulary, not both.");
            }
            boolean none = names == null || names.stream().allMatch(String::isBlank);
            if (none && vocabulary == null) {
                throw new PanSt3RException("The list of classes is empty: name some, such as chair,table, or a"
                        + " --vocabulary: " + String.join(", ", Vocabulary.shipped()) + " or a file.");
            }
            Vocabulary wanted = vocabulary == null
                    ? new Vocabulary(names)
                    : Vocabulary.of(Words.path(vocabulary).toString());
            String scene = of == null && workspace.scenes().isEmpty() ? null : workspace.sceneName(of);
            Model model = opening.modelOrMini(progress);
            ClassTable table = OwnClasses.embeddings(workspace, model, wanted, text, progress);
            if (scene == null || !workspace.scene(scene).hasMasks()) {
                model.classes(table);
                progress.finish((table.size() == 1 ? "1 class" : table.size() + " classes") + " for the next run");
                return model;
            }
            Scene named = named(workspace.scene(scene), scene, model, table, progress);
            model.classes(table);
            workspace.scene(scene, named, workspace.strategy(scene));
            progress.finish(Text.count(named.panoptic().orElseThrow().segments().size(), "segment") + " of "
                    + (table.size() == 1 ? "1 class" : table.size() + " classes"));
            return named;
        });
    }

    /** The scene with other classes, merged as it was. */
    private Scene named(Scene scene, String name, Model model, ClassTable table, Progress progress) {
        warnOfOther(model, scene, progress);
        Prediction scored = new Inference(model.network()).scoreClasses(scene.prediction(), table);
        MergeStrategy strategy =
                Merge.parse(scene.panoptic().map(Panoptic::merge).orElse(workspace.strategy(name)));
        Scene named = scene.withClasses(scored).merged(strategy, progress);
        if (named.panoptic().orElseThrow().segments().isEmpty()) {
            throw new PanSt3RException("Nothing of these classes is found by " + strategy.describe()
                    + "; name others, or lower a threshold with %panst3r merge (the classes before stay).");
        }
        return named;
    }

    private static void warnOfOther(Model model, Scene scene, Progress progress) {
        if (!scene.model().equals(model.describe())) {
            progress.warn("The scene was made by " + scene.model() + ", but the model in use is " + model.describe()
                    + "; if these are different weights, the result means nothing.");
        }
    }

    Found find(String words, int top, String text, String of) {
        return jobs.run("find", progress -> {
            if (top < 1) {
                throw new PanSt3RException("--top must be 1 or more, not " + top + ".");
            }
            Scene scene = workspace.segmented(of);
            Model model = opening.modelOrMini(progress);
            ClassTable table = OwnClasses.embeddings(workspace, model, Vocabulary.ofText(words), text, progress);
            warnOfOther(model, scene, progress);
            float[] cosines = new Inference(model.network()).cosines(scene.prediction(), table);
            Table ranked = listing.rows(scene, s -> Found.table(s, words, cosines), null);
            List<Integer> best = ranked.intColumn("segment")
                    .first(Math.min(top, ranked.rowCount()))
                    .asList();
            String name = workspace.sceneName(of);
            if (page.shows(scene)) {
                page.select(scene, best);
            }
            // a view that nobody looks at is not made
            Supplier<Plot> view =
                    page.shows(scene) ? null : () -> Jobs.sentence(() -> showing.highlighted(scene, name, best));
            return new Found(ranked, scene, view, page.mark(scene));
        });
    }
}
