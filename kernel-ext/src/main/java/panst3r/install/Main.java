package panst3r.install;

import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;

/**
 * What {@code java -jar panst3r-kernel-ext-….jar} runs: {@link Commands}. The manifest finds the libraries if the jar
 * lies in a Maven repository; from where it was built, they are taken from the user's local repository.
 */
public final class Main {
    private Main() {}

    public static void main(String[] args) throws ReflectiveOperationException {
        List<Path> jars;
        try {
            jars = ClassPath.ofThisProgram();
        } catch (IllegalStateException e) {
            System.err.println(e.getMessage());
            System.exit(1);
            return;
        }
        URL[] urls = jars.stream().map(Main::url).toArray(URL[]::new);
        ClassLoader loader = new URLClassLoader(urls, ClassLoader.getPlatformClassLoader());
        Object status = Class.forName("panst3r.install.Commands", true, loader)
                .getMethod("run", String[].class)
                .invoke(null, (Object) args);
        System.exit((Integer) status);
    }

    private static URL url(Path jar) {
        try {
            return jar.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalStateException(e);
        }
    }
}
