package panst3r.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import panst3r.PanSt3RException;
import panst3r.checkpoint.Checkpoint;
import panst3r.image.WorkingSize;
import panst3r.nn.Scope;
import panst3r.rooms.GroundTruthFolder;
import panst3r.rooms.RoomOptions;
import panst3r.rooms.RoomSample;
import panst3r.rooms.RoomView;
import panst3r.rooms.Rooms;

class TrainingFolderTest {
    private static final RoomOptions PHOTOS =
            RoomOptions.defaults().withViews(3).withSize(150, 96);
    private static final List<String> CLASSES =
            Rooms.CLASSES.stream().map(c -> c.name()).toList();
    private static final List<WorkingSize> SIZES = List.of(new WorkingSize(64, 48), new WorkingSize(64, 32));

    private static Path data(Path folder, int scenes) {
        for (int i = 0; i < scenes; i++) {
            GroundTruthFolder.write(folder.resolve("scene" + i), Rooms.sample(Rooms.FIRST_TRAINING_SEED + i, PHOTOS));
        }
        return folder;
    }

    /** A pixel of a cut view sees the point that the photo's pixel saw, within the pixel's own width. */
    @Test
    void cutViewsSeeTheSamePoints() {
        RoomView photo = Rooms.sample(Rooms.FIRST_TRAINING_SEED, PHOTOS).views().get(0);
        RoomView cut = TrainingFolder.cut(photo, SIZES.get(0));
        assertThat(cut.width()).isEqualTo(64);
        assertThat(cut.height()).isEqualTo(48);
        for (int i = 0; i < cut.depth().length; i++) {
            double z = cut.depth()[i];
            double[] point = cut.camera().unproject(i % 64, i / 64, z);
            double[] seen = photo.camera().project(point[0], point[1], point[2]);
            int column = (int) Math.round(seen[0]);
            int row = (int) Math.round(seen[1]);
            boolean same = false; // rounding may lead to a neighbour
            for (int k = 0; k < 9; k++) {
                int y = Math.max(0, Math.min(95, row + k / 3 - 1));
                int x = Math.max(0, Math.min(149, column + k % 3 - 1));
                same |= photo.depth()[y * 150 + x] == cut.depth()[i] && photo.ids()[y * 150 + x] == cut.ids()[i];
            }
            assertThat(same).isTrue();
        }
        double mean = IntStream.range(0, cut.rgb().length)
                .map(i -> cut.rgb()[i] & 255)
                .average()
                .orElseThrow();
        double wanted = IntStream.range(0, photo.rgb().length)
                .filter(i -> i / 3 % 150 >= 11 && i / 3 % 150 < 139)
                .map(i -> photo.rgb()[i] & 255)
                .average()
                .orElseThrow();
        assertThat(mean).isCloseTo(wanted, within(1.0));
    }

    @Test
    void everyEpochTakesEverySceneOnceAndIsRepeatable(@TempDir Path folder) {
        TrainingFolder scenes = new TrainingFolder(data(folder, 3), CLASSES, SIZES, 2, 7);
        List<String> names = IntStream.range(0, 12)
                .mapToObj(
                        i -> scenes.get(i).name() + scenes.get(i).views().get(0).name())
                .toList();
        for (int epoch = 0; epoch < 4; epoch++) {
            assertThat(names.subList(3 * epoch, 3 * epoch + 3).stream().map(n -> n.substring(0, n.length() - 3)))
                    .doesNotHaveDuplicates();
        }
        assertThat(names.stream().distinct().count()).isGreaterThan(3); // other photos first
        RoomSample again = new TrainingFolder(folder, CLASSES, SIZES, 2, 7).get(5);
        assertThat(again.views().get(1).rgb())
                .isEqualTo(scenes.get(5).views().get(1).rgb());
    }

    @Test
    void faultsAreNamed(@TempDir Path folder) throws Exception {
        data(folder, 1);
        TrainingFolder many = new TrainingFolder(folder, CLASSES, SIZES, 4, 7);
        assertThatThrownBy(() -> many.get(0))
                .isInstanceOf(PanSt3RException.class)
                .hasMessageContaining("has 3 photos, but 4");
        TrainingFolder few = new TrainingFolder(folder, List.of("chair"), SIZES, 2, 7);
        assertThatThrownBy(() -> few.get(0))
                .isInstanceOf(PanSt3RException.class)
                .hasMessageContaining("which the model does not know");
        Path empty = Files.createDirectory(folder.resolve("empty"));
        assertThatThrownBy(() -> new TrainingFolder(empty, CLASSES, SIZES, 2, 7))
                .isInstanceOf(PanSt3RException.class)
                .hasMessageContaining("docs/ground-truth.md");
    }

    /** The command: trains the panoptic decoder alone, and leaves a model that opens. */
    @Test
    void fineTunes(@TempDir Path folder) {
        Path model = folder.resolve("model.safetensors");
        try (ai.djl.ndarray.NDManager manager = ai.djl.ndarray.NDManager.newBaseManager("PyTorch")) {
            TrainedParameters fresh =
                    TrainedParameters.fresh(MiniModel.description().config(), 1, manager);
            Scope.inference(() -> {
                Checkpoint.write(model, MiniModel.description(), fresh.tensors(), Optional.of(MiniModel.classes()));
                return null;
            });
        }
        Path out = folder.resolve("out");
        FineTune.main(new String[] {
            model.toString(),
            data(folder.resolve("data"), 2).toString(),
            out.toString(),
            "--steps",
            "2",
            "--views",
            "2",
            "--points",
            "64"
        });
        assertThat(out.resolve("log.csv")).exists();
        try (Checkpoint before = Checkpoint.open(model);
                Checkpoint after = Checkpoint.open(out.resolve("model.safetensors"))) {
            String decoder = "must3r_decoder.norm_dec.weight";
            String queries = "panoptic_decoder.mask_transformer.query_feat.weight";
            assertThat(after.weights().get(decoder).toFloats())
                    .isEqualTo(before.weights().get(decoder).toFloats());
            assertThat(after.weights().get(queries).toFloats())
                    .isNotEqualTo(before.weights().get(queries).toFloats());
        }
    }
}
