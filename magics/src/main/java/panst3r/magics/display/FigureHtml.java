package panst3r.magics.display;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import panst3r.Progress;
import panst3r.figure.Figure;

/** A figure in a cell: as SVG, so that its text is sharp at any size, inside an image, so that nothing in it can run. */
public final class FigureHtml {
    private FigureHtml() {}

    public static Map<String, Object> bundle(Figure figure) {
        String caption = figure.caption(Progress.SILENT);
        Figure.Preview preview = figure.preview(Progress.SILENT);
        String data = Base64.getEncoder().encodeToString(preview.svg().getBytes(StandardCharsets.UTF_8));
        Map<String, Object> out = new LinkedHashMap<>();
        out.put(
                "text/html",
                "<img style=\"width:" + Math.round(preview.widthMm()) + "mm;max-width:100%;background:#fff\" alt=\""
                        + Html.escape(caption) + "\" src=\"data:image/svg+xml;base64," + data + "\">");
        out.put("image/png", Base64.getEncoder().encodeToString(preview.png()));
        out.put("text/plain", caption);
        return out;
    }
}
