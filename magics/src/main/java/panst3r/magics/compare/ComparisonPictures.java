package panst3r.magics.compare;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import panst3r.image.View;
import panst3r.merge.Comparison;
import panst3r.merge.Segment;
import panst3r.picture.Images;
import panst3r.picture.Palette;
import panst3r.picture.ViewImage;
import panst3r.scene.Scene;

/** Small pictures of every view: the photo, what each strategy makes of it, and where they disagree. */
final class ComparisonPictures {
    private static final int GAP = 6;
    private static final int TITLE = 22;

    private final Scene scene;
    private final Comparison comparison;
    private final List<int[]> disagreement;
    private final List<Map<Integer, Integer>> colours = new ArrayList<>(); // per strategy, of segment ids

    ComparisonPictures(Scene scene, Comparison comparison, List<Scene> merged) {
        this.scene = scene;
        this.comparison = comparison;
        this.disagreement = comparison.disagreement();
        for (Scene s : merged) {
            Palette palette = Palette.ofSegments(s, 0);
            Map<Integer, Integer> ofIds = new HashMap<>();
            for (Segment segment : s.panoptic().orElseThrow().segments()) {
                ofIds.put(segment.id(), palette.colour(segment.query()));
            }
            colours.add(ofIds);
        }
    }

    /** Titles of the columns. */
    List<String> columns() {
        List<String> out = new ArrayList<>(List.of("photo"));
        comparison.entries().forEach(e -> out.add(e.strategy()));
        out.add("disagreement");
        return out;
    }

    /** One picture, its longer side at most so many pixels. */
    BufferedImage picture(int view, int column, int longest) {
        int strategies = comparison.entries().size();
        if (column == 0) {
            return Images.shrink(ViewImage.photo(scene.view(view)), longest);
        }
        View v = scene.view(view);
        double scale = Math.min(1, longest / (double) Math.max(v.width(), v.height()));
        int width = Math.max(1, (int) Math.round(v.width() * scale));
        int height = Math.max(1, (int) Math.round(v.height() * scale));
        BufferedImage out = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        boolean differences = column > strategies;
        int[] values = differences
                ? disagreement.get(view)
                : comparison.entries().get(column - 1).panoptic().ids().get(view);
        for (int y = 0; y < height; y++) {
            int row = (2 * y + 1) * v.height() / (2 * height);
            for (int x = 0; x < width; x++) {
                int value = values[row * v.width() + (2 * x + 1) * v.width() / (2 * width)];
                out.setRGB(
                        x,
                        y,
                        differences
                                ? Palette.ramp(value / (double) Math.max(1, strategies - 1))
                                : colours.get(column - 1).getOrDefault(value, Palette.VOID));
            }
        }
        return out;
    }

    /** All in one picture, strategies in columns and views in rows, at most so many views. */
    BufferedImage sheet(int longest, int views) {
        List<String> titles = columns();
        int shown = Math.min(views, scene.views());
        BufferedImage[][] cells = new BufferedImage[shown][titles.size()];
        int[] widths = new int[titles.size()];
        int height = TITLE;
        for (int i = 0; i < shown; i++) {
            int tallest = 0;
            for (int c = 0; c < titles.size(); c++) {
                cells[i][c] = picture(i * scene.views() / shown, c, longest);
                widths[c] = Math.max(widths[c], cells[i][c].getWidth());
                tallest = Math.max(tallest, cells[i][c].getHeight());
            }
            height += tallest + GAP;
        }
        int width = GAP;
        for (int w : widths) {
            width += w + GAP;
        }
        BufferedImage out = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D g = out.createGraphics();
        g.setColor(Color.WHITE);
        g.fillRect(0, 0, width, height);
        int x = GAP;
        for (int c = 0; c < titles.size(); c++) {
            title(g, titles.get(c), x, widths[c]);
            int y = TITLE;
            for (BufferedImage[] row : cells) {
                g.drawImage(row[c], x, y, null);
                int tallest = 0;
                for (BufferedImage cell : row) {
                    tallest = Math.max(tallest, cell.getHeight());
                }
                y += tallest + GAP;
            }
            x += widths[c] + GAP;
        }
        g.dispose();
        return out;
    }

    /** The words over a column, as far as they fit; a Java without any font leaves them out. */
    private static void title(Graphics2D g, String text, int x, int width) {
        try {
            g.setColor(Color.BLACK);
            g.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
            String shown = text;
            while (shown.length() > 1 && g.getFontMetrics().stringWidth(shown) > width) {
                shown = shown.substring(0, shown.length() - 2) + "…";
            }
            g.drawString(shown, x, TITLE - 7);
        } catch (RuntimeException | Error e) {
            // the order of the columns is that of the table
        }
    }
}
