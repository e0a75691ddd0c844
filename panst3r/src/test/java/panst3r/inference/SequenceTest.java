package panst3r.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import panst3r.CancelledException;
import panst3r.PanSt3RException;
import panst3r.Progress;
import panst3r.image.View;
import panst3r.inference.ModelFixtures.SceneFixture;
import panst3r.model.PanSt3R;
import panst3r.retrieval.PooledFeatures;

/** Photos one after the other: each part is the run over the photos so far, and the end is the run over all. */
class SequenceTest {
    private static final int VIEWS = 9;

    private SceneFixture scene;
    private List<View> views;
    private PanSt3R model;

    @BeforeEach
    void load() {
        Optional<SceneFixture> largest = ModelFixtures.scenes().stream()
                .filter(s -> s.classes() != null)
                .max(Comparator.comparingInt(s -> s.views().size()));
        assumeTrue(largest.isPresent(), "the fixtures in use hold no whole model");
        scene = largest.get();
        List<View> few = scene.views();
        views = IntStream.range(0, VIEWS)
                .mapToObj(i -> darker(few.get(i % few.size()), 1 - 0.03f * i))
                .toList();
        model = PanSt3R.load(scene.checkpoint().file(), Progress.SILENT);
    }

    @AfterEach
    void close() {
        if (model != null) {
            model.close();
        }
    }

    /** Another photo. */
    private static View darker(View view, float by) {
        float[] pixels = view.pixels().clone();
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] *= by;
        }
        return new View(null, view.width(), view.height(), pixels, null, null);
    }

    private Inference inference() {
        return new Inference(model).classes(scene.classes());
    }

    @Test
    void everyPartIsTheRunOverThePhotosSoFar() {
        List<Prediction> parts = new ArrayList<>();
        Prediction all = inference().sequence(views, Progress.SILENT, parts::add);
        assertThat(parts).extracting(p -> p.views().size()).containsExactly(2, 4, 8);
        for (Prediction part : parts) {
            List<View> first = views.subList(0, part.views().size());
            FeatureCacheTest.same(inference().run(first, Progress.SILENT), part);
        }
        FeatureCacheTest.same(inference().run(views, Progress.SILENT), all);
    }

    @Test
    void keyframesOfTheWholeEnterAsTheyCome(@TempDir Path folder) {
        Inference four = inference().keyframes(4).cache(FeatureCache.at(folder)).refinements(1);
        List<Prediction> parts = new ArrayList<>();
        Prediction all = four.sequence(views, Progress.SILENT, parts::add);
        assertThat(parts).extracting(p -> p.views().size()).containsExactly(4, 8);
        assertThat(parts.get(1).views())
                .extracting(ViewPrediction::keyframe)
                .containsExactly(true, false, true, false, false, true, false, false);
        FeatureCacheTest.same(
                inference().keyframes(v -> List.of(0, 2, 5)).run(views.subList(0, 8), Progress.SILENT), parts.get(1));
        FeatureCacheTest.same(inference().keyframes(4).refinements(1).run(views, Progress.SILENT), all);
    }

    @Test
    void everyPhotoIsEncodedOnceWithoutACacheToo() {
        int[] encoded = {0};
        inference()
                .tap((name, value) -> encoded[0] += name.endsWith(".encoder") ? 1 : 0)
                .sequence(views, Progress.SILENT, part -> {});
        assertThat(encoded[0]).isEqualTo(VIEWS);
    }

    @Test
    void anInterruptLeavesTheLastPart() {
        List<Prediction> parts = new ArrayList<>();
        assertThatThrownBy(() -> inference().sequence(views, Progress.SILENT, part -> {
                    parts.add(part);
                    if (parts.size() == 2) {
                        Thread.currentThread().interrupt();
                    }
                }))
                .isInstanceOf(CancelledException.class);
        FeatureCacheTest.same(inference().run(views.subList(0, 4), Progress.SILENT), parts.get(1));
    }

    @Test
    void keyframesThatLookAtAllPhotosFirstAreRefused() {
        Inference looking = inference().keyframes(new RetrievalKeyframes(2, new PooledFeatures(), 0));
        assertThatThrownBy(() -> looking.sequence(views, Progress.SILENT, part -> {}))
                .isInstanceOf(PanSt3RException.class)
                .hasMessageContaining("leave one of the two out");
    }

    @Test
    void oneOrTwoPhotosAreARun() {
        for (int n = 1; n <= 2; n++) {
            List<Prediction> parts = new ArrayList<>();
            Prediction all = inference().sequence(views.subList(0, n), Progress.SILENT, parts::add);
            assertThat(parts).isEmpty();
            FeatureCacheTest.same(inference().run(views.subList(0, n), Progress.SILENT), all);
        }
    }
}
