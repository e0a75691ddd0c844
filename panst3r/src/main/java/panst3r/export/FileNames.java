package panst3r.export;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import panst3r.scene.Scene;

/** Names from outside as names of files that exist on every system and never leave their folder. */
final class FileNames {
    private static final int LONGEST = 40;

    private FileNames() {}

    /** One a view, after its photo, without extension; no two the same, also where capitals do not count. */
    static List<String> ofViews(Scene scene) {
        Set<String> taken = new HashSet<>();
        List<String> out = new ArrayList<>();
        for (int v = 0; v < scene.views(); v++) {
            String name = safe(scene.view(v).photo().name().replaceFirst("\\.[A-Za-z0-9]{1,5}$", ""));
            String unique = name;
            for (int n = 2; !taken.add(unique.toLowerCase(Locale.ROOT)); n++) {
                unique = name + "-" + n;
            }
            out.add(unique);
        }
        return out;
    }

    /**
     * Letters, digits, dots, hyphens and underscores, begun and ended by none of the latter; at most 40 of them; never empty
     * and never a name that a system keeps for itself. Different names may become the same.
     */
    static String safe(String name) {
        String kept = Normalizer.normalize(name, Normalizer.Form.NFC)
                .replaceAll("[^\\p{L}\\p{M}\\p{N}._-]+", "_")
                .replaceAll("^[\\p{M}._-]+", "");
        if (kept.codePointCount(0, kept.length()) > LONGEST) {
            kept = kept.substring(0, kept.offsetByCodePoints(0, LONGEST));
        }
        kept = kept.replaceAll("[._-]+$", "");
        boolean reserved = kept.matches("(?i)(con|prn|aux|nul|com\\d|lpt\\d)(\\..*)?");
        return kept.isEmpty() ? "unnamed" : reserved ? "x" + kept : kept;
    }
}
