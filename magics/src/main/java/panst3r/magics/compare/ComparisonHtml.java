package panst3r.magics.compare;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import panst3r.magics.display.Html;
import panst3r.magics.display.Swatches;
import panst3r.magics.display.TableHtml;
import panst3r.magics.viewer.Viewer;
import panst3r.merge.Comparison;
import panst3r.merge.Segment;
import panst3r.picture.Images;
import panst3r.picture.Palette;
import panst3r.scene.Scene;

/** A {@link SceneComparison} as it stands in a cell: complete without a kernel, and as far as possible without scripts. */
final class ComparisonHtml {
    private static final int ALL = 1000;

    private final SceneComparison c;
    private final List<Comparison.Entry> entries;

    ComparisonHtml(SceneComparison comparison) {
        this.c = comparison;
        this.entries = comparison.comparison().entries();
    }

    String html() {
        StringBuilder out = new StringBuilder();
        out.append("<div><span class=\"t\">")
                .append(Html.escape(c.name()))
                .append("</span>: ")
                .append(entries.size())
                .append(" ways to merge, ")
                .append(Html.escape(c.scene().model()))
                .append("</div>");
        entries.stream()
                .filter(e -> e.segments() == 0)
                .forEach(e -> out.append("<div class=\"w\">")
                        .append(Html.escape(e.strategy()))
                        .append(" keeps no query, so everything is void; lower a threshold.</div>"));
        out.append(TableHtml.html(c.table(), Swatches.of(null), ALL, 0));
        out.append("<div class=\"m\">").append(legend()).append("</div>");
        pictures(out);
        String page = Html.page(out.toString());
        return page + viewers() + Html.page(correspondences());
    }

    private String legend() {
        String truth = c.truth()
                .map(t -> " Quality over " + t.views().size() + " views against the ground truth of "
                        + Html.escape(t.name()) + ", all views matched together.")
                .orElse("");
        return "Differing: pixels that another query owns than with "
                + Html.escape(entries.get(0).strategy())
                + ". Seconds: what a strategy shares with those above it is counted there." + truth;
    }

    private void pictures(StringBuilder out) {
        ComparisonPictures pictures = c.pictures();
        List<String> titles = pictures.columns();
        int views = c.scene().views();
        int longest = views <= 12 ? 200 : views <= 50 ? 128 : 80;
        out.append("<div class=\"x\" style=\"max-height:").append(4 * longest).append("px;overflow-y:auto\"><table>");
        out.append("<thead><tr>");
        titles.forEach(t -> out.append("<th>").append(Html.escape(t)).append("</th>"));
        out.append("</tr></thead><tbody>");
        for (int v = 0; v < views; v++) {
            out.append("<tr>");
            String photo = c.scene().view(v).photo().name();
            for (int i = 0; i < titles.size(); i++) {
                BufferedImage image = pictures.picture(v, i, longest);
                byte[] bytes = i == 0 ? Images.jpeg(image, 0.8f) : Images.png(image);
                out.append("<td style=\"padding:2px\"><img style=\"display:block;margin:0;max-width:none\" width=\"")
                        .append(image.getWidth())
                        .append("\" height=\"")
                        .append(image.getHeight())
                        .append("\" alt=\"")
                        .append(Html.escape(photo + ": " + titles.get(i)))
                        .append("\" title=\"")
                        .append(Html.escape(photo + ": " + titles.get(i)))
                        .append("\" src=\"data:image/")
                        .append(i == 0 ? "jpeg" : "png")
                        .append(";base64,")
                        .append(Base64.getEncoder().encodeToString(bytes))
                        .append("\"></td>");
            }
            out.append("</tr>");
        }
        out.append("</tbody></table></div>");
        out.append("<div class=\"m\">The same colour is the same query everywhere; grey is void. Disagreement: ")
                .append(Html.swatch(Palette.ramp(0)))
                .append("all as the first, ")
                .append(Html.swatch(Palette.ramp(1)))
                .append("none.</div>");
    }

    private String viewers() {
        if (c.viewers().isEmpty()) {
            return "";
        }
        StringBuilder out = new StringBuilder(
                "<div style=\"display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,400px),1fr));gap:10px\">");
        for (int i = 0; i < c.viewers().size(); i++) {
            Viewer viewer = c.viewers().get(i);
            out.append("<div style=\"min-width:0\">")
                    .append(Html.page(
                            "<div class=\"t\">" + Html.escape(entries.get(i).strategy()) + "</div>"))
                    .append(viewer.html())
                    .append("</div>");
        }
        return out.append("</div>").toString();
    }

    /** Which segment is which, between the first strategy and each other. */
    private String correspondences() {
        StringBuilder out = new StringBuilder();
        for (int i = 1; i < entries.size(); i++) {
            out.append(i == 1 ? "<details open>" : "<details>")
                    .append("<summary>Segments of ")
                    .append(Html.escape(entries.get(0).strategy()))
                    .append(" and of ")
                    .append(Html.escape(entries.get(i).strategy()))
                    .append("</summary>");
            correspondence(out, i);
            out.append("</details>");
        }
        return out.toString();
    }

    private void correspondence(StringBuilder out, int other) {
        Palette palette = Palette.ofSegments(c.scene(0), 0);
        Palette others = Palette.ofSegments(c.scene(other), 0);
        List<Segment> unmatched = new ArrayList<>(entries.get(other).panoptic().segments());
        Set<Integer> seen = new HashSet<>();
        out.append("<div class=\"x\"><table><thead><tr><th>")
                .append(Html.escape(entries.get(0).strategy()))
                .append("</th><th>")
                .append(Html.escape(entries.get(other).strategy()))
                .append("</th><th class=\"n\">IoU</th><th class=\"n\">shared pixels</th></tr></thead><tbody>");
        for (Comparison.Match m : c.comparison().matches(0, other)) {
            if (seen.add(m.first().id())) { // the best of each comes first
                unmatched.remove(m.second());
                row(out, cell(m.first(), palette), cell(m.second(), others), m.iou(), m.shared());
            }
        }
        for (Segment s : entries.get(0).panoptic().segments()) {
            if (!seen.contains(s.id())) {
                row(out, cell(s, palette), "–", Double.NaN, 0);
            }
        }
        for (Segment s : unmatched) {
            row(out, "–", cell(s, others), Double.NaN, 0);
        }
        out.append(
                        "</tbody></table></div><div class=\"m\">The best partner of each segment; %panst3r’s value has all in"
                                + " <code>matches(0, ")
                .append(other)
                .append(")</code>.</div>");
    }

    private static void row(StringBuilder out, String first, String second, double iou, long shared) {
        out.append("<tr><td>")
                .append(first)
                .append("</td><td>")
                .append(second)
                .append("</td><td class=\"n\">")
                .append(Double.isNaN(iou) ? "–" : String.format(Locale.ROOT, "%.3f", iou))
                .append("</td><td class=\"n\">")
                .append(shared == 0 ? "–" : String.format(Locale.ROOT, "%,d", shared))
                .append("</td></tr>");
    }

    private String cell(Segment s, Palette palette) {
        Scene scene = c.scene();
        return Html.swatch(palette.colour(s.query()))
                + Html.escape(scene.classNames().get(s.label())) + " " + s.id() + " <span class=\"m\">query "
                + s.query() + String.format(Locale.ROOT, ", %,d px</span>", s.area());
    }
}
