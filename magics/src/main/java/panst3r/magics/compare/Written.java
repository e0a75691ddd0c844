package panst3r.magics.compare;

import java.io.IOException;
import java.nio.file.Path;
import panst3r.PanSt3RException;
import panst3r.WholeFile;

/** Files that stand under their names only when complete. */
final class Written {
    private Written() {}

    static Path to(Path file, byte[] content) {
        try {
            WholeFile.write(file, content);
            return file;
        } catch (IOException e) {
            throw new PanSt3RException(
                    file
                            + " could not be written; name a file in a folder that has space left and that one may write to.",
                    e);
        }
    }
}
