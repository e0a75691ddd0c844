package panst3r.magics;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import panst3r.PanSt3RException;
import panst3r.Progress;
import panst3r.UserCache;
import panst3r.checkpoint.ClassTable;
import panst3r.checkpoint.PanopticConfig.TextEncoder;
import panst3r.text.TextModel;
import panst3r.text.Vocabulary;

/** Embeddings of what a user names: those that the model has, else a text encoder's. */
final class OwnClasses {
    /** Names of the model's own classes that a text encoder is tried on. */
    private static final int TRIED = 3;

    /** The cosine of two embeddings of one name by one encoder, rounding allowed for. */
    private static final double SAME = 0.99;

    private OwnClasses() {}

    /**
     * @param folder of a text encoder, or null for the one named last
     * @throws PanSt3RException if some name is none of the model's and there is no text encoder that fits it
     */
    static ClassTable embeddings(
            Workspace workspace, Model model, Vocabulary wanted, String folder, Progress progress) {
        if (!model.network().hasMasks()) {
            throw new PanSt3RException("This model gives geometry only, without classes; choose a PanSt3R checkpoint.");
        }
        if (folder != null) {
            workspace.text(fitting(model, Words.path(folder)));
        }
        ClassTable given = model.given().orElseGet(() -> new ClassTable(List.of(), width(model), new float[0]));
        TextModel text = workspace.text();
        if (text == null || known(wanted, given)) {
            return wanted.in(given);
        }
        checkFits(model, text);
        model.trained().ifPresent(table -> checkSameSpace(text, table));
        return text.embed(wanted, progress);
    }

    private static boolean known(Vocabulary wanted, ClassTable table) {
        Set<String> names = table.names().stream()
                .map(n -> n.strip().toLowerCase(Locale.ROOT))
                .collect(Collectors.toSet());
        return wanted.names().stream().allMatch(n -> names.contains(n.toLowerCase(Locale.ROOT)));
    }

    private static TextModel fitting(Model model, Path folder) {
        TextModel text = TextModel.open(folder)
                .cache(UserCache.folder().map(f -> f.resolve("text")).orElse(null));
        try {
            checkFits(model, text);
            return text;
        } catch (PanSt3RException e) {
            text.close();
            throw e;
        }
    }

    private static void checkFits(Model model, TextModel text) {
        TextEncoder wanted = model.network().config().panoptic().orElseThrow().textEncoder();
        if (text.kind() != wanted || text.width() != width(model)) {
            throw new PanSt3RException("The text encoder " + text + " gives embeddings of width " + text.width()
                    + ", but this model was trained with those of "
                    + wanted.name().toLowerCase(Locale.ROOT)
                    + ", of width " + width(model) + ".");
        }
    }

    /** A model trained on made-up embeddings knows its own names only. */
    private static void checkSameSpace(TextModel text, ClassTable table) {
        List<String> names = table.names().subList(0, Math.min(TRIED, table.size()));
        ClassTable tried = text.embed(new Vocabulary(names), Progress.SILENT);
        for (int i = 0; i < names.size(); i++) {
            if (cosine(tried, table, i) < SAME) {
                throw new PanSt3RException("This model was not trained with the text encoder " + text
                        + ", so it can look for its own classes only: " + String.join(", ", table.names()) + ".");
            }
        }
    }

    private static double cosine(ClassTable a, ClassTable b, int row) {
        double[] sums = new double[3];
        IntStream.range(row * a.width(), (row + 1) * a.width()).forEach(i -> {
            sums[0] += a.embeddings()[i] * b.embeddings()[i];
            sums[1] += a.embeddings()[i] * a.embeddings()[i];
            sums[2] += b.embeddings()[i] * b.embeddings()[i];
        });
        return sums[0] / Math.sqrt(sums[1] * sums[2]);
    }

    private static int width(Model model) {
        return model.network().config().panoptic().orElseThrow().textEncoder().width();
    }
}
