package panst3r.magics;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Installs the magics in a JVM of its own, which lists the classes that it loads. */
final class LoadedClasses {
    private LoadedClasses() {}

    public static void main(String[] args) {
        PanSt3RMagics.install(new RecordingBridge());
    }

    static String afterInstall() throws IOException, InterruptedException {
        Process java = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xlog:class+load:stdout",
                        "-cp",
                        System.getProperty("java.class.path"),
                        LoadedClasses.class.getName())
                .redirectErrorStream(true)
                .start();
        String out = new String(java.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return java.waitFor() == 0 ? out : "failed: " + out;
    }
}
