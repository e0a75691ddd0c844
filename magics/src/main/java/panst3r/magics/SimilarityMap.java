package panst3r.magics;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import panst3r.magics.display.Html;
import panst3r.magics.display.Swatches;
import panst3r.magics.display.TableHtml;
import panst3r.magics.display.Text;
import panst3r.picture.Images;
import panst3r.picture.Palette;
import panst3r.retrieval.Similarity;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/** How alike photos are, as a heat map and as a table; keyframes that were chosen by it are marked. */
public final class SimilarityMap {
    /** Pixels of the heat map along one side, about. */
    private static final int SIDE = 480;

    private static final int MARGIN = 8;

    private final String name;
    private final List<String> photos;
    private final Similarity similarity;
    private final Set<Integer> keyframes;

    SimilarityMap(String name, List<String> photos, Similarity similarity, List<Integer> keyframes) {
        this.name = name;
        this.photos = photos;
        this.similarity = similarity;
        this.keyframes = new HashSet<>(keyframes);
    }

    public Similarity similarity() {
        return similarity;
    }

    /** One row a photo that asks, one column a photo that answers; the matrix need not be symmetric. */
    public Table table() {
        Table table = Table.create("similarity of " + name + ": " + similarity.source());
        table.addColumns(StringColumn.create("photo", photos));
        Map<String, Integer> seen = new HashMap<>();
        for (int b = 0; b < photos.size(); b++) {
            int column = b;
            String title = photos.get(b);
            int before = seen.merge(title.toLowerCase(Locale.ROOT), 1, Integer::sum) - 1;
            if (before > 0 || title.equalsIgnoreCase("photo")) {
                title += " (" + b + ")"; // a table's columns have different names
            }
            table.addColumns(DoubleColumn.create(
                    title,
                    IntStream.range(0, photos.size())
                            .mapToDouble(q -> similarity.of(q, column))
                            .toArray()));
        }
        return table;
    }

    /** For a cell, by MIME type. */
    public Map<String, Object> bundle() {
        Map<String, Object> table = TableHtml.bundle(table(), Swatches.of(null), null);
        double[] range = range();
        String caption = String.format(
                Locale.ROOT,
                "row: the photo that asks; column: the photo that answers; %s %.3g to %s %.3g, a photo with itself left"
                        + " out",
                Html.swatch(Palette.ramp(0)),
                range[0],
                Html.swatch(Palette.ramp(1)),
                range[1]);
        if (!keyframes.isEmpty()) {
            caption += "; marks at the edges: the " + keyframes.size() + " keyframes";
        }
        byte[] png = Images.png(image());
        String picture = Base64.getEncoder().encodeToString(png);
        Map<String, Object> out = new LinkedHashMap<>();
        out.put(
                "text/html",
                Html.page("<img alt=\"similarity of photos\" src=\"data:image/png;base64," + picture
                                + "\"><div class=\"m\">" + caption + "</div>")
                        + table.get("text/html"));
        out.put("image/png", picture);
        out.put("text/plain", toString());
        return out;
    }

    /** A cell a pair, keyframes marked along the left and upper edge. */
    BufferedImage image() {
        int v = similarity.images();
        int cell = Math.max(1, SIDE / v);
        double[] range = range();
        BufferedImage image = new BufferedImage(MARGIN + v * cell, MARGIN + v * cell, BufferedImage.TYPE_INT_ARGB);
        Graphics2D g = image.createGraphics();
        for (int q = 0; q < v; q++) {
            for (int b = 0; b < v; b++) {
                double t = range[1] > range[0] ? (similarity.of(q, b) - range[0]) / (range[1] - range[0]) : 1;
                g.setColor(new Color(Palette.ramp(Math.max(0, Math.min(1, t)))));
                g.fillRect(MARGIN + b * cell, MARGIN + q * cell, cell, cell);
            }
        }
        g.setColor(new Color(0xd9822b));
        for (int k : keyframes) {
            g.fillRect(MARGIN + k * cell, 0, Math.max(1, cell - 1), MARGIN - 2);
            g.fillRect(0, MARGIN + k * cell, MARGIN - 2, Math.max(1, cell - 1));
        }
        g.dispose();
        return image;
    }

    /** Lowest and highest score of two different photos. */
    private double[] range() {
        double low = Double.POSITIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        for (int q = 0; q < similarity.images(); q++) {
            for (int b = 0; b < similarity.images(); b++) {
                if (q != b) {
                    low = Math.min(low, similarity.of(q, b));
                    high = Math.max(high, similarity.of(q, b));
                }
            }
        }
        return low <= high ? new double[] {low, high} : new double[] {0, 1};
    }

    @Override
    public String toString() {
        return "similarity of " + Text.count(photos.size(), "photo") + " of " + name + " by " + similarity.source();
    }
}
