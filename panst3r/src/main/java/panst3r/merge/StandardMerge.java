package panst3r.merge;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import panst3r.PanSt3RException;
import panst3r.Progress;
import panst3r.checkpoint.LabelMode;

/**
 * Merging by thresholds, as published: every pixel belongs to the kept query with the largest score × probability, and a
 * query becomes a segment if it owns enough of its own mask. Source: the spec's page on merging, "standard".
 *
 * <p>Only probabilities above a cutoff c are looked at, and yet the result is that of looking at all. A pixel is in a
 * region only if its owner's probability is at least the mask threshold t, so the owner's weighted probability is at
 * least t·s_min, with s_min the least score of the kept queries; a query that is left out there weighs at most c·s_max.
 * With c ≤ t·s_min/s_max it cannot have been the owner; and where a query that is left out is the owner, nobody else
 * reaches t. The cutoff is lowered to that where the options ask for it, down to {@value #LEAST_CUTOFF}.
 */
public final class StandardMerge extends Configured {
    /** Below the smallest t·s_min/s_max that usual options lead to. */
    static final float CUTOFF = 0.01f;

    private static final float LEAST_CUTOFF = 1e-6f;

    private static final Option CLASS_THRESHOLD =
            Option.number("class-threshold", 0.1, 0, 1, "queries whose best class scores no more are left out");
    private static final Option MASK_THRESHOLD =
            Option.number("mask-threshold", 0.25, 0.01, 1, "least probability of a pixel in its segment");
    private static final Option OVERLAP_THRESHOLD = Option.number(
            "overlap-threshold", 0.5, 0, 1, "least share of its own mask that a segment must own to stay");
    private static final Option ITERATIONS =
            Option.integer("iterations", 2, 1, 10, "rounds; each goes on with the queries that the last one selected");
    private static final Option VOID_CONFIDENCE =
            Option.number("void-confidence", 0.1, 0, 1, "confidence reported where there is no segment");
    private static final Option TEMPERATURE = Option.number(
            "temperature", 0, 0, 100, "softmax temperature that sharpens class scores in sigmoid mode; 0 for none");

    private StandardMerge(Settings settings) {
        super(settings);
    }

    static StandardMerge v1() {
        return new StandardMerge(new Settings(
                "standard-v1",
                List.of(
                        CLASS_THRESHOLD,
                        MASK_THRESHOLD.startingAt(0.5),
                        OVERLAP_THRESHOLD.startingAt(0.8),
                        ITERATIONS.startingAt(1),
                        VOID_CONFIDENCE,
                        TEMPERATURE)));
    }

    static StandardMerge v2() {
        return new StandardMerge(new Settings(
                "standard-v2",
                List.of(CLASS_THRESHOLD, MASK_THRESHOLD, OVERLAP_THRESHOLD, ITERATIONS, VOID_CONFIDENCE, TEMPERATURE)));
    }

    /** Queries whose best class scores no more than this are left out. */
    public StandardMerge classThreshold(double value) {
        return set(CLASS_THRESHOLD, value);
    }

    /** Least probability of a pixel in its segment. */
    public StandardMerge maskThreshold(double value) {
        return set(MASK_THRESHOLD, value);
    }

    /** Least share of its own mask that a segment must own to stay. */
    public StandardMerge overlapThreshold(double value) {
        return set(OVERLAP_THRESHOLD, value);
    }

    /** Rounds; each goes on with the queries that the last one selected. */
    public StandardMerge iterations(int value) {
        return set(ITERATIONS, value);
    }

    /** Confidence reported where there is no segment. */
    public StandardMerge voidConfidence(double value) {
        return set(VOID_CONFIDENCE, value);
    }

    /** Scores become softmax(sigmoid(logits) / value), in sigmoid mode; 0 for none. */
    public StandardMerge temperature(double value) {
        return set(TEMPERATURE, value);
    }

    private StandardMerge set(Option option, double value) {
        return new StandardMerge(settings.with(option.name(), value));
    }

    @Override
    public StandardMerge with(String option, String value) {
        return new StandardMerge(settings.with(option, value));
    }

    @Override
    public Panoptic merge(ClassLogits classes, MaskSource source, Progress progress) {
        PreparedMasks masks = Merge.prepare(source).fitting(classes);
        ClassScores scores = ClassScores.of(classes);
        int[] kept = kept(classes, scores);
        double temperature = settings.number("temperature");
        if (temperature > 0) {
            if (classes.mode() == LabelMode.SOFTMAX) {
                throw new PanSt3RException(
                        "temperature is meant for models with sigmoid classes; this one's are softmax, so leave it at 0.");
            }
            scores = ClassScores.sharpened(classes, temperature);
        }
        float threshold = (float) settings.number("mask-threshold");
        double least = settings.number("overlap-threshold");
        Probabilities probabilities = masks.above(cutoff(kept, scores, threshold), progress);
        long[] original = masks.areas(progress);

        int rounds = (int) settings.number("iterations");
        int[] selected = kept;
        Owners owners = null;
        for (int i = 0; i < rounds; i++) {
            int[] candidates = selected;
            owners = Owners.of(masks, probabilities, candidates, scores.score(), threshold, progress);
            long[] region = owners.area();
            selected = Arrays.stream(candidates)
                    .filter(q -> region[q] > 0 && original[q] > 0 && region[q] / (double) original[q] >= least)
                    .toArray();
            if (selected.length == candidates.length) {
                break; // another round would repeat this one
            }
        }
        int[] segmentOfQuery = new int[masks.queries()];
        List<Segment> segments = new ArrayList<>();
        for (int q : selected) {
            segmentOfQuery[q] = segments.size() + 1;
            segments.add(new Segment(
                    segmentOfQuery[q],
                    q,
                    scores.label()[q],
                    scores.score()[q],
                    owners.meanConfidence(q),
                    owners.area()[q]));
        }
        owners.toSegments(segmentOfQuery, (float) settings.number("void-confidence"));
        return new Panoptic(describe(), owners.owner(), owners.confidence(), segments);
    }

    private int[] kept(ClassLogits classes, ClassScores scores) {
        float threshold = (float) settings.number("class-threshold");
        int nothing = classes.mode() == LabelMode.SOFTMAX ? classes.classes() : -1;
        int[] out = new int[classes.queries()];
        int n = 0;
        for (int q = 0; q < out.length; q++) {
            if (scores.score()[q] > threshold && scores.label()[q] != nothing) {
                out[n++] = q;
            }
        }
        return Arrays.copyOf(out, n);
    }

    /** The largest cutoff that leaves the result exact; see above. */
    private static float cutoff(int[] kept, ClassScores scores, float maskThreshold) {
        float min = 1;
        float max = 0;
        for (int q : kept) {
            min = Math.min(min, scores.score()[q]);
            max = Math.max(max, scores.score()[q]);
        }
        float exact = max == 0 ? CUTOFF : 0.99f * maskThreshold * min / max;
        return Math.max(LEAST_CUTOFF, Math.min(CUTOFF, exact));
    }
}
