package panst3r.rooms;

import java.util.ArrayList;
import java.util.List;
import panst3r.rooms.Material.Pattern;
import panst3r.rooms.Plan.Support;
import panst3r.rooms.Room.Placed;

/** Draws a room from a seed: its shell, its furniture and where that stands, its lights. */
final class RoomBuilder {
    private static final double[] FACING = {0, -Math.PI / 2, Math.PI, Math.PI / 2};
    private static final double FILM = 0.001;

    private final long seed;
    private final RoomOptions options;
    private final Rng rng;
    private final Palette palette;
    private final Furniture furniture;
    private final double width;
    private final double depth;
    private final double height;

    private final Solids solids = new Solids();
    private final List<Placed> placed = new ArrayList<>();
    private final List<RoomInstance> instances = new ArrayList<>();
    private final List<Footprint> keptFree = new ArrayList<>();
    private final List<Spot> spots = new ArrayList<>();
    private final List<Lamp> lamps = new ArrayList<>();
    private final List<double[]> windows = new ArrayList<>();
    private int nextId = Room.CEILING + 1;

    /** A support of a placed piece, in the room. */
    private record Spot(Placed of, double x, double up, double z, double yaw, Support support) {}

    /** Where light comes from, strongest kinds first. */
    private record Lamp(int rank, Light light) {}

    private RoomBuilder(long seed, RoomOptions options) {
        this.seed = seed;
        this.options = options;
        rng = Rng.of(seed, 1);
        palette = new Palette(Rng.of(seed, 2));
        furniture = new Furniture(palette, Rng.of(seed, 3));
        width = rng.between(3.0, 6.2);
        depth = rng.between(3.0, Math.min(6.2, 26 / width));
        height = rng.between(2.4, 3.0);
    }

    static Room build(long seed, RoomOptions options) {
        return new RoomBuilder(seed, options).build();
    }

    private Room build() {
        instances.add(new RoomInstance(Room.FLOOR, classOf("floor")));
        instances.add(new RoomInstance(Room.WALL, classOf("wall")));
        instances.add(new RoomInstance(Room.CEILING, classOf("ceiling")));
        Room.Shell shell = shell();
        boolean day = rng.chance(0.6);
        if (rng.chance(0.22)) {
            pier(shell);
        }
        openings(day);
        furnish();
        decorate();
        lights(day);
        Room.Mood mood = mood(shell, day);
        solids.index();
        List<Light> shining = new ArrayList<>();
        lamps.sort((p, q) -> Integer.compare(p.rank, q.rank));
        for (Lamp lamp : lamps) {
            if (shining.size() < options.maxLights()) {
                shining.add(lamp.light);
            }
        }
        Room dim = new Room(seed, shell, solids, placed, instances, shining, mood);
        double exposure = rng.between(0.85, 1.2) * 0.3 / Renderer.brightness(dim);
        Room.Mood set = new Room.Mood(
                mood.ambient(), mood.sunDirection(), mood.sunColour(), mood.sunWindows(), exposure, mood.balance());
        return new Room(seed, shell, solids, placed, instances, shining, set);
    }

    static int classOf(String name) {
        for (int i = 0; i < Rooms.CLASSES.size(); i++) {
            if (Rooms.CLASSES.get(i).name().equals(name)) {
                return i;
            }
        }
        throw new IllegalArgumentException("no class " + name);
    }

    private Room.Shell shell() {
        Material wall = palette.wall();
        Material other = rng.chance(0.35) ? palette.wall() : wall;
        int accent = rng.between(0, 3);
        Material skirting = rng.chance(0.7) ? palette.white : palette.woodOne;
        Material[] walls = new Material[4];
        boolean panelled = rng.chance(0.15);
        Material panel = rng.chance(0.5) ? palette.white : palette.woodTwo;
        for (int i = 0; i < 4; i++) {
            Material m = i == accent ? other : wall;
            walls[i] = new Material(m.pattern, m.one, m.two, m.size, m.seed)
                    .lower(panelled ? panel : skirting, panelled ? rng.between(0.8, 1.0) : rng.between(0.06, 0.12));
        }
        double shade = rng.between(0.75, 0.92);
        Material ceiling = new Material(
                Pattern.WALL, new double[] {shade, shade * 0.99, shade * 0.96}, Palette.WHITE, 1, palette.seed());
        return new Room.Shell(width, depth, height, palette.floor(), ceiling, walls);
    }

    /** A chimney breast, a shaft or a column: part of the walls. */
    private void pier(Room.Shell shell) {
        double w = rng.between(0.35, 1.3);
        double d = rng.between(0.3, 0.7);
        int wall = rng.between(0, 3);
        double reach = wallLength(wall) / 2 - w / 2;
        double along = rng.chance(0.5) ? (rng.chance(0.5) ? reach : -reach) : rng.between(-reach, reach);
        double[] at = onWall(wall, along, d / 2);
        Footprint print = Footprint.of(at[0], at[1], w, d, FACING[wall], 0, height);
        int first = solids.count;
        Carpenter.in(solids, Room.WALL, at[0], 0, at[1], FACING[wall])
                .box(-w / 2, w / 2, 0, height, -d / 2, d / 2, shell.walls()[wall]);
        placed.add(new Placed(Room.WALL, classOf("wall"), print, first, solids.count));
    }

    private double wallLength(int wall) {
        return wall % 2 == 0 ? width : depth;
    }

    /** @return [2] (x, z) of a place so far along a wall and so far in front of it */
    private double[] onWall(int wall, double along, double off) {
        double h = (wall % 2 == 0 ? depth : width) / 2 - off;
        return switch (wall) {
            case 0 -> new double[] {along, -h};
            case 1 -> new double[] {h, along};
            case 2 -> new double[] {-along, h};
            default -> new double[] {-h, -along};
        };
    }

    // ---- placing ----

    /** Builds a plan at a place if nothing is in the way; otherwise leaves all as it was and returns null. */
    private Placed place(Plan plan, double x, double up, double z, double yaw, double margin, Placed beside) {
        Footprint print = Footprint.of(x, z, plan.width(), plan.depth(), yaw, up, up + plan.height());
        boolean rug = plan.type().equals("rug");
        if (print.reachX() + Math.abs(x) > width / 2
                || print.reachZ() + Math.abs(z) > depth / 2
                || print.high() > height) {
            return null;
        }
        for (Placed p : placed) {
            boolean flat = rug != (p.classId() == classOf("rug"));
            if (p != beside && !flat && print.meets(p.footprint(), margin)) {
                return null;
            }
            if (rug && p.id() == Room.WALL && print.meets(p.footprint(), 0)) {
                return null;
            }
        }
        if (up < 1.9 && !rug) {
            for (Footprint free : keptFree) {
                if (print.meets(free, 0)) {
                    return null;
                }
            }
        }
        int first = solids.count;
        plan.build().accept(Carpenter.in(solids, nextId, x, up, z, yaw));
        if (!fits(first, rug)) {
            solids.count = first;
            return null;
        }
        Placed result = new Placed(nextId, classOf(plan.type()), print, first, solids.count);
        placed.add(result);
        instances.add(new RoomInstance(nextId, result.classId()));
        nextId++;
        for (Support support : plan.supports()) {
            spots.add(new Spot(result, x, up, z, yaw, support));
        }
        return result;
    }

    /** Whether the newest parts are within the walls and in no other thing; things may stand on a rug. */
    private boolean fits(int first, boolean rug) {
        double[] box = solids.boundsOf(first, solids.count);
        if (box[0] < -width / 2
                || box[3] > width / 2
                || box[1] < -height
                || box[4] > FILM
                || box[2] < -depth / 2
                || box[5] > depth / 2) {
            return false;
        }
        for (Placed p : placed) {
            if (rug || p.classId() == classOf("rug")) {
                continue;
            }
            for (int i = p.first(); i < p.end(); i++) {
                for (int k = first; k < solids.count; k++) {
                    if (solids.overlap(i, k, FILM)) {
                        return false;
                    }
                }
            }
        }
        return true;
    }

    private Placed againstWall(Plan plan, double gap) {
        for (int attempt = 0; attempt < 24; attempt++) {
            int wall = rng.between(0, 3);
            double reach = wallLength(wall) / 2 - plan.width() / 2 - 0.02;
            if (reach < 0) {
                continue;
            }
            // often in a corner
            double along = rng.chance(0.3) ? (rng.chance(0.5) ? reach : -reach) : rng.between(-reach, reach);
            double[] at = onWall(wall, along, plan.depth() / 2 + gap);
            Placed p = place(plan, at[0], 0, at[1], FACING[wall], 0.03, null);
            if (p != null) {
                return p;
            }
        }
        return null;
    }

    private Placed anywhere(Plan plan, double margin) {
        boolean turned = rng.chance(0.4);
        for (int attempt = 0; attempt < 24; attempt++) {
            double yaw = turned ? rng.between(-Math.PI, Math.PI) : FACING[rng.between(0, 3)] + rng.between(-0.08, 0.08);
            double x = rng.between(-width / 2, width / 2);
            double z = rng.between(-depth / 2, depth / 2);
            Placed p = place(plan, x, 0, z, yaw, margin, null);
            if (p != null) {
                return p;
            }
        }
        return null;
    }

    /** On the wall with its lower edge at a height. */
    private Placed hang(Plan plan, double low, double high) {
        for (int attempt = 0; attempt < 14; attempt++) {
            int wall = rng.between(0, 3);
            double reach = wallLength(wall) / 2 - plan.width() / 2 - 0.1;
            if (reach < 0) {
                continue;
            }
            double[] at = onWall(wall, rng.between(-reach, reach), plan.depth() / 2 + 0.001);
            Placed p = place(plan, at[0], rng.between(low, high), at[1], FACING[wall], 0.06, null);
            if (p != null) {
                return p;
            }
        }
        return null;
    }

    /** On one of the supports that is low and wide enough. */
    private Placed onTop(Plan plan, double highest, boolean facing) {
        for (int attempt = 0; attempt < 16 && !spots.isEmpty(); attempt++) {
            Spot spot = spots.get(rng.between(0, spots.size() - 1));
            Placed p = onTop(plan, spot, highest, facing);
            if (p != null) {
                return p;
            }
        }
        return null;
    }

    private Placed onTop(Plan plan, Spot spot, double highest, boolean facing) {
        Support s = spot.support;
        double turn = facing ? rng.between(-0.12, 0.12) : rng.between(-Math.PI, Math.PI);
        Footprint own = Footprint.of(0, 0, plan.width(), plan.depth(), turn, 0, 1);
        double rx = own.reachX();
        double rz = own.reachZ();
        if (plan.height() > s.clear() - 0.01
                || spot.up + s.y() > highest
                || 2 * rx > s.x1() - s.x0()
                || 2 * rz > s.z1() - s.z0()) {
            return null;
        }
        double lx = rng.between(s.x0() + rx, s.x1() - rx);
        double lz = rng.between(s.z0() + rz, s.z1() - rz);
        double sin = StrictMath.sin(spot.yaw);
        double cos = StrictMath.cos(spot.yaw);
        double x = spot.x + lx * cos + lz * sin;
        double z = spot.z - lx * sin + lz * cos;
        return place(plan, x, spot.up + s.y() + FILM / 2, z, spot.yaw + turn, 0.01, spot.of);
    }

    /** In the frame of a placed piece. */
    private Placed relative(Plan plan, Placed to, double lx, double lz, double turn, double margin, boolean mayTouch) {
        Footprint f = to.footprint();
        double x = f.x() + lx * f.cos() + lz * f.sin();
        double z = f.z() - lx * f.sin() + lz * f.cos();
        double yaw = StrictMath.atan2(f.sin(), f.cos()) + turn;
        return place(plan, x, 0, z, yaw, margin, mayTouch ? to : null);
    }

    // ---- what stands where ----

    private void openings(boolean day) {
        int doors = rng.chance(0.8) ? 1 : 2;
        for (int i = 0; i < doors; i++) {
            Plan plan = furniture.door();
            Placed door = hang(plan, 0, 0);
            if (door != null) {
                Footprint f = door.footprint();
                keptFree.add(Footprint.of(
                        f.x() + 0.4 * f.sin(), f.z() + 0.4 * f.cos(), plan.width(), 0.75, yawOf(f), 0.02, 2));
            }
        }
        double[] sky = day ? palette.colour(0.25, 0.6, 0.75, 0.95) : new double[] {0.012, 0.018, 0.04};
        if (day) {
            sky = Palette.hsv(rng.between(0.55, 0.62), rng.between(0.2, 0.6), rng.between(0.8, 0.95));
        }
        Material view = new Material(
                        Pattern.OUTSIDE, sky, day ? Palette.WHITE : new double[] {0.05, 0.04, 0.05}, 1, palette.seed())
                .glow(day ? rng.between(1.0, 1.9) : 0.4);
        int count = rng.between(day ? 1 : 0, 3);
        double sill = rng.pick(0.35, 0.85, 0.9, 0.95);
        double h = Math.min(height - 0.25, rng.between(2.0, 2.3)) - sill;
        double w = rng.between(0.7, 1.7);
        for (int i = 0; i < count; i++) {
            Placed window = hang(furniture.window(w, h, view), sill, sill);
            if (window != null && day) {
                Footprint f = window.footprint();
                double[] tint = {0.95, 1.0, 1.08};
                double strength = 1.5 * w * h;
                double[] colour = {tint[0] * strength, tint[1] * strength, tint[2] * strength};
                double[] half = {f.cos() * w / 2, 0, -f.sin() * w / 2};
                lamps.add(new Lamp(
                        i,
                        new Light(
                                f.x(),
                                -(sill + h / 2),
                                f.z(),
                                half,
                                new double[] {0, h / 2, 0},
                                new double[] {f.sin(), 0, f.cos()},
                                colour)));
                windows.add(new double[] {f.x(), f.z(), f.sin(), f.cos(), w / 2, sill, sill + h});
            }
        }
    }

    private static double yawOf(Footprint f) {
        return StrictMath.atan2(f.sin(), f.cos());
    }

    private void furnish() {
        int budget = rng.between(options.minFurniture(), options.maxFurniture());
        int before = placed.size();
        switch (rng.between(0, 4)) {
            case 0 -> living(before + budget);
            case 1 -> bedroom(before + budget);
            case 2 -> study(before + budget);
            case 3 -> dining(before + budget);
            default -> {
                if (rng.chance(0.5)) {
                    bedroom(before + budget);
                }
            }
        }
        for (int attempt = 0; attempt < 3 * budget && placed.size() < before + budget; attempt++) {
            anyPiece();
        }
    }

    private boolean full(int limit) {
        return placed.size() >= limit;
    }

    private void living(int limit) {
        Plan plan = furniture.sofa();
        if (full(limit)) {
            return;
        }
        Placed sofa = againstWall(plan, 0.04);
        if (sofa != null) {
            Plan low = furniture.lowTable();
            double front = plan.depth() / 2;
            if (!full(limit)) {
                relative(low, sofa, rng.between(-0.2, 0.2), front + 0.4 + low.depth() / 2, 0, 0.05, false);
            }
            if (rng.chance(0.6) && !full(limit)) {
                Plan rug = furniture.rug(width * 0.6, depth * 0.6);
                relative(rug, sofa, 0, front + rug.depth() * 0.45, 0, 0, false);
            }
        }
        if (!full(limit)) {
            television();
        }
        if (rng.chance(0.5) && !full(limit)) {
            anywhere(furniture.sofa(), 0.12);
        }
        if (rng.chance(0.7) && !full(limit)) {
            againstWall(furniture.bookshelf(), 0.01);
        }
    }

    private void television() {
        Plan cabinet = furniture.mediaCabinet();
        Placed below = againstWall(cabinet, 0.02);
        if (below != null) {
            Spot top = spots.get(spots.size() - 1);
            for (int attempt = 0; attempt < 6; attempt++) {
                if (onTop(furniture.tv(true, cabinet.width() - 0.1), top, 1, true) != null) {
                    return;
                }
            }
        }
    }

    private void bedroom(int limit) {
        int beds = rng.chance(0.8) ? 1 : 2;
        for (int i = 0; i < beds && !full(limit); i++) {
            Plan plan = furniture.bed();
            Placed bed = againstWall(plan, 0.03);
            Plan stand = furniture.nightstand();
            for (int side = -1; side <= 1 && bed != null && !full(limit); side += 2) {
                double x = side * (plan.width() / 2 + stand.width() / 2 + rng.between(0.04, 0.12));
                relative(stand, bed, x, -plan.depth() / 2 + stand.depth() / 2, 0, 0.01, false);
            }
            if (bed != null && rng.chance(0.5) && !full(limit)) {
                Plan rug = furniture.rug(width * 0.6, depth * 0.5);
                relative(rug, bed, 0, plan.depth() * 0.4, 0, 0, false);
            }
        }
        if (!full(limit)) {
            againstWall(furniture.wardrobe(), 0.01);
        }
        if (rng.chance(0.5) && !full(limit)) {
            againstWall(furniture.sideboard(), 0.01);
        }
    }

    private void study(int limit) {
        int desks = rng.chance(0.7) ? 1 : 2;
        Plan chair = furniture.chair();
        for (int i = 0; i < desks && !full(limit); i++) {
            Plan plan = furniture.desk();
            Placed desk = againstWall(plan, 0.02);
            if (desk != null && !full(limit)) {
                seat(chair, desk, rng.between(-0.25, 0.1), plan.depth() / 2, Math.PI);
            }
        }
        int shelves = rng.between(1, 3);
        for (int i = 0; i < shelves && !full(limit); i++) {
            againstWall(furniture.bookshelf(), 0.01);
        }
    }

    private void dining(int limit) {
        Plan plan = furniture.table();
        if (full(limit)) {
            return;
        }
        Placed table = anywhere(plan, 0.45);
        if (table == null) {
            table = anywhere(plan, 0.1);
        }
        if (table != null) {
            chairsAround(plan, table, limit);
            if (rng.chance(0.3) && !full(limit)) {
                relative(furniture.rug(width * 0.7, depth * 0.7), table, 0, 0, 0, 0, false);
            }
        }
        if (!full(limit)) {
            againstWall(furniture.sideboard(), 0.01);
        }
    }

    private void chairsAround(Plan plan, Placed table, int limit) {
        Plan chair = rng.chance(0.78) ? furniture.sideChair() : furniture.stool();
        int along = plan.width() > 1.35 ? 2 : 1;
        for (int side = 0; side < 2; side++) {
            for (int i = 0; i < along && !full(limit); i++) {
                double x = along == 1 ? 0 : (i - 0.5) * plan.width() * 0.48;
                if (rng.chance(0.9)) {
                    seat(chair, table, x, side == 0 ? plan.depth() / 2 : -plan.depth() / 2, side == 0 ? Math.PI : 0);
                }
            }
        }
        for (int side = -1; side <= 1; side += 2) {
            if (rng.chance(0.35) && !full(limit)) {
                double out = side * (plan.width() / 2 + chair.depth() / 2 - 0.05);
                relative(chair, table, out, 0, -side * Math.PI / 2 + rng.between(-0.15, 0.15), 0.03, true);
            }
        }
    }

    /** A chair at the edge of a table, pushed under it as far as its legs allow. */
    private void seat(Plan chair, Placed table, double x, double edge, double turn) {
        double tuck = rng.between(-0.15, 0.2);
        double direction = edge < 0 ? -1 : 1;
        for (int attempt = 0; attempt < 4; attempt++) {
            double z = edge + direction * (chair.depth() / 2 - tuck);
            if (relative(chair, table, x, z, turn + rng.between(-0.2, 0.2), 0.02, true) != null) {
                return;
            }
            tuck -= 0.1;
        }
    }

    private void anyPiece() {
        switch (rng.between(0, 19)) {
            case 0, 1 -> {
                Plan plan = furniture.table();
                Placed table = anywhere(plan, 0.35);
                if (table != null && rng.chance(0.6)) {
                    chairsAround(plan, table, placed.size() + 2);
                }
            }
            case 2, 3 -> anywhere(furniture.chair(), 0.08);
            case 4 -> againstWall(rng.chance(0.5) ? furniture.chair() : furniture.stool(), 0.05);
            case 5 -> againstWall(furniture.sofa(), 0.04);
            case 6 -> anywhere(furniture.sofa(), 0.1);
            case 7, 8 -> againstWall(furniture.bookshelf(), 0.01);
            case 9 -> againstWall(furniture.wardrobe(), 0.01);
            case 10, 11 -> againstWall(furniture.sideboard(), 0.01);
            case 12, 13 -> againstWall(furniture.plant(false), 0.06);
            case 14 -> anywhere(furniture.plant(false), 0.1);
            case 15 -> {
                Plan stool = furniture.stool();
                int count = rng.between(1, 3);
                for (int i = 0; i < count; i++) {
                    anywhere(stool, 0.06);
                }
            }
            case 16 -> anywhere(furniture.lowTable(), 0.15);
            case 17 -> {
                if (rng.chance(0.5)) {
                    againstWall(furniture.bed(), 0.03);
                } else {
                    television();
                }
            }
            case 18 -> anywhere(furniture.rug(width * 0.7, depth * 0.7), 0);
            default -> floorLamp();
        }
    }

    private void floorLamp() {
        boolean lit = rng.chance(0.7);
        Placed lamp = againstWall(furniture.floorLamp(lit), 0.08);
        if (lamp != null && lit) {
            lampLight(lamp, 1.0);
        }
    }

    private void lampLight(Placed lamp, double strength) {
        Footprint f = lamp.footprint();
        double y = -(f.low() + (f.high() - f.low()) * 0.9);
        double[] colour = {strength, strength * 0.78, strength * 0.5};
        lamps.add(new Lamp(
                20 + lamps.size(),
                new Light(f.x(), y, f.z(), new double[] {0.1, 0, 0}, new double[] {0, 0, 0.1}, null, colour)));
    }

    private void decorate() {
        int pictures = rng.between(0, 4);
        Plan picture = furniture.picture();
        boolean set = rng.chance(0.3);
        for (int i = 0; i < pictures; i++) {
            Plan plan = set ? picture : furniture.picture();
            hang(plan, 1.55 - plan.height() / 2, 1.75 - plan.height() / 2);
        }
        if (rng.chance(0.18)) {
            hang(furniture.tv(false, 1.3), 0.95, 1.15);
        }
        int things = rng.between(Math.min(2, options.maxSmallThings()), options.maxSmallThings());
        for (int i = 0; i < things; i++) {
            switch (rng.between(0, 11)) {
                case 0, 1 -> onTop(furniture.vase(), 1.8, false);
                case 2, 3 -> onTop(furniture.box(true), 2.0, true);
                case 4 -> onTop(furniture.plant(true), 1.9, false);
                case 5, 6 -> {
                    boolean lit = rng.chance(0.6);
                    Placed lamp = onTop(furniture.tableLamp(lit), 1.1, false);
                    if (lamp != null && lit) {
                        lampLight(lamp, 0.6);
                    }
                }
                case 7 -> onTop(furniture.ball(true), 1.5, false);
                case 8, 9 -> anywhere(furniture.ball(false), 0.03);
                case 10 -> {
                    Placed carton = anywhere(furniture.box(false), 0.04);
                    if (carton != null && rng.chance(0.35)) {
                        onTop(furniture.box(true), spots.get(spots.size() - 1), 1, true);
                    }
                }
                default -> {
                    if (rng.chance(0.4)) {
                        onTop(furniture.tv(true, 0.7), 0.9, true);
                    }
                }
            }
        }
    }

    private void lights(boolean day) {
        boolean on = !day || rng.chance(0.45);
        int count = width * depth > 20 && rng.chance(0.6) ? 2 : 1;
        boolean pendant = rng.chance(0.55);
        Plan plan = furniture.ceilingLamp(pendant);
        boolean alongX = width > depth;
        double warm = rng.between(0, 1);
        for (int i = 0; i < count; i++) {
            double off = count == 1 ? rng.between(-0.4, 0.4) : (i - 0.5) * Math.max(width, depth) * 0.48;
            double x = alongX ? off : rng.between(-0.3, 0.3);
            double z = alongX ? rng.between(-0.3, 0.3) : off;
            Placed lamp = place(plan, x, height - plan.height() - FILM, z, 0, 0.02, null);
            if (on && lamp != null) {
                double strength = 4.0 / count;
                double[] colour = {strength, strength * (0.95 - 0.17 * warm), strength * (0.9 - 0.36 * warm)};
                double r = plan.width() / 2;
                double y = pendant ? -(height - plan.height() + 0.1) : -(height - plan.height()) + 0.01;
                lamps.add(new Lamp(
                        day ? 3 + i : i - 10,
                        new Light(x, y, z, new double[] {r, 0, 0}, new double[] {0, 0, r}, null, colour)));
            }
        }
        if (lamps.isEmpty()) { // light from a lamp behind the camera is still better than none
            lamps.add(new Lamp(
                    0,
                    new Light(
                            0,
                            -height + 0.05,
                            0,
                            new double[] {0.4, 0, 0},
                            new double[] {0, 0, 0.4},
                            null,
                            new double[] {4, 3.8, 3.5})));
        }
    }

    private Room.Mood mood(Room.Shell shell, boolean day) {
        double strength = day ? rng.between(0.4, 0.65) : rng.between(0.25, 0.45);
        double warm = day ? rng.between(-0.06, 0.05) : rng.between(0, 0.12);
        double[] ambient = {strength * (1 + warm), strength, strength * (1 - warm)};
        double[] sun = null;
        if (day && !windows.isEmpty() && rng.chance(0.55)) {
            double[] window = windows.get(0);
            double aside = rng.between(-0.9, 0.9);
            double up = rng.between(0.45, 1.1);
            // from outside the first window, so against its inward direction
            double x = -window[2] + aside * window[3];
            double z = -window[3] - aside * window[2];
            double length = Math.sqrt(x * x + z * z + up * up);
            sun = new double[] {x / length, -up / length, z / length};
        }
        double cast = rng.between(-0.05, 0.05);
        double tint = rng.between(-0.03, 0.03);
        return new Room.Mood(
                ambient, sun, new double[] {2.4, 2.1, 1.7}, windows, 1, new double[] {1 + cast, 1 + tint, 1 - cast});
    }
}
