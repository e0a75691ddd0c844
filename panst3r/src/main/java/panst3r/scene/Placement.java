package panst3r.scene;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Where a scene stands in another world than the network's: x ↦ scale·rotation·x + translation. Cameras that are known may
 * take the places of predicted ones; the points of such a view are its local pointmap, in this scale, moved by the known
 * camera.
 *
 * @param scale units of the other world in one of the network's, the same for all views
 * @param rotation [3, 3] row-major, determinant +1
 * @param translation [3]
 * @param known one a view, null where the predicted camera stays; empty if all stay
 * @param unit of length, as shown after numbers
 * @param note one line for the user: whose world this is
 */
public record Placement(
        double scale, double[] rotation, double[] translation, List<KnownCamera> known, String unit, String note) {
    /**
     * A camera that did not come from the network.
     *
     * @param focal length in working pixels
     * @param cameraToWorld [4, 4] row-major rigid motion; both frames have x right, y down, z forward
     */
    public record KnownCamera(double focal, double[] cameraToWorld) {}

    public Placement {
        known = Collections.unmodifiableList(new ArrayList<>(known)); // holds nulls
    }

    /** The camera that takes the place of a view's, or null. */
    public KnownCamera known(int view) {
        return known.isEmpty() ? null : known.get(view);
    }

    /** A predicted camera in this world. */
    double[] moved(double[] cameraToWorld) {
        double[] out = new double[16];
        double[] m = cameraToWorld;
        for (int r = 0; r < 3; r++) {
            for (int c = 0; c < 4; c++) {
                for (int k = 0; k < 3; k++) {
                    out[4 * r + c] += rotation[3 * r + k] * m[4 * k + c];
                }
            }
            out[4 * r + 3] = scale * out[4 * r + 3] + translation[r];
        }
        out[15] = 1;
        return out;
    }

    /** A point in this world, in place. */
    void move(float[] xyz) {
        double x = scale * xyz[0];
        double y = scale * xyz[1];
        double z = scale * xyz[2];
        for (int r = 0; r < 3; r++) {
            xyz[r] = (float) (rotation[3 * r] * x + rotation[3 * r + 1] * y + rotation[3 * r + 2] * z + translation[r]);
        }
    }

    /** Whether it fits a scene of so many views, and means what it says. */
    boolean fits(int views) {
        boolean fits = scale > 0
                && scale < Double.POSITIVE_INFINITY
                && finite(rotation, 9)
                && finite(translation, 3)
                && (known.isEmpty() || known.size() == views)
                && unit != null
                && note != null;
        for (KnownCamera camera : known) {
            fits = fits && (camera == null || camera.focal() > 0 && finite(camera.cameraToWorld(), 16));
        }
        return fits;
    }

    private static boolean finite(double[] values, int length) {
        boolean finite = values != null && values.length == length;
        for (int i = 0; finite && i < length; i++) {
            finite = Double.isFinite(values[i]);
        }
        return finite;
    }
}
