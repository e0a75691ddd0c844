package panst3r.magics;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import javax.imageio.ImageIO;
import panst3r.PanSt3RException;
import panst3r.Progress;
import panst3r.magics.display.Html;
import panst3r.magics.display.Shown;
import panst3r.magics.live.Page;
import panst3r.magics.viewer.Viewer;
import panst3r.magics.viewer.ViewerOptions;
import panst3r.picture.Images;
import panst3r.scene.Scene;

/** A scene to look around in: its summary, the viewer, and a still picture for where the viewer cannot run. */
public final class Plot {
    /** Height of the band over a picture of random weights. */
    private static final int BAND = 24;

    private final Scene scene;
    private final String name;
    private final Viewer viewer;
    private final Page page;

    private Plot(Scene scene, String name, Viewer viewer, Page page) {
        this.scene = scene;
        this.name = name;
        this.viewer = viewer;
        this.page = page;
    }

    /**
     * @param name shown above it
     * @param choose what is not as usual
     * @param page where it will be shown; null for nowhere that speaks
     */
    static Plot of(Scene scene, String name, UnaryOperator<ViewerOptions> choose, Page page, Progress progress) {
        List<String> notes = new ArrayList<>();
        if (Model.isRandom(scene.prediction())) {
            notes.add("Random weights: not a result");
        }
        scene.placement().ifPresent(p -> notes.add(p.note()));
        ViewerOptions options = ViewerOptions.of(name).withNotes(notes);
        if (scene.placement().isPresent()) {
            options = options.withUnit(scene.placement().get().unit());
        }
        return new Plot(scene, name, Viewer.of(scene, choose.apply(options), progress), page);
    }

    /**
     * @param points at most so many; null for as many as fit
     * @param bytes at most so many; 0 for 5 MB
     */
    static UnaryOperator<ViewerOptions> limits(Integer points, long bytes) {
        if (points != null && points < 1) {
            throw new PanSt3RException("A plot shows at least 1 point, not " + points + ".");
        }
        return options -> options.withLimits(bytes, points == null ? 0 : points);
    }

    public Scene scene() {
        return scene;
    }

    /** One HTML file with everything in it, that opens from disk. */
    String document() {
        return viewer.document();
    }

    /** For a cell, by MIME type. */
    public Map<String, Object> bundle() {
        Map<String, Object> out = new LinkedHashMap<>();
        String above = Shown.summary(scene, name) + "<div class=\"m\">" + Html.escape(viewer.summary()) + "</div>";
        out.put("text/html", Html.page(above) + viewer.html(page == null ? null : page.markView(scene)));
        byte[] png = Model.isRandom(scene.prediction()) ? marked(viewer.png()) : viewer.png();
        out.put("image/png", Base64.getEncoder().encodeToString(png));
        out.put("text/plain", toString());
        return out;
    }

    /** The picture with a band that says what it is not: it travels without the words around it. */
    private static byte[] marked(byte[] png) {
        try {
            BufferedImage image = ImageIO.read(new ByteArrayInputStream(png));
            Graphics2D g = image.createGraphics();
            g.setColor(new Color(0xd9822b));
            g.fillRect(0, 0, image.getWidth(), BAND);
            g.setColor(Color.BLACK);
            try {
                g.setFont(new Font(Font.SANS_SERIF, Font.BOLD, 14));
                g.drawString(Model.RANDOM, 8, 17);
            } catch (RuntimeException | Error e) {
                // A Java without any font: stripes all across must do.
                for (int x = 0; x < image.getWidth(); x += 2 * BAND) {
                    g.fillPolygon(new int[] {x, x + BAND, x + 2 * BAND, x + BAND}, new int[] {BAND, 0, 0, BAND}, 4);
                }
            }
            g.dispose();
            return Images.png(image);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // in memory
        }
    }

    @Override
    public String toString() {
        return Shown.line(scene, name) + "\n" + viewer.summary();
    }
}
