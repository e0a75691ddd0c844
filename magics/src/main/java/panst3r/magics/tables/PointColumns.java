package panst3r.magics.tables;

import java.util.List;
import java.util.function.IntFunction;
import java.util.function.IntToDoubleFunction;
import panst3r.scene.PointCloud;
import panst3r.scene.Scene;

/** The columns of the points table, before there is a table. */
record PointColumns(Scene scene, PointCloud cloud) implements Where.Columns {
    @Override
    public List<String> names() {
        return List.of("x", "y", "z", "r", "g", "b", "confidence", "view", "row", "column", "segment", "class");
    }

    @Override
    public IntToDoubleFunction numbers(String column) {
        return switch (column) {
            case "x" -> i -> cloud.xyz()[3 * i];
            case "y" -> i -> cloud.xyz()[3 * i + 1];
            case "z" -> i -> cloud.xyz()[3 * i + 2];
            case "r" -> i -> cloud.rgb()[3 * i] & 0xff;
            case "g" -> i -> cloud.rgb()[3 * i + 1] & 0xff;
            case "b" -> i -> cloud.rgb()[3 * i + 2] & 0xff;
            case "confidence" -> i -> cloud.confidence()[i];
            case "view" -> i -> cloud.view()[i];
            case "row" -> i -> cloud.row()[i];
            case "column" -> i -> cloud.column()[i];
            case "segment" -> i -> cloud.segment()[i];
            default -> null;
        };
    }

    @Override
    public IntFunction<String> texts(String column) {
        List<String> names = scene.prediction().classNames();
        return column.equals("class")
                ? i -> cloud.label()[i] == PointCloud.NO_LABEL ? "" : names.get(cloud.label()[i])
                : null;
    }
}
