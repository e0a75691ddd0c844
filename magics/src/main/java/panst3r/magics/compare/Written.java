package panst3r.magics.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import panst3r.PanSt3RException;

/** Files that stand under their names only when complete. */
final class Written {
    private Written() {}

    static Path to(Path file, byte[] content) {
        Path target = file.toAbsolutePath().normalize();
        Path unfinished = target.resolveSibling("." + target.getFileName() + ".part");
        try {
            Files.createDirectories(target.getParent());
            Files.write(unfinished, content);
            Files.move(unfinished, target, StandardCopyOption.REPLACE_EXISTING);
            return file;
        } catch (IOException e) {
            throw new PanSt3RException(
                    file
                            + " could not be written; name a file in a folder that has space left and that one may write to.",
                    e);
        }
    }
}
