package panst3r.merge;

import java.util.List;

/** Helps with a mistyped name. */
final class Suggestion {
    private Suggestion() {}

    /** The second half of a sentence: {@code ; did you mean “qubo”?} or what there is. */
    static String of(String given, List<String> known) {
        String best = null;
        int least = 3;
        for (String name : known) {
            int d = distance(given.toLowerCase(java.util.Locale.ROOT), name);
            if (d < least) {
                least = d;
                best = name;
            }
        }
        return "; there is " + String.join(", ", known) + (best == null ? "" : " (did you mean “" + best + "”?)");
    }

    /** Levenshtein distance. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substituted = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(substituted, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
