package panst3r.magics;

import java.util.ArrayList;
import java.util.List;
import panst3r.PanSt3RException;

/** Splits a line as the kernels split a magic's: at blanks, double quotes keep together, a backslash takes the next as it is. */
final class Words {
    private Words() {}

    static List<String> of(String line) {
        List<String> out = new ArrayList<>();
        StringBuilder word = null;
        boolean quoted = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (!quoted && Character.isWhitespace(c)) {
                if (word != null) {
                    out.add(word.toString());
                    word = null;
                }
                continue;
            }
            word = word == null ? new StringBuilder() : word;
            if (c == '"') {
                quoted = !quoted;
            } else {
                word.append(c == '\\' && i + 1 < line.length() ? line.charAt(++i) : c);
            }
        }
        if (quoted) {
            throw new PanSt3RException("The line “" + line.strip() + "” lacks a closing double quote.");
        }
        if (word != null) {
            out.add(word.toString());
        }
        return out;
    }
}
