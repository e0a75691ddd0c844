package panst3r.magics.novel;

import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import panst3r.magics.Bridge;
import panst3r.magics.display.Html;
import panst3r.picture.Images;
import panst3r.picture.ViewImage;
import panst3r.scene.Scene;
import panst3r.splat.Fit;

/** The first photo beside what the Gaussians show of it so far, while they are fitted. */
public final class LivePicture {
    private static final long BETWEEN = 2_000_000_000L;

    private final Bridge bridge;
    private final BufferedImage photo;
    private final String id = "panst3r-" + UUID.randomUUID();
    private final int last;
    private long shown;
    private boolean open;

    /** @param last step of the fit */
    public LivePicture(Bridge bridge, Scene scene, int last) {
        this.bridge = bridge;
        this.photo = ViewImage.photo(scene.view(0));
        this.last = last;
    }

    /** Shown at most every two seconds, so that the fit has most of the time. */
    public void show(Fit fit) {
        long now = System.nanoTime();
        if (open && now - shown < BETWEEN) {
            return;
        }
        BufferedImage seen = fit.render(fit.cameras().get(0)).image();
        String line = String.format(
                Locale.ROOT, "step %,d of %,d: PSNR of the photos %.1f dB", fit.steps(), last, fit.psnr());
        Map<String, Object> bundle = new LinkedHashMap<>();
        bundle.put(
                "text/html",
                Html.page("<div class=\"m\">" + Html.escape(line) + "</div>" + image(beside(photo, seen), line)));
        bundle.put("text/plain", line);
        if (open) {
            bridge.update(id, bundle);
        } else {
            bridge.display(id, bundle);
        }
        open = true;
        shown = now;
    }

    /** Takes the picture away: what follows shows more. */
    public void close() {
        if (open) {
            bridge.update(id, Map.of("text/html", "", "text/plain", ""));
        }
    }

    static String image(BufferedImage image, String description) {
        return "<img style=\"max-width:100%\" alt=\"" + Html.escape(description) + "\" src=\"data:image/png;base64,"
                + Base64.getEncoder().encodeToString(Images.png(image)) + "\">";
    }

    static BufferedImage beside(BufferedImage a, BufferedImage b) {
        BufferedImage out = new BufferedImage(
                a.getWidth() + 2 + b.getWidth(), Math.max(a.getHeight(), b.getHeight()), BufferedImage.TYPE_INT_RGB);
        Graphics2D ink = out.createGraphics();
        ink.drawImage(a, 0, 0, null);
        ink.drawImage(b, a.getWidth() + 2, 0, null);
        ink.dispose();
        return out;
    }
}
