package panst3r.checkpoint;

/** Names from a file as they may appear in a message: short, on one line, without control characters. */
final class Text {
    private static final int LONGEST = 120;

    private Text() {}

    static String quote(String s) {
        StringBuilder out = new StringBuilder("'");
        s.codePoints().limit(LONGEST).forEach(c -> {
            if (Character.isISOControl(c) || Character.getType(c) == Character.FORMAT || c == 0x2028 || c == 0x2029) {
                out.append('?'); // a bidirectional override could make one name look like another
            } else {
                out.appendCodePoint(c);
            }
        });
        return out.append(s.codePointCount(0, s.length()) > LONGEST ? "…'" : "'")
                .toString();
    }
}
