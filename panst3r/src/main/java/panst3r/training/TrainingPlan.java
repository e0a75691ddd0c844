package panst3r.training;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

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
    /** A name and its value: a word, a list, or a record with its own name. */
    private static final Pattern PART = Pattern.compile("(\\w+)=(\\w*\\[[^\\]]*\\]|[^,\\]]+)");

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
        return new Draft(seed, steps).build();
    }

    /** As the paper trains: encoder, decoder and DINOv2 stay, the panoptic decoder learns. */
    public static TrainingPlan panopticOnly(long seed, int steps) {
        return new Draft(seed, steps)
                .batch(4)
                .rate(1e-4)
                .warmup(steps / 40)
                .points(12288)
                .commonPoints(false)
                .pixels(1)
                .geometryWeight(0)
                .masksWeight(1)
                .frozen(List.of("must3r_encoder", "must3r_decoder", "dino_encoder"))
                .build();
    }

    /** In words, what is not the same in two plans, as {@link #toString()} writes them. */
    static String difference(String there, String here) {
        Map<String, String> said = parts(there);
        List<String> out = new ArrayList<>();
        parts(here).forEach((name, value) -> {
            if (!value.equals(said.get(name))) {
                out.add(name + " " + said.get(name) + " there, " + value + " here");
            }
        });
        return out.isEmpty() ? "of another version" : String.join("; ", out);
    }

    private static Map<String, String> parts(String plan) {
        Map<String, String> out = new LinkedHashMap<>();
        for (MatchResult part : PART.matcher(plan).results().toList()) {
            out.put(part.group(1), part.group(2));
        }
        return out;
    }

    /** This plan, to be changed. */
    public Draft change() {
        return new Draft(seed, steps)
                .batch(batch)
                .rate(rate)
                .warmup(warmup)
                .decay(decay)
                .clip(clip)
                .minKeyframes(minKeyframes)
                .points(points)
                .commonPoints(commonPoints)
                .pixels(pixels)
                .geometryWeight(geometryWeight)
                .masksWeight(masksWeight)
                .terms(terms)
                .tokensWeight(tokensWeight)
                .attentionWeight(attentionWeight)
                .firstPass(firstPass)
                .jitter(jitter)
                .frozen(frozen)
                .saveEvery(saveEvery);
    }

    LearningRate schedule() {
        return new LearningRate(rate, rate / 100, warmup, steps);
    }

    /** A plan in the making; it begins with what {@link #fromScratch} says. */
    public static final class Draft {
        private final long seed;
        private final int steps;
        private int batch = 2;
        private double rate = 1e-3;
        private int warmup = 80;
        private double decay = 0.05;
        private double clip = 1;
        private int minKeyframes = 2;
        private int points = 512;
        private boolean commonPoints = true;
        private int pixels = 32;
        private double geometryWeight = 1;
        private double masksWeight = 0.05;
        private PanopticLoss.Weights terms = PanopticLoss.Weights.PAPER;
        private double tokensWeight;
        private double attentionWeight;
        private boolean firstPass;
        private double jitter = 0.15;
        private List<String> frozen = List.of();
        private int saveEvery = 200;

        private Draft(long seed, int steps) {
            this.seed = seed;
            this.steps = steps;
        }

        public Draft batch(int batch) {
            this.batch = batch;
            return this;
        }

        public Draft rate(double rate) {
            this.rate = rate;
            return this;
        }

        public Draft warmup(int warmup) {
            this.warmup = warmup;
            return this;
        }

        public Draft decay(double decay) {
            this.decay = decay;
            return this;
        }

        public Draft clip(double clip) {
            this.clip = clip;
            return this;
        }

        public Draft minKeyframes(int minKeyframes) {
            this.minKeyframes = minKeyframes;
            return this;
        }

        public Draft points(int points) {
            this.points = points;
            return this;
        }

        public Draft commonPoints(boolean commonPoints) {
            this.commonPoints = commonPoints;
            return this;
        }

        public Draft pixels(int pixels) {
            this.pixels = pixels;
            return this;
        }

        public Draft geometryWeight(double geometryWeight) {
            this.geometryWeight = geometryWeight;
            return this;
        }

        public Draft masksWeight(double masksWeight) {
            this.masksWeight = masksWeight;
            return this;
        }

        public Draft terms(PanopticLoss.Weights terms) {
            this.terms = terms;
            return this;
        }

        public Draft tokensWeight(double tokensWeight) {
            this.tokensWeight = tokensWeight;
            return this;
        }

        public Draft attentionWeight(double attentionWeight) {
            this.attentionWeight = attentionWeight;
            return this;
        }

        public Draft firstPass(boolean firstPass) {
            this.firstPass = firstPass;
            return this;
        }

        public Draft jitter(double jitter) {
            this.jitter = jitter;
            return this;
        }

        public Draft frozen(List<String> frozen) {
            this.frozen = frozen;
            return this;
        }

        public Draft saveEvery(int saveEvery) {
            this.saveEvery = saveEvery;
            return this;
        }

        public TrainingPlan build() {
            return new TrainingPlan(
                    seed,
                    steps,
                    batch,
                    rate,
                    warmup,
                    decay,
                    clip,
                    minKeyframes,
                    points,
                    commonPoints,
                    pixels,
                    geometryWeight,
                    masksWeight,
                    terms,
                    tokensWeight,
                    attentionWeight,
                    firstPass,
                    jitter,
                    frozen,
                    saveEvery);
        }
    }
}
