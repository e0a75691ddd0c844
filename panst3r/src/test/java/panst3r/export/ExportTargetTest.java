package panst3r.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import panst3r.CancelledException;
import panst3r.PanSt3RException;
import panst3r.Progress;
import panst3r.scene.PointQuery;
import panst3r.scene.Scene;
import panst3r.scene.SyntheticRoom;

/** Whatever goes wrong while files are written: a sentence, and everything as it was. */
class ExportTargetTest {
    @TempDir
    Path folder;

    private static final Scene SCENE = scene();

    private static Scene scene() {
        SyntheticRoom room = new SyntheticRoom(2, 16, 12, 3);
        return Scene.of(room.prediction).with(room.panoptic());
    }

    /** A disk with room for so many bytes, all files together. */
    private static UnaryOperator<OutputStream> disk(long bytes) {
        long[] left = {bytes};
        return out -> new FilterOutputStream(out) {
            @Override
            public void write(int b) throws IOException {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] all, int from, int count) throws IOException {
                int fits = (int) Math.min(count, left[0]);
                out.write(all, from, fits);
                left[0] -= fits;
                if (fits < count) {
                    throw new IOException("No space left on device");
                }
            }
        };
    }

    private void write(ExportFormat format, Path place, UnaryOperator<OutputStream> disk) {
        ExportOptions options = ExportOptions.defaults().withPoints(PointQuery.all());
        ExportTarget.write(
                place, format.isFolder(), disk, target -> format.write(SCENE, options, target, Progress.SILENT));
    }

    private static Map<String, String> content(Path folder) throws IOException {
        Map<String, String> out = new TreeMap<>();
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path p : all.toList()) {
                boolean file = Files.isRegularFile(p);
                out.put(
                        folder.relativize(p).toString(),
                        file ? new String(Files.readAllBytes(p), StandardCharsets.ISO_8859_1) : "folder");
            }
        }
        return out;
    }

    @ParameterizedTest
    @EnumSource(ExportFormat.class)
    void aDiskThatIsFullAtAnyHundredthByteLeavesWhatWasThere(ExportFormat format) throws IOException {
        Path place = folder.resolve("out");
        if (format.isFolder()) {
            Files.createDirectories(place.resolve("images"));
            Files.writeString(place.resolve("images/0.png"), "before");
            Files.writeString(place.resolve("mine.txt"), "mine");
        } else {
            Files.writeString(place, "before");
        }
        Map<String, String> before = content(folder);
        List<Long> sizes = new ArrayList<>();
        Path whole = folder.resolve("whole");
        write(format, whole, out -> new FilterOutputStream(out) {
            @Override
            public void write(byte[] all, int from, int count) throws IOException {
                out.write(all, from, count);
                sizes.add((long) count);
            }
        });
        remove(whole);
        long total = sizes.stream().mapToLong(n -> n).sum();
        assertThat(total).isGreaterThan(500);
        for (long room = 0; room < total; room += 100) {
            long bytes = room;
            assertThatThrownBy(() -> write(format, place, disk(bytes)))
                    .isInstanceOf(PanSt3RException.class)
                    .hasMessageStartingWith(place + " could not be written")
                    .hasMessageContaining("No space left on device; nothing was changed there");
            if (room % 2000 == 0) {
                assertThat(content(folder)).isEqualTo(before);
            }
        }
        assertThat(content(folder)).isEqualTo(before);
        write(format, place, disk(total));
        if (format.isFolder()) {
            assertThat(place.resolve("mine.txt")).hasContent("mine");
        }
    }

    private static void remove(Path place) throws IOException {
        try (Stream<Path> all = Files.walk(place)) {
            for (Path p : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(p);
            }
        }
    }

    @Test
    void aDeviceThatIsReallyFull() throws IOException {
        OutputStream full = Files.newOutputStream(Path.of("/dev/full"));
        assertThatThrownBy(() -> write(ExportFormat.PLY, folder.resolve("a.ply"), out -> full))
                .isInstanceOf(PanSt3RException.class)
                .hasMessageContaining("No space left on device");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void whatIsThereIsReplacedOnlyWhenAsked() throws IOException {
        Path file = Files.writeString(folder.resolve("a.ply"), "before");
        Path other = Files.createDirectory(folder.resolve("masks"));
        Files.writeString(other.resolve("mine.txt"), "mine");
        ExportOptions options = ExportOptions.defaults();
        assertThatThrownBy(() -> ExportFormat.PLY.export(SCENE, file, options, Progress.SILENT))
                .isInstanceOf(PanSt3RException.class)
                .hasMessageContaining("--overwrite");
        assertThatThrownBy(() -> ExportFormat.MASKS.export(SCENE, other, options, Progress.SILENT))
                .isInstanceOf(PanSt3RException.class)
                .hasMessageContaining("--overwrite");
        assertThat(file).hasContent("before");
        ExportFormat.PLY.export(SCENE, file, options.withOverwrite(true), Progress.SILENT);
        ExportFormat.MASKS.export(SCENE, other, options.withOverwrite(true), Progress.SILENT);
        assertThat(Files.readString(file, StandardCharsets.ISO_8859_1)).startsWith("ply\n");
        assertThat(other.resolve("masks.json")).exists();
        assertThat(other.resolve("mine.txt")).hasContent("mine");
        ExportFormat.MASKS.export(SCENE, Files.createDirectory(folder.resolve("empty")), options, Progress.SILENT);
    }

    @Test
    void theWrongKindOfPlace() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "before");
        ExportOptions options = ExportOptions.defaults().withOverwrite(true);
        assertThatThrownBy(() -> ExportFormat.PLY.export(SCENE, folder, options, Progress.SILENT))
                .hasMessageContaining("is a folder");
        assertThatThrownBy(() -> ExportFormat.MASKS.export(SCENE, file, options, Progress.SILENT))
                .hasMessageContaining("is a file");
        assertThatThrownBy(() -> ExportFormat.PLY.export(SCENE, file.resolve("a.ply"), options, Progress.SILENT))
                .isInstanceOf(PanSt3RException.class)
                .hasMessageContaining("a part of the path is a file");
        assertThatThrownBy(
                        () -> ExportFormat.PLY.export(SCENE, Path.of("/proc/panst3r/a.ply"), options, Progress.SILENT))
                .isInstanceOf(PanSt3RException.class)
                .hasMessageStartingWith("/proc/panst3r/a.ply could not be written");
        assertThat(file).hasContent("before");
    }

    @Test
    void anInterruptLeavesNothing() throws IOException {
        for (ExportFormat format : ExportFormat.values()) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> write(format, folder.resolve("out"), UnaryOperator.identity()))
                    .isInstanceOf(CancelledException.class);
            assertThat(Thread.interrupted()).isFalse();
            assertThat(folder).isEmptyDirectory();
        }
    }

    @Test
    void aLinkInsideTheFolderLeadsNowhere() throws IOException {
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        Path place = Files.createDirectory(folder.resolve("place"));
        Files.createSymbolicLink(place.resolve("images"), elsewhere);
        ExportOptions options = ExportOptions.defaults().withOverwrite(true);
        assertThatThrownBy(() -> ExportFormat.COCO.export(SCENE, place, options, Progress.SILENT))
                .isInstanceOf(PanSt3RException.class)
                .hasMessageContaining("is a link that leads elsewhere");
        assertThat(elsewhere).isEmptyDirectory();
        Path target = Files.writeString(folder.resolve("target"), "before");
        Path link = Files.createSymbolicLink(folder.resolve("link.ply"), target);
        ExportFormat.PLY.export(SCENE, link, options, Progress.SILENT);
        assertThat(target).hasContent("before");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../a", "/a", "a/../../b", "..", ".", "a/./b", "a\\b", ""})
    void namesDoNotLeaveTheFolder(String name) {
        assertThatThrownBy(() -> ExportTarget.folder(
                        folder.resolve("x"), false, out -> out.create(name).close()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void fileNamesAreSafeEverywhere() {
        assertThat(FileNames.safe("IMG_0001")).isEqualTo("IMG_0001");
        assertThat(FileNames.safe("room one/../é 2")).isEqualTo("room_one_.._é_2");
        assertThat(FileNames.safe("../../etc/passwd")).isEqualTo("etc_passwd");
        assertThat(FileNames.safe("CON")).isEqualTo("xCON");
        assertThat(FileNames.safe("nul.tar.gz")).isEqualTo("xnul.tar.gz");
        assertThat(FileNames.safe("")).isEqualTo("unnamed");
        assertThat(FileNames.safe("...")).isEqualTo("unnamed");
        assertThat(FileNames.safe("a".repeat(3000))).hasSize(40);
        assertThat(FileNames.safe("机".repeat(3000)).getBytes(StandardCharsets.UTF_8))
                .hasSize(120);
        assertThat(FileNames.safe("\ud800\u202e\u0000\n")).isEqualTo("unnamed");
        assertThat(FileNames.safe("<script>alert(1)</script>").toLowerCase(Locale.ROOT))
                .isEqualTo("script_alert_1_script");
    }
}
