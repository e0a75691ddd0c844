package panst3r.magics;

import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import panst3r.PanSt3RException;
import panst3r.Progress;
import panst3r.export.ExportFormat;
import panst3r.export.ExportTarget;
import panst3r.magics.tables.ParquetFile;
import panst3r.magics.tables.Tables;
import panst3r.magics.viewer.ViewerOptions;
import panst3r.scene.Scene;
import tech.tablesaw.api.Table;
import tech.tablesaw.io.csv.CsvWriteOptions;

/** One export of a command: a format of the library, or one of those that only a notebook has, viewer and tables. */
final class Export {
    private static final List<String> OWN = List.of("html", "csv", "parquet");
    private static final List<String> TABLES = List.of("cameras", "segments", "masks", "points");

    /** For a viewer whose number of points was asked for: no more than a browser can take. */
    private static final long LARGE = 400_000_000;

    private final String format;

    private Export(String format) {
        this.format = format;
    }

    /** All formats, as users write them. */
    static List<String> formats() {
        List<String> out = new ArrayList<>(
                Arrays.stream(ExportFormat.values()).map(ExportFormat::id).toList());
        out.addAll(OWN);
        return out;
    }

    /**
     * @param format one of {@link #formats}, or null to tell by the name of the file
     * @throws PanSt3RException if there is no such format, or the name does not tell
     */
    static Export of(String format, Path place) {
        if (format != null) {
            String wanted = format.toLowerCase(Locale.ROOT);
            if (!formats().contains(wanted)) {
                throw new PanSt3RException(
                        "There is no format “" + format + "”; there is " + String.join(", ", formats()) + ".");
            }
            return new Export(wanted);
        }
        String name = String.valueOf(place.getFileName()).toLowerCase(Locale.ROOT);
        String extension = name.substring(name.lastIndexOf('.') + 1);
        return new Export(ExportFormat.ofFile(place)
                .map(ExportFormat::id)
                .or(() -> OWN.stream().filter(extension::equals).findFirst())
                .orElseThrow(() -> new PanSt3RException("The name " + place.getFileName()
                        + " does not tell a format; end it in .ply, .glb, .html, .csv or .parquet, or say --format with one of "
                        + String.join(", ", formats()) + ".")));
    }

    /** @param viewer what a page shows beside the scene */
    void write(
            Scene scene,
            String name,
            Path place,
            ExportChoice choice,
            UnaryOperator<ViewerOptions> viewer,
            Progress progress) {
        boolean overwrite = choice.options().overwrite();
        if (format.equals("html")) {
            ExportTarget.file(place, overwrite, target -> {
                long bytes = choice.points() == null ? 0 : LARGE;
                UnaryOperator<ViewerOptions> limits = Plot.limits(choice.points(), bytes);
                byte[] page = Plot.of(scene, name, o -> viewer.apply(limits.apply(o)), null, progress)
                        .document()
                        .getBytes(StandardCharsets.UTF_8);
                target.expect(page.length);
                try (OutputStream out = target.create()) {
                    out.write(page);
                }
            });
        } else if (!OWN.contains(format)) {
            ExportFormat.named(format).export(scene, place, choice.options().withPoints(choice.query(scene)), progress);
        } else if (place.getFileName().toString().toLowerCase(Locale.ROOT).endsWith("." + format)) {
            ExportTarget.file(place, overwrite, target -> {
                try (OutputStream out = target.create()) {
                    write(table(scene, tableOf(place, choice), choice, progress), out);
                }
            });
        } else {
            ExportTarget.folder(place, overwrite, target -> {
                for (String table : TABLES) {
                    boolean segmented = scene.panoptic().isPresent();
                    if (segmented || !table.equals("segments") && !table.equals("masks")) {
                        try (OutputStream out = target.create(table + "." + format)) {
                            write(table(scene, table, choice, progress), out);
                        }
                    }
                }
            });
        }
    }

    private static String tableOf(Path file, ExportChoice choice) {
        String stem =
                file.getFileName().toString().replaceFirst("\\.[^.]*$", "").toLowerCase(Locale.ROOT);
        String table = choice.table() == null ? stem : choice.table().toLowerCase(Locale.ROOT);
        if (!TABLES.contains(table)) {
            throw new PanSt3RException("There is no table “" + table + "”; name the file after one of "
                    + String.join(", ", TABLES) + ", or say --table with one of them.");
        }
        return table;
    }

    private static Table table(Scene scene, String name, ExportChoice choice, Progress progress) {
        progress.step(name, TABLES.indexOf(name), TABLES.size());
        return switch (name) {
            case "cameras" -> Tables.cameras(scene);
            case "segments" -> Tables.segments(Workspace.segmented(scene));
            case "masks" -> Tables.masks(Workspace.segmented(scene));
            default -> Tables.points(scene, choice.query(scene), null, progress);
        };
    }

    private void write(Table table, OutputStream out) throws IOException {
        if (format.equals("parquet")) {
            ParquetFile.write(table, out);
            return;
        }
        // not closed here: its owner does, and hears of what fails
        Writer text = new OutputStreamWriter(out, StandardCharsets.UTF_8);
        try {
            table.write()
                    .usingOptions(CsvWriteOptions.builder(text)
                            .ignoreLeadingWhitespaces(false)
                            .ignoreTrailingWhitespaces(false)
                            .lineEnd("\n")
                            .build());
        } catch (RuntimeException e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof IOException disk) {
                    throw disk; // Tablesaw's writer hides it
                }
            }
            throw e;
        }
        text.flush();
    }
}
