package panst3r;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Where things are kept that can be made again. */
public final class UserCache {
    /** System property: a folder to be used instead of the user's. */
    private static final String PROPERTY = "panst3r.cache";

    private UserCache() {}

    /** The project's folder among the user's caches, which need not be there yet; empty if the user has no home. */
    public static Optional<Path> folder() {
        String own = System.getProperty(PROPERTY);
        String xdg = System.getenv("XDG_CACHE_HOME");
        String home = System.getProperty("user.home");
        if (own != null) {
            return Optional.of(Path.of(own));
        } else if (xdg != null && !xdg.isBlank()) {
            return Optional.of(Path.of(xdg, "panst3r"));
        }
        return home == null || !Files.isDirectory(Path.of(home))
                ? Optional.empty()
                : Optional.of(Path.of(home, ".cache", "panst3r"));
    }
}
