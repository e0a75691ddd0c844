package panst3r.image;

/**
 * Which part of a photo a view shows: a centred crop of the upright photo, resized to a working size (inference.md,
 * "Loading an image", step 4).
 *
 * <p>Matrices are 3×3 row-major and take continuous pixel coordinates, in which pixel (column, row) covers the square
 * from (column, row) to (column + 1, row + 1): the centre of the first pixel is at (0.5, 0.5).
 *
 * @param photoWidth of the upright photo
 * @param photoHeight of the upright photo
 * @param x first photo column of the crop
 * @param y first photo row of the crop
 * @param cropWidth photo columns
 * @param cropHeight photo rows
 * @param size what the crop is resized to
 */
public record Framing(int photoWidth, int photoHeight, int x, int y, int cropWidth, int cropHeight, WorkingSize size) {
    /** Aspect ratios nearer to each other than this are the same (a float32 epsilon). */
    private static final double SAME_RATIO = 1.2e-7;

    /** How a model of this size frames a photo of these dimensions. */
    public static Framing of(int modelSize, int photoWidth, int photoHeight) {
        return of(WorkingSize.of(modelSize, photoWidth, photoHeight), photoWidth, photoHeight);
    }

    /** The largest centred part of the photo that has the aspect ratio of {@code size}. */
    public static Framing of(WorkingSize size, int photoWidth, int photoHeight) {
        double target = size.ratio();
        double ratio = (double) photoWidth / photoHeight;
        int cropWidth = photoWidth;
        int cropHeight = photoHeight;
        if (Math.abs(ratio - target) >= SAME_RATIO) {
            if (ratio > target) {
                cropWidth = (int) (photoHeight * target);
            } else {
                cropHeight = (int) (photoWidth / target);
            }
        }
        return new Framing(
                photoWidth,
                photoHeight,
                (int) Math.rint((photoWidth - cropWidth) / 2.0),
                (int) Math.rint((photoHeight - cropHeight) / 2.0),
                cropWidth,
                cropHeight,
                size);
    }

    /**
     * What it shows of a photo that was decoded already, bilinear with antialias.
     *
     * @param photo [3, photoHeight, photoWidth]
     * @return [3, H, W] of {@link #size}
     */
    public float[] cut(float[] photo) {
        return Resize.bilinear(
                row -> {
                    float[] out = new float[3 * cropWidth];
                    for (int c = 0; c < 3; c++) {
                        int from = (c * photoHeight + y + row) * photoWidth + x;
                        System.arraycopy(photo, from, out, c * cropWidth, cropWidth);
                    }
                    return out;
                },
                cropWidth,
                cropHeight,
                size.width(),
                size.height());
    }

    /** Photo to view, for the pixels that were really cut: what masks and points in photo pixels need. */
    public double[] photoToView() {
        return toView(x, y);
    }

    /** Inverse of {@link #photoToView}. */
    public double[] viewToPhoto() {
        return toPhoto(x, y);
    }

    /**
     * Photo to view as the reference implementation writes it: with the offset of the crop before it is rounded to whole
     * pixels, so up to half a photo pixel beside {@link #photoToView}. For comparison with its outputs only.
     */
    public double[] referencePhotoToView() {
        return toView((photoWidth - cropWidth) / 2.0, (photoHeight - cropHeight) / 2.0);
    }

    /** Inverse of {@link #referencePhotoToView}. */
    public double[] referenceViewToPhoto() {
        return toPhoto((photoWidth - cropWidth) / 2.0, (photoHeight - cropHeight) / 2.0);
    }

    private double[] toView(double left, double top) {
        double sx = (double) size.width() / cropWidth;
        double sy = (double) size.height() / cropHeight;
        return new double[] {sx, 0, -left * sx, 0, sy, -top * sy, 0, 0, 1};
    }

    private double[] toPhoto(double left, double top) {
        return new double[] {
            (double) cropWidth / size.width(), 0, left, 0, (double) cropHeight / size.height(), top, 0, 0, 1
        };
    }
}
