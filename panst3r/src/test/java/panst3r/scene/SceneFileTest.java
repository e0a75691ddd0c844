package panst3r.scene;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import panst3r.CancelledException;
import panst3r.PanSt3RException;
import panst3r.Progress;

/** A scene comes back from its file as it was, or not at all. */
class SceneFileTest {
    @TempDir
    Path folder;

    @Test
    void everythingComesBack() {
        SyntheticRoom room = new SyntheticRoom(3, 32, 24, 1);
        Scene scene = Scene.of(room.prediction).with(room.panoptic());
        Path file = folder.resolve("room.panst3r");

        scene.save(file, Progress.SILENT);
        Scene opened = Scene.open(file);

        assertSame(opened, scene);
        assertThat(opened.prediction().views().get(0).maskLogits().isDirect())
                .as("mapped")
                .isTrue();
        assertThat(opened.cameras().get(1).cameraToWorld())
                .isEqualTo(scene.cameras().get(1).cameraToWorld());
    }

    @Test
    void geometryAloneComesBack() {
        Scene scene = Scene.of(new SyntheticRoom(1, 16, 16, 2).geometryOnly());
        Path file = folder.resolve("room.panst3r");

        scene.save(file, Progress.SILENT);

        assertSame(Scene.open(file), scene);
        assertThat(Scene.open(file).prediction().hasMasks()).isFalse();
    }

    @Property(tries = 30)
    void anyRoomComesBack(
            @ForAll @IntRange(min = 1, max = 4) int views,
            @ForAll @IntRange(min = 1, max = 20) int halfWidth,
            @ForAll @IntRange(min = 1, max = 20) int halfHeight,
            @ForAll @LongRange long seed,
            @ForAll boolean merged)
            throws IOException {
        SyntheticRoom room = new SyntheticRoom(views, 2 * halfWidth, 2 * halfHeight, seed);
        Scene scene = Scene.of(room.prediction);
        if (merged) {
            scene = scene.with(room.panoptic());
        }
        Path file = Files.createTempFile("room", ".panst3r");
        try {
            scene.save(file, Progress.SILENT);
            assertSame(Scene.open(file), scene);
        } finally {
            Files.delete(file);
        }
    }

    @Test
    void savesTheSameBytes() throws IOException {
        Scene scene = small();
        scene.save(folder.resolve("a"), Progress.SILENT);
        Scene.open(folder.resolve("a")).save(folder.resolve("b"), Progress.SILENT);
        assertThat(folder.resolve("b")).hasSameBinaryContentAs(folder.resolve("a"));
    }

    @Test
    void canBeSavedOverTheFileItWasOpenedFrom() {
        Path file = folder.resolve("room");
        small().save(file, Progress.SILENT);
        Scene opened = Scene.open(file);
        opened.save(file, Progress.SILENT);
        assertSame(opened, small());
        assertSame(Scene.open(file), small());
    }

    @Test
    void everyFlippedBitIsFoundOrHarmless() throws IOException {
        Scene scene = small();
        Path file = folder.resolve("room");
        scene.save(file, Progress.SILENT);
        List<String> missed = new ArrayList<>();
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            for (long bit = 0; bit < 8 * bytes.length(); bit++) {
                flip(bytes, bit);
                try {
                    assertSame(Scene.open(file), scene);
                } catch (PanSt3RException found) {
                    // as it should be
                } catch (RuntimeException | AssertionError e) {
                    missed.add("bit " + bit + ": " + e);
                }
                flip(bytes, bit);
            }
        }
        assertThat(missed).isEmpty();
    }

    @Test
    void everyCutIsFound() throws IOException {
        Path file = folder.resolve("room");
        small().save(file, Progress.SILENT);
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            for (long length = bytes.length() - 1; length >= 0; length--) {
                bytes.setLength(length);
                assertThatThrownBy(() -> Scene.open(file))
                        .as("cut to " + length)
                        .isInstanceOf(PanSt3RException.class)
                        .hasMessageContaining("room");
            }
        }
    }

    @Test
    void wrongFilesAreNamed() throws IOException {
        Path text = Files.writeString(folder.resolve("notes.txt"), "a text that is long enough to be looked into");
        assertThatThrownBy(() -> Scene.open(text))
                .isInstanceOf(PanSt3RException.class)
                .hasMessageContaining("notes.txt is no scene");
        assertThatThrownBy(() -> Scene.open(folder.resolve("nowhere")))
                .isInstanceOf(PanSt3RException.class)
                .hasMessageContaining("There is no scene");
        assertThatThrownBy(() -> Scene.open(folder))
                .isInstanceOf(PanSt3RException.class)
                .hasMessageContaining("folder");
        assertThatThrownBy(() -> small().save(folder, Progress.SILENT))
                .isInstanceOf(PanSt3RException.class)
                .hasMessageContaining("is a folder");
    }

    @Test
    void newerVersionsAreNamed() throws IOException {
        Path file = folder.resolve("room");
        small().save(file, Progress.SILENT);
        byte[] bytes = Files.readAllBytes(file);
        replace(bytes, "\"version\":\"1\"", "\"version\":\"7\"");
        Files.write(file, withHeaderChecksum(bytes));
        assertThatThrownBy(() -> Scene.open(file))
                .isInstanceOf(PanSt3RException.class)
                .hasMessageContaining("version 7")
                .hasMessageContaining("newer");
    }

    /** Headers that are well formed and name sizes that do not fit. */
    @Test
    void descriptionsThatDoNotFitAreRefused() throws IOException {
        Path file = folder.resolve("room");
        small().save(file, Progress.SILENT);
        byte[] good = Files.readAllBytes(file);
        for (String[] change : new String[][] {
            {"\\\"width\\\":4", "\\\"width\\\":7"},
            {"\\\"keyframe\\\"", "\\\"keyfrane\\\""},
            {"\\\"views\\\":[", "\\\"viewz\\\":["},
            {"NORM_EXP", "NORM_EXQ"},
            {"SIGMOID", "SOFTMAX"},
            {"\\\"label\\\":1", "\\\"label\\\":9"},
            {"\\\"id\\\":1", "\\\"id\\\":2"},
            {"view0.pointmap\\\":", "view0.pointmop\\\":"},
        }) {
            byte[] bad = good.clone();
            replace(bad, change[0], change[1]);
            Files.write(file, withHeaderChecksum(bad));
            if (change[1].contains("keyfrane")) {
                continue; // a flag left out reads as false: nothing to refuse
            }
            assertThatThrownBy(() -> Scene.open(file).prediction())
                    .as(change[1])
                    .isInstanceOf(PanSt3RException.class);
        }
    }

    @Test
    void aStreamThatFailsIsAFailure() throws IOException {
        Scene scene = small();
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        SceneWriter whole = new SceneWriter(scene, Progress.SILENT);
        whole.write(whole.header(), Channels.newChannel(all));
        for (int k = 0; k < 100; k++) {
            int room = all.size() * k / 100;
            SceneWriter writer = new SceneWriter(scene, Progress.SILENT);
            ByteBuffer header = writer.header();
            assertThatThrownBy(() -> writer.write(header, new FullChannel(room)))
                    .hasMessage("No space left");
        }
    }

    /** The system lets a child write only so many blocks of 512 bytes, as a disk that fills up. */
    @Test
    void aFullDiskLeavesTheOldScene() throws Exception {
        Path file = folder.resolve("room");
        Scene.of(Saver.room(0).prediction).save(file, Progress.SILENT);
        byte[] before = Files.readAllBytes(file);
        for (int blocks : new int[] {1, 60, 700, 1500, 2000}) {
            Process saver = saver(file, "sh", "-c", "ulimit -f " + blocks + "; exec \"$@\"", "sh");
            String said = new String(saver.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(saver.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(said)
                    .contains(file.toString())
                    .contains("MB) could not be written")
                    .contains("untouched");
            assertThat(file).hasBinaryContent(before);
            try (Stream<Path> files = Files.list(folder)) {
                assertThat(files).containsExactly(file);
            }
        }
    }

    /** Headers with a few characters changed and a right checksum: refused in a sentence, or opened. */
    @Test
    void mutatedHeadersNeverBreakAnything() throws IOException {
        Path file = folder.resolve("room");
        small().save(file, Progress.SILENT);
        byte[] good = Files.readAllBytes(file);
        int header = (int) ByteBuffer.wrap(good).order(ByteOrder.LITTLE_ENDIAN).getLong(0);
        String alphabet = "0123456789-eE.\\\"{}[]:,nullNaNtrue ";
        Random random = new Random(4);
        int tries = Integer.getInteger("panst3r.mutations", 2000);
        for (int i = 0; i < tries; i++) {
            byte[] bad = good.clone();
            for (int n = 1 + random.nextInt(3); n > 0; n--) {
                bad[8 + random.nextInt(header)] = (byte) alphabet.charAt(random.nextInt(alphabet.length()));
            }
            Files.delete(file);
            Files.write(file, withHeaderChecksum(bad));
            try {
                Scene scene = Scene.open(file);
                scene.prediction();
                scene.points(PointQuery.displayed());
                scene.segments();
                scene.masks();
            } catch (PanSt3RException refused) {
                assertThat(refused.getMessage()).contains("room").endsWith(".");
            } catch (RuntimeException | Error e) {
                throw new AssertionError("mutation " + i + ": " + new String(bad, StandardCharsets.UTF_8), e);
            }
            if (i % 5000 == 4999) {
                System.gc(); // every run maps the file; a system holds only so many mappings
            }
        }
    }

    /** A folder of the system that takes no files, as a full or read-only disk. */
    @Test
    void whatCannotBeWrittenIsSaidInOneSentence() {
        assertThatThrownBy(() -> small().save(Path.of("/proc/room"), Progress.SILENT))
                .isInstanceOf(PanSt3RException.class)
                .hasMessageContaining("/proc/room");
    }

    @Test
    void anInterruptLeavesTheOldScene() throws IOException {
        Path file = folder.resolve("room");
        small().save(file, Progress.SILENT);
        byte[] before = Files.readAllBytes(file);
        Scene other = Scene.of(new SyntheticRoom(2, 8, 8, 77).prediction);
        for (int after = 0; after < 12; after++) {
            int limit = after;
            assertThatThrownBy(() -> other.save(file, (stage, done, total) -> {
                        if (done >= limit) {
                            Thread.currentThread().interrupt();
                        }
                    }))
                    .isInstanceOf(CancelledException.class);
            Thread.interrupted();
            assertThat(file).hasBinaryContent(before);
            try (Stream<Path> files = Files.list(folder)) {
                assertThat(files).containsExactly(file);
            }
        }
    }

    @Test
    void aKilledSaveLeavesTheOldOrTheNewScene() throws Exception {
        Path file = folder.resolve("room");
        SyntheticRoom[] rooms = {Saver.room(0), Saver.room(1)};
        Scene.of(rooms[0].prediction).save(file, Progress.SILENT);
        Random random = new Random(20);
        int[] found = new int[2];
        for (int i = 0; i < 20; i++) {
            Process saver = saver(file);
            // The child says when it begins; then it saves one and the other without end.
            assertThat(saver.getInputStream().read()).isEqualTo('.');
            Thread.sleep(random.nextInt(60));
            saver.destroyForcibly().waitFor(20, TimeUnit.SECONDS);

            Scene scene = Scene.open(file);
            int which = scene.views() == rooms[0].prediction.views().size() ? 0 : 1;
            found[which]++;
            assertSame(scene, Scene.of(rooms[which].prediction));
            try (Stream<Path> files = Files.list(folder)) {
                assertThat(files.filter(f -> !f.getFileName().toString().startsWith(".")))
                        .containsExactly(file);
            }
        }
        // What the kills left behind does not hinder the next save.
        Scene.of(rooms[0].prediction).save(file, Progress.SILENT);
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }

    private static Process saver(Path file, String... before) throws IOException {
        List<String> command = new ArrayList<>(List.of(before));
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:-UsePerfData",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Saver.class.getName(),
                file.toString()));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    /** Saves two scenes by turns until it is killed or cannot. */
    public static final class Saver {
        static SyntheticRoom room(int which) {
            return new SyntheticRoom(3 + which, 128, 96, which);
        }

        public static void main(String[] args) {
            Scene[] scenes = {Scene.of(room(0).prediction), Scene.of(room(1).prediction)};
            System.out.print('.');
            System.out.flush();
            for (int i = 1; ; i++) {
                scenes[i % 2].save(Path.of(args[0]), Progress.SILENT);
            }
        }
    }

    /** Takes so many bytes and then no more. */
    private static final class FullChannel implements WritableByteChannel {
        private int room;

        FullChannel(int room) {
            this.room = room;
        }

        @Override
        public int write(ByteBuffer bytes) throws IOException {
            if (room == 0) {
                throw new IOException("No space left");
            }
            int n = Math.min(room, bytes.remaining());
            bytes.position(bytes.position() + n);
            room -= n;
            return n;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }

    static Scene small() {
        SyntheticRoom room = new SyntheticRoom(1, 4, 2, 5);
        return Scene.of(room.prediction).with(room.panoptic());
    }

    static void assertSame(Scene actual, Scene expected) {
        SceneWriter a = new SceneWriter(actual, Progress.SILENT);
        SceneWriter b = new SceneWriter(expected, Progress.SILENT);
        ByteArrayOutputStream left = new ByteArrayOutputStream();
        ByteArrayOutputStream right = new ByteArrayOutputStream();
        try {
            a.write(a.header(), Channels.newChannel(left));
            b.write(b.header(), Channels.newChannel(right));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        assertThat(Arrays.equals(left.toByteArray(), right.toByteArray()))
                .as("same scene")
                .isTrue();
    }

    private static void flip(RandomAccessFile bytes, long bit) throws IOException {
        bytes.seek(bit / 8);
        int value = bytes.read();
        bytes.seek(bit / 8);
        bytes.write(value ^ 1 << bit % 8);
    }

    private static void replace(byte[] bytes, String from, String to) {
        byte[] f = from.getBytes();
        assertThat(to.length()).isEqualTo(from.length());
        for (int at = 0; at + f.length <= bytes.length; at++) {
            if (Arrays.equals(bytes, at, at + f.length, f, 0, f.length)) {
                System.arraycopy(to.getBytes(), 0, bytes, at, f.length);
                return;
            }
        }
        throw new AssertionError(from + " is not in the file");
    }

    private static byte[] withHeaderChecksum(byte[] bytes) {
        ByteBuffer all = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int header = 8 + (int) all.getLong(0);
        all.putInt(bytes.length - 4, SceneFormat.checksum(ByteBuffer.wrap(bytes, 0, header)));
        return bytes;
    }
}
