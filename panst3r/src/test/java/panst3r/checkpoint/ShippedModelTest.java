package panst3r.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import panst3r.PanSt3RException;

class ShippedModelTest {
    @TempDir
    Path folder;

    @Test
    void withoutItsArtifactThereIsASentence() {
        assertThat(ShippedModel.present()).isFalse();
        assertThatThrownBy(ShippedModel::file)
                .isInstanceOf(PanSt3RException.class)
                .hasMessageContaining("mini")
                .hasMessageContaining("panst3r-mini");
    }

    @Test
    void aCopyIsMadeOnceAndADamagedOneReplaced() throws Exception {
        byte[] bytes = new byte[10_000];
        Arrays.fill(bytes, (byte) 7);
        Path file = folder.resolve("a/b/mini.safetensors");
        assertThat(ShippedModel.copy(bytes, file)).contains(file);
        var first = Files.getLastModifiedTime(file);
        Object key = Files.readAttributes(file, "fileKey").get("fileKey");
        assertThat(ShippedModel.copy(bytes, file)).contains(file);
        assertThat(Files.readAttributes(file, "fileKey").get("fileKey")).isEqualTo(key);
        assertThat(Files.getLastModifiedTime(file)).isEqualTo(first);

        byte[] damaged = bytes.clone();
        damaged[5_000]++;
        Files.write(file, damaged);
        assertThat(ShippedModel.copy(bytes, file)).contains(file);
        assertThat(file).hasBinaryContent(bytes);
        Files.write(file, Arrays.copyOf(bytes, 77));
        assertThat(ShippedModel.copy(bytes, file)).contains(file);
        assertThat(file).hasBinaryContent(bytes);
        try (var files = Files.list(file.getParent())) {
            assertThat(files.toList()).isEqualTo(List.of(file));
        }
    }

    @Test
    void aPlaceThatCannotBeWrittenIsNone() throws Exception {
        Path blocked = Files.write(folder.resolve("file"), new byte[1]);
        assertThat(ShippedModel.copy(new byte[3], blocked.resolve("mini.safetensors")))
                .isEmpty();
    }
}
