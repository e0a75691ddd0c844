package panst3r.rooms;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Locale;

/** Times the making of samples on one thread: {@code java -cp … panst3r.rooms.RoomBench [ROOMS]}. */
final class RoomBench {
    private RoomBench() {}

    public static void main(String[] args) {
        int rooms = args.length > 0 ? Integer.parseInt(args[0]) : 40;
        int rounds = 5;
        RoomOptions options = RoomOptions.defaults();
        double[] least = new double[rooms];
        Arrays.fill(least, Double.MAX_VALUE);
        double cpu = 0;
        double wall = 0;
        double scene = 0;
        for (int round = -1; round < rounds; round++) { // in round −1 the compiler warms up
            for (int i = 0; i < rooms; i++) {
                long seed = Rooms.FIRST_HELD_OUT_SEED + i;
                long start = System.nanoTime();
                double startCpu = cpuMillis();
                Room room = Rooms.room(seed, options);
                Rooms.cameras(room, options);
                double made = cpuMillis();
                Rooms.sample(seed, options);
                if (round >= 0) {
                    double spent = cpuMillis() - made;
                    least[i] = Math.min(least[i], spent);
                    cpu += spent;
                    scene += made - startCpu;
                    wall += (System.nanoTime() - start) / 1e6 * spent / (cpuMillis() - startCpu);
                }
            }
        }
        double n = rooms * rounds;
        System.out.printf(
                Locale.ROOT,
                "%d rooms, %d times, %d views of %d×%d, one thread: CPU %.1f ms a room (least disturbed round of each: "
                        + "%.1f, worst room %.1f), wall about %.1f ms; the room and its cameras take %.1f ms of it%n",
                rooms,
                rounds,
                options.views(),
                options.width(),
                options.height(),
                cpu / n,
                Arrays.stream(least).average().orElse(0),
                Arrays.stream(least).max().orElse(0),
                wall / n,
                scene / n);
    }

    private static double cpuMillis() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() / 1e6;
    }
}
