package panst3r.figure;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import panst3r.Progress;
import panst3r.merge.Panoptic;
import panst3r.merge.Segment;
import panst3r.picture.ColourBy;
import panst3r.picture.Colouring;
import panst3r.picture.Palette;
import panst3r.picture.PointSample;
import panst3r.picture.ScenePicture;
import panst3r.picture.ViewImage;
import panst3r.scene.Scene;

/** Photos, their segments and depths in rows; below, the scene in 3D and the legend. */
final class Overview implements Layout {
    /** Share of the photo that segment colours cover: more than in the viewer, where it can be changed. */
    static final double BLEND = 0.72;

    /** More points are not seen in print. */
    static final int POINTS = 3_000_000;

    private static final double LABEL = 13;
    private static final double NARROWEST_PHOTO = 76;
    private static final int MOST_PHOTOS = 6;
    private static final double TALLEST_ROW = 150;
    private static final int MOST_SWATCHES = 6;

    private final Scene scene;

    Overview(Scene scene) {
        this.scene = scene;
    }

    @Override
    public Drawing draw(Sheet sheet, Progress progress) {
        long seed = sheet.options.seed;
        List<PointSample> samples = PointSample.of(scene, POINTS, seed, progress);
        boolean segmented = scene.panoptic().isPresent();
        Colouring colours = new Colouring(scene, samples, ColourBy.SEGMENT, 1, seed);
        int fitting = (int) ((sheet.width - LABEL + Sheet.GAP) / (NARROWEST_PHOTO + Sheet.GAP));
        List<Integer> views = Shots.chosen(scene, sheet.options.views, Math.max(1, Math.min(MOST_PHOTOS, fitting)));

        double y = names(sheet, views);
        char letter = 'a';
        y = row(sheet, y, letter++, "Photos", views, v -> ViewImage.photo(scene.view(v)), true);
        if (segmented) {
            y = row(sheet, y, letter++, "Segments", views, v -> ViewImage.segments(scene, v, colours, BLEND), true);
        }
        y = row(sheet, y, letter++, "Depth", views, v -> ViewImage.depth(scene, v, colours), false);
        double deepest = Colouring.deepest(scene, samples);
        y = depthScale(sheet, y + 3, colours, deepest) + Sheet.SPACE;

        double bottom = y + space(sheet, y, letter, samples, progress);
        return sheet.finish(bottom, "overview", caption(views, samples, segmented, letter));
    }

    // ---- the rows ----

    private interface Image {
        BufferedImage of(int view);
    }

    private double rowHeight(Sheet sheet, List<Integer> views) {
        double aspects =
                views.stream().mapToDouble(v -> Shots.aspect(scene.view(v))).sum();
        double room = sheet.width - LABEL - Sheet.GAP * (views.size() - 1);
        return Math.min(TALLEST_ROW, room / aspects);
    }

    private double names(Sheet sheet, List<Integer> views) {
        double height = rowHeight(sheet, views);
        double x = LABEL;
        for (int v : views) {
            double w = height * Shots.aspect(scene.view(v));
            String name = Sheet.fit(scene.view(v).photo().name(), w, Style.SMALL);
            sheet.centred(x + w / 2, Sheet.TOP + Style.SMALL.cap(), name, Style.SMALL);
            x += w + Sheet.GAP;
        }
        return Sheet.TOP + Style.SMALL.cap() + 3;
    }

    private double row(
            Sheet sheet, double y, char letter, String label, List<Integer> views, Image image, boolean photo) {
        double height = rowHeight(sheet, views);
        sheet.text(0, y + Style.LETTER.cap(), String.valueOf(letter), Style.LETTER);
        sheet.upward(Style.HEADING.cap() + 0.5, y + height / 2 + 4, label, Style.HEADING);
        double x = LABEL;
        for (int v : views) {
            double w = height * Shots.aspect(scene.view(v));
            String about = label + " of " + scene.view(v).photo().name();
            sheet.picture(image.of(v), photo, x, y, w, height, about);
            x += w + Sheet.GAP;
        }
        return y + height + Sheet.GAP;
    }

    /** A bar from near to far, at the right. */
    private double depthScale(Sheet sheet, double top, Colouring colours, double deepest) {
        double w = Math.min(150, sheet.width / 2);
        double h = 5;
        double x = sheet.width - w;
        int steps = 64;
        for (int i = 0; i < steps; i++) {
            // each to the end of the bar, so that no seam shows between them
            double from = w * i / steps;
            sheet.box(x + from, top, w - from, h, colours.ofDepth(deepest * (i + 0.5) / steps));
        }
        double step = Ticks.step(deepest, 4);
        double baseline = top + h + 2 + Style.SMALL.cap();
        for (int i = 0; i * step <= deepest * 1.0001; i++) {
            double at = x + w * i * step / deepest;
            sheet.line(at, top + h, at, top + h + 1.8, Style.GREY, 0.5);
            String text = Ticks.label(i * step, step);
            double half = Style.SMALL.width(text) / 2;
            sheet.text(Math.min(at - half, sheet.width - 2 * half), baseline + 0.8, text, Style.SMALL);
        }
        sheet.right(x - 5, top + h, "Depth, " + Ticks.unit(sheet), Style.SMALL);
        return baseline + 1;
    }

    // ---- the scene in 3D, and the legend ----

    private double space(Sheet sheet, double top, char letter, List<PointSample> samples, Progress progress) {
        boolean segmented = scene.panoptic().isPresent();
        double w = segmented ? 0.66 * sheet.width : sheet.width;
        double h = (segmented ? 0.68 : 0.5) * w;
        double y = sheet.panel(0, top, w, letter, "Scene in 3D");
        ScenePicture picture =
                ScenePicture.of(scene, samples, sheet.options.seed).blend(BLEND);
        if (sheet.options.viewpoint != null) {
            picture = picture.from(sheet.options.viewpoint);
        }
        double lineWidth = 0.7 / 72 * sheet.options.dpi;
        BufferedImage drawn = picture.draw(sheet.pixels(w), sheet.pixels(h), 0xffffffff, lineWidth, progress);
        sheet.picture(drawn, false, 0, y, w, h, "All points of the scene in 3D");
        sheet.frame(0, y, w, h);
        if (segmented) {
            double x = w + Sheet.SPACE;
            double from = sheet.panel(x, top, sheet.width - x, (char) (letter + 1), "Classes");
            legend(sheet, x, from + 2, sheet.width - x, h - 2);
        }
        return y + h - top;
    }

    private void legend(Sheet sheet, double x, double top, double room, double height) {
        Map<Integer, List<Segment>> classes = classes();
        Palette palette = Palette.ofSegments(scene, sheet.options.seed);
        double pitch = 11.5;
        int capacity = (int) (height / pitch);
        int columns = classes.size() > capacity && room > 130 ? 2 : 1;
        double columnWidth = (room - (columns - 1) * 8) / columns;
        int shown = Math.min(classes.size(), columns * capacity - (classes.size() > columns * capacity ? 1 : 0));
        int at = 0;
        for (Map.Entry<Integer, List<Segment>> e : classes.entrySet()) {
            double left = x + at / capacity * (columnWidth + 8);
            double baseline = top + at % capacity * pitch + Style.BODY.cap();
            if (at++ == shown) {
                sheet.text(left, baseline, "and " + (classes.size() - shown) + " more classes", Style.BODY, Style.GREY);
                return;
            }
            List<Segment> segments = e.getValue();
            int swatches = columns == 2 ? 1 : Math.min(MOST_SWATCHES, segments.size());
            for (int i = 0; i < swatches; i++) {
                sheet.swatch(
                        left + 7.5 * i, baseline, palette.colour(segments.get(i).query()));
            }
            double textX = left + (columns == 2 ? 9 : 7.5 * Math.min(MOST_SWATCHES, most(classes)) + 3);
            String number = segments.size() > 1 ? " ×" + segments.size() : "";
            double wide = Style.BODY.width(number);
            String name = Sheet.fit(scene.classNames().get(e.getKey()), left + columnWidth - textX - wide, Style.BODY);
            sheet.text(textX, baseline, name, Style.BODY);
            sheet.text(textX + Style.BODY.width(name), baseline, number, Style.BODY, Style.GREY);
        }
    }

    private static int most(Map<Integer, List<Segment>> classes) {
        return classes.values().stream().mapToInt(List::size).max().orElse(0);
    }

    /** Segments by class, classes and segments in them by their pixels, the largest first. */
    private Map<Integer, List<Segment>> classes() {
        Map<Integer, List<Segment>> byLabel = new LinkedHashMap<>();
        scene.panoptic().map(Panoptic::segments).orElse(List.of()).stream()
                .sorted(Comparator.comparingLong(Segment::area).reversed().thenComparingInt(Segment::id))
                .forEach(s -> byLabel.computeIfAbsent(s.label(), l -> new ArrayList<>())
                        .add(s));
        Map<Integer, List<Segment>> out = new LinkedHashMap<>();
        byLabel.entrySet().stream()
                .sorted(Comparator.comparingLong((Map.Entry<Integer, List<Segment>> e) ->
                                -e.getValue().stream().mapToLong(Segment::area).sum())
                        .thenComparing(Map.Entry::getKey))
                .forEach(e -> out.put(e.getKey(), e.getValue()));
        return out;
    }

    private String caption(List<Integer> views, List<PointSample> samples, boolean segmented, char space) {
        StringBuilder out = new StringBuilder();
        out.append("(a) ")
                .append(views.size() == scene.views() ? "The " : views.size() + " of ")
                .append(Shots.count(scene.views(), "photo"))
                .append("; ");
        if (segmented) {
            out.append("(b) segments, a colour each; ");
        }
        long points = samples.stream().mapToLong(PointSample::of).sum();
        out.append('(').append((char) (space - 1)).append(") depth. ");
        out.append('(').append(space).append(String.format(Locale.ROOT, ") %,d points", points));
        double least = ScenePicture.displayConfidence(samples);
        out.append(String.format(
                Locale.ROOT, ", those of confidence %s or more shown, and the cameras", Shots.length(least)));
        if (segmented) {
            Panoptic p = scene.panoptic().orElseThrow();
            long void0 = p.ids().stream()
                    .mapToLong(ids -> Arrays.stream(ids).filter(id -> id == 0).count())
                    .sum();
            long all = p.ids().stream().mapToLong(ids -> ids.length).sum();
            out.append("; (")
                    .append((char) (space + 1))
                    .append(") classes, largest first, with a square for each segment. ");
            out.append(Shots.count(p.segments().size(), "segment"))
                    .append(" of ")
                    .append(Shots.count(classes().size(), "class", "classes"));
            out.append(" cover ")
                    .append(Shots.percent(1 - (double) void0 / all))
                    .append(" of the pixels (");
            out.append(p.strategy()).append(")");
        }
        return out.append(". Model: ").append(scene.model()).append('.').toString();
    }
}
