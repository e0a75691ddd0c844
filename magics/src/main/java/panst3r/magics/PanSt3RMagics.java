package panst3r.magics;

import java.util.List;
import java.util.Map;
import panst3r.figure.Figure;
import panst3r.image.ImageSet;
import panst3r.magics.commands.PanSt3RCommand;
import panst3r.magics.compare.SceneComparison;
import panst3r.magics.compare.Sweep;
import panst3r.magics.display.FigureHtml;
import panst3r.magics.display.HelpPage;
import panst3r.magics.display.Shown;
import panst3r.magics.display.Swatches;
import panst3r.magics.display.TableHtml;
import panst3r.magics.display.Text;
import panst3r.magics.novel.NovelViews;
import panst3r.magics.novel.Splats;
import panst3r.scene.Scene;
import tech.tablesaw.api.Table;

/** The door through which a kernel's adapter lets the commands in. */
public final class PanSt3RMagics {
    /** What the adapters run in the notebook's shell, so that the commands are there as plain Java calls too. */
    public static final String IMPORTS = "import static panst3r.magics.Notebook.*; import panst3r.magics.*;"
            + " import panst3r.figure.*; import panst3r.magics.compare.*; import panst3r.magics.novel.*;"
            + " import panst3r.splat.*; import panst3r.merge.*; import panst3r.scene.*; import tech.tablesaw.api.*;";

    private PanSt3RMagics() {}

    /** Registers magics and renderers. Light: nothing here runs DJL or Tablesaw, or reads a command, before it is needed. */
    public static void install(Bridge bridge) {
        start(bridge);
    }

    static Session start(Bridge bridge) {
        Session session = new Session(bridge);
        Notebook.use(session);
        Line line = new Line(session);
        bridge.line("panst3r", line::run);
        bridge.cell("panst3r", line::runAll);

        bridge.render(Table.class, table -> table(session, table));
        bridge.render(Scene.class, scene -> scene(session, scene));
        bridge.render(Plot.class, Plot::bundle);
        bridge.render(Found.class, Found::bundle);
        bridge.render(SimilarityMap.class, SimilarityMap::bundle);
        bridge.render(SceneComparison.class, SceneComparison::bundle);
        bridge.render(Sweep.class, Sweep::bundle);
        bridge.render(SceneMetrics.class, SceneMetrics::bundle);
        bridge.render(DataSetMetrics.class, DataSetMetrics::bundle);
        bridge.render(Figure.class, FigureHtml::bundle);
        bridge.render(Splats.class, Splats::bundle);
        bridge.render(NovelViews.class, NovelViews::bundle);
        bridge.render(
                ImageSet.class, set -> Shown.photos(set, session.workspace().nameOf(set)));
        bridge.render(Model.class, Shown::model);
        bridge.render(HelpPage.class, HelpPage::bundle);
        bridge.render(Text.class, Text::bundle);
        return session;
    }

    private static Map<String, Object> table(Session session, Table table) {
        Scene scene = session.workspace().sceneOf(table);
        String mark = scene == null ? null : session.page().mark(scene);
        return TableHtml.bundle(table, Swatches.of(scene), mark);
    }

    /** A scene as the value of a cell: its plot, or why there is none, because a scene is a scene without it. */
    private static Map<String, Object> scene(Session session, Scene scene) {
        try {
            return session.plot(scene).bundle();
        } catch (PanSt3RError e) {
            return new Text(Shown.line(scene, session.workspace().titleOf(scene)) + "\n" + e.getMessage()).bundle();
        }
    }

    /** Each call has commands of its own: one may still be stopping when the next begins. */
    private record Line(Session session) {
        Object run(List<String> args) throws Exception {
            try {
                return new PanSt3RCommand(session).run(args);
            } catch (RuntimeException e) {
                throw PanSt3RError.of(e);
            }
        }

        /** A cell of commands, one a line; the value of the last. */
        Object runAll(List<String> args, String body) throws Exception {
            Object last = args.isEmpty() ? null : run(args);
            for (String text : body.split("\\R")) {
                List<String> words = Words.of(text);
                if (!words.isEmpty()
                        && !words.get(0).startsWith("#")
                        && !words.get(0).startsWith("//")) {
                    last = run(words);
                }
            }
            return last;
        }
    }
}
