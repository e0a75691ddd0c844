package panst3r.merge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import panst3r.PanSt3RException;
import panst3r.Progress;
import panst3r.merge.qubo.Solution;

class ComparisonTest {
    private static final Panoptic A = new Panoptic(
            "a",
            List.of(new int[] {1, 1, 2, 0}),
            List.of(new float[] {0.9f, 0.7f, 0.5f, 0.1f}),
            List.of(new Segment(1, 7, 0, 1, 0.8, 2), new Segment(2, 3, 0, 1, 0.5, 1)));

    /** Query 3 first, query 7 as id 2, one pixel moved, one more covered. */
    private static final Panoptic B = new Panoptic(
            "b",
            List.of(new int[] {2, 1, 1, 1}),
            List.of(new float[] {0.9f, 0.6f, 0.5f, 0.4f}),
            List.of(new Segment(1, 3, 0, 1, 0.5, 3), new Segment(2, 7, 0, 1, 0.9, 1)),
            new Solution(new int[] {3, 7}, -0.5, -0.6, "annealing"));

    @Test
    void resultsAreComparedByQuery() {
        Comparison c = Comparison.of(List.of(A, B));
        Comparison.Entry a = c.entries().get(0);
        Comparison.Entry b = c.entries().get(1);
        assertThat(a.covered()).isEqualTo(3);
        assertThat(a.meanConfidence()).isEqualTo(0.7, within(1e-6));
        assertThat(a.differing()).isZero();
        assertThat(a.energy()).isNaN();
        assertThat(b.covered()).isEqualTo(4);
        assertThat(b.differing()).isEqualTo(2);
        assertThat(b.energy()).isEqualTo(-0.5);
        assertThat(b.gap()).isEqualTo(0.1, within(1e-12));
        assertThat(c.disagreement().get(0)).containsExactly(0, 1, 0, 1);
    }

    @Test
    void segmentsAreMatchedByWhatTheyShare() {
        List<Comparison.Match> matches = Comparison.matches(A, B);
        assertThat(matches.stream().map(m -> m.first().id() + "-" + m.second().id() + ":" + m.shared()))
                .containsExactly("1-2:1", "1-1:1", "2-1:1");
        assertThat(matches.stream().map(Comparison.Match::iou)).containsExactly(0.5, 0.25, 1 / 3.0);
    }

    @Test
    void otherViewsAreRefused() {
        Panoptic other = new Panoptic("c", List.of(new int[3]), List.of(new float[3]), List.of());
        assertThatThrownBy(() -> Comparison.of(List.of(A, other))).isInstanceOf(PanSt3RException.class);
        assertThatThrownBy(() -> Comparison.of(null, null, List.of(), Progress.SILENT))
                .isInstanceOf(PanSt3RException.class)
                .hasMessageStartingWith("There is no strategy to compare");
    }

    @Test
    void strategiesOnOnePrediction() {
        SyntheticMasks synthetic = new SyntheticMasks(20, 8, 1);
        Comparison c = Comparison.of(synthetic.classes(4), synthetic.masks(2, 32, 40), Merge.all(), Progress.SILENT);
        assertThat(c.entries().stream().map(Comparison.Entry::strategy)).isEqualTo(Merge.names());
        for (Comparison.Entry e : c.entries()) {
            assertThat(e.pixels()).isEqualTo(2 * 32 * 40);
            assertThat(e.covered())
                    .isEqualTo(e.panoptic().segments().stream()
                            .mapToLong(Segment::area)
                            .sum());
            assertThat(e.seconds()).isPositive();
        }
        assertThat(c.matches(0, 0)).allSatisfy(m -> assertThat(m.iou()).isEqualTo(1));
    }
}
