package panst3r.magics;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import panst3r.magics.display.Swatches;
import panst3r.magics.display.TableHtml;
import panst3r.scene.Scene;
import panst3r.scene.SceneSegment;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/** Segments by how alike they are to a text, the best of them highlighted in the scene. */
public final class Found {
    private final Table table;
    private final Scene scene;
    private final Supplier<Plot> view;
    private final String mark;

    /**
     * @param view the scene with the best highlighted; null if they are highlighted in a view that is on the page
     * @param mark of the scene on the page, so that rows can be selected
     */
    Found(Table table, Scene scene, Supplier<Plot> view, String mark) {
        this.table = table;
        this.scene = scene;
        this.view = view;
        this.mark = mark;
    }

    /** @param cosines of every query with the text */
    static Table table(Scene scene, String text, float[] cosines) {
        List<SceneSegment> segments = scene.segments().stream()
                .sorted(Comparator.comparingDouble(s -> -cosines[s.query()]))
                .toList();
        Table table = Table.create("find: " + text);
        IntColumn segment = IntColumn.create("segment");
        DoubleColumn similarity = DoubleColumn.create("similarity");
        StringColumn name = StringColumn.create("class");
        LongColumn pixels = LongColumn.create("pixels");
        IntColumn views = IntColumn.create("views");
        for (SceneSegment s : segments) {
            segment.append(s.id());
            similarity.append(cosines[s.query()]);
            name.append(s.className());
            pixels.append(s.pixels());
            views.append(s.views().size());
        }
        return table.addColumns(segment, similarity, name, pixels, views);
    }

    /** One row a segment, the most alike first. */
    public Table table() {
        return table;
    }

    /** For a cell, by MIME type. */
    public Map<String, Object> bundle() {
        Map<String, Object> rows = TableHtml.bundle(table, Swatches.of(scene), mark);
        if (view == null) {
            return rows;
        }
        Map<String, Object> seen = view.get().bundle();
        Map<String, Object> out = new LinkedHashMap<>(seen);
        out.put("text/html", "" + rows.get("text/html") + seen.get("text/html"));
        out.put("text/plain", rows.get("text/plain") + "\n" + seen.get("text/plain"));
        return out;
    }

    @Override
    public String toString() {
        return table.print();
    }
}
