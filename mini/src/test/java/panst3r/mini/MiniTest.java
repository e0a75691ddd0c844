package panst3r.mini;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import panst3r.PanSt3RException;
import panst3r.checkpoint.Checkpoint;
import panst3r.checkpoint.DType;
import panst3r.checkpoint.ShippedModel;
import panst3r.rooms.RoomCategory;
import panst3r.rooms.Rooms;

class MiniTest {
    @Test
    void itIsSmallAndKnowsTheClassesOfTheRooms(@TempDir Path cache) throws Exception {
        System.setProperty("panst3r.cache", cache.toString());
        if (!ShippedModel.present()) { // until there are weights worth shipping
            assertThatThrownBy(ShippedModel::file)
                    .isInstanceOf(PanSt3RException.class)
                    .hasMessageContaining("mini");
            return;
        }
        Path file = ShippedModel.file();
        assertThat(file).startsWith(cache);
        assertThat(Files.size(file)).isLessThanOrEqualTo(16_000_000);
        try (Checkpoint mini = Checkpoint.open(file)) {
            assertThat(mini.classes().orElseThrow().names())
                    .isEqualTo(Rooms.CLASSES.stream().map(RoomCategory::name).toList());
            for (String name : mini.weights().names()) {
                assertThat(mini.weights().get(name).dtype()).as(name).isEqualTo(DType.F16);
            }
        }
        assertThat(ShippedModel.class.getResource("/panst3r/mini/model-card.md"))
                .isNotNull();
    }
}
