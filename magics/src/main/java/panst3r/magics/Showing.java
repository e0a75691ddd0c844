package panst3r.magics;

import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import panst3r.PanSt3RException;
import panst3r.Progress;
import panst3r.figure.Figure;
import panst3r.magics.display.Text;
import panst3r.magics.live.Page;
import panst3r.magics.viewer.ViewerOptions;
import panst3r.merge.MergeStrategy;
import panst3r.merge.Segment;
import panst3r.metrics.GroundTruth;
import panst3r.picture.ColourBy;
import panst3r.picture.Viewpoint;
import panst3r.scene.Scene;

/** Scenes to look at: 3D views, what stands out in them, figures. Parameters as at {@link Session}. */
final class Showing {
    private final Jobs jobs;
    private final Workspace workspace;
    private final Page page;
    private final Truths truths;
    private final Merging merging;

    Showing(Jobs jobs, Workspace workspace, Page page, Truths truths, Merging merging) {
        this.jobs = jobs;
        this.workspace = workspace;
        this.page = page;
        this.truths = truths;
        this.merging = merging;
    }

    Plot plot(String scene, Integer points, ColourBy by, boolean splats) {
        return jobs.run("plot", progress -> {
            UnaryOperator<ViewerOptions> limits = Plot.limits(points, 0);
            Scene of = by == ColourBy.SEGMENT || by == ColourBy.CLASS
                    ? workspace.segmented(scene)
                    : workspace.scene(scene);
            String name = workspace.sceneName(scene);
            if (splats) {
                workspace.splats(name); // or says that there are none
            }
            return Plot.of(
                    of,
                    name,
                    o -> limits.apply(o).withColourBy(by).withSplats(workspace.splatsOf(of), splats),
                    page,
                    Progress.SILENT);
        });
    }

    Plot plot(Scene scene) {
        return Jobs.sentence(
                () -> Plot.of(scene, workspace.titleOf(scene), o -> withSplats(scene, o), page, Progress.SILENT));
    }

    /** A new 3D view in which some segments stand out. */
    Plot highlighted(Scene scene, String name, List<Integer> segments) {
        return Plot.of(scene, name, o -> withSplats(scene, o).withSelected(segments), page, Progress.SILENT);
    }

    /** With the Gaussians of a scene, if there are any, to be switched to. */
    ViewerOptions withSplats(Scene scene, ViewerOptions options) {
        return options.withSplats(workspace.splatsOf(scene), false);
    }

    Object show(String name, List<Integer> segments, List<String> classes) {
        return jobs.run("show", progress -> {
            Scene scene = workspace.segmented(name);
            List<Integer> wanted = chosen(scene, segments, classes);
            if (!page.shows(scene)) {
                return highlighted(scene, workspace.sceneName(name), wanted);
            }
            page.select(scene, wanted);
            return new Text(
                    wanted.isEmpty()
                            ? "Nothing is highlighted."
                            : "Highlighted in the 3D view: "
                                    + scene.segments().stream()
                                            .filter(s -> wanted.contains(s.id()))
                                            .map(s -> s.className() + " " + s.id())
                                            .collect(Collectors.joining(", "))
                                    + ".");
        });
    }

    /** @throws PanSt3RException if one of them is not in the scene */
    private static List<Integer> chosen(Scene scene, List<Integer> segments, List<String> classes) {
        List<Segment> all = scene.panoptic().orElseThrow().segments();
        for (int id : segments == null ? List.<Integer>of() : segments) {
            if (all.stream().noneMatch(s -> s.id() == id)) {
                throw new PanSt3RException(
                        "There is no segment " + id + " in this scene; %panst3r segments lists them.");
            }
        }
        for (String name : classes == null ? List.<String>of() : classes) {
            if (all.stream().noneMatch(s -> scene.classNames().get(s.label()).equals(name))) {
                throw new PanSt3RException(
                        "There is no segment of class “" + name + "” in this scene; %panst3r segments lists them.");
            }
        }
        return all.stream()
                .filter(s -> segments != null && segments.contains(s.id())
                        || classes != null
                                && classes.contains(scene.classNames().get(s.label())))
                .map(Segment::id)
                .toList();
    }

    Viewpoint viewpoint(Scene scene) {
        return Jobs.sentence(() -> (scene == null ? page.viewpoint() : page.viewpoint(scene))
                .orElseThrow(() -> new PanSt3RException(
                        "No 3D view was moved yet; turn the one of %panst3r plot, in a cell of its own. It needs the"
                                + " Python package anywidget.")));
    }

    Figure figure(FigureRequest request) {
        return jobs.run("figure", progress -> {
            FigureMaker.checkLayout(request.layout());
            Path file = request.out() == null ? null : Words.path(request.out());
            if (file != null) {
                Figure.check(file, request.overwrite());
            }
            String of = workspace.sceneName(request.scene());
            Scene scene = workspace.scene(of);
            boolean measured =
                    request.layout().equals("metrics") || request.layout().equals("comparison");
            GroundTruth truth = measured ? truths.of(of, scene, request.truth(), progress) : null;
            List<MergeStrategy> strategies = measured ? merging.strategies(request, of) : List.of();
            Figure figure = new FigureMaker(request, of, scene, truth, strategies, progress)
                    .make(viewpoint(scene, request.viewpoint()));
            figure.caption(progress); // laid out here, where an interrupt is heard
            if (file != null) {
                figure.save(file, request.overwrite(), progress);
            }
            progress.finish(
                    file == null
                            ? "Drew the figure"
                            : "Saved " + file.toAbsolutePath().normalize());
            return figure;
        });
    }

    /** The viewpoint that a text tells, or where the scene's 3D view stands; null if it was never moved. */
    private Viewpoint viewpoint(Scene scene, String text) {
        return text == null ? page.viewpoint(scene).orElse(null) : Viewpoint.parse(text, Viewpoint.up(scene.cameras()));
    }
}
