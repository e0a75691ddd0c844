package panst3r.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import panst3r.checkpoint.TinyModel;
import panst3r.rooms.RoomCategory;
import panst3r.rooms.Rooms;

class RoomsBenchTest {
    @Test
    void aModelIsMeasuredBesideItsBaselines(@TempDir Path folder) throws Exception {
        Path model = folder.resolve("tiny.safetensors");
        TinyModel.write(model, Rooms.CLASSES.stream().map(RoomCategory::name).toList(), 1);
        Path csv = folder.resolve("rooms.csv");
        RoomsBench.main(new String[] {
            model.toString(), "--rooms", "2", "--views", "2,3", "--size", "64x48", "--csv", csv.toString()
        });
        List<String[]> rows =
                Files.readAllLines(csv).stream().map(line -> line.split(",")).toList();
        assertThat(rows)
                .hasSize(1 + 2 * 2 * 3)
                .allSatisfy(row -> assertThat(row).hasSize(19));
        assertThat(rows.get(1)).startsWith("room-1000", "2", "model");
        // Alone and without motion, the relative pose is the same: none.
        List<String> columns = List.of(rows.get(0));
        for (int i = 1; i < rows.size(); i += 3) {
            assertThat(rows.get(i + 1)[2]).isEqualTo("no motion");
            assertThat(rows.get(i + 2)[2]).isEqualTo("each view alone");
            for (String column : List.of("rotation", "direction", "AUC@30", "ATE")) {
                int c = columns.indexOf(column);
                assertThat(rows.get(i + 2)[c]).as(column).isEqualTo(rows.get(i + 1)[c]);
            }
        }
    }
}
