package panst3r.image;

import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import panst3r.PanSt3RException;

/**
 * A size at which the network works, and the choice of one for a photo (inference.md, "Loading an image", step 3).
 *
 * @param width W, in pixels
 * @param height H, in pixels
 */
public record WorkingSize(int width, int height) {
    /** By model size: landscape sizes by growing aspect ratio. */
    private static final SortedMap<Integer, List<WorkingSize>> TABLE = new TreeMap<>();

    static {
        TABLE.put(224, sizes(224, 224));
        TABLE.put(256, sizes(256, 256, 192, 160, 144, 128)); // of this project's own small model
        TABLE.put(336, sizes(336, 336));
        TABLE.put(384, sizes(384, 288, 256, 192, 128));
        TABLE.put(448, sizes(448, 448));
        TABLE.put(512, sizes(512, 384, 336, 288, 256, 160));
        TABLE.put(768, sizes(768, 576, 512, 432, 384, 240));
    }

    /**
     * The landscape sizes of a model, by growing aspect ratio; portrait photos use them transposed.
     *
     * @throws PanSt3RException if no model has this size
     */
    public static List<WorkingSize> table(int modelSize) {
        List<WorkingSize> sizes = TABLE.get(modelSize);
        if (sizes == null) {
            throw new PanSt3RException("There are no working sizes for model size " + modelSize + "; choose one of "
                    + TABLE.keySet() + ".");
        }
        return sizes;
    }

    /**
     * The working size of a photo: the photo's own if it is in the table in either orientation, else the one of nearest
     * aspect ratio, transposed for a portrait photo.
     *
     * @throws PanSt3RException if no model has this size
     */
    public static WorkingSize of(int modelSize, int photoWidth, int photoHeight) {
        return nearest(table(modelSize), photoWidth, photoHeight);
    }

    /** The choice among any landscape sizes; the first wins a tie. */
    public static WorkingSize nearest(List<WorkingSize> sizes, int photoWidth, int photoHeight) {
        WorkingSize own = new WorkingSize(photoWidth, photoHeight);
        if (sizes.contains(own) || sizes.contains(own.transposed())) {
            return own;
        }
        boolean portrait = photoWidth < photoHeight;
        WorkingSize best = null;
        double least = Double.POSITIVE_INFINITY;
        for (WorkingSize s : sizes) {
            // Inverting the ratio, not the fraction, rounds as the reference does.
            double distance = Math.abs((portrait ? 1 / s.ratio() : s.ratio()) - own.ratio());
            if (distance < least) {
                least = distance;
                best = s;
            }
        }
        return portrait ? best.transposed() : best;
    }

    /** Width / height. */
    public double ratio() {
        return (double) width / height;
    }

    public WorkingSize transposed() {
        return new WorkingSize(height, width);
    }

    @Override
    public String toString() {
        return width + "×" + height;
    }

    private static List<WorkingSize> sizes(int width, int... heights) {
        return Arrays.stream(heights).mapToObj(h -> new WorkingSize(width, h)).toList();
    }
}
