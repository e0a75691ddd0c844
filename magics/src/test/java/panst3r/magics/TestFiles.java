package panst3r.magics;

import java.nio.file.Path;

/** Where the tests find what lies elsewhere in the checkout. */
final class TestFiles {
    private TestFiles() {}

    /** The project's copy of the fixtures, whatever set the parity tests use. */
    static Path fixtures() {
        return Path.of(System.getProperty("panst3r.root", ".."), "panst3r/src/test/resources/fixtures");
    }
}
