package panst3r.rooms;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import panst3r.PanSt3RException;

/**
 * Whatever lies in a folder of ground truth is read, or refused in a sentence. JAZZER_FUZZ=1 searches for what is neither.
 * Each target has its own folder, a view of 16×8, in which only the files that it is about are replaced.
 */
class GroundTruthFuzzTest {
    private static final Path PARENT = temporary();
    private static final List<String> IMAGES = List.of("photos/000.png", "depth/000.png", "instances/000.png");

    @FuzzTest(maxDuration = "30s")
    void anyIndexIsReadOrRefused(byte[] data) throws IOException {
        read(folder("index"), "ground-truth.json", data);
    }

    /** The first byte chooses which image is replaced by the others. */
    @FuzzTest(maxDuration = "30s")
    void anyImageIsReadOrRefused(byte[] data) throws IOException {
        int which = data.length == 0 ? 0 : Math.floorMod(data[0], IMAGES.size());
        byte[] image = data.length == 0 ? data : Arrays.copyOfRange(data, 1, data.length);
        read(folder("image-" + which), IMAGES.get(which), image);
    }

    private static void read(Path folder, String file, byte[] data) throws IOException {
        Files.write(folder.resolve(file), data);
        try {
            RoomSample sample = GroundTruthFolder.read(folder);
            sample.areas();
            for (int v = 0; v < sample.views().size(); v++) {
                sample.classIds(v);
                sample.views().get(v).points();
            }
        } catch (PanSt3RException refused) {
            // as it should be
        }
    }

    private static Path folder(String name) {
        Path folder = PARENT.resolve(name);
        if (!Files.exists(folder)) {
            GroundTruthFolder.write(
                    folder, Rooms.sample(5, RoomOptions.defaults().withViews(1).withSize(16, 8)));
        }
        return folder;
    }

    private static Path temporary() {
        try {
            Path parent = Files.createTempDirectory("truth");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> remove(parent)));
            return parent;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void remove(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(f -> f.toFile().delete());
        } catch (IOException e) {
            // the system clears its temporary folder
        }
    }
}
