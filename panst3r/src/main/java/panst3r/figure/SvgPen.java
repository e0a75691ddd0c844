package panst3r.figure;

import java.awt.Shape;
import java.awt.geom.PathIterator;
import java.util.Base64;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import panst3r.picture.Images;
import panst3r.picture.Palette;

/** Writes SVG: text stays text, in fonts that the file holds; only pictures are pixels. */
final class SvgPen implements Mark.Pen {
    private final StringBuilder body = new StringBuilder();
    private final Map<Font, TreeSet<Integer>> used = new EnumMap<>(Font.class);

    private SvgPen() {}

    static String write(Drawing drawing) {
        SvgPen pen = new SvgPen();
        drawing.draw(pen);
        String width = number(drawing.width());
        String height = number(drawing.height());
        return "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" width=\""
                + number(drawing.width() / Figure.POINTS_PER_MM) + "mm\" height=\""
                + number(drawing.height() / Figure.POINTS_PER_MM) + "mm\" viewBox=\"0 0 " + width + " " + height
                + "\" role=\"img\">\n<title>" + escape(drawing.title()) + "</title>\n<desc>"
                + escape(drawing.caption()) + "</desc>\n<style>" + pen.style()
                + "</style>\n<rect width=\"" + width + "\" height=\"" + height + "\" fill=\"#ffffff\"/>\n" + pen.body
                + "</svg>\n";
    }

    private String style() {
        String faces = used.entrySet().stream()
                .map(e -> "@font-face{font-family:\"" + family(e.getKey()) + "\";src:url(data:font/ttf;base64,"
                        + Base64.getEncoder().encodeToString(e.getKey().subset(e.getValue())) + ")}\n")
                .collect(Collectors.joining());
        return faces + "text{font-kerning:none;font-variant-ligatures:none;white-space:pre}";
    }

    private static String family(Font font) {
        return "Figure Sans " + (font == Font.BOLD ? "Bold" : "Regular");
    }

    @Override
    public void path(Mark.Path path) {
        body.append("<path d=\"")
                .append(data(path.shape()))
                .append("\" fill=\"")
                .append(colour(path.fill()));
        if (path.stroke() != Mark.NONE) {
            body.append("\" stroke=\"").append(colour(path.stroke()));
            body.append("\" stroke-width=\"").append(number(path.width()));
            if (path.dash() > 0) {
                body.append("\" stroke-dasharray=\"").append(number(path.dash()));
            }
        }
        body.append("\"/>\n");
    }

    @Override
    public void words(Mark.Words w) {
        used.computeIfAbsent(w.font(), f -> new TreeSet<>())
                .addAll(w.text().codePoints().boxed().toList());
        body.append("<text ");
        if (w.upward()) {
            body.append("transform=\"translate(")
                    .append(number(w.x()))
                    .append(' ')
                    .append(number(w.y()))
                    .append(") rotate(-90)\"");
        } else {
            body.append("x=\"")
                    .append(number(w.x()))
                    .append("\" y=\"")
                    .append(number(w.y()))
                    .append('"');
        }
        // a program that ignores fonts in files takes another of the same widths
        body.append(" font-family=\"'").append(family(w.font())).append("',Arial,Helvetica,sans-serif\" font-size=\"");
        body.append(number(w.size()))
                .append("\" fill=\"")
                .append(colour(w.rgb()))
                .append("\">");
        body.append(escape(w.text())).append("</text>\n");
    }

    @Override
    public void picture(Mark.Picture p) {
        byte[] file = p.photo() ? Images.jpeg(p.image(), Figure.JPEG_QUALITY) : Images.png(p.image());
        body.append("<image x=\"").append(number(p.x())).append("\" y=\"").append(number(p.y()));
        body.append("\" width=\"")
                .append(number(p.width()))
                .append("\" height=\"")
                .append(number(p.height()));
        body.append("\" preserveAspectRatio=\"none\" aria-label=\"").append(escape(p.description()));
        body.append("\" xlink:href=\"data:image/")
                .append(p.photo() ? "jpeg" : "png")
                .append(";base64,");
        body.append(Base64.getEncoder().encodeToString(file)).append("\"/>\n");
    }

    private static String data(Shape shape) {
        StringBuilder out = new StringBuilder();
        double[] c = new double[6];
        for (PathIterator it = shape.getPathIterator(null); !it.isDone(); it.next()) {
            int kind = it.currentSegment(c);
            out.append("MLQCZ".charAt(kind));
            int numbers = new int[] {2, 2, 4, 6, 0}[kind];
            for (int i = 0; i < numbers; i++) {
                out.append(i == 0 ? "" : " ").append(number(c[i]));
            }
        }
        return out.toString();
    }

    private static String colour(int rgb) {
        return rgb == Mark.NONE ? "none" : Palette.hex(rgb);
    }

    /** With at most three decimals: a thousandth of a point is not seen. */
    static String number(double value) {
        double rounded = Math.rint(value * 1000) / 1000;
        if (!Double.isFinite(rounded)) {
            return String.valueOf(rounded); // in a sentence about it; a drawing has none
        }
        return rounded == Math.rint(rounded) && Math.abs(rounded) < 1e9
                ? Long.toString((long) rounded)
                : java.math.BigDecimal.valueOf(rounded).stripTrailingZeros().toPlainString();
    }

    /** Text or an attribute in double quotes; characters that XML cannot hold become �. */
    static String escape(String text) {
        StringBuilder out = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(c -> {
            switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                default -> {
                    boolean legal = c == '\t'
                            || c == '\n'
                            || c >= 0x20 && c <= 0xd7ff
                            || c >= 0xe000 && c <= 0xfffd
                            || c >= 0x10000;
                    out.appendCodePoint(legal ? c : 0xfffd);
                }
            }
        });
        return out.toString();
    }
}
