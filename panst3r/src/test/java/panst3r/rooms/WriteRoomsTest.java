package panst3r.rooms;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WriteRoomsTest {
    @Test
    void roomsAreWrittenAndThoseThereAreLeft(@TempDir Path folder) throws Exception {
        String[] args = {folder.toString(), "--rooms", "3", "--seed", "50", "--views", "2", "--size", "48x64"};
        Files.createDirectory(folder.resolve("room-51"));
        WriteRooms.main(args);
        assertThat(GroundTruthFolder.scenes(folder))
                .containsExactly(folder.resolve("room-50"), folder.resolve("room-52"));
        assertThat(folder.resolve("room-51")).isEmptyDirectory();
        RoomSample read = GroundTruthFolder.read(folder.resolve("room-52"));
        RoomSample made = Rooms.sample(52, RoomOptions.defaults().withViews(2).withSize(48, 64));
        for (int v = 0; v < 2; v++) {
            assertThat(read.views().get(v).rgb()).isEqualTo(made.views().get(v).rgb());
        }
    }
}
