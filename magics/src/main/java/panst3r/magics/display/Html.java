package panst3r.magics.display;

/** Text on its way into HTML. Names of files and classes come from outside: nothing reaches a page but through here. */
public final class Html {
    /**
     * The one style of everything shown. Colours are those of the page, made fainter or mixed, so that dark and light
     * themes both work, also where Jupyter's own variables are absent (exports). The class is named twice to weigh more
     * than Jupyter's own rules for tables.
     */
    static final String STYLE = "<style>"
            + ".p3r{font-family:var(--jp-ui-font-family,system-ui,-apple-system,'Segoe UI',Helvetica,Arial,sans-serif);"
            + "font-size:13px;line-height:1.45;max-width:100%;color:inherit}"
            + ".p3r.p3r table{border-collapse:collapse;border:0;margin:4px 0;font-size:12px;"
            + "font-variant-numeric:tabular-nums;display:table;width:auto;table-layout:auto}"
            + ".p3r.p3r th,.p3r.p3r td{padding:3px 8px;border:0;text-align:left;white-space:nowrap;background:none;"
            + "vertical-align:middle;max-width:32em;overflow:hidden;text-overflow:ellipsis}"
            + ".p3r.p3r th{font-weight:600;white-space:normal;vertical-align:bottom;border-bottom:1px solid rgba(128,128,128,.55)}"
            + ".p3r.p3r tbody tr{background:none}.p3r.p3r tbody tr:nth-child(even){background:rgba(128,128,128,.08)}"
            + ".p3r.p3r tbody tr:hover{background:rgba(128,128,128,.16)}"
            + ".p3r.p3r tr[aria-selected=true] td{background:rgba(47,127,193,.22)}"
            + ".p3r.p3r .n{text-align:right}.p3r.p3r .m{opacity:.66}.p3r.p3r .gap td{text-align:center;opacity:.6;padding:0}"
            + ".p3r.p3r .s{display:inline-block;width:.8em;height:.8em;border-radius:2px;margin-right:.5em;"
            + "vertical-align:-.06em;box-shadow:inset 0 0 0 1px rgba(128,128,128,.5)}"
            + ".p3r.p3r .t{font-weight:600}.p3r.p3r .x{overflow-x:auto}"
            + ".p3r.p3r .w{border-left:3px solid #d9822b;padding:2px 8px;margin:4px 0;background:rgba(217,130,43,.12)}"
            + ".p3r.p3r .bar{height:6px;border-radius:3px;background:rgba(128,128,128,.25);overflow:hidden;margin:5px 0;"
            + "max-width:460px}.p3r.p3r .bar>div{height:100%;background:#2f7fc1}"
            + ".p3r.p3r pre{font-family:var(--jp-code-font-family,ui-monospace,Menlo,Consolas,monospace);font-size:12px;"
            + "line-height:1.4;margin:4px 0;background:none;color:inherit;white-space:pre-wrap}"
            + ".p3r.p3r code{font-family:var(--jp-code-font-family,ui-monospace,Menlo,Consolas,monospace);font-size:.95em;"
            + "background:rgba(128,128,128,.14);padding:0 3px;border-radius:3px;color:inherit}"
            + "</style>";

    private Html() {}

    /** Safe as text and inside an attribute in double or single quotes. */
    public static String escape(String text) {
        StringBuilder out = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                default -> {
                    // Control and bidirectional-override characters could make a name look like another.
                    boolean override = c >= '\u202a' && c <= '\u202e' || c >= '\u2066' && c <= '\u2069';
                    out.append(c < ' ' && c != '\n' && c != '\t' || override ? '\ufffd' : c);
                }
            }
        }
        return out.toString();
    }

    /** A fragment as it stands in a cell. */
    public static String page(String body) {
        return STYLE + "<div class=\"p3r\">" + body + "</div>";
    }

    /** A small square of this colour, 0xRRGGBB. */
    public static String swatch(int rgb) {
        return String.format("<span class=\"s\" style=\"background:#%06x\"></span>", rgb & 0xffffff);
    }
}
