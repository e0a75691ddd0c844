package panst3r.rooms;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import panst3r.PanSt3RException;

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
    private static final Set<String> OPTIONS = Set.of("--rooms", "--seed", "--views", "--size", "--baseline", "--jpeg");

    private WriteRooms() {}

    public static void main(String[] args) {
        try {
            write(args);
        } catch (PanSt3RException e) {
            System.err.println(e.getMessage());
            System.exit(1);
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            System.err.println(e.getMessage());
            System.err.println(USAGE);
            System.exit(2);
        }
    }

    private static void write(String[] args) {
        Path folder = Path.of(args[0]);
        Map<String, String> options = new LinkedHashMap<>();
        for (int i = 1; i < args.length; i += 2) {
            if (!OPTIONS.contains(args[i])) {
                throw new IllegalArgumentException("There is no option " + args[i] + ".");
            }
            options.put(args[i], args[i + 1]);
        }
        int rooms = Integer.parseInt(options.getOrDefault("--rooms", "100"));
        long first = Long.parseLong(options.getOrDefault("--seed", Long.toString(Rooms.FIRST_TRAINING_SEED)));
        String[] size = options.getOrDefault("--size", "224x160").split("x");
        RoomOptions kind = RoomOptions.defaults()
                .withViews(Integer.parseInt(options.getOrDefault("--views", "4")))
                .withSize(Integer.parseInt(size[0]), Integer.parseInt(size[1]))
                .withBaseline(Baseline.valueOf(
                        options.getOrDefault("--baseline", "wide").toUpperCase(Locale.ROOT)));
        float quality = Float.parseFloat(options.getOrDefault("--jpeg", "0"));

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
