package panst3r.picture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import panst3r.Progress;
import panst3r.merge.Merge;
import panst3r.merge.MergeStrategy;
import panst3r.merge.Segment;
import panst3r.metrics.MergingExercise;
import panst3r.rooms.GroundTruthFolder;
import panst3r.scene.Scene;

/** A query keeps its colour across strategies, options and runs, and so does a class. */
class StableColoursTest {
    @Test
    void mergingAnewChangesNoColour() {
        var sample = GroundTruthFolder.read(Path.of("../sample-scenes/guest-room"));
        Map<Integer, Integer> ofQuery = new HashMap<>();
        Map<Integer, Integer> ofClass = new HashMap<>();
        int seen = 0;
        for (int run = 0; run < 2; run++) {
            Scene scene = MergingExercise.of(sample, 3, 1);
            List<MergeStrategy> strategies = List.of(
                    Merge.standardV2(),
                    Merge.standardV2().maskThreshold(0.8).classThreshold(0.6),
                    Merge.standardV1(),
                    Merge.qubo(),
                    Merge.qubo().lambda(0.5),
                    Merge.argmax());
            for (MergeStrategy strategy : strategies) {
                Scene merged = scene.merged(strategy, Progress.SILENT);
                Palette queries = Palette.ofSegments(merged, 0);
                Palette classes = Palette.ofClasses(merged, 0);
                for (Segment s : merged.panoptic().orElseThrow().segments()) {
                    int colour = queries.colour(s.query());
                    assertThat(ofQuery.merge(s.query(), colour, (a, b) -> a)).isEqualTo(colour);
                    int classColour = classes.colour(s.label());
                    assertThat(ofClass.merge(s.label(), classColour, (a, b) -> a))
                            .isEqualTo(classColour);
                    seen++;
                }
            }
        }
        assertThat(ofQuery.size()).isGreaterThan(20);
        assertThat(seen).isGreaterThan(3 * ofQuery.size());
    }
}
