package panst3r.rooms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import panst3r.PanSt3RException;

class GroundTruthFolderTest {
    private static final RoomSample SAMPLE =
            Rooms.sample(12, RoomOptions.defaults().withSize(64, 48).withViews(2));

    @TempDir
    Path temp;

    private Path folder;

    @BeforeEach
    void write() {
        folder = temp.resolve("room");
        GroundTruthFolder.write(folder, SAMPLE);
    }

    @Test
    void roundTrip() throws IOException {
        RoomSample read = GroundTruthFolder.read(folder);
        assertThat(read.name()).isEqualTo(SAMPLE.name());
        assertThat(read.description()).isEqualTo(SAMPLE.description());
        assertThat(read.classes()).isEqualTo(SAMPLE.classes());
        assertThat(read.instances()).isEqualTo(SAMPLE.instances());
        assertThat(read.views()).hasSize(2);
        for (int i = 0; i < 2; i++) {
            RoomView a = SAMPLE.views().get(i);
            RoomView b = read.views().get(i);
            assertThat(b.rgb()).isEqualTo(a.rgb());
            assertThat(b.ids()).isEqualTo(a.ids());
            assertThat(b.camera().cameraToWorld()).isEqualTo(a.camera().cameraToWorld());
            assertThat(b.camera().fx()).isEqualTo(a.camera().fx());
            for (int k = 0; k < a.depth().length; k++) {
                assertThat(b.depth()[k]).isCloseTo(a.depth()[k], within(0.00051f));
            }
        }
        try (Stream<Path> beside = Files.list(temp)) {
            assertThat(beside).containsExactly(folder); // nothing temporary is left
        }
    }

    @Test
    void writingTwiceGivesTheSameBytesAndNeverOverwrites() throws IOException {
        Path second = temp.resolve("second");
        GroundTruthFolder.write(second, SAMPLE);
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(second.resolve(folder.relativize(file))).hasSameBinaryContentAs(file);
            }
        }
        refused("room exists already", () -> GroundTruthFolder.write(folder, SAMPLE));
    }

    @Test
    void jpegPhotosAreNearlyTheSame() {
        Path jpeg = temp.resolve("jpeg");
        GroundTruthFolder.writeWithJpegPhotos(jpeg, SAMPLE, 0.95f);
        byte[] read = GroundTruthFolder.read(jpeg).views().get(0).rgb();
        assertThat(meanDifference(read, SAMPLE.views().get(0).rgb())).isLessThan(6);
    }

    static double meanDifference(byte[] a, byte[] b) {
        assertThat(a).hasSameSizeAs(b);
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += Math.abs((a[i] & 255) - (b[i] & 255));
        }
        return sum / a.length;
    }

    private static void refused(String part, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOf(PanSt3RException.class)
                .hasMessageContaining(part)
                .satisfies(e -> assertThat(e.getMessage()).endsWith(".").doesNotContain("\n"));
    }

    private void refused(String part) {
        refused(part, () -> GroundTruthFolder.read(folder));
    }

    private void edit(String from, String to) throws IOException {
        Path index = folder.resolve("ground-truth.json");
        String text = Files.readString(index);
        assertThat(text).contains(from);
        int at = text.indexOf(from);
        Files.writeString(index, text.substring(0, at) + to + text.substring(at + from.length()));
    }

    @ParameterizedTest
    @CsvSource({"photos/001.png", "depth/001.png", "instances/001.png"})
    void missingCutAndForeignFiles(String name) throws IOException {
        Path file = folder.resolve(name);
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
        refused(file + " cannot be decoded");
        Files.writeString(file, "not an image");
        refused(file + " is not an image");
        BufferedImage other = new BufferedImage(65, 48, BufferedImage.TYPE_USHORT_GRAY);
        ImageIO.write(other, "png", file.toFile());
        refused(file + " has 65×48 pixels, but ground-truth.json says 64×48");
        Files.delete(file);
        refused(file + " is missing");
    }

    @Test
    void noFolderNoIndex() throws IOException {
        refused("nowhere is not a folder", () -> GroundTruthFolder.read(temp.resolve("nowhere")));
        Files.delete(folder.resolve("ground-truth.json"));
        refused("room has no ground-truth.json");
    }

    @Test
    void aViewWithoutValidDepth() throws IOException {
        Path file = folder.resolve("depth/001.png");
        ImageIO.write(new BufferedImage(64, 48, BufferedImage.TYPE_USHORT_GRAY), "png", file.toFile());
        refused(file + " has no valid depth");
        ImageIO.write(new BufferedImage(64, 48, BufferedImage.TYPE_BYTE_GRAY), "png", file.toFile());
        refused(file + " has 1 channels of 8 bits, but must be a 16-bit grey image");
        ImageIO.write(new BufferedImage(64, 48, BufferedImage.TYPE_INT_RGB), "png", file.toFile());
        refused(file + " has 3 channels of 8 bits");
    }

    @Test
    void anInstanceWithoutClass() throws IOException {
        edit("  {\"id\":2,\"class\":\"wall\"},\n", "");
        refused("is of instance 2, which has no class in ground-truth.json; list it there, or make its pixels 0.");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "{\"id\":2,\"class\":\"wall\"} | {\"id\":2} | \"class\" of instance 2 is missing",
                "{\"id\":2,\"class\":\"wall\"} | {\"id\":2,\"class\":\"well\"} | instance 2 is of class \"well\"",
                "{\"id\":2,\"class\":\"wall\"} | {\"id\":1,\"class\":\"wall\"} | instance 1 is listed twice",
                "{\"id\":2,\"class\":\"wall\"} | {\"id\":0,\"class\":\"wall\"} | is not a whole number from 1 to 65535",
                "{\"id\":2,\"class\":\"wall\"} | {\"id\":65536,\"class\":\"wall\"} | is not a whole number",
                "{\"id\":2,\"class\":\"wall\"} | {\"id\":2.5,\"class\":\"wall\"} | is not a whole number",
                "{\"id\":2,\"class\":\"wall\"} | 2 | an instance is not an object",
                "\"thing\":false | \"thing\":0 | neither true nor false",
                "{\"name\":\"wall\" | {\"name\":\"floor\" | class \"floor\" has no name or that of another",
                "panst3r-ground-truth-1 | something else | \"format\" is \"something else\"",
                "\"width\":64 | \"width\":63 | 64×48 pixels, but ground-truth.json says 63×48",
                "\"width\":64 | \"width\":-1 | \"width\" of view \"000\" is not a whole number",
                "\"width\":64,\"height\":48 | \"width\":9999,\"height\":9999 | make more than 40 million pixels",
                "\"fx\": | \"fx\":-1,\"fz\": | \"fx\" of view \"000\" is not positive",
                "\"fx\": | \"fx\":1e300,\"fz\": | \"fx\" of view \"000\" is 1.0E300, which no camera has",
                "\"fy\": | \"fy\":1e-300,\"fz\": | \"fy\" of view \"000\" is 1.0E-300, which no camera has",
                "\"cx\":32.0 | \"cx\":-1e200 | \"cx\" of view \"000\" is -1.0E200, which no camera has",
                "[[ | [[1,0,0,0],[0,1,0,1e300],[0,0,1,0],[0,0,0,1]],\"x\":[[ | is 1.0E300 m from the origin",
                "[[ | [[1,0,0,NaN],[0,1,0,0],[0,0,1,0],[0,0,0,1]],\"x\":[[ | is not a JSON file: look at line",
                "\"name\":\"wall\" | \"name\":\"wa\\nll\" | \"name\" of a class has a line break or another control",
                "\"name\":\"001\" | \"name\":\"\\u001b[2J\" | \"name\" of view number 2 has a line break or another control",
                "\"name\": \" | \"name\": \"\\u2028 | \"name\" has a line break or another control",
                "photos/001.png | photos/\\r001.png | \"photo\" of view \"001\" has a line break or another control",
                "\"cx\":32.0 | \"cx\":\"32\" | \"cx\" of view \"000\" is not a number",
                "\"cx\":32.0 | \"cx\":1e999 | \"cx\" of view \"000\" is not a number",
                "[0.0,0.0,0.0,1.0] | [0.0,0.0,0.0,2.0] | is not a rotation and a translation",
                "[0.0,0.0,0.0,1.0] | [0.0,0.0,1.0] | is not a matrix of 4 rows of 4 numbers",
                "[0.0,0.0,0.0,1.0] | 7 | is not a matrix of 4 rows of 4 numbers",
                "photos/000.png | ../room/photos/000.png/../../../x.png | does not lie in the folder",
                "photos/000.png | /etc/hostname | does not lie in the folder",
                "\"name\":\"001\" | \"name\":\"000\" | two views are called \"000\"",
                "\"name\":\"001\" | \"name\":\" \" | view number 2 has an empty name",
                "\"views\": [ | \"views\": 5, \"x\": [ | \"views\" is not a list",
                "\"views\": [ | \"x\": [ | \"views\" is missing",
                "\"format\" | format | is not a JSON file",
            })
    void whatTheIndexMayNotSay(String from, String to, String message) throws IOException {
        edit(from, to);
        refused(message);
        refused("ground-truth.json");
    }

    @Test
    void classesOfAllKindsOfLists() throws IOException {
        Path index = folder.resolve("ground-truth.json");
        String json = Files.readString(index);
        int from = json.indexOf("\"classes\": [");
        int to = json.indexOf("]", from) + 1;
        for (String[] wrong : new String[][] {
            {"", "the list of classes is empty"},
            {
                IntStream.range(0, 10_000)
                        .mapToObj(i -> "{\"name\": \"c" + i + "\", \"thing\": true}")
                        .collect(Collectors.joining(",")),
                "there are 10000 classes; at most 5000"
            },
            {"{\"name\": \"" + "x".repeat(2000) + "\", \"thing\": true}", "has 2000 characters; use at most 200"}
        }) {
            Files.writeString(index, json.substring(0, from) + "\"classes\": [" + wrong[0] + "]" + json.substring(to));
            refused(wrong[1]);
            refused("ground-truth.json");
        }
    }

    @Test
    void whatFollowsTheEnd() throws IOException {
        Path index = folder.resolve("ground-truth.json");
        Files.writeString(index, Files.readString(index) + "{}");
        refused("ground-truth.json");
        Files.writeString(index, "");
        refused("the file is not an object");
        Files.writeString(index, "[".repeat(100_000));
        refused("is not a JSON file");
        Files.writeString(index, "[]");
        refused("is not an object");
    }

    @Test
    void idsOfEightBitsAndVoidAreFine() throws IOException {
        Path file = folder.resolve("instances/000.png");
        BufferedImage grey = new BufferedImage(64, 48, BufferedImage.TYPE_BYTE_GRAY);
        grey.getRaster().setSample(3, 2, 0, 2);
        ImageIO.write(grey, "png", file.toFile());
        RoomSample read = GroundTruthFolder.read(folder);
        assertThat(read.views().get(0).ids()[2 * 64 + 3]).isEqualTo(2);
        assertThat(read.classIds(0)[0]).isEqualTo(-1);
        assertThat(read.classIds(0)[2 * 64 + 3]).isEqualTo(1);
    }

    @Test
    void theScenesOfAFolder() throws IOException {
        assertThat(GroundTruthFolder.scenes(folder)).containsExactly(folder);
        Path second = temp.resolve("another");
        GroundTruthFolder.write(second, SAMPLE);
        Files.createDirectory(temp.resolve("empty"));
        Files.writeString(temp.resolve("notes.txt"), "no scene");
        assertThat(GroundTruthFolder.scenes(temp)).containsExactly(second, folder);
        refused(
                "empty nor a folder in it has a ground-truth.json",
                () -> GroundTruthFolder.scenes(temp.resolve("empty")));
        refused("nowhere is not a folder", () -> GroundTruthFolder.scenes(temp.resolve("nowhere")));
    }

    @Test
    void classesAreRenumberedByNameOrRefused() {
        List<String> reversed =
                new ArrayList<>(Rooms.CLASSES.stream().map(RoomCategory::name).toList());
        Collections.reverse(reversed);
        reversed.add(0, "dragon");
        RoomSample moved = SAMPLE.withClasses(reversed);
        int last = Rooms.CLASSES.size();
        for (int v = 0; v < 2; v++) {
            int[] before = SAMPLE.classIds(v);
            int[] after = moved.classIds(v);
            for (int i = 0; i < before.length; i++) {
                assertThat(after[i]).isEqualTo(before[i] < 0 ? -1 : last - before[i]);
            }
        }
        assertThat(moved.classes().get(last)).isEqualTo(Rooms.CLASSES.get(0));
        refused(
                "is of class \"wall\", which the model does not know",
                () -> SAMPLE.withClasses(List.of("floor", "ceiling")));
    }

    @Test
    void depthBeyondTheFormat() {
        RoomView view = SAMPLE.views().get(0);
        float[] far = view.depth().clone();
        far[5] = 70;
        RoomSample sample = new RoomSample(
                "far",
                "",
                List.of(new RoomView("000", view.camera(), view.rgb(), far, view.ids())),
                SAMPLE.classes(),
                SAMPLE.instances());
        refused("depth of 70.0 m", () -> GroundTruthFolder.write(temp.resolve("far"), sample));
        assertThat(temp.resolve("far")).doesNotExist();
    }
}
