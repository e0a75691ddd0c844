package panst3r.figure;

/** The few sizes of text in a figure, in points: those of a journal's figure at the width of a page. */
enum Style {
    LETTER(Font.BOLD, 9, Style.INK),
    HEADING(Font.BOLD, 7.5, Style.INK),
    BODY(Font.REGULAR, 7, Style.INK),
    STRONG(Font.BOLD, 7, Style.INK),
    SMALL(Font.REGULAR, 6, Style.GREY);

    /** Of text and axes. */
    static final int INK = 0x1f1f1f;

    /** Of what is less important. */
    static final int GREY = 0x5a5a5a;

    /** Of frames and grids. */
    static final int FAINT = 0xc9c9c9;

    final Font font;
    final double size;
    final int rgb;

    Style(Font font, double size, int rgb) {
        this.font = font;
        this.size = size;
        this.rgb = rgb;
    }

    double width(String text) {
        return font.width(text, size);
    }

    /** From one baseline to the next. */
    double pitch() {
        return 1.25 * size;
    }

    /** Height of a capital letter. */
    double cap() {
        return 0.72 * size;
    }
}
