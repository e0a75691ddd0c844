package panst3r.figure;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import panst3r.image.View;
import panst3r.scene.Scene;

/** Which photos are shown, and how words about a scene are put; shared by the layouts. */
final class Shots {
    private Shots() {}

    /** The views asked for, or some evenly chosen, at most {@code most} of them. */
    static List<Integer> chosen(Scene scene, List<Integer> wanted, int most) {
        if (!wanted.isEmpty()) {
            wanted.forEach(scene::view); // throws where there is none
            return wanted;
        }
        int n = Math.min(scene.views(), most);
        List<Integer> out = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            out.add((int) Math.round(i * (scene.views() - 1.0) / Math.max(1, n - 1)));
        }
        return out;
    }

    static double aspect(View view) {
        return (double) view.width() / view.height();
    }

    /** Of the same lightness, 0xRRGGBB. */
    static int grey(int rgb) {
        int level = (int) Math.round(0.299 * (rgb >> 16 & 255) + 0.587 * (rgb >> 8 & 255) + 0.114 * (rgb & 255));
        return level * 0x010101;
    }

    static String count(long n, String thing) {
        return count(n, thing, thing + "s");
    }

    static String count(long n, String one, String many) {
        return String.format(Locale.ROOT, "%,d ", n) + (n == 1 ? one : many);
    }

    /** "97 %", "99.6 %" */
    static String percent(double share) {
        double percent = 100 * share;
        return String.format(
                Locale.ROOT, percent >= 99 && percent < 100 || percent < 10 ? "%.1f %%" : "%.0f %%", percent);
    }

    /** Two or three digits: 0.085, 0.45, 1.37, 24.1, 310. */
    static String length(double value) {
        int digits = value >= 100 ? 0 : value >= 10 ? 1 : value >= 0.1 ? 2 : 3;
        return String.format(Locale.ROOT, "%." + digits + "f", value);
    }
}
