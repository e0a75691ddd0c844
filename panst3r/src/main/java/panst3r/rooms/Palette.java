package panst3r.rooms;

import panst3r.rooms.Material.Pattern;

/** The colours and materials of one room, so that its furniture goes together. */
final class Palette {
    static final double[] WHITE = {0.82, 0.81, 0.78};

    static final double[][] BOOKS = {
        {0.45, 0.06, 0.05}, {0.05, 0.12, 0.35}, {0.06, 0.25, 0.12}, {0.6, 0.42, 0.1},
        {0.55, 0.52, 0.45}, {0.12, 0.1, 0.1}, {0.5, 0.2, 0.08}, {0.15, 0.35, 0.42},
        {0.35, 0.1, 0.28}, {0.62, 0.58, 0.52}
    };

    /** Light and dark tone of common woods: birch, oak, beech, cherry, teak, walnut, wenge, painted white, painted grey. */
    private static final double[][][] WOODS = {
        {{0.66, 0.52, 0.34}, {0.56, 0.41, 0.24}},
        {{0.5, 0.34, 0.18}, {0.37, 0.23, 0.11}},
        {{0.57, 0.36, 0.2}, {0.47, 0.27, 0.14}},
        {{0.4, 0.17, 0.08}, {0.27, 0.1, 0.045}},
        {{0.36, 0.2, 0.09}, {0.23, 0.11, 0.045}},
        {{0.21, 0.11, 0.06}, {0.12, 0.06, 0.03}},
        {{0.09, 0.055, 0.035}, {0.05, 0.03, 0.02}},
        {{0.72, 0.71, 0.68}, {0.66, 0.65, 0.61}},
        {{0.3, 0.31, 0.32}, {0.26, 0.27, 0.28}}
    };

    final Material woodOne;
    final Material woodTwo;
    final Material metal;
    final Material fabricOne;
    final Material fabricTwo;
    final Material fabricThree;
    final Material white;
    final Material dark;

    private final Rng rng;

    Palette(Rng rng) {
        this.rng = rng;
        woodOne = wood();
        woodTwo = wood();
        double grey = rng.pick(0.05, 0.12, 0.45);
        metal = plain(new double[] {grey, grey, grey * 1.03}).gloss(0.5);
        fabricOne = fabric();
        fabricTwo = fabric();
        fabricThree = fabric();
        white = plain(WHITE).bevel(0.008);
        dark = plain(new double[] {0.03, 0.03, 0.033}).gloss(0.25).bevel(0.006);
    }

    int seed() {
        return (int) (rng.next() >>> 40);
    }

    Material plain(double[] colour) {
        return new Material(Pattern.PLAIN, colour, colour, 1, seed());
    }

    Material wood() {
        double[][] pair = rng.pick(WOODS);
        double warm = rng.between(0.85, 1.15);
        return new Material(Pattern.WOOD, tint(pair[0], warm), tint(pair[1], warm), rng.between(8, 22), seed())
                .bevel(0.006)
                .gloss(rng.between(0, 0.2));
    }

    private static double[] tint(double[] c, double warm) {
        return new double[] {c[0] * warm, c[1], c[2] / warm};
    }

    /** A colour of the given strength and brightness, any hue. */
    double[] colour(double minSaturation, double maxSaturation, double minValue, double maxValue) {
        return hsv(rng.unit(), rng.between(minSaturation, maxSaturation), rng.between(minValue, maxValue));
    }

    static double[] hsv(double hue, double saturation, double value) {
        double[] c = new double[3];
        for (int i = 0; i < 3; i++) {
            double k = (5 - 2 * i + hue * 6) % 6;
            k = Math.max(0, Math.min(1, Math.min(k, 4 - k)));
            double display = value * (1 - saturation * k);
            c[i] = display * display * (0.3 * display + 0.7);
        }
        return c;
    }

    Material fabric() {
        double[] one = rng.chance(0.35) ? colour(0, 0.12, 0.35, 0.9) : colour(0.25, 0.75, 0.4, 0.85);
        double[] two = rng.chance(0.5) ? WHITE : colour(0.1, 0.7, 0.2, 0.9);
        Pattern pattern = rng.pick(
                Pattern.CLOTH,
                Pattern.CLOTH,
                Pattern.CLOTH,
                Pattern.CLOTH,
                Pattern.STRIPES,
                Pattern.CHECKS,
                Pattern.DOTS,
                Pattern.DIAMONDS);
        return new Material(pattern, one, two, rng.between(0.06, 0.18), seed()).bevel(0.04);
    }

    /** Painted or lacquered in a strong colour. */
    Material paint() {
        return plain(colour(0.3, 0.85, 0.45, 0.95)).gloss(rng.between(0, 0.5)).bevel(0.006);
    }

    Material floor() {
        double[][] wood = WOODS[rng.between(0, 6)];
        return switch (rng.between(0, 9)) {
            case 0, 1, 2, 3 ->
                new Material(Pattern.PLANKS, wood[0], wood[1], rng.between(0.09, 0.2), seed()).gloss(0.15);
            case 4, 5 -> new Material(Pattern.PARQUET, wood[0], wood[1], rng.between(0.3, 0.5), seed()).gloss(0.15);
            case 6, 7 ->
                new Material(
                                Pattern.TILES,
                                colour(0, 0.3, 0.6, 0.92),
                                colour(0, 0.4, 0.3, 0.8),
                                rng.between(0.25, 0.6),
                                seed())
                        .gloss(0.35);
            case 8 -> {
                double[] c = colour(0.05, 0.5, 0.35, 0.8);
                yield new Material(
                        Pattern.NOISE,
                        c,
                        new double[] {c[0] * 0.6, c[1] * 0.6, c[2] * 0.6},
                        rng.between(0.02, 0.06),
                        seed());
            }
            default ->
                new Material(Pattern.MARBLE, colour(0, 0.1, 0.75, 0.92), colour(0, 0.3, 0.3, 0.6), 1, seed())
                        .gloss(0.4);
        };
    }

    Material wall() {
        double[] paint = rng.chance(0.45) ? colour(0, 0.08, 0.82, 0.97) : colour(0.08, 0.45, 0.6, 0.95);
        double[] second = {paint[0] * 0.72, paint[1] * 0.72, paint[2] * 0.75};
        double[] bright = {paint[0] * 1.15, paint[1] * 1.12, paint[2] * 1.08};
        return switch (rng.between(0, 11)) {
            case 0, 1 ->
                new Material(Pattern.STRIPES, paint, rng.chance(0.5) ? second : bright, rng.between(0.08, 0.3), seed());
            case 2 -> new Material(Pattern.DIAMONDS, paint, second, rng.between(0.15, 0.4), seed());
            case 3 ->
                new Material(
                        Pattern.BRICK,
                        rng.chance(0.5) ? new double[] {0.42, 0.16, 0.1} : new double[] {0.6, 0.58, 0.55},
                        new double[] {0.5, 0.47, 0.43},
                        0.24,
                        seed());
            case 4 -> new Material(Pattern.NOISE, paint, second, rng.between(0.05, 0.2), seed());
            default -> new Material(Pattern.WALL, paint, paint, 1, seed());
        };
    }
}
