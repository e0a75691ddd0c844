package panst3r.evaluation;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import panst3r.PanSt3RException;
import panst3r.Progress;
import panst3r.checkpoint.Checkpoint;
import panst3r.checkpoint.ClassTable;
import panst3r.dataset.DataSet;
import panst3r.merge.Merge;
import panst3r.model.PanSt3R;
import panst3r.rooms.RoomCategory;
import panst3r.rooms.SceneTruth;
import panst3r.text.TextModel;
import panst3r.text.Vocabulary;

/**
 * Measures a checkpoint on data sets from the command line; the same command goes on after an interruption.
 *
 * <pre>{@code
 * java -cp … panst3r.evaluation.Evaluate MODEL DATASET… [--out evaluation] [--text FOLDER [--vocabulary NAME]]
 *     [--photos N] [--keyframes K] [--refine N] [--batch B] [--merge STRATEGY] [--size S] [--split test|train|all]
 * }</pre>
 *
 * With a text encoder the classes are those of each data set, or of a vocabulary; without, the checkpoint's own.
 */
public final class Evaluate {
    private static final Set<String> OPTIONS = Set.of(
            "--out",
            "--text",
            "--vocabulary",
            "--photos",
            "--keyframes",
            "--refine",
            "--batch",
            "--merge",
            "--size",
            "--split");

    private Evaluate() {}

    public static void main(String[] args) {
        try {
            System.out.print(run(Arrays.asList(args)));
        } catch (PanSt3RException e) {
            System.err.println(e.getMessage());
            System.exit(1);
        } catch (NumberFormatException e) {
            System.err.println("That is not a whole number (" + e.getMessage() + ").");
            System.exit(2);
        }
    }

    static String run(List<String> args) {
        Map<String, String> options = new LinkedHashMap<>();
        List<String> places = new ArrayList<>();
        for (int i = 0; i < args.size(); i++) {
            if (!args.get(i).startsWith("--")) {
                places.add(args.get(i));
            } else if (OPTIONS.contains(args.get(i)) && i + 1 < args.size()) {
                options.put(args.get(i), args.get(++i));
            } else {
                throw new PanSt3RException("There is no option " + args.get(i) + ", or it lacks its value; there are "
                        + String.join(", ", OPTIONS.stream().sorted().toList()) + ".");
            }
        }
        if (places.size() < 2) {
            throw new PanSt3RException("Name a checkpoint and then at least one data set.");
        }
        Path file = Path.of(places.get(0));
        Optional<ClassTable> own;
        try (Checkpoint checkpoint = Checkpoint.open(file)) {
            own = checkpoint.classes();
        }
        DataSet.Split split = split(options.getOrDefault("--split", "test"));
        try (PanSt3R model = PanSt3R.load(file, Progress.SILENT);
                TextModel text =
                        options.containsKey("--text") ? TextModel.open(Path.of(options.get("--text"))) : null) {
            String wanted = options.get("--vocabulary");
            Function<SceneTruth, Optional<ClassTable>> classes = text == null
                    ? truth -> own
                    : truth -> Optional.of(
                            text.embed(wanted == null ? vocabulary(truth) : Vocabulary.of(wanted), Progress.SILENT));
            NetworkPredictor predictor = new NetworkPredictor(model, classes);
            Map<String, Consumer<String>> settings = Map.of(
                    "--keyframes", k -> predictor.keyframes(Integer.parseInt(k)),
                    "--refine", n -> predictor.refinements(Integer.parseInt(n)),
                    "--batch", b -> predictor.batch(Integer.parseInt(b)),
                    "--merge", strategy -> predictor.strategy(Merge.parse(strategy)),
                    "--size", s -> predictor.size(Integer.parseInt(s)));
            settings.forEach((option, set) -> {
                if (options.containsKey(option)) {
                    set.accept(options.get(option));
                }
            });
            DataSetEvaluation evaluation = new DataSetEvaluation(
                    predictor,
                    file.getFileName() + ", classes "
                            + (text == null ? "the checkpoint's own" : wanted == null ? "the data set's" : wanted)
                            + ", "
                            + predictor.describe() + ", photos for "
                            + split.toString().toLowerCase(Locale.ROOT));
            if (options.containsKey("--photos")) {
                evaluation.photos(Integer.parseInt(options.get("--photos")));
            }
            List<DataSetReport> reports = new ArrayList<>();
            for (String place : places.subList(1, places.size())) {
                DataSet set = DataSet.open(Path.of(place), split);
                Path out = Path.of(options.getOrDefault("--out", "evaluation"))
                        .resolve(set.folder().toAbsolutePath().normalize().getFileName());
                reports.add(evaluation.run(set, out, false, new Terminal()));
            }
            StringBuilder said = new StringBuilder(
                    SummaryTable.of(file.getFileName().toString(), reports).toString());
            for (DataSetReport report : reports) {
                if (report.failed() > 0) {
                    said.append(
                            report.failed() + " of " + report.scenes().rows().size() + " scenes of " + report.name()
                                    + " could not be measured; the column “error” of its scenes.csv says why.\n");
                }
            }
            return said.toString();
        }
    }

    /** The classes of a data set, as a vocabulary. */
    public static Vocabulary vocabulary(SceneTruth truth) {
        return new Vocabulary(truth.classes().stream().map(RoomCategory::name).toList());
    }

    /** {@code test}, {@code train} or {@code all}. */
    public static DataSet.Split split(String word) {
        return Arrays.stream(DataSet.Split.values())
                .filter(s -> s.toString().equalsIgnoreCase(word))
                .findFirst()
                .orElseThrow(() -> new PanSt3RException("A split is test, train or all, not “" + word + "”."));
    }

    private static final class Terminal implements Progress {
        private String last = "";

        @Override
        public void update(String stage, int done, int total) {
            String line = stage + ", " + done + " of " + total;
            if (!line.equals(last)) {
                System.err.println(line);
                last = line;
            }
        }

        @Override
        public void warn(String message) {
            System.err.println(message);
        }
    }
}
