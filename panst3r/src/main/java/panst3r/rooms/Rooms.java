package panst3r.rooms;

import java.util.List;

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
        throw new UnsupportedOperationException("not yet");
    }

    private static RoomCategory stuff(String name) {
        return new RoomCategory(name, false);
    }

    private static RoomCategory thing(String name) {
        return new RoomCategory(name, true);
    }
}
