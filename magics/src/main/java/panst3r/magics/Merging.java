package panst3r.magics;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import panst3r.PanSt3RException;
import panst3r.magics.compare.SceneComparison;
import panst3r.magics.compare.Sweep;
import panst3r.magics.compare.SweepAxis;
import panst3r.magics.display.Text;
import panst3r.magics.live.LiveComparison;
import panst3r.magics.live.Widgets;
import panst3r.merge.Merge;
import panst3r.merge.MergeStrategy;
import panst3r.merge.Panoptic;
import panst3r.metrics.GroundTruth;
import panst3r.scene.Scene;

/** Masks into segments, once or in several ways side by side. Parameters as at {@link Session}. */
final class Merging {
    private static final int MOST_LIVE = 4;

    private static final List<String> PUBLISHED = List.of("standard-v2", "standard-v1", "qubo");

    private final Jobs jobs;
    private final Bridge bridge;
    private final Workspace workspace;
    private final Widgets widgets;
    private final Truths truths;
    private final Deque<LiveComparison> live = new ArrayDeque<>();

    Merging(Jobs jobs, Bridge bridge, Workspace workspace, Widgets widgets, Truths truths) {
        this.jobs = jobs;
        this.bridge = bridge;
        this.workspace = workspace;
        this.widgets = widgets;
        this.truths = truths;
    }

    Scene merge(String name, String strategy, Map<String, String> options) {
        return jobs.run("merge", progress -> {
            String of = workspace.sceneName(name);
            MergeStrategy chosen = Merge.parse(strategy == null ? workspace.strategy(of) : strategy);
            for (Map.Entry<String, String> option : options.entrySet()) {
                chosen = chosen.with(option.getKey(), option.getValue());
            }
            Scene scene = workspace.scene(of).merged(chosen, progress);
            Panoptic panoptic = scene.panoptic().orElseThrow();
            if (panoptic.segments().isEmpty()) {
                throw new PanSt3RException(panoptic.strategy()
                        + " keeps no query, so there would be no segment; lower a threshold (the merge before stays).");
            }
            workspace.scene(of, scene, workspace.strategy(of));
            progress.finish(Text.count(panoptic.segments().size(), "segment") + " (" + panoptic.strategy() + ")");
            return scene;
        });
    }

    SceneComparison compare(String name, List<String> strategies, Map<String, String> set, String truth, boolean in3d) {
        return jobs.run("compare", progress -> {
            String of = workspace.sceneName(name);
            Scene scene = workspace.scene(of);
            List<MergeStrategy> chosen = chosen(of, strategies, set);
            SceneComparison out =
                    SceneComparison.of(scene, of, chosen, truths.of(of, scene, truth, progress), in3d, progress);
            out.draw(progress);
            progress.finish("Compared " + Text.count(chosen.size(), "merge"));
            return out;
        });
    }

    SceneComparison live(String name, List<String> strategies, Map<String, String> set, String truth) {
        return jobs.run("compare", progress -> {
            String of = workspace.sceneName(name);
            Scene scene = workspace.scene(of);
            List<MergeStrategy> chosen = chosen(of, strategies, set);
            GroundTruth known = truths.of(of, scene, truth, progress);
            SceneComparison out = SceneComparison.of(scene, of, chosen, known, false, progress);
            LiveComparison opened = LiveComparison.open(widgets, scene, of, chosen.get(0), known, progress);
            live.add(opened);
            if (live.size() > MOST_LIVE) {
                live.remove().close(); // each holds a scene
            }
            progress.finish("Ready to merge live");
            bridge.display(null, opened.bundle());
            return out;
        });
    }

    SceneComparison compare(Scene scene, List<? extends MergeStrategy> strategies) {
        return jobs.run("compare", progress -> {
            String of = workspace.titleOf(scene);
            return SceneComparison.of(scene, of, strategies, truths.of(of, scene, null, progress), true, progress);
        });
    }

    Sweep sweep(
            String name,
            String strategy,
            Map<String, String> set,
            List<Session.Range> ranges,
            List<String> metrics,
            String truth) {
        return jobs.run("sweep", progress -> {
            String of = workspace.sceneName(name);
            Scene scene = workspace.scene(of);
            MergeStrategy chosen = with(set, List.of(Merge.parse(strategy == null ? workspace.strategy(of) : strategy)))
                    .get(0);
            List<SweepAxis> axes = ranges.stream().map(r -> r.axis(chosen)).toList();
            return Sweep.of(scene, of, chosen, axes, truths.of(of, scene, truth, progress), metrics, progress);
        });
    }

    private List<MergeStrategy> chosen(String scene, List<String> strategies, Map<String, String> set) {
        List<String> texts = strategies == null ? usual(scene) : strategies;
        return with(set, texts.stream().map(Merge::parse).toList());
    }

    /** What is compared if nothing is said: the published strategies, after the model's own way where that is another. */
    private List<String> usual(String scene) {
        List<String> out = new ArrayList<>(PUBLISHED);
        if (!out.contains(workspace.strategy(scene))) {
            out.add(0, workspace.strategy(scene));
        }
        return out;
    }

    private static List<MergeStrategy> with(Map<String, String> set, List<MergeStrategy> strategies) {
        List<MergeStrategy> out = new ArrayList<>(strategies);
        set.forEach((option, value) -> {
            boolean known = false;
            for (int i = 0; i < out.size(); i++) {
                if (out.get(i).options().stream().anyMatch(o -> o.name().equals(option))) {
                    out.set(i, out.get(i).with(option, value));
                    known = true;
                }
            }
            if (!known) {
                out.get(0).with(option, value); // says what there is
            }
        });
        return out;
    }

    /** Those that a figure compares or measures, with its options set; none if the scene is measured as it is. */
    List<MergeStrategy> strategies(FigureRequest request, String scene) {
        List<String> names = List.of();
        if (request.strategies() != null) {
            names = request.strategies();
        } else if (request.layout().equals("comparison")) {
            names = usual(scene);
        } else if (!request.set().isEmpty() || !request.sweep().isEmpty()) {
            names = List.of(workspace.strategy(scene));
        }
        return names.isEmpty()
                ? List.of()
                : with(request.set(), names.stream().map(Merge::parse).toList());
    }
}
