package panst3r.rooms;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Locale;

/** Times the making of samples on one thread: {@code java -cp … panst3r.rooms.RoomBench [SAMPLES]}. */
final class RoomBench {
    private RoomBench() {}

    public static void main(String[] args) {
        int samples = args.length > 0 ? Integer.parseInt(args[0]) : 100;
        RoomOptions options = RoomOptions.defaults();
        for (int i = 0; i < 60; i++) { // the compiler warms up
            Rooms.sample(Rooms.FIRST_HELD_OUT_SEED + i, options);
        }
        var threads = ManagementFactory.getThreadMXBean();
        double[] wall = new double[samples];
        double[] cpu = new double[samples];
        double scene = 0;
        for (int i = 0; i < samples; i++) {
            long seed = Rooms.FIRST_HELD_OUT_SEED + 100 + i;
            long startCpu = threads.getCurrentThreadCpuTime();
            long start = System.nanoTime();
            Rooms.cameras(Rooms.room(seed, options), options);
            scene += (System.nanoTime() - start) / 1e6 / samples;
            startCpu = threads.getCurrentThreadCpuTime();
            start = System.nanoTime();
            Rooms.sample(seed, options);
            wall[i] = (System.nanoTime() - start) / 1e6;
            cpu[i] = (threads.getCurrentThreadCpuTime() - startCpu) / 1e6;
        }
        System.out.printf(
                Locale.ROOT,
                "%d rooms, %d views of %d×%d, one thread: CPU %.1f ms a room (median %.1f, worst %.1f),"
                        + " wall %.1f ms (median %.1f); of it the room and its cameras %.1f ms%n",
                samples,
                options.views(),
                options.width(),
                options.height(),
                Arrays.stream(cpu).average().orElse(0),
                median(cpu),
                Arrays.stream(cpu).max().orElse(0),
                Arrays.stream(wall).average().orElse(0),
                median(wall),
                scene);
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
