package panst3r.magics.display;

import java.awt.image.BufferedImage;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import panst3r.Progress;
import panst3r.magics.Bridge;
import panst3r.picture.Images;
import panst3r.picture.PointSample;
import panst3r.picture.ScenePicture;
import panst3r.scene.Scene;

/** A scene that grows: one picture, replaced by the next. */
public final class SceneSoFar {
    private static final long BETWEEN = 1_000_000_000L;
    private static final int POINTS = 120_000;
    private static final int WIDTH = 640;
    private static final int HEIGHT = 420;

    private final Bridge bridge;
    private final String id = "panst3r-" + UUID.randomUUID();
    private boolean open;
    private long shown;

    public SceneSoFar(Bridge bridge) {
        this.bridge = bridge;
    }

    /**
     * Shows it, unless the picture before is less than a second old.
     *
     * @param notice HTML that must stand above it, or nothing
     */
    public void show(Scene scene, String line, String notice, Progress progress) {
        long now = System.nanoTime();
        if (open && now - shown < BETWEEN) {
            return;
        }
        ScenePicture picture = ScenePicture.of(scene, PointSample.of(scene, POINTS, 0, progress), 0);
        BufferedImage image = picture.draw(WIDTH, HEIGHT, 0, progress);
        Map<String, Object> bundle = new LinkedHashMap<>();
        bundle.put(
                "text/html",
                Html.page(
                        notice + "<div class=\"m\">" + Html.escape(line) + "</div><img style=\"max-width:100%\" alt=\""
                                + Html.escape(line) + "\" src=\"data:image/png;base64,"
                                + Base64.getEncoder().encodeToString(Images.png(image)) + "\">"));
        bundle.put("text/plain", line);
        if (open) {
            bridge.update(id, bundle);
        } else {
            bridge.display(id, bundle);
        }
        open = true;
        shown = System.nanoTime();
    }

    /** Takes the picture away: what follows shows more. */
    public void close() {
        if (open) {
            bridge.update(id, Map.of("text/html", "", "text/plain", ""));
        }
    }
}
