package panst3r.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayOutputStream;
import java.io.RandomAccessFile;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import panst3r.PanSt3RException;

/** Files made to exhaust memory, time or the stack: each refused before it can, with no more heap than its size + 64 MB. */
class HostileInputTest {
    private static final int MARGIN = 64 << 20;

    // ---- pickles

    @Test
    void millionsOfEmptyContainers() {
        for (char opcode : new char[] {'}', ']', ')', 0x8f, 'N'}) {
            assertPickleRefused(repeat(1_500_000, opcode), "instructions");
        }
    }

    @Test
    void millionsOfMemos() {
        assertPickleRefused(concat("]", repeat(1_500_000, (char) 0x94)), "instructions");
    }

    @Test
    void oneTextEncodedAgainAndAgain() {
        String text = "x".repeat(200);
        byte[] once = concat("c_codecs\nencode\nq\0U\u00c8" + text + "U\u0006latin1\u0086q\1R");
        assertThat((byte[]) pickle(concat(once, "."))).hasSize(200);
        assertPickleRefused(concat(once, "0h\0h\1R0h\0h\1R0h\0h\1R0."), "more bytes than it holds");
    }

    @Test
    void oneDictCopiedIntoManyNamespaces() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(concat("cargparse\nNamespace\nq\0}("));
        for (int i = 0; i < 10_000; i++) {
            out.writeBytes(concat("U\4" + String.format("%04d", i) + "N"));
        }
        out.writeBytes(concat("uq\1"));
        for (int i = 0; i < 5_000; i++) {
            out.writeBytes(concat("h\0)\u0081h\1b"));
        }
        assertPickleRefused(out.toByteArray(), "again and again");
    }

    @Test
    void nestedKeys() {
        assertPickleRefused(concat("})", repeat(100_000, (char) 0x85), "Ns."), "key");
        assertPickleRefused(concat("}]Ns."), "key");
    }

    @Test
    void nestedTuplesAreMerelyRead() {
        Object value = pickle(concat(")", repeat(300_000, (char) 0x85), "."));
        for (int i = 0; i < 300_000; i++) {
            value = ((List<?>) value).get(0);
        }
        assertThat((List<?>) value).isEmpty();
    }

    @Test
    void longLinesAndNumbers() {
        assertPickleRefused(concat("I", repeat(5000, '1'), "\n."), "line");
        assertPickleRefused(concat("I1e5\n."), "integer");
        assertPickleRefused(concat("Fabc\n."), "number");
        assertPickleRefused(concat("g-x\n."), "memo");
        assertPickleRefused(concat("X\1\0\0\0\u00ff."), "UTF-8");
        assertThat(pickle(concat("X\3\0\0\0\u00ef\u00bf\u00bd."))).isEqualTo("\ufffd");
        assertThat(pickle(concat("(I01\nL12L\nF-1.5\nS'a'\nVb\nK\5tp3\n0g3\n.")))
                .asList()
                .containsExactly(true, 12L, -1.5, "a", "b", 5L);
    }

    @Test
    void callsOfWhatIsOnlyNamed() {
        assertPickleRefused(concat("ctorch\nFloatStorage\n)R."), "only ever named");
        assertPickleRefused(concat("cnumpy\nndarray\n)R."), "only ever named");
        assertPickleRefused(concat("K\1)R."), "not a class");
        assertPickleRefused(concat("ccollections\nOrderedDict\nK\1R."), "tuple");
        assertPickleRefused(concat("cargparse\nNamespace\nK\1\u0085R."), "argparse.Namespace");
        assertPickleRefused(concat("]}b."), "state");
        assertPickleRefused(concat("(."), "empty stack");
        assertPickleRefused(concat("cnumpy\ndtype\nU\1O\u0085R."), "plain numbers");
    }

    @Test
    void theListOfNamesIsShort() {
        assertThat(PickleReader.ALLOWED).hasSizeLessThanOrEqualTo(20).noneMatch(n -> n.contains("java"));
    }

    // ---- zips

    @Test
    void tooManyEntries(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("many.pth");
        try (TorchZip zip = new TorchZip(file, "a", true)) {
            for (int i = 0; i < 100_001; i++) {
                zip.entry("data/" + i, new byte[0]);
            }
        }
        assertBounded(
                file.toFile().length(),
                () -> assertThatThrownBy(() -> PickleFile.read(file))
                        .isInstanceOf(PanSt3RException.class)
                        .hasMessageContaining("100001 entries"));
    }

    /** Every single bit flip of a small file is refused in one way, or read as data. */
    @Test
    void flippedBits(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("small.pth");
        try (TorchZip zip = new TorchZip(file, "small", true)) {
            Object value = Map.of("t", new PickleWriter.Tensor(DType.F32, "0", new long[] {2}));
            zip.entry("data.pkl", PickleWriter.write(value));
            zip.entry("data/0", new byte[8]);
        }
        byte[] bytes = java.nio.file.Files.readAllBytes(file);
        int refused = 0;
        for (int bit = 0; bit < 8 * bytes.length; bit++) {
            byte[] flipped = bytes.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            try {
                PickleFile.read(FileBytes.of("flipped.pth", flipped));
            } catch (PanSt3RException e) {
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(bytes.length);
    }

    /** Cut at every length. */
    @Test
    void cutFiles(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("small.pth");
        try (TorchZip zip = new TorchZip(file, "small", false)) {
            zip.entry("data.pkl", PickleWriter.write(Map.of()));
        }
        byte[] bytes = java.nio.file.Files.readAllBytes(file);
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = java.util.Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> Checkpoint.open(FileBytes.of("cut.pth", cut)))
                    .isInstanceOf(PanSt3RException.class)
                    .hasMessageContaining("cut.pth");
        }
    }

    // ---- safetensors

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " {}",
                "\ufeff{}",
                "{}x",
                "{",
                "{}{}",
                "[]",
                "{'a':1}",
                "{a:1}",
                "{\"__metadata__\":1}",
                "{\"__metadata__\":{\"a\":1}}",
                "{\"__metadata__\":{\"a\":\"1\",\"a\":\"2\"}}",
                "{\"__metadata__\":{},\"__metadata__\":{}}",
                "{\"a\":[]}",
                "{\"a\":null}",
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[1.0],\"data_offsets\":[0,1]}}",
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[\"1\"],\"data_offsets\":[0,1]}}",
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[NaN],\"data_offsets\":[0,1]}}",
                "{\"a\":{\"dtype\":\"U8\",\"shape\":1,\"data_offsets\":[0,1]}}",
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1,1]}}",
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[1,2]}}",
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,99999999999999999999]}}",
                "{\"a\":{\"dtype\":\"U8\",\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}",
                "{\"a\":{\"dtype\":null,\"shape\":[1],\"data_offsets\":[0,1]}}",
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1],\"more\":{}}}"
            })
    void brokenHeaders(String header) {
        assertThatThrownBy(() -> SafetensorsFile.of(safetensors(header)))
                .isInstanceOf(PanSt3RException.class)
                .hasMessageContaining("hostile.safetensors")
                .hasMessageNotContaining("\n");
    }

    @Test
    void theFormThatIsRight() {
        assertThat(SafetensorsFile.of(safetensors("{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}  "))
                        .tensors())
                .containsKey("a");
    }

    @Test
    void headerBeyondAllBounds(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("long.safetensors");
        try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
            out.writeLong(Long.reverseBytes(100_000_001));
            out.write('{');
            out.setLength(100_000_009); // sparse
        }
        assertBounded(
                0,
                () -> assertThatThrownBy(() -> SafetensorsFile.open(file))
                        .isInstanceOf(PanSt3RException.class)
                        .hasMessageContaining("100000001"));
    }

    @Test
    void tooManyTensors() {
        StringBuilder header = new StringBuilder("{\"__metadata__\":{}");
        for (int i = 0; i < 100_001; i++) {
            header.append(",\"").append(i).append("\":{\"dtype\":\"U8\",\"shape\":[],\"data_offsets\":[0,1]}");
        }
        FileBytes file = safetensors(header.append('}').toString());
        assertThatThrownBy(() -> SafetensorsFile.of(file))
                .isInstanceOf(PanSt3RException.class)
                .hasMessageContaining("100000 tensors");
    }

    // ---- helpers

    private static FileBytes safetensors(String header) {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer file = ByteBuffer.allocate(8 + json.length + 1).order(ByteOrder.LITTLE_ENDIAN);
        file.putLong(json.length).put(json).put((byte) 7);
        return FileBytes.of("hostile.safetensors", file.array());
    }

    private static Object pickle(byte[] bytes) {
        return new PickleReader(ByteBuffer.wrap(bytes), key -> null, PanSt3RException::new).read();
    }

    private static void assertPickleRefused(byte[] bytes, String why) {
        assertBounded(
                bytes.length,
                () -> assertThatThrownBy(() -> pickle(bytes))
                        .isInstanceOf(PanSt3RException.class)
                        .hasMessageContaining(why));
    }

    /** Counts all that is allocated, which is at least the peak. */
    private static void assertBounded(long fileSize, Runnable read) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long thread = Thread.currentThread().getId();
        long before = threads.getThreadAllocatedBytes(thread);
        read.run();
        assertThat(threads.getThreadAllocatedBytes(thread) - before).isLessThan(fileSize + MARGIN);
    }

    private static byte[] repeat(int times, char opcode) {
        byte[] out = new byte[times];
        java.util.Arrays.fill(out, (byte) opcode);
        return out;
    }

    /** Texts of characters up to 255, and byte arrays. */
    private static byte[] concat(Object... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (Object part : parts) {
            out.writeBytes(part instanceof byte[] b ? b : ((String) part).getBytes(StandardCharsets.ISO_8859_1));
        }
        return out.toByteArray();
    }
}
