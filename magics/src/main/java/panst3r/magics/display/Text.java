package panst3r.magics.display;

import java.util.Locale;
import java.util.Map;

/** Lines to read, shown as they are. */
public record Text(String text) {
    public Map<String, Object> bundle() {
        return Map.of("text/html", Html.page("<pre>" + Html.escape(text) + "</pre>"), "text/plain", text);
    }

    @Override
    public String toString() {
        return text;
    }

    /** "0.3 MB", "1.25 GB". */
    public static String bytes(long bytes) {
        return bytes < 1e9
                ? String.format(Locale.ROOT, "%.1f MB", bytes / 1e6)
                : String.format(Locale.ROOT, "%.2f GB", bytes / 1e9);
    }

    /** "1 photo", "8 photos". */
    public static String count(int n, String thing) {
        return n + " " + thing + (n == 1 ? "" : "s");
    }
}
