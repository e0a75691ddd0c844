package panst3r.image;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;
import panst3r.PanSt3RException;

/** From what a user typed to files: directories, globs, single files. */
final class Sources {
    private static final Pattern GLOB = Pattern.compile("[*?\\[{]");
    private static final Pattern CHUNK = Pattern.compile("\\d+|\\D+");

    private Sources() {}

    static List<Path> find(Collection<String> sources) {
        List<Path> out = new ArrayList<>();
        for (String source : sources) {
            try {
                out.addAll(find(source));
            } catch (InvalidPathException | PatternSyntaxException e) {
                throw new PanSt3RException("“" + source + "” is neither a path nor a pattern.", e);
            } catch (IOException | java.io.UncheckedIOException e) {
                throw new PanSt3RException("“" + source + "” cannot be listed: " + e.getMessage() + ".", e);
            }
        }
        return out;
    }

    private static List<Path> find(String source) throws IOException {
        Matcher glob = GLOB.matcher(source);
        // A file that is there is meant as it stands, whatever characters its name has.
        boolean isGlob = glob.find() && (source.indexOf('\0') >= 0 || !Files.exists(Path.of(source)));
        if (isGlob) {
            int cut = source.lastIndexOf('/', glob.start()) + 1;
            Path base = Path.of(source.substring(0, cut));
            String pattern = source.substring(cut);
            PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + pattern);
            int depth = pattern.contains("**")
                    ? Integer.MAX_VALUE
                    : (int) pattern.chars().filter(c -> c == '/').count() + 1;
            return list(base, depth, matcher);
        }
        Path path = Path.of(source);
        if (Files.isDirectory(path)) {
            return list(path, 1, p -> true);
        }
        if (!Files.exists(path)) {
            throw new PanSt3RException("There is no file or folder “" + source + "”.");
        }
        return List.of(path);
    }

    private static List<Path> list(Path base, int depth, PathMatcher matcher) throws IOException {
        try (Stream<Path> found = Files.walk(base.toString().isEmpty() ? Path.of(".") : base, depth)) {
            return found.filter(p -> p.getNameCount() > 0 && matcher.matches(relative(base, p)))
                    .filter(p -> !hidden(relative(base, p)))
                    .filter(ImageFile::isImageByName)
                    .filter(Files::isRegularFile)
                    .sorted(Comparator.comparing(p -> relative(base, p).toString(), Sources::natural))
                    .toList();
        }
    }

    private static Path relative(Path base, Path found) {
        return base.toString().isEmpty() ? Path.of(".").relativize(found) : base.relativize(found);
    }

    private static boolean hidden(Path relative) {
        for (Path part : relative) {
            if (part.toString().startsWith(".")) {
                return true;
            }
        }
        return false;
    }

    /** Letters without regard to case, runs of digits by value; ties as plain strings. */
    static int natural(String a, String b) {
        Matcher x = CHUNK.matcher(a);
        Matcher y = CHUNK.matcher(b);
        while (true) {
            boolean more = x.find();
            if (more != y.find()) {
                return more ? 1 : -1;
            }
            if (!more) {
                return a.compareTo(b);
            }
            int order = chunk(x.group(), y.group());
            if (order != 0) {
                return order;
            }
        }
    }

    private static int chunk(String a, String b) {
        if (!isDigit(a) || !isDigit(b)) {
            return a.compareToIgnoreCase(b);
        }
        String m = a.replaceFirst("^0+(?=.)", "");
        String n = b.replaceFirst("^0+(?=.)", "");
        return m.length() != n.length() ? Integer.compare(m.length(), n.length()) : m.compareTo(n);
    }

    private static boolean isDigit(String chunk) {
        return chunk.charAt(0) >= '0' && chunk.charAt(0) <= '9';
    }
}
