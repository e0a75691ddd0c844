package panst3r.figure;

import java.awt.image.BufferedImage;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import panst3r.PanSt3RException;
import panst3r.Progress;
import panst3r.image.View;
import panst3r.picture.Palette;
import panst3r.picture.PointSample;
import panst3r.picture.ScenePicture;
import panst3r.scene.Box;
import panst3r.scene.Scene;
import panst3r.scene.SceneSegment;
import panst3r.scene.SegmentMask;

/** Every segment cut out of the photo that shows it best, with its class, size and points. */
final class Catalogue implements Layout {
    /** Of them fill about a page. */
    private static final int MOST = 30;

    private static final double NARROWEST = 84;
    private static final double ASPECT = 4 / 3.0;

    /** Around the segment, as a share of its box. */
    private static final double MARGIN = 0.12;

    private final Scene scene;

    Catalogue(Scene scene) {
        this.scene = scene;
        if (scene.panoptic().map(p -> p.segments().isEmpty()).orElse(true)) {
            throw new PanSt3RException("This scene has no segments to make a catalogue of; merge it first.");
        }
    }

    @Override
    public Drawing draw(Sheet sheet, Progress progress) {
        List<PointSample> samples = PointSample.of(scene, Overview.POINTS, sheet.options.seed, progress);
        double least = ScenePicture.displayConfidence(samples);
        List<SceneSegment> all = scene.segments(least);
        List<SceneSegment> shown = largest(all);
        Map<Integer, SegmentMask> best = bestViews();
        Palette palette = Palette.ofSegments(scene, sheet.options.seed);
        Map<Integer, double[][]> points = new Space(scene.cameras()).bySegment(samples, least);

        int columns = Math.max(2, (int) ((sheet.width + Sheet.GAP) / (NARROWEST + Sheet.GAP)));
        double gap = 7;
        double w = (sheet.width - (columns - 1) * gap) / columns;
        double h = w / ASPECT;
        double text = 3.5 + 3 * Style.BODY.pitch();
        double y = Sheet.TOP;
        Map<Integer, Integer> number = new HashMap<>();
        for (int i = 0; i < shown.size(); i++) {
            progress.step("catalogue", i, shown.size());
            SceneSegment s = shown.get(i);
            double x = i % columns * (w + gap);
            double top = y + i / columns * (h + text + 9);
            SegmentMask mask = best.get(s.id());
            BufferedImage crop = crop(mask, palette.colour(s.query()), sheet.pixels(w), sheet.pixels(h));
            String about =
                    s.className() + " in " + scene.view(mask.view()).photo().name();
            sheet.picture(crop, true, x, top, w, h, about);
            sheet.frame(x, top, w, h);
            int ofClass = (int) all.stream().filter(o -> o.label() == s.label()).count();
            String count = ofClass > 1 ? "  " + number.merge(s.label(), 1, Integer::sum) + " of " + ofClass : "";
            double[] size = points.containsKey(s.id()) ? Space.size(points.get(s.id())) : null;
            words(sheet, x, top + h, w, s, count, size, palette.colour(s.query()));
        }
        double bottom = y + ((shown.size() + columns - 1) / columns) * (h + text + 9) - 9;
        return sheet.finish(bottom, "objects", caption(all, shown, least, sheet));
    }

    private void words(
            Sheet sheet, double x, double top, double w, SceneSegment s, String count, double[] size, int rgb) {
        double baseline = top + 3.5 + Style.STRONG.cap();
        sheet.swatch(x, baseline, rgb);
        double room = w - 9 - Style.BODY.width(count);
        String name = Sheet.fit(s.className(), room, Style.STRONG);
        sheet.text(x + 9, baseline, name, Style.STRONG);
        sheet.text(x + 9 + Style.STRONG.width(name), baseline, count, Style.BODY, Style.GREY);
        baseline += Style.BODY.pitch();
        String unit = sheet.options.unit.isBlank() ? "" : " " + sheet.options.unit;
        String dimensions = size == null
                ? "size unknown"
                : Shots.length(size[0]) + " × " + Shots.length(size[1]) + " × " + Shots.length(size[2]) + unit;
        sheet.text(x, baseline, Sheet.fit(dimensions, w, Style.BODY), Style.BODY);
        baseline += Style.BODY.pitch();
        String points =
                Shots.count(s.points(), "point") + ", " + Shots.count(s.views().size(), "photo");
        sheet.text(x, baseline, Sheet.fit(points, w, Style.SMALL), Style.SMALL);
    }

    /** Those of most pixels, by class: the class with most pixels first. */
    private static List<SceneSegment> largest(List<SceneSegment> all) {
        Map<Integer, Long> ofClass = new HashMap<>();
        all.forEach(s -> ofClass.merge(s.label(), s.pixels(), Long::sum));
        return all.stream()
                .sorted(Comparator.comparingLong(SceneSegment::pixels)
                        .reversed()
                        .thenComparingInt(SceneSegment::id))
                .limit(MOST)
                .sorted(Comparator.comparingLong((SceneSegment s) -> -ofClass.get(s.label()))
                        .thenComparingInt(SceneSegment::label)
                        .thenComparingLong(s -> -s.pixels())
                        .thenComparingInt(SceneSegment::id))
                .toList();
    }

    /** By segment, the view that shows most of it; one in which it is cut off counts less. */
    private Map<Integer, SegmentMask> bestViews() {
        Map<Integer, SegmentMask> best = new HashMap<>();
        scene.masks().forEach(m -> best.merge(m.segment(), m, (a, b) -> worth(b) > worth(a) ? b : a));
        return best;
    }

    private double worth(SegmentMask mask) {
        View view = scene.view(mask.view());
        Box box = mask.box();
        boolean cut = box.left() == 0 || box.top() == 0 || box.right() == view.width() || box.bottom() == view.height();
        double share = (double) mask.pixels() / (view.width() * view.height());
        return cut ? 0.5 * share : share;
    }

    /** The segment with some surroundings, which are made pale, and its border in its colour. */
    private BufferedImage crop(SegmentMask mask, int rgb, int width, int height) {
        View view = scene.view(mask.view());
        double[] window = window(mask.box(), view);
        float[] share = smooth(scene.labelMap(mask.view()), view, mask.segment());
        double step = window[2] / width; // working pixels of a pixel drawn
        double border = Math.max(0.8, width / 180.0) * step;
        BufferedImage out = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        IntStream.range(0, height).parallel().forEach(y -> {
            int[] row = new int[width];
            for (int x = 0; x < width; x++) {
                Place at = Place.of(view, window[0] + (x + 0.5) * step - 0.5, window[1] + (y + 0.5) * step - 0.5);
                double inside = at.value(share, 0);
                int photo = at.outside() ? 0xffffff : at.colour(view.pixels());
                int colour = inside >= 0.5 ? photo : Palette.mix(Shots.grey(photo), 0xffffff, 0.62);
                double slope = at.slope(share);
                if (slope > 1e-3 && !at.outside()) {
                    double distance = Math.abs(inside - 0.5) / slope; // to the border, about, in working pixels
                    double ink = Math.max(0, Math.min(1, (border - distance) / step + 0.5));
                    colour = Palette.mix(colour, rgb, ink);
                }
                row[x] = colour;
            }
            out.setRGB(0, y, width, 1, row, 0, width);
        });
        return out;
    }

    /** Left, top, width and height in working pixels, of the shape of a cell, inside the photo where it can be. */
    private static double[] window(Box box, View view) {
        double w = Math.max(12, box.width() * (1 + 2 * MARGIN));
        double h = Math.max(12, box.height() * (1 + 2 * MARGIN));
        if (w < h * ASPECT) {
            w = h * ASPECT;
        } else {
            h = w / ASPECT;
        }
        // no wider than the photo, if the segment allows it
        double shrink = Math.min(1, Math.min(view.width() / w, view.height() / h));
        if (shrink * w >= box.width() && shrink * h >= box.height()) {
            w *= shrink;
            h *= shrink;
        }
        double left = (box.left() + box.right() - w) / 2;
        double top = (box.top() + box.bottom() - h) / 2;
        left = w > view.width() ? (view.width() - w) / 2 : Math.max(0, Math.min(view.width() - w, left));
        top = h > view.height() ? (view.height() - h) / 2 : Math.max(0, Math.min(view.height() - h, top));
        return new double[] {left, top, w, h};
    }

    /** [H, W] how much of each pixel and its neighbours is of the segment, 0…1, so that borders are round. */
    private static float[] smooth(int[] ids, View view, int segment) {
        int w = view.width();
        int h = view.height();
        float[] across = new float[w * h];
        float[] out = new float[w * h];
        for (int i = 0; i < w * h; i++) {
            int x = i % w;
            int left = ids[x > 0 ? i - 1 : i] == segment ? 1 : 0;
            int right = ids[x < w - 1 ? i + 1 : i] == segment ? 1 : 0;
            across[i] = (left + right + (ids[i] == segment ? 2 : 0)) / 4f;
        }
        for (int i = 0; i < w * h; i++) {
            out[i] = (across[i >= w ? i - w : i] + across[i < w * (h - 1) ? i + w : i] + 2 * across[i]) / 4;
        }
        return out;
    }

    /** A place between four pixels. */
    private record Place(int pixel, int width, int pixels, double fx, double fy, boolean outside) {
        static Place of(View view, double x, double y) {
            double cx = Math.max(0, Math.min(view.width() - 1, x));
            double cy = Math.max(0, Math.min(view.height() - 1, y));
            int left = Math.min(view.width() - 2, (int) cx);
            int top = Math.min(view.height() - 2, (int) cy);
            boolean outside = Math.abs(cx - x) > 0.5 || Math.abs(cy - y) > 0.5;
            int pixels = view.width() * view.height();
            return new Place(top * view.width() + left, view.width(), pixels, cx - left, cy - top, outside);
        }

        double value(float[] of, int offset) {
            int i = offset + pixel;
            double upper = of[i] * (1 - fx) + of[i + 1] * fx;
            double lower = of[i + width] * (1 - fx) + of[i + width + 1] * fx;
            return upper * (1 - fy) + lower * fy;
        }

        /** How fast a value changes, per pixel. */
        double slope(float[] of) {
            int i = pixel;
            double dx = (of[i + 1] - of[i]) * (1 - fy) + (of[i + width + 1] - of[i + width]) * fy;
            double dy = (of[i + width] - of[i]) * (1 - fx) + (of[i + width + 1] - of[i + 1]) * fx;
            return Math.hypot(dx, dy);
        }

        int colour(float[] rgb) {
            int out = 0;
            for (int c = 0; c < 3; c++) {
                double level = (value(rgb, c * pixels) + 1) * 127.5;
                out = out << 8 | (int) Math.round(Math.max(0, Math.min(255, level)));
            }
            return out;
        }
    }

    private String caption(List<SceneSegment> all, List<SceneSegment> shown, double least, Sheet sheet) {
        String which = shown.size() == all.size() ? "The " : "The " + shown.size() + " largest of ";
        return which + Shots.count(all.size(), "segment") + " of " + Shots.count(scene.views(), "photo")
                + ", each in the photo that shows most of it whole. Sizes are length × width × height of an upright box"
                + " around the points of confidence " + Shots.length(least)
                + " or more, less the outermost 2 %, in " + Ticks.unit(sheet) + ". Merged by "
                + scene.panoptic().orElseThrow().strategy() + ". Model: " + scene.model() + ".";
    }
}
