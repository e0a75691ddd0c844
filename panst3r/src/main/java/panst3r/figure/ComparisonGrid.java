package panst3r.figure;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import panst3r.PanSt3RException;
import panst3r.Progress;
import panst3r.image.View;
import panst3r.merge.Comparison;
import panst3r.merge.Segment;
import panst3r.metrics.GroundTruth;
import panst3r.picture.ColourBy;
import panst3r.picture.Colouring;
import panst3r.picture.Palette;
import panst3r.picture.ViewImage;
import panst3r.scene.Scene;

/** Strategies in columns, photos in rows; at the right, where they differ. */
final class ComparisonGrid implements Layout {
    private static final double NARROWEST = 60;
    private static final double LABEL = 9;
    private static final int MOST_ROWS = 6;
    private static final double TALLEST = 560;

    /** From one strategy that differs to all of them. */
    private static final int FEW = 0xfdae6b;

    private static final int ALL = 0x8c2d04;

    private final Scene scene;
    private final Comparison comparison;
    private final Optional<GroundTruth> truth;

    ComparisonGrid(Scene scene, Comparison comparison, Optional<GroundTruth> truth) {
        this.scene = scene;
        this.comparison = comparison;
        this.truth = truth;
        if (comparison.entries().size() < 2) {
            throw new PanSt3RException("A comparison needs two strategies or more.");
        }
    }

    @Override
    public Drawing draw(Sheet sheet, Progress progress) {
        List<Comparison.Entry> entries = comparison.entries();
        int columns = entries.size() + 2;
        double w = (sheet.width - LABEL - (columns - 1) * Sheet.GAP) / columns;
        if (w < NARROWEST) {
            int most = (int) ((sheet.width - LABEL + Sheet.GAP) / (NARROWEST + Sheet.GAP)) - 2;
            throw new PanSt3RException(entries.size() + " strategies do not fit side by side, at most " + most
                    + " at this width; compare fewer or make the figure wider.");
        }
        List<Scene> merged = entries.stream().map(e -> scene.with(e.panoptic())).toList();
        List<Integer> views = views(sheet, w);
        double y = heads(sheet, w);
        List<int[]> disagreement = comparison.disagreement();
        for (int r = 0; r < views.size(); r++) {
            progress.step("figure", r, views.size());
            View view = scene.view(views.get(r));
            double h = w / Shots.aspect(view);
            String name = view.photo().name();
            sheet.upward(Style.SMALL.cap(), y + h / 2, Sheet.fit(name, h, Style.SMALL), Style.SMALL);
            sheet.picture(ViewImage.photo(view), true, LABEL, y, w, h, name);
            for (int i = 0; i < entries.size(); i++) {
                Colouring colours = new Colouring(merged.get(i), List.of(), ColourBy.SEGMENT, 1, sheet.options.seed);
                BufferedImage image = ViewImage.segments(merged.get(i), views.get(r), colours, Overview.BLEND);
                sheet.picture(
                        image, true, column(i + 1, w), y, w, h, entries.get(i).strategy() + ", " + name);
            }
            BufferedImage differences = differences(view, disagreement.get(views.get(r)));
            sheet.picture(differences, true, column(columns - 1, w), y, w, h, "Differences, " + name);
            y += h + Sheet.GAP;
        }
        y = legends(sheet, y + 4, merged.get(0));
        return sheet.finish(y, "comparison", caption(views));
    }

    private static double column(int i, double w) {
        return LABEL + i * (w + Sheet.GAP);
    }

    /** As many as make a page. */
    private List<Integer> views(Sheet sheet, double w) {
        double h = 0;
        for (int v = 0; v < scene.views(); v++) {
            h = Math.max(h, w / Shots.aspect(scene.view(v)));
        }
        int most = Math.max(1, Math.min(MOST_ROWS, (int) (TALLEST / (h + Sheet.GAP))));
        return Shots.chosen(scene, sheet.options.views, most);
    }

    /** Names of the columns, with the numbers of each strategy. */
    private double heads(Sheet sheet, double w) {
        List<Comparison.Entry> entries = comparison.entries();
        List<List<String>> names = new ArrayList<>();
        names.add(List.of("Photo"));
        // A strategy's words come one a line: its name, then the options that were changed.
        entries.forEach(e -> names.add(Sheet.wrap(e.strategy(), w, Style.STRONG, 3)));
        names.add(List.of("Differences"));
        int lines = names.stream().mapToInt(List::size).max().orElse(1);
        double numbers = Sheet.TOP + lines * Style.STRONG.pitch() + 1;
        double end = numbers;
        for (int i = 0; i < names.size(); i++) {
            sheet.lines(column(i, w), Sheet.TOP, names.get(i), Style.STRONG);
            if (i > 0 && i <= entries.size()) {
                end = Math.max(end, sheet.lines(column(i, w), numbers, numbers(i - 1), Style.SMALL));
            }
        }
        return end + 2;
    }

    private List<String> numbers(int i) {
        Comparison.Entry e = comparison.entries().get(i);
        List<String> out = new ArrayList<>();
        out.add(Shots.count(e.segments(), "segment"));
        out.add(Shots.percent((double) e.covered() / e.pixels()) + " covered");
        if (i > 0) {
            out.add(Shots.percent((double) e.differing() / e.pixels()) + " differ");
        }
        truth.ifPresent(t -> out.add(String.format(
                Locale.ROOT, "PQ %.1f", 100 * t.quality(e.panoptic()).all().pq())));
        return out;
    }

    /** The photo made pale and grey, coloured where strategies say another query than the first. */
    private BufferedImage differences(View view, int[] counts) {
        BufferedImage photo = ViewImage.photo(view);
        BufferedImage out = new BufferedImage(view.width(), view.height(), BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < view.height(); y++) {
            for (int x = 0; x < view.width(); x++) {
                int grey = Palette.mix(Shots.grey(photo.getRGB(x, y)), 0xffffff, 0.45);
                int n = counts[y * view.width() + x];
                out.setRGB(x, y, n == 0 ? grey : Palette.mix(grey, difference(n), 0.85));
            }
        }
        return out;
    }

    private int difference(int n) {
        int others = comparison.entries().size() - 1;
        return Palette.mix(FEW, ALL, others == 1 ? 0.5 : (n - 1.0) / (others - 1));
    }

    private double legends(Sheet sheet, double top, Scene first) {
        Palette palette = Palette.ofSegments(first, sheet.options.seed);
        List<Sheet.Key> segments = first.panoptic().orElseThrow().segments().stream()
                .sorted(Comparator.comparingLong(Segment::area).reversed().thenComparingInt(Segment::id))
                .map(s -> new Sheet.Key(
                        palette.colour(s.query()), scene.classNames().get(s.label())))
                .toList();
        double y = sheet.legend(0, top, sheet.width, segments, 2, "segments");
        int others = comparison.entries().size() - 1;
        List<Sheet.Key> keys = new ArrayList<>();
        for (int n = 1; n <= others; n++) {
            String what = others == 1 ? "differs from " : n + " of " + others + " differ from ";
            keys.add(new Sheet.Key(
                    difference(n), what + comparison.entries().get(0).strategy()));
        }
        return sheet.legend(0, y + 3, sheet.width, keys, 2, "numbers");
    }

    private String caption(List<Integer> views) {
        List<Comparison.Entry> entries = comparison.entries();
        return Shots.count(entries.size(), "way") + " to merge the masks of one prediction, in "
                + (views.size() == scene.views() ? "all " : views.size() + " of ")
                + Shots.count(scene.views(), "photo")
                + ". The same colour is the same query in all columns; the legend names the segments of "
                + entries.get(0).strategy() + ", the largest first. Percentages are of the pixels of all photos; those"
                + " that differ belong to another query than in the first column."
                + truth.map(t -> " PQ is the panoptic quality against the ground truth of " + t.name() + ".")
                        .orElse("")
                + " Model: " + scene.model() + ".";
    }
}
