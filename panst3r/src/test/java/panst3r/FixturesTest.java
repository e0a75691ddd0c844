package panst3r;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.file.Files;
import java.security.MessageDigest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The copy of the fixtures is whole: what the manifest names is there, byte for byte. */
@Tag("parity")
class FixturesTest {
    @Test
    void everyFileIsTheOneTheManifestNames() throws Exception {
        for (Fixtures.Entry entry : Fixtures.entries("", "")) {
            byte[] bytes = Files.readAllBytes(entry.file());
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
            assertThat(String.format("%064x", new BigInteger(1, digest)))
                    .as(entry.path())
                    .isEqualTo(entry.json().get("sha256").getAsString());
        }
    }
}
