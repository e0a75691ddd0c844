package panst3r.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import panst3r.Progress;
import panst3r.checkpoint.Checkpoint;
import panst3r.checkpoint.HalfPrecision;
import panst3r.checkpoint.TinyModel;
import panst3r.metrics.TrueScene;
import panst3r.model.PanSt3R;
import panst3r.rooms.RoomOptions;
import panst3r.rooms.Rooms;

class HalfPrecisionTest {
    @TempDir
    Path folder;

    private Path full() {
        Path file = folder.resolve("full.safetensors");
        TinyModel.write(file, List.of("floor", "chair"), 3);
        return file;
    }

    @Test
    void theModelIsTheSameToAHundredth() throws Exception {
        Path full = full();
        Path half = folder.resolve("half.safetensors");
        HalfPrecision.convert(full, half, Optional.empty());
        // the class table stays in float32
        long table = 4L * 2 * 768;
        assertThat(Files.size(half) - table).isLessThan((long) (0.55 * (Files.size(full) - table)));
        try (Checkpoint checkpoint = Checkpoint.open(half)) {
            assertThat(checkpoint.classes().orElseThrow().names()).containsExactly("floor", "chair");
            assertThat(checkpoint.config()).isEqualTo(TinyModel.DESCRIPTION.config());
            assertThat(checkpoint.postprocessDefault()).isEqualTo("standard-v2");
        }
        Prediction a = predict(full);
        Prediction b = predict(half);
        for (int v = 0; v < 2; v++) {
            assertThat(difference(a.views().get(v).pointmap(), b.views().get(v).pointmap()))
                    .isLessThan(1e-2);
            assertThat(difference(
                            a.views().get(v).maskLogits(), b.views().get(v).maskLogits()))
                    .isLessThan(1e-2);
        }
        assertThat(difference(
                        FloatBuffer.wrap(a.classLogits().values()),
                        FloatBuffer.wrap(b.classLogits().values())))
                .isLessThan(1e-2);
    }

    @Test
    void itCanSayHowItIsToBeMerged() {
        Path half = folder.resolve("half.safetensors");
        HalfPrecision.convert(full(), half, Optional.of("standard-v2:mask-threshold=0.6"));
        try (Checkpoint checkpoint = Checkpoint.open(half)) {
            assertThat(checkpoint.postprocessDefault()).isEqualTo("standard-v2:mask-threshold=0.6");
            assertThat(checkpoint.config()).isEqualTo(TinyModel.DESCRIPTION.config());
        }
    }

    private static Prediction predict(Path file) {
        try (Checkpoint checkpoint = Checkpoint.open(file);
                PanSt3R model = PanSt3R.load(file, Progress.SILENT)) {
            return new Inference(model)
                    .classes(checkpoint.classes().orElseThrow())
                    .run(
                            TrueScene.views(Rooms.sample(
                                    1, RoomOptions.defaults().withViews(2).withSize(64, 48))),
                            Progress.SILENT);
        }
    }

    /** Largest difference relative to the largest value. */
    private static double difference(FloatBuffer a, FloatBuffer b) {
        assertThat(a.remaining()).isEqualTo(b.remaining());
        double worst = 0;
        double largest = 0;
        for (int i = 0; i < a.limit(); i++) {
            worst = Math.max(worst, Math.abs(a.get(i) - b.get(i)));
            largest = Math.max(largest, Math.abs(a.get(i)));
        }
        return worst / largest;
    }
}
