package panst3r;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WholeFileTest {
    @TempDir
    Path folder;

    private Path part(String of, Duration age) throws IOException {
        Path part = Files.writeString(folder.resolve("." + of + "." + UUID.randomUUID() + ".part"), "half");
        Files.setLastModifiedTime(part, FileTime.from(Instant.now().minus(age)));
        return part;
    }

    @Test
    void whatAKilledProcessLeftIsRemoved() throws IOException {
        Duration anHour = Duration.ofHours(1);
        Path left = part("state.safetensors", anHour);
        Path young = part("state.safetensors", Duration.ZERO);
        Path held = part("state.safetensors", anHour);
        Path ofAnother = part("state.safetensors.old", anHour);
        Path notOurs = Files.writeString(folder.resolve(".state.safetensors.mine.part"), "x");
        Files.setLastModifiedTime(notOurs, FileTime.from(Instant.now().minus(anHour)));
        Path file = folder.resolve("state.safetensors");
        try (FileChannel writer = FileChannel.open(held, StandardOpenOption.WRITE)) {
            writer.lock();
            WholeFile.write(file, new byte[] {1, 2});
        }
        assertThat(file).hasBinaryContent(new byte[] {1, 2});
        assertThat(left).doesNotExist();
        assertThat(young).exists();
        assertThat(held).exists();
        assertThat(ofAnother).exists();
        assertThat(notOurs).exists();
        WholeFile.write(file, new byte[0]);
        assertThat(file).isEmptyFile();
        assertThat(held).doesNotExist();
    }

    @Test
    void whatFailsLeavesTheFileBeforeAndNoPart() throws IOException {
        Path file = Files.writeString(folder.resolve("scene.ply"), "before");
        assertThatThrownBy(() -> WholeFile.write(file, out -> {
                    WholeFile.writeFully(out, ByteBuffer.allocate(10));
                    throw new IOException("disk full");
                }))
                .hasMessage("disk full");
        assertThat(file).hasContent("before");
        assertThat(folder.toFile().list()).containsExactly("scene.ply");
    }
}
