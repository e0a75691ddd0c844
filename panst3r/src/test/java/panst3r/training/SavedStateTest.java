package panst3r.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import panst3r.Progress;
import panst3r.checkpoint.SafetensorsFile;

/** What is on disk when a training is killed, or the disk is full. {@code -Dpanst3r.kills=N} kills it more often. */
class SavedStateTest {
    private static final int KILLS = Integer.getInteger("panst3r.kills", 3);

    @TempDir
    Path folder;

    @Test
    void aKilledTrainingGoesOnWhereItWasSaved() throws Exception {
        Path killed = folder.resolve("killed");
        long seed = System.nanoTime();
        Random random = new Random(seed);
        long saved = 0;
        for (int i = 0; i < KILLS; i++) {
            saved = Math.max(saved, trainAndKill(killed, random));
            long step = Long.parseLong(
                    SafetensorsFile.open(state(killed)).metadata().get("step"));
            assertThat(step).as("seed %d, kill %d", seed, i).isGreaterThanOrEqualTo(saved);
        }
        long end = trainUntil(killed, 1 + saved);
        Path whole = folder.resolve("whole");
        trainUntil(whole, end);
        // Every step once and in order, and the losses of a run without kills; the last bits are those of one process
        // only.
        List<double[]> rows = log(killed);
        List<double[]> expected = log(whole);
        assertThat(rows).hasSize((int) end).hasSameSizeAs(expected);
        for (int i = 0; i < end; i++) {
            assertThat(rows.get(i)[0]).isEqualTo(i + 1);
            assertThat(rows.get(i)[1]).isCloseTo(expected.get(i)[1], withinPercentage(0.5));
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aFullDiskLeavesTheStateBefore() throws Exception {
        trainUntil(folder, 1);
        byte[] before = Files.readAllBytes(state(folder));
        // No file may grow beyond half of what a state takes: the writes fail as on a full disk.
        Process process = process(folder, before.length / 2);
        String last = "";
        try (BufferedReader out = process.inputReader()) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                last = line;
            }
        }
        assertThat(process.waitFor()).isZero();
        assertThat(last)
                .startsWith(TrainingProcess.FAILED)
                .contains("state.safetensors")
                .contains(before.length + " bytes")
                .endsWith(".");
        assertThat(Files.readAllBytes(state(folder))).isEqualTo(before);
        try (var files = Files.list(folder)) {
            assertThat(files.map(f -> f.getFileName().toString())).noneMatch(name -> name.endsWith(".part"));
        }
        assertThat(trainUntil(folder, 2)).isEqualTo(2);
    }

    /** @return the last step that the process said was saved; the process was then killed while it saved it again */
    private static long trainAndKill(Path folder, Random random) throws Exception {
        Process process = process(folder, 0);
        long step = 0;
        int saves = 1 + random.nextInt(8);
        try (BufferedReader out = process.inputReader()) {
            while (saves > 0) {
                String line = out.readLine();
                assertThat(line).isNotNull();
                if (line.startsWith(TrainingProcess.STEP)) {
                    step = Long.parseLong(line.substring(TrainingProcess.STEP.length()));
                } else if (line.equals(TrainingProcess.SAVING)) {
                    saves--;
                }
            }
            long until = System.nanoTime() + random.nextInt(5_000_000);
            while (System.nanoTime() < until) {
                Thread.onSpinWait(); // a sleep would not be as short
            }
            process.destroyForcibly().waitFor();
        }
        return step;
    }

    private static Process process(Path folder, long largestFile) throws IOException {
        List<String> command = new ArrayList<>();
        if (largestFile > 0) {
            command.addAll(List.of("bash", "-c", "ulimit -f " + largestFile / 1024 + "; exec \"$@\"", "bash"));
        }
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:-UsePerfData",
                "-XX:TieredStopAtLevel=1",
                "-Dai.djl.offline=true",
                "-Djava.awt.headless=true",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                TrainingProcess.class.getName(),
                folder.toString()));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static long trainUntil(Path folder, long step) {
        try (Trainer trainer = TrainingProcess.trainer(folder)) {
            trainer.run(TrainingProcess::room, Math.max(step, trainer.step()), Progress.SILENT);
            return trainer.step();
        }
    }

    private static Path state(Path folder) {
        return folder.resolve("state.safetensors");
    }

    /** Step and loss. */
    private static List<double[]> log(Path folder) throws IOException {
        return Files.readAllLines(folder.resolve("log.csv")).stream()
                .skip(1)
                .map(line -> line.split(","))
                .map(cells -> new double[] {Double.parseDouble(cells[0]), Double.parseDouble(cells[1])})
                .toList();
    }
}
