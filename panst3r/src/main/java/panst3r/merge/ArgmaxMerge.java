package panst3r.merge;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import panst3r.Progress;
import panst3r.checkpoint.LabelMode;

/**
 * No merging: every pixel goes to its strongest mask, for models that answer one mask a pixel already. Pixels of queries
 * whose class is "no object" are void.
 */
public final class ArgmaxMerge extends Configured {
    private static final Option MASK_THRESHOLD =
            Option.number("mask-threshold", 0, 0, 1, "pixels whose strongest mask is weaker become void");

    ArgmaxMerge() {
        this(new Settings("argmax", List.of(MASK_THRESHOLD)));
    }

    private ArgmaxMerge(Settings settings) {
        super(settings);
    }

    /** Pixels whose strongest mask is weaker become void. */
    public ArgmaxMerge maskThreshold(double value) {
        return new ArgmaxMerge(settings.with(MASK_THRESHOLD.name(), value));
    }

    @Override
    public ArgmaxMerge with(String option, String value) {
        return new ArgmaxMerge(settings.with(option, value));
    }

    @Override
    public Panoptic merge(ClassLogits classes, MaskSource source, Progress progress) {
        PreparedMasks masks = Merge.prepare(source).fitting(classes);
        ClassScores scores = ClassScores.of(classes);
        int nothing = classes.mode() == LabelMode.SOFTMAX ? classes.classes() : -1;
        int[] all = IntStream.range(0, masks.queries()).toArray();
        float least = (float) settings.number("mask-threshold");
        // With a threshold, masks below it need not be looked at.
        Probabilities probabilities = least > StandardMerge.CUTOFF
                ? masks.above(StandardMerge.CUTOFF, progress)
                : Probabilities.everywhere(masks);
        Owners owners = Owners.of(masks, probabilities, all, null, least, progress);
        int[] segmentOfQuery = new int[all.length];
        List<Segment> segments = new ArrayList<>();
        for (int q : all) {
            if (owners.area()[q] > 0 && scores.label()[q] != nothing) {
                segmentOfQuery[q] = segments.size() + 1;
                segments.add(new Segment(
                        segmentOfQuery[q],
                        q,
                        scores.label()[q],
                        scores.score()[q],
                        owners.meanConfidence(q),
                        owners.area()[q]));
            }
        }
        owners.toSegments(segmentOfQuery, null);
        return new Panoptic(describe(), owners.owner(), owners.confidence(), segments);
    }
}
