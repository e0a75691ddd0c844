package panst3r.rooms;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import panst3r.Arguments;

/**
 * Writes generated rooms with their ground truth, one folder each (docs/ground-truth.md), to train or measure something else
 * with.
 *
 * <pre>{@code
 * java -cp … panst3r.rooms.WriteRooms FOLDER [--rooms 100] [--seed 1000000] [--views 4] [--size 224x160]
 *     [--baseline wide|narrow] [--jpeg 0.95]
 * }</pre>
 *
 * A room is named by its seed. Those that are there already are left as they are, so an interrupted run can be started
 * again. All cores are used; {@code --jpeg} saves photos as JPEG of that quality, which takes a fifth of the space.
 */
public final class WriteRooms {
    private static final String USAGE = "usage: WriteRooms FOLDER [--rooms 100] [--seed 1000000] [--views 4]"
            + " [--size 224x160] [--baseline wide|narrow] [--jpeg 0.95]";

    private WriteRooms() {}

    public static void main(String[] args) {
        Arguments.main(USAGE, args, WriteRooms::write);
    }

    private static void write(Arguments words) {
        Path folder = Path.of(words.place(0));
        long rooms = words.whole("--rooms", 100, 1);
        long first = words.whole("--seed", Rooms.FIRST_TRAINING_SEED, 0);
        int[] sides = words.size("--size", "224x160");
        String baseline = words.choice("--baseline", "wide", "narrow");
        RoomOptions kind = RoomOptions.defaults()
                .withViews(words.count("--views", 4))
                .withSize(sides[0], sides[1])
                .withBaseline(Baseline.valueOf(baseline.toUpperCase(Locale.ROOT)));
        float quality = (float) words.number("--jpeg", 0, 0, 1); // 0 is none: PNG

        AtomicInteger done = new AtomicInteger();
        long start = System.nanoTime();
        try {
            LongStream.range(first, first + rooms).parallel().forEach(seed -> {
                Path place = folder.resolve("room-" + seed);
                if (!Files.exists(place)) {
                    RoomSample sample = Rooms.sample(seed, kind);
                    if (quality > 0) {
                        GroundTruthFolder.writeWithJpegPhotos(place, sample, quality);
                    } else {
                        GroundTruthFolder.write(place, sample);
                    }
                }
                double seconds = (System.nanoTime() - start) / 1e9;
                System.err.printf(Locale.ROOT, "\r%d of %d rooms, %.0f s ", done.incrementAndGet(), rooms, seconds);
            });
        } finally {
            System.err.println(); // what went wrong stands on a line of its own
        }
        System.out.println(rooms
                + (rooms == 1 ? " room of " : " rooms of ")
                + kind.views()
                + (kind.views() == 1 ? " view in " : " views in ")
                + folder);
    }
}
