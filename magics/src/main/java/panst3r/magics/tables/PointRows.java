package panst3r.magics.tables;

import java.util.BitSet;
import java.util.List;
import panst3r.scene.PointCloud;
import panst3r.scene.Scene;
import tech.tablesaw.api.FloatColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.ShortColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/** Collects points into the narrowest columns that hold them: about 30 bytes a row. */
final class PointRows {
    private final List<String> classNames;
    private final float[][] xyz;
    private final short[][] rgb;
    private final float[] confidence;
    private final short[][] pixel;
    private final int[] segment;
    private final StringColumn className;
    private int size;

    PointRows(Scene scene, int capacity) {
        this.classNames = scene.prediction().classNames();
        this.xyz = new float[3][capacity];
        this.rgb = new short[3][capacity];
        this.confidence = new float[capacity];
        this.pixel = new short[3][capacity];
        this.segment = new int[capacity];
        this.className = StringColumn.create("class", capacity);
    }

    /** @param wanted which of the points; null for all */
    void addAll(PointCloud cloud, BitSet wanted) {
        for (int i = 0; i < cloud.size(); i++) {
            if (wanted != null && !wanted.get(i)) {
                continue;
            }
            for (int a = 0; a < 3; a++) {
                xyz[a][size] = cloud.xyz()[3 * i + a];
                rgb[a][size] = (short) (cloud.rgb()[3 * i + a] & 0xff);
            }
            confidence[size] = cloud.confidence()[i];
            pixel[0][size] = cloud.view()[i];
            pixel[1][size] = cloud.row()[i];
            pixel[2][size] = cloud.column()[i];
            segment[size] = cloud.segment()[i];
            if (cloud.label()[i] != PointCloud.NO_LABEL) {
                className.set(size, classNames.get(cloud.label()[i]));
            }
            size++;
        }
    }

    Table table(String name) {
        return Table.create(
                name,
                FloatColumn.create("x", xyz[0]),
                FloatColumn.create("y", xyz[1]),
                FloatColumn.create("z", xyz[2]),
                ShortColumn.create("r", rgb[0]),
                ShortColumn.create("g", rgb[1]),
                ShortColumn.create("b", rgb[2]),
                FloatColumn.create("confidence", confidence),
                ShortColumn.create("view", pixel[0]),
                ShortColumn.create("row", pixel[1]),
                ShortColumn.create("column", pixel[2]),
                IntColumn.create("segment", segment),
                className);
    }
}
