package panst3r.scene;

/**
 * Points of a scene, one array a property, by view, row and column. The arrays are the cloud's own and must not be
 * written.
 */
public final class PointCloud {
    /** Value of {@link #label} where a point has no class. */
    public static final int NO_LABEL = -1;

    private final int size;
    private final float[] xyz;
    private final byte[] rgb;
    private final float[] confidence;
    private final short[] view;
    private final short[] row;
    private final short[] column;
    private final int[] segment;
    private final short[] label;

    PointCloud(
            float[] xyz,
            byte[] rgb,
            float[] confidence,
            short[] view,
            short[] row,
            short[] column,
            int[] segment,
            short[] label) {
        this.size = confidence.length;
        this.xyz = xyz;
        this.rgb = rgb;
        this.confidence = confidence;
        this.view = view;
        this.row = row;
        this.column = column;
        this.segment = segment;
        this.label = label;
    }

    /** Number of points, N. */
    public int size() {
        return size;
    }

    /** [N, 3] world coordinates: x right, y down, z forward from the first keyframe's camera, in the network's scale. */
    public float[] xyz() {
        return xyz;
    }

    /** [N, 3] colour, each byte unsigned. */
    public byte[] rgb() {
        return rgb;
    }

    /** [N] above 1. */
    public float[] confidence() {
        return confidence;
    }

    /** [N] index of the view. */
    public short[] view() {
        return view;
    }

    /** [N] row in the view's working pixels. */
    public short[] row() {
        return row;
    }

    /** [N] column in the view's working pixels. */
    public short[] column() {
        return column;
    }

    /** [N] segment id; 0 for void, and everywhere while the scene is not merged. */
    public int[] segment() {
        return segment;
    }

    /** [N] index of the segment's class; {@link #NO_LABEL} where the segment is 0. */
    public short[] label() {
        return label;
    }
}
