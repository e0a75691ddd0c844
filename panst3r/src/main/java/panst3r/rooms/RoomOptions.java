package panst3r.rooms;

import java.util.function.Consumer;

/**
 * What kind of room to make and how to photograph it. Everything not fixed here is drawn from the seed
 * (docs/ground-truth.md lists the distributions).
 *
 * @param views number of photos
 * @param width of every photo in pixels; wider than high is landscape, otherwise portrait
 * @param height of every photo in pixels
 * @param baseline how far apart the views are
 * @param minFurniture least number of pieces that stand on the floor, as far as they find room
 * @param maxFurniture greatest number; the draw is uniform between both
 * @param maxSmallThings things on tables, shelves and the floor, pictures on the walls: 0 … this many
 * @param maxLights 1 … 3 lamps that cast shadows
 * @param noise 1 = sensor noise of a telephone indoors (σ about 1 % of full scale), 0 = none
 * @param minFieldOfView along the longer side of the photo, in degrees
 * @param maxFieldOfView the draw is uniform between both
 */
public record RoomOptions(
        int views,
        int width,
        int height,
        Baseline baseline,
        int minFurniture,
        int maxFurniture,
        int maxSmallThings,
        int maxLights,
        double noise,
        double minFieldOfView,
        double maxFieldOfView) {
    public RoomOptions {
        if (views < 1 || width < 8 || height < 8 || width > 8192 || height > 8192) {
            throw new IllegalArgumentException(views + " views of " + width + "×" + height
                    + " are none that can be made: at least 1, of 8 to 8192 pixels a side.");
        }
        if (minFurniture < 0 || maxFurniture < minFurniture || maxSmallThings < 0 || maxLights < 1 || maxLights > 3) {
            throw new IllegalArgumentException("furniture " + minFurniture + "–" + maxFurniture
                    + ", small things up to " + maxSmallThings + ", lights up to " + maxLights);
        }
        if (!(noise >= 0)
                || !(minFieldOfView >= 20)
                || !(maxFieldOfView >= minFieldOfView)
                || !(maxFieldOfView <= 120)) {
            throw new IllegalArgumentException(
                    "noise " + noise + ", field of view " + minFieldOfView + "–" + maxFieldOfView);
        }
    }

    /** Four views of 224×160, 4–10 pieces of furniture, up to 10 small things, 50–78° field of view. */
    public static RoomOptions defaults() {
        return new RoomOptions(4, 224, 160, Baseline.WIDE, 4, 10, 10, 2, 1, 50, 78);
    }

    public RoomOptions withViews(int count) {
        return with(b -> b.views = count);
    }

    public RoomOptions withSize(int newWidth, int newHeight) {
        return with(b -> {
            b.width = newWidth;
            b.height = newHeight;
        });
    }

    public RoomOptions withBaseline(Baseline newBaseline) {
        return with(b -> b.baseline = newBaseline);
    }

    public RoomOptions withFurniture(int min, int max) {
        return with(b -> {
            b.minFurniture = min;
            b.maxFurniture = max;
        });
    }

    public RoomOptions withMaxSmallThings(int max) {
        return with(b -> b.maxSmallThings = max);
    }

    public RoomOptions withMaxLights(int max) {
        return with(b -> b.maxLights = max);
    }

    public RoomOptions withNoise(double newNoise) {
        return with(b -> b.noise = newNoise);
    }

    public RoomOptions withFieldOfView(double min, double max) {
        return with(b -> {
            b.minFieldOfView = min;
            b.maxFieldOfView = max;
        });
    }

    private RoomOptions with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.options();
    }

    /** A copy that can be changed, so that each of the methods above names only what it changes. */
    private static final class Draft {
        private int views;
        private int width;
        private int height;
        private Baseline baseline;
        private int minFurniture;
        private int maxFurniture;
        private int maxSmallThings;
        private int maxLights;
        private double noise;
        private double minFieldOfView;
        private double maxFieldOfView;

        private Draft(RoomOptions o) {
            views = o.views;
            width = o.width;
            height = o.height;
            baseline = o.baseline;
            minFurniture = o.minFurniture;
            maxFurniture = o.maxFurniture;
            maxSmallThings = o.maxSmallThings;
            maxLights = o.maxLights;
            noise = o.noise;
            minFieldOfView = o.minFieldOfView;
            maxFieldOfView = o.maxFieldOfView;
        }

        private RoomOptions options() {
            return new RoomOptions(
                    views,
                    width,
                    height,
                    baseline,
                    minFurniture,
                    maxFurniture,
                    maxSmallThings,
                    maxLights,
                    noise,
                    minFieldOfView,
                    maxFieldOfView);
        }
    }
}
