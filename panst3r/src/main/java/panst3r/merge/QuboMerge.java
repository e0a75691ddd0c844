package panst3r.merge;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import panst3r.Progress;
import panst3r.merge.qubo.Annealer;
import panst3r.merge.qubo.BranchAndBound;
import panst3r.merge.qubo.Qubo;
import panst3r.merge.qubo.Solution;
import panst3r.merge.qubo.Solver;

/**
 * Merging by choosing the subset of queries that covers the views with little overlap: α ∈ {0,1}^Q that minimises
 * E(α) = αᵀAα + λ·mean(α), A_ii = −Σ M_i, A_ij = (1+π)/2 · Σ min(M_i, M_j), sums over all pixels, divided by their number
 * (of the padded views). Every pixel then goes to the strongest chosen query. Source: the spec's page on merging, "QUBO".
 */
public final class QuboMerge extends Configured {
    private static final Option LAMBDA = Option.number("lambda", 1e-3, 0, 1, "λ: what every chosen query costs, × Q");
    private static final Option PENALTY =
            Option.number("penalty", 1, 0, 100, "π: how much overlap costs; at 1 two equal masks gain nothing");
    private static final Option WEIGHTED =
            Option.flag("probability-weighting", "weight every mask with its best class probability before choosing");
    private static final Option MIN_CLASS =
            Option.number("min-class-probability", 0, 0, 1, "queries whose best class is less probable are not chosen");
    private static final Option MIN_OVERLAP =
            Option.number("min-overlap", 0, 0, 1, "overlaps smaller than this share of all pixels count as none");
    private static final Option MIN_CONFIDENCE = Option.number(
            "min-confidence", 0.01, 0, 1, "segments with a smaller class probability × mask confidence become void");
    private static final Option SEED = Option.integer("seed", 0, 0, Integer.MAX_VALUE, "seed of the annealing");
    private static final Option RESTARTS =
            Option.integer("restarts", Annealer.RESTARTS, 1, 10000, "annealing runs; the best counts");
    private static final Option SOLVER = Option.choice(
            "solver", List.of("annealing", "exact"), "exact goes on from the annealing until nothing better can exist");
    private static final Option TIME_LIMIT =
            Option.number("time-limit", 30, 0.01, 86400, "seconds after which the exact solver gives its best answer");

    private final Solver solver;

    QuboMerge() {
        this(
                new Settings(
                        "qubo",
                        List.of(
                                LAMBDA,
                                PENALTY,
                                WEIGHTED,
                                MIN_CLASS,
                                MIN_OVERLAP,
                                MIN_CONFIDENCE,
                                SEED,
                                RESTARTS,
                                SOLVER,
                                TIME_LIMIT)),
                null);
    }

    private QuboMerge(Settings settings, Solver solver) {
        super(settings);
        this.solver = solver;
    }

    /** What every chosen query costs, times Q. */
    public QuboMerge lambda(double value) {
        return set(LAMBDA, value);
    }

    /** How much overlap costs; at 1 two equal masks gain nothing by both being chosen. */
    public QuboMerge penalty(double value) {
        return set(PENALTY, value);
    }

    /** Whether every mask is weighted with its best class probability before choosing. */
    public QuboMerge probabilityWeighting(boolean value) {
        return with(WEIGHTED.name(), Boolean.toString(value));
    }

    /** Queries whose best class is less probable are not chosen. */
    public QuboMerge minClassProbability(double value) {
        return set(MIN_CLASS, value);
    }

    /** Overlaps smaller than this share of all pixels count as none. */
    public QuboMerge minOverlap(double value) {
        return set(MIN_OVERLAP, value);
    }

    /** Segments with a smaller class probability × mask confidence become void. */
    public QuboMerge minConfidence(double value) {
        return set(MIN_CONFIDENCE, value);
    }

    /** Seed of the annealing. */
    public QuboMerge seed(int value) {
        return set(SEED, value);
    }

    /** Annealing runs; the best counts. */
    public QuboMerge restarts(int value) {
        return set(RESTARTS, value);
    }

    /** {@code annealing} or {@code exact}. */
    public QuboMerge solver(String value) {
        return with(SOLVER.name(), value);
    }

    /** Seconds after which the exact solver gives its best answer. */
    public QuboMerge timeLimit(double value) {
        return set(TIME_LIMIT, value);
    }

    /** Uses this solver instead of the one that the options describe. */
    public QuboMerge solver(Solver value) {
        return new QuboMerge(settings, value);
    }

    private QuboMerge set(Option option, double value) {
        return new QuboMerge(settings.with(option.name(), value), solver);
    }

    @Override
    public QuboMerge with(String option, String value) {
        return new QuboMerge(settings.with(option, value), solver);
    }

    @Override
    public Panoptic merge(ClassLogits classes, MaskSource source, Progress progress) {
        PreparedMasks masks = Merge.prepare(source).fitting(classes);
        ClassScores scores = ClassScores.ofRealClasses(classes);
        int[] candidates = candidates(scores);
        Solution solution = choose(candidates, scores, masks, progress);
        int[] chosen = IntStream.of(solution.chosen()).map(i -> candidates[i]).toArray();
        Solution ofQueries = new Solution(chosen, solution.energy(), solution.lowerBound(), solution.solver());
        return assign(ofQueries, chosen, scores, masks, progress);
    }

    /**
     * The minimisation itself, without the map: for solvers, benches and tests.
     *
     * @return over all queries, in order; those below {@code min-class-probability} included
     */
    public Qubo problem(ClassLogits classes, MaskSource source, Progress progress) {
        PreparedMasks masks = Merge.prepare(source).fitting(classes);
        ClassScores scores = ClassScores.ofRealClasses(classes);
        return problem(IntStream.range(0, classes.queries()).toArray(), scores, masks, progress);
    }

    /** The panoptic segmentation that follows from given chosen queries. */
    Panoptic assign(int[] chosen, ClassLogits classes, MaskSource source, Progress progress) {
        PreparedMasks masks = Merge.prepare(source).fitting(classes);
        return assign(null, chosen, ClassScores.ofRealClasses(classes), masks, progress);
    }

    private int[] candidates(ClassScores scores) {
        double least = settings.number("min-class-probability");
        return IntStream.range(0, scores.score().length)
                .filter(q -> scores.score()[q] >= least)
                .toArray();
    }

    private Qubo problem(int[] candidates, ClassScores scores, PreparedMasks masks, Progress progress) {
        Overlaps overlaps = masks.overlaps(settings.flag("probability-weighting") ? scores.score() : null, progress);
        int n = candidates.length;
        double half = (1 + settings.number("penalty")) / 2;
        double least = settings.number("min-overlap");
        double[] a = new double[n * n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                double share = overlaps.share(candidates[i], candidates[j]);
                a[i * n + j] = i == j ? -share : share < least ? 0 : half * share;
            }
        }
        return new Qubo(n, a, settings.number("lambda"));
    }

    private Solution choose(int[] candidates, ClassScores scores, PreparedMasks masks, Progress progress) {
        if (candidates.length == 0) {
            return Solution.empty();
        }
        Solver chosen = solver != null ? solver : solver(masks.threads());
        return chosen.solve(problem(candidates, scores, masks, progress), progress);
    }

    private Solver solver(int threads) {
        Annealer annealer = new Annealer((long) settings.number("seed"), (int) settings.number("restarts"), threads);
        return settings.text("solver").equals("exact")
                ? new BranchAndBound(annealer, settings.number("time-limit"))
                : annealer;
    }

    private Panoptic assign(
            Solution solution, int[] chosen, ClassScores scores, PreparedMasks masks, Progress progress) {
        // A pixel goes to the strongest however weak that is, so nothing may be cut off; but few queries are chosen.
        Owners owners = Owners.of(masks, Probabilities.everywhere(masks), chosen, null, 0, progress);
        double least = settings.number("min-confidence");
        int[] segmentOfQuery = new int[masks.queries()];
        List<Segment> segments = new ArrayList<>();
        for (int q : chosen) {
            long area = owners.area()[q];
            if (area > 0 && scores.score()[q] * owners.meanConfidence(q) >= least) {
                segmentOfQuery[q] = segments.size() + 1;
                segments.add(new Segment(
                        segmentOfQuery[q], q, scores.label()[q], scores.score()[q], owners.meanConfidence(q), area));
            }
        }
        owners.toSegments(segmentOfQuery, null);
        return new Panoptic(describe(), owners.owner(), owners.confidence(), segments, solution);
    }
}
