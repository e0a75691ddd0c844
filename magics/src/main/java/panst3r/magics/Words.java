package panst3r.magics;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import panst3r.PanSt3RException;
import panst3r.scene.Scene;

/** The words of a line, and what they stand for: files, names, photos. */
final class Words {
    private Words() {}

    /** Splits a line as the kernels split a magic's: at blanks, double quotes keep together, a backslash takes the next as it is. */
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

    /** A file; {@code ~/} is the user's home. */
    static Path path(String text) {
        try {
            String home = System.getProperty("user.home");
            return Path.of(text.startsWith("~/") ? home + text.substring(1) : text);
        } catch (InvalidPathException e) {
            throw new PanSt3RException("“" + text + "” is no path: " + e.getReason() + ".", e);
        }
    }

    /** A name that a user gives to photos or a scene. */
    static String name(String given) {
        if (given.isBlank() || given.length() > 100) {
            throw new PanSt3RException("A name has between 1 and 100 letters.");
        }
        return given;
    }

    /** The name given, or for null that of the folder in which files lie. */
    static String nameOr(String given, String source) {
        if (given != null) {
            return name(given);
        }
        Path path =
                path(source.replaceAll("/?[*?{\\[].*$", "")).toAbsolutePath().normalize();
        Path name = (Files.isRegularFile(path) ? path.getParent() : path).getFileName();
        return name == null ? "scene" : name.toString();
    }

    /** The number of a photo, which the word is or whose file name it is. */
    static int view(Scene scene, String word) {
        String wanted = word.strip();
        if (wanted.matches("\\d{1,6}")) {
            return Integer.parseInt(wanted);
        }
        for (int v = 0; v < scene.views(); v++) {
            if (scene.view(v).photo().name().equals(wanted)) {
                return v;
            }
        }
        throw new PanSt3RException("There is no photo “" + wanted + "” in this scene; %panst3r cameras lists them.");
    }
}
