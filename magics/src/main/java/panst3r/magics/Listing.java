package panst3r.magics;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import panst3r.magics.display.Text;
import panst3r.magics.live.Page;
import panst3r.magics.tables.Tables;
import panst3r.merge.Panoptic;
import panst3r.scene.PointQuery;
import panst3r.scene.Scene;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/** What there is, as tables and in words. Parameters as at {@link Session}. */
final class Listing {
    private final Jobs jobs;
    private final Bridge bridge;
    private final Workspace workspace;
    private final Page page;

    Listing(Jobs jobs, Bridge bridge, Workspace workspace, Page page) {
        this.jobs = jobs;
        this.bridge = bridge;
        this.workspace = workspace;
        this.page = page;
    }

    Table points(String name, List<String> views, String where, int sample, long seed, boolean global) {
        return jobs.run("points", progress -> {
            Scene of = workspace.scene(name);
            PointQuery query = PointQuery.all().sample(sample, seed);
            if (views != null) {
                query = query.views(views.stream().map(v -> Words.view(of, v)).toList());
            }
            if (global) {
                query = query.source(PointQuery.Source.GLOBAL);
            }
            PointQuery wanted = query;
            return rows(of, scene -> Tables.points(scene, wanted, where, progress), null);
        });
    }

    Table masks(String scene, String where) {
        return Jobs.sentence(() -> rows(workspace.segmented(scene), Tables::masks, where));
    }

    Table segments(String scene, String where) {
        return Jobs.sentence(() -> rows(workspace.segmented(scene), Tables::segments, where));
    }

    Table cameras(String scene, String where) {
        return Jobs.sentence(() -> rows(workspace.scene(scene), Tables::cameras, where));
    }

    Table picked(String name) {
        return Jobs.sentence(() -> {
            Scene scene =
                    name != null ? workspace.scene(name) : page.lastPicked().orElseGet(() -> workspace.scene(null));
            return rows(scene, Tables::picked, null);
        });
    }

    /** A table of a scene, the rows that meet a condition; it knows its scene, and says what must be known of that. */
    Table rows(Scene scene, Function<Scene, Table> tables, String where) {
        Table table = Tables.where(tables.apply(scene), where);
        scene.placement().ifPresent(p -> table.setName(table.name() + " (" + p.note() + ")"));
        if (Model.isRandom(scene.prediction())) {
            table.setName(table.name() + " (random weights: not a result)");
        }
        return workspace.remember(table, scene);
    }

    Table scenes() {
        return Jobs.sentence(() -> {
            StringColumn name = StringColumn.create("name");
            IntColumn photos = IntColumn.create("photos");
            IntColumn keyframes = IntColumn.create("keyframes");
            StringColumn merged = StringColumn.create("merged");
            IntColumn segments = IntColumn.create("segments");
            StringColumn model = StringColumn.create("model");
            Map<String, Scene> scenes = workspace.scenes();
            workspace.photos().forEach((key, set) -> {
                if (!scenes.containsKey(key)) {
                    name.append(key);
                    photos.append(set.photos().size());
                    keyframes.appendMissing();
                    merged.append("not run yet");
                    segments.appendMissing();
                    model.appendMissing();
                }
            });
            scenes.forEach((key, scene) -> {
                name.append(key);
                photos.append(scene.views());
                keyframes.append((int) scene.prediction().views().stream()
                        .filter(v -> v.keyframe())
                        .count());
                merged.append(scene.panoptic().map(Panoptic::strategy).orElse("geometry only"));
                scene.panoptic()
                        .ifPresentOrElse(p -> segments.append(p.segments().size()), segments::appendMissing);
                model.append(scene.prediction().model());
            });
            return Table.create("scenes", name, photos, keyframes, merged, segments, model);
        });
    }

    Text info() {
        return Jobs.sentence(() -> {
            Runtime java = Runtime.getRuntime();
            List<String> lines = new ArrayList<>();
            lines.add("model: " + (workspace.hasModel() ? workspace.model().toString() : "none yet"));
            lines.add("photos: " + String.join(", ", workspace.photos().keySet()));
            lines.add("scenes: " + String.join(", ", workspace.scenes().keySet()));
            lines.add(String.format(
                    Locale.ROOT,
                    "memory: Java heap %.2f of %.2f GB",
                    (java.totalMemory() - java.freeMemory()) / 1e9,
                    java.maxMemory() / 1e9));
            lines.add("kernel: " + bridge.kernel() + ", Java " + Runtime.version() + ", " + java.availableProcessors()
                    + " cores");
            return new Text(String.join("\n", lines));
        });
    }

    Text lastError() {
        Throwable last = PanSt3RError.last();
        if (last == null) {
            return new Text("Nothing has failed so far.");
        }
        StringWriter out = new StringWriter();
        last.printStackTrace(new PrintWriter(out));
        return new Text(out.toString());
    }
}
