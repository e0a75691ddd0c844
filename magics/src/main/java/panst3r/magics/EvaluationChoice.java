package panst3r.magics;

import java.util.List;
import panst3r.PanSt3RException;

/**
 * What {@code %panst3r evaluate} measures, and how. Immutable: each method gives a copy.
 *
 * @param datasets folders
 * @param out folder of the results
 * @param vocabulary {@code truth}, a list that ships or a file; null for what the model looks for
 * @param text folder of a text encoder, or null for the one named last
 * @param split {@code test}, {@code train} or {@code all}
 * @param photos at most so many a scene
 * @param keyframes null for all
 * @param merge null for what the model's authors chose
 * @param refine passes over the memory
 * @param size null for the model's
 * @param countRare whether rare classes count
 * @param overwrite whether to begin anew
 */
public record EvaluationChoice(
        List<String> datasets,
        String out,
        String vocabulary,
        String text,
        String split,
        int photos,
        Integer keyframes,
        String merge,
        int refine,
        Integer size,
        boolean countRare,
        boolean overwrite) {
    public EvaluationChoice {
        datasets = List.copyOf(datasets);
        if (datasets.isEmpty()) {
            throw new PanSt3RException("Name at least one data set to be evaluated.");
        }
    }

    /** Everything as it is by default. */
    public static EvaluationChoice of(List<String> datasets) {
        return new EvaluationChoice(
                datasets, "evaluation", null, null, "test", Integer.MAX_VALUE, null, null, 0, null, false, false);
    }

    public EvaluationChoice out(String folder) {
        return new EvaluationChoice(
                datasets,
                folder,
                vocabulary,
                text,
                split,
                photos,
                keyframes,
                merge,
                refine,
                size,
                countRare,
                overwrite);
    }

    public EvaluationChoice vocabulary(String which, String textEncoder) {
        return new EvaluationChoice(
                datasets, out, which, textEncoder, split, photos, keyframes, merge, refine, size, countRare, overwrite);
    }

    public EvaluationChoice split(String which) {
        return new EvaluationChoice(
                datasets, out, vocabulary, text, which, photos, keyframes, merge, refine, size, countRare, overwrite);
    }

    public EvaluationChoice photos(int most) {
        return new EvaluationChoice(
                datasets, out, vocabulary, text, split, most, keyframes, merge, refine, size, countRare, overwrite);
    }

    public EvaluationChoice keyframes(Integer count) {
        return new EvaluationChoice(
                datasets, out, vocabulary, text, split, photos, count, merge, refine, size, countRare, overwrite);
    }

    public EvaluationChoice merge(String strategy) {
        return new EvaluationChoice(
                datasets,
                out,
                vocabulary,
                text,
                split,
                photos,
                keyframes,
                strategy,
                refine,
                size,
                countRare,
                overwrite);
    }

    public EvaluationChoice refine(int passes) {
        return new EvaluationChoice(
                datasets, out, vocabulary, text, split, photos, keyframes, merge, passes, size, countRare, overwrite);
    }

    public EvaluationChoice size(Integer longSide) {
        return new EvaluationChoice(
                datasets,
                out,
                vocabulary,
                text,
                split,
                photos,
                keyframes,
                merge,
                refine,
                longSide,
                countRare,
                overwrite);
    }

    public EvaluationChoice countRare(boolean yes) {
        return new EvaluationChoice(
                datasets, out, vocabulary, text, split, photos, keyframes, merge, refine, size, yes, overwrite);
    }

    public EvaluationChoice overwrite(boolean yes) {
        return new EvaluationChoice(
                datasets, out, vocabulary, text, split, photos, keyframes, merge, refine, size, countRare, yes);
    }
}
