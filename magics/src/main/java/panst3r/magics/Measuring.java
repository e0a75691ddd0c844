package panst3r.magics;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import panst3r.PanSt3RException;
import panst3r.checkpoint.ClassTable;
import panst3r.dataset.DataScene;
import panst3r.dataset.DataSet;
import panst3r.evaluation.DataSetEvaluation;
import panst3r.evaluation.DataSetReport;
import panst3r.evaluation.Evaluate;
import panst3r.evaluation.NetworkPredictor;
import panst3r.evaluation.SceneEvaluation;
import panst3r.magics.display.CellProgress;
import panst3r.magics.display.Text;
import panst3r.merge.Merge;
import panst3r.metrics.GroundTruth;
import panst3r.retrieval.ImageMatcher;
import panst3r.rooms.RoomSample;
import panst3r.rooms.SceneTruth;
import panst3r.scene.Scene;
import panst3r.text.Vocabulary;

/** Scenes and data sets against ground truth. Parameters as at {@link Session}. */
final class Measuring {
    private final Jobs jobs;
    private final Workspace workspace;
    private final Opening opening;
    private final Running running;
    private final Truths truths;

    Measuring(Jobs jobs, Workspace workspace, Opening opening, Running running, Truths truths) {
        this.jobs = jobs;
        this.workspace = workspace;
        this.opening = opening;
        this.running = running;
        this.truths = truths;
    }

    SceneMetrics metrics(String name, String folder, boolean countRare) {
        return jobs.run(
                "metrics",
                progress -> metrics(workspace.sceneName(name), workspace.scene(name), folder, countRare, progress));
    }

    SceneMetrics metrics(Scene scene) {
        return jobs.run("metrics", progress -> metrics(workspace.titleOf(scene), scene, null, false, progress));
    }

    private SceneMetrics metrics(String name, Scene scene, String folder, boolean countRare, CellProgress progress) {
        RoomSample sample = truths.sample(name, scene, folder)
                .orElseThrow(() -> new PanSt3RException("Nothing is known of the truth of " + name
                        + ": name the folder of its ground truth with --truth DIR."));
        GroundTruth truth = GroundTruth.of(sample, scene);
        try {
            GroundTruth.checkVocabulary(sample, scene.classNames(), progress);
        } catch (PanSt3RException e) {
            progress.warn(e.getMessage()); // depth and cameras are measured all the same
        }
        SceneMetrics metrics = new SceneMetrics(name, scene, SceneEvaluation.of(truth, scene, !countRare, progress));
        progress.finish("Measured " + Text.count(truth.views().size(), "view") + " against " + truth.name());
        return metrics;
    }

    DataSetMetrics evaluate(EvaluationChoice choice) {
        return jobs.run("evaluate", progress -> {
            Model model = opening.modelOrMini(progress);
            DataSet.Split split = Evaluate.split(choice.split());
            List<DataSet> sets = choice.datasets().stream()
                    .map(d -> DataSet.open(Words.path(d), split))
                    .toList();
            Vocabulary named =
                    choice.vocabulary() == null || choice.vocabulary().equals("truth")
                            ? null
                            : Vocabulary.of(Words.path(choice.vocabulary()).toString());
            Map<List<String>, ClassTable> tables = new HashMap<>(); // of classes, so that scenes share one
            Function<SceneTruth, Optional<ClassTable>> classes = truth -> {
                if (choice.vocabulary() == null) {
                    return model.classes();
                }
                Vocabulary wanted = named == null ? Evaluate.vocabulary(truth) : named;
                return Optional.of(tables.computeIfAbsent(
                        wanted.names(), n -> OwnClasses.embeddings(workspace, model, wanted, choice.text(), progress)));
            };
            NetworkPredictor predictor = predictor(choice, model, classes);
            boolean looks = choice.alike() != null;
            if (!looks && choice.keyframes() != null) {
                predictor.keyframes(choice.keyframes());
            }
            ImageMatcher matcher = looks ? choice.alike().matcher(model, progress) : null;
            try {
                if (looks) {
                    predictor.keyframes(choice.keyframes(), matcher, choice.seed());
                }
                return evaluate(choice, model, sets, predictor, progress);
            } finally {
                if (looks) {
                    choice.alike().done(matcher);
                }
            }
        });
    }

    private NetworkPredictor predictor(
            EvaluationChoice choice, Model model, Function<SceneTruth, Optional<ClassTable>> classes) {
        NetworkPredictor predictor = new NetworkPredictor(model.network(), classes)
                .refinements(choice.refine())
                .cache(running.cache());
        if (choice.batch() != null) {
            predictor.batch(choice.batch());
        }
        if (choice.merge() != null) {
            predictor.strategy(Merge.parse(choice.merge()));
        }
        return choice.size() == null ? predictor : predictor.size(choice.size());
    }

    private DataSetMetrics evaluate(
            EvaluationChoice choice,
            Model model,
            List<DataSet> sets,
            NetworkPredictor predictor,
            CellProgress progress) {
        Path out = Words.path(choice.out()).toAbsolutePath().normalize();
        String looking = choice.vocabulary() != null
                ? choice.vocabulary()
                : model.classes().map(Measuring::described).orElse("none");
        DataSetEvaluation evaluation = new DataSetEvaluation(
                        predictor,
                        model.describe() + ", classes " + looking + ", " + predictor.describe() + ", photos for "
                                + choice.split())
                .photos(choice.photos())
                .leaveOutRare(!choice.countRare());
        int photos = Math.min(choice.photos(), photos(sets.get(0).scenes().get(0)));
        boolean looks = choice.alike() != null && photos > choice.keyframes();
        progress.expect(Running.stages(
                photos, choice.keyframes(), looks, model.network().hasMasks()));
        List<DataSetReport> reports = new ArrayList<>();
        for (DataSet set : sets) {
            Path folder = out.resolve(set.folder().toAbsolutePath().normalize().getFileName());
            reports.add(evaluation.run(set, folder, choice.overwrite(), progress));
        }
        DataSetMetrics metrics = new DataSetMetrics(model.describe(), out, reports);
        progress.finish("Measured " + metrics);
        return metrics;
    }

    /** How many there are to be looked at, for a guess of how long the stages take. */
    private static int photos(DataScene scene) {
        try {
            return scene.photos().size();
        } catch (PanSt3RException e) {
            return 1; // the row of this scene will say why
        }
    }

    /** Classes, in few words that are others for other names. */
    private static String described(ClassTable table) {
        return String.format(
                Locale.ROOT,
                "%d (%s, …, %08x)",
                table.size(),
                table.names().get(0),
                table.names().hashCode());
    }
}
