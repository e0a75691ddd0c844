package panst3r.rooms;

import java.util.ArrayList;
import java.util.List;
import panst3r.Progress;

/** Makes rooms and photographs them. Same seed and options, same bytes, for any number of threads. */
public final class Rooms {
    /** Seeds below are for sample scenes (0 … 999) and held-out measurements (1,000 …); training starts here. */
    public static final long FIRST_TRAINING_SEED = 1_000_000;

    /** Seeds from here to {@link #FIRST_TRAINING_SEED} are for held-out measurements. */
    public static final long FIRST_HELD_OUT_SEED = 1_000;

    /** The classes of all generated rooms; the index is the class id. Names are of the published vocabularies. */
    public static final List<RoomCategory> CLASSES = List.of(
            stuff("floor"),
            stuff("wall"),
            stuff("ceiling"),
            thing("door"),
            thing("window"),
            thing("table"),
            thing("chair"),
            thing("sofa"),
            thing("bed"),
            thing("bookshelf"),
            thing("cabinet"),
            thing("lamp"),
            thing("plant"),
            thing("tv"),
            thing("picture"),
            thing("rug"),
            thing("box"),
            thing("ball"),
            thing("vase"),
            thing("stool"));

    private Rooms() {}

    /** A furnished room. Its furniture and light depend on the seed, the numbers of things and lights, and nothing else. */
    public static Room room(long seed, RoomOptions options) {
        return RoomBuilder.build(seed, options);
    }

    /** Where the photos of a room are taken. */
    public static List<RoomCamera> cameras(Room room, RoomOptions options) {
        return CameraWalk.choose(room, options);
    }

    /**
     * The photo of any camera, with its ground truth; the same as in a sample that has this camera.
     *
     * @param camera within the room and not within its furniture
     * @param noise as {@link RoomOptions#noise}
     */
    public static RoomView render(Room room, RoomCamera camera, String name, double noise, int threads) {
        return Renderer.render(room, camera, name, noise, threads);
    }

    /** {@link #sample(long, RoomOptions, int)} on the calling thread alone: for many samples side by side. */
    public static RoomSample sample(long seed, RoomOptions options) {
        return sample(seed, options, 1);
    }

    /**
     * A room and its photos. The instances are those seen in at least one view; every view has a depth at every pixel.
     *
     * @param seed training must stay at or above {@link #FIRST_TRAINING_SEED}
     */
    public static RoomSample sample(long seed, RoomOptions options, int threads) {
        Room room = room(seed, options);
        List<RoomView> views = new ArrayList<>();
        for (RoomCamera camera : cameras(room, options)) {
            Progress.stopIfInterrupted("Rendering a room");
            views.add(render(room, camera, String.format("%03d", views.size()), options.noise(), threads));
        }
        return sample("room-" + seed, "a generated room, seed " + seed, room, views);
    }

    /** Views of a room as a sample, with the instances that are seen in them. */
    static RoomSample sample(String name, String description, Room room, List<RoomView> views) {
        boolean[] seen = new boolean[room.instances().size() + 1];
        for (RoomView view : views) {
            for (int id : view.ids()) {
                seen[id] = true;
            }
        }
        List<RoomInstance> instances =
                room.instances().stream().filter(i -> seen[i.id()]).toList();
        return new RoomSample(name, description, views, CLASSES, instances);
    }

    private static RoomCategory stuff(String name) {
        return new RoomCategory(name, false);
    }

    private static RoomCategory thing(String name) {
        return new RoomCategory(name, true);
    }
}
