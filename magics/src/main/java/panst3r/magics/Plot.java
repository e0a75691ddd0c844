package panst3r.magics;

import java.util.LinkedHashMap;
import java.util.Map;
import panst3r.magics.display.Html;
import panst3r.magics.display.Shown;
import panst3r.scene.Scene;

/**
 * A scene to look around in.
 *
 * @param name shown above it
 * @param points at most so many; null for as many as fit
 */
public record Plot(Scene scene, String name, Integer points) {
    /** Above this, a notebook becomes slow to save and to open. */
    static final int MOST_BYTES = 5_000_000;

    public Map<String, Object> bundle() {
        Map<String, Object> out = new LinkedHashMap<>();
        out.put("text/html", Html.page(Shown.summary(scene, name)));
        out.put("text/plain", toString());
        return out;
    }

    @Override
    public String toString() {
        return Shown.line(scene, name);
    }
}
