package panst3r.install;

import com.google.gson.GsonBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import panst3r.PanSt3RException;

/**
 * The file from which Jupyter starts our kernel. All paths are absolute, and the kernel's JVM is started directly:
 * behind JJava's launcher it would outlive a kill.
 *
 * @param jjava the kernel of the pip package
 * @param jars PanSt3R and all that it needs
 * @param heap a size as in {@code -Xmx4g}
 */
record Kernelspec(Path jjava, List<Path> jars, String heap) {
    static final String DISPLAY_NAME = "Java (PanSt3R)";

    Kernelspec {
        if (!Files.isRegularFile(jjava)) {
            throw new PanSt3RException(
                    "There is no file " + jjava + ": --jjava names the jjava.jar of `pip install" + " jjava`.");
        }
        if (!heap.matches("[1-9][0-9]*[kKmMgG]")) {
            throw new PanSt3RException("--heap " + heap + " is no size: write it like 4g or 900m.");
        }
    }

    String json() {
        List<Path> path = new ArrayList<>();
        path.add(jjava);
        path.addAll(jars);
        Map<String, Object> spec = new LinkedHashMap<>();
        spec.put(
                "argv",
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx" + heap,
                        // JJava reaches into JShell
                        "--add-opens",
                        "jdk.jshell/jdk.jshell=ALL-UNNAMED",
                        "-Djava.awt.headless=true",
                        "-cp",
                        ClassPath.joined(path),
                        "org.dflib.jjava.distro.JJava",
                        "{connection_file}"));
        spec.put("display_name", DISPLAY_NAME);
        spec.put("language", "java");
        spec.put("interrupt_mode", "message");
        // libtorch's threads wait asleep: spinning, they starve each other where other programs run too
        spec.put("env", Map.of("OMP_WAIT_POLICY", "passive"));
        return new GsonBuilder()
                .setPrettyPrinting()
                .disableHtmlEscaping()
                .create()
                .toJson(spec);
    }

    /**
     * @param kernels one of Jupyter's folders for kernels; made if need be
     * @return the file written
     */
    Path write(Path kernels, String name) {
        if (!name.matches("[A-Za-z0-9._-]+")) {
            throw new PanSt3RException("--name " + name + " is no kernel name: use letters, digits and . _ - only.");
        }
        Path file = kernels.resolve(name).resolve("kernel.json");
        try {
            Files.createDirectories(file.getParent());
            Path temporary = Files.createTempFile(file.getParent(), "kernel", ".tmp");
            try {
                Files.writeString(temporary, json());
                Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(temporary);
            }
        } catch (IOException e) {
            throw new PanSt3RException("The kernel could not be written to " + file + ": " + e, e);
        }
        return file;
    }
}
