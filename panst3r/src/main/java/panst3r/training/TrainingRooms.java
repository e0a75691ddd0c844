package panst3r.training;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import panst3r.rooms.RoomOptions;
import panst3r.rooms.RoomSample;
import panst3r.rooms.RoomView;
import panst3r.rooms.Rooms;

/**
 * Generated rooms without end. Making a room takes longer than choosing other photos of it, so each is used several
 * times, a few hundred steps apart, with other photos in another order; then it is never seen again.
 */
public final class TrainingRooms implements Trainer.Scenes {
    /** Steps after which the same rooms come again. */
    private static final int WINDOW = 48;

    private final List<RoomOptions> kinds;
    private final int views;
    private final int batch;
    private final int repeats;
    private final long firstSeed;
    private final Map<Long, RoomSample> recent;

    /**
     * @param kinds taken in turn from step to step; what a step holds is of one size
     * @param views photos of a scene, at most those of a room
     * @param batch scenes of a step
     * @param repeats how often a room is used
     * @param firstSeed at least {@link Rooms#FIRST_TRAINING_SEED}
     */
    public TrainingRooms(List<RoomOptions> kinds, int views, int batch, int repeats, long firstSeed) {
        if (firstSeed < Rooms.FIRST_TRAINING_SEED) {
            throw new IllegalArgumentException("seed " + firstSeed + " belongs to the held-out rooms");
        }
        this.kinds = List.copyOf(kinds);
        this.views = views;
        this.batch = batch;
        this.repeats = repeats;
        this.firstSeed = firstSeed;
        int kept = 2 * WINDOW * batch;
        recent = Collections.synchronizedMap(new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<Long, RoomSample> eldest) {
                return size() > kept;
            }
        });
    }

    @Override
    public RoomSample get(long index) {
        long step = index / batch;
        long block = step / ((long) WINDOW * repeats);
        long freshStep = block * WINDOW + step % WINDOW;
        RoomOptions options = kinds.get((int) (freshStep % kinds.size()));
        long seed = firstSeed + freshStep * batch + index % batch;
        RoomSample room = recent.computeIfAbsent(seed, s -> Rooms.sample(s, options));
        List<RoomView> chosen = new ArrayList<>(room.views());
        Collections.shuffle(chosen, new Random(index * 0x9E3779B97F4A7C15L + firstSeed));
        return new RoomSample(
                room.name(), room.description(), chosen.subList(0, views), room.classes(), room.instances());
    }
}
