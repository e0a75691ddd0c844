package panst3r.rooms;

/** How a surface looks: a procedural pattern over the metric coordinates of a part. Colours are linear reflectances. */
final class Material {
    enum Pattern {
        PLAIN,
        WOOD,
        PLANKS,
        PARQUET,
        TILES,
        STRIPES,
        CHECKS,
        NOISE,
        CLOTH,
        DOTS,
        DIAMONDS,
        BRICK,
        LEAF,
        BOOKS,
        PAINTING,
        SCREEN,
        RUG,
        OUTSIDE,
        MARBLE,
        WICKER,
        CARDBOARD,
        SEGMENTS,
        WALL,
        GLAZE
    }

    final Pattern pattern;
    final double[] one;
    final double[] two;
    /** Length of a period in metres, where the pattern has one. */
    final double size;

    final int seed;
    /** Light of its own, in units of a white surface under the main light. */
    double glow;
    /** Strength of the highlight. */
    double gloss;
    /** Radius in metres over which the edges of boxes are shaded as if rounded. */
    double bevel;
    /** The lower part of a wall, or null. */
    Material lower;
    /** Height in metres up to which the lower material reaches. */
    double lowerHeight;

    Material(Pattern pattern, double[] one, double[] two, double size, int seed) {
        this.pattern = pattern;
        this.one = one;
        this.two = two;
        this.size = size;
        this.seed = seed;
    }

    Material glow(double value) {
        glow = value;
        return this;
    }

    Material gloss(double value) {
        gloss = value;
        return this;
    }

    Material bevel(double value) {
        bevel = value;
        return this;
    }

    Material lower(Material material, double height) {
        lower = material;
        lowerHeight = height;
        return this;
    }

    /** How much of a pattern of this period is left where a pixel covers the footprint. */
    private static double fade(double period, double footprint) {
        double f = 1.5 - 2 * footprint / period;
        return f < 0 ? 0 : f > 1 ? 1 : f;
    }

    /** 0 … 1 over the edge of a stripe at x = 0 that a pixel of this footprint blurs. */
    private static double step(double x, double footprint) {
        double s = x / (footprint + 1e-4) + 0.5;
        return s < 0 ? 0 : s > 1 ? 1 : s;
    }

    private static double fraction(double x) {
        return x - Noise.floor(x);
    }

    /** Writes the surface's colour. */
    void paint(Surface s) {
        // coordinates along the face
        double u = s.axis == 0 ? s.lz : s.lx;
        double v = s.axis == 1 ? s.lz : s.ly;
        double hu = s.axis == 0 ? s.hz : s.hx;
        double hv = s.axis == 1 ? s.hz : s.hy;
        double f = s.footprint;
        switch (pattern) {
            case PLAIN -> s.colour(one, 0.97 + 0.06 * Noise.at(s.lx * 5, s.ly * 5, s.lz * 5 + 9 * s.tone));
            case WOOD -> wood(s, s.lx, s.ly, s.lz, s.hx, s.hy, s.hz, s.tone, f);
            case PLANKS -> planks(s, u, v, f);
            case PARQUET -> parquet(s, u, v, f);
            case TILES -> tiles(s, u, v, f);
            case STRIPES -> {
                double w = fraction(u / size + 0.13 * seed);
                double wide = 0.3 + 0.3 * Noise.cell(seed, 1, 3);
                double in = step(w * size, f) - step((w - wide) * size, f) + step((w - 1) * size, f);
                s.colour(one, 1);
                double k = fade(size, f);
                s.mix(two, in * k + wide * (1 - k));
                s.scale(0.97 + 0.06 * Noise.at(u * 40, v * 6 + 31 * s.tone));
            }
            case CHECKS -> {
                double a = fraction(u / size) < 0.5 ? 1 : 0;
                double b = fraction(v / size) < 0.5 ? 1 : 0;
                double k = fade(size, f);
                s.colour(one, 1);
                s.mix(two, k * 0.5 * (a + b) + (1 - k) * 0.5);
                weave(s, u, v, f);
            }
            case NOISE -> {
                double k = fade(size, f);
                double n = Noise.rough(s.lx / size, s.ly / size, s.lz / size);
                double large = Noise.at(u * 1.7 + 3, v * 1.7 + seed % 13);
                s.colour(one, 0.9 + 0.2 * large);
                s.mix(two, 0.5 + k * (n - 0.5) * 1.6 > 1 ? 1 : Math.max(0, 0.5 + k * (n - 0.5) * 1.6));
            }
            case CLOTH -> {
                double folds = Noise.rough(s.lx * 4 + 7 * s.tone, s.ly * 4, s.lz * 4 + seed % 17);
                s.colour(one, 0.84 + 0.32 * folds);
                weave(s, u, v, f);
            }
            case DOTS -> dots(s, u, v, f);
            case DIAMONDS -> diamonds(s, u, v, f);
            case BRICK -> brick(s, u, v, f);
            case LEAF -> {
                double vein = Math.abs(s.lx) < 0.06 * s.hx ? 0.25 : 0;
                s.colour(one, 0.65 + 0.7 * s.tone);
                s.mix(two, Math.min(1, vein + 0.8 * Noise.at(s.lx * 30 + 90 * s.tone, s.ly * 30 + s.lz * 30)));
            }
            case BOOKS -> books(s, u, v, hv, f);
            case PAINTING -> painting(s, u / hu, v / hv);
            case SCREEN -> {
                if (two == null) {
                    double shine = Noise.at(u * 2.5 + v + 3 * s.vx, v * 2 + 3 * s.vy + seed % 31);
                    s.colour(one, 0.6 + 0.8 * shine);
                } else {
                    painting(s, u / hu, v / hv);
                }
            }
            case RUG -> rug(s, u, v, hu, hv, f);
            case OUTSIDE -> outside(s);
            case MARBLE -> {
                double n = Noise.rough(s.lx * 5, s.ly * 5, s.lz * 5);
                double vein = Math.abs(fraction((s.lx + s.ly + 0.6 * s.lz) * 2 + 2.5 * n) - 0.5) * 2;
                s.colour(one, 1);
                s.mix(two, Math.max(0, 1 - vein * 6) * 0.7 + 0.15 * n);
            }
            case WICKER -> {
                double row = Noise.floor(v / size);
                double k = fade(size, f);
                double bump = Math.abs(fraction((s.lx + s.lz) / (2 * size) + 0.5 * (row % 2)) - 0.5) * 2;
                double gap = Math.abs(fraction(v / size) - 0.5) * 2;
                s.colour(one, 1 - k * 0.5 * Math.max(bump * bump, gap * gap));
            }
            case CARDBOARD -> {
                s.colour(one, 0.9 + 0.15 * Noise.at(u * 3 + 50 * s.tone, v * 60 * fade(0.02, f)));
                double tape = Math.abs(s.axis == 0 ? s.lz : s.lx) - 0.025;
                boolean taped = s.axis == 1 || s.axis == 2 && v > hv - 0.07;
                if (taped && tape < 0) {
                    s.mix(two, 0.6);
                }
                if (s.axis != 1 && u > 0.2 * hu && u < 0.75 * hu && v < -0.1 * hv && v > -0.6 * hv) {
                    double line = fraction(v / 0.025) < 0.5 ? 0.75 : 0.25;
                    s.mix(two, 0.5 * line);
                }
            }
            case SEGMENTS -> segments(s);
            case WALL -> wall(s, u, v, f);
            case GLAZE -> {
                double edge = s.ly / s.hy + 0.6 * (Noise.at(s.lx * 25, s.lz * 25 + seed % 11) - 0.5);
                s.colour(one, 1);
                s.mix(two, edge < -0.15 ? 0 : edge > 0.15 ? 1 : (edge + 0.15) / 0.3);
            }
        }
    }

    private void weave(Surface s, double u, double v, double f) {
        double k = fade(0.012, f);
        double fine = Noise.at(u * 260, v * 90) + Noise.at(u * 90 + 7, v * 260);
        s.scale(1 + k * 0.22 * (fine - 1));
    }

    private void wood(Surface s, double x, double y, double z, double hx, double hy, double hz, double tone, double f) {
        double along = x;
        double a = y;
        double b = z;
        if (hy > hx && hy >= hz) {
            along = y;
            a = z;
            b = x;
        } else if (hz > hx) {
            along = z;
            a = x;
            b = y;
        }
        grain(s, along + 13 * tone, a + 5 * tone, b + 7 * tone, f);
        s.scale(0.88 + 0.24 * tone);
    }

    private void grain(Surface s, double along, double a, double b, double f) {
        double wave = Noise.at(along * 1.3, a * 7, b * 7);
        double ring = Math.abs(fraction(a * size + b * size * 0.7 + wave * 3.1 + seed % 7) - 0.5) * 2;
        double k = fade(0.5 / size, f);
        double streak = (Noise.at(along * 6, (a + b) * 170) - 0.5) * fade(0.012, f);
        double share = 0.5 + k * (ring * ring - 0.5) * 0.9 + 0.45 * streak;
        s.colour(one, 1);
        s.mix(two, share < 0 ? 0 : share > 1 ? 1 : share);
    }

    private void planks(Surface s, double u, double v, double f) {
        double width = size;
        int row = Noise.floor(v / width);
        double length = 7 * width + 5 * width * Noise.cell(row, 5, seed);
        double shifted = u + length * Noise.cell(row, 9, seed);
        int plank = Noise.floor(shifted / length);
        double tone = Noise.cell(row, plank, seed);
        grain(s, shifted + 3 * tone, v + tone, 0, f);
        double edge = Math.min(
                Math.min(fraction(v / width), 1 - fraction(v / width)) * width,
                Math.min(fraction(shifted / length), 1 - fraction(shifted / length)) * length);
        double k = fade(width, f);
        s.scale((1 - 0.5 * k) + k * (0.25 + 0.5 * tone) + 0.0);
        s.scale(1 - 0.55 * k * (1 - step(edge - 0.003, f)));
    }

    private void parquet(Surface s, double u, double v, double f) {
        int i = Noise.floor(u / size);
        int j = Noise.floor(v / size);
        boolean turned = ((i + j) & 1) == 1;
        double p = turned ? v : u;
        double q = turned ? u : v;
        double strip = size / 4;
        int n = Noise.floor(q / strip);
        double tone = Noise.cell(i * 31 + n, j, seed);
        grain(s, p + tone, q + tone, 0, f);
        double edge = Math.min(fraction(q / strip), 1 - fraction(q / strip)) * strip;
        double k = fade(strip, f);
        s.scale(1 - k + k * (0.75 + 0.5 * tone) * (turned ? 0.93 : 1.05));
        s.scale(1 - 0.4 * k * (1 - step(edge - 0.0015, f)));
    }

    private void tiles(Surface s, double u, double v, double f) {
        int i = Noise.floor(u / size);
        int j = Noise.floor(v / size);
        double k = fade(size, f);
        double tone = Noise.cell(i, j, seed) - 0.5;
        s.colour(one, 1);
        if (seed % 3 != 0) {
            s.mix(two, k * ((i + j) & 1) + 0.5 * (1 - k));
        }
        s.scale(1 + 0.12 * k * tone + 0.08 * (Noise.at(u * 6, v * 6) - 0.5));
        double edge = Math.min(
                        Math.min(fraction(u / size), 1 - fraction(u / size)),
                        Math.min(fraction(v / size), 1 - fraction(v / size)))
                * size;
        s.scale(1 - 0.4 * k * (1 - step(edge - 0.004, f)));
    }

    private void dots(Surface s, double u, double v, double f) {
        int row = Noise.floor(v / size);
        double p = fraction(u / size + 0.5 * (row & 1)) - 0.5;
        double q = fraction(v / size) - 0.5;
        double k = fade(size, f);
        double inside = 1 - step((Math.sqrt(p * p + q * q) - 0.26) * size, f);
        s.colour(one, 1);
        s.mix(two, k * inside + 0.21 * (1 - k));
        weave(s, u, v, f);
    }

    private void diamonds(Surface s, double u, double v, double f) {
        double p = fraction(u / size) - 0.5;
        double q = fraction(v / (size * 1.5)) - 0.5;
        double d = Math.abs(p) + Math.abs(q);
        double ring = Math.abs(fraction(d * 2.5) - 0.5) * 2;
        double k = fade(size * 0.5, f);
        s.colour(one, 1);
        s.mix(two, k * (ring > 0.6 ? 0.8 : 0.1) + 0.3 * (1 - k));
        s.scale(0.97 + 0.06 * Noise.at(u * 30, v * 30));
    }

    private void brick(Surface s, double u, double v, double f) {
        double high = size * 0.32;
        int row = Noise.floor(v / high);
        double shifted = u / size + 0.5 * (row & 1);
        int n = Noise.floor(shifted);
        double tone = Noise.cell(n, row, seed);
        double k = fade(high, f);
        double edge = Math.min(
                Math.min(fraction(shifted), 1 - fraction(shifted)) * size,
                Math.min(fraction(v / high), 1 - fraction(v / high)) * high);
        s.colour(one, 1 + k * (0.7 * (tone - 0.5) + 0.3 * (Noise.at(u * 50, v * 50) - 0.5)));
        s.mix(two, (1 - step(edge - 0.006, f)) * k + 0.2 * (1 - k));
    }

    /** Spines side by side; each cell of 7 cm holds a thick and a thin book. */
    private void books(Surface s, double u, double v, double hv, double f) {
        if (s.axis == 1) {
            s.colour(0.75, 0.71, 0.62);
            s.scale(0.6 + 0.4 * Noise.at(u * 60, v * 3));
            return;
        }
        double p = u / size + 100 * s.tone;
        int i = Noise.floor(p);
        double cut = 0.3 + 0.4 * Noise.cell(i, 1, seed);
        boolean second = fraction(p) > cut;
        int book = 2 * i + (second ? 1 : 0);
        double tint = Noise.cell(book, 2, seed);
        double[] c = Palette.BOOKS[(int) (tint * Palette.BOOKS.length)];
        double k = fade(size * 0.5, f);
        s.colour(c, 0.75 + 0.5 * Noise.cell(book, 3, seed));
        double high = (v + hv) / (2 * hv);
        double band = 0.15 + 0.6 * Noise.cell(book, 5, seed);
        if (Math.abs(high - band) < 0.06 + 0.08 * Noise.cell(book, 7, seed)) {
            s.mix(two, 0.7 * k);
        }
        double edge = Math.min(Math.abs(fraction(p) - cut), Math.min(fraction(p), 1 - fraction(p))) * size;
        s.scale(1 - 0.6 * k * (1 - step(edge - 0.0025, f)));
        double top = 0.8 + 0.2 * Noise.cell(book, 11, seed);
        if (high > top) {
            s.scale(0.12);
        }
    }

    /** One of several manners, by the seed; p and q in −1 … 1. */
    private void painting(Surface s, double p, double q) {
        int manner = Math.floorMod(seed, 5);
        double n = Noise.rough(p * 2.3 + seed % 97, q * 2.3, seed % 7);
        switch (manner) {
            case 0 -> { // landscape: sky, hills, a field
                double ridge = -0.1 + 0.5 * (Noise.at(p * 1.6 + seed % 53, 3.5) - 0.5);
                double near = -0.45 + 0.4 * (Noise.at(p * 1.1 + seed % 59, 8.5) - 0.5);
                if (q > ridge) {
                    s.colour(0.35 + 0.3 * (1 - q), 0.5 + 0.15 * (1 - q), 0.8);
                    s.mix(Palette.WHITE, n > 0.6 ? 0.5 : 0);
                } else {
                    s.colour(q > near ? one : two, 0.7 + 0.6 * n);
                }
            }
            case 1 -> { // fields of colour
                int i = Noise.floor((p + 1) * 1.3 + 0.4 * (seed % 5));
                int j = Noise.floor((q + 1) * 1.3 + 0.3 * (seed % 3));
                double pick = Noise.cell(i, j, seed);
                s.colour(
                        pick < 0.3 ? one : pick < 0.55 ? two : pick < 0.8 ? Palette.WHITE : Palette.BOOKS[seed & 7], 1);
            }
            case 2 -> { // circles on a ground
                s.colour(one, 0.8 + 0.4 * n);
                for (int k = 0; k < 3; k++) {
                    double x = p - 1.4 * (Noise.cell(k, 1, seed) - 0.5);
                    double y = q - 1.4 * (Noise.cell(k, 2, seed) - 0.5);
                    if (x * x + y * y < 0.08 + 0.2 * Noise.cell(k, 3, seed)) {
                        s.colour(k == 1 ? Palette.BOOKS[(seed >> 3) & 7] : two, 1);
                    }
                }
            }
            case 3 -> { // strokes
                double stroke = Noise.at(p * 3 + q * 1.5 + seed % 41, q * 6 - p * 2);
                s.colour(stroke < 0.35 ? one : stroke < 0.6 ? two : Palette.BOOKS[seed & 7], 0.7 + 0.6 * n);
            }
            default -> { // a figure before a dark ground
                s.colour(one, 0.4 + 0.5 * n);
                double head = p * p * 6 + (q - 0.25) * (q - 0.25) * 4;
                double body = p * p * 2.2 + (q + 0.9) * (q + 0.9) * 1.6;
                if (body < 1) {
                    s.colour(two, 0.6 + 0.4 * n);
                }
                if (head < 0.55) {
                    s.colour(0.62, 0.44, 0.33);
                    s.scale(0.8 + 0.4 * n);
                }
            }
        }
    }

    private void rug(Surface s, double u, double v, double hu, double hv, double f) {
        double edge = Math.min(hu - Math.abs(u), hv - Math.abs(v));
        int manner = Math.floorMod(seed, 4);
        double p = u / size;
        double q = v / size;
        double k = fade(size * 0.5, f);
        double share;
        if (manner == 0) { // plain with a border
            share = edge > 0.1 && edge < 0.2 ? 1 : 0;
        } else if (manner == 1) { // stripes across
            share = fraction(p * 0.7) < 0.45 ? 1 : fraction(p * 2.1) < 0.2 ? 0.6 : 0;
            share = share * k + 0.45 * (1 - k);
        } else if (manner == 2) { // mirrored ornament, as of woven carpets
            double n = Noise.at(Math.abs(p) * 2.2, Math.abs(q) * 2.2 + seed % 29);
            share = edge < 0.12 ? 0.85 : n > 0.55 ? 1 : n > 0.42 ? 0.3 : 0;
        } else { // nested diamonds
            double d = Math.abs(u) / hu + Math.abs(v) / hv;
            share = fraction(d * 3.2) < 0.45 ? 1 : 0;
        }
        s.colour(one, 1);
        s.mix(two, share);
        double pile = Noise.at(u * 90, v * 90) * fade(0.03, f) + 0.5 * (1 - fade(0.03, f));
        s.scale(0.8 + 0.4 * pile);
    }

    /** Far away, so it depends on the direction only. */
    private void outside(Surface s) {
        // the horizon lies a little low, as from an upper floor
        double level = 0.12 - s.vy;
        double turn = s.vx / (Math.abs(s.vx) + Math.abs(s.vz) + 1e-9) * (s.vz > 0 ? 1 : -1) + (s.vz > 0 ? 0 : 2);
        double trees = -0.05 + 0.17 * Noise.at(turn * 6 + seed % 37, 0.5) + 0.05 * Noise.at(turn * 31, 4.5);
        if (level > trees) {
            double cloud = Noise.rough(turn * 4, level * 9, seed % 19);
            s.colour(one, 1);
            s.mix(two, Math.max(0, Math.min(0.8, 1.2 - 2.5 * level)));
            s.mix(two, cloud > 0.55 ? Math.min(0.8, (cloud - 0.55) * 4) : 0);
        } else {
            double n = Noise.rough(turn * 22, level * 30, 2);
            s.colour(0.16 * one[2] + 0.12 * n, 0.22 * one[2] + 0.2 * n, 0.1 * one[2] + 0.05 * n);
        }
    }

    /** A ball of six sectors in two or three colours, with caps. */
    private void segments(Surface s) {
        double r = s.hx;
        if (Math.abs(s.ly) > 0.93 * r) {
            s.colour(two, 1);
            return;
        }
        double third = 0.8660254;
        int sector =
                (s.lx > 0 ? 1 : 0) + (s.lx * 0.5 + s.lz * third > 0 ? 1 : 0) + (-s.lx * 0.5 + s.lz * third > 0 ? 1 : 0);
        s.colour((sector & 1) == 0 ? one : two, 1);
        if (seed % 2 == 0 && sector == 0) {
            s.colour(Palette.BOOKS[seed & 7], 1);
        }
    }

    /** Painted plaster with a skirting board. */
    private void wall(Surface s, double u, double v, double f) {
        double large = Noise.at(u * 0.8 + seed % 23, v * 0.8);
        double fine = (Noise.at(u * 110, v * 110) - 0.5) * fade(0.02, f);
        s.colour(one, 0.95 + 0.08 * large + 0.06 * fine);
    }
}
