package panst3r.training;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import panst3r.PanSt3RException;
import panst3r.Progress;
import panst3r.checkpoint.TinyModel;
import panst3r.rooms.RoomCategory;
import panst3r.rooms.RoomOptions;
import panst3r.rooms.RoomSample;
import panst3r.rooms.Rooms;

/**
 * Trains a tiny model in a process of its own until someone ends it: {@code TrainingProcess FOLDER}. Says each step when it
 * is saved and goes on saving it; a save that fails is said, too, and ends it.
 */
final class TrainingProcess {
    static final String STEP = "step ";
    static final String SAVING = "saving";
    static final String FAILED = "failed: ";

    private static final RoomOptions SMALL = RoomOptions.defaults().withViews(2).withSize(48, 32);

    private TrainingProcess() {}

    static Trainer trainer(Path folder) {
        TrainingPlan plan = TrainingPlan.fromScratch(7, 10_000);
        List<String> classes = Rooms.CLASSES.stream().map(RoomCategory::name).toList();
        return new Trainer(TinyModel.DESCRIPTION, Optional.empty(), TinyModel.table(classes, 1), plan, folder);
    }

    static RoomSample room(long index) {
        return Rooms.sample(Rooms.FIRST_TRAINING_SEED + index, SMALL);
    }

    public static void main(String[] args) {
        try (Trainer trainer = trainer(Path.of(args[0]))) {
            while (true) {
                trainer.run(TrainingProcess::room, trainer.step() + 1, Progress.SILENT);
                System.out.println(STEP + trainer.step());
                for (int i = 0; i < 5; i++) {
                    System.out.println(SAVING);
                    trainer.save();
                }
            }
        } catch (PanSt3RException e) {
            System.out.println(FAILED + e.getMessage());
        }
    }
}
