package panst3r.text;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import panst3r.PanSt3RException;
import panst3r.checkpoint.ClassTable;

/**
 * Names of classes to look for: at least one, each once, none longer than a text encoder could read.
 *
 * @param names in order
 */
public record Vocabulary(List<String> names) {
    /** More would take hours to embed, and no benchmark has as many. */
    static final int MOST = 5000;

    /** In characters; a text encoder reads 64 tokens and no further. */
    static final int LONGEST = 200;

    /** The lists that come with the library; docs/classes.md says where they are from. */
    private static final List<String> SHIPPED = List.of("scannet", "coco", "ade20k");

    /** In bytes; a list of the most and longest names is shorter. */
    private static final long LARGEST = 8 << 20;

    /** How many names a message quotes. */
    private static final int QUOTED = 12;

    /**
     * @throws PanSt3RException if there is none, are too many, or one is empty, too long, not plain text, or named
     *     twice
     */
    public Vocabulary {
        names = names.stream().map(String::strip).toList();
        if (names.isEmpty()) {
            throw new PanSt3RException("The list of classes is empty; name at least one thing to look for.");
        }
        if (names.size() > MOST) {
            throw new PanSt3RException(
                    "A list of " + names.size() + " classes is too long; name at most " + MOST + ".");
        }
        Set<String> seen = new LinkedHashSet<>();
        for (String name : names) {
            if (name.isEmpty()) {
                throw new PanSt3RException("One of the " + names.size() + " classes has an empty name; leave it out.");
            }
            if (name.length() > LONGEST) {
                throw new PanSt3RException("The class name that begins with “" + name.substring(0, 40) + "…” has "
                        + name.length() + " characters; use at most " + LONGEST + ".");
            }
            if (name.codePoints().anyMatch(c -> Character.isISOControl(c) && !Character.isWhitespace(c))) {
                throw new PanSt3RException("The class name “" + name.replaceAll("\\p{Cntrl}", "\ufffd")
                        + "” has a control character in it; leave that out.");
            }
            if (!seen.add(name)) {
                throw new PanSt3RException("The class “" + name + "” is named twice; name it once.");
            }
        }
    }

    /**
     * Free text in place of a name.
     *
     * @throws PanSt3RException if it is empty or too long
     */
    public static Vocabulary ofText(String text) {
        if (text.isBlank() || text.strip().length() > LONGEST) {
            throw new PanSt3RException("What to look for is a text of 1 to " + LONGEST + " characters, not of "
                    + text.strip().length() + ".");
        }
        return new Vocabulary(List.of(text));
    }

    /** {@code scannet}, {@code coco}, {@code ade20k}. */
    public static List<String> shipped() {
        return SHIPPED;
    }

    /**
     * @param nameOrFile one of {@link #shipped}, or a text file with one name a line
     * @throws PanSt3RException if it is neither
     */
    public static Vocabulary of(String nameOrFile) {
        String name = nameOrFile.toLowerCase(Locale.ROOT);
        if (SHIPPED.contains(name)) {
            try (InputStream in = Vocabulary.class.getResourceAsStream(name + ".txt")) {
                return lines(new String(in.readAllBytes(), StandardCharsets.UTF_8));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return read(Path.of(nameOrFile));
    }

    /** A text file in UTF-8, one name a line, empty lines ignored. */
    private static Vocabulary read(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new PanSt3RException((Files.isDirectory(file)
                            ? file + " is a folder, not a vocabulary: name "
                            : "There is no vocabulary “" + file + "”: name ")
                    + String.join(", ", SHIPPED)
                    + " or a text file with one class a line.");
        }
        try {
            if (Files.size(file) > LARGEST) {
                throw new PanSt3RException("it is too large for a list of names; it needs one class a line.");
            }
            return lines(Files.readString(file).replaceFirst("^\ufeff", "")); // as some editors begin a text
        } catch (CharacterCodingException e) {
            throw new PanSt3RException(file + " is no text in UTF-8; it needs one class a line.", e);
        } catch (IOException e) {
            throw new PanSt3RException(file + " cannot be read: " + e.getMessage() + ".", e);
        } catch (PanSt3RException e) {
            throw new PanSt3RException(file + " cannot be used as a vocabulary: " + e.getMessage(), e);
        }
    }

    private static Vocabulary lines(String text) {
        return new Vocabulary(
                text.lines().map(String::strip).filter(line -> !line.isEmpty()).toList());
    }

    /**
     * The embeddings of these names in a table that has them; upper and lower case are the same.
     *
     * @throws PanSt3RException if it lacks one, or two are the same there
     */
    public ClassTable in(ClassTable table) {
        Map<String, Integer> rows = new LinkedHashMap<>();
        for (int i = 0; i < table.size(); i++) {
            rows.putIfAbsent(table.names().get(i).strip().toLowerCase(Locale.ROOT), i);
        }
        float[] embeddings = new float[names.size() * table.width()];
        List<String> unknown = new ArrayList<>();
        List<String> found = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            Integer row = rows.get(names.get(i).toLowerCase(Locale.ROOT));
            if (row == null) {
                unknown.add(names.get(i));
            } else if (found.contains(table.names().get(row))) {
                throw new PanSt3RException(
                        "The class “" + names.get(i) + "” is named twice, in another case; name it once.");
            } else {
                found.add(table.names().get(row));
                System.arraycopy(table.embeddings(), row * table.width(), embeddings, i * table.width(), table.width());
            }
        }
        if (!unknown.isEmpty()) {
            throw new PanSt3RException("Without a text encoder only the model's own classes can be looked for, and "
                    + quoted(unknown) + (unknown.size() == 1 ? " is" : " are") + " not among them ("
                    + quoted(table.names())
                    + "); name the folder of a text encoder with --text FOLDER.");
        }
        return new ClassTable(found, table.width(), embeddings);
    }

    private static String quoted(List<String> names) {
        String shown = names.stream()
                .limit(QUOTED)
                .map(n -> "“" + (n.length() <= 40 ? n : n.substring(0, 40) + "…") + "”")
                .collect(Collectors.joining(", "));
        return names.size() <= QUOTED ? shown : shown + " and " + (names.size() - QUOTED) + " more";
    }
}
