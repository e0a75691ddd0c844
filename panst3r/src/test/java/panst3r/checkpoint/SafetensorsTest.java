package panst3r.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import panst3r.Fixtures;
import panst3r.PanSt3RException;

class SafetensorsTest {
    static List<Fixtures.Entry> goodFiles() {
        return Fixtures.entries("checkpoint-reader/safetensors/", "good.safetensors");
    }

    static List<Fixtures.Entry> allFiles() {
        return Fixtures.entries("", ".safetensors").stream()
                .filter(e -> !e.kind().equals("bad"))
                .toList();
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("goodFiles")
    @Tag("parity")
    void hasTheExpectedValues(Fixtures.Entry entry) {
        JsonObject expected = Fixtures.json(entry.folder() + "/" + entry.stem() + ".json");
        SafetensorsFile file = SafetensorsFile.open(entry.file());
        assertThat(file.tensors().keySet()).isEqualTo(expected.keySet());
        for (Map.Entry<String, JsonElement> e : expected.entrySet()) {
            PickleFileTest.assertTensor(
                    e.getKey(), e.getValue().getAsJsonObject(), file.tensors().get(e.getKey()));
        }
    }

    /** Against the tests' own reader, on every file of the set. */
    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("allFiles")
    @Tag("parity")
    void agreesWithTheOtherReader(Fixtures.Entry entry) {
        Map<String, Fixtures.Tensor> expected = Fixtures.tensors(entry.path());
        SafetensorsFile file = SafetensorsFile.open(entry.file());
        assertThat(file.tensors().keySet()).isEqualTo(expected.keySet());
        file.tensors().forEach((name, tensor) -> {
            assertThat(tensor.shape()).as(name).isEqualTo(expected.get(name).longShape());
            assertThat(tensor.toDoubles()).as(name).isEqualTo(expected.get(name).values());
        });
    }

    @Property(tries = 200)
    void roundTrip(@ForAll("tensors") Map<String, TensorData> tensors, @ForAll Map<String, String> metadata)
            throws Exception {
        Path file = Files.createTempFile("round", ".safetensors");
        try {
            Map<String, String> text = new LinkedHashMap<>();
            metadata.forEach((k, v) -> text.put(wellFormed(k), wellFormed(v)));
            SafetensorsWriter.write(file, tensors, text);
            SafetensorsFile read = SafetensorsFile.open(file);
            assertThat(read.metadata()).isEqualTo(text);
            assertThat(List.copyOf(read.tensors().keySet())).isEqualTo(List.copyOf(tensors.keySet()));
            tensors.forEach((name, tensor) -> {
                TensorData back = read.tensors().get(name);
                assertThat(back.dtype()).isEqualTo(tensor.dtype());
                assertThat(back.shape()).isEqualTo(tensor.shape());
                assertThat(back.data()).isEqualTo(tensor.data());
            });
        } finally {
            Files.delete(file);
        }
    }

    @Provide
    Arbitrary<Map<String, TensorData>> tensors() {
        Arbitrary<TensorData> tensor = Combinators.combine(
                        Arbitraries.of(DType.class),
                        Arbitraries.longs().between(0, 4).array(long[].class).ofMaxSize(4),
                        Arbitraries.randomValue(r -> r.nextLong()))
                .as((dtype, shape, seed) -> {
                    byte[] bytes = new byte[(int) Arrays.stream(shape).reduce(dtype.bytes(), (a, b) -> a * b)];
                    new java.util.Random(seed).nextBytes(bytes);
                    return new TensorData(dtype, shape, ByteBuffer.wrap(bytes));
                });
        Arbitrary<String> name = Arbitraries.strings()
                .ofMaxLength(20)
                .map(SafetensorsTest::wellFormed)
                .filter(s -> !s.equals("__metadata__"));
        return Arbitraries.maps(name, tensor).ofMaxSize(5).map(LinkedHashMap::new);
    }

    @Test
    void aFailedWriteLeavesTheOldFile(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("taken.safetensors");
        Files.createDirectories(file.resolve("inside")); // cannot be replaced by a file
        assertThatThrownBy(() -> SafetensorsWriter.write(file, Map.of("a", TensorData.of(new float[1], 1)), Map.of()))
                .isInstanceOf(PanSt3RException.class)
                .hasMessageContaining("taken.safetensors");
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }

    /** Without lone surrogates, which UTF-8 cannot hold. */
    private static String wellFormed(String s) {
        return new String(s.getBytes(java.nio.charset.StandardCharsets.UTF_8), java.nio.charset.StandardCharsets.UTF_8);
    }
}
