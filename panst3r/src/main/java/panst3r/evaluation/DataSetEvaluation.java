package panst3r.evaluation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import panst3r.CancelledException;
import panst3r.PanSt3RException;
import panst3r.Progress;
import panst3r.dataset.DataScene;
import panst3r.dataset.DataSet;
import panst3r.metrics.GroundTruth;
import panst3r.rooms.SceneTruth;
import panst3r.scene.Scene;

/**
 * Measures the scenes of a data set one after the other. What is measured is on disk at once: {@code scenes.csv}, {@code
 * classes.csv} and {@code views.csv} in the folder of results, where a scene that is listed in the first is done. So the
 * same call goes on after an interruption. A scene that fails costs its row and one sentence.
 */
public final class DataSetEvaluation {
    private static final String SETTINGS = "settings.txt";

    private final Predictor predictor;
    private final String described;
    private int photos = Integer.MAX_VALUE;
    private boolean leaveOutRare = true;

    /** @param described the predictor in words; other words are another evaluation */
    public DataSetEvaluation(Predictor predictor, String described) {
        this.predictor = predictor;
        this.described = described;
    }

    /** Takes at most so many photos of each scene, evenly spaced. */
    public DataSetEvaluation photos(int most) {
        if (most < 1) {
            throw new PanSt3RException("At least one photo of a scene must be taken, not " + most + ".");
        }
        photos = most;
        return this;
    }

    /** Whether rare classes stay out of the means, which is the default. */
    public DataSetEvaluation leaveOutRare(boolean yes) {
        leaveOutRare = yes;
        return this;
    }

    /**
     * Measures what is not measured yet.
     *
     * @param folder of the results; made if it is not there
     * @param overwrite whether to begin anew
     * @throws PanSt3RException if the folder holds results of other settings
     * @throws CancelledException if the thread was interrupted; what was measured stays
     */
    public DataSetReport run(DataSet set, Path folder, boolean overwrite, Progress progress) {
        Path place = set.folder().toAbsolutePath().normalize();
        String name = place.getFileName().toString();
        String settings = described + ", photos of a scene "
                + (photos == Integer.MAX_VALUE ? "all" : "at most " + photos)
                + (leaveOutRare ? "" : ", rare classes counted");
        DataSetReport report = new DataSetReport(
                name,
                set.kind(),
                settings,
                new ResultTable(
                        "scenes",
                        List.of("scene", DataSetReport.ERROR),
                        Stream.concat(Stream.of("photos", "seconds"), SceneNumbers.ALL.keySet().stream())
                                .toList()),
                new ResultTable("classes", List.of("scene", "class"), SceneNumbers.CLASS_COLUMNS),
                new ResultTable("views", List.of("scene", "file"), List.copyOf(SceneNumbers.VIEWS.keySet())));
        begin(report, folder, place + "\n" + settings + "\n", overwrite);
        Set<String> done = new HashSet<>();
        report.scenes().rows().forEach(r -> done.add(r.texts().get(0)));
        int total = set.scenes().size();
        Set<String> warned = new HashSet<>();
        for (int i = 0; i < total; i++) {
            progress.step("scenes of " + name, i, total);
            DataScene scene = set.scenes().get(i);
            if (!done.contains(scene.name())) {
                add(report, scene, inner(progress, "scenes of " + name, i, total, warned));
                // the row of the scene last: what stands there is complete
                report.classes().write(folder.resolve("classes.csv"));
                report.views().write(folder.resolve("views.csv"));
                report.scenes().write(folder.resolve("scenes.csv"));
            }
        }
        progress.step("scenes of " + name, total, total);
        return report;
    }

    /** Reads what is there; scenes that failed are tried again. */
    private static void begin(DataSetReport report, Path folder, String settings, boolean overwrite) {
        Path file = folder.resolve(SETTINGS);
        try {
            Files.createDirectories(folder);
            if (overwrite || !Files.exists(file)) {
                for (String old : List.of("scenes.csv", "classes.csv", "views.csv")) {
                    Files.deleteIfExists(folder.resolve(old));
                }
                Files.writeString(file, settings);
                return;
            }
            String before = Files.readString(file);
            if (!before.equals(settings)) {
                throw new PanSt3RException(folder + " holds an evaluation of other settings (“"
                        + before.strip().replace("\n", ": ") + "”, not “"
                        + settings.strip().replace("\n", ": ")
                        + "”); name another --out, or say --overwrite to begin anew.");
            }
        } catch (IOException e) {
            throw new PanSt3RException(folder + " cannot be used for results (" + e + ").", e);
        }
        if (Files.exists(folder.resolve("scenes.csv"))) {
            report.scenes().read(folder.resolve("scenes.csv"));
            report.scenes().removeIf(r -> !r.texts().get(1).isEmpty());
            Set<String> done = new HashSet<>();
            report.scenes().rows().forEach(r -> done.add(r.texts().get(0)));
            for (ResultTable table : List.of(report.classes(), report.views())) {
                table.read(folder.resolve(table.name() + ".csv"));
                table.removeIf(r -> !done.contains(r.texts().get(0)));
            }
        }
    }

    private void add(DataSetReport report, DataScene scene, Progress progress) {
        long start = System.nanoTime();
        String error = "";
        Map<String, Double> numbers = new LinkedHashMap<>();
        try {
            SceneEvaluation measured = measure(scene, progress);
            SceneNumbers.ALL.forEach((column, value) -> numbers.put(column, value.applyAsDouble(measured)));
            numbers.put("photos", (double) measured.views().size());
            SceneNumbers.classes(measured)
                    .forEach((of, values) -> report.classes().add(List.of(scene.name(), of), values));
            for (ViewEvaluation view : measured.views()) {
                Map<String, Double> values = new LinkedHashMap<>();
                SceneNumbers.VIEWS.forEach((column, value) -> values.put(column, value.applyAsDouble(view)));
                report.views().add(List.of(scene.name(), view.name()), values);
            }
        } catch (CancelledException e) {
            throw e;
        } catch (OutOfMemoryError e) {
            error = "Java's heap is full; take fewer photos of each scene, or a larger -Xmx.";
        } catch (RuntimeException e) {
            error = e instanceof PanSt3RException ? e.getMessage() : "This should not happen: " + e;
        }
        if (!error.isEmpty()) {
            progress.warn(error);
        }
        numbers.put("seconds", (System.nanoTime() - start) / 1e9);
        report.scenes().add(List.of(scene.name(), error), numbers);
    }

    private SceneEvaluation measure(DataScene scene, Progress progress) {
        SceneTruth truth = scene.truth();
        List<Path> files = evenly(scene.photos(), photos);
        Scene predicted = predictor.predict(files, truth, progress);
        return SceneEvaluation.of(GroundTruth.of(truth, predicted), predicted, leaveOutRare, progress);
    }

    /** The first, the last, and between them as even as can be. */
    static <T> List<T> evenly(List<T> all, int most) {
        if (all.size() <= most) {
            return all;
        }
        TreeSet<Integer> chosen = new TreeSet<>();
        for (int i = 0; i < most; i++) {
            chosen.add(most == 1 ? 0 : (int) Math.round(i * (all.size() - 1.0) / (most - 1)));
        }
        List<T> out = new ArrayList<>();
        chosen.forEach(i -> out.add(all.get(i)));
        return out;
    }

    /** What is done within a scene; each warning is said once. */
    private static Progress inner(Progress outer, String stage, int done, int total, Set<String> warned) {
        return new Progress() {
            @Override
            public void update(String ofScene, int doneOfScene, int totalOfScene) {
                outer.within(stage, done, total, ofScene, doneOfScene, totalOfScene);
            }

            @Override
            public void warn(String message) {
                if (warned.add(message)) {
                    outer.warn(message);
                }
            }
        };
    }
}
