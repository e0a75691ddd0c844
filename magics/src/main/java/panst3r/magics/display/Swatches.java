package panst3r.magics.display;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import panst3r.merge.Segment;
import panst3r.picture.Palette;
import panst3r.scene.Scene;
import tech.tablesaw.api.Table;

/** The colours of segments and classes beside their names in a table: those that they have in the plot. */
public final class Swatches {
    private final Map<Object, Integer> segments = new HashMap<>();
    private final Map<Object, Integer> classes = new HashMap<>();

    private Swatches() {}

    /** @param scene of which the table is; null for none */
    public static Swatches of(Scene scene) {
        Swatches out = new Swatches();
        if (scene != null && scene.panoptic().isPresent()) {
            Palette ofSegments = Palette.ofSegments(scene, 0);
            Palette ofClasses = Palette.ofClasses(scene, 0);
            for (Segment s : scene.panoptic().get().segments()) {
                out.segments.put(s.id(), ofSegments.colour(s.query()));
                out.classes.put(scene.prediction().classNames().get(s.label()), ofClasses.colour(s.label()));
            }
        }
        return out;
    }

    /** The segment that a row is about, or 0. */
    int segment(Table table, int row) {
        for (String column : List.of("id", "segment")) {
            if (table.columnNames().contains(column)
                    && table.column(column).get(row) instanceof Integer id
                    && segments.containsKey(id)) {
                return id;
            }
        }
        return 0;
    }

    /** 0xRRGGBB, or null for a cell without a swatch. */
    Integer colour(Table table, String column, int row) {
        return switch (column) {
            case "id", "segment" -> segments.get(table.column(column).get(row));
            case "class" -> classes.get(table.column(column).get(row));
            default -> null;
        };
    }
}
