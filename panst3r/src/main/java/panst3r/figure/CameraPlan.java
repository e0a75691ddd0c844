package panst3r.figure;

import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import panst3r.Progress;
import panst3r.picture.ColourBy;
import panst3r.picture.Colouring;
import panst3r.picture.Palette;
import panst3r.picture.PointSample;
import panst3r.picture.Renderer;
import panst3r.picture.ScenePicture;
import panst3r.picture.ViewImage;
import panst3r.picture.Viewpoint;
import panst3r.scene.Camera;
import panst3r.scene.Scene;
import panst3r.scene.SceneSegment;

/** The scene from above with its cameras, a scale bar and the cameras' photos. */
final class CameraPlan implements Layout {
    /** So far away, in sizes of the scene, that its picture is as good as parallel. */
    private static final double FAR = 2000;

    /** How much of the way to white the points are paled, so that the cameras stand out. */
    private static final double PALE = 0.3;

    private static final int MOST_PHOTOS = 12;
    private static final int MOST_NAMES = 14;
    private static final double TALLEST = 1.15;

    private final Scene scene;

    CameraPlan(Scene scene) {
        this.scene = scene;
    }

    /** The part of the level plane that is shown, and where. */
    private record Frame(double left, double near, double wide, double deep, double x, double y, double w, double h) {
        double x(double right) {
            return x + (right - left) / wide * w;
        }

        double y(double ahead) {
            return y + h - (ahead - near) / deep * h;
        }

        double perUnit() {
            return w / wide;
        }

        boolean holds(double px, double py, double margin) {
            return px >= x + margin && px <= x + w - margin && py >= y + margin && py <= y + h - margin;
        }
    }

    @Override
    public Drawing draw(Sheet sheet, Progress progress) {
        List<PointSample> samples = PointSample.of(scene, Overview.POINTS, sheet.options.seed, progress);
        double least = ScenePicture.displayConfidence(samples);
        Space space = new Space(scene.cameras());
        double cut = cutHeight(space, samples, least);
        List<PointSample> below = below(samples, space, cut);

        double w = 0.64 * sheet.width;
        double top = sheet.panel(0, Sheet.TOP, w, 'a', "Plan");
        Frame frame = frame(space, below, least, top, w);
        ground(sheet, frame, below, least, space, cut, progress);
        List<Rectangle2D> taken = new ArrayList<>();
        cameras(sheet, frame, space, taken);
        names(sheet, frame, space, below, least, taken);
        double bottom = scaleBar(sheet, frame);

        double x = w + Sheet.SPACE;
        double from = sheet.panel(x, Sheet.TOP, sheet.width - x, 'b', "Photos");
        double photosEnd = photos(sheet, x, from, sheet.width - x);
        return sheet.finish(Math.max(bottom, photosEnd), "cameras", caption(least));
    }

    // ---- what is seen from above ----

    /** Just above the highest camera: what is above, such as a ceiling, would hide all else. */
    private double cutHeight(Space space, List<PointSample> samples, double least) {
        double highest = scene.cameras().stream()
                .mapToDouble(c -> space.of(c.position())[2])
                .max()
                .orElseThrow();
        double[] heights = coordinates(space, samples, least, 2);
        double range = heights.length == 0 ? 1 : heights[(int) (0.95 * (heights.length - 1))] - heights[0];
        return highest + 0.02 * Math.abs(range);
    }

    /** Sorted values of some of the points along an axis of the space. */
    private static double[] coordinates(Space space, List<PointSample> samples, double least, int axis) {
        int step = 1 + samples.stream().mapToInt(PointSample::size).sum() / 100_000;
        return samples.stream()
                .flatMapToDouble(s -> IntStream.range(0, s.size() / step)
                        .map(i -> i * step)
                        .filter(i -> s.confidence()[i] >= least)
                        .mapToDouble(i -> space.of(s.xyz()[3 * i], s.xyz()[3 * i + 1], s.xyz()[3 * i + 2])[axis]))
                .sorted()
                .toArray();
    }

    /** The same points, those above the cut without confidence, so that they are not drawn. */
    private static List<PointSample> below(List<PointSample> samples, Space space, double cut) {
        return samples.stream()
                .map(s -> s.hiding(i -> space.of(s.xyz()[3 * i], s.xyz()[3 * i + 1], s.xyz()[3 * i + 2])[2] > cut))
                .toList();
    }

    /** Around all cameras and nearly all points. */
    private Frame frame(Space space, List<PointSample> below, double least, double top, double w) {
        double[] low = new double[2];
        double[] high = new double[2];
        for (int axis = 0; axis < 2; axis++) {
            int a = axis;
            double[] values = coordinates(space, below, least, axis);
            double[] eyes = scene.cameras().stream()
                    .mapToDouble(c -> space.of(c.position())[a])
                    .sorted()
                    .toArray();
            low[axis] = eyes[0];
            high[axis] = eyes[eyes.length - 1];
            if (values.length > 0) {
                low[axis] = Math.min(low[axis], values[values.length / 200]);
                high[axis] = Math.max(high[axis], values[values.length - 1 - values.length / 200]);
            }
        }
        double margin = 0.05 * Math.max(1e-6, Math.max(high[0] - low[0], high[1] - low[1]));
        double wide = high[0] - low[0] + 2 * margin;
        double deep = high[1] - low[1] + 2 * margin;
        double h = Math.max(0.6, Math.min(TALLEST, deep / wide)) * w;
        double scale = Math.min(w / wide, h / deep);
        double left = (low[0] + high[0]) / 2 - w / scale / 2;
        double near = (low[1] + high[1]) / 2 - h / scale / 2;
        return new Frame(left, near, w / scale, h / scale, 0, top, w, h);
    }

    private void ground(
            Sheet sheet,
            Frame frame,
            List<PointSample> below,
            double least,
            Space space,
            double cut,
            Progress progress) {
        double away = FAR * Math.max(frame.wide(), frame.deep());
        double right = frame.left() + frame.wide() / 2;
        double ahead = frame.near() + frame.deep() / 2;
        Viewpoint above = new Viewpoint(
                space.world(right, ahead, cut + away),
                space.world(right, ahead, cut),
                space.ahead,
                Math.toDegrees(2 * Math.atan(frame.deep() / 2 / away)));
        Renderer renderer = new Renderer(sheet.pixels(frame.w()), sheet.pixels(frame.h()), above);
        Colouring photo = new Colouring(scene, below, ColourBy.PHOTO, 0, sheet.options.seed);
        below.forEach(s -> renderer.points(scene, s, photo, Math.max(least, 1e-6), 1));
        BufferedImage drawn = renderer.draw(0xffffffff, progress);
        BufferedImage image = new BufferedImage(drawn.getWidth(), drawn.getHeight(), BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                image.setRGB(x, y, Palette.mix(drawn.getRGB(x, y) & 0xffffff, 0xffffff, PALE));
            }
        }
        sheet.picture(image, true, frame.x(), frame.y(), frame.w(), frame.h(), "The scene from above");
        sheet.frame(frame.x(), frame.y(), frame.w(), frame.h());
    }

    // ---- cameras ----

    private void cameras(Sheet sheet, Frame frame, Space space, List<Rectangle2D> taken) {
        Path2D path = new Path2D.Double();
        List<double[]> eyes = new ArrayList<>();
        for (Camera camera : scene.cameras()) {
            double[] p = space.of(camera.position());
            double[] eye = {frame.x(p[0]), frame.y(p[1])};
            eyes.add(eye);
            if (eyes.size() == 1) {
                path.moveTo(eye[0], eye[1]);
            } else {
                path.lineTo(eye[0], eye[1]);
            }
        }
        sheet.dashed(path, Style.GREY, 0.6, 2);
        for (Camera camera : scene.cameras()) {
            wedge(sheet, space, camera, eyes.get(camera.index()));
            double[] e = eyes.get(camera.index());
            taken.add(new Rectangle2D.Double(e[0] - 3, e[1] - 3, 6, 6));
        }
        for (Camera camera : scene.cameras()) {
            badge(sheet, frame, space, camera, eyes, taken);
        }
    }

    private static double[] heading(Space space, Camera camera) {
        double[] r = camera.rotation();
        double[] d = space.of(r[2], r[5], r[8]);
        double length = Math.hypot(d[0], d[1]);
        return length < 1e-3 ? new double[] {0, -1} : new double[] {d[0] / length, -d[1] / length};
    }

    /** What the camera sees to its left and right: filled if it is a keyframe. */
    private static void wedge(Sheet sheet, Space space, Camera camera, double[] eye) {
        double size = 13;
        double half = camera.focal() > 0 ? Math.min(1.2, camera.width() / 2.0 / camera.focal()) : 0.5;
        double[] d = heading(space, camera);
        Path2D wedge = new Path2D.Double();
        wedge.moveTo(eye[0], eye[1]);
        wedge.lineTo(eye[0] + size * (d[0] - half * d[1]), eye[1] + size * (d[1] + half * d[0]));
        wedge.lineTo(eye[0] + size * (d[0] + half * d[1]), eye[1] + size * (d[1] - half * d[0]));
        wedge.closePath();
        int rgb = Palette.ofView(camera.index());
        sheet.shape(wedge, camera.keyframe() ? rgb : 0xffffff, 0x303030, 0.6);
        if (!camera.keyframe()) {
            sheet.outline(wedge, rgb, 1.2);
        }
    }

    /** The number of a camera behind it, or where there is room, with a thread to the camera. */
    private static void badge(
            Sheet sheet, Frame frame, Space space, Camera camera, List<double[]> eyes, List<Rectangle2D> taken) {
        double[] eye = eyes.get(camera.index());
        double[] d = heading(space, camera);
        double behind = Math.atan2(-d[1], -d[0]);
        for (double distance : new double[] {8, 14, 20, 27, 35}) {
            for (double turn : new double[] {0, 0.6, -0.6, 1.2, -1.2, 1.9, -1.9, 2.6, -2.6}) {
                double x = eye[0] + distance * Math.cos(behind + turn);
                double y = eye[1] + distance * Math.sin(behind + turn);
                Rectangle2D place = new Rectangle2D.Double(x - 5.4, y - 5.4, 10.8, 10.8);
                boolean free = frame.holds(x, y, 7) && taken.stream().noneMatch(place::intersects);
                if (free || distance == 35 && turn == -2.6) {
                    taken.add(place);
                    sheet.line(eye[0], eye[1], x, y, Style.GREY, 0.6);
                    sheet.badge(x, y, String.valueOf(camera.index()), Palette.ofView(camera.index()));
                    return;
                }
            }
        }
    }

    // ---- names, scale, photos ----

    /** Of the largest things that are seen from above, where there is room; what fills the whole plan has no place. */
    private void names(
            Sheet sheet, Frame frame, Space space, List<PointSample> below, double least, List<Rectangle2D> taken) {
        Map<Integer, double[][]> points = space.bySegment(below, Math.max(least, 1e-6));
        List<SceneSegment> segments = scene.segments(least).stream()
                .filter(s -> points.containsKey(s.id()))
                .sorted(Comparator.comparingLong(SceneSegment::points)
                        .reversed()
                        .thenComparingInt(SceneSegment::id))
                .toList();
        int named = 0;
        for (SceneSegment s : segments) {
            double[] right = middle(points.get(s.id())[0]);
            double[] ahead = middle(points.get(s.id())[1]);
            boolean everywhere = right[1] > 0.6 * frame.wide() || ahead[1] > 0.6 * frame.deep();
            if (everywhere || named == MOST_NAMES) {
                continue;
            }
            String name = Sheet.fit(s.className(), 60, Style.BODY);
            double half = Style.BODY.width(name) / 2 + 1.5;
            double x = frame.x(right[0]);
            double y = frame.y(ahead[0]);
            Rectangle2D place = new Rectangle2D.Double(x - half, y - 4.5, 2 * half, 9);
            boolean inside = frame.holds(x - half, y, 3) && frame.holds(x + half, y, 6);
            if (inside && taken.stream().noneMatch(place::intersects)) {
                taken.add(place);
                sheet.box(place.getX(), place.getY(), place.getWidth(), place.getHeight(), 0xffffff);
                sheet.centred(x, y + Style.BODY.cap() / 2, name, Style.BODY);
                named++;
            }
        }
    }

    /** The middle value, and how far all but the outermost fiftieth on each side reach. */
    private static double[] middle(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int cut = sorted.length / 50;
        return new double[] {sorted[sorted.length / 2], sorted[sorted.length - 1 - cut] - sorted[cut]};
    }

    private static double scaleBar(Sheet sheet, Frame frame) {
        double length = Ticks.step(frame.wide() * 0.45, 2);
        double w = length * frame.perUnit();
        double y = frame.y() + frame.h() + 8;
        int parts = 2;
        for (int i = 0; i < parts; i++) {
            sheet.shape(
                    new Rectangle2D.Double(w * i / parts, y, w / parts, 3),
                    i % 2 == 0 ? Style.INK : 0xffffff,
                    Style.INK,
                    0.5);
        }
        String unit =
                sheet.options.unit.isBlank() ? length == 1 ? " scene unit" : " scene units" : " " + sheet.options.unit;
        sheet.text(w + 5, y + 3.8, Ticks.label(length, length) + unit, Style.BODY);
        return y + 5;
    }

    private double photos(Sheet sheet, double x, double top, double room) {
        int columns = 2;
        int n = Math.min(MOST_PHOTOS, scene.views());
        double w = (room - Sheet.GAP) / columns;
        double h = scene.cameras().stream()
                .limit(n)
                .mapToDouble(c -> w / Shots.aspect(c.view()))
                .min()
                .orElse(w);
        double text = 2 * Style.SMALL.pitch() + 4;
        for (int i = 0; i < n; i++) {
            Camera camera = scene.cameras().get(i);
            double left = x + i % columns * (w + Sheet.GAP);
            double y = top + i / columns * (h + text + 3);
            double wide = Math.min(w, h * Shots.aspect(camera.view()));
            String name = camera.photo().name();
            sheet.picture(ViewImage.photo(camera.view()), true, left, y, wide, h, "Photo " + name);
            sheet.badge(left + 6.5, y + 6.5, String.valueOf(i), Palette.ofView(i));
            double end = sheet.lines(left, y + h + 3, List.of(Sheet.fit(name, w, Style.SMALL)), Style.SMALL);
            String lens = camera.focal() > 0
                    ? "f = " + Math.round(camera.photoIntrinsics()[0]) + " px"
                    : "focal length unknown";
            sheet.lines(left, end, List.of(Sheet.fit(lens, w, Style.SMALL)), Style.SMALL);
        }
        double end = top + ((n + columns - 1) / columns) * (h + text + 3);
        if (n < scene.views()) {
            sheet.text(x, end + Style.SMALL.cap(), "and " + (scene.views() - n) + " more", Style.SMALL);
            end += Style.SMALL.pitch();
        }
        return end;
    }

    private String caption(double least) {
        long keyframes = scene.cameras().stream().filter(Camera::keyframe).count();
        String which = keyframes == scene.views()
                ? "all of them keyframes"
                : Shots.count(keyframes, "keyframe") + " filled, the others hollow";
        return "(a) " + Shots.count(scene.views(), "camera") + " from above, " + which
                + ", in the order of the photos along the dashed line; points of confidence " + Shots.length(least)
                + " or more, those above the highest camera left out. (b) Their photos, with the focal length in"
                + " pixels of the photo. Model: " + scene.model() + ".";
    }
}
