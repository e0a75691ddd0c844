package panst3r.install;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;

/**
 * Where the jars of PanSt3R lie: our own and, as its manifest lists them in the layout of a Maven repository, all
 * that it needs. Resolved from the jar's own place in a repository, or from the user's local one if the jar was built
 * elsewhere.
 */
final class ClassPath {
    private ClassPath() {}

    /** The jars behind the running program, absolute. */
    static List<Path> ofThisProgram() {
        try {
            return of(Path.of(ClassPath.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI()));
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    static List<Path> of(Path jar) {
        if (!Files.isRegularFile(jar)) {
            throw new IllegalStateException(
                    "The installer must be run from its jar, not from " + jar + ": run `mvn install` and try again.");
        }
        List<Path> jars = new ArrayList<>();
        jars.add(jar.toAbsolutePath());
        for (String entry : listed(jar)) {
            jars.add(find(jar.toAbsolutePath(), entry));
        }
        return jars;
    }

    private static Path find(Path jar, String entry) {
        String local = System.getProperty(
                "maven.repo.local",
                Path.of(System.getProperty("user.home"), ".m2", "repository").toString());
        Path inRepository = Path.of(local).resolve(entry.replaceFirst("^(\\.\\./)+", ""));
        for (Path candidate : List.of(jar.getParent().resolve(entry).normalize(), inRepository)) {
            if (Files.isRegularFile(candidate)) {
                return candidate.toAbsolutePath();
            }
        }
        throw new IllegalStateException(inRepository.getFileName() + " is neither beside " + jar + " nor in " + local
                + ": run `mvn install` in PanSt3R's folder, then run the installer again.");
    }

    private static List<String> listed(Path jar) {
        try (JarFile file = new JarFile(jar.toFile())) {
            Manifest manifest = file.getManifest();
            String value =
                    manifest == null ? null : manifest.getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
            return value == null ? List.of() : List.of(value.trim().split("\\s+"));
        } catch (IOException e) {
            throw new IllegalStateException(jar + " cannot be read as a jar: " + e.getMessage(), e);
        }
    }

    static String joined(List<Path> jars) {
        return String.join(File.pathSeparator, jars.stream().map(Path::toString).toList());
    }
}
