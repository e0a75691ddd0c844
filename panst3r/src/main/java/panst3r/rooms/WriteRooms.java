package panst3r.rooms;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
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
        String size = words.option("--size", "224x160");
        if (!size.matches("[1-9][0-9]{0,4}x[1-9][0-9]{0,4}")) {
            throw new IllegalArgumentException("--size is WIDTHxHEIGHT in pixels, such as 224x160, not " + size + ".");
        }
        int[] sides = Arrays.stream(size.split("x")).mapToInt(Integer::parseInt).toArray();
        String baseline = words.option("--baseline", "wide");
        if (!baseline.equals("wide") && !baseline.equals("narrow")) {
            throw new IllegalArgumentException("--baseline is wide or narrow, not " + baseline + ".");
        }
        RoomOptions kind = RoomOptions.defaults()
                .withViews(Math.toIntExact(words.whole("--views", 4, 1)))
                .withSize(sides[0], sides[1])
                .withBaseline(Baseline.valueOf(baseline.toUpperCase(Locale.ROOT)));
        float quality = Float.parseFloat(words.option("--jpeg", "0"));

        AtomicInteger done = new AtomicInteger();
        long start = System.nanoTime();
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
        System.err.println();
        System.out.println(rooms + " rooms of " + kind.views() + " views in " + folder);
    }
}
