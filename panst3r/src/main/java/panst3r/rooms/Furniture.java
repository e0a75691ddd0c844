package panst3r.rooms;

import java.util.ArrayList;
import java.util.List;
import panst3r.rooms.Material.Pattern;
import panst3r.rooms.Plan.Support;

/** Draws pieces of furniture of the usual kinds and sizes. */
final class Furniture {
    private static final double TURN = 2 * Math.PI;

    private final Palette palette;
    private final Rng rng;

    Furniture(Palette palette, Rng rng) {
        this.palette = palette;
        this.rng = rng;
    }

    private Material wood() {
        return rng.chance(0.65) ? palette.woodOne : palette.woodTwo;
    }

    private Material fabric() {
        return rng.pick(palette.fabricOne, palette.fabricTwo, palette.fabricThree);
    }

    private static void legs(Carpenter c, double w, double d, double h, double thick, boolean round, Material m) {
        for (int i = -1; i <= 1; i += 2) {
            for (int k = -1; k <= 1; k += 2) {
                double x = i * (w / 2 - thick / 2);
                double z = k * (d / 2 - thick / 2);
                if (round) {
                    c.cylinder(x, 0, z, thick * 0.32, h, 1.5, m);
                } else {
                    c.box(x - thick / 2, x + thick / 2, 0, h, z - thick / 2, z + thick / 2, m);
                }
            }
        }
    }

    /** A dining table or desk; square or round. */
    Plan table() {
        boolean round = rng.chance(0.22);
        double h = rng.between(0.71, 0.77);
        double w = round ? rng.between(0.8, 1.25) : rng.between(1.0, 1.9);
        double d = round ? w : rng.between(0.65, 0.95);
        return tableOf(w, h, d, round, rng.chance(0.25));
    }

    /** A coffee table. */
    Plan lowTable() {
        boolean round = rng.chance(0.35);
        double w = round ? rng.between(0.55, 0.9) : rng.between(0.7, 1.2);
        return tableOf(w, rng.between(0.36, 0.47), round ? w : rng.between(0.45, 0.7), round, false);
    }

    Plan desk() {
        return tableOf(rng.between(1.1, 1.6), rng.between(0.72, 0.76), rng.between(0.6, 0.8), false, true);
    }

    private Plan tableOf(double w, double h, double d, boolean round, boolean drawers) {
        Material top = rng.chance(0.12) ? palette.white : wood();
        Material leg = rng.pick(top, top, palette.metal, palette.woodTwo);
        double thick = rng.between(0.022, 0.045);
        double post = rng.between(0.045, 0.085);
        boolean roundLegs = rng.chance(0.4);
        boolean pedestal = round && rng.chance(0.6);
        boolean panels = !round && rng.chance(0.18);
        boolean shelf = !round && h < 0.5 && rng.chance(0.4);
        double inset = rng.between(0, 0.08);
        List<Support> supports = new ArrayList<>();
        double k = round ? 0.33 : 0.47;
        supports.add(new Support(-k * w, k * w, -k * d, k * d, h, 1));
        return new Plan("table", w, h, d, supports, c -> {
            if (round) {
                c.cylinder(0, h - thick, 0, w / 2, thick, 1, top);
            } else {
                c.box(-w / 2, w / 2, h - thick, h, -d / 2, d / 2, top);
            }
            if (pedestal) {
                c.cylinder(0, 0, 0, w * 0.27, 0.03, 0.9, leg);
                c.cylinder(0, 0.03, 0, 0.05, h - thick - 0.03, 1, leg);
                return;
            }
            if (panels) {
                c.box(-w / 2 + inset, -w / 2 + inset + 0.04, 0, h - thick, -d / 2 + 0.02, d / 2 - 0.02, leg);
                c.box(w / 2 - inset - 0.04, w / 2 - inset, 0, h - thick, -d / 2 + 0.02, d / 2 - 0.02, leg);
            } else {
                double spread = round ? 0.62 : 1;
                legs(c, w * spread - 2 * inset, d * spread - 2 * inset, h - thick, post, roundLegs, leg);
            }
            if (!round && !panels) {
                double a = post + inset;
                c.box(-w / 2 + a, w / 2 - a, h - thick - 0.07, h - thick, d / 2 - a, d / 2 - a + 0.02, leg);
                c.box(-w / 2 + a, w / 2 - a, h - thick - 0.07, h - thick, -d / 2 + a - 0.02, -d / 2 + a, leg);
            }
            if (drawers && !round) {
                double x1 = w / 2 - inset - post;
                double x0 = x1 - 0.36;
                c.box(x0, x1, h - thick - 0.5, h - thick, -d / 2 + 0.1, d / 2 - 0.1, top);
                for (int i = 0; i < 3; i++) {
                    double y = h - thick - 0.48 + i * 0.16;
                    c.box(x0 + 0.015, x1 - 0.015, y, y + 0.14, d / 2 - 0.1, d / 2 - 0.085, leg);
                    c.box(x0 + 0.13, x1 - 0.13, y + 0.06, y + 0.08, d / 2 - 0.085, d / 2 - 0.065, palette.metal);
                }
            }
            if (shelf) {
                c.box(-w / 2 + post, w / 2 - post, 0.12, 0.14, -d / 2 + post, d / 2 - post, top);
            }
        });
    }

    Plan chair() {
        return rng.chance(0.25) ? officeChair() : sideChair();
    }

    Plan sideChair() {
        double w = rng.between(0.41, 0.5);
        double d = rng.between(0.44, 0.54);
        double seat = rng.between(0.43, 0.48);
        double h = rng.between(0.8, 1.0);
        Material frame = rng.pick(wood(), wood(), palette.metal, palette.white, palette.paint());
        Material cover = rng.chance(0.5) ? fabric() : frame;
        int back = rng.between(0, 3);
        boolean roundLegs = rng.chance(0.45);
        boolean arms = rng.chance(0.15);
        double post = roundLegs ? 0.038 : rng.between(0.03, 0.045);
        double lean = rng.between(0.06, 0.16);
        double thick = cover == frame ? 0.025 : rng.between(0.04, 0.07);
        return new Plan("chair", w, h, d, c -> {
            double up = h - seat;
            // the back leans within the depth of the chair
            double sink = up * StrictMath.sin(lean);
            double front = d / 2;
            double rear = -d / 2 + sink + 0.02;
            for (int i = -1; i <= 1; i += 2) {
                double x = i * (w / 2 - post / 2);
                if (roundLegs) {
                    c.cylinder(x, 0, front - post / 2, post * 0.33, seat - thick, 1.5, frame);
                    c.cylinder(x, 0, rear + post / 2, post * 0.33, seat - thick, 1.5, frame);
                } else {
                    c.box(x - post / 2, x + post / 2, 0, seat - thick, front - post, front, frame);
                    c.box(x - post / 2, x + post / 2, 0, seat - thick, rear, rear + post, frame);
                }
            }
            c.box(-w / 2, w / 2, seat - thick, seat, rear, front, cover);
            Carpenter b = c.at(0, seat, rear + 0.02, 0, -lean, 0);
            double high = (h - seat) * StrictMath.cos(lean) - 0.005;
            if (back == 0) { // upholstered or solid
                b.box(-w / 2, w / 2, 0.02, high, -0.02, 0.02, cover);
            } else {
                b.box(-w / 2, -w / 2 + 0.035, -0.02, high, -0.018, 0.014, frame);
                b.box(w / 2 - 0.035, w / 2, -0.02, high, -0.018, 0.014, frame);
                if (back == 1) { // rails
                    int rails = 3;
                    for (int i = 0; i < rails; i++) {
                        double y = high * (0.3 + 0.28 * i);
                        b.box(-w / 2 + 0.03, w / 2 - 0.03, y, y + 0.07, -0.012, 0.008, frame);
                    }
                } else if (back == 2) { // spindles under a top rail
                    b.box(-w / 2 + 0.03, w / 2 - 0.03, high - 0.07, high, -0.016, 0.012, frame);
                    for (int i = 1; i < 6; i++) {
                        b.cylinder(-w / 2 + i * w / 6, 0, 0, 0.009, high - 0.06, 1, frame);
                    }
                } else { // a padded panel
                    b.box(-w / 2 + 0.03, w / 2 - 0.03, high * 0.4, high, -0.016, 0.02, cover);
                }
            }
            if (arms) {
                for (int i = -1; i <= 1; i += 2) {
                    double x = i * (w / 2 - 0.02);
                    c.box(x - 0.02, x + 0.02, seat + 0.19, seat + 0.215, rear + 0.03, front - 0.06, frame);
                    c.box(x - 0.015, x + 0.015, seat, seat + 0.19, front - 0.1, front - 0.07, frame);
                }
            }
        });
    }

    private Plan officeChair() {
        double seat = rng.between(0.44, 0.52);
        double h = rng.between(0.88, 1.15);
        double w = 0.6;
        Material cover = rng.chance(0.5) ? palette.dark : fabric();
        boolean arms = rng.chance(0.6);
        double spin = rng.between(0, 1.2);
        return new Plan("chair", w, h, w, c -> {
            for (int i = 0; i < 5; i++) {
                Carpenter spoke = c.at(0, 0, 0, spin + i * TURN / 5, 0, 0);
                spoke.box(-0.02, 0.02, 0.06, 0.09, 0.02, 0.27, palette.dark);
                spoke.ball(0, 0.03, 0.26, 0.022, 0.03, 0.03, palette.dark);
            }
            c.cylinder(0, 0.07, 0, 0.03, seat - 0.14, 0.8, palette.metal);
            c.box(-0.24, 0.24, seat - 0.08, seat, -0.22, 0.25, cover);
            Carpenter back = c.at(0, seat, -0.22, 0, -0.08, 0);
            back.box(-0.03, 0.03, -0.04, 0.2, -0.03, -0.005, palette.dark);
            back.box(-0.22, 0.22, 0.1, (h - seat) * 0.98, -0.005, 0.05, cover);
            if (arms) {
                for (int i = -1; i <= 1; i += 2) {
                    c.box(i * 0.27 - 0.025, i * 0.27 + 0.025, seat + 0.18, seat + 0.21, -0.12, 0.14, palette.dark);
                    c.box(i * 0.27 - 0.015, i * 0.27 + 0.015, seat - 0.03, seat + 0.18, -0.02, 0.02, palette.dark);
                }
            }
        });
    }

    Plan stool() {
        int manner = rng.between(0, 2);
        double h = manner == 2 ? rng.between(0.36, 0.45) : rng.pick(rng.between(0.42, 0.5), rng.between(0.6, 0.75));
        double w = rng.between(0.32, 0.42);
        Material leg = rng.pick(wood(), palette.metal);
        Material seat = rng.pick(wood(), fabric(), palette.paint());
        boolean square = rng.chance(0.3);
        return new Plan("stool", w, h, w, c -> {
            if (manner == 2) { // a pouffe
                if (square) {
                    c.box(-w / 2, w / 2, 0, h, -w / 2, w / 2, seat);
                } else {
                    c.cylinder(0, 0, 0, w / 2, h, 1, seat);
                }
                return;
            }
            if (square) {
                c.box(-w / 2, w / 2, h - 0.04, h, -w / 2, w / 2, seat);
            } else {
                c.cylinder(0, h - 0.045, 0, w / 2, 0.045, 1, seat);
            }
            int count = manner == 0 ? 4 : 3;
            double lean = 0.09;
            double reach = w / 2 - 0.05 - (h - 0.04) * StrictMath.sin(lean);
            for (int i = 0; i < count; i++) {
                Carpenter l = c.at(0, 0, 0, (i + 0.5) * TURN / count, 0, 0);
                Carpenter tipped = l.at(0, 0.004, w / 2 - 0.03, 0, -lean, 0);
                tipped.cylinder(0, 0, 0, 0.014, (h - 0.04) / StrictMath.cos(lean) - 0.004, 1.2, leg);
            }
            if (h > 0.55) {
                c.cylinder(0, 0.22, 0, Math.max(0.08, reach), 0.015, 1, leg);
            }
        });
    }

    Plan sofa() {
        int seats = rng.pick(1, 2, 2, 3, 3);
        double arm = rng.between(0.1, 0.22);
        double each = rng.between(0.56, 0.68);
        double w = seats * each + 2 * arm;
        double d = rng.between(0.8, 0.98);
        double seat = rng.between(0.4, 0.46);
        double h = rng.between(0.74, 0.9);
        double armHeight = rng.between(0.55, 0.66);
        Material cover = rng.chance(0.15)
                ? palette.plain(palette.colour(0.2, 0.7, 0.12, 0.5)).gloss(0.35).bevel(0.05)
                : fabric();
        Material cushion = rng.chance(0.6) ? palette.fabricThree : cover;
        Material leg = rng.pick(palette.woodTwo, palette.metal);
        double clearance = rng.between(0.04, 0.14);
        boolean roundArms = rng.chance(0.3);
        int pillows = rng.between(0, seats);
        boolean pillowLeft = rng.chance(0.5);
        return new Plan("sofa", w, h, d, c -> {
            legs(c, w - 0.06, d - 0.06, clearance, 0.05, true, leg);
            double back = -d / 2 + 0.2;
            c.box(-w / 2 + arm, w / 2 - arm, clearance, seat - 0.14, -d / 2, d / 2 - 0.02, cover);
            c.box(-w / 2, w / 2, clearance, h - 0.05, -d / 2, -d / 2 + 0.12, cover);
            for (int i = -1; i <= 1; i += 2) {
                double x0 = i < 0 ? -w / 2 : w / 2 - arm;
                double top = roundArms ? armHeight - arm / 2 : armHeight;
                c.box(x0, x0 + arm, clearance, top, -d / 2 + 0.12, d / 2 - 0.01, cover);
                if (roundArms) {
                    Carpenter roll = c.at(x0 + arm / 2, top, -d / 2 + 0.12, 0, Math.PI / 2, 0);
                    roll.cylinder(0, 0, 0, arm / 2, d - 0.13, 1, cover);
                }
            }
            for (int i = 0; i < seats; i++) {
                double x0 = -w / 2 + arm + i * each;
                c.box(x0 + 0.006, x0 + each - 0.006, seat - 0.14, seat, back, d / 2, cover);
                Carpenter b = c.at(x0 + each / 2, seat, back - 0.02, 0, -0.1, 0);
                b.box(-each / 2 + 0.008, each / 2 - 0.008, 0.005, (h - seat) - 0.01, -0.05, 0.1, cover);
            }
            for (int i = 0; i < pillows; i++) {
                double x = (pillowLeft ? -1 : 1) * (w / 2 - arm - 0.2 - i * 0.42);
                Carpenter b = c.at(x, seat + 0.19, back + 0.17, 0.2 * (i - 1), -0.35, 0.12 * (i + 1));
                b.ball(0, 0, 0, 0.22, 0.2, 0.085, cushion);
            }
        });
    }

    Plan bed() {
        boolean wide = rng.chance(0.55);
        double w = wide ? rng.between(1.4, 1.85) : rng.between(0.9, 1.1);
        double d = rng.between(2.0, 2.15);
        double mattress = rng.between(0.42, 0.58);
        double h = rng.between(0.8, 1.15);
        boolean board = rng.chance(0.85);
        boolean foot = rng.chance(0.3);
        Material frame = rng.chance(0.25) ? fabric() : wood();
        Material sheet = palette.plain(palette.colour(0, 0.2, 0.75, 0.97)).bevel(0.05);
        Material cover = fabric();
        Material pillow = rng.chance(0.6) ? sheet : palette.fabricTwo;
        double fold = rng.between(0.5, 0.8);
        boolean onLegs = rng.chance(0.5);
        return new Plan("bed", w, board ? h : mattress + 0.14, d, c -> {
            double z0 = -d / 2 + (board ? 0.07 : 0);
            double z1 = d / 2 - (foot ? 0.06 : 0);
            if (board) {
                c.box(-w / 2, w / 2, 0, h, -d / 2, -d / 2 + 0.07, frame);
            }
            if (foot) {
                c.box(-w / 2, w / 2, 0, mattress + 0.06, d / 2 - 0.06, d / 2, frame);
            }
            double base = mattress - 0.2;
            if (onLegs) {
                legs(c.at(0, 0, (z0 + z1) / 2, 0, 0, 0), w - 0.02, z1 - z0 - 0.02, base - 0.14, 0.08, false, frame);
                c.box(-w / 2 + 0.005, w / 2 - 0.005, base - 0.14, base, z0, z1, frame);
            } else {
                c.box(-w / 2 + 0.005, w / 2 - 0.005, 0.03, base, z0, z1, frame);
            }
            c.box(-w / 2 + 0.03, w / 2 - 0.03, base, mattress, z0, z1 - 0.01, sheet);
            // the cover hangs a little over the sides
            c.box(-w / 2 + 0.01, w / 2 - 0.01, mattress - 0.13, mattress + 0.045, z0 + fold, z1 - 0.003, cover);
            int count = wide ? 2 : 1;
            for (int i = 0; i < count; i++) {
                double x = wide ? (i - 0.5) * w * 0.48 : 0;
                Carpenter p = c.at(x, mattress + 0.06, z0 + 0.27, 0.1 * (i - 0.4), 0.15, 0);
                p.ball(0, 0, 0, Math.min(0.36, w * 0.4), 0.09, 0.22, pillow);
            }
        });
    }

    /** Shelves with books; some compartments are left to other things. */
    Plan bookshelf() {
        boolean low = rng.chance(0.25);
        double w = rng.between(0.6, 1.3);
        double h = low ? rng.between(0.75, 1.1) : rng.between(1.6, 2.15);
        double d = rng.between(0.26, 0.36);
        Material wood = rng.chance(0.2) ? palette.paint() : wood();
        boolean closed = rng.chance(0.75);
        boolean divided = w > 1 && rng.chance(0.6);
        double board = 0.022;
        int levels = (int) Math.round(h / rng.between(0.33, 0.4));
        double step = (h - board) / levels;
        Material books = new Material(
                Pattern.BOOKS, Palette.WHITE, new double[] {0.7, 0.6, 0.25}, rng.between(0.06, 0.09), palette.seed());
        long fill = rng.next();
        double fullness = rng.between(0.5, 0.9);
        List<Support> supports = new ArrayList<>();
        supports.add(new Support(-w / 2 + 0.03, w / 2 - 0.03, -d / 2 + 0.02, d / 2 - 0.02, h, 0.45));
        int columns = divided ? 2 : 1;
        double cell = (w - board * (columns + 1)) / columns;
        Rng layout = new Rng(fill);
        List<double[]> rows = new ArrayList<>();
        for (int level = 0; level < levels; level++) {
            for (int column = 0; column < columns; column++) {
                double x0 = -w / 2 + board + column * (cell + board);
                double y = board + level * step;
                double clear = step - board;
                if (layout.chance(fullness)) {
                    double x = x0 + 0.004;
                    double end = x0 + cell * (layout.chance(0.6) ? 1 : layout.between(0.5, 0.9)) - 0.004;
                    while (x < end - 0.06) {
                        double length = Math.min(end - x, layout.between(0.12, 0.4));
                        rows.add(new double[] {
                            x, x + length, y, y + clear * layout.between(0.62, 0.93), layout.between(0.15, 0.24)
                        });
                        x += length;
                        if (layout.chance(0.15)) {
                            x += layout.between(0.03, 0.15);
                        }
                    }
                } else {
                    supports.add(new Support(x0 + 0.01, x0 + cell - 0.01, -d / 2 + 0.03, d / 2 - 0.01, y, clear));
                }
            }
        }
        return new Plan("bookshelf", w, h, d, supports, c -> {
            c.box(-w / 2, -w / 2 + board, 0, h, -d / 2, d / 2, wood);
            c.box(w / 2 - board, w / 2, 0, h, -d / 2, d / 2, wood);
            for (int level = 0; level <= levels; level++) {
                double y = level * step;
                c.box(-w / 2 + board, w / 2 - board, y, y + board, -d / 2, d / 2 - 0.002, wood);
            }
            if (divided) {
                c.box(-board / 2, board / 2, board, h - board, -d / 2, d / 2 - 0.004, wood);
            }
            if (closed) {
                c.box(-w / 2 + board, w / 2 - board, 0, h, -d / 2, -d / 2 + 0.008, wood);
            }
            for (double[] row : rows) {
                c.box(
                        row[0],
                        row[1],
                        row[2],
                        row[3],
                        -d / 2 + 0.012,
                        -d / 2 + 0.012 + Math.min(row[4], d - 0.03),
                        books);
            }
        });
    }

    /** A wardrobe. */
    Plan wardrobe() {
        return cabinetOf(rng.between(0.8, 1.8), rng.between(1.8, 2.2), rng.between(0.52, 0.64), 0);
    }

    /** A chest of drawers or a sideboard. */
    Plan sideboard() {
        return rng.chance(0.5)
                ? cabinetOf(rng.between(0.7, 1.1), rng.between(0.75, 1.1), rng.between(0.4, 0.5), 1)
                : cabinetOf(rng.between(1.2, 1.9), rng.between(0.45, 0.85), rng.between(0.38, 0.48), 2);
    }

    /** Beside a bed. */
    Plan nightstand() {
        return cabinetOf(rng.between(0.36, 0.5), rng.between(0.45, 0.6), rng.between(0.34, 0.42), 1);
    }

    /** Below a television. */
    Plan mediaCabinet() {
        return cabinetOf(rng.between(1.2, 1.9), rng.between(0.4, 0.55), rng.between(0.38, 0.46), 2);
    }

    /** @param manner 0 doors, 1 drawers, 2 both */
    private Plan cabinetOf(double w, double h, double d, int manner) {
        Material body = rng.pick(wood(), wood(), wood(), palette.white, palette.paint());
        Material front = rng.chance(0.7) ? body : rng.pick(palette.white, palette.woodTwo);
        double foot = manner == 0 ? 0.05 : rng.pick(0.05, 0.14);
        boolean knobs = rng.chance(0.4);
        int across = Math.max(1, (int) Math.round(w / (manner == 0 ? 0.48 : manner == 1 ? 0.9 : 0.45)));
        int down = manner == 1 ? Math.max(2, (int) Math.round(h / 0.24)) : 1;
        boolean panels = rng.chance(0.4);
        List<Support> supports = List.of(new Support(-w / 2 + 0.02, w / 2 - 0.02, -d / 2 + 0.02, d / 2 - 0.03, h, 1.2));
        return new Plan("cabinet", w, h, d, supports, c -> {
            if (foot > 0.1) {
                legs(c, w - 0.08, d - 0.08, foot, 0.05, true, palette.woodTwo);
            } else {
                c.box(-w / 2 + 0.03, w / 2 - 0.03, 0, foot, -d / 2, d / 2 - 0.06, palette.dark);
            }
            c.box(-w / 2, w / 2, foot, h - 0.025, -d / 2, d / 2 - 0.03, body);
            c.box(-w / 2, w / 2, h - 0.025, h, -d / 2, d / 2 - 0.005, body);
            double each = (w - 0.02) / across;
            double tall = (h - 0.035 - foot) / down;
            double z = d / 2 - 0.03;
            for (int i = 0; i < across; i++) {
                for (int k = 0; k < down; k++) {
                    double x0 = -w / 2 + 0.01 + i * each + 0.003;
                    double x1 = x0 + each - 0.006;
                    double y0 = foot + 0.005 + k * tall;
                    double y1 = y0 + tall - 0.008;
                    c.box(x0, x1, y0, y1, z, z + 0.018, front);
                    if (panels && x1 - x0 > 0.2 && y1 - y0 > 0.3) {
                        c.box(x0 + 0.06, x1 - 0.06, y0 + 0.06, y1 - 0.06, z + 0.018, z + 0.024, front);
                    }
                    boolean door = manner == 0 || manner == 2 && i % 3 != 1;
                    double hx = door ? (i % 2 == 0 ? x1 - 0.04 : x0 + 0.04) : (x0 + x1) / 2;
                    double hy = door && h < 1.4 ? y1 - 0.12 : (y0 + y1) / 2;
                    if (knobs) {
                        c.ball(hx, hy, z + 0.026, 0.014, 0.014, 0.012, palette.metal);
                    } else if (door) {
                        c.box(hx - 0.006, hx + 0.006, hy - 0.07, hy + 0.07, z + 0.018, z + 0.03, palette.metal);
                    } else {
                        c.box(hx - 0.07, hx + 0.07, hy - 0.006, hy + 0.006, z + 0.018, z + 0.03, palette.metal);
                    }
                }
            }
        });
    }

    private Material shade(boolean lit) {
        double[] c = rng.chance(0.7) ? new double[] {0.85, 0.76, 0.58} : palette.colour(0.2, 0.6, 0.6, 0.95);
        return palette.plain(c).glow(lit ? rng.between(0.9, 1.6) : 0.05);
    }

    Plan floorLamp(boolean lit) {
        double h = rng.between(1.35, 1.75);
        double r = rng.between(0.15, 0.23);
        double tall = rng.between(0.2, 0.34);
        double taper = rng.between(0.55, 1);
        Material pole = rng.pick(palette.metal, palette.woodOne, palette.dark);
        Material cloth = shade(lit);
        boolean tripod = rng.chance(0.3);
        return new Plan("lamp", 2 * r, h, 2 * r, c -> {
            if (tripod) {
                for (int i = 0; i < 3; i++) {
                    double high = h - tall;
                    double lean = StrictMath.atan((r - 0.03) / high);
                    Carpenter leg = c.at(0, 0, 0, i * TURN / 3, 0, 0).at(0, 0.005, r - 0.025, 0, -lean, 0);
                    leg.cylinder(0, 0, 0, 0.012, high / StrictMath.cos(lean), 1, pole);
                }
            } else {
                c.cylinder(0, 0, 0, Math.min(r, 0.15), 0.025, 0.9, pole);
                c.cylinder(0, 0.025, 0, 0.013, h - tall - 0.01, 1, pole);
            }
            c.withoutShadow().cylinder(0, h - tall, 0, r, tall, taper, cloth);
        });
    }

    Plan tableLamp(boolean lit) {
        double h = rng.between(0.32, 0.55);
        double r = rng.between(0.1, 0.16);
        double tall = h * rng.between(0.38, 0.5);
        double taper = rng.between(0.5, 1);
        Material body = rng.pick(glaze(), palette.metal, palette.woodOne);
        Material cloth = shade(lit);
        boolean round = rng.chance(0.5);
        return new Plan("lamp", 2 * r, h, 2 * r, c -> {
            double below = h - tall;
            if (round) {
                c.ball(0, below * 0.42, 0, r * 0.6, below * 0.42, r * 0.6, body);
                c.cylinder(0, below * 0.7, 0, 0.012, below * 0.32, 1, palette.metal);
            } else {
                c.cylinder(0, 0, 0, r * 0.6, 0.02, 0.9, body);
                c.cylinder(0, 0.02, 0, 0.014, below, 1, body);
            }
            c.withoutShadow().cylinder(0, below, 0, r, tall, taper, cloth);
        });
    }

    /** Hangs from the ceiling: y = 0 is its lowest point. */
    Plan ceilingLamp(boolean pendant) {
        double r = pendant ? rng.between(0.14, 0.28) : rng.between(0.14, 0.24);
        double tall = pendant ? rng.between(0.14, 0.28) : rng.between(0.06, 0.1);
        double drop = pendant ? rng.between(0.35, 0.75) : 0;
        Material cloth = shade(true);
        boolean globe = pendant && rng.chance(0.4);
        double taper = rng.between(0.35, 0.9);
        return new Plan("lamp", 2 * r, tall + drop, 2 * r, c -> {
            Carpenter bright = c.withoutShadow();
            if (globe) {
                bright.ball(0, tall / 2, 0, r, tall / 2, r, cloth);
            } else {
                bright.cylinder(0, 0, 0, pendant ? r : r * 0.9, tall, pendant ? taper : 1.1, cloth);
            }
            if (pendant) {
                bright.cylinder(0, tall - 0.01, 0, 0.008, drop + 0.01, 1, palette.dark);
            }
        });
    }

    private Material leaf() {
        double hue = rng.between(0.24, 0.4);
        return new Material(
                Pattern.LEAF,
                Palette.hsv(hue, rng.between(0.45, 0.85), rng.between(0.35, 0.65)),
                Palette.hsv(hue - 0.04, rng.between(0.35, 0.7), rng.between(0.55, 0.85)),
                1,
                palette.seed());
    }

    private Material pot() {
        return switch (rng.between(0, 3)) {
            case 0 -> palette.plain(new double[] {0.45, 0.18, 0.09});
            case 1 -> palette.plain(Palette.WHITE).gloss(0.3);
            case 2 -> new Material(Pattern.WICKER, new double[] {0.45, 0.3, 0.15}, Palette.WHITE, 0.03, palette.seed());
            default -> palette.paint();
        };
    }

    /** A plant in a pot, from 0.2 m (for a table) to 2 m. */
    Plan plant(boolean small) {
        double h = small ? rng.between(0.2, 0.45) : rng.between(0.6, 1.75);
        double spread = small ? h * rng.between(0.5, 0.75) : Math.min(0.95, h * rng.between(0.45, 0.75));
        int manner = small ? rng.between(0, 2) : rng.between(0, 3);
        double pot = Math.min(spread * 0.36, h * 0.17);
        double potHeight = pot * rng.between(1.3, 1.9);
        Material leaf = leaf();
        Material clay = pot();
        Material stem = palette.plain(new double[] {0.14, 0.09, 0.05});
        long seed = rng.next();
        double taper = rng.between(1, 1.35);
        return new Plan("plant", spread, h, spread, c -> {
            Rng r = new Rng(seed);
            c.cylinder(0, 0, 0, pot / taper, potHeight, taper, clay);
            c.cylinder(0, potHeight, 0, pot * 0.9, 0.004, 1, stem);
            double reach = spread / 2;
            double above = h - potHeight;
            if (manner == 0) { // a bush of leaves around a ball
                int leaves = small ? 14 : 34;
                double centre = potHeight + above * 0.55;
                c.cylinder(0, potHeight, 0, 0.012, above * 0.5, 0.7, stem);
                for (int i = 0; i < leaves; i++) {
                    double high = r.between(-0.9, 0.95);
                    double wide = Math.sqrt(1 - high * high) * r.between(0.45, 0.78);
                    double turn = r.between(0, TURN);
                    double length = reach * r.between(0.2, 0.3);
                    Carpenter l = c.at(
                            reach * wide * StrictMath.sin(turn),
                            centre + high * above * 0.36,
                            reach * wide * StrictMath.cos(turn),
                            turn,
                            r.between(-0.7, 0.7),
                            r.between(-0.4, 0.4));
                    l.ball(0, 0, 0, length * 0.62, length * 0.2, length, leaf);
                }
            } else if (manner == 1) { // blades
                int blades = small ? 7 : 11;
                for (int i = 0; i < blades; i++) {
                    double turn = i * TURN / blades + r.between(-0.3, 0.3);
                    double lean = r.between(0.04, 0.28);
                    double length = above * r.between(0.6, 0.97);
                    lean = Math.min(lean, StrictMath.asin(Math.min(1, (reach - pot * 0.4) / length * 0.9)));
                    Carpenter l = c.at(0, potHeight, 0, turn, 0, 0).at(0, 0, pot * 0.4, 0, lean, 0);
                    l.ball(0, length / 2, 0, Math.max(0.012, spread * 0.05), length / 2, 0.008, leaf);
                }
            } else if (manner == 2) { // fronds that rise and fall
                int fronds = small ? 9 : 15;
                double trunk = small ? 0 : above * r.between(0.1, 0.45);
                if (trunk > 0) {
                    c.cylinder(0, potHeight, 0, 0.022, trunk, 0.8, stem);
                }
                double crown = potHeight + trunk;
                double length = Math.min(reach * 0.62, (h - crown) * 0.62);
                for (int i = 0; i < fronds; i++) {
                    double turn = i * 2.4 + r.between(-0.2, 0.2);
                    double rise = r.between(0.25, 1.1);
                    double s = StrictMath.sin(rise);
                    double k = StrictMath.cos(rise);
                    Carpenter ring = c.at(0, crown, 0, turn, 0, 0);
                    ring.at(0, s * length / 2, k * length / 2, 0, -rise, 0)
                            .ball(0, 0, 0, length * 0.16, 0.006, length * 0.56, leaf);
                    double fall = rise - r.between(0.7, 1.2);
                    double s2 = StrictMath.sin(fall);
                    double k2 = StrictMath.cos(fall);
                    ring.at(0, s * length + s2 * length * 0.4, k * length + k2 * length * 0.4, 0, -fall, 0)
                            .ball(0, 0, 0, length * 0.14, 0.006, length * 0.46, leaf);
                }
            } else { // a small tree
                double trunk = above * 0.45;
                c.cylinder(0, potHeight, 0, 0.022, trunk + above * 0.15, 0.6, stem);
                for (int i = 0; i < 42; i++) {
                    double high = r.between(-0.95, 0.95);
                    double wide = Math.sqrt(1 - high * high) * r.between(0.3, 0.76);
                    double turn = r.between(0, TURN);
                    double length = reach * r.between(0.16, 0.24);
                    Carpenter l = c.at(
                            reach * wide * StrictMath.sin(turn),
                            potHeight + trunk + above * 0.275 * (1 + 0.85 * high),
                            reach * wide * StrictMath.cos(turn),
                            turn,
                            r.between(-0.9, 0.5),
                            r.between(-0.5, 0.5));
                    l.ball(0, 0, 0, length * 0.55, length * 0.15, length, leaf);
                }
            }
        });
    }

    private Material glaze() {
        Pattern pattern = rng.pick(Pattern.PLAIN, Pattern.PLAIN, Pattern.GLAZE, Pattern.MARBLE, Pattern.STRIPES);
        return new Material(
                        pattern,
                        palette.colour(0.1, 0.8, 0.4, 0.95),
                        palette.colour(0, 0.5, 0.5, 0.95),
                        0.05,
                        palette.seed())
                .gloss(0.6);
    }

    Plan vase() {
        double h = rng.between(0.16, 0.36);
        double r = h * rng.between(0.2, 0.34);
        Material body = glaze();
        int manner = rng.between(0, 2);
        boolean flowers = rng.chance(0.45);
        double total = flowers ? h * 1.75 : h;
        Material petals = palette.plain(palette.colour(0.4, 0.9, 0.7, 1));
        Material stem = leaf();
        double wide = flowers ? Math.max(r, h * 0.32) : r;
        return new Plan("vase", 2 * wide, total, 2 * wide, c -> {
            if (manner == 0) { // bellied
                c.cylinder(0, 0, 0, r * 0.55, h * 0.18, 1.5, body);
                c.ball(0, h * 0.42, 0, r, h * 0.36, r, body);
                c.cylinder(0, h * 0.7, 0, r * 0.5, h * 0.3, 1.1, body);
            } else if (manner == 1) { // a cone that opens
                c.cylinder(0, 0, 0, r * 0.55, h, 1.7, body);
            } else { // two cones
                c.cylinder(0, 0, 0, r * 0.6, h * 0.5, 1.6, body);
                c.cylinder(0, h * 0.5, 0, r * 0.96, h * 0.5, 0.45, body);
            }
            if (flowers) {
                for (int i = 0; i < 5; i++) {
                    Carpenter s = c.at(0, h * 0.9, 0, i * TURN / 5 + 0.3, i == 0 ? 0 : 0.22, 0);
                    double length = h * (0.55 + 0.08 * (i % 3));
                    s.cylinder(0, 0, 0, 0.003, length, 1, stem);
                    s.ball(0, length, 0, h * 0.1, h * 0.075, h * 0.1, petals);
                    s.ball(0, length * 0.5, h * 0.04, 0.012, 0.03, 0.02, stem);
                }
            }
        });
    }

    Plan ball(boolean small) {
        double r = small ? rng.between(0.04, 0.08) : rng.between(0.1, 0.2);
        Pattern pattern = rng.pick(Pattern.SEGMENTS, Pattern.SEGMENTS, Pattern.PLAIN, Pattern.DOTS, Pattern.STRIPES);
        Material skin = new Material(
                        pattern,
                        palette.colour(0.55, 0.95, 0.6, 1),
                        rng.chance(0.6) ? Palette.WHITE : palette.colour(0.5, 0.95, 0.5, 1),
                        r * 0.6,
                        palette.seed())
                .gloss(rng.between(0.1, 0.5));
        double turn = rng.between(0, TURN);
        double tip = rng.between(-1.2, 1.2);
        return new Plan(
                "ball", 2 * r, 2 * r, 2 * r, c -> c.at(0, r, 0, turn, tip, 0).ball(0, 0, 0, r, r, r, skin));
    }

    Plan box(boolean small) {
        double w = small ? rng.between(0.12, 0.3) : rng.between(0.3, 0.6);
        double d = small ? rng.between(0.1, 0.22) : rng.between(0.25, 0.45);
        double h = small ? rng.between(0.07, 0.2) : rng.between(0.22, 0.45);
        boolean carton = rng.chance(0.55);
        Material skin = carton
                ? new Material(
                        Pattern.CARDBOARD,
                        new double[] {0.5, 0.34, 0.19},
                        new double[] {0.32, 0.2, 0.1},
                        1,
                        palette.seed())
                : rng.pick(palette.paint(), fabric(), wood());
        Material lid = carton ? skin : rng.pick(skin, palette.paint());
        return new Plan("box", w, h, d, List.of(new Support(-w * 0.4, w * 0.4, -d * 0.4, d * 0.4, h, 0.4)), c -> {
            if (carton) {
                c.box(-w / 2, w / 2, 0, h, -d / 2, d / 2, skin);
            } else {
                c.box(-w / 2 + 0.006, w / 2 - 0.006, 0, h * 0.75, -d / 2 + 0.006, d / 2 - 0.006, skin);
                c.box(-w / 2, w / 2, h * 0.75, h, -d / 2, d / 2, lid);
            }
        });
    }

    /** Back at −depth/2; on a wall or, with a foot, on a cabinet. */
    Plan tv(boolean foot, double widest) {
        double w = Math.min(widest, rng.between(0.75, 1.4));
        double high = w * 0.575;
        boolean on = rng.chance(0.35);
        Material screen = on
                ? new Material(
                                Pattern.SCREEN,
                                palette.colour(0.4, 0.8, 0.4, 0.9),
                                palette.colour(0.3, 0.8, 0.4, 0.9),
                                1,
                                palette.seed())
                        .glow(0.8)
                        .gloss(0.4)
                : new Material(Pattern.SCREEN, new double[] {0.014, 0.015, 0.02}, null, 1, palette.seed()).gloss(0.8);
        double lift = foot ? 0.06 : 0;
        double d = foot ? 0.2 : 0.06;
        return new Plan("tv", w, high + lift, d, c -> {
            double z = foot ? 0 : -d / 2;
            double front = z + 0.045;
            c.box(-w / 2, w / 2, lift, lift + high, z, front, palette.dark);
            c.box(-w / 2 + 0.018, w / 2 - 0.018, lift + 0.022, lift + high - 0.018, front, front + 0.003, screen);
            if (foot) {
                c.box(-w * 0.2, w * 0.2, 0, 0.012, -d / 2, d / 2, palette.dark);
                c.box(-0.05, 0.05, 0.012, lift, z + 0.005, z + 0.03, palette.dark);
            }
        });
    }

    Plan picture() {
        double w = rng.between(0.28, 1.05);
        double h = w * rng.pick(0.7, 1.0, 1.35, 1.5);
        if (h > 0.95) {
            w *= 0.95 / h;
            h = 0.95;
        }
        Material frame = rng.pick(palette.woodOne, palette.woodTwo, palette.dark, palette.white, palette.metal);
        Material paper = new Material(Pattern.PLAIN, Palette.WHITE, Palette.WHITE, 1, palette.seed());
        Material painting = new Material(
                Pattern.PAINTING,
                palette.colour(0.3, 0.9, 0.3, 0.95),
                palette.colour(0.2, 0.9, 0.4, 0.95),
                1,
                palette.seed());
        double edge = rng.between(0.015, 0.04);
        double mount = rng.chance(0.5) ? rng.between(0.03, 0.08) : 0;
        double fw = w;
        double fh = h;
        return new Plan("picture", w, h, 0.035, c -> {
            c.box(-fw / 2, fw / 2, 0, fh, -0.0175, 0.01, frame);
            c.box(-fw / 2 + edge, fw / 2 - edge, edge, fh - edge, 0.01, 0.012, mount > 0 ? paper : painting);
            if (mount > 0) {
                double m = edge + mount * Math.min(1, fw / 0.5);
                c.box(-fw / 2 + m, fw / 2 - m, m, fh - m, 0.012, 0.014, painting);
            }
        });
    }

    Plan rug(double widest, double deepest) {
        boolean round = rng.chance(0.2);
        double w = Math.min(widest, rng.between(1.2, 2.8));
        double d = round ? Math.min(w, deepest) : Math.min(deepest, w * rng.between(0.55, 0.8));
        double width = round ? d : w;
        Material pile = new Material(
                Pattern.RUG,
                palette.colour(0.1, 0.8, 0.25, 0.9),
                palette.colour(0, 0.7, 0.4, 0.95),
                rng.between(0.12, 0.3),
                palette.seed());
        return new Plan("rug", width, 0.01, d, c -> {
            if (round) {
                c.cylinder(0, 0, 0, width / 2, 0.01, 1, pile);
            } else {
                c.box(-width / 2, width / 2, 0, 0.01, -d / 2, d / 2, pile);
            }
        });
    }

    Plan door() {
        double w = rng.between(0.85, 1.0);
        double h = rng.between(2.0, 2.12);
        Material leaf = rng.pick(palette.white, palette.woodOne, palette.woodTwo, palette.paint());
        Material frame = rng.chance(0.6) ? palette.white : leaf;
        int panels = rng.between(0, 3);
        int side = rng.chance(0.5) ? 1 : -1;
        return new Plan("door", w, h, 0.1, c -> {
            double edge = 0.07;
            c.box(-w / 2, -w / 2 + edge, 0, h, -0.05, 0.0, frame);
            c.box(w / 2 - edge, w / 2, 0, h, -0.05, 0.0, frame);
            c.box(-w / 2 + edge, w / 2 - edge, h - edge, h, -0.05, 0.0, frame);
            c.box(-w / 2 + edge, w / 2 - edge, 0.004, h - edge, -0.05, -0.02, leaf);
            double inner = w - 2 * edge;
            for (int i = 0; i < panels; i++) {
                double y0 = 0.12 + i * (h - 0.25) / panels;
                double y1 = y0 + (h - 0.25) / panels - 0.1;
                c.box(-inner / 2 + 0.1, inner / 2 - 0.1, y0, y1, -0.02, -0.012, leaf);
            }
            double x = side * (inner / 2 - 0.06);
            c.box(x - 0.02, x + 0.02, 0.95, 1.15, -0.02, -0.015, palette.metal);
            c.box(
                    x - (side > 0 ? 0.11 : -0.02) - (side > 0 ? 0 : 0.04),
                    x + (side > 0 ? 0.02 : 0.11),
                    1.05,
                    1.07,
                    0.015,
                    0.03,
                    palette.metal);
            c.box(x - 0.01, x + 0.01, 1.05, 1.07, -0.015, 0.02, palette.metal);
        });
    }

    /** @param view what is seen through it */
    Plan window(double w, double h, Material view) {
        Material frame = rng.chance(0.7) ? palette.white : palette.woodOne;
        int bars = w > 1.1 ? rng.between(1, 2) : rng.between(0, 1);
        boolean cross = rng.chance(0.35);
        boolean sill = rng.chance(0.7);
        return new Plan("window", w, h, 0.12, c -> {
            Carpenter clear = c.withoutShadow();
            double e = 0.06;
            double front = -0.02;
            clear.box(-w / 2 + e, w / 2 - e, e, h - e, -0.06, -0.055, view);
            c.box(-w / 2, w / 2, 0, e, -0.06, front, frame);
            c.box(-w / 2, w / 2, h - e, h, -0.06, front, frame);
            c.box(-w / 2, -w / 2 + e, e, h - e, -0.06, front, frame);
            c.box(w / 2 - e, w / 2, e, h - e, -0.06, front, frame);
            for (int i = 1; i <= bars; i++) {
                double x = -w / 2 + i * w / (bars + 1);
                c.box(x - 0.025, x + 0.025, e, h - e, -0.055, front - 0.005, frame);
            }
            if (cross) {
                c.box(-w / 2 + e, w / 2 - e, h * 0.6, h * 0.6 + 0.035, -0.055, front - 0.01, frame);
            }
            if (sill) {
                c.box(-w / 2, w / 2, 0, 0.03, front, 0.06, frame);
            }
        });
    }
}
