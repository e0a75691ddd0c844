package panst3r.rooms;

import java.util.List;

/**
 * A furnished room. Its frame is that of the poses: x and z level, y down, the origin on the floor in the middle, in
 * metres; the walls stand at ±width/2 and ±depth/2, the ceiling lies at y = −height.
 */
public final class Room {
    static final int FLOOR = 1;
    static final int WALL = 2;
    static final int CEILING = 3;

    final Solids solids;
    final List<Placed> placed;
    final List<Light> lights;
    final Shell shell;
    final Mood mood;
    private final long seed;
    private final List<RoomInstance> instances;

    /** A thing in its place: its parts are first … end − 1. */
    record Placed(int id, int classId, Footprint footprint, int first, int end) {}

    /** The six faces around it. */
    record Shell(double width, double depth, double height, Material floor, Material ceiling, Material[] walls) {}

    /**
     * @param ambient [3] light from everywhere
     * @param sunDirection [3] towards the sun, or null
     * @param sunColour [3]
     * @param sunWindows openings as (wall, from, to, low, high): along the wall and above the floor
     * @param exposure factor from light to the photo's linear scale
     * @param balance [3] colour cast of the camera
     */
    record Mood(
            double[] ambient,
            double[] sunDirection,
            double[] sunColour,
            List<double[]> sunWindows,
            double exposure,
            double[] balance) {}

    Room(
            long seed,
            Shell shell,
            Solids solids,
            List<Placed> placed,
            List<RoomInstance> instances,
            List<Light> lights,
            Mood mood) {
        this.seed = seed;
        this.shell = shell;
        this.solids = solids;
        this.placed = List.copyOf(placed);
        this.instances = List.copyOf(instances);
        this.lights = List.copyOf(lights);
        this.mood = mood;
    }

    public long seed() {
        return seed;
    }

    /** Along x, metres. */
    public double width() {
        return shell.width;
    }

    /** Along z, metres. */
    public double depth() {
        return shell.depth;
    }

    /** From floor to ceiling, metres. */
    public double height() {
        return shell.height;
    }

    /** All of them, seen or not, in order of id. */
    public List<RoomInstance> instances() {
        return instances;
    }

    /** @return [6] low and high corner (x, y, z) of a thing in the room's frame, or null if there is none of this id */
    public double[] bounds(int id) {
        for (Placed p : placed) {
            if (p.id == id) {
                return solids.boundsOf(p.first, p.end);
            }
        }
        return null;
    }
}
