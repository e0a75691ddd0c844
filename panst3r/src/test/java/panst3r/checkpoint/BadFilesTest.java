package panst3r.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import panst3r.Fixtures;
import panst3r.PanSt3RException;

/**
 * Damaged, wrong and hostile files: each is one sentence that names the file. Which words it must hold follows from the
 * outcome that the index asks for.
 */
@Tag("parity")
class BadFilesTest {
    private static final String READER = "checkpoint-reader/";
    private static final long MOST_BYTES = 64 << 20;

    record Bad(Path file, String why, String expect) {
        @Override
        public String toString() {
            return file.getFileName().toString();
        }
    }

    static List<Bad> pth() throws Exception {
        return index(READER + "bad/index.json");
    }

    static List<Bad> safetensors() throws Exception {
        return index(READER + "safetensors/bad.json");
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("pth")
    void isRefusedInOneSentence(Bad bad) throws Exception {
        long before = allocated();
        Throwable thrown = catchThrowable(() -> Checkpoint.open(bad.file).close());
        assertThat(allocated() - before).as("bytes allocated").isLessThan(Files.size(bad.file) + MOST_BYTES);
        assertSentence(bad, thrown);
        String message = thrown.getMessage();
        if (bad.expect.contains("refused global")) {
            Matcher name = Pattern.compile("names (\\S+\\.\\S+)").matcher(bad.why);
            assertThat(message).contains(name.find() ? name.group(1) : firstWord(bad.why));
        } else if (bad.expect.contains("naming builtins.eval")) {
            assertThat(message).contains("builtins.eval");
        } else if (bad.expect.contains("naming the tensor or the storage")) {
            assertThat(message).containsIgnoringCase("storage");
        } else if (bad.expect.contains("place in the string")) {
            assertThat(message).contains("at character").contains("▸");
        } else if (bad.expect.contains("args missing")) {
            assertThat(message).contains("args");
        } else if (bad.expect.contains("how to save it again")) {
            assertThat(message).contains("before 1.6").contains("torch.save");
        }
    }

    /** The reader below the checkpoint, where a file that is merely no model may have a value. */
    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("pth")
    void isRefusedOrReadAsData(Bad bad) {
        Throwable thrown = catchThrowable(() -> PickleFile.read(bad.file));
        if (thrown != null) {
            assertSentence(bad, thrown);
        } else {
            assertThat(bad.expect)
                    .doesNotContain("refused")
                    .doesNotContain("tensor")
                    .doesNotContain("eval");
        }
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("safetensors")
    void safetensorsAreRefused(Bad bad) {
        assertSentence(bad, catchThrowable(() -> SafetensorsFile.open(bad.file)));
        assertSentence(bad, catchThrowable(() -> Checkpoint.open(bad.file)));
    }

    private static void assertSentence(Bad bad, Throwable thrown) {
        assertThat(thrown).as(bad.why).isInstanceOf(PanSt3RException.class);
        assertThat(thrown.getMessage())
                .contains(bad.file.getFileName().toString())
                .hasSizeLessThan(600)
                .endsWith(".")
                .doesNotContain("\n")
                .doesNotContain("null");
    }

    private static String firstWord(String text) {
        return text.replaceFirst("pickle names ", "").split("\\W")[0].replaceAll("\\d+$", "");
    }

    private static long allocated() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean())
                .getThreadAllocatedBytes(Thread.currentThread().getId());
    }

    private static List<Bad> index(String path) {
        List<Bad> out = new ArrayList<>();
        if (Fixtures.has(path)) {
            for (JsonElement e : Fixtures.json(path).getAsJsonArray("files")) {
                JsonObject bad = e.getAsJsonObject();
                Path file = Fixtures.entry(path)
                        .file()
                        .resolveSibling(bad.get("file").getAsString());
                String expect = bad.has("expect") ? bad.get("expect").getAsString() : "clear error";
                out.add(new Bad(file, bad.get("why").getAsString(), expect));
            }
        }
        return out;
    }
}
