package panst3r.training;

import java.util.List;

/**
 * How to train: everything that decides the numbers. The same plan and data give the same weights.
 *
 * @param seed of the first weights, of the points and of the order of things
 * @param steps after how many steps the schedule ends
 * @param batch scenes of one step, all with as many views and of the same size
 * @param rate learning rate, reached after {@code warmup} steps
 * @param warmup steps
 * @param decay weight decay
 * @param clip largest norm of the gradient
 * @param minKeyframes least number of views that build the memory; the rest is rendered only
 * @param points at which masks are compared, per mask and view
 * @param commonPoints whether all masks of a view are compared at the same points, half of them at its instances by turns: a
 *     fraction of the work; otherwise each at points of its own, as in the paper
 * @param pixels of every patch, drawn anew for every step, at which pointmaps are compared; at most all of a patch
 * @param geometryWeight weight of the geometry loss
 * @param masksWeight weight of the segmentation loss, 0 to leave the panoptic decoder alone
 * @param terms weights within that loss
 * @param tokensWeight weight of a cross-entropy that asks every token that queries look at for the class it shows, 0 to leave
 *     classes to the queries as the paper does: a small network learns them sooner from every token than from a few instances
 * @param attentionWeight weight of {@link AttentionLoss}, 0 to leave attention to itself as the paper does
 * @param firstPass whether the pointmaps with which keyframes enter the memory are compared too: a shorter way from one
 *     view to the other, on which poses are learnt sooner
 * @param jitter strength of random changes of brightness and colour
 * @param frozen names that start with one of these are not trained: as in the paper "must3r_encoder", "must3r_decoder",
 *     "dino_encoder"
 * @param saveEvery steps between two states on disk
 */
public record TrainingPlan(
        long seed,
        int steps,
        int batch,
        double rate,
        int warmup,
        double decay,
        double clip,
        int minKeyframes,
        int points,
        boolean commonPoints,
        int pixels,
        double geometryWeight,
        double masksWeight,
        PanopticLoss.Weights terms,
        double tokensWeight,
        double attentionWeight,
        boolean firstPass,
        double jitter,
        List<String> frozen,
        int saveEvery) {
    public TrainingPlan {
        frozen = List.copyOf(frozen);
        if (steps < 1 || batch < 1 || warmup < 0 || minKeyframes < 1 || points < 1 || pixels < 1 || saveEvery < 1) {
            throw new IllegalArgumentException("a plan of " + steps + " steps, batch " + batch + ", warm-up " + warmup
                    + ", " + minKeyframes + " keyframes, " + points + " points, " + pixels + " pixels, saved every "
                    + saveEvery);
        }
    }

    /** Everything from scratch, at the rates that a small model learns with. */
    public static TrainingPlan fromScratch(long seed, int steps) {
        return new TrainingPlan(
                seed,
                steps,
                2,
                1e-3,
                80,
                0.05,
                1,
                2,
                512,
                true,
                32,
                1,
                0.05,
                PanopticLoss.Weights.PAPER,
                0,
                0,
                false,
                0.15,
                List.of(),
                200);
    }

    /** As the paper trains: encoder, decoder and DINOv2 stay, the panoptic decoder learns. */
    public static TrainingPlan panopticOnly(long seed, int steps) {
        return new TrainingPlan(
                seed,
                steps,
                4,
                1e-4,
                steps / 40,
                0.05,
                1,
                2,
                12288,
                false,
                1,
                0,
                1,
                PanopticLoss.Weights.PAPER,
                0,
                0,
                false,
                0.15,
                List.of("must3r_encoder", "must3r_decoder", "dino_encoder"),
                200);
    }

    LearningRate schedule() {
        return new LearningRate(rate, rate / 100, warmup, steps);
    }
}
