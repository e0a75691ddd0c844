package panst3r.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstallTest {
    @TempDir
    Path folder;

    @Test
    void theKernelspecNamesEverythingByAbsolutePaths() throws IOException {
        Path jjava = Files.createFile(folder.resolve("jjava.jar"));
        Path ours = folder.resolve("a folder/ours.jar");
        Path file = new Kernelspec(jjava, List.of(ours), "3g").write(folder.resolve("kernels"), "panst3r");

        assertThat(file).isEqualTo(folder.resolve("kernels/panst3r/kernel.json"));
        JsonObject spec = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
        List<String> argv = spec.getAsJsonArray("argv").asList().stream()
                .map(e -> e.getAsString())
                .toList();
        assertThat(Path.of(argv.get(0))).isAbsolute().isExecutable();
        assertThat(argv).contains("-Xmx3g", "jdk.jshell/jdk.jshell=ALL-UNNAMED", jjava + File.pathSeparator + ours);
        assertThat(argv.get(argv.size() - 1)).isEqualTo("{connection_file}");
        assertThat(spec.get("interrupt_mode").getAsString()).isEqualTo("message");
        assertThat(spec.get("display_name").getAsString()).isEqualTo("Java (PanSt3R)");
        try (Stream<Path> files = Files.list(file.getParent())) {
            assertThat(files).as("no temporary file is left").containsExactly(file);
        }
    }

    @Test
    void writingAgainReplaces() throws IOException {
        Path jjava = Files.createFile(folder.resolve("jjava.jar"));
        new Kernelspec(jjava, List.of(), "3g").write(folder, "panst3r");
        Path file = new Kernelspec(jjava, List.of(), "5g").write(folder, "panst3r");
        assertThat(Files.readString(file)).contains("-Xmx5g").doesNotContain("-Xmx3g");
    }

    @Test
    void namesCannotLeaveTheFolder() throws IOException {
        Path jjava = Files.createFile(folder.resolve("jjava.jar"));
        assertThatThrownBy(() -> new Kernelspec(jjava, List.of(), "3g").write(folder, "../x"))
                .hasMessageContaining("--name ../x");
    }

    @Test
    void theHeapIsASize() throws IOException {
        Path jjava = Files.createFile(folder.resolve("jjava.jar"));
        assertThatThrownBy(() -> new Kernelspec(jjava, List.of(), "lots")).hasMessageContaining("4g");
    }

    @Test
    void librariesAreFoundFromTheJarsPlaceInARepository() throws IOException {
        Path library = folder.resolve("org/lib/1/lib-1.jar");
        Files.createDirectories(library.getParent());
        Files.createFile(library);
        Path jar = jar(folder.resolve("io/g/ours/1/ours-1.jar"), "../../../../org/lib/1/lib-1.jar");
        assertThat(ClassPath.of(jar)).containsExactly(jar, library);
    }

    @Test
    void aMissingLibraryIsNamed() throws IOException {
        Path jar = jar(folder.resolve("io/g/ours/1/ours-1.jar"), "../../../../org/lib/1/lib-1.jar");
        assertThatThrownBy(() -> ClassPath.of(jar))
                .hasMessageContaining("lib-1.jar")
                .hasMessageContaining("mvn install");
    }

    @Test
    void aFolderIsNoJar() {
        assertThatThrownBy(() -> ClassPath.of(folder)).hasMessageContaining("mvn install");
    }

    private static Path jar(Path path, String classPath) throws IOException {
        Files.createDirectories(path.getParent());
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, classPath);
        try (OutputStream out = Files.newOutputStream(path);
                JarOutputStream jar = new JarOutputStream(out, manifest)) {
            jar.finish();
        }
        return path;
    }
}
