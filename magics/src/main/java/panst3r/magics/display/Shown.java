package panst3r.magics.display;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import panst3r.image.ImageSet;
import panst3r.image.Photo;
import panst3r.magics.Model;
import panst3r.merge.Panoptic;
import panst3r.scene.Scene;

/** How the things that commands give back look in a cell. */
public final class Shown {
    private static final int MOST_PHOTOS = 12;
    private static final int MOST_WARNINGS = 10;

    private Shown() {}

    /** Name, number and sizes of photos; what was left out. */
    public static Map<String, Object> photos(ImageSet set, String name) {
        List<Photo> photos = set.photos();
        String title = (name == null ? "" : name + ": ") + Text.count(photos.size(), "photo");
        StringBuilder html = new StringBuilder("<div class=\"t\">")
                .append(Html.escape(title))
                .append("</div><table><thead><tr><th class=\"n\">view</th><th>file</th><th class=\"n\">width</th>")
                .append("<th class=\"n\">height</th></tr></thead><tbody>");
        StringBuilder plain = new StringBuilder(title);
        for (int i = 0; i < Math.min(photos.size(), MOST_PHOTOS); i++) {
            Photo p = photos.get(i);
            html.append("<tr><td class=\"n\">")
                    .append(i)
                    .append("</td><td>")
                    .append(Html.escape(p.name()))
                    .append("</td><td class=\"n\">")
                    .append(p.width())
                    .append("</td><td class=\"n\">")
                    .append(p.height())
                    .append("</td></tr>");
            plain.append(String.format(Locale.ROOT, "%n%3d  %s  %d×%d", i, p.name(), p.width(), p.height()));
        }
        html.append("</tbody></table>");
        if (photos.size() > MOST_PHOTOS) {
            String more = "and " + (photos.size() - MOST_PHOTOS) + " more";
            html.append("<div class=\"m\">").append(more).append("</div>");
            plain.append("\n").append(more);
        }
        warnings(set.warnings(), html, plain);
        return bundle(html, plain);
    }

    /** What the model is and can do. */
    public static Map<String, Object> model(Model model) {
        StringBuilder html =
                new StringBuilder("<div>").append(Html.escape(model.toString())).append("</div>");
        if (model.random()) {
            html.append(randomNotice());
        }
        return bundle(html, new StringBuilder(model.toString()));
    }

    /** One line about a scene. */
    public static String line(Scene scene, String name) {
        long keyframes =
                scene.prediction().views().stream().filter(v -> v.keyframe()).count();
        String views = keyframes == scene.views()
                ? Text.count(scene.views(), "photo")
                : Text.count(scene.views(), "photo") + ", " + keyframes + " of them keyframes";
        String merged = scene.panoptic()
                .map(p -> Text.count(p.segments().size(), "segment") + " by " + p.strategy())
                .orElse(scene.prediction().hasMasks() ? "not merged yet" : "geometry only");
        return name + ": " + views + "; " + merged + "; " + scene.prediction().model();
    }

    /** The line, and what must be known before the scene is looked at. */
    public static String summary(Scene scene, String name) {
        String line = line(scene, name);
        String random = notice(scene);
        String empty =
                scene.panoptic().map(Panoptic::segments).filter(List::isEmpty).isPresent()
                        ? "<div class=\"w\">No segment was kept; lower a threshold or merge with another strategy.</div>"
                        : "";
        String place = scene.placement()
                .map(p -> "<div class=\"m\">" + Html.escape(p.note()) + "</div>")
                .orElse("");
        return "<div><span class=\"t\">" + Html.escape(name) + "</span>" + Html.escape(line.substring(name.length()))
                + "</div>" + place + random + empty;
    }

    /** HTML that must stand above a scene that means nothing; else nothing. */
    public static String notice(Scene scene) {
        return Model.isRandom(scene.prediction()) ? randomNotice() : "";
    }

    private static String randomNotice() {
        return "<div class=\"w\"><b>Random weights:</b> what you see is not a result. These weights were made for tests"
                + " and never trained.</div>";
    }

    private static void warnings(List<String> warnings, StringBuilder html, StringBuilder plain) {
        for (String warning : warnings.subList(0, Math.min(warnings.size(), MOST_WARNINGS))) {
            html.append("<div class=\"w\">").append(Html.escape(warning)).append("</div>");
            plain.append("\nWarning: ").append(warning);
        }
        if (warnings.size() > MOST_WARNINGS) {
            String more = "and " + (warnings.size() - MOST_WARNINGS) + " more warnings";
            html.append("<div class=\"w\">").append(more).append("</div>");
            plain.append("\n").append(more);
        }
    }

    private static Map<String, Object> bundle(StringBuilder html, StringBuilder plain) {
        Map<String, Object> out = new LinkedHashMap<>();
        out.put("text/html", Html.page(html.toString()));
        out.put("text/plain", plain.toString());
        return out;
    }
}
