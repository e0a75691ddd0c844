package panst3r.install;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import panst3r.PanSt3RException;

/** Where Jupyter looks for kernels. */
final class JupyterPaths {
    private JupyterPaths() {}

    static Path kernels(Path prefix) {
        return prefix.resolve(Path.of("share", "jupyter", "kernels"));
    }

    static Path userKernels() {
        String set = System.getenv("JUPYTER_DATA_DIR");
        if (set != null && !set.isBlank()) {
            return Path.of(set, "kernels").toAbsolutePath();
        }
        String home = System.getProperty("user.home");
        String os = System.getProperty("os.name");
        if (os.startsWith("Windows")) {
            return Path.of(System.getenv("APPDATA"), "jupyter", "kernels");
        }
        return os.startsWith("Mac")
                ? Path.of(home, "Library", "Jupyter", "kernels")
                : Path.of(home, ".local", "share", "jupyter", "kernels");
    }

    /** The environment of the Python that a shell would start. */
    static Path sysPrefix() {
        try {
            Process python = new ProcessBuilder("python3", "-c", "import sys; print(sys.prefix)")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String prefix = new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (python.waitFor() == 0 && !prefix.isEmpty()) {
                return Path.of(prefix);
            }
        } catch (IOException | InterruptedException e) {
            // said below
        }
        throw new PanSt3RException("No python3 answers here: name its environment with --prefix DIR.");
    }

    /**
     * The kernel that {@code pip install jjava} brought, in the given environment, in the current one or in the
     * user's.
     *
     * @param prefix null if none was named
     */
    static Path jjava(Path prefix) {
        List<Path> places = new ArrayList<>();
        if (prefix != null) {
            places.add(kernels(prefix));
        }
        for (String variable : List.of("VIRTUAL_ENV", "CONDA_PREFIX")) {
            if (System.getenv(variable) != null) {
                places.add(kernels(Path.of(System.getenv(variable))));
            }
        }
        places.add(userKernels());
        places.add(kernels(Path.of("/usr/local")));
        for (Path place : places) {
            Path jar = place.resolve(Path.of("java", "jjava.jar"));
            if (Files.isRegularFile(jar)) {
                return jar.toAbsolutePath();
            }
        }
        throw new PanSt3RException("JJava's kernel was not found in " + places
                + ": run `pip install jjava` in Jupyter's environment and name that with --prefix DIR, or the jar"
                + " itself with --jjava JAR.");
    }
}
