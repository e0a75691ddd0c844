package panst3r.splat;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import panst3r.PanSt3RException;

/** Files that other programs write: read, or refused in a sentence that says what to do. */
class GaussianPlyTest {
    @TempDir
    Path folder;

    private static final String PROPERTIES = Stream.of(
                    Stream.of("x", "y", "z", "f_dc_0", "f_dc_1", "f_dc_2", "opacity"),
                    IntStream.range(0, 3).mapToObj(k -> "scale_" + k),
                    IntStream.range(0, 4).mapToObj(k -> "rot_" + k))
            .flatMap(names -> names)
            .map(name -> "property float " + name + "\n")
            .reduce("", String::concat);

    private static String header(String format, String elements) {
        return "ply\nformat " + format + " 1.0\n" + elements + "end_header\n";
    }

    private static String little(String elements) {
        return header("binary_little_endian", elements);
    }

    static Stream<Arguments> foreign() {
        String rest = IntStream.range(0, 72)
                .mapToObj(k -> "property float f_rest_" + k + "\n")
                .reduce("", String::concat);
        return Stream.of(
                Arguments.of(
                        "a mesh",
                        little("element vertex 1\nproperty float x\nproperty float y\nproperty float z\n"
                                + "element face 1\nproperty list uchar int vertex_indices\n"),
                        "it is a mesh or a cloud of points"),
                Arguments.of(
                        "points with colours",
                        little("element vertex 1\nproperty float x\nproperty float y\nproperty float z\n"
                                + "property uchar red\nproperty uchar green\nproperty uchar blue\n"),
                        "f_dc_0, opacity, scale_0, rot_0 and more are missing; write it again with a program that makes Gaussians"),
                Arguments.of(
                        "compressed in chunks",
                        little(
                                "element chunk 1\nproperty float min_x\nelement vertex 1\nproperty uint packed_position\n"),
                        "“chunk” comes before vertex, which is not read; export it again without compression"),
                Arguments.of(
                        "compressed",
                        little("element vertex 1\nproperty uint packed_position\nproperty uint packed_color\n"),
                        "packed for the web; export it again without compression"),
                Arguments.of(
                        "degree 4",
                        little("element vertex 1\n" + PROPERTIES + rest),
                        "72 (0, 9, 24 or 45 are allowed); write it again with spherical harmonics of degree 0 to 3"),
                Arguments.of(
                        "as text",
                        header("ascii", "element vertex 1\n" + PROPERTIES),
                        "its format is ascii 1.0, and only"),
                Arguments.of(
                        "the other way round",
                        header("binary_big_endian", "element vertex 1\n" + PROPERTIES),
                        "only binary_little_endian 1.0 is read; write it again in that"),
                Arguments.of(
                        "2^31 in 200 bytes",
                        little("element vertex 2147483648\n" + PROPERTIES),
                        "its 2147483648 Gaussians need 120259084288 bytes after the header, but only 200 are present"),
                Arguments.of(
                        "2^63 − 1 in 200 bytes",
                        little("element vertex 9223372036854775807\n" + PROPERTIES),
                        "need over 9223372036854775807 bytes"),
                Arguments.of(
                        "no property",
                        little("element vertex 3\n"),
                        "f_dc_0, opacity, scale_0, rot_0 and more are missing"),
                Arguments.of("nothing", "", "is not a PLY file; give one of Gaussians"),
                Arguments.of("zipped", "\u001f\u008b\b", "is not a PLY file; give one of Gaussians"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("foreign")
    void isRefusedWithASentenceThatSaysWhatToDo(String name, String header, String sentence) throws IOException {
        Path file = folder.resolve("foreign.ply");
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(header.getBytes(StandardCharsets.ISO_8859_1));
        all.writeBytes(new byte[header.isEmpty() ? 0 : 200]);
        Files.write(file, all.toByteArray());
        assertThatThrownBy(() -> GaussianPly.read(file))
                .isInstanceOf(PanSt3RException.class)
                .hasMessageStartingWith(file.toString())
                .hasMessageContaining(sentence)
                .hasMessageMatching("[^\n]*; [^\n]*\\.");
    }

    @Test
    void aFolderOrNothingIsNamed() {
        assertThatThrownBy(() -> GaussianPly.read(folder))
                .isInstanceOf(PanSt3RException.class)
                .hasMessage(folder + " is a folder; name the .ply file in it.");
        assertThatThrownBy(() -> GaussianPly.read(folder.resolve("no.ply")))
                .isInstanceOf(PanSt3RException.class)
                .hasMessage("There is no file " + folder.resolve("no.ply") + "; check the path.");
    }

    /** A file larger than the heap, which takes no room on the disk: refused before anything is made of it. */
    @Test
    void moreThanTheMemoryHoldsIsSaidBeforeItIsRead() throws IOException {
        Path file = folder.resolve("large.ply");
        long count = Runtime.getRuntime().maxMemory() / 56 + 1;
        assumeTrue(count < Integer.MAX_VALUE / 3, "a larger heap than any array needs");
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.writeBytes(little("element vertex " + count + "\n" + PROPERTIES));
            sparse.setLength(sparse.length() + 56 * count);
        }
        assertThatThrownBy(() -> GaussianPly.read(file))
                .isInstanceOf(PanSt3RException.class)
                .hasMessageContainingAll(
                        "Gaussians take ", " MB are left; give a part of them, or start Java with more");
        Files.delete(file);
    }

    /** Whatever is cut off the end of a file, it is refused. */
    @Test
    void aFileThatWasCutIsRefused() throws IOException {
        Path file = folder.resolve("whole.ply");
        GaussianPly.write(RasteriserTest.cloud(3, 1, 1), file);
        byte[] whole = Files.readAllBytes(file);
        Path cut = folder.resolve("cut.ply");
        for (int length : List.of(0, 3, 4, 20, 200, 500, whole.length - 77, whole.length - 1)) {
            Files.write(cut, Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> GaussianPly.read(cut))
                    .as(length + " bytes")
                    .isInstanceOf(PanSt3RException.class)
                    .hasMessageMatching("[^\n]*; [^\n]*\\.");
        }
    }
}
