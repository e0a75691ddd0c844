package panst3r.magics;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import panst3r.PanSt3RException;
import panst3r.Progress;
import panst3r.evaluation.SceneEvaluation;
import panst3r.figure.Curve;
import panst3r.figure.Figure;
import panst3r.figure.Measured;
import panst3r.magics.compare.SweepAxis;
import panst3r.merge.Comparison;
import panst3r.merge.MergeStrategy;
import panst3r.merge.Option;
import panst3r.metrics.GroundTruth;
import panst3r.metrics.PanopticQuality;
import panst3r.picture.Viewpoint;
import panst3r.scene.Scene;

/** Makes the figure that a request asks for: the merges and measures that its layout needs. */
final class FigureMaker {
    private static final int STEPS = 9;

    private final FigureRequest request;
    private final String name;
    private final Scene scene;
    private final GroundTruth truth; // null for none
    private final List<MergeStrategy> strategies; // empty if none was named
    private final Progress progress;

    /**
     * @param name of the scene
     * @param truth of the scene, or null
     * @param strategies to compare or measure; empty if the scene is measured as it is
     */
    FigureMaker(
            FigureRequest request,
            String name,
            Scene scene,
            GroundTruth truth,
            List<MergeStrategy> strategies,
            Progress progress) {
        this.request = request;
        this.name = name;
        this.scene = scene;
        this.truth = truth;
        this.strategies = strategies;
        this.progress = progress;
    }

    /** @throws PanSt3RException if there is no such layout */
    static void checkLayout(String layout) {
        if (!Figure.LAYOUTS.contains(layout)) {
            throw new PanSt3RException(
                    "There is no layout “" + layout + "”; there is " + String.join(", ", Figure.LAYOUTS) + ".");
        }
    }

    /** @param viewpoint of 3D views, or null */
    Figure make(Viewpoint viewpoint) {
        // What is wrong with the page is said before anything long is done.
        Figure page = page(Figure.overview(scene));
        Figure figure = switch (request.layout()) {
            case "overview" -> page;
            case "comparison" -> page(comparison());
            case "objects" -> page(Figure.objects(scene));
            case "cameras" -> page(Figure.cameras(scene));
            default -> page(metrics());
        };
        return figure.viewpoint(viewpoint);
    }

    private Figure page(Figure figure) {
        Figure out = figure.title(request.title() == null ? name : request.title());
        if (request.width() != null) {
            out = out.width(FigureRequest.millimetres(request.width()));
        }
        if (request.dpi() != null) {
            out = out.dpi(request.dpi());
        }
        if (request.unit() != null) {
            out = out.unit(request.unit());
        }
        if (!request.caption()) {
            out = out.withoutCaption();
        }
        return request.views().isEmpty()
                ? out
                : out.views(
                        request.views().stream().map(v -> Words.view(scene, v)).toList());
    }

    private Figure comparison() {
        return Figure.comparison(
                scene,
                Comparison.of(scene.prediction().classLogits(), scene.preparedMasks(), strategies, progress),
                Optional.ofNullable(truth));
    }

    private Figure metrics() {
        if (truth == null) {
            throw new PanSt3RException("Metrics are measured against ground truth, and this scene has none; name its"
                    + " folder with --truth DIR.");
        }
        List<Measured> runs = new ArrayList<>();
        if (strategies.isEmpty()) {
            String made = scene.panoptic().map(p -> p.strategy()).orElse("geometry only");
            runs.add(new Measured(made, SceneEvaluation.of(truth, scene, progress)));
        }
        for (MergeStrategy s : strategies) {
            Scene merged = scene.merged(s, progress);
            runs.add(new Measured(s.describe(), SceneEvaluation.of(truth, merged, progress)));
        }
        List<Curve> curves = request.sweep().stream().map(this::curve).toList();
        return Figure.metrics(truth.name(), runs, curves);
    }

    /** @param sweep an option, perhaps with its ends: {@code mask-threshold:0.1:0.9} */
    private Curve curve(String sweep) {
        MergeStrategy strategy = strategies.get(0);
        String[] parts = sweep.split(":");
        Option option = strategy.options().stream()
                .filter(o -> o.name().equals(parts[0]))
                .findFirst()
                .orElseThrow(() -> {
                    strategy.option(parts[0]); // says what there is
                    return new AssertionError(parts[0]);
                });
        if (!option.choices().isEmpty()) {
            throw new PanSt3RException(
                    option.name() + " is no number; a curve needs an option that is, such as mask-threshold.");
        }
        double from = parts.length > 1 ? number(parts[1], sweep) : option.min();
        double to = parts.length > 2 ? number(parts[2], sweep) : option.max();
        SweepAxis axis = SweepAxis.of(strategy, option.name(), from, to, STEPS, false);
        List<Double> values = new ArrayList<>();
        List<PanopticQuality> qualities = new ArrayList<>();
        for (String value : axis.values()) {
            progress.step("sweep " + option.name(), values.size(), axis.values().size());
            values.add(Double.parseDouble(value));
            Scene merged = scene.merged(strategy.with(option.name(), value), progress);
            qualities.add(truth.quality(merged.panoptic().orElseThrow()));
        }
        double initial = Double.parseDouble(option.initial());
        return new Curve(strategy.describe(), option.name(), initial, values, qualities);
    }

    private static double number(String text, String sweep) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw new PanSt3RException(
                    "“" + sweep + "” is no sweep; say it as OPTION:FROM:TO, such as mask-threshold:0.1:0.9.", e);
        }
    }
}
