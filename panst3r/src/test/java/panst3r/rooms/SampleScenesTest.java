package panst3r.rooms;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The committed sample scenes are what their seeds give. */
class SampleScenesTest {
    private static final Path FOLDER =
            Path.of(System.getProperty("panst3r.root", "..")).resolve("sample-scenes");

    @Test
    void sixHeldOutRoomsInAtMostTwelveMegabytes() throws IOException {
        assertThat(SampleScenes.SCENES).hasSize(6).allMatch(s -> s.seed() < Rooms.FIRST_HELD_OUT_SEED);
        try (Stream<Path> files = Files.walk(FOLDER)) {
            assertThat(files.mapToLong(f -> f.toFile().isFile() ? f.toFile().length() : 0)
                            .sum())
                    .isLessThan(12_000_000);
        }
        String readme = Files.readString(FOLDER.resolve("README.md"));
        for (SampleScenes.Scene scene : SampleScenes.SCENES) {
            assertThat(readme).contains(scene.description());
            RoomSample read = GroundTruthFolder.read(FOLDER.resolve(scene.name()));
            assertThat(read.views()).hasSize(SampleScenes.VIEWS);
            assertThat(read.description()).isEqualTo(scene.description());
        }
    }

    /** Depth, ids and cameras exactly; photos as far as JPEG keeps them. */
    @Test
    void oneMadeAgainIsTheSame() {
        SampleScenes.Scene scene = SampleScenes.SCENES.get(5);
        RoomSample made = SampleScenes.sample(scene);
        RoomSample read = GroundTruthFolder.read(FOLDER.resolve(scene.name()));
        assertThat(read.instances()).isEqualTo(made.instances());
        for (int i = 0; i < SampleScenes.VIEWS; i++) {
            RoomView a = made.views().get(i);
            RoomView b = read.views().get(i);
            assertThat(b.ids()).isEqualTo(a.ids());
            assertThat(b.camera().cameraToWorld()).isEqualTo(a.camera().cameraToWorld());
            assertThat(b.camera().fx()).isEqualTo(a.camera().fx());
            for (int k = 0; k < a.depth().length; k++) {
                assertThat(b.depth()[k]).isEqualTo(Math.round(1000.0 * a.depth()[k]) / 1000f);
            }
            assertThat(GroundTruthFolderTest.meanDifference(b.rgb(), a.rgb())).isLessThan(5);
        }
    }
}
