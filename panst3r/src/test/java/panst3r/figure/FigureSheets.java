package panst3r.figure;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import panst3r.Progress;
import panst3r.evaluation.SceneEvaluation;
import panst3r.merge.Comparison;
import panst3r.merge.Merge;
import panst3r.merge.MergeStrategy;
import panst3r.metrics.GroundTruth;
import panst3r.metrics.MergingExercise;
import panst3r.metrics.PanopticQuality;
import panst3r.metrics.TrueScene;
import panst3r.rooms.GroundTruthFolder;
import panst3r.rooms.RoomSample;
import panst3r.scene.Scene;

/** Draws layouts of a sample scene, to be looked at: {@code FigureSheets sample-scenes/study out-folder [layout …]}. */
final class FigureSheets {
    private FigureSheets() {}

    public static void main(String[] args) throws Exception {
        Map<String, Figure> all = all(GroundTruthFolder.read(Path.of(args[0])));
        Path out = Files.createDirectories(Path.of(args[1]));
        List<String> wanted = args.length > 2 ? List.of(args).subList(2, args.length) : Figure.LAYOUTS;
        for (String layout : wanted) {
            for (String ending : List.of("png", "svg", "pdf")) {
                Path file = out.resolve(layout + "." + ending);
                all.get(layout).save(file, true, Progress.SILENT);
                System.out.println(file + " " + Files.size(file) / 1000 + " kB");
            }
        }
    }

    static Map<String, Figure> all(RoomSample room) {
        Scene truth = TrueScene.of(room);
        Scene scene = MergingExercise.of(room, 3, 0).merged(Merge.standardV2(), Progress.SILENT);
        List<MergeStrategy> strategies = List.of(
                Merge.standardV2(), Merge.standardV1(), Merge.standardV2().with("mask-threshold", "0.6"));
        GroundTruth labels = GroundTruth.of(room, scene);
        Comparison comparison = Comparison.of(
                scene.prediction().classLogits(), scene.prediction().masks(), strategies, Progress.SILENT);
        List<Measured> runs = comparison.entries().stream()
                .map(e -> new Measured(
                        e.strategy(), SceneEvaluation.of(labels, scene.with(e.panoptic()), Progress.SILENT)))
                .toList();
        List<Double> values = new ArrayList<>();
        List<PanopticQuality> qualities = new ArrayList<>();
        for (int i = 1; i < 10; i++) {
            values.add(i / 10.0);
            Scene swept = scene.merged(Merge.standardV2().with("mask-threshold", "0." + i), Progress.SILENT);
            qualities.add(labels.quality(swept.panoptic().orElseThrow()));
        }
        Map<String, Figure> out = new LinkedHashMap<>();
        out.put("overview", Figure.overview(truth));
        out.put("comparison", Figure.comparison(scene, comparison, Optional.of(labels)));
        out.put("objects", Figure.objects(scene));
        out.put("cameras", Figure.cameras(truth));
        Curve curve = new Curve("standard-v2", "mask-threshold", 0.25, values, qualities);
        out.put("metrics", Figure.metrics(room.name(), runs, List.of(curve)));
        out.replaceAll((layout, figure) -> figure.title(room.name()).unit("m"));
        return out;
    }
}
