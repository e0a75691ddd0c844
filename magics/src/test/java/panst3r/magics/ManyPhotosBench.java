package panst3r.magics;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import panst3r.rooms.GroundTruthFolder;
import panst3r.rooms.RoomOptions;
import panst3r.rooms.Rooms;

/**
 * A notebook of many photos, from the first line to the 3D view: seconds and memory after every line.
 *
 * <pre>{@code
 * mvn -q -pl magics -am test-compile; mvn -q -pl magics exec:exec@many-bench -Dmodel=FILE
 * }</pre>
 *
 * Arguments: MODEL [PHOTOS 200] [KEYFRAMES 20] [FOLDER target/many] [RUNS 0]. The photos are those of five generated
 * rooms, made once; the features of photos lie in the same folder. With RUNS, only so many runs one after the other and
 * their 3D views, to see what stays: resident memory after each line, what of it is the program's own and what are mapped
 * files, the Java heap, and arrays that the model still holds; a last line tells the same after a collection.
 */
public final class ManyPhotosBench {
    private static final int ROOMS = 5;

    private final RecordingBridge bridge = new RecordingBridge();

    private final Session session = PanSt3RMagics.start(bridge);

    public static void main(String[] args) throws Exception {
        Path model = Path.of(args[0]);
        int photos = args.length > 1 ? Integer.parseInt(args[1]) : 200;
        int keyframes = args.length > 2 ? Integer.parseInt(args[2]) : 20;
        Path folder = Path.of(args.length > 3 ? args[3] : "target/many");
        List<String> sources = photos(folder, photos);
        ManyPhotosBench bench = new ManyPhotosBench();
        int runs = args.length > 4 ? Integer.parseInt(args[4]) : 0;
        System.out.printf(
                "%-58s %8s %8s %9s %9s %9s %9s %9s %9s %7s%n",
                "",
                "seconds",
                "cpu",
                "peak GB",
                "now GB",
                "own GB",
                "files GB",
                "heap GB",
                "of it used",
                "output MB",
                "arrays");
        bench.line("cache " + folder.resolve("cache") + " --clear");
        bench.line("model " + model);
        bench.line("open " + String.join(" ", sources) + " --as many");
        for (int i = 0; i < runs; i++) {
            bench.line("run --keyframes " + keyframes * (2 + i % 2) / 2);
            bench.line("plot");
        }
        if (runs > 0) {
            System.gc();
            Thread.sleep(1000); // mappings go after the collection, in a thread of their own
            bench.line("info");
            return;
        }
        bench.line("run --keyframes " + keyframes);
        for (String line : List.of("segments", "masks", "cameras", "points", "plot", "merge --strategy qubo", "plot")) {
            bench.line(line);
        }
        bench.line("run --keyframes " + keyframes);
        bench.line("run --keyframes " + keyframes * 3 / 2);
        bench.line("run --keyframes " + keyframes + " --retrieval");
        bench.line("similarity");
        bench.line("run --keyframes " + keyframes + " --sequence");
        bench.line("save " + folder.resolve("many.scene") + " --overwrite");
        bench.line("cache");
    }

    private void line(String line) throws Exception {
        long start = System.nanoTime();
        long cpu = cpu();
        bridge.shown.clear();
        List<RecordingBridge.Output> outputs =
                bridge.show("panst3r", Words.of(line).toArray(String[]::new));
        double seconds = (System.nanoTime() - start) / 1e9;
        long size = 0;
        for (RecordingBridge.Output output : outputs) {
            for (Object part : output.bundle().values()) {
                size += part.toString().length();
            }
        }
        String shown = line.length() > 56 ? line.substring(0, 53) + "..." : line;
        MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        System.out.printf(
                Locale.ROOT,
                "%-58s %8.1f %8.1f %9.2f %9.2f %9.2f %9.2f %9.2f %10.2f %9.2f %7d%n",
                shown,
                seconds,
                (cpu() - cpu) / 1e9,
                status("VmHWM") / 1e9,
                status("VmRSS") / 1e9,
                status("RssAnon") / 1e9,
                status("RssFile") / 1e9,
                heap.getCommitted() / 1e9,
                heap.getUsed() / 1e9,
                size / 1e6,
                arrays());
        for (RecordingBridge.Output output : outputs) {
            Object text = output.bundle().get("text/plain");
            if (output.displayId() != null || line.startsWith("cache")) {
                System.out.println("    " + text.toString().replace("\n", "\n    "));
            }
        }
    }

    private static long cpu() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    /** Folders of photos, so many altogether. */
    private static List<String> photos(Path folder, int count) throws IOException {
        List<String> sources = new ArrayList<>();
        int views = (count + ROOMS - 1) / ROOMS;
        for (int r = 0; r < ROOMS; r++) {
            Path room = folder.resolve("room-" + r + "-" + views);
            if (!Files.exists(room)) {
                RoomOptions options = RoomOptions.defaults().withViews(views).withSize(256, 192);
                GroundTruthFolder.write(room, Rooms.sample(Rooms.FIRST_TRAINING_SEED + 500_000 + r, options));
            }
            sources.add(room.resolve("photos").toString());
        }
        return sources;
    }

    /** Arrays that belong to the model: its weights, and what a run forgot. */
    private int arrays() {
        Workspace workspace = session.workspace();
        return workspace.hasModel()
                ? workspace.model().network().manager().getManagedArrays().size()
                : 0;
    }

    /** What the system says of this process, in bytes; 0 where it does not tell. */
    private static long status(String name) throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.exists(status)) {
            return 0;
        }
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith(name + ":"))
                .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElse(0);
    }
}
