package panst3r.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import panst3r.Progress;
import panst3r.rooms.RoomOptions;
import panst3r.rooms.Rooms;

/** The first minute of making the model that ships, with all that its stages ask for at once. */
class MiniModelTest {
    private static final int STEPS = 75;

    @Test
    void lossesFallWithinAMinute(@TempDir Path folder) throws Exception {
        TrainingPlan plan = TrainingPlan.fromScratch(3, STEPS)
                .change()
                .batch(4)
                .warmup(10)
                .points(256)
                .pixels(16)
                .masksWeight(0.08)
                .terms(PanopticLoss.Weights.FROM_SCRATCH)
                .tokensWeight(0.1)
                .attentionWeight(0.1)
                .firstPass(true)
                .saveEvery(STEPS)
                .build();
        List<RoomOptions> kinds =
                List.of(RoomOptions.defaults().withViews(4).withSize(112, 80).withMaxLights(1));
        TrainingRooms rooms = new TrainingRooms(kinds, 2, 4, 2, Rooms.FIRST_TRAINING_SEED);
        try (Trainer trainer =
                new Trainer(MiniModel.description(), Optional.empty(), MiniModel.classes(), plan, folder)) {
            trainer.run(rooms, STEPS, Progress.SILENT);
        }

        List<TrainingLog.Row> rows = Files.readAllLines(folder.resolve("log.csv")).stream()
                .skip(1)
                .map(TrainingLog.Row::of)
                .toList();
        assertThat(rows).hasSize(STEPS);
        assertThat(mean(rows, STEPS - 15, TrainingLog.Row::geometry))
                .as("geometry")
                .isLessThan(0.7 * mean(rows, 0, TrainingLog.Row::geometry));
        assertThat(mean(rows, STEPS - 15, TrainingLog.Row::masks))
                .as("masks")
                .isLessThan(0.8 * mean(rows, 0, TrainingLog.Row::masks));
        // matching begins to be learnt after hundreds of steps only
        assertThat(mean(rows, STEPS - 15, TrainingLog.Row::loss))
                .as("all")
                .isLessThan(0.8 * mean(rows, 0, TrainingLog.Row::loss));
    }

    /** Of 15 steps. */
    private static double mean(
            List<TrainingLog.Row> rows, int from, java.util.function.ToDoubleFunction<TrainingLog.Row> term) {
        return rows.subList(from, from + 15).stream()
                .mapToDouble(term)
                .average()
                .orElseThrow();
    }
}
